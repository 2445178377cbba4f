"""The one small edit that makes a wrong relation true, if there is one: tried until one holds."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import islice
from time import thread_time
from typing import TYPE_CHECKING, TypeAlias

from loglik.check.judge.claims import Claim, sampled
from loglik.check.judge.edits import edits, turned
from loglik.check.judge.expansion import depends_unknown
from loglik.check.judge.kinds import composite, numbers_only
from loglik.check.judge.lints import lints
from loglik.check.judge.opaque import Opaque
from loglik.check.judge.points import generic
from loglik.check.judge.relation import outcome
from loglik.check.judge.unknowns import one_sided
from loglik.check.judge.values import printed_decimals, value
from loglik.check.model import reread
from loglik.derive.evaluate.points import Point
from loglik.derive.expressions import ONE, Indexed, Mul, Number, Pow, negative, parts, product_of, rebuild, walk
from loglik.derive.rules.arrangement import arrangement_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from loglik.check.judge.relation import Attempt
    from loglik.check.statement import Statement
    from loglik.derive.expressions import Domain, Expr

    #: Edits of a term, given the term on the other side.
    Moves: TypeAlias = Callable[[str, str], Iterator[str]]

_SAMPLING = 0.25
#: Fractions with larger denominators are written as decimals.
_LARGEST = 1000
#: What is nearly equal to a whole number from here on is rounded to one.
_HUNDREDS = 100


def mended(statement: Statement, index: int, seconds: float, told: Mapping[str, Domain]) -> str:
    """The source of the relation with the edit; empty if none was found in time.

    An edit has to make the links on both sides of the edited term hold; where none does, one that mends this link alone
    is taken.
    """
    if number := _right_number(statement, index):
        return number
    until = thread_time() + seconds
    second_best = ""
    for new, found, touched in _read_again(statement, index, until):
        if not holds_as_written(new, index, told):
            continue
        neighbours = [i for i in (touched - 1, touched) if 0 <= i < len(new.relations) and i != index]
        if all(holds_as_written(new, i, told) or _read_nothing(new, i) for i in neighbours):
            return found
        second_best = second_best or found
    return second_best


def rewritten(statement: Statement, index: int, until: float) -> Iterator[tuple[Statement, str]]:
    """The statement with each edit of a relation's right side, and the source of the relation."""
    for new, found, touched in _read_again(statement, index, until):
        if touched == index + 1:
            yield new, found


def satisfying(statement: Statement, index: int, seconds: float, fine: Callable[[Statement], bool]) -> str:
    """The source of a relation with the first edit that satisfies a condition: for definitions, which nothing refutes."""
    until = thread_time() + seconds
    return next((found for new, found, _ in _read_again(statement, index, until) if fine(new)), "")


def holding_edit(
    statement: Statement, index: int, seconds: float, told: Mapping[str, Domain], moves: Moves = edits
) -> str:
    """The source of a relation with the first edit with which it holds without assumptions, and not as ``a + b = b + a``.

    The edit leaves no name on one side alone that was not there before.
    """
    until = thread_time() + seconds
    alone = _alone(statement, index)
    # Of what is differentiated the text says what it is, but it may have got a term since: its names are not left out.
    kept = any(e is not None and depends_unknown(e) for e in statement.readings[0].terms[index : index + 2])
    for new, found, _ in _read_again(statement, index, until, moves):
        if (
            _both_read(new, index)
            and (_alone(new, index) == alone if kept else _alone(new, index) <= alone)
            and not _tautology(new, index)
            and holds_as_written(new, index, told)
            and not _vanishes(new, index)
        ):
            return found
    return ""


def _both_read(statement: Statement, index: int) -> bool:
    return None not in statement.readings[0].terms[index : index + 2]


def _alone(statement: Statement, index: int) -> set[str]:
    """Names that stand on one side of a relation only, without their indices: ``h_0`` beside ``h_{j-1}`` is none."""
    left, right = statement.readings[0].terms[index : index + 2]
    return set() if left is None or right is None else {each.partition("[")[0] for each in one_sided(left, right)}


def _tautology(statement: Statement, index: int) -> bool:
    """Whether a name stands alone on a side, or both sides are the same but for their order."""
    left, right = statement.readings[0].terms[index : index + 2]
    if left is None or right is None or not (composite(left) and composite(right)):
        return True
    # Means are written out as sums: there the same trees are what an identity of them is.
    means = any(isinstance(part, Indexed) and part.base.name == "weight" for _, part in walk(left))
    return arrangement_key(_plain(left)) == arrangement_key(_plain(right)) and not means


def _vanishes(statement: Statement, index: int) -> bool:
    """Whether a side is 0 everywhere: of that an edit makes anything, ``(1 - 1) w``."""
    for e in statement.readings[0].terms[index : index + 2]:
        if e is None or depends_unknown(e):
            continue
        values = [x for p in islice(generic([e], ()), 3) if (x := value(e, p)) is not None]
        if values and all(each.contains(0) for each in values):
            return True
    return False


