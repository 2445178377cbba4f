"""What is one slip away from a usual formula, as `usual_formulas` has them, is suspicious.

The look is what is compared, so that formulas are known too of which nothing can be computed.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import cache, lru_cache
from time import thread_time
from typing import TYPE_CHECKING, Literal, TypeAlias

from loglik.check.judge.likeness import Likeness
from loglik.check.judge.mending import rewritten
from loglik.check.judge.outline import Part, flat, outline, transposes
from loglik.check.judge.same_value import same_value
from loglik.check.judge.standard import plain_name
from loglik.check.judge.usual_entries import EQUAL, Usual, compared_pattern, pattern, usual
from loglik.check.latex.tree import Node
from loglik.check.result import Finding, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from loglik.check.judge.slips import Allowance
    from loglik.check.result import Judgement
    from loglik.check.statement import Statement

#: Names and numbers of a formula that is larger than all that are usual.
_LARGEST = 80
#: Below which a part of another formula looks like a usual one.
_SMALLEST_ALONE = 8
_LOOK_OF_LETTERS = re.compile("math(bb|cal|scr|frak)")
#: One of the forms; right too, but general; one slip away from a form; often written so, and wrong.
Nearness: TypeAlias = Literal["is", "may be", "slip", "wrong"]
_RIGHT = frozenset({"is", "may be"})


#: Of what is neither true nor false for all that is computed.
UNCLAIMED = frozenset({"definition", "condition", "not-decided", "not-understood", "verified-if"})


def beside_usual(found: Judgement, words: tuple[str, ...], allowance: Allowance) -> Judgement:
    """A judgement with what the words around it would have the formula be."""
    unlike = unlike_usual(found.statement, found.index, words, allowance)
    if unlike is None:
        return found
    return found.found(unlike[0], suggestion=unlike[1] or found.suggestion)


def unlike_usual(
    statement: Statement, index: int, words: tuple[str, ...], allowance: Allowance
) -> tuple[Finding, str] | None:
    """What a formula should be and is not, with the source that mends it if one edit does; None if nothing is known.

    In a chain ``F = A = B`` both A and B are compared with what F should be.
    """
    signs = [each.sign for each in statement.relations[: index + 1]]
    if statement.context.denied or not set(signs[:-1]) <= EQUAL:
        return None
    started = thread_time()
    entries = _missed(list(_compared(statement, index, words)))
    if not entries:
        return None
    until = thread_time() + max(0.0, min(allowance.each, allowance.left))
    suggestion = next(
        (
            tex
            for new, tex in rewritten(statement, index, until)
            if any(e in entries and near in _RIGHT for e, near in _compared(new, index, words))
        ),
        "",
    )
    allowance.left -= thread_time() - started
    return Finding("suspicious", said("unlike-form", what=entries[0].name)), suggestion


def is_usual(statement: Statement, index: int, words: tuple[str, ...]) -> bool:
    """Whether a formula looks like a usual one of its name in all."""
    return any(near in _RIGHT for _, near in _compared(statement, index, words))


def _missed(known: Sequence[tuple[Usual, Nearness]]) -> list[Usual]:
    """The entries that a formula is nearly, or wrongly; none if it is one of another entry.

    What is right of another entry but too general to be told from others, is wrong all the same where an entry says so;
    also what is right of one whose letters may be any, where they are known.
    """
    right = [entry for entry, near in known if near == "is"]
    wrong = [entry for entry, near in known if near == "wrong"]
    known_letters = any(each.letters for each in wrong) and not any(each.letters for each in right)
    if wrong and (not right or known_letters):
        return wrong
    return [] if any(near in _RIGHT for _, near in known) else [entry for entry, near in known if near == "slip"]


def alone(statement: Statement, words: tuple[str, ...], allowance: Allowance) -> list[Finding]:
    """What a displayed term that is no side of a relation should be and is not, where the words before it say what it is."""
    tree = statement.sketch(0)
    if statement.formula.kind != "display" or statement.context.denied or not isinstance(tree, Node):
        return []
    started = thread_time()
    part = _without_extremes(outline(tree))
    named = [
        each
        for each in usual()
        if each.said and each.said.search(words[0]) and not (each.left or each.letters) and each.fits_words(words)
    ]
    named = named if _SMALLEST_ALONE <= part.size <= _LARGEST else []
    known = [(entry, near) for entry in named if (near := _nearness(entry, part, part)) is not None]
    allowance.left -= thread_time() - started
    return [Finding("suspicious", said("unlike-form", what=entry.name)) for entry in _missed(known)][:1]


def _without_extremes(part: Part) -> Part:
    """What is optimised: an extreme is written before the first term of it."""
    if part.kind == "sum":
        return replace(part, parts=tuple(map(_without_extremes, part.parts)))
    return _without_extremes(part.parts[0]) if part.kind == "extreme" else part


def _compared(statement: Statement, index: int, words: tuple[str, ...]) -> Iterator[tuple[Usual, Nearness]]:
    """Formulas that are meant, and how near the document's is to each."""
    right = statement.sketch(index + 1)
    if not isinstance(right, Node) or (other := outline(right)).size > _LARGEST:
        return
    turned = transposes(other)
    sign = statement.relations[index].sign
    for at in sorted({0, index}):  # in ``S = Var(X) = A`` both names say what A should be
        left: object = statement.sketch(at)
        while isinstance(left, Node) and left.kind == "extreme":
            left = left.parts[0]
        called = set(map(plain_name, _called(statement, left, at)))
        called |= {_LOOK_OF_LETTERS.sub("", each) for each in called}
        one = outline(left) if isinstance(left, Node) else None
        for entry in _spoken_of(frozenset(called), one.kind if one else "", words):
            if sign not in entry.signs or (at and not entry.left):
                continue
            near = _nearness(entry, one, turned if entry.of_matrices else other)
            if near is not None:
                yield entry, near


