"""How many throws it takes to notice that a die is not fair."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtri, chndtr

from loglik.dice.counts import options
from loglik.errors import DataError

if TYPE_CHECKING:
    from loglik.array_types import Vector

_MOST_THROWS = 10**15
_WANTED = (0.5, 0.8, 0.9, 0.99)


@dataclass(frozen=True)
class PowerTable:
    """How often a test notices that one face is heavier, by the number of throws.

    Parameters
    ----------
    face : int
        Position of the face.
    percent : float
        By how much its probability is larger.
    p0, p1 : float
        Its probability under test, and in truth.
    level : float
        The test rejects at p < 1 - level.
    throws : tuple of int
        The throws there are, if any, and the least numbers for powers of 0.5, 0.8, 0.9 and 0.99.
    power : tuple of float
        Power at each number of throws.
    """

    face: int
    percent: float
    p0: float
    p1: float
    level: float
    throws: tuple[int, ...]
    power: tuple[float, ...]


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
        raise DataError("LL118.too_heavy", old=p0[face], percent=percent, new=new)
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
        raise DataError("LL118.power", wanted=wanted, least=1.0 - level)
    high = 1
    while power(p1, p0, high, level) < wanted:
        high *= 2
        if high > _MOST_THROWS:
            raise DataError("LL118.too_rare")
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power(p1, p0, middle, level) >= wanted else (middle, high)
    return high


def power_table(p0: Vector, face: int, percent: float, *, n: int, level: float = 0.95) -> PowerTable:
    """Power of Pearson's test of p0 against one face that is heavier: at n throws, and the throws that some powers take.

    Parameters
    ----------
    p0, face, percent
        As in `heavier`.
    n : int
        Throws there are.
    level : float
        The test rejects at p < 1 - level.

    Raises
    ------
    DataError
        LL118 a die with one face, or as in `heavier`.

    Examples
    --------
    >>> power_table(np.full(6, 1 / 6), 5, 10.0, n=20).throws
    (20, 3496, 6414, 8235, 13363)
    """
    if p0.size == 1:
        raise DataError("LL118.one_face")
    p1 = heavier(p0, face, percent)
    planned = [n] if n else []
    planned += [throws_needed(p1, p0, wanted, level) for wanted in _WANTED if wanted > 1.0 - level]
    values = tuple(power(p1, p0, throws, level) for throws in planned)
    return PowerTable(face, percent, float(p0[face]), float(p1[face]), level, tuple(planned), values)


def _df(p0: Vector) -> int:
    return int((p0 > 0).sum()) - 1


def _w2(p1: Vector, p0: Vector) -> float:
    if p1[p0 == 0].any():
        return math.inf
    possible = p0 > 0
    return float(((p1[possible] - p0[possible]) ** 2 / p0[possible]).sum())