def _plain(e: Expr) -> Expr:
    """The expression without exponents and factors 1, which edits leave."""
    below = parts(e)
    new = rebuild(e, tuple(_plain(each) for each in below)) if below else e
    match new:
        case Pow(exponent=Number() as one) if one == ONE:
            return new.base
        case Mul():
            return product_of(each for each in new.factors if each != ONE)
        case _:
            return new


def without_lints(statement: Statement, index: int, seconds: float) -> str:
    """The source of a relation with the first edit that leaves nothing odd about it."""

    def fine(new: Statement) -> bool:
        left, right = new.readings[0].terms[index : index + 2]
        return left is not None and right is not None and not lints(new, index, left, right)

    return satisfying(statement, index, seconds, fine)


def edited(statement: Statement, index: int, until: float) -> Iterator[tuple[Expr | None, str]]:
    """The right side of a relation with each edit, and the source of the relation."""
    for new, found, touched in _read_again(statement, index, until):
        if touched == index + 1:
            yield new.readings[0].terms[index + 1], found


def negated(statement: Statement, index: int) -> Callable[[Statement], bool]:
    """Whether another source has the negative of a relation's right side."""
    right = statement.readings[0].terms[index + 1]

    def fine(new: Statement) -> bool:
        other = new.readings[0].terms[index + 1]
        if right is None or other is None:
            return False
        opaque = Opaque()
        claim = Claim(opaque(other), "=", negative(opaque(right)))
        return sampled(claim, thread_time() + _SAMPLING).holds

    return fine


def _read_again(
    statement: Statement, index: int, until: float, moves: Moves = edits
) -> Iterator[tuple[Statement, str, int]]:
    """The statement with each edit, the source of the relation, and the number of the term that was edited."""
    for left, right, sign, touched in _candidates(statement, index, moves):
        if thread_time() > until:
            return
        new = reread(statement, _source(statement, index, left, sign, right))
        if new is not None and new.readings and len(new.terms) == len(statement.terms):
            # What the text defines is the same for another source; definitions are found for the document as a whole.
            context = replace(new.context, definitions=statement.context.definitions)
            yield replace(new, context=context), f"{left}{sign}{right}", touched


def _candidates(statement: Statement, index: int, moves: Moves) -> Iterator[tuple[str, str, str, int]]:
    """Both sides and the sign with one edit, and which term it touches: the right side first, then the left."""
    left, right = (statement.terms[i].tex for i in (index, index + 1))
    sign = _between(statement, index)
    if other := turned(sign):
        yield left, right, f" {other} ", index
    for edited in moves(right, left):
        yield left, edited, sign, index + 1
    for edited in moves(left, right):
        yield edited, right, sign, index


def _between(statement: Statement, index: int) -> str:
    """The source between two terms: the relation with the spaces and the alignment around it."""
    first, second = statement.terms[index : index + 2]
    return statement.formula.tex[first.span.end : second.span.start]


def _source(statement: Statement, index: int, left: str, sign: str, right: str) -> str:
    """The source of the statement with the relation in its place."""
    tex, whole = statement.formula.tex, statement.span
    first, second = statement.terms[index : index + 2]
    return tex[whole.start : first.span.start] + left + sign + right + tex[second.span.end : whole.end]


def holds_as_written(statement: Statement, index: int, told: Mapping[str, Domain]) -> bool:
    """Whether a relation holds at points, with no definition put in and nothing assumed."""
    return _holding(statement, index, told) is not None


def _holding(statement: Statement, index: int, told: Mapping[str, Domain]) -> Attempt | None:
    found = outcome(statement, index, thread_time() + _SAMPLING, told, plainly=True).holds
    return found if found is not None and found.rung is None and found.found.different > 0 else None


def _read_nothing(statement: Statement, index: int) -> bool:
    """Whether a neighbouring link is not understood, and so says nothing against the edit."""
    return any(statement.terms[i].trouble is not None for i in (index, index + 1))


def _right_number(statement: Statement, index: int) -> str:
    """Where there are numbers alone: the relation with the value that the left side has, in as many digits as printed."""
    left, right = statement.readings[0].terms[index : index + 2]
    if left is None or right is None or not numbers_only(left, right) or turned(_between(statement, index)):
        return ""
    found = value(left, Point(), 500)
    if found is None:
        return ""
    middle = found.mid().fmpq()
    near = Fraction(int(middle.p), int(middle.q)).limit_denominator(_LARGEST)
    tex = statement.terms[index + 1].tex
    digits = max((str(unit).count("0") for unit in printed_decimals(tex).values()), default=0)
    if near.denominator == 1 and abs(found - int(near)) < 1e-30:
        text = str(near.numerator)
    elif abs(found * near.denominator - near.numerator) < 1e-30 and not digits:
        text = f"{'-' if near < 0 else ''}\\frac{{{abs(near.numerator)}}}{{{near.denominator}}}"
    else:
        whole = statement.relations[index].sign == "≈" and abs(found) > _HUNDREDS
        text = f"{float(found.mid()):.{digits or (0 if whole else 3)}f}"
    return f"{statement.terms[index].tex}{_between(statement, index)}{text}"