@lru_cache(maxsize=256)
def _spoken_of(called: frozenset[str], kind: str, words: tuple[str, ...]) -> tuple[Usual, ...]:
    """The entries that the names on the left and the words around it may mean: the same for every edit of a formula."""
    return tuple(each for each in _so_called(called, kind) if each.fits_words(words, *called))


@lru_cache(maxsize=1024)
def _so_called(called: frozenset[str], kind: str) -> tuple[Usual, ...]:
    """The entries whose left side may be called so and is of this kind: documents use few names."""
    return tuple(each for each in usual() if each.is_called(called) and each.may_be(kind))


def _called(statement: Statement, left: object, at: int) -> Iterator[str]:
    """The left side, and the name that is called or has indices there."""
    tex, term = statement.formula.tex, statement.terms[at].tex
    yield term
    yield term.partition("(")[0]
    if not isinstance(left, Node):  # what is called may be known all the same
        return
    if left.kind in {"call", "element"}:
        yield tex[left.parts[0].span.start : left.parts[0].span.end]
    elif (left.kind == "name" and left.parts) or left.kind == "function":
        yield left.text


@cache
def _anything(tex: str) -> frozenset[str]:
    """Names of a form that may stand for any expression: those that occur twice with indices, and u."""
    with_indices = Counter(each.text for each in pattern(tex).walk() if each.kind == "name" and each.parts)
    return frozenset({"u", *(name for name, times in with_indices.items() if times > 1)})


def _nearness(entry: Usual, left: Part | None, right: Part) -> Nearness | None:
    """How near a formula is to an entry; None if it is more than one slip away. The left side may not be read."""
    if not entry.ordered:
        left, right = left and flat(left), flat(right)
    if left is None and entry.left:
        return None
    starts = _starts(entry, left, 0) if left is not None and entry.left else [{}]
    if not starts:
        slipped = _starts(entry, left, 1) if left is not None and entry.either else []
        return "slip" if slipped and _is(entry, entry.forms, right, slipped, 0, widely=False) else None
    if _is(entry, entry.wrong, right, starts, 0, widely=False):
        unclear = any(each.kind == "big" and len(each.parts) == 1 for each in right.walk())  # over what is not said
        return "is" if unclear and _is(entry, entry.forms, right, starts, 0, widely=False) else "wrong"
    if _is(entry, entry.forms, right, starts, 0, widely=True):
        return "is"
    if _is(entry, (*entry.also, *entry.forms), right, starts, 0, widely=True, loosely=True):
        return "may be"
    if not _is(entry, entry.forms, right, starts, 1, widely=False):
        return None
    alike = any(
        same_value(compared_pattern(tex, ordered=False), right, start) for tex in entry.forms for start in starts
    )
    return "is" if alike and not entry.ordered else "slip"


def _starts(entry: Usual, left: Part, slips: int) -> list[Mapping[str, Part]]:
    """What the letters of the left side stand for, in all ways."""
    found: list[Mapping[str, Part]] = []
    for tex in entry.left:
        form = compared_pattern(tex, ordered=entry.ordered)
        if not slips or form.size >= entry.least:
            compare = Likeness(_anything(tex), entry.ordered, form.size // 3, letters=entry.letters)
            found += [each for each, _ in compare.ways(form, left, {}, slips)]
    return found


def _is(
    entry: Usual,
    forms: Sequence[str],
    right: Part,
    starts: Sequence[Mapping[str, Part]],
    slips: int,
    *,
    widely: bool,
    loosely: bool = False,
) -> bool:
    """Whether a formula is one of the forms, or as many slips away from one that is long enough."""
    for tex in forms:
        form = compared_pattern(tex, ordered=entry.ordered)
        if slips and (form.size < entry.least or 3 * right.size < 2 * form.size):
            continue
        compare = Likeness(_anything(tex), entry.ordered, form.size // 3, widely, entry.letters, loosely)
        if any(
            True for start in starts for _ in replace(compare, given=frozenset(start)).ways(form, right, start, slips)
        ):
            return True
    return False
