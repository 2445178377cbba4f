"""A coin: the likelihood of its tosses, the estimate, its uncertainty, and tests."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from loglik.dice.categorical import Categorical
from loglik.dice.counts import count_samples, options, whole_counts
from loglik.dice.intervals import SINGLE
from loglik.dice.likelihood_value import Likelihood
from loglik.errors import DataError

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.dice.exact_test import ExactTest
    from loglik.dice.goodness_of_fit import ChiSquareTest, EffectSizes


@dataclass(frozen=True)
class Bernoulli:
    r"""Tosses of a coin, counted: a die with the two faces heads and tails, and the one free probability p of heads.

    .. math:: L(p) = p^h (1 - p)^t, \qquad \log L(p) = h \log p + t \log(1 - p), \qquad \hat p = h / (h + t)

    Parameters
    ----------
    heads, tails : int
        How often each came up.

    Raises
    ------
    loglik.errors.DataError
        LL150 a count that is none, LL151 more than 2^53 tosses.

    Notes
    -----
    Formulas 5.1 to 5.7 for K = 2, and 6.4 to 6.6 of one sample. Units are nats.

    Examples
    --------
    >>> coin = Bernoulli.from_counts(7, 3)
    >>> coin.mle(), round(coin.log_likelihood(), 6), round(coin.log_likelihood(0.5), 6)
    (0.7, -6.108643, -6.931472)
    >>> low, high = coin.interval()
    >>> round(low, 6), round(high, 6)
    (0.396778, 0.892209)
    """

    heads: int
    tails: int

    def __post_init__(self) -> None:
        heads, tails = whole_counts((self.heads, self.tails))
        object.__setattr__(self, "heads", heads)
        object.__setattr__(self, "tails", tails)

    @classmethod
    def from_counts(cls, heads: Any, tails: Any) -> Self:
        """Take the counts of heads and tails.

        Parameters
        ----------
        heads, tails : int
            Whole numbers >= 0.
        """
        return cls(heads, tails)

    @classmethod
    def from_samples(cls, samples: Any, heads: Any = 1, tails: Any = 0) -> Self:
        """Count tosses.

        Parameters
        ----------
        samples : sequence
            A flat list of labels, or a table of one-hot rows [heads, tails].
        heads, tails : object
            The labels of heads and tails: 1 and 0 (True and False) unless given.

        Raises
        ------
        loglik.errors.DataError
            LL154 a toss that is missing or neither, LL155 a row that is not one-hot.

        Examples
        --------
        >>> Bernoulli.from_samples("HTTH", heads="H", tails="T")
        Bernoulli(heads=2, tails=2)
        """
        counts, _ = count_samples(samples, (heads, tails))
        return cls(*counts)

    @property
    def n(self) -> int:
        """Number of tosses."""
        return self.heads + self.tails

    def as_categorical(self) -> Categorical:
        """Return the same tosses as a die with the faces heads and tails."""
        return Categorical((self.heads, self.tails), ("heads", "tails"))

    def mle(self) -> float:
        """Probability of heads that makes the tosses most likely: heads over tosses.

        Raises
        ------
        loglik.errors.DataError
            LL152 no tosses.
        """
        return float(self.as_categorical().mle()[0])

    def smoothed(self, pseudo_counts: Any = 1.0) -> float:
        """Share of heads with imagined tosses added: the posterior mean under a Beta prior.

        Parameters
        ----------
        pseudo_counts : float or pair of floats
            Imagined heads and tails; 1 is Laplace's rule of succession, (heads + 1)/(n + 2).

        See Also
        --------
        loglik.dice.smoothing.smoothed : Formula and meaning.
        """
        return float(self.as_categorical().smoothed(pseudo_counts)[0])

    def log_likelihood(self, p: float | None = None) -> float:
        """Log-likelihood h log p + t log(1 - p) of these tosses in their order, in nats.

        Parameters
        ----------
        p : float, optional
            Probability of heads; by default the estimate.

        Returns
        -------
        float
            With log1p for 1 - p, so that a p far below 1e-16 counts; -inf where something impossible came up.

        Raises
        ------
        loglik.errors.DataError
            LL153 p is no probability.
        """
        if p is None:
            return self.as_categorical().log_likelihood()
        p = _probability(p)
        heads = self.heads * _log(p) if self.heads else 0.0
        tails = self.tails * (math.log1p(-p) if p < 1.0 else -math.inf) if self.tails else 0.0
        return heads + tails

    def likelihood(self, p: float | None = None) -> Likelihood:
        """Likelihood p^h (1 - p)^t of these tosses in their order, which says where it underflows.

        Parameters
        ----------
        p : float, optional
            Probability of heads; by default the estimate.

        See Also
        --------
        Categorical.likelihood : What is returned.
        """
        return Likelihood(self.log_likelihood(p))

    def cross_entropy(self, p: float | None = None, base: float = math.e) -> float:
        """Cross-entropy per toss, -log L / n.

        Parameters
        ----------
        p : float, optional
            Probability of heads; by default the estimate.
        base : float
            Unit: nats for e, bits for 2.

        Raises
        ------
        loglik.errors.DataError
            LL152 no tosses, LL153 p is no probability.
        """
        options(base=base)
        if p is None or self.n == 0:
            return self.as_categorical().cross_entropy(base=base)
        return -self.log_likelihood(p) / self.n / math.log(base) + 0.0

    def fisher_information(self, p: float | None = None, *, per_throw: bool = False) -> float:
        r"""Fisher information of p, :math:`n / (p (1 - p))`; inf at 0 and 1.

        Parameters
        ----------
        p : float, optional
            Probability of heads; by default the estimate.
        per_throw : bool
            Of one toss: divided by n.
        """
        return float(self.as_categorical().fisher_information(_pair(p), per_throw=per_throw)[0, 0])

    def standard_errors(self, p: float | None = None) -> float:
        r"""Standard error of the share of heads, :math:`\sqrt{p (1 - p) / n}`.

        Parameters
        ----------
        p : float, optional
            Probability of heads; by default the estimate.
        """
        return float(self.as_categorical().standard_errors(_pair(p))[0])

    def log_odds(self) -> tuple[float, float]:
        """Log-odds of heads, log(h/t), and its standard error sqrt(1/h + 1/t): the logistic regression without columns."""
        estimate, error = self.as_categorical().log_odds()
        return float(estimate[0]), float(error[0])

    def interval(self, level: float = 0.95, method: str = "wilson") -> tuple[float, float]:
        """Interval of the probability of heads.

        Parameters
        ----------
        level : float
            Coverage.
        method : {"wilson", "clopper-pearson", "jeffreys"}
            See `loglik.dice.intervals`.

        Returns
        -------
        low, high : float
            [0, 1] without tosses.

        Raises
        ------
        loglik.errors.DataError
            LL118 an unknown method, or a level outside (0, 1).
        """
        options(level=level)
        if method not in SINGLE:
            raise DataError("LL118.method", method=method, known=SINGLE)
        low, high = SINGLE[method](np.array([float(self.heads)]), float(self.n), level)
        return float(low[0]), float(high[0])

    def lr_test(self, p0: float = 0.5) -> ChiSquareTest:
        """Likelihood-ratio test (G) of the probability p0 of heads.

        Parameters
        ----------
        p0 : float
            Probability of heads under test.
        """
        return self.as_categorical().lr_test(_pair(p0))

    def pearson_test(self, p0: float = 0.5) -> ChiSquareTest:
        """Pearson's chi-square test of the probability p0 of heads.

        Parameters
        ----------
        p0 : float
            Probability of heads under test.
        """
        return self.as_categorical().pearson_test(_pair(p0))

    def exact_test(self, p0: float = 0.5) -> ExactTest:
        """Exact two-sided binomial test of the probability p0 of heads; never random.

        Parameters
        ----------
        p0 : float
            Probability of heads under test.
        """
        return self.as_categorical().exact_test(_pair(p0))

    def effect_sizes(self, p0: float = 0.5) -> EffectSizes:
        """Distance of the shares from p0: Cohen's w, and the divergence in nats.

        Parameters
        ----------
        p0 : float
            Probability of heads under test.
        """
        return self.as_categorical().effect_sizes(_pair(p0))

    def sample(
        self, n: int, rng: int | np.random.Generator | None = None, p: float | None = None
    ) -> npt.NDArray[np.int64]:
        """Toss the coin: n numbers, 1 for heads and 0 for tails.

        Parameters
        ----------
        n : int
            Tosses.
        rng : int or Generator, optional
            Seed or generator.
        p : float, optional
            Probability of heads; by default the estimate.
        """
        options(n=n)
        share = self.mle() if p is None else _probability(p)
        return np.asarray((np.random.default_rng(rng).random(n) < share).astype(np.int64))


def _probability(p: Any) -> float:
    if isinstance(p, bool | str) or not hasattr(p, "__float__") or not 0.0 <= float(p) <= 1.0:
        raise DataError("LL153.heads", p=p)
    return float(p)


def _pair(p: float | None) -> list[float] | None:
    return None if p is None else [_probability(p), 1.0 - float(p)]


def _log(p: float) -> float:
    return math.log(p) if p > 0.0 else -math.inf
