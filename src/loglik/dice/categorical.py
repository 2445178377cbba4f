"""A die with K faces: the likelihood of its throws, the estimate, its uncertainty, and tests (docs/formulas.md)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from scipy.special import xlogy

from loglik.dice.counts import count_samples, options, probabilities, whole_counts
from loglik.dice.exact_test import SEED, ExactTest, exact_test
from loglik.dice.goodness_of_fit import ChiSquareTest, EffectSizes, effect_sizes, lr_test, pearson_test
from loglik.dice.intervals import SIMULTANEOUS, SINGLE
from loglik.dice.likelihood_value import Likelihood
from loglik.dice.smoothing import smoothed
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from loglik.array_types import Matrix, Vector


@dataclass(frozen=True)
class Categorical:
    r"""Throws of a die with K faces, counted.

    .. math:: L(y) = \prod_k y_k^{n_k}, \qquad \log L(y) = \sum_k n_k \log y_k, \qquad \hat y_k = n_k / n

    Parameters
    ----------
    counts : sequence of int, shape (K,)
        How often each face came up: whole numbers >= 0, together at most 2^53.
    classes : sequence, optional
        The faces, by default 1, ..., K.

    Raises
    ------
    loglik.errors.DataError
        LL142 no faces, LL150 a count that is none, LL151 more than 2^53 throws, LL154 a face named twice.

    Notes
    -----
    Formulas 5.1 to 5.6, and 6.2. Logarithms are natural, information is in nats. 0 log 0 = 0: a face that never came up
    adds nothing to log L. The derivations `dice-likelihood`, `dice-mle` and `dice-mle-is-maximum` show the steps.

    Examples
    --------
    >>> die = Categorical.from_counts([3, 5, 2, 4, 1, 5])
    >>> die.mle().tolist()
    [0.15, 0.25, 0.1, 0.2, 0.05, 0.25]
    >>> round(die.log_likelihood(), 6), round(die.log_likelihood([1 / 6] * 6), 6)
    (-33.592958, -35.835189)
    """

    counts: tuple[int, ...]
    classes: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        counts = whole_counts(self.counts)
        classes = tuple(self.classes) or tuple(range(1, len(counts) + 1))
        if len(classes) != len(counts):
            raise DataError("LL150.counts_for_faces", counts=len(counts), faces=len(classes))
        if len(set(classes)) != len(classes):
            raise DataError("LL154.two_faces_alike")
        object.__setattr__(self, "counts", counts)
        object.__setattr__(self, "classes", classes)

    @classmethod
    def from_counts(cls, counts: Iterable[Any] | Mapping[Any, Any], classes: Sequence[Any] = ()) -> Self:
        """Take counts per face.

        Parameters
        ----------
        counts : iterable of int, or mapping of faces to int
            Whole numbers >= 0 (3.0 is 3).
        classes : sequence, optional
            The faces, by default the keys of a mapping, or 1, ..., K.

        Examples
        --------
        >>> Categorical.from_counts({"red": 3, "blue": 0}).classes
        ('red', 'blue')
        """
        if isinstance(counts, Mapping):
            return cls(tuple(counts.values()), tuple(classes) or tuple(counts))
        return cls(counts, tuple(classes))  # type: ignore[arg-type]  # made a tuple once it is checked

    @classmethod
    def from_samples(cls, samples: Any, classes: Sequence[Any] | None = None) -> Self:
        """Count throws.

        Parameters
        ----------
        samples : sequence
            A flat list of labels, one per throw, or a table of one-hot rows (n, K).
        classes : sequence, optional
            All faces in order. By default those that occur, sorted: a face that never came up is then not known to
            exist. With one-hot rows 0, ..., K - 1.

        Raises
        ------
        loglik.errors.DataError
            LL142 no throws and no classes, LL154 a throw that is missing or not among the classes, LL155 a row that is
            not one-hot.

        Examples
        --------
        >>> Categorical.from_samples([1, 3, 6, 3], classes=range(1, 7)).counts
        (1, 0, 2, 0, 0, 1)
        >>> Categorical.from_samples([[0, 1], [0, 1], [1, 0]]).counts
        (1, 2)
        """
        return cls(*count_samples(samples, None if classes is None else tuple(classes)))

    @property
    def n(self) -> int:
        """Number of throws."""
        return sum(self.counts)

    @property
    def n_classes(self) -> int:
        """K."""
        return len(self.counts)

    def _array(self) -> Vector:
        return np.array(self.counts, dtype=np.float64)

    def _p0(self, p0: Any) -> Vector:
        if p0 is None:
            return np.full(self.n_classes, 1.0 / self.n_classes)
        return probabilities(p0, self.n_classes, "p0")

    def _need_throws(self, refusal: str) -> None:
        if self.n == 0:
            raise DataError(refusal)

    def mle(self) -> Vector:
        r"""Probabilities that make the throws most likely: the shares.

        .. math:: \hat y_k = n_k / n

        Returns
        -------
        ndarray of shape (K,)

        Raises
        ------
        loglik.errors.DataError
            LL152 no throws: L = 1 for every y, and none is the best.

        Notes
        -----
        Where the derivative of log L + lambda (1 - sum y) is zero, n_k / y_k = lambda, so y_k = n_k / n. It is the
        maximum, as log L(y) - log L(share) = -n D(share || y) <= 0 for every y (Gibbs), with equality there alone.
        Formulas 5.5 and 5.6; derivations `dice-mle`, `dice-mle-is-maximum`.
        """
        self._need_throws("LL152.no_estimate")
        return np.asarray(self._array() / self.n)

    def smoothed(self, pseudo_counts: Any = 1.0) -> Vector:
        """Shares with imagined throws added: the posterior mean under a Dirichlet prior.

        Parameters
        ----------
        pseudo_counts : float or array_like of shape (K,)
            Imagined throws per face; 1 is Laplace's rule.

        See Also
        --------
        loglik.dice.smoothing.smoothed : Formula and meaning.
        """
        return smoothed(self._array(), pseudo_counts)

    def log_likelihood(self, p: Any = None) -> float:
        r"""Log-likelihood of these throws in their order, in nats.

        .. math:: \log L(y) = \sum_k n_k \log y_k, \qquad 0 \log 0 = 0

        Parameters
        ----------
        p : array_like of shape (K,), optional
            Probabilities y of the faces; by default the estimate, which gives the largest value.

        Returns
        -------
        float
            -inf where a face of probability 0 came up; 0 without throws (an empty product is 1).

        Raises
        ------
        loglik.errors.DataError
            LL153 these are not probabilities of K faces.

        Notes
        -----
        Formulas 5.1 and 5.2. The order of the throws is taken as given: without the multinomial coefficient, which does
        not depend on y.
        """
        if p is not None:
            return math.fsum(xlogy(self._array(), probabilities(p, self.n_classes)))
        if self.n == 0:
            return 0.0
        x = self._array()
        rest = self.n - x
        with np.errstate(divide="ignore"):  # a share near 1 keeps its digits as 1 - rest/n
            log_share = np.where(x > rest, np.log1p(-rest / self.n), np.log(x / self.n))
        return math.fsum(np.where(x > 0, x * np.where(x > 0, log_share, 0.0), 0.0))

    def likelihood(self, p: Any = None) -> Likelihood:
        r"""Likelihood of these throws in their order, :math:`L(y) = \prod_k y_k^{n_k}`.

        Parameters
        ----------
        p : array_like of shape (K,), optional
            As in `log_likelihood`.

        Returns
        -------
        Likelihood
            ``value`` is a double, ``log`` its logarithm; ``underflows`` and ``note`` say where the value cannot be
            held: then float(L) warns with `loglik.errors.UnderflowWarning` (LL156), and the logarithm is the answer.

        Examples
        --------
        >>> print(Categorical.from_counts([3, 5, 2, 4, 1, 5]).likelihood())
        2.57492e-15
        >>> print(Categorical.from_counts([300, 500, 200, 400, 100, 500]).likelihood())
        1.1923e-1459 (below the smallest double; log L = -3359.295768)
        """
        return Likelihood(self.log_likelihood(p))

    def cross_entropy(self, p: Any = None, base: float = math.e) -> float:
        r"""Cross-entropy per throw.

        .. math:: -\frac{1}{n} \log L(y) = -\sum_k \frac{n_k}{n} \log y_k

        Parameters
        ----------
        p : array_like of shape (K,), optional
            As in `log_likelihood`; at the estimate it is the entropy of the shares, the least value.
        base : float
            Unit: nats for e, bits for 2.

        Raises
        ------
        loglik.errors.DataError
            LL152 no throws, LL153 these are not probabilities of K faces.

        Notes
        -----
        Formula 6.2.
        """
        options(base=base)
        self._need_throws("LL152.no_cross_entropy")
        # 0 for a certain outcome, not -0
        return -self.log_likelihood(p) / self.n / math.log(base) + 0.0

    def fisher_information(self, p: Any = None, *, per_throw: bool = False) -> Matrix:
        r"""Fisher information of the K - 1 free probabilities, the last being 1 minus their sum.

        .. math:: I_{jk} = n \Bigl(\frac{\delta_{jk}}{y_j} + \frac{1}{y_K}\Bigr), \qquad j, k = 1, \dots, K - 1

        Parameters
        ----------
        p : array_like of shape (K,), optional
            Where; by default at the estimate.
        per_throw : bool
            Of one throw: divided by n.

        Returns
        -------
        ndarray of shape (K - 1, K - 1)
            Its inverse is the first K - 1 rows and columns of `covariance`. inf where a probability is 0: at the edge
            of the simplex the quadratic approximation of log L does not hold.

        Raises
        ------
        loglik.errors.DataError
            LL152 no throws and no p, LL153 these are not probabilities of K faces.

        Notes
        -----
        Minus the expected second derivative of log L; at the estimate the observed one is the same. E. L. Lehmann,
        G. Casella, Theory of Point Estimation, 2nd ed., 2.6.
        """
        y = self._probabilities(p)
        with np.errstate(divide="ignore"):
            one = np.full((y.size - 1, y.size - 1), 1.0 / y[-1])
            one[np.diag_indices(y.size - 1)] += 1.0 / y[:-1]
        if per_throw:
            return one
        return np.asarray(self.n * one) if self.n else np.zeros_like(one)

    def covariance(self, p: Any = None) -> Matrix:
        r"""Covariance of the shares, :math:`(\mathrm{diag}(y) - y y^\top) / n`, of rank K - 1.

        Parameters
        ----------
        p : array_like of shape (K,), optional
            Probabilities; by default the estimate.

        Raises
        ------
        loglik.errors.DataError
            LL152 no throws, LL153 these are not probabilities of K faces.
        """
        self._need_throws("LL152.no_covariance")
        y = self._probabilities(p)
        out = -np.outer(y, y) / self.n
        out[np.diag_indices(y.size)] = self.standard_errors(p) ** 2
        return np.asarray(out)

    def standard_errors(self, p: Any = None) -> Vector:
        r"""Standard errors of the shares, :math:`\sqrt{y_k (1 - y_k) / n}`.

        Parameters
        ----------
        p : array_like of shape (K,), optional
            Probabilities; by default the estimate.

        Returns
        -------
        ndarray of shape (K,)
            0 for a face that never or always came up: no statement about its probability. `intervals` make one.

        Raises
        ------
        loglik.errors.DataError
            LL152 no throws, LL153 these are not probabilities of K faces.
        """
        self._need_throws("LL152.no_std_error")
        if p is None:
            x = self._array()
            return np.asarray(np.sqrt(x * ((self.n - x) / self.n)) / self.n)
        y = self._probabilities(p)
        return np.asarray(np.sqrt(y * (1.0 - y) / self.n))

    def log_odds(self, reference: int = -1) -> tuple[Vector, Vector]:
        r"""Log-odds of every other face against one face, and their standard errors.

        .. math:: \log \frac{n_k}{n_r}, \qquad \sqrt{\frac{1}{n_k} + \frac{1}{n_r}}

        These are the intercepts of a multinomial logistic regression without columns, in closed form.

        Parameters
        ----------
        reference : int
            Position r of the face that the others are compared with.

        Returns
        -------
        estimates, standard_errors : ndarray of shape (K - 1,)
            +-inf and inf where a count is 0 (NaN where both are): the regression then has no estimate (LL201).
        """
        x = self._array()
        others = np.delete(x, reference)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.log(others / x[reference]), np.sqrt(1.0 / others + 1.0 / x[reference])

    def intervals(self, level: float = 0.95, method: str = "goodman") -> Matrix:
        """Intervals of the probabilities.

        Parameters
        ----------
        level : float
            Coverage.
        method : {"goodman", "sison-glaz", "wilson", "clopper-pearson", "jeffreys"}
            The first two hold for all faces at once: in about the share ``level`` of all experiments every probability
            is in its interval. The others hold for one face against the rest, chosen before looking.

        Returns
        -------
        ndarray of shape (K, 2)
            Lower and upper ends; [0, 1] without throws, [1, 1] for a die with one face.

        Raises
        ------
        loglik.errors.DataError
            LL118 an unknown method, or a level outside (0, 1).

        See Also
        --------
        loglik.dice.intervals : Formulas and sources.
        """
        options(level=level)
        known = {**SIMULTANEOUS, **SINGLE}
        if method not in known:
            raise DataError("LL118.method", method=method, known=known)
        if self.n_classes == 1:
            return np.ones((1, 2))
        return np.stack(known[method](self._array(), float(self.n), level), axis=1)

    def lr_test(self, p0: Any = None) -> ChiSquareTest:
        """Likelihood-ratio test (G) of p0, by default of a fair die.

        Parameters
        ----------
        p0 : array_like of shape (K,), optional
            Probabilities under test.

        See Also
        --------
        loglik.dice.goodness_of_fit.lr_test : Formula and source.

        Examples
        --------
        >>> test = Categorical.from_counts([3, 5, 2, 4, 1, 5]).lr_test()
        >>> round(test.statistic, 6), test.df, round(test.p_value, 6)
        (4.484463, 5, 0.481965)
        """
        return lr_test(self._array(), self._p0(p0))

    def pearson_test(self, p0: Any = None) -> ChiSquareTest:
        """Pearson's chi-square test of p0, by default of a fair die.

        Parameters
        ----------
        p0 : array_like of shape (K,), optional
            Probabilities under test.

        See Also
        --------
        loglik.dice.goodness_of_fit.pearson_test : Formula and source.
        """
        return pearson_test(self._array(), self._p0(p0))

    def exact_test(
        self, p0: Any = None, draws: int | None = None, rng: int | np.random.Generator | None = SEED
    ) -> ExactTest:
        """Exact multinomial test of p0, by default of a fair die.

        Parameters
        ----------
        p0 : array_like of shape (K,), optional
            Probabilities under test.
        draws : int, optional
            Random experiments, where there are too many outcomes to enumerate (by default 100,000).
        rng : int or Generator
            Their seed.

        See Also
        --------
        loglik.dice.exact_test.exact_test : Formula, sizes and source.
        """
        return exact_test(self._array(), self._p0(p0), draws, rng)

    def effect_sizes(self, p0: Any = None) -> EffectSizes:
        """Distance of the shares from p0, by default from a fair die: Cohen's w, and the divergence in nats.

        Parameters
        ----------
        p0 : array_like of shape (K,), optional
            Probabilities under test.
        """
        return effect_sizes(self._array(), self._p0(p0))

    def sample(self, n: int, rng: int | np.random.Generator | None = None, p: Any = None) -> npt.NDArray[Any]:
        """Throw the die.

        Parameters
        ----------
        n : int
            Throws.
        rng : int or Generator, optional
            Seed or generator.
        p : array_like of shape (K,), optional
            Probabilities; by default the estimate.

        Returns
        -------
        ndarray of shape (n,)
            Labels from `classes`.

        Raises
        ------
        loglik.errors.DataError
            LL118 n is negative, LL152 no throws to estimate from, LL153 these are not probabilities of K faces.
        """
        options(n=n)
        drawn = np.random.default_rng(rng).choice(self.n_classes, size=n, p=self._probabilities(p))
        return np.asarray(self.classes)[drawn]

    def _probabilities(self, p: Any) -> Vector:
        return self.mle() if p is None else probabilities(p, self.n_classes)
