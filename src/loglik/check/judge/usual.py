"""Usual formulas by how they look, as `usual_formulas` has them: what is one slip away from one is suspicious.

The look is what is compared, so that formulas are known too of which nothing can be computed.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from time import thread_time
from typing import TYPE_CHECKING

from loglik.check.judge.likeness import Likeness
from loglik.check.judge.mending import rewritten
from loglik.check.judge.outline import Part, outline, transposes
from loglik.check.judge.standard import plain_name
from loglik.check.latex.chains import chains
from loglik.check.latex.hints import Hints
from loglik.check.latex.tokens import tokens
from loglik.check.latex.tree import Node
from loglik.check.model.parsed import sketched
from loglik.check.result import Finding, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from loglik.check.judge.slips import Allowance
    from loglik.check.result import Judgement
    from loglik.check.statement import Statement

#: What the patterns call functions.
_CALLED = dict.fromkeys(("P", "p", "q", "Q", "V", "R", "f", "g", "H", "I", "D", "L", "Var", "Cov", "softmax"), True)
_LEAST = 5
#: Names and numbers of a formula that is larger than all that are usual.
_LARGEST = 80
#: Below which a part of another formula looks like a usual one.
_SMALLEST_ALONE = 8
_LOOK_OF_LETTERS = re.compile("math(bb|cal|scr|frak)")
_EQUAL = frozenset({"=", ":=", "≡", "←", "∝", "≈"})


@dataclass(frozen=True)
class Usual:
    """An entry of the table.

    Parameters
    ----------
    name : str
        How the reports call it.
    names : re.Pattern or None
        How what stands on the left, or what is called there, is named.
    only, unless : re.Pattern or None
        Words around it, or in the names on the left, without which, or words around it with which, nothing is compared.
    left : tuple of str
        What stands on the left; empty if the name alone counts.
    forms : tuple of str
        What stands on the right, in all the ways in which it is right.
    signs : frozenset of str
        Relations between the two sides.
    ordered : bool
        Whether factors are matrices.
    also : tuple of str
        Further ways, of which anything is a slip away.
    said : re.Pattern or None
        Words that call a displayed formula so which is no side of a relation.
    wrong : tuple of str
        Ways in which it is often written wrongly, and which are more than one slip away.
    least : int
        Names and numbers in a form below which anything is a slip away from it.
    """

    name: str
    names: re.Pattern[str] | None
    only: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    left: tuple[str, ...]
    forms: tuple[str, ...]
    also: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    signs: frozenset[str] = _EQUAL
    ordered: bool = False
    least: int = _LEAST
    said: re.Pattern[str] | None = None

    @property
    def of_matrices(self) -> bool:
        """Whether there are transposes in it."""
        return any("^T" in form for form in self.forms)

    def fits(self, called: frozenset[str], words: str) -> bool:
        """Whether the names on the left and the words around it speak of this formula."""
        if self.names is not None and not any(self.names.fullmatch(each) for each in called):
            return False
        return self.fits_words(words, *called)

    def fits_words(self, words: str, *called: str) -> bool:
        """Whether the words around it speak of this formula."""
        if self.unless is not None and self.unless.search(words):
            return False
        return self.only is None or any(self.only.search(each) for each in (words, *called))


@cache
def usual() -> tuple[Usual, ...]:
    """The table: all files of it, in the order of their names."""
    folder = files("loglik.check.judge").joinpath("usual_formulas")
    texts = (
        each.read_text(encoding="utf-8") for each in sorted(folder.iterdir(), key=str) if each.name.endswith(".toml")
    )
    return tuple(_entry(name, entry) for text in texts for name, entry in tomllib.loads(text).items())


def _entry(name: str, entry: Mapping[str, object]) -> Usual:
    names, only, unless, called = (
        re.compile(str(entry[key])) if key in entry else None for key in ("names", "only", "unless", "said")
    )
    listed = {key: tuple(map(str, entry.get(key, ()))) for key in ("left", "forms", "also", "wrong", "signs")}  # type: ignore[call-overload]
    signs = frozenset(listed.pop("signs")) or _EQUAL
    return Usual(
        name,
        names,
        only,
        unless,
        **listed,
        signs=signs,
        least=int(str(entry.get("least", _LEAST))),
        ordered="ordered" in entry,
        said=called or only,
    )


@cache
def pattern(tex: str) -> Part:
    """The outline of a formula of the table."""
    (chain,) = chains(tokens(tex))
    tree = sketched(chain.terms[0], Hints(functions=dict(_CALLED)))
    if not isinstance(tree, Node):
        raise TypeError(tex, tree)
    return outline(tree)


#: Of what is neither true nor false for all that is computed.
UNCLAIMED = frozenset({"definition", "condition", "not-decided", "not-understood", "verified-if"})


def beside_usual(found: Judgement, words: str, allowance: Allowance) -> Judgement:
    """A judgement with what the words around it would have the formula be."""
    unlike = unlike_usual(found.statement, found.index, words, allowance)
    if unlike is None:
        return found
    return found.found(unlike[0], suggestion=unlike[1] or found.suggestion)


def unlike_usual(statement: Statement, index: int, words: str, allowance: Allowance) -> tuple[Finding, str] | None:
    """What a formula should be and is not, with the source that mends it if one edit does; None if nothing is known.

    In a chain ``F = A = B`` both A and B are compared with what F should be.
    """
    signs = [each.sign for each in statement.relations[: index + 1]]
    if statement.context.denied or not set(signs[:-1]) <= _EQUAL:
        return None
    started = thread_time()
    known = list(_compared(statement, index, words))
    if not known or any(exact for _, exact in known):
        return None
    entries = [entry for entry, _ in known]
    until = thread_time() + max(0.0, min(allowance.each, allowance.left))
    suggestion = next(
        (
            tex
            for new, tex in rewritten(statement, index, until)
            if any(e in entries and x for e, x in _compared(new, index, words))
        ),
        "",
    )
    allowance.left -= thread_time() - started
    return Finding("suspicious", said("unlike-form", what=entries[0].name)), suggestion


def is_usual(statement: Statement, index: int, words: str) -> bool:
    """Whether a formula looks like a usual one of its name in all."""
    return any(exact for _, exact in _compared(statement, index, words))


def alone(statement: Statement, words: str, allowance: Allowance) -> list[Finding]:
    """What a displayed term that is no side of a relation should be and is not, where the words before it say what it is."""
    tree = statement.sketch(0)
    if statement.formula.kind != "display" or statement.context.denied or not isinstance(tree, Node):
        return []
    started = thread_time()
    part = _without_extremes(outline(tree))
    named = [
        each for each in usual() if each.said and each.said.search(words) and not each.left and each.fits_words(words)
    ]
    slips = [(entry, _slips(entry, part, part)) for entry in named] if _SMALLEST_ALONE <= part.size <= _LARGEST else []
    allowance.left -= thread_time() - started
    if any(count == 0 for _, count in slips):
        return []
    return [Finding("suspicious", said("unlike-form", what=entry.name)) for entry, count in slips if count][:1]


def _without_extremes(part: Part) -> Part:
    """What is optimised: an extreme is written before the first term of it."""
    if part.kind == "sum":
        return replace(part, parts=tuple(map(_without_extremes, part.parts)))
    return _without_extremes(part.parts[0]) if part.kind == "extreme" else part


def _compared(statement: Statement, index: int, words: str) -> Iterator[tuple[Usual, bool]]:
    """Formulas that are meant, and whether the document's is one of them, or one slip away."""
    left, right = (statement.sketch(i) for i in (0, index + 1))
    if not isinstance(left, Node) or not isinstance(right, Node):
        return
    while left.kind == "extreme":
        left = left.parts[0]
    called = set(map(plain_name, _called(statement, left)))
    called |= {_LOOK_OF_LETTERS.sub("", each) for each in called}
    one, other = outline(left), outline(right)
    turned = transposes(other)
    if other.size > _LARGEST:
        return
    sign = statement.relations[index].sign
    for entry in _spoken_of(frozenset(called), words):
        if sign not in entry.signs:
            continue
        slips = _slips(entry, one, turned if entry.of_matrices else other)
        if slips is not None:
            yield entry, slips == 0


