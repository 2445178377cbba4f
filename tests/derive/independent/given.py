"""What is given: points that satisfy it, found by putting in what it says, or by solving it for one name."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from independent.numbers import CannotTell, Undefined, ctx, real
from independent.points import NotAPointError, candidates, is_member, members, run_of
from independent.values import Place, plus, times, truth, value
from loglik.derive.expressions import Indexed, Symbol, free_symbols

_ROUNDS = 2
_STEPS = (Fraction(1, 2), Fraction(1), Fraction(3), Fraction(1, 8), Fraction(1, 1000))


def solved(givens, solution):
    """Meanings of names: those told, and those of givens such as ``y = ...`` and ``y[k] = ... for every k``."""
    meanings = dict(solution)
    for given in givens:
        for one, other in ((given.relation.left, given.relation.right), (given.relation.right, given.relation.left)):
            if given.relation.relation != "=" or (isinstance(one, Symbol) and given.every):
                continue
            name, names = _named(one, given.every)
            if name and name not in meanings and not _reaches(other, name, meanings):
                meanings[name] = (names, other)
                break
    return meanings


def _named(e, every):
    if isinstance(e, Symbol):
        return e.name, ()
    if isinstance(e, Indexed) and all(isinstance(i, Symbol) and i.name in every for i in e.indices):
        names = tuple(i.name for i in e.indices)
        if len(set(names)) == len(names) and set(names) == set(every):
            return e.base.name, names
    return None, ()


def _reaches(e, name, meanings, seen=frozenset()):
    """Whether a meaning leads back to the name."""
    names = {s.name for s in free_symbols(e)}
    if name in names:
        return True
    return any(_reaches(meanings[n][1], name, meanings, seen | {n}) for n in names & meanings.keys() - seen)


def holds(given, point) -> bool | None:
    """Whether a given relation holds at a point, for every value of its indices."""
    names = [n for n in given.every if n in {s.name for s in free_symbols(given.relation)}]
    lists = [members(point.domains.get(n), point.numbers) for n in names]
    known = True
    for chosen in product(*lists):
        at = Place(point, dict(zip(names, chosen, strict=True)))
        try:
            found = truth(given.relation, at)
        except Undefined:
            return False
        except CannotTell:
            found = None
        if found is False:
            return False
        known = known and found is True
    return True if known else None


def points(domains, names, givens, solution, rng, count):
    """Points that satisfy what is given."""
    meanings = solved(givens, solution)
    for point in candidates(domains, names, rng, meanings, count):
        try:
            if _satisfy(point, givens):
                yield point
        except (NotAPointError, Undefined, CannotTell, KeyError):
            continue


def _satisfy(point, givens) -> bool:
    for _ in range(_ROUNDS):
        states = [holds(g, point) for g in givens]
        if all(states):
            return True
        if None in states and False not in states:
            return False
        changed = False
        for given, state in zip(givens, states, strict=True):
            if state is False:
                changed = _repair(given, point, givens) or changed
        if not changed:
            return False
    return all(holds(g, point) for g in givens)


def _repair(given, point, givens) -> bool:
    """Give one name a value that the relation asks for, and all other relations too if there is one."""
    if given.every:
        return False
    relation = given.relation
    for target in _targets(relation, point):
        before, found = _get(target, point), None
        for wanted in _roots(relation, target, point):
            if not _fits(target, wanted, point):
                continue
            _put(target, wanted, point)
            if holds(given, point):
                found = wanted
                if all(holds(g, point) for g in givens):
                    return True
        _put(target, before if found is None else found, point)
        if found is not None:
            return True
    return False


def _targets(relation, point):
    names = {s.name for s in free_symbols(relation)}
    found = [(n, None) for n in sorted(names & point.numbers.keys()) if n not in point.meanings]
    found += [key for key in sorted(point.elements) if key[0] in names and key[0] not in point.meanings]
    point.rng.shuffle(found)
    sizes = {d.range.size for d in point.domains.values() if d.range is not None}
    return [t for t in found if not (t[1] is None and t[0] in sizes)][:4]


def _get(target, point):
    name, indices = target
    return point.numbers[name] if indices is None else point.elements[name, indices]


def _put(target, x, point):
    name, indices = target
    if indices is None:
        point.numbers[name] = x
    else:
        point.elements[name, indices] = x


def _fits(target, x, point):
    declared = point.domains.get(target[0])
    if declared is None:
        return True
    if declared.kind == "index" and x not in run_of(declared, point.numbers):
        return False
    return is_member(x, declared.kind) and declared.kind not in {"simplex", "distribution", "onehot"}


def _roots(relation, target, point):
    """Values to try: members of the domain, the other side's neighbours, and the root by secants."""
    declared = point.domains.get(target[0])
    own = (
        []
        if declared is not None and declared.kind in {"simplex", "distribution", "onehot"}
        else members(declared, point.numbers)
    )
    strict = relation.relation != "="
    if strict:
        yield from own
    a = own[0] if own else Fraction(1)
    b = a + Fraction(1, 3)

    def gap(x):
        _put(target, x, point)
        at = Place(point)
        return plus(value(relation.left, at), times(Fraction(-1), value(relation.right, at)))

    try:
        fa, fb = gap(a), gap(b)
        a, b, fa, fb = (real(each) for each in (a, b, fa, fb))
        for _ in range(40):
            if fa == fb:
                break
            a, fa, b = b, fb, b - fb * (b - a) / (fb - fa)
            fb = real(gap(b))
            if abs(fb) < ctx.mpf(10) ** (10 - ctx.dps):
                break
        near = Fraction(str(ctx.nstr(real(b), 40))).limit_denominator(10**6)
        if strict:  # on either side of where both sides are equal
            yield from (near + step for each in _STEPS for step in (each, -each))
            return
        yield near
        if (
            abs(real(b) - real(near)) > ctx.mpf(10) ** -50
        ):  # else the root is that rational, which the domain may leave out
            yield b
    except (Undefined, CannotTell, NotAPointError, ZeroDivisionError, ValueError):
        pass
    yield from own
