"""How far a separation goes: to all pairs, which is complete separation, or to some and certainly not to all.

Pairs that a direction d raises need no more thought: with M large enough ``M d + e`` raises them whatever e does. So only
the pairs that d touches are asked whether they can be separated, and so on until none is left, or none that can be. For
pairs that no direction separates some ``beta > 0`` has ``A' beta = 0``, and then none raises all (Gordan).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loglik.design.sample import drawn
from loglik.fit.existence.direction import RAISED, row_space, separating
from loglik.fit.existence.pairs import EXISTS, OPEN, Answer, decide
from loglik.fit.existence.search import MOST_DESCRIBED, extreme_rows

if TYPE_CHECKING:
    from loglik.array_types import Mask, Matrix, Vector
    from loglik.fit.existence.ball import Ball
    from loglik.fit.existence.separation import Kind

_ENTRIES_OF_EXTENT, _MOST_OF_EXTENT = 400_000, 8_000_000
_MORE_OF_EXTENT, _ROUNDS_OF_EXTENT, _MOST_DIRECTIONS = 1_000, 20, 12
_CLEARLY = 1e-9
# Directions are added up as long as the smaller one keeps its digits.
_LARGEST_MULTIPLE = 1e6


@dataclass(frozen=True)
class Extent:
    """How far a separation goes.

    Parameters
    ----------
    kind : str
        As in `Separation`.
    raised : ndarray of bool, shape (K, n)
        For each class k and row, whether the pair is raised; true where k is the row's own.
    direction : ndarray of shape (D,) or None
        Raises what one direction with enough digits can, if the first one was given.
    """

    kind: Kind
    raised: Mask
    direction: Vector | None

    @property
    def rows(self) -> int:
        """Rows with a raised pair."""
        k = self.raised.shape[0]
        return int((self.raised.sum(axis=0) > 1).sum()) if k > 1 else 0


def clearly_raised(ball: Ball, d: Vector, among: Mask | None = None) -> Mask:
    """Pairs whose margin is no rounding of 0: pairs that d touches are off it by its error, and the others as much.

    Parameters
    ----------
    ball : Ball
        The rows.
    d : ndarray of shape (D,)
        The direction.
    among : ndarray of bool, shape (K, n), or None
        Pairs to look at; a pair of a row and its own class counts as raised.
    """
    pairs = ball.pair_margins(d)
    looked_at = np.isfinite(pairs) if among is None else among & np.isfinite(pairs)
    largest = float(np.max(pairs, where=looked_at, initial=0.0))
    raised = pairs > max(RAISED * ball.error(d), _CLEARLY * largest)
    return np.asarray(raised if among is None else raised & among)


def extent(ball: Ball, raised: Mask, d: Vector | None = None) -> Extent:
    """Extend a separation to the pairs that it touches, as far as they can be separated.

    Parameters
    ----------
    ball : Ball
        The rows.
    raised : ndarray of bool, shape (K, n)
        Pairs that are raised, as in `Extent`.
    d : ndarray of shape (D,) or None
        A direction that raises them and lowers none.
    """
    kind: Kind = "at least quasi-complete"
    raised = raised.copy()
    for _ in range(_MOST_DIRECTIONS):
        if raised.all():  # one after another: that one direction does it is for the caller to verify
            return Extent("complete", raised, d)
        found = _beyond(ball, ~raised)
        if found.direction is None:
            return Extent("quasi-complete" if found.exists else kind, raised, d)
        more = found.direction
        new = clearly_raised(ball, more, ~raised)
        if not new.any():
            break
        d = None if d is None else _sum(ball, raised, d, more)
        raised |= new
    return Extent(kind, raised, d)


def _sum(ball: Ball, raised: Mask, d: Vector, more: Vector) -> Vector:
    """``M d + more`` that lowers none of the raised pairs; d alone if M is so large that rounding would take `more`."""
    here, there = ball.pair_margins(d), ball.pair_margins(more)
    others = raised & np.isfinite(here) & (here > 0.0)
    multiple = max(2.0 * float(np.max(-there[others] / here[others], initial=0.0)), 1.0)
    if multiple > _LARGEST_MULTIPLE:
        return d
    together = multiple * d + more
    together /= np.abs(together).max()
    return together if ball.extremes(together).low >= -ball.error(together) else d


def _beyond(ball: Ball, touched: Mask) -> Answer:
    """Find a direction that separates the touched pairs, whatever it does to others; or prove that there is none."""
    rows = np.flatnonzero(touched.any(axis=0))
    if not 0 < ball.size <= MOST_DESCRIBED:
        return OPEN
    most = max(_ENTRIES_OF_EXTENT // (ball.size * ball.c), -(-6 * ball.size // ball.c))
    working = rows
    if rows.size > most:
        working = rows[drawn(rows.size, most)]
        working = np.union1d(working, extreme_rows(ball, np.asarray(touched.any(axis=0))))
    for _ in range(_ROUNDS_OF_EXTENT):
        a, place, other = ball.pairs(working)
        a = a[touched[other, working[place]]]
        basis, apart = row_space(a)
        if not basis.shape[0]:
            return EXISTS  # rows of zeros: no direction moves them
        # In the columns of the basis, at most 1 in size again; rounding blurs them as it does data.
        size = np.sqrt(a.shape[1])
        slack = np.abs(basis) @ (ball.pair_slack + 4.0 * np.finfo(float).eps) / size
        found = decide(a @ basis.T / size, slack)
        if found.exists:
            # Of what the basis leaves out nothing is proved, unless it is no more than what is not known of the numbers.
            return found if apart <= _blur(a, ball.pair_slack) else OPEN
        if found.direction is None:
            wanted = min(4 * working.size, rows.size)
            if wanted == working.size or wanted * ball.size * ball.c > _MOST_OF_EXTENT:
                return OPEN
            working = np.union1d(working, rows[drawn(rows.size, wanted)])
            continue
        d = separating(a, basis.T @ found.direction, ball.pair_slack)
        if d is None:
            return OPEN
        lowered = np.flatnonzero((touched & (ball.pair_margins(d) < -2.0 * ball.error(d))).any(axis=0))
        if not lowered.size:
            return Answer(d)
        more = np.union1d(working, lowered[:_MORE_OF_EXTENT])
        if more.size == working.size:
            return OPEN
        working = more
    return OPEN


def _blur(a: Matrix, slack: Vector) -> float:
    """What rounding, and what is not known of the numbers, may make of a singular value of 0."""
    error = 16.0 * np.finfo(np.float64).eps * np.linalg.norm(a)
    return float(error + np.linalg.norm((a != 0.0).astype(np.float64) * slack))
