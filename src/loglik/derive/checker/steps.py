"""One step: whether the rule, put in the place where two terms differ, gives the second from the first.

The two terms are walked together. Where they differ, the rule is tried: its variables get meanings (by `matching`, which
is not trusted), the meanings are put into both sides of the rule, and the results must be the two sub-expressions, up to
arrangement. Where the rule does not fit, the walk goes on below, since equals may be put in the place of equals;
inequalities only where the place is monotone.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, cast

from loglik.derive.checker.algebra import denominators, same_quotient
from loglik.derive.checker.conditions import holds
from loglik.derive.checker.signs import NONNEGATIVE, Scope, signs
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
    Mul,
    Sum,
    Symbol,
    free_symbols,
    negative,
    parts,
    product_of,
    substitute,
    sum_of,
)
from loglik.derive.expressions.walk import binder, body_and_rest
from loglik.derive.rules.arrangement import arrangement_key
from loglik.derive.rules.instances import Meaning, instantiate
from loglik.derive.rules.matching import matches
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loglik.derive.rules import Rule

_MAX_TRIES = 400
_OPPOSITE = {"=": "=", "<=": ">=", ">=": "<=", "<=>": "<=>", "<": ">", ">": "<"}


@dataclass(frozen=True)
class Application:
    """A rule in one place.

    Parameters
    ----------
    before, after : Expr
        The sub-expressions.
    backwards : bool
        From the right side of the rule to the left.
    meanings : tuple of (str, Expr)
        What the variables of the rule stand for.
    open : tuple of Expr
        Conditions that do not follow from what is declared.
    conditions : tuple of Expr
        All conditions, as they stand here.
    """

    before: Expr
    after: Expr
    backwards: bool = False
    meanings: tuple[tuple[str, Expr], ...] = ()
    open: tuple[Expr, ...] = ()
    conditions: tuple[Expr, ...] = ()


def applications(
    before: Expr, after: Expr, rule: Rule, relation: str, scope: Scope, uses: Mapping[str, Expr]
) -> list[Application] | None:
    """The places where the rule makes the first term the second; None if it does not."""
    if rule.kind == "field" and arrangement_key(before) != arrangement_key(after):
        # The axioms hold for whole terms too; what is meant is the smallest place.
        deeper = _further_in(before, after, rule, relation, scope, uses)
        if deeper:
            return deeper
    found = _here(before, after, rule, relation, scope, uses)
    if found is not None:
        return [found]
    if arrangement_key(before) == arrangement_key(after):
        return []
    put_in = _put_in(before, after, rule, scope)
    if put_in is not None:
        return [put_in]
    return _further_in(before, after, rule, relation, scope, uses)


def _further_in(
    before: Expr, after: Expr, rule: Rule, relation: str, scope: Scope, uses: Mapping[str, Expr]
) -> list[Application] | None:
    if isinstance(before, (Add, Mul)):
        return _among_operands(before, after, rule, relation, scope, uses)
    return _below(before, after, rule, relation, scope, uses)


def _here(
    before: Expr, after: Expr, rule: Rule, relation: str, scope: Scope, uses: Mapping[str, Expr]
) -> Application | None:
    if rule.kind == "field":
        return _by_field(before, after, scope) if relation == "=" else None
    if rule.kind == "equation":
        return _both_sides(before, after, scope, uses) if relation == "<=>" else None
    best = None
    for backwards in (False, True):
        own = rule.equation.relation
        if relation != (_OPPOSITE[own] if backwards else own):
            continue
        for meanings in islice(_candidates(before, after, rule, uses, backwards=backwards), _MAX_TRIES):
            instance = _instance(before, after, rule, meanings, scope, backwards=backwards)
            if instance is not None and not instance.open:
                return instance
            best = best or instance
    return best


def _candidates(
    before: Expr, after: Expr, rule: Rule, uses: Mapping[str, Expr], *, backwards: bool
) -> Iterator[Mapping[str, Meaning]]:
    left, right = rule.equation.left, rule.equation.right
    first, second = (right, left) if backwards else (left, right)
    known = {name: Meaning(e) for name, e in uses.items()}
    for found in matches(first, before, rule.names, known):
        yield from matches(second, after, rule.names, found)
        yield found
    yield from matches(second, after, rule.names, known)


def _instance(
    before: Expr, after: Expr, rule: Rule, meanings: Mapping[str, Meaning], scope: Scope, *, backwards: bool
) -> Application | None:
    """The trusted part: put the meanings in, compare, and look at the conditions."""
    if not rule.names <= meanings.keys() or _shadowed(rule, scope):
        return None
    try:
        left, right = (instantiate(side, meanings) for side in (rule.equation.left, rule.equation.right))
        first, second = (right, left) if backwards else (left, right)
        if arrangement_key(first) != arrangement_key(before) or arrangement_key(second) != arrangement_key(after):
            return None
        conditions = [instantiate(c, meanings) for c in rule.conditions]
    except (DataError, KeyError, ValueError):
        return None
    if rule.pointwise and not _allowed_here(before, after, scope):
        return None
    inside = _inside(left, scope)
    open_conditions = tuple(c for c in conditions if not (holds(c, inside) or holds(c, _inside(right, scope))))
    shown = tuple((name, meanings[name].body) for name in sorted(rule.names))
    return Application(before, after, backwards, shown, open_conditions, tuple(conditions))


def _shadowed(rule: Rule, scope: Scope) -> bool:
    """What is given of a name says nothing where the name is bound to something else."""
    fixed = {s.name for s in free_symbols(rule.equation)} - rule.names
    return any(getattr(binder(node), "name", None) in fixed for node in scope.above)


def _inside(e: Expr, scope: Scope) -> Scope:
    """Conditions such as ``F(k) > 0`` stand under the variables that the rule itself binds."""
    if binder(e) is not None:
        return _inside(body_and_rest(e)[0], scope.under(e))
    for part in parts(e):
        found = _inside(part, scope)
        if found is not scope:
            return found
    return scope


def _allowed_here(before: Expr, after: Expr, scope: Scope) -> bool:
    """What holds only at certain points (a constraint, a case) says nothing about a derivative at them."""
    names = {s.name for s in free_symbols(before) | free_symbols(after)}
    for node in scope.above:
        if isinstance(node, Derivative):
            own = node.variable.base if isinstance(node.variable, Indexed) else node.variable
            if own.name in names:
                return False
    return True


def _put_in(before: Expr, after: Expr, rule: Rule, scope: Scope) -> Application | None:
    """A value given for a symbol, put in everywhere at once."""
    if rule.kind != "pattern" or rule.names or rule.equation.relation != "=" or _shadowed(rule, scope):
        return None
    left, right = rule.equation.left, rule.equation.right
    if not isinstance(left, Symbol) or not _allowed_here(left, right, scope):
        return None
    try:
        found = substitute(before, {left.name: right})
    except DataError:
        return None
    same = found != before and arrangement_key(found) == arrangement_key(after)
    return Application(left, right, meanings=((left.name, right),)) if same else None


def _by_field(before: Expr, after: Expr, scope: Scope) -> Application | None:
    if isinstance(before, Equation) or not same_quotient(before, after):
        return None
    divided = {arrangement_key(d): d for e in (before, after) for d in denominators(e)}
    needed = tuple(Equation(d, "!=", ZERO) for d in divided.values())
    return Application(before, after, open=tuple(c for c in needed if not holds(c, scope)), conditions=needed)


def _both_sides(before: Expr, after: Expr, scope: Scope, uses: Mapping[str, Expr]) -> Application | None:
    """``A = B <=> C = D`` if ``C - D`` is ``A - B`` times a factor that is not 0."""
    if not (isinstance(before, Equation) and isinstance(after, Equation)) or {before.relation, after.relation} != {"="}:
        return None
    factor = uses.get("by", ONE)
    gap, wanted = (Add((e.left, negative(e.right))) for e in (before, after))
    if not same_quotient(Mul((factor, gap)), wanted):
        return None
    divided = {arrangement_key(d): d for e in (before, after, factor) for d in [*denominators(e)]}
    needed = [*divided.values(), *([] if factor == ONE else [factor])]
    conditions = tuple(Equation(d, "!=", ZERO) for d in needed)
    return Application(before, after, open=tuple(c for c in conditions if not holds(c, scope)), conditions=conditions)


def _among_operands(
    before: Add | Mul, after: Expr, rule: Rule, relation: str, scope: Scope, uses: Mapping[str, Expr]
) -> list[Application] | None:
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
    if relation in {"<=", ">="} and kind is Mul:
        factor = signs(product_of(common), scope)
        if factor <= frozenset({-1, 0}):
            relation = _OPPOSITE[relation]
        elif not factor <= NONNEGATIVE:
            return None
    join = sum_of if kind is Add else product_of
    if common and mine:
        rest, other = join(mine), join(theirs)
        if len(mine) == 1:
            return applications(rest, other, rule, relation, scope, uses)
        found = _here(rest, other, rule, relation, scope, uses)
        if found is not None:
            return [found]
    if len(mine) != len(theirs) or (relation != "=" and kind is Mul) or len(mine) < 2:
        return None
    return _together(list(zip(mine, theirs, strict=True)), rule, relation, scope, uses)


def _flat(e: Expr, kind: type) -> list[Expr]:
    return [each for part in parts(e) for each in _flat(part, kind)] if isinstance(e, kind) else [e]


def _together(
    pairs: list[tuple[Expr, Expr]], rule: Rule, relation: str, scope: Scope, uses: Mapping[str, Expr]
) -> list[Application] | None:
    total: list[Application] = []
    for one, other in pairs:
        if arrangement_key(one) == arrangement_key(other):
            continue
        found = applications(one, other, rule, relation, scope, uses)
        if found is None:
            return None
        total += found
    return total


def _below(
    before: Expr, after: Expr, rule: Rule, relation: str, scope: Scope, uses: Mapping[str, Expr]
) -> list[Application] | None:
    if type(before) is not type(after) or not _same_name(before, after):
        return None
    if relation in {"<=", ">="} and not isinstance(before, Sum):
        return None
    inner = "=" if relation == "<=>" else relation
    variable, other = binder(before), binder(after)
    if variable is not None and other is not None:
        body, rest = body_and_rest(before)
        other_body, other_rest = body_and_rest(after)
        if [arrangement_key(e) for e in rest] != [arrangement_key(e) for e in other_rest]:
            return _bounds(before, after, rule, inner, scope, uses)
        if other.name != variable.name:
            if variable.name in {s.name for s in free_symbols(other_body)}:
                return None
            other_body = substitute(other_body, {other.name: variable})
        return applications(body, other_body, rule, inner, scope.under(before), uses)
    under = scope.under(before) if isinstance(before, Derivative) else scope
    mine, theirs = parts(before), parts(after)
    if not mine or len(mine) != len(theirs):
        return None
    if isinstance(before, Derivative) and arrangement_key(mine[1]) != arrangement_key(theirs[1]):
        return None
    return _together(list(zip(mine, theirs, strict=True)), rule, inner, under, uses)


def _bounds(
    before: Expr, after: Expr, rule: Rule, relation: str, scope: Scope, uses: Mapping[str, Expr]
) -> list[Application] | None:
    """The value of an ``at``, the point of a limit: outside the reach of the variable."""
    if not isinstance(before, At) or not isinstance(after, At) or relation != "=":
        return None
    if arrangement_key(At(before.body, before.variable, ZERO)) != arrangement_key(At(after.body, after.variable, ZERO)):
        return None
    return applications(before.value, after.value, rule, relation, scope, uses)


def _same_name(a: Expr, b: Expr) -> bool:
    if isinstance(a, Equation):
        return a.relation == cast("Equation", b).relation
    if isinstance(a, Indexed):
        other = cast("Indexed", b)
        return (a.base.name, a.upper, len(a.indices)) == (other.base.name, other.upper, len(other.indices))
    if isinstance(a, Function):
        return a.name == cast("Function", b).name and len(a.args) == len(cast("Function", b).args)
    return not isinstance(a, Symbol)
