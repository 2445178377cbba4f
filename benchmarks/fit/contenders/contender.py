"""What a contender is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.fit.data.dataset import Dataset
    from benchmarks.fit.objective import Estimate

OURS = "loglik"
"""As its users call it: default settings, standard errors included."""
BARE = "loglik like its peers"
"""The job that the peers do: coefficients alone, with the loosest tolerance that gets there."""
DECADES = tuple(10.0**-e for e in range(2, 13))


@dataclass(frozen=True)
class Contender:
    """A way to fit.

    Parameters
    ----------
    name : str
        Name in the tables.
    refuses : callable
        From data and penalty to the reason why it cannot solve this problem, or None.
    prepare : callable
        From data and penalty to the form that it likes best; timed as conversion.
    fit : callable
        From that form, a tolerance (its own notion) and threads to the fitted thing; timed as the fit.
    estimate : callable
        From the fitted thing and the form to coefficients in the columns of the data; not timed.
    ladder : tuple of float or None
        Tolerances to try, loose to tight; None stands for its default.
    facts : callable, optional
        From the fitted thing to more figures.
    """

    name: str
    refuses: Callable[[Dataset, float], str | None]
    prepare: Callable[[Dataset, float], Any]
    fit: Callable[[Any, float | None, int], Any]
    estimate: Callable[[Any, Any], Estimate]
    ladder: tuple[float | None, ...] = DECADES
    facts: Callable[[Any], dict] = lambda _: {}
