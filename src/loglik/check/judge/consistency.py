"""Statements of one document that cannot both hold."""

from __future__ import annotations

from time import thread_time
from typing import TYPE_CHECKING

from loglik.check.judge.cases import another_case
from loglik.check.judge.claims import Claim, sampled
from loglik.check.judge.kinds import composite
from loglik.check.judge.opaque import Opaque
from loglik.check.result import Finding, said
from loglik.derive.expressions import MINUS_ONE, Add, Expr, Function, Mul, Number, Symbol, free_symbols, parts
from loglik.derive.rules.arrangement import arrangement_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loglik.check.judge.surroundings import Surroundings
    from loglik.check.result import Judgement

_SECONDS, _TOTAL, _MOST = 0.2, 3.0, 400


def contradictions(judgements: Sequence[Judgement], around: Surroundings) -> dict[int, Finding]:
    """What is found of judgements that contradict an earlier one.

    The same composite left side is said to be two things that differ at every point and, but for signs, are made of the
    same parts. Letters get a new meaning every few lines, so a name alone on a side contradicts nothing; and of two cases
    of an exercise each may have a ``K(x, z)`` of its own. Both cannot hold where one of them is what texts agree on, and
    the other is not.
    """
    until = thread_time() + _TOTAL
    seen: dict[str, list[tuple[int, Expr]]] = {}
    found: dict[int, Finding] = {}
    for at, (key, right) in enumerate(_said(judgements)):
        if right is None or thread_time() > until:
            continue
        for other, earlier in seen.get(key, [])[:8]:
            if arrangement_key(earlier) == arrangement_key(right):
                break
            if judgements[other].statement.formula is judgements[at].statement.formula:  # cases
                continue
            if _same_but_for_signs(earlier, right) and _differ(earlier, right):
                found[at] = _clash(judgements[other], judgements[at], around)
                break
        if len(seen) < _MOST:
            seen.setdefault(key, []).append((at, right))
    return found


def _clash(earlier: Judgement, later: Judgement, around: Surroundings) -> Finding:
    line = str(earlier.position.line)
    apart = another_case(around.between(earlier.statement.formula, later.statement.formula))
    if not apart and any(each.reason.key.startswith("unusual") for one in (earlier, later) for each in one.findings):
        return Finding("inconsistent", said("clashes", line=line))
    return Finding("suspicious", said("clashes-but", line=line))


def _said(judgements: Sequence[Judgement]) -> Iterator[tuple[str, Expr | None]]:
    """What each relation says: the key of its left side, and its right side if it counts."""
    for each in judgements:
        statement = each.statement
        context = statement.context
        if (
            not statement.readings
            or not statement.relations
            or statement.conditions
            or context.denied
            or context.wanted
        ):
            yield "", None
            continue
        left, right = statement.readings[0].terms[each.index : each.index + 2]
        equal = statement.relations[each.index].sign in {"=", ":=", "≡"}
        if left is None or right is None or not equal or not _stands_for_itself(left) or not composite(right):
            yield "", None
            continue
        names = sorted(s.name for s in free_symbols(right))
        meanings = [(each.name, each.number) for each in statement.context.definitions if _defined(each.name, left)]
        # In another section it may be another case, or another author's convention.
        yield f"{context.section}: {arrangement_key(left)} in {names} where {meanings}", right


def _defined(name: str, left: Expr) -> bool:
    """Whether a name in the left side is defined elsewhere: what is said of it holds for that meaning alone."""
    return name in {s.name for s in free_symbols(left)}


def _stands_for_itself(left: Expr) -> bool:
    """Whether what stands on the left means the same wherever it stands: a call with several arguments, a composite."""
    if isinstance(left, Function):
        return len(left.args) > 1
    change = isinstance(left, Mul) and any(isinstance(f, Symbol) and f.name.startswith("Delta") for f in left.factors)
    return composite(left) and not change and bool(free_symbols(left))


def _same_but_for_signs(a: Expr, b: Expr) -> bool:
    return sorted(_terms(a)) == sorted(_terms(b))


def _terms(e: Expr) -> list[str]:
    """The terms of a sum without their signs, sums within them likewise."""
    if isinstance(e, Add):
        return sorted(text for term in e.terms for text in _terms(term))
    if isinstance(e, Mul):
        factors = [each for each in e.factors if each != MINUS_ONE]
        if len(factors) == 1:
            return _terms(factors[0])
        return ["*".join(sorted(",".join(_terms(each)) for each in factors))]
    if isinstance(e, Number):
        return [str(abs(e.value))]
    below = parts(e)
    if below and any(isinstance(each, (Add, Mul)) for each in below):
        return [f"{type(e).__name__}({';'.join(','.join(_terms(each)) for each in below)})"]
    return [arrangement_key(e)]


def _differ(a: Expr, b: Expr) -> bool:
    """Whether the two differ wherever they were tried."""
    opaque = Opaque()
    claim = Claim(opaque(a), "=", opaque(b))
    if opaque.generic:
        return False
    found = sampled(claim, thread_time() + _SECONDS)
    return found.fails and not found.agreed
