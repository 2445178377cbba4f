"""Where a line fails: a point of the domain, and the values of both lines there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loglik.derive.checker.sampling import compare, truth
from loglik.derive.evaluate.balls import ball
from loglik.derive.evaluate.duals import TooWideError, UndefinedError
from loglik.derive.expressions import Equation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loglik.derive.evaluate.points import Point
    from loglik.derive.expressions import Expr

_DIGITS, _MORE_DIGITS = 6, 15


@dataclass(frozen=True)
class Counterexample:
    """A point at which a line fails.

    Parameters
    ----------
    at : str
        The values of the names.
    left, right : str or None
        The value of the line before and of the line there, or of equations ``true`` and ``false``; None where there is none.
    """

    at: str
    left: str | None
    right: str | None

    def content(self) -> dict[str, Any]:
        """As JSON has it."""
        values = dict(each.split(" = ", 1) for each in self.at.split(", ") if " = " in each)
        return {"at": self.at, "values": values, "left": self.left, "right": self.right}


def counterexample(before: Expr, relation: str, after: Expr, points: Iterable[Point]) -> Counterexample | None:
    """The point at which the relation certainly fails that is easiest to read: few values, and a difference that shows."""
    best: tuple[tuple[bool, bool, int], Counterexample] | None = None
    for point in points:
        at = compare(before, relation, after, [point]).refuted_at
        if not at:
            continue
        left, right = _shown(before, point), _shown(after, point)
        rank = left == right, None in {left, right}, len(at)
        if left == right:
            left, right = _shown(before, point, _MORE_DIGITS), _shown(after, point, _MORE_DIGITS)
        if best is None or rank < best[0]:
            best = rank, Counterexample(at, left, right)
    return None if best is None else best[1]


def _shown(side: Expr, point: Point, digits: int = _DIGITS) -> str | None:
    try:
        if isinstance(side, Equation):
            return {True: "true", False: "false"}.get(truth(side, point))  # type: ignore[arg-type]
        return str(ball(side, point).value.mid().str(digits, radius=False))
    except (UndefinedError, TooWideError):
        return None
