"""A likelihood that knows when a double cannot hold it."""

from __future__ import annotations

import math
import sys
import warnings
from dataclasses import dataclass

from loglik.errors import Finding, UnderflowWarning

SMALLEST = sys.float_info.min
_LOG_SMALLEST = math.log(SMALLEST)


@dataclass(frozen=True)
class Likelihood:
    """A product of probabilities, kept as its logarithm.

    A double ends at about 1e-308 (2.2e-308 with all its digits). A fair die reaches that after 396 throws: this is
    why one computes with log L.

    Parameters
    ----------
    log : float
        log L in nats; -inf where L is 0 because something impossible was observed.

    Examples
    --------
    >>> print(Likelihood(math.log(0.25)))
    0.25
    >>> L = Likelihood(-2000.0)
    >>> L.value, L.underflows
    (0.0, True)
    >>> print(L)
    2.57654e-869 (below the smallest double; log L = -2000)
    """

    log: float

    @property
    def value(self) -> float:
        """L as a double: 0.0, or with few digits, where `underflows`."""
        return math.exp(self.log)

    @property
    def underflows(self) -> bool:
        """Whether L is positive, and too small for a double with all its digits."""
        return -math.inf < self.log < _LOG_SMALLEST

    @property
    def note(self) -> str:
        """A sentence that says so, or nothing."""
        if not self.underflows:
            return ""
        return Finding(
            "LL156.underflow", likelihood=self.scientific(), least=SMALLEST, value=self.value, log=self.log
        ).message

    def scientific(self, digits: int = 6) -> str:
        """Write L with a decimal exponent of any size.

        Parameters
        ----------
        digits : int
            Significant digits.
        """
        if self.log == -math.inf:
            return "0"
        if not self.underflows:
            return f"{self.value:.{digits}g}"
        power = self.log / math.log(10.0)
        exponent = math.floor(power)
        mantissa = f"{10.0 ** (power - exponent):.{digits}g}"
        if float(mantissa) >= 10.0:  # rounded up to the next power of ten
            mantissa, exponent = "1", exponent + 1
        return f"{mantissa}e{exponent:+03d}"

    def __float__(self) -> float:
        if self.underflows:
            warnings.warn(f"LL156 {self.note}", UnderflowWarning, stacklevel=2)
        return self.value

    def __str__(self) -> str:
        if self.underflows:
            return f"{self.scientific()} (below the smallest double; log L = {self.log:.10g})"
        return self.scientific()
