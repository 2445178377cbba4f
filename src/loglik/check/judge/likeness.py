"""Whether an outline is that of a usual formula, whatever its names are, or one slip away from it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING

from loglik.check.judge.outline import Part, negated
from loglik.check.judge.slipped import (
    as_fraction,
    bracketed_otherwise,
    called,
    head,
    inside,
    moves,
    same_density,
    shifted,
)

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Mapping, Sequence

    Found = Iterator[tuple[Mapping[str, Part], int]]

#: Functions that are taken for each other, and those that are left out or put in.
_EXCHANGED = (
    {"sum", "prod"},
    {"max", "min"},
    {"argmax", "argmin"},
    {"sin", "cos"},
    {"cup", "cap"},
    {",", "|"},
    {"'", "''"},
)
#: What one name of a pattern may stand for: it is taken for another by a slip.
_ATOMS = frozenset({"name", "call", "element", "prime", "abs", "norm", "nabla", "derivative", "word", "transpose"})
_SIMPLE = frozenset({"constant", "power", "root", "function"})
_SMALL = frozenset({"name", "call", "number", "constant", "word"})
#: Letters that are indices in the patterns.
_INDICES = frozenset("ijklt")
#: In the expression for a letter: without indices.
_PLAIN = "(?#plain)"
_DENSITIES = frozenset("pqPQ")
_MOST_STEPS = 4000
#: Terms or factors that one of the two has more.
_MOST_APART = 2


@dataclass
class Likeness:
    """A comparison.

    Parameters
    ----------
    anything : frozenset of str
        Names of the pattern that may stand for anything; the others stand for a name, an element or a call.
    ordered : bool
        Whether the order of factors counts.
    lost : int
        How many names and numbers a slip may lose at once.
    widely : bool
        Whether all names may stand for powers, roots and functions too: where nothing may differ.
    letters : mapping of str to re.Pattern
        How the document calls what some names of the pattern stand for: a label is no estimate of it.
    loosely : bool
        Whether t - 1 is an index t: what counts from another start.
    given : frozenset of str
        Names that the left side has: no other index takes their letter.
    steps : int
        How many were taken.
    """

    anything: frozenset[str] = frozenset()
    ordered: bool = False
    lost: int = 0
    widely: bool = False
    letters: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    loosely: bool = False
    given: frozenset[str] = frozenset()
    steps: int = field(default=0)

    def ways(self, pattern: Part, part: Part, bound: Mapping[str, Part], slips: int) -> Found:
        """What the names of the pattern stand for, and how many slips are left, for each way in which it fits."""
        self.steps += 1
        if self.steps > _MOST_STEPS:
            return
        if pattern.kind == "name":
            yield from self._named(pattern, part, bound, slips)
        elif pattern.kind == part.kind:
            yield from self._alike(pattern, part, bound, slips)
        elif pattern.kind == "neg" and part.kind == "sum" and self._is_free(pattern.parts[0]):
            yield from self.ways(pattern.parts[0], negated(part), bound, slips)
        elif "product" in {pattern.kind, part.kind}:
            yield from self._parts(as_fraction(pattern).parts, as_fraction(part).parts, bound, slips)
        elif slips and "sum" in {pattern.kind, part.kind}:
            one, other = (e.parts if e.kind == "sum" else (e,) for e in (pattern, part))
            yield from self._of_many(one, other, bound, slips, "sum")
        if slips:
            yield from self._slipped(pattern, part, bound, slips - 1)

    def _alike(self, pattern: Part, part: Part, bound: Mapping[str, Part], slips: int) -> Found:
        """Of two parts of one kind."""
        same = pattern.text == part.text
        left = slips - (not same)
        if pattern.kind in {"sum", "above", "below"}:
            yield from self._of_many(pattern.parts, part.parts, bound, slips, pattern.kind)
        elif same or (slips and any({pattern.text, part.text} <= each for each in _EXCHANGED)):
            compare = self._big if pattern.kind in {"big", "extreme"} else self._parts
            yield from compare(pattern.parts, part.parts, bound, left)
        elif slips and pattern.kind in {"number", "word"}:
            yield bound, left

    def _slipped(self, pattern: Part, part: Part, bound: Mapping[str, Part], slips: int) -> Found:
        """With something around the one and not the other; turned over; the other way round."""
        if (inner := inside(part)) is not None:
            yield from self.ways(pattern, inner, bound, slips)
        for other in bracketed_otherwise(part):
            yield from self.ways(pattern, other, bound, slips)
        if pattern.kind != "name":
            inner = pattern.parts[0] if pattern.kind in {"nabla", "derivative"} else inside(pattern)
            if inner is not None:
                yield from self.ways(inner, part, bound, slips)
            if part.kind == "sum":
                yield from self.ways(pattern, negated(part), bound, slips)
            if (
                pattern.kind == "sum" and part.kind == "product" and not part.parts[1].parts
            ):  # a product of what are terms
                yield from self._of_many(pattern.parts, part.parts[0].parts, bound, slips, "sum")
        if pattern.kind == part.kind == "product":
            above, below = (each.parts for each in part.parts)
            turned = (Part("above", parts=below), Part("below", parts=above))
            yield from self._parts(pattern.parts, turned, bound, slips)
            if len(above) + len(below) > 2:  # one of the fractions that are multiplied
                for up, down in product(above, below):
                    yield from self._parts(pattern.parts, _exchanged(part, up, down), bound, slips)

    def _parts(self, patterns: Sequence[Part], parts: Sequence[Part], bound: Mapping[str, Part], slips: int) -> Found:
        """Part by part, in their order."""
        if len(patterns) != len(parts):
            return
        if not patterns:
            yield bound, slips
            return
        for found, left in self.ways(patterns[0], parts[0], bound, slips):
            yield from self._parts(patterns[1:], parts[1:], found, left)

    def _of_many(
        self, patterns: Sequence[Part], parts: Sequence[Part], bound: Mapping[str, Part], slips: int, kind: str
    ) -> Found:
        """Terms or factors in any order; a slip loses one, or brings in a number or what is there already."""
        takes_many = kind != "sum" and not self.ordered and next((e for e in patterns if self._is_free(e)), None)
        if takes_many and patterns[-1] is not takes_many:  # what may stand for several factors comes last
            patterns = [*(each for each in patterns if each is not takes_many), takes_many]
        if abs(len(patterns) - len(parts)) > _MOST_APART and not takes_many:
            return
        if not patterns:
            if not parts:
                yield bound, slips
            elif slips and len(parts) == 1 and _intruder(parts[0], bound, kind):
                yield bound, slips - 1
            return
        first, *rest = patterns
        if takes_many and not rest and len(parts) > 1:
            whole = Part("product", parts=(Part("above", parts=tuple(parts)), Part("below")))
            yield from self.ways(first, whole, bound, slips)
        in_order = self.ordered and kind != "sum"
        for at in range(len(parts))[: 1 if in_order else None]:
            for found, left in self.ways(first, parts[at], bound, slips):
                yield from self._of_many(rest, [*parts[:at], *parts[at + 1 :]], found, left, kind)
        if not slips:
            return
        if first.size <= self.lost:
            yield from self._of_many(rest, parts, bound, slips - 1, kind)
        if in_order and parts and _intruder(parts[0], bound, kind):
            yield from self._of_many(patterns, parts[1:], bound, slips - 1, kind)
        if in_order and len(parts) > 1:
            yield from self._of_many(patterns, [parts[1], parts[0], *parts[2:]], bound, slips - 1, kind)
        if kind != "sum":
            inner = inside(first)
            if inner is not None and inner.kind == "product" and not inner.parts[1].parts:  # an inverse that is lost
                yield from self._of_many([*inner.parts[0].parts, *rest], parts, bound, slips - 1, kind)
            if inner is not None and self._is_free(inner) and not rest and len(parts) > 1:  # exp of a product
                whole = Part("product", parts=(Part("above", parts=tuple(parts)), Part("below")))
                yield from self.ways(inner, whole, bound, slips - 1)
            if len(parts) == 1 and parts[0].kind == "sum" and rest:  # a sum of what are factors
                yield from self._of_many(patterns, parts[0].parts, bound, slips - 1, kind)

    def _big(self, patterns: Sequence[Part], parts: Sequence[Part], bound: Mapping[str, Part], slips: int) -> Found:
        """Sums, products and extremes: bounds count where both have them."""
        (body, *bounds), (own, *others) = patterns, parts
        if bounds and others:
            taken = {each.key for name, each in bound.items() if name in _INDICES - {bounds[0].text}}
            index = bounds[0].text
            if others[0].kind != "name" or others[0].key in taken:
                return
            if index in self.given and bound[index].key != others[0].key:
                return
            bound = {**bound, bounds[0].text: others[0]}
        both = len(bounds) == len(others) == 3
        for found, left in self._parts(bounds[1:] if both else (), others[1:] if both else (), bound, slips):
            yield from self.ways(body, own, found, left)

    def _named(self, pattern: Part, part: Part, bound: Mapping[str, Part], slips: int) -> Found:
        """A name of the pattern stands for the same thing everywhere; with indices, for the same of each index."""
        if not pattern.parts:
            known = bound.get(pattern.text)
            if known is None:
                if self._may_be(pattern, part) and not _is_another(pattern, part, bound):
                    yield {**bound, pattern.text: part}, slips
            elif known.key == part.key or (pattern.text in _DENSITIES and same_density(known, part)):
                yield bound, slips
            elif slips and (part.kind in _SMALL or negated(part).key == known.key):
                yield bound, slips - 1
            return
        family = f"{pattern.text}[]"
        if not slips and not self._may_be(pattern, part):
            return
        for indices, found in self._indices(pattern.parts, part, bound):
            abstract = part
            for number, index in enumerate(indices):
                abstract = abstract.replaced(index, Part("hole", str(number)))
            holes = {each.text for each in abstract.walk() if each.kind == "hole"}
            known, top = found.get(family), found.get(pattern.text)
            named = top is None or head(part).key == head(top).key
            exact = self.loosely or part.kind != "name" or not any(moves(each) for each in abstract.parts)
            alike = exact and len(holes) == len(indices) and named and (known is None or known.key == abstract.key)
            if alike and self._may_be(pattern, part):
                yield {**found, family: abstract}, slips
            elif slips and part.kind in _SMALL and (known is not None or not named or shifted(indices, part)):
                yield found, slips - 1

    def _may_be(self, pattern: Part, part: Part) -> bool:
        """Whether a name of the pattern may stand for a part."""
        letter = self.letters.get(pattern.text)
        if letter is not None and (
            not letter.fullmatch(called(part)) or (part.parts and not pattern.parts and _PLAIN in letter.pattern)
        ):
            return False
        simple = part.kind in _ATOMS or (self.widely and part.kind in _SIMPLE) or part.text == "pi"
        return simple or (pattern.text in self.anything and part.kind != "neg")

    def _is_free(self, pattern: Part) -> bool:
        """Whether a part of the pattern is a name that may stand for anything."""
        return pattern.kind == "name" and not pattern.parts and pattern.text in self.anything

    def _indices(
        self, patterns: Sequence[Part], part: Part, bound: Mapping[str, Part]
    ) -> Iterator[tuple[list[Part], Mapping[str, Part]]]:
        """The indices of a name of the pattern, in the document's names; for one that is not known yet, each that may be."""
        free = next((p for each in patterns for p in each.walk() if p.kind == "name" and p.text not in bound), None)
        if free is None:
            yield [_instance(each, bound) for each in patterns], bound
            return
        taken = {each.key for name, each in bound.items() if name in _INDICES}
        below = [inner for each in part.walk() if each.parts for top in each.parts for inner in top.walk()]
        names = {
            each.key: each for each in below if each.kind == "name" or (each.kind == "number" and part.kind == "name")
        }
        for key, name in names.items():
            if key not in taken:
                yield from self._indices(patterns, part, {**bound, free.text: name})