@lru_cache(maxsize=256)
def _spoken_of(called: frozenset[str], words: str) -> tuple[Usual, ...]:
    """The entries that the names on the left and the words around it may mean: the same for every edit of a formula."""
    return tuple(each for each in usual() if each.fits(called, words))


def _called(statement: Statement, left: Node) -> Iterator[str]:
    """The left side, and the name that is called or has indices there."""
    tex, term = statement.formula.tex, statement.terms[0].tex
    yield term
    if left.kind in {"call", "element"}:
        yield tex[left.parts[0].span.start : left.parts[0].span.end]
    if (left.kind == "name" and left.parts) or left.kind == "function":
        yield left.text


@cache
def _anything(tex: str) -> frozenset[str]:
    """Names of a form that may stand for any expression: those that occur twice with indices, and u."""
    with_indices = Counter(each.text for each in pattern(tex).walk() if each.kind == "name" and each.parts)
    return frozenset({"u", *(name for name, times in with_indices.items() if times > 1)})


def _slips(entry: Usual, left: Part, right: Part) -> int | None:
    """How many slips a formula is away from an entry; None if more than one."""
    starts: list[Mapping[str, Part]] = [{}]
    if entry.left:
        starts = [
            found
            for tex in entry.left
            for found, _ in Likeness(_anything(tex), entry.ordered).ways(pattern(tex), left, {}, 0)
        ]
    if not starts:
        return None
    if _is(entry, entry.wrong, right, starts, 0, widely=False):
        return 1
    if _is(entry, (*entry.forms, *entry.also), right, starts, 0, widely=True):
        return 0
    return 1 if _is(entry, entry.forms, right, starts, 1, widely=False) else None


def _is(
    entry: Usual, forms: Sequence[str], right: Part, starts: Sequence[Mapping[str, Part]], slips: int, *, widely: bool
) -> bool:
    """Whether a formula is one of the forms, or as many slips away from one that is long enough."""
    for tex in forms:
        form = pattern(tex)
        if slips and (form.size < entry.least or 3 * right.size < 2 * form.size):
            continue
        compare = Likeness(_anything(tex), entry.ordered, form.size // 3, widely)
        if any(True for start in starts for _ in replace(compare).ways(form, right, start, slips)):
            return True
    return False
