"""How many throws it takes to notice that a die is not fair."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtri, chndtr

from loglik.dice.counts import options
from loglik.errors import DataError

if TYPE_CHECKING:
    import numpy.typing as npt

    Vector = npt.NDArray[np.float64]

_MOST_THROWS = 10**15


def heavier(p0: Vector, face: int, percent: float) -> Vector:
    """Make one face heavier by a percentage and the others lighter in proportion.

    Parameters
    ----------
    p0 : ndarray of shape (K,)
        Probabilities.
    face : int
        Position of the face.
    percent : float
        10 multiplies its probability by 1.1; negative makes it lighter.

    Raises
    ------
    DataError
        LL118 the face would have a probability outside (0, 1), or nothing would change.

    Examples
    --------
    >>> heavier(np.full(6, 1 / 6), 5, 10.0).round(4).tolist()
    [0.1633, 0.1633, 0.1633, 0.1633, 0.1633, 0.1833]
    """
    new = float(p0[face]) * (1.0 + percent / 100.0)
    if not 0.0 <= new <= 1.0 or new == p0[face]:
        raise DataError(
            "LL118",
            f"a face of probability {p0[face]:.6g} that is {percent:g} % heavier has the probability {new:.6g}",
            "Choose a percentage other than 0 that leaves it between 0 and 1.",
        )
    out = p0 * ((1.0 - new) / (1.0 - p0[face]))
    out[face] = new
    return np.asarray(out)


def power(p1: Vector, p0: Vector, n: int, level: float = 0.95) -> float:
    r"""Probability that Pearson's test of p0 rejects when p1 is true.

    .. math:: P\bigl(\chi'^2_{df}(n w^2) > \chi^2_{df,\,\mathrm{level}}\bigr),
        \qquad w^2 = \sum_k \frac{(p_{1k} - p_{0k})^2}{p_{0k}}

    Parameters
    ----------
    p1, p0 : ndarray of shape (K,)
        The truth, and what is tested.
    n : int
        Throws planned.
    level : float
        The test rejects at p < 1 - level.

    Returns
    -------
    float
        By the noncentral chi-square distribution, an approximation for p1 near p0.

    Notes
    -----
    J. Cohen, Statistical Power Analysis for the Behavioral Sciences, 1988, chapter 7.

    Examples
    --------
    >>> round(power(heavier(np.full(6, 1 / 6), 5, 10.0), np.full(6, 1 / 6), 1000), 4)
    0.157
    """
    options(level=level, n=n)
    df, w2 = _df(p0), _w2(p1, p0)
    if not df:
        return 0.0
    return 1.0 - float(chndtr(chdtri(df, 1.0 - level), df, n * w2))


def throws_needed(p1: Vector, p0: Vector, wanted: float = 0.8, level: float = 0.95) -> int:
    """Least number of throws with which Pearson's test of p0 has the power wanted when p1 is true.

    Parameters
    ----------
    p1, p0, level
        As in `power`.
    wanted : float
        Power, between 1 - level and 1.

    Raises
    ------
    DataError
        LL118 a power that is out of range, or that takes more than 10^15 throws.

    Examples
    --------
    >>> throws_needed(heavier(np.full(6, 1 / 6), 5, 10.0), np.full(6, 1 / 6))
    6414
    """
    options(level=level)
    if not 1.0 - level < wanted < 1.0:
        raise DataError(
            "LL118", f"power = {wanted} is out of range", f"It must lie between 1 - level = {1.0 - level:g} and 1."
        )
    high = 1
    while power(p1, p0, high, level) < wanted:
        high *= 2
        if high > _MOST_THROWS:
            raise DataError("LL118", "no number of throws below 10^15 is enough", "Plan for a larger deviation.")
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power(p1, p0, middle, level) >= wanted else (middle, high)
    return high


def _df(p0: Vector) -> int:
    return int((p0 > 0).sum()) - 1


def _w2(p1: Vector, p0: Vector) -> float:
    if p1[p0 == 0].any():
        return math.inf
    possible = p0 > 0
    return float(((p1[possible] - p0[possible]) ** 2 / p0[possible]).sum())
