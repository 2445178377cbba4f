"""The mistakes as data: read, refuted, and what holds instead verified."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from loglik.derive.checker import check
from loglik.derive.checker.sampling import compare, points_for, symbols_in
from loglik.derive.evaluate.duals import TooWideError, UndefinedError
from loglik.derive.expressions import Equation, Indexed, Symbol, number
from loglik.derive.show.example import decimal
from loglik.derive.text.reader import read
from loglik.errors import DataError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loglik.derive.evaluate.points import Point
    from loglik.derive.expressions import Expr
    from loglik.derive.model import Derivation

FOLDER = Path(__file__).parent
# Points at which the false step is tried: among them the simplest counterexample is shown.
_TRIED = 64


@dataclass(frozen=True)
class Counterexample:
    """Values of the names at which both sides exist and certainly differ."""

    values: tuple[tuple[Expr, str], ...]
    left: str
    right: str


@dataclass(frozen=True)
class Mistake:
    """A false step, where it fails, and what holds instead.

    Parameters
    ----------
    derivation : Derivation
        With the parts ``mistake`` and ``instead``.
    claim : Equation
        What the false step claims.
    rule : str
        The rule that it misuses.
    counterexample : Counterexample
        Found by the checker.
    instead : Equation
        What holds, verified.
    """

    derivation: Derivation
    claim: Equation
    rule: str
    counterexample: Counterexample
    instead: Equation


@cache
def _derivations(folder: Path = FOLDER) -> dict[str, Derivation]:
    texts = (path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt")))
    return {each.derivation.name: each.derivation for text in texts for each in read(text)}


def names() -> tuple[str, ...]:
    """Names of all mistakes, in their order."""
    return tuple(_derivations())


def mistake(name: str) -> Mistake:
    """A mistake, refuted.

    Raises
    ------
    DataError
        LL163: there is none of this name. LL189: its file claims something else than the checker finds.
    """
    known = _derivations()
    if name not in known:
        raise DataError("LL163.mistake", name=name, near=nearest(name, known))
    return judged(known[name])


def judged(derivation: Derivation) -> Mistake:
    """What the checker says of a derivation with a mistake in it.

    Raises
    ------
    DataError
        LL189: the mistake is none, or what should hold instead is not verified.
    """
    wrong, right = derivation.parts
    verdicts = {
        part.name: {step.verdict for step in steps}
        for part, steps in zip(derivation.parts, check(derivation).parts, strict=True)
    }
    found = _simplest(wrong.proves) if verdicts == {"mistake": {"refuted"}, "instead": {"verified"}} else None
    if found is None:
        raise DataError("LL189.no_mistake", name=derivation.name)
    return Mistake(derivation, wrong.proves, wrong.steps[0].rule, found, right.proves)


def _simplest(claim: Equation) -> Counterexample | None:
    """The counterexample with the fewest digits among the points that refute a claim."""
    points = points_for([claim.left, claim.right], {}, (), _TRIED)
    refuting = [p for p in points if compare(claim.left, claim.relation, claim.right, [p]).refuted_at]
    found = [each for point in refuting if (each := _shown(claim, point)) is not None]
    return min(found, key=lambda each: sum(len(value) for _, value in each.values), default=None)


def _shown(claim: Equation, point: Point) -> Counterexample | None:
    """The point with both sides; nothing where a side has no value there, which is another mistake."""
    try:
        sides = decimal(claim.left, point), decimal(claim.right, point)
    except (UndefinedError, TooWideError):
        return None
    return Counterexample(tuple(_values(claim, point)), *sides)


def _values(claim: Equation, point: Point) -> Iterator[tuple[Expr, str]]:
    """Values of the names that are in the claim, and of those elements of families that it reaches."""
    bound = {s.name for s in symbols_in(claim)} - {s.name for s in _free(claim)}
    for symbol in sorted(symbols_in(claim), key=lambda s: s.name):
        if point.families.get(symbol.name):
            for at, value in sorted(point.families[symbol.name].items()):
                yield Indexed(Symbol(symbol.name), tuple(number(i) for i in at)), str(value)
        elif symbol.name in point.numbers and symbol.name not in bound:
            yield Symbol(symbol.name), str(point.numbers[symbol.name])


def _free(claim: Equation) -> frozenset[Symbol]:
    from loglik.derive.expressions import free_symbols

    return free_symbols(claim)
