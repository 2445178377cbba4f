"""The step kernel: whether a certificate proves a step. There is no search in it.

A certificate is a *frame*, a term with holes, and for each hole an instance of a rule. The step is proved if

1. the frame with the one side of each instance in its hole is the term before, and with the other side the term after,
   up to arrangement (order, grouping, arithmetic with written numbers, names of bound variables);
2. each hole stands where equals may be put in the place of equals, or, for an inequality, where the place is monotone;
3. each instance holds where its hole stands: its conditions are proved there, both sides have a value there.

So the two terms have a value at the same points, and there the relation holds between them. That they have one at all
points is a matter of the chain, `results.unfounded`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from loglik.derive.expressions import (
    ONE,
    ZERO,
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
    negative,
    parts,
    product_of,
    rebuild,
    walk,
)
from loglik.derive.expressions.walk import binder, body_and_rest
from loglik.derive.kernel.algebra import same_quotient
from loglik.derive.kernel.bounds import interval
from loglik.derive.kernel.conditions import holds
from loglik.derive.kernel.defined import lacking
from loglik.derive.kernel.instances import Meaning, instance, speaks_of_names_in_scope
from loglik.derive.kernel.scope import RefusedError, Scope, names_in, own_name
from loglik.derive.rules.arrangement import arrangement_key
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loglik.derive.rules.model import Rule

OPPOSITE = {"=": "=", "!=": "!=", "<=>": "<=>", "<=": ">=", ">=": "<=", "<": ">", ">": "<"}
# How a place passes a relation on: strictly, weakly, turned round, or equality only.
_STRICT, _WEAK, _EQUALS = 2, 1, 0


@dataclass(frozen=True)
class Instance:
    """A rule with what its variables stand for.

    Parameters
    ----------
    rule : Rule
        The rule; of a relation of the derivation itself, see `rules.model.cited`.
    backwards : bool
        From its right side to its left.
    meanings : mapping of str to Meaning
        What its variables stand for.
    sides : tuple of Expr, optional
        For rules without a pattern (the field axioms, both sides of an equation): the two sides.
    """

    rule: Rule
    backwards: bool = False
    meanings: Mapping[str, Meaning] = field(default_factory=dict)
    sides: tuple[Expr, Expr] | None = None


@dataclass(frozen=True)
class Certificate:
    """A term with holes, names such as ``?0``, and for each hole the instance that fills it."""

    frame: Expr
    instances: Mapping[str, Instance]


@dataclass(frozen=True)
class Application:
    """A rule in one place, as it is shown: the two sides, the conditions, those that are not proved, and the direction."""

    before: Expr
    after: Expr
    conditions: tuple[Expr, ...] = ()
    open: tuple[Expr, ...] = ()
    scope: Scope = field(default_factory=Scope, repr=False)
    backwards: bool = False


def verify(
    before: Expr, relation: str, after: Expr, certificate: Certificate, scope: Scope, rule: Rule | None = None
) -> tuple[Application, ...]:
    """Check a certificate for a step by a rule; the step is proved if no application has open conditions.

    Raises
    ------
    RefusedError
        The certificate does not give the step, whatever holds.
    """
    if not certificate.instances or any(set("?@") & set(name) for e in (before, after) for name in all_names(e)):
        raise RefusedError("nothing is applied, or a name is none that can be written")
    if rule is not None and any(used.rule is not rule for used in certificate.instances.values()):
        raise RefusedError("another rule is applied")
    of_equations = [isinstance(e, Equation) for e in (before, after)]
    if of_equations != [relation == "<=>"] * 2:
        raise RefusedError(f"{relation} does not stand between these")
    try:
        return _verified(before, relation, after, certificate, scope)
    except DataError as error:  # a substitution that would change the meaning of a derivative, a tree too large
        raise RefusedError(str(error)) from error


def _verified(
    before: Expr, relation: str, after: Expr, certificate: Certificate, scope: Scope
) -> tuple[Application, ...]:
    found, sides = [], {}
    for hole, place, way in _holes(certificate.frame, certificate.instances, scope, _STRICT):
        if hole in sides:
            raise RefusedError("one hole in two places")
        used = certificate.instances[hole]
        whole_step = certificate.frame == Symbol(hole)
        _passes(_relation_of(used), relation, way, whole_step=whole_step)
        applied = applied_here(used, place, whole_step=whole_step)
        found.append(applied)
        sides[hole] = applied.before, applied.after
    if sides.keys() != certificate.instances.keys():
        raise RefusedError("an instance has no place")
    for term, side in ((before, 0), (after, 1)):
        filled = _filled(certificate.frame, {hole: both[side] for hole, both in sides.items()})
        if arrangement_key(filled) != arrangement_key(term):
            raise RefusedError(f"the rule gives {filled}, not {term}")
    return tuple(found)


def all_names(e: Expr) -> set[str]:
    """Every name in an expression, bound or free."""
    return {s.name for _, s in walk(e) if isinstance(s, Symbol)}


# -- places


def _holes(e: Expr, instances: Mapping[str, Instance], scope: Scope, way: int) -> Iterator[tuple[str, Scope, int]]:
    """Each hole with its scope and with how its place passes a relation on to the whole."""
    if not instances.keys() & all_names(e):
        return
    match e:
        case Symbol():
            yield e.name, scope, way
        case Add():
            for term in e.terms:
                yield from _holes(term, instances, scope, way)
        case Mul():
            for i, factor in enumerate(e.factors):
                others = product_of(e.factors[:i] + e.factors[i + 1 :])
                yield from _holes(factor, instances, scope, way and _times(way, others, instances, scope))
        case Sum() | Product() | Limit() | At():
            inner = scope.enter(e)
            body, rest = body_and_rest(e)
            monotone = (way > 0) - (way < 0) if isinstance(e, Sum) else _EQUALS
            yield from _holes(body, instances, inner, monotone)
            for part in rest:
                yield from _holes(part, instances, scope, _EQUALS)
        case Derivative():
            if instances.keys() & all_names(e.variable):
                raise RefusedError("a derivative is by a name, not by what is put in its place")
            yield from _holes(e.body, instances, scope.moved(e.variable), _EQUALS)
        case Indexed() | Function():
            # Equal numbers do not make equal families.
            family = e.base if isinstance(e, Indexed) else e.args[0] if e.name == "softmax" else ONE
            if instances.keys() & all_names(family):
                raise RefusedError("a family is put in the place of another")
            for part in parts(e):
                yield from _holes(part, instances, scope, _EQUALS)
        case _:
            for part in parts(e):
                yield from _holes(part, instances, scope, _EQUALS)


def _times(way: int, others: Expr, instances: Mapping[str, Instance], scope: Scope) -> int:
    """How a factor passes a relation on, by the sign of the other factors."""
    if instances.keys() & all_names(others):
        return _EQUALS
    sign = interval(others, scope)
    if sign.low >= 0:
        return way if sign.positive else (way > 0) - (way < 0)
    if sign.high <= 0:
        return -way if sign.negative else (way < 0) - (way > 0)
    return _EQUALS


def _relation_of(used: Instance) -> str:
    if used.rule.kind != "pattern":
        return "=" if used.rule.kind == "field" else "<=>"
    own = used.rule.equation.relation
    return OPPOSITE[own] if used.backwards else own


def _passes(own: str, relation: str, way: int, *, whole_step: bool) -> None:
    """Whether what holds in the place gives the relation between the terms.

    Raises
    ------
    RefusedError
        It does not.
    """
    if own == "=":
        fine = relation in {"=", "<=", ">=", "<=>"}
    elif whole_step:
        fine = own == relation
    elif own in {"<=>", "!="} or way == _EQUALS:
        fine = False
    else:
        enough = abs(way) >= (_STRICT if own in {"<", ">"} else _WEAK)
        fine = enough and (own if way > 0 else OPPOSITE[own]) == relation
    if not fine:
        raise RefusedError(f"{own} in this place does not give {relation} between the terms")


def _filled(e: Expr, sides: Mapping[str, Expr]) -> Expr:
    """The frame with its holes filled: they are to stand under the names bound above them."""
    if isinstance(e, Symbol):
        return sides.get(e.name, e)
    below = parts(e)
    return rebuild(e, tuple(_filled(part, sides) for part in below)) if below else e


# -- instances


def applied_here(used: Instance, scope: Scope, *, whole_step: bool = True) -> Application:
    """An instance where it stands: its sides, its conditions, and those that are not proved.

    Raises
    ------
    RefusedError
        It is no instance of the rule, or the rule cannot be used there.
    """
    rule = used.rule
    if rule.kind == "field":
        return _by_field(used, scope)
    if rule.kind == "equation":
        return _both_sides(used, scope, whole_step=whole_step)
    if not rule.names <= used.meanings.keys():
        raise RefusedError(f"nothing stands for {', '.join(sorted(rule.names - used.meanings.keys()))}")
    speaks_of_names_in_scope({name: used.meanings[name] for name in rule.names}, scope)
    if (names_in(rule.equation) - rule.names) & scope.moving:
        raise RefusedError("what holds at a point is used where the point moves")
    left, right = sides_of(used)
    if rule.tree is not None and any(_constants_move(side, scope) for side in (left, right)):
        raise RefusedError("a name that is a constant in the derivative depends on its variable by what is given")
    if rule.pointwise and (names_in(left) | names_in(right)) & scope.moving:
        raise RefusedError("what holds at a point is used where the point moves")
    conditions = tuple(instance(_quantified(c, rule), rule, used.meanings) for c in rule.conditions)
    open_ = [c for c in conditions if not holds(c, scope)]
    if rule.tree is None:
        open_ += [c for side in (left, right) for c in lacking(side, scope, existence=False)]
    else:  # a relation of the derivation: both sides have a value for all values of its names
        open_ += [c for name in sorted(rule.names) for c in lacking(used.meanings[name].body, scope)]
    first, second = (right, left) if used.backwards else (left, right)
    return Application(first, second, conditions, tuple(dict.fromkeys(open_)), scope, used.backwards)


def _constants_move(e: Expr, scope: Scope) -> bool:
    """Whether a derivative takes names for constants that equations given here tie to its variable."""
    derivatives = (part for _, part in walk(e) if isinstance(part, Derivative))
    return any(
        names_in(d.body) & scope.entangled(own_name(d.variable), outside=True) - {own_name(d.variable)}
        for d in derivatives
    )


def sides_of(used: Instance) -> tuple[Expr, Expr]:
    """The left and the right side of a rule with the meanings put in."""
    equation = used.rule.equation
    return instance(equation.left, used.rule, used.meanings), instance(equation.right, used.rule, used.meanings)


def _quantified(condition: Expr, rule: Rule) -> Expr:
    """A condition on what stands under a sum or limit of the rule, as a condition for all its indices."""
    for name in sorted({s.name for s in free_symbols(condition)} - rule.names) if rule.tree is None else ():
        for _, node in walk(rule.equation):
            variable = binder(node)
            if variable is not None and variable.name == name:
                _, rest = body_and_rest(node)
                condition = rebuild(node, (condition, variable, *rest))
                break
    return condition


def _by_field(used: Instance, scope: Scope) -> Application:
    """Equal by the field axioms, with a value on both sides."""
    if used.sides is None or any(isinstance(e, Equation) for e in used.sides) or not same_quotient(*used.sides):
        raise RefusedError("the two sides are not equal by the field axioms")
    open_ = tuple(dict.fromkeys(c for side in used.sides for c in lacking(side, scope)))
    return Application(*used.sides, (), open_, scope)


def _both_sides(used: Instance, scope: Scope, *, whole_step: bool) -> Application:
    """``A = B <=> C = D`` if ``C - D`` is ``A - B`` times a factor that is not 0."""
    if used.sides is None or not whole_step:
        raise RefusedError("both sides of an equation are changed for the whole equation")
    before, after = used.sides
    if not (isinstance(before, Equation) and isinstance(after, Equation)) or {before.relation, after.relation} != {"="}:
        raise RefusedError("both sides are changed of equations only")
    meaning = used.meanings.get("by")
    factor = ONE if meaning is None else meaning.body
    gap, wanted = (Add((e.left, negative(e.right))) for e in (before, after))
    if not same_quotient(Mul((factor, gap)), wanted):
        raise RefusedError("the difference of the sides is not multiplied by the factor")
    conditions: tuple[Expr, ...] = () if factor == ONE else (Equation(factor, "!=", ZERO),)
    open_ = [c for c in conditions if not holds(c, scope)]
    open_ += [c for e in (before, after, factor) for c in lacking(e, scope)]
    return Application(before, after, conditions, tuple(dict.fromkeys(open_)), scope)
