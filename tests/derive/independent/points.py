"""Points: members of the declared domains, the awkward ones among them, that satisfy what is given."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from independent.numbers import CannotTell, Undefined, real
from independent.values import Place, value
from loglik.derive.expressions import Symbol

F = Fraction
_ANY = [F(n) for n in ("0", "1", "-1", "2", "1/2", "-1/2", "-2", "3", "7/3", "-5/3", "3/4")]
_POSITIVE = [F(n) for n in ("1", "1/2", "2", "3", "1/10", "7/3", "3/4")]
#: Members of each domain that tell false from true.
MEMBERS = {
    "real": _ANY,
    "nonzero": [x for x in _ANY if x],
    "positive": [*_POSITIVE, F(4)],
    "nonnegative": [F(0), *_POSITIVE],
    "base": [F(n) for n in ("2", "1/2", "3", "3/2", "1/5")],
    "probability": [F(n) for n in ("1/2", "1/3", "9/10", "1/100")],
    "unit": [F(n) for n in ("0", "1", "1/2", "1/3")],
    "label": [F(0), F(1)],
    "integer": [F(n) for n in (0, 1, -1, 2, 3, -2, -3, 4)],
    "size": [F(2), F(3), F(4)],
}
_RANGED = {"simplex", "distribution", "onehot"}
# In some points all elements of a family are alike.
_ALIKE = 0.2
_MOST_IN_ORDER, _MANY = 150, 20


class NotAPointError(ValueError):
    """The values are not in the domains."""


class Point:
    """Values of names, drawn when they are asked for; families element by element."""

    def __init__(self, domains, numbers, rng, meanings=None):
        self.domains, self.numbers, self.rng = domains, dict(numbers), rng
        self.meanings = meanings or {}
        self.elements = {}
        self.alike = rng.random() < _ALIKE
        for name, declared in domains.items():
            if declared.kind in _RANGED and name not in self.meanings:
                self._family(name, declared)

    def number(self, name, at):
        if name in self.meanings and not self.meanings[name][0]:
            return self._member(name, value(self.meanings[name][1], at))
        declared = self.domains.get(name)
        if declared is not None and declared.kind in _RANGED:  # a family without its index
            raise Undefined
        if name not in self.numbers:
            self.numbers[name] = self.rng.choice(members(declared, self.numbers))
        return self.numbers[name]

    def element(self, name, indices, at):
        if (name, indices) in self.elements:
            return self.elements[name, indices]
        if name in self.meanings and self._reach(self.meanings[name][0], indices):
            names, meaning = self.meanings[name]
            bound = {**at.bound, **{n: F(i) for n, i in zip(names, indices, strict=True)}}
            return self._member(name, value(meaning, Place(self, bound, at.elements, at.notes, at.work)))
        declared = self.domains.get(name)
        if declared is not None and declared.kind in _RANGED:  # outside of its range
            raise Undefined
        found = members(declared, self.numbers)
        self.elements[name, indices] = found[0] if self.alike else self.rng.choice(found)
        return self.elements[name, indices]

    def _reach(self, names, indices):
        """Whether what holds for every index of some ranges says something of these."""
        if len(names) != len(indices):
            return False
        runs = [(self.domains.get(n), i) for n, i in zip(names, indices, strict=True)]
        return all(d is None or d.range is None or i in run_of(d, self.numbers) for d, i in runs)

    def _member(self, name, x):
        declared = self.domains.get(name)
        if declared is not None and not is_member(x, declared.kind):
            raise NotAPointError(name)
        if declared is not None and declared.kind == "index" and x not in run_of(declared, self.numbers):
            raise NotAPointError(name)
        return x

    def _family(self, name, declared):
        run = run_of(declared, self.numbers)
        if not run:
            raise NotAPointError(name)
        if declared.kind == "onehot":
            weights = [0] * len(run)
            weights[self.rng.randrange(len(run))] = 1
        else:
            choices = (1, 2, 3, 5, 60) if declared.kind == "simplex" else (0, 0, 1, 2, 5)
            weights = [self.rng.choice(choices) for _ in run]
            if not any(weights):
                weights[-1] = 1
        self.elements.update({(name, (i,)): F(w, sum(weights)) for i, w in zip(run, weights, strict=True)})

    def shown(self):
        """The values that were used."""
        found = [f"{name} = {_short(x)}" for name, x in sorted(self.numbers.items())]
        found += [f"{name}[{', '.join(map(str, i))}] = {_short(x)}" for (name, i), x in sorted(self.elements.items())]
        return ", ".join(found)


def _short(x):
    return str(x) if isinstance(x, Fraction) else str(float(x))


def run_of(declared, numbers):
    """The whole numbers of a range; its size has a value already."""
    last = numbers[declared.range.size]
    if last.denominator != 1:
        raise NotAPointError(declared.range.size)
    return list(range(declared.range.lower, int(last) + declared.range.offset + 1))


def members(declared, numbers):
    """Members of a domain to try."""
    if declared is None:
        return MEMBERS["real"]
    if declared.kind == "index":
        run = [F(i) for i in run_of(declared, numbers)]
        if not run:
            raise NotAPointError
        return run
    return MEMBERS.get(declared.kind, MEMBERS["real"])


def is_member(x, kind):
    """Whether a number is in a domain (ranges are looked at by who has them)."""
    exact = isinstance(x, Fraction)
    x = x if exact else real(x)
    match kind:
        case "positive" | "base":
            return x > 0 and not (kind == "base" and x == 1)
        case "probability" | "simplex":
            return 0 < x < 1 or (kind == "simplex" and x == 1)
        case "nonnegative":
            return x >= 0
        case "nonzero":
            return x != 0
        case "unit" | "distribution":
            return 0 <= x <= 1
        case "label" | "onehot":
            return x in {0, 1}
        case "integer" | "index":
            return exact and x.denominator == 1
        case "size":
            return exact and x.denominator == 1 and x >= 2
        case _:
            return True


def candidates(domains, names, rng, meanings, count):
    """Points of the domains: all combinations of members where these are few, else some."""
    scalars = [n for n in names if n in domains and domains[n].kind not in _RANGED and n not in meanings]
    sizes = {d.range.size for d in domains.values() if d.range is not None}
    for size in sorted(sizes - set(domains)):
        domains = {**domains, size: Symbol(size).domain}
    first = [n for n in (*sorted(sizes), *scalars) if n in scalars or n in sizes]
    first = list(dict.fromkeys(first))
    for chosen in _combinations(first, domains, sizes, rng, count):
        try:
            yield Point(domains, chosen, rng, meanings)
        except (NotAPointError, KeyError):
            continue


def _combinations(names, domains, sizes, rng, count):
    def choices(name):
        declared = domains[name]
        if name in sizes and declared.kind not in {"size", "integer"}:
            return [F(n) for n in (1, 2, 3)]
        return None if declared.kind == "index" else MEMBERS.get(declared.kind, _ANY)

    plain = [n for n in names if choices(n) is not None]
    lists = [choices(n) for n in plain]
    total = 1
    for each in lists:
        total *= len(each)
    if count >= _MANY and total <= _MOST_IN_ORDER:
        combinations = list(product(*lists))
        rng.shuffle(combinations)
        combinations *= min(max(1, count // total), 6)
    else:
        combinations = (tuple(rng.choice(each) for each in lists) for _ in range(count))
    for combination in combinations:
        chosen = dict(zip(plain, combination, strict=True))
        for name in names:
            if name not in chosen:
                try:
                    chosen[name] = rng.choice(members(domains[name], chosen))
                except (NotAPointError, KeyError):
                    break
        else:
            yield chosen


__all__ = ["CannotTell", "NotAPointError", "Point", "candidates", "is_member", "members"]