def _exchanged(part: Part, up: Part, down: Part) -> tuple[Part, Part]:
    """What is above and below a fraction with a factor of each in the place of the other."""
    above, below = (list(each.parts) for each in part.parts)
    above[above.index(up)], below[below.index(down)] = down, up
    return Part("above", parts=tuple(above)), Part("below", parts=tuple(below))


def _intruder(part: Part, bound: Mapping[str, Part], kind: str) -> bool:
    """Whether a term or factor may be there by a slip: a number, or what stands elsewhere in the formula."""
    if part.kind == "neg":
        part = negated(part)
    if part.kind == "number":
        return kind == "sum" or part.text != "2"
    return kind != "sum" and any(part.key == each.key or head(part).key == head(each).key for each in bound.values())


def _is_another(pattern: Part, part: Part, bound: Mapping[str, Part]) -> bool:
    """Whether an index of the pattern would be the same as another one of it."""
    return pattern.text in _INDICES and any(
        each.key == part.key for name, each in bound.items() if name in _INDICES and name != pattern.text
    )


def _instance(pattern: Part, bound: Mapping[str, Part]) -> Part:
    """An index of the pattern in the document's names: ``t - 1``."""
    if pattern.kind == "name" and pattern.text in bound:
        return bound[pattern.text]
    return replace(pattern, parts=tuple(_instance(each, bound) for each in pattern.parts))
