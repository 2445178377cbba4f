"""All that is said of a die's throws, computed once; `loglik.dice.page` and `loglik.dice.document` only show it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loglik.dice.counts import options, probabilities
from loglik.dice.intervals import SIMULTANEOUS, SINGLE
from loglik.dice.power import power_table
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loglik.array_types import Matrix, Vector
    from loglik.dice.categorical import Categorical
    from loglik.dice.exact_test import ExactTest
    from loglik.dice.goodness_of_fit import ChiSquareTest, EffectSizes
    from loglik.dice.likelihood_value import Likelihood
    from loglik.dice.power import PowerTable


@dataclass(frozen=True)
class Evaluated:
    """The likelihood of the throws at some probabilities of the faces.

    Parameters
    ----------
    p : ndarray of shape (K,)
        Probabilities.
    likelihood : Likelihood
        Product over the throws.
    cross_entropy : float
        Minus its logarithm per throw, in nats; NaN without throws.
    """

    p: Vector
    likelihood: Likelihood
    cross_entropy: float


@dataclass(frozen=True)
class Estimate:
    """The maximum-likelihood estimate, which needs a throw.

    Parameters
    ----------
    at : Evaluated
        The shares, and the largest likelihood.
    std_errors : ndarray of shape (K,)
        Standard errors of the shares.
    effect : EffectSizes
        How far the shares are from the probabilities under test.
    """

    at: Evaluated
    std_errors: Vector
    effect: EffectSizes


@dataclass(frozen=True)
class DiceResult:
    """Likelihood, estimate, intervals, tests and power for the throws of a die.

    Parameters
    ----------
    die : Categorical
        Counts of the faces.
    null : Evaluated
        At the probabilities under test.
    fair : bool
        Whether a fair die is under test.
    estimate : Estimate or None
        None without throws.
    level : float
        Coverage of the intervals; tests reject at 1 - level.
    intervals : mapping of str to ndarray of shape (K, 2)
        By each method.
    lr, pearson : ChiSquareTest
        Tests of the null.
    exact : ExactTest
        Exact test of the null.
    pseudo_count : float
        Imagined throws per face.
    smoothed : ndarray of shape (K,) or None
        Shares with the imagined throws added, if there are any.
    power : PowerTable or None
        Throws and power, if asked for.
    """

    die: Categorical
    null: Evaluated
    fair: bool
    estimate: Estimate | None
    level: float
    intervals: Mapping[str, Matrix]
    lr: ChiSquareTest
    pearson: ChiSquareTest
    exact: ExactTest
    pseudo_count: float
    smoothed: Vector | None
    power: PowerTable | None


def evaluate(
    die: Categorical,
    p0: Sequence[float] | None = None,
    *,
    level: float = 0.95,
    smoothing: float = 0.0,
    seed: int = 0,
    heavier: tuple[int, float] | None = None,
) -> DiceResult:
    """Compute everything that ``loglik dice`` shows.

    Parameters
    ----------
    die : Categorical
        Counts of the faces.
    p0 : sequence of float, optional
        Probabilities under test; by default those of a fair die.
    level : float
        Coverage of the intervals; tests reject at 1 - level.
    smoothing : float
        Imagined throws to add to each count.
    seed : int
        Seed of the exact test's random experiments.
    heavier : (int, float), optional
        Position of a face, and by how many percent it is heavier: for the power.

    Raises
    ------
    DataError
        LL118 an option out of range, LL153 p0 are not probabilities of the faces.

    Examples
    --------
    >>> from loglik import Categorical
    >>> result = evaluate(Categorical.from_counts([3, 5, 2, 4, 1, 5]))
    >>> round(result.estimate.at.cross_entropy, 6), round(result.pearson.statistic, 6)
    (1.679648, 4.0)
    """
    options(level=level, seed=seed)
    fair = np.full(die.n_classes, 1.0 / die.n_classes)
    tested = fair if p0 is None else probabilities(p0, die.n_classes, "p0")
    null = None if p0 is None else tested
    if not (math.isfinite(smoothing) and smoothing >= 0.0):
        raise DataError("LL118.smoothing", smoothing=smoothing)
    return DiceResult(
        die=die,
        null=_evaluated(die, tested, tested),
        fair=p0 is None,
        estimate=Estimate(_evaluated(die, die.mle()), die.standard_errors(), die.effect_sizes(null)) if die.n else None,
        level=level,
        intervals={method: die.intervals(level, method) for method in (*SINGLE, *SIMULTANEOUS)},
        lr=die.lr_test(null),
        pearson=die.pearson_test(null),
        exact=die.exact_test(null, rng=seed),
        pseudo_count=smoothing,
        smoothed=die.smoothed(smoothing) if smoothing else None,
        power=None if heavier is None else power_table(tested, *heavier, n=die.n, level=level),
    )


def _evaluated(die: Categorical, p: Vector, given: Vector | None = None) -> Evaluated:
    """At probabilities; at the estimate, which is not `given`, the log-likelihood keeps more digits."""
    return Evaluated(p, die.likelihood(given), die.cross_entropy(given) if die.n else math.nan)
