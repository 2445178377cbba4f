"""What a text may leave unsaid: assumptions under which a claim that fails holds after all, the weakest first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

from loglik.check.judge.points import symbols_of
from loglik.check.result import Said, said
from loglik.derive.evaluate.points import Family
from loglik.derive.expressions import (
    ONE,
    Add,
    Constant,
    Domain,
    E,
    Equation,
    Expr,
    Function,
    Indexed,
    Log,
    Number,
    Pow,
    Product,
    Sum,
    Symbol,
    free_symbols,
    number,
    parts,
    product_of,
    rebuild,
    reciprocal,
    substitute,
    walk,
)
from loglik.derive.expressions.domains import Kind, Range
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from loglik.check.judge.claims import Claim
    from loglik.derive.evaluate.points import Point

#: Kinds of sets that leave room for an assumption.
_OPEN = frozenset({"real", "nonzero", "positive", "nonnegative", "unit", "probability"})
_MOST = 12
#: Signs of inequalities.
ORDER = frozenset({"<", "<=", ">", ">="})
#: In this order sets are assumed: each says more than those before it.
_WEAKEST_FIRST: tuple[Kind, ...] = ("positive", "probability", "distribution", "simplex", "integer", "label", "onehot")
#: What is said of all numbers of an interval: of a few whole ones an inequality holds by chance.
_INTERVALS = frozenset[Kind]({"positive", "probability", "distribution", "simplex"})
#: First words of names that are parameters, weights and values computed from them, and no labels.
_NO_LABELS = frozenset(
    {*"wuvabhfge", *"WUVABH", "alpha", "beta", "gamma", "delta", "epsilon", "theta", "phi", "mu"}
).union(("sigma", "lambda", "omega", "Delta", "Theta"))
#: Weights, distances, kernels, similarities and adjacency of pairs.
_OF_PAIRS = frozenset({"w", "d", "k", "s", "a"})
# Not the name of a size: the offset of such a range is its last index.
_LAST = ""


@dataclass(frozen=True)
class Rung:
    """An assumption: what is said of it, and the claim under it.

    Parameters
    ----------
    said : tuple of Said
        What is assumed; names stand in it by their name in the trees.
    claim : Claim
        The claim where it is assumed.
    """

    said: tuple[Said, ...]
    claim: Claim


def rungs(claim: Claim, *, common_logs: bool) -> Iterator[Rung]:
    """The assumptions that are tried, the weakest first: of one name, and then of all names together.

    Parameters
    ----------
    claim : Claim
        What fails.
    common_logs : bool
        Whether ``log`` may be meant to base 2 or 10: ``ln`` may not.
    """
    of_kind: dict[Kind, dict[str, tuple[Rung, Domain]]] = {}
    for name, symbol in sorted(_open_names(claim).items()):
        for kind in _kinds(claim, symbol):
            if kind != symbol.domain.kind and not (kind == "positive" and symbol.domain.kind == "probability"):
                rung = Rung((_said(kind, name),), claim.with_domains({name: Domain(kind)}))
                of_kind.setdefault(kind, {})[name] = rung, Domain(kind)
    others: dict[Kind, list[Rung]] = {"distribution": [*_written_out(claim)]}
    for (name, position), (width, run) in _summed_families(claim).items():
        for rung, kind in _of_family(claim, name, position, width, run):
            if width == 1:
                of_kind.setdefault(kind, {})[name] = rung, Domain(kind, run)
            else:
                others.setdefault(kind, []).append(rung)
    for kind in _WEAKEST_FIRST:
        if claim.sign in ORDER and kind not in _INTERVALS:
            continue
        found = of_kind.get(kind, {})
        yield from (rung for rung, _ in [*found.values()][:_MOST])
        yield from others.get(kind, [])[:_MOST]
        if len(found) > 1:
            together = claim.with_domains({name: domain for name, (_, domain) in found.items()})
            yield Rung(tuple(each for rung, _ in found.values() for each in rung.said), together)
    yield from [*_equal_indices(claim), *_symmetric(claim)][:_MOST]
    yield from _degrees(claim)
    if common_logs:
        yield from _other_bases(claim)


def _kinds(claim: Claim, symbol: Symbol) -> Iterator[Kind]:
    """Sets that a name may be meant to come from, by how it is used: ``y`` beside ``1 - y`` may be a label."""
    yield "positive"
    places = [part for e in (claim.left, claim.right) for _, part in walk(e)]
    exponents = [part.exponent for part in places if isinstance(part, Pow) and not isinstance(part.exponent, Number)]
    complements = [part for part in places if isinstance(part, Add) and ONE in part.terms]
    names = {s.name for e in (*exponents, *complements) for s in free_symbols(e)}
    if symbol.name in names and not _no_label(symbol.name):
        yield "label"
    if symbol.name in names:
        yield "probability"
    whole = [*exponents, *(part for part in places if isinstance(part, Function))]
    if any(symbol.name in {s.name for s in free_symbols(e)} for e in whole):
        yield "integer"


def _no_label(name: str) -> bool:
    return name.partition("_")[0] in _NO_LABELS


def _said(kind: str, name: str) -> Said:
    return said(f"assume-{kind}", name=name)


def _open_names(claim: Claim) -> dict[str, Symbol]:
    free = {s.name for e in (claim.left, claim.right) for s in free_symbols(e)}
    found = symbols_of([claim.left, claim.right])
    return {name: s for name, s in found.items() if name in free and s.domain.kind in _OPEN and "_gen" not in name}


def _summed_families(claim: Claim) -> dict[tuple[str, int], tuple[int, Range]]:
    """Families that a sum or product runs over, and at which index; how many indices they have, and the range."""
    found: dict[tuple[str, int], tuple[int, Range]] = {}
    for side in (claim.left, claim.right):
        for _, part in walk(side):
            if not isinstance(part, (Sum, Product)) or not isinstance(part.lower, Number):
                continue
            if not isinstance(part.upper, Symbol) or part.lower.value.denominator != 1:
                continue
            run = Range(int(part.lower.value), part.upper.name)
            for _, inner in walk(part.body):
                if isinstance(inner, Indexed) and part.index.name in [getattr(i, "name", "") for i in inner.indices]:
                    place = [getattr(i, "name", "") for i in inner.indices].index(part.index.name)
                    if inner.base.domain.kind in _OPEN | {"label"}:
                        found.setdefault((inner.base.name, place), (len(inner.indices), run))
    return found


_OF_FAMILIES: tuple[Kind, ...] = ("simplex", "distribution", "onehot")


def _of_family(claim: Claim, name: str, place: int, width: int, run: Range) -> Iterator[tuple[Rung, Kind]]:
    """The family sums to one over the index, and then: a single member of it is 1."""
    for kind in _OF_FAMILIES:
        if kind == "onehot" and (_divides(claim, name) or _no_label(name)):
            continue
        unstated = (_said(kind if kind == "onehot" else "sums-to-one", name),)
        if width == 1:
            yield Rung(unstated, claim.with_domains({name: Domain(kind, run)})), kind
        elif kind != "distribution":
            yield Rung(unstated, replace(claim, shaped=_rows(name, place, run, hot=kind == "onehot"))), kind


def _written_out(claim: Claim) -> Iterator[Rung]:
    """Elements that are written one by one sum to one: ``t_1 + t_2 + t_3``."""
    found: dict[str, set[int]] = {}
    for _, part in (place for side in (claim.left, claim.right) for place in walk(side)):
        if isinstance(part, Indexed) and len(part.indices) == 1 and isinstance(part.indices[0], Number):
            found.setdefault(part.base.name, set()).add(int(part.indices[0].value))
    for name, at in sorted(found.items()):
        if len(at) > 1:
            shape = _rows(name, 0, Range(min(at), _LAST, max(at)), hot=False)
            yield Rung((_said("sums-to-one", name),), replace(claim, shaped=shape))


#: Elements of a row that is made to sum to one: a longer one takes too long.
_LONGEST = 60


class _Rows(Family):
    """Elements of a family of several indices that sum to one over one of them."""

    def __init__(self, drawn: Family, place: int, run: range, *, hot: bool) -> None:
        super().__init__(drawn.name, "unit", drawn.seed)
        self.place, self.run, self.hot = place, run, hot

    def __missing__(self, at: tuple[int, ...]) -> Fraction:
        rows = [(*at[: self.place], i, *at[self.place + 1 :]) for i in self.run]
        weights = [abs(Family(self.name, "integer", self.seed)[row]) + 1 for row in rows]
        if self.hot:
            first = weights.index(max(weights))
            weights = [Fraction(i == first) for i in range(len(weights))]
        total = sum(weights)
        for row, weight in zip(rows, weights, strict=True):
            dict.__setitem__(self, row, weight / total)
        return dict.get(self, at, Fraction(0))


def _rows(name: str, place: int, run: Range, *, hot: bool) -> Callable[[Point], None]:
    def shape(point: Point) -> None:
        drawn = point.families.get(name)
        last = run.offset if run.size == _LAST else int(point.numbers.get(run.size, Fraction(2)))
        if drawn is not None and not isinstance(drawn, _Rows) and last - run.lower < _LONGEST:
            point.families[name] = _Rows(drawn, place, range(run.lower, last + 1), hot=hot)

    return shape


def _divides(claim: Claim, name: str) -> bool:
    """Whether a family is divided by, or its logarithm taken: its elements are then no labels."""
    places = [part for e in (claim.left, claim.right) for _, part in walk(e)]
    below = [
        part.base
        for part in places
        if isinstance(part, Pow) and isinstance(part.exponent, Number) and part.exponent.value < 0
    ]
    inside = [part.argument for part in places if isinstance(part, Log)]
    return any(name in {s.name for s in free_symbols(e)} for e in (*below, *inside))


class _Symmetric(Family):
    """Elements of two indices that do not change if these are exchanged."""

    def __init__(self, drawn: Family) -> None:
        super().__init__(drawn.name, drawn.kind, drawn.seed)
        self.drawn = drawn

    def __missing__(self, at: tuple[int, ...]) -> Fraction:
        self[at] = self.drawn[tuple(sorted(at))]
        return self[at]


def _symmetric(claim: Claim) -> Iterator[Rung]:
    """Matrices, by their capital letters, are symmetric, and weights of pairs, distances, kernels: one of them, or all."""
    both = [part for side in (claim.left, claim.right) for _, part in walk(side) if isinstance(part, Indexed)]
    matrices = sorted(
        {p.base.name for p in both if len(p.indices) == 2 and (p.base.name[:1].isupper() or p.base.name in _OF_PAIRS)}
    )
    for names in [*([each] for each in matrices), *([matrices] if len(matrices) > 1 else [])]:

        def shape(point: Point, names: Sequence[str] = names) -> None:
            square = {n: size for n, size in point.numbers.items() if n.startswith("#")}  # sizes that have no name
            point.numbers.update(dict.fromkeys(square, max(square.values(), default=Fraction(0))))
            for name in names:
                drawn = point.families.get(name)
                if drawn is not None and not isinstance(drawn, _Symmetric):
                    point.families[name] = _Symmetric(drawn)

        yield Rung(tuple(_said("symmetric", name) for name in names), replace(claim, shaped=shape))


def _equal_indices(claim: Claim) -> Iterator[Rung]:
    free = {s.name: s for e in (claim.left, claim.right) for s in free_symbols(e) if s.domain.kind == "index"}
    for first, second in combinations(sorted(free), 2):
        apart = Equation(free[first], "!=", free[second])
        unequal = (said("assume-unequal", name=first, other=second),)
        yield Rung(unequal, replace(claim, conditions=(*claim.conditions, apart)))
        try:
            left, right = (substitute(e, {second: free[first]}) for e in (claim.left, claim.right))
        except DataError:  # one of them is the variable of a derivative by the other's elements
            continue
        yield Rung((said("assume-equal", name=first, other=second),), replace(claim, left=left, right=right))


_CIRCULAR = frozenset({"sin", "cos", "tan"})


def _degrees(claim: Claim) -> Iterator[Rung]:
    """Angles in degrees, where they are whole numbers: ``sin 30 = 1/2``."""
    calls = [part for e in (claim.left, claim.right) for _, part in walk(e) if isinstance(part, Function)]
    angles = [part.args[0] for part in calls if part.name in _CIRCULAR]
    if angles and all(isinstance(each, Number) and each.value.denominator == 1 for each in angles):
        left, right = (_in_degrees(e) for e in (claim.left, claim.right))
        yield Rung((said("assume-degrees"),), replace(claim, left=left, right=right))


def _in_degrees(e: Expr) -> Expr:
    below = tuple(_in_degrees(each) for each in parts(e))
    if isinstance(e, Function) and e.name in _CIRCULAR:
        return rebuild(e, (product_of((*below, Constant("pi"), reciprocal(number(180)))),))
    return rebuild(e, below) if below else e


def _other_bases(claim: Claim) -> Iterator[Rung]:
    """``log`` to base 2 or 10, where all there is are numbers: elsewhere the base stays the same on both sides."""
    if not any(isinstance(part, Log) for e in (claim.left, claim.right) for _, part in walk(e)):
        return
    for base in (2, 10):
        left, right = (_to_base(e, number(base)) for e in (claim.left, claim.right))
        yield Rung((said("assume-base", base=str(base)),), replace(claim, left=left, right=right))


def _to_base(e: Expr, base: Expr) -> Expr:
    if isinstance(e, Log) and e.base == E:
        return Log(_to_base(e.argument, base), base)
    below = parts(e)
    return rebuild(e, tuple(_to_base(each, base) for each in below)) if below else e
