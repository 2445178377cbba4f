"""Certificates: where a rule makes one term another, and what its variables stand for there.

The two terms are walked together. Where they differ, the rule is tried; where it does not fit, the walk goes on below.
Nothing here has to be trusted: `kernel.step` puts the meanings into the rule again, and compares.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, cast

from loglik.derive.expressions import (
    Add,
    At,
    Derivative,
    Equation,
    Expr,
    Function,
    Indexed,
    Limit,
    Mul,
    Product,
    Sum,
    Symbol,
    free_symbols,
    parts,
    product_of,
    rebuild,
    substitute,
    sum_of,
)
from loglik.derive.expressions.walk import binder, body_and_rest
from loglik.derive.kernel.algebra import same_quotient
from loglik.derive.kernel.instances import Meaning
from loglik.derive.kernel.scope import RefusedError, names_in
from loglik.derive.kernel.step import OPPOSITE, Certificate, Instance, applied_here, sides_of
from loglik.derive.rules.arrangement import arrangement_key
from loglik.derive.search.matching import matches
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loglik.derive.kernel.scope import Scope
    from loglik.derive.rules import Rule

_MAX_TRIES = 400


def certificate(
    before: Expr, after: Expr, rule: Rule, relation: str, scope: Scope, uses: Mapping[str, Expr]
) -> Certificate | None:
    """A certificate for a step by a rule; None if none is found."""
    walk = _Walk(rule, uses)
    frame = walk.between(before, after, relation, scope)
    if frame is None or not walk.instances:
        return None
    return Certificate(frame, walk.instances)


@dataclass
class _Walk:
    """A rule, what is said of its variables, and the instances found so far."""

    rule: Rule
    uses: Mapping[str, Expr]
    instances: dict[str, Instance] = field(default_factory=dict)

    def hole(self, instance: Instance) -> Symbol:
        name = f"?{len(self.instances)}"
        while name in self.instances:
            name += "?"
        self.instances[name] = instance
        return Symbol(name)

    def attempt(self, before: Expr, after: Expr, relation: str, scope: Scope) -> Expr | None:
        """`between`, with nothing left behind if it fails."""
        kept = dict(self.instances)
        found = self.between(before, after, relation, scope)
        if found is None:
            self.instances = kept
        return found

    def between(self, before: Expr, after: Expr, relation: str, scope: Scope) -> Expr | None:
        """The frame in which the rule makes one term the other; the term itself where they do not differ."""
        if self.rule.kind == "field":
            # The axioms hold for whole terms too; what is meant is the smallest place.
            same = arrangement_key(before) == arrangement_key(after)
            deeper = None if same else self.further_in(before, after, relation, scope)
            if deeper is not None:
                return deeper
        found = self.here(before, after, relation, scope)
        if found is not None:
            return self.hole(found)
        if arrangement_key(before) == arrangement_key(after):
            return before
        everywhere = self.put_in(before, after, scope)
        if everywhere is not None:
            return everywhere
        return self.further_in(before, after, relation, scope)

    def further_in(self, before: Expr, after: Expr, relation: str, scope: Scope) -> Expr | None:
        kept = dict(self.instances)
        if isinstance(before, (Add, Mul)):
            found = self.among_operands(before, after, relation, scope)
        else:
            found = self.below(before, after, relation, scope)
        if found is None:
            self.instances = kept
        return found

    # -- in this place

    def here(self, before: Expr, after: Expr, relation: str, scope: Scope) -> Instance | None:
        if self.rule.kind != "pattern":
            return self.without_pattern(before, after, relation)
        best = None
        wanted = [arrangement_key(e) for e in (before, after)]
        own = self.rule.equation.relation
        for backwards in (False, True):
            if relation != (OPPOSITE[own] if backwards else own):
                continue
            for meanings in islice(self.candidates(before, after, backwards=backwards), _MAX_TRIES):
                found = Instance(self.rule, backwards, meanings)
                try:
                    sides = sides_of(found)
                    if [arrangement_key(e) for e in (sides[::-1] if backwards else sides)] != wanted:
                        continue
                    open_ = applied_here(found, scope).open
                except (RefusedError, DataError, KeyError):
                    continue
                if not open_:
                    return found
                best = best or found
        return best

    def without_pattern(self, before: Expr, after: Expr, relation: str) -> Instance | None:
        of_equations = isinstance(before, Equation) and isinstance(after, Equation)
        if self.rule.kind == "equation":
            factor = {"by": Meaning(self.uses["by"])} if "by" in self.uses else {}
            fits = of_equations and relation == "<=>"
            return Instance(self.rule, False, factor, (before, after)) if fits else None
        fits = relation == "=" and not isinstance(before, Equation) and not isinstance(after, Equation)
        return Instance(self.rule, sides=(before, after)) if fits and same_quotient(before, after) else None

    def candidates(self, before: Expr, after: Expr, *, backwards: bool) -> Iterator[Mapping[str, Meaning]]:
        left, right = self.rule.equation.left, self.rule.equation.right
        first, second = (right, left) if backwards else (left, right)
        names = self.rule.names
        known = {name: Meaning(e) for name, e in self.uses.items()}
        for found in matches(first, before, names, known):
            yield from (self.complete(each) for each in matches(second, after, names, found))
            yield self.complete(found)
        yield from (self.complete(each) for each in matches(second, after, names, known))

    def complete(self, found: Mapping[str, Meaning]) -> Mapping[str, Meaning]:
        """Names of a relation of the derivation that the terms do not show stand for themselves."""
        if self.rule.tree is None:
            return found
        own = {s.name: Meaning(s) for s in free_symbols(self.rule.equation) if s.name in self.rule.names}
        return {**own, **found}

    def put_in(self, before: Expr, after: Expr, scope: Scope) -> Expr | None:
        """A value given for a symbol, put in everywhere at once."""
        rule = self.rule
        if rule.kind != "pattern" or rule.tree is None or rule.equation.relation != "=":
            return None
        left, right = rule.equation.left, rule.equation.right
        if not isinstance(left, Symbol) or left.name in scope.moving or left.name not in names_in(before):
            return None
        if left.name in rule.names:
            return None
        try:
            if arrangement_key(substitute(before, {left.name: right})) != arrangement_key(after):
                return None
        except DataError:
            return None
        return self.everywhere(before, left, Instance(rule, meanings=self.complete({})), scope)

    def everywhere(self, e: Expr, symbol: Symbol, instance: Instance, scope: Scope) -> Expr:
        if isinstance(e, Symbol):
            return self.hole(instance) if e.name == symbol.name else e
        if binder(e) is not None:
            inner, body = scope.open(e)
            name = Symbol(scope.fresh(cast("Symbol", binder(e)).name))
            rest = (self.everywhere(part, symbol, instance, scope) for part in body_and_rest(e)[1])
            return rebuild(e, (self.everywhere(body, symbol, instance, inner), name, *rest))
        if isinstance(e, Derivative):
            return Derivative(self.everywhere(e.body, symbol, instance, scope.moved(e.variable)), e.variable)
        below = parts(e)
        return rebuild(e, tuple(self.everywhere(part, symbol, instance, scope) for part in below)) if below else e

    # -- further in

    def among_operands(self, before: Add | Mul, after: Expr, relation: str, scope: Scope) -> Expr | None:
        """In a sum or product: set aside what both have, and look at the rest."""
        kind = type(before)
        mine, theirs = _flat(before, kind), _flat(after, kind)
        common: list[Expr] = []
        for each in list(mine):
            twin = next((t for t in theirs if arrangement_key(t) == arrangement_key(each)), None)
            if twin is not None:
                mine.remove(each)
                theirs.remove(twin)
                common.append(each)
        join = sum_of if kind is Add else product_of
        for inner in _relations_below(relation) if kind is Mul else (relation,):
            if common and mine:
                rest, other = join(mine), join(theirs)
                if len(mine) == 1:
                    found = self.attempt(rest, other, inner, scope)
                    if found is not None:
                        return join([*common, found])
                    continue
                instance = self.here(rest, other, inner, scope)
                if instance is not None:
                    return join([*common, self.hole(instance)])
            if len(mine) != len(theirs) or len(mine) < 2:
                continue
            together = self.together(list(zip(mine, theirs, strict=True)), inner, scope)
            if together is not None:
                return join([*common, *together])
        return None

    def together(self, pairs: list[tuple[Expr, Expr]], relation: str, scope: Scope) -> list[Expr] | None:
        total: list[Expr] = []
        for one, other in pairs:
            if arrangement_key(one) == arrangement_key(other):
                total.append(one)
                continue
            found = self.attempt(one, other, relation, scope)
            if found is None:
                return None
            total.append(found)
        return total

    def below(self, before: Expr, after: Expr, relation: str, scope: Scope) -> Expr | None:
        if type(before) is not type(after) or not _same_name(before, after):
            return None
        inner = "=" if relation == "<=>" else relation
        if isinstance(before, (Sum, Product, Limit, At)):
            return self.bound(before, after, inner, scope)
        if inner != "=":
            return None
        under = scope.moved(before.variable) if isinstance(before, Derivative) else scope
        mine, theirs = parts(before), parts(after)
        if not mine or len(mine) != len(theirs):
            return None
        if isinstance(before, Derivative) and arrangement_key(mine[1]) != arrangement_key(theirs[1]):
            return None
        found = self.together(list(zip(mine, theirs, strict=True)), inner, under)
        return None if found is None else rebuild(before, tuple(found))

    def bound(self, before: Expr, after: Expr, relation: str, scope: Scope) -> Expr | None:
        _, rest = body_and_rest(before)
        _, other_rest = body_and_rest(after)
        inner, body = scope.open(before)
        _, other_body = scope.open(after)
        name = Symbol(scope.fresh(cast("Symbol", binder(before)).name))
        if scope.fresh(cast("Symbol", binder(after)).name) != name.name:
            other_body = substitute(other_body, {scope.fresh(cast("Symbol", binder(after)).name): name})
        if [arrangement_key(e) for e in rest] == [arrangement_key(e) for e in other_rest]:
            if relation != "=" and not isinstance(before, Sum):
                return None
            found = self.attempt(body, other_body, relation, inner)
            return None if found is None else rebuild(before, (found, name, *rest))
        # The value of an at, the ends of a range: outside the reach of the variable.
        if relation != "=":
            return None
        if arrangement_key(body) != arrangement_key(other_body):
            return None
        outside = self.together(list(zip(rest, other_rest, strict=True)), relation, scope)
        return None if outside is None else rebuild(before, (body, name, *outside))


def _relations_below(relation: str) -> tuple[str, ...]:
    """Under a factor: the relation, or if the factor is negative its opposite. The kernel looks at the factor."""
    return (relation,) if relation in {"=", "<=>", "!="} else (relation, OPPOSITE[relation])


def _flat(e: Expr, kind: type) -> list[Expr]:
    return [each for part in parts(e) for each in _flat(part, kind)] if isinstance(e, kind) else [e]


def _same_name(a: Expr, b: Expr) -> bool:
    if isinstance(a, Equation):
        return a.relation == cast("Equation", b).relation
    if isinstance(a, Indexed):
        other = cast("Indexed", b)
        return (a.base.name, a.upper, len(a.indices)) == (other.base.name, other.upper, len(other.indices))
    if isinstance(a, Function):
        return a.name == cast("Function", b).name and len(a.args) == len(cast("Function", b).args)
    return not isinstance(a, Symbol)
