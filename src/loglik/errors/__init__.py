"""Errors, warnings and findings: each carries a code that ``loglik explain CODE`` explains in full.

Codes ``LL1xx`` refuse data or usage, ``LL2xx`` report on the estimate, ``LL3xx`` refuse an inference.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


class LoglikError(Exception):
    """Base of all errors raised on purpose by loglik.

    Parameters
    ----------
    code : str
        ``LLnnn``; ``loglik explain LLnnn`` prints what it means.
    message : str
        One sentence that names the place (file, column, row).
    hint : str
        What to do about it.
    columns : iterable of str
        The columns or terms concerned, if any.
    """

    exit_status = 2

    def __init__(self, code: str, message: str, hint: str = "", columns: Iterable[str] = ()) -> None:
        self.code = code
        self.message = message
        self.hint = hint
        self.columns = tuple(columns)
        super().__init__(f"{code} {message}" + (f"\n  {hint}" if hint else ""))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.code, self.message, self.hint, self.columns)


class DataError(LoglikError, ValueError):
    """The data or the request cannot be used as they are (``LL1xx``)."""


class SeparationError(LoglikError):
    """The classes can be separated, so the maximum-likelihood estimate does not exist (``LL201``).

    The certificate is in ``separation``: the direction, the number of rows it separates, and the kind.
    """

    exit_status = 1

    def __init__(
        self, code: str, message: str, hint: str = "", columns: Iterable[str] = (), separation: Any = None
    ) -> None:
        super().__init__(code, message, hint, columns)
        self.separation = separation

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.code, self.message, self.hint, self.columns, self.separation)


class LoglikWarning(UserWarning):
    """Base of the warnings of the Python API; the text begins with the code."""


class SeparationWarning(LoglikWarning):
    """``LL201`` as a warning: the classifier predicts, but has no maximum-likelihood estimate."""


class CollinearityWarning(LoglikWarning):
    """``LL202``: columns that repeat the information of others were dropped."""


class DataWarning(LoglikWarning):
    """``LL1xx``: data that may not have been read as they were meant."""


class InferenceWarning(LoglikWarning):
    """``LL3xx``: figures that do not hold were left out."""


class UnderflowWarning(LoglikWarning):
    """``LL156``: a likelihood is below the smallest double; its logarithm is not."""


class NotConvergedWarning(LoglikWarning):
    """``LL203``: the optimiser stopped before the convergence rule held."""


class UndecidedWarning(NotConvergedWarning):
    """``LL206``: it is neither proved that the maximum-likelihood estimate exists, nor that it does not."""


@dataclass(frozen=True)
class Finding:
    """Something the reader of a result must know, with the code that explains it.

    ``serious`` findings (separation, no convergence) mean that the numbers are not an estimate; the command-line
    tool then exits with status 1.
    """

    code: str
    message: str
    columns: tuple[str, ...] = ()
    serious: bool = False


def warning_class(finding: Finding) -> type[LoglikWarning]:
    """The warning that a finding becomes in Python.

    Examples
    --------
    >>> warning_class(Finding("LL302", "sampling weights")).__name__
    'InferenceWarning'
    """
    if finding.code == "LL206":
        return UndecidedWarning
    if finding.serious:
        return NotConvergedWarning
    return {"LL1": DataWarning, "LL3": InferenceWarning}.get(finding.code[:3], CollinearityWarning)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``'; did you mean "x"?'`` for the nearest known word, or nothing.

    Examples
    --------
    >>> did_you_mean("spceies", ["species", "sepal_length"])
    '; did you mean "species"?'
    >>> did_you_mean("weight", ["species", "sepal_length"])
    ''
    """
    candidates = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), candidates, n=1, cutoff=0.6)
    return f'; did you mean "{candidates[near[0]]}"?' if near else ""
