"""Mutants of a derivation: one thing wrong in one step, or one assumption less."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from independent import judge_statement

from loglik.derive.checker.derivations import check, check_step
from loglik.derive.checker.sampling import points_for
from loglik.derive.expressions import (
    MINUS_ONE,
    ONE,
    Add,
    Constant,
    Derivative,
    Domain,
    E,
    Equation,
    Indexed,
    Limit,
    Log,
    Mul,
    Number,
    Pow,
    Product,
    Sum,
    Symbol,
    negative,
    number,
    rebuild,
    replace_at,
    substitute,
    walk,
)
from loglik.derive.expressions.walk import binder, body_and_rest
from loglik.derive.kernel.parts import places
from loglik.derive.model import Given
from loglik.derive.rules import RULES
from loglik.errors import DataError

# Points at which a mutant is judged.
_POINTS = 5
WEAKER = {
    "positive": "real",
    "nonnegative": "real",
    "nonzero": "real",
    "base": "positive",
    "probability": "positive",
    "simplex": "positive",
    "unit": "real",
}


def mutations(e, indices, path):
    """Wrong versions of one node: what kind of fault, and the node."""
    if (path and isinstance(e, (Indexed, Log, Pow, Sum, Product, Derivative))) or isinstance(e, (Add, Limit)):
        yield "sign", negative(e)
    if isinstance(e, Add):
        for i, term in enumerate(e.terms):
            yield "sign", Add((*e.terms[:i], negative(term), *e.terms[i + 1 :]))
            rest = e.terms[:i] + e.terms[i + 1 :]
            yield "term", Add(rest) if len(rest) > 1 else rest[0]
    if isinstance(e, Mul):
        for i in range(len(e.factors)):
            rest = e.factors[:i] + e.factors[i + 1 :]
            yield "factor", Mul(rest) if len(rest) > 1 else rest[0]
        if e.factors[0] != MINUS_ONE:
            yield "factor", Mul((number(2), *e.factors))
    if isinstance(e, (Indexed, Log, Limit)):
        yield "factor", Mul((number(2), e))
    if isinstance(e, Number):
        yield "factor", Number(e.value + 1)
    if isinstance(e, Constant):
        yield "factor", number(3)
    if isinstance(e, Pow):
        yield "factor", Pow(e.base, Add((e.exponent, ONE)))
    if isinstance(e, Indexed):
        for i, index in enumerate(e.indices):
            for other in indices:
                if other != index:
                    yield "index", replace(e, indices=(*e.indices[:i], other, *e.indices[i + 1 :]))
        if len(e.indices) == 2:
            yield "index", replace(e, indices=e.indices[::-1])
    if isinstance(e, (Sum, Product)):
        yield "bounds", replace(e, lower=Add((e.lower, ONE)))
        yield "bounds", replace(e, lower=Add((e.lower, MINUS_ONE)))
        yield "bounds", replace(e, upper=Add((e.upper, ONE)))
        yield "bounds", replace(e, upper=e.lower)
    variable = binder(e)
    if variable is not None:
        body, rest = body_and_rest(e)
        for other in indices:  # what the body says of its own name is said of a free one, and the other way round
            if other.name != variable.name:
                yield "binder", rebuild(e, (body, other, *rest))
                with suppress(DataError):  # a derivative is by the name
                    yield "binder", rebuild(e, (substitute(body, {variable.name: other}), variable, *rest))
    if isinstance(e, Log):
        yield "base", Log(e.base, e.argument)
        yield "base", Log(e.argument, number(2) if e.base == E else E)


def wrong_relations(before, step):
    """The step with another relation, or the other way round: (kind, first term, relation, second term)."""
    if step.relation == "<=>":
        return
    for other in ("=", "<=", ">=", "<", ">", "!="):
        if other != step.relation:
            yield "relation", before, other, step.term
    if step.relation != "=":
        yield "direction", step.term, step.relation, before


def wrong_terms(term, symbols):
    """All mutants of a term."""
    indices = [Symbol(name, d) for name, d in symbols.items() if d.kind == "index"]
    for path, part in walk(term):
        for kind, wrong in mutations(part, indices, path):
            with suppress(DataError):  # a name is wanted where the mutant has none
                yield kind, replace_at(term, path, wrong)


def contexts(derivation):
    """Each step with all it needs to be checked alone."""
    for place in places(derivation, {}):
        given = (*derivation.given.values(), *place.part.given.values())
        for i, (before, step) in enumerate(zip(place.terms, place.part.steps, strict=False)):
            rule = place.cited.get(step.rule) or RULES.get(step.rule)
            yield place.part, i, before, step, rule, place.scope, given


def really_false(before, step, wrong, part, given, relation=None):
    """Whether the mutated step is false, or one of its sides without a value, as the independent evaluator says."""
    statement = Equation(before, relation or step.relation, wrong)
    symbols = {
        s.name: s for e in (statement, *(g.relation for g in given)) for _, s in walk(e) if isinstance(s, Symbol)
    }
    domains = {name: symbol.domain for name, symbol in symbols.items()}
    return judge_statement(statement, domains, given, part.solution, count=_POINTS).kind in {"false", "undefined"}


def by_rule_alone(before, step, wrong, rule, scope, relation=None):
    """The verdict without any sampling: whether the rule is fooled."""
    mutant = replace(step, term=wrong, relation=relation or step.relation)
    return check_step(before, mutant, rule, scope, None).verdict


def with_samples(before, step, wrong, rule, scope, part, given):
    """The verdict of the checker as it is."""
    points = points_for([before, wrong], part.solution, given)
    free = points_for([before, wrong], {}, ()) if isinstance(wrong, Equation) and part.solution else []
    return check_step(before, replace(step, term=wrong), rule, scope, points, free).verdict


def weakened(derivation):
    """The derivation with one assumption less, or a weaker one."""
    for name, declared in derivation.symbols.items():
        if declared.kind in WEAKER:
            less = Domain(WEAKER[declared.kind])
            yield f"{name} {less.kind}", redeclared(derivation, {**derivation.symbols, name: less})
    for name, given in derivation.given.items():
        others = {k: v for k, v in derivation.given.items() if k != name}
        yield f"without {name}", replace(derivation, given=others)
        for how, less in _weaker(given):
            yield f"{name} {how}", replace(derivation, given={**derivation.given, name: less})
    for i, part in enumerate(derivation.parts):
        for name, given in part.given.items():
            others = {k: v for k, v in part.given.items() if k != name}
            variants = [("left out", others), *((how, {**part.given, name: less}) for how, less in _weaker(given))]
            for how, changed in variants:
                parts = (*derivation.parts[:i], replace(part, given=changed), *derivation.parts[i + 1 :])
                yield f"{name} {how} in {part.name}", replace(derivation, parts=parts)


def _weaker(given):
    relation = given.relation
    if given.every:
        yield "without for every", replace(given, every=())
        yield "for fewer", replace(given, every=given.every[:-1])
    weaker = {"=": "<=", "<": "<=", ">": ">="}.get(relation.relation)
    if weaker is not None:
        yield f"with {weaker}", replace(given, relation=replace(relation, relation=weaker))
    yield "doubled", replace(given, relation=replace(relation, left=Mul((number(2), relation.left))))


def redeclared(derivation, symbols):
    """The derivation with other domains for its symbols."""

    def again(e):
        for path, part in walk(e):
            if isinstance(part, Symbol) and part.name in symbols:
                e = replace_at(e, path, Symbol(part.name, symbols[part.name]))
        return e

    def taken(given):
        return {k: Given(again(g.relation), g.every) for k, g in given.items()}

    parts = tuple(
        replace(
            part,
            start=again(part.start),
            steps=tuple(
                replace(s, term=again(s.term), uses={k: again(v) for k, v in s.uses.items()}) for s in part.steps
            ),
            given=taken(part.given),
            solution={k: (names, again(v)) for k, (names, v) in part.solution.items()},
        )
        for part in derivation.parts
    )
    return replace(
        derivation,
        symbols=symbols,
        parts=parts,
        given=taken(derivation.given),
        proves=tuple(again(p) for p in derivation.proves),
    )


__all__ = ["RULES", "by_rule_alone", "check", "contexts", "really_false", "weakened", "with_samples", "wrong_terms"]
