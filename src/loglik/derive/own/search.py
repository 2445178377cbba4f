"""Rules that are left out: one that gives the step, or a chain of several. Whatever is found is checked like a named one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING

from loglik.derive.checker.alone import alone, false_somewhere
from loglik.derive.connection import connect
from loglik.derive.expressions import MINUS_ONE, REAL, Domain, Equation, Expr, Mul, Pow, reciprocal, walk
from loglik.derive.syntax.parser import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loglik.derive.model import Derivation, Part, Step
    from loglik.derive.rules import Rule

#: For all steps of a file together. What is not found by then is reported as not found.
SECONDS = 12.0
_SECONDS_A_STEP = 2.0
_LARGEST = 300
_MOST_FACTORS = 40


@dataclass(frozen=True)
class Completed:
    """A derivation with a rule at every step, as far as one was found.

    Parameters
    ----------
    derivation : Derivation
        With the steps put in.
    counts : tuple of tuple of int
        For each step of each part as it was written, how many steps stand for it now.
    """

    derivation: Derivation
    counts: tuple[tuple[int, ...], ...]


def completed(derivation: Derivation, rules: Mapping[str, Rule], until: float) -> Completed:
    """Find a rule for every step that names none."""
    parts, counts = [], []
    for part in derivation.parts:
        terms = [part.start, *(step.term for step in part.steps)]
        chains = [
            (step,) if step.rule else found_for(derivation, part, before, step, rules, until)
            for before, step in zip(terms, part.steps, strict=False)
        ]
        parts.append(replace(part, steps=tuple(step for chain in chains for step in chain)))
        counts.append(tuple(map(len, chains)))
    return Completed(replace(derivation, parts=tuple(parts)), tuple(counts))


def found_for(
    derivation: Derivation, part: Part, before: Expr, step: Step, rules: Mapping[str, Rule], until: float
) -> tuple[Step, ...]:
    """The step with its rule, or several steps in its place, or the step as it is."""
    best: tuple[int, Step] | None = None
    for candidate in _candidates(derivation, part, before, step, rules):
        if monotonic() > until:
            break
        report = alone(derivation, part, before, candidate, rules)
        if report.verdict.startswith("verified"):
            return (candidate,)
        if report.verdict == "conditional" and (best is None or len(report.open) < best[0]):
            best = (len(report.open), candidate)
    if best is not None:
        return (best[1],)
    if step.relation not in {"=", "<="} or isinstance(before, Equation):
        return (step,)
    return (
        _chain(derivation, part, before, step, rules, until)
        or _chain_if_positive(derivation, part, before, step, rules, until)
        or (step,)
    )


def _chain(
    derivation: Derivation, part: Part, before: Expr, step: Step, rules: Mapping[str, Rule], until: float
) -> tuple[Step, ...]:
    """A chain of rules, if there is one; for what is false at some point none is looked for."""
    given = {name: g.relation for name, g in {**derivation.given, **part.given}.items() if not g.every}
    left = min(_SECONDS_A_STEP, until - monotonic())
    if left <= 0 or max(before.size, step.term.size) > _LARGEST or false_somewhere(part, before, step):
        return ()
    chain = connect(before, step.term, given=given, rules=list(rules.values()), relation=step.relation, seconds=left)
    return () if chain is None else chain.steps


def _chain_if_positive(
    derivation: Derivation, part: Part, before: Expr, step: Step, rules: Mapping[str, Rule], until: float
) -> tuple[Step, ...]:
    """The chain that there is if all real numbers are positive: it shows which domains are missing."""
    positive = {n: Domain("positive") if d == REAL else d for n, d in derivation.symbols.items()}
    if positive == derivation.symbols:
        return ()
    first, last = (parse(str(e), positive) for e in (before, step.term))
    found = _chain(
        replace(derivation, given={}),
        replace(part, given={}, solution={}),
        first,
        replace(step, term=last),
        rules,
        until,
    )
    return tuple(
        replace(
            s,
            term=parse(str(s.term), derivation.symbols),
            uses={k: parse(str(e), derivation.symbols) for k, e in s.uses.items()},
        )
        for s in found
    )


def _candidates(
    derivation: Derivation, part: Part, before: Expr, step: Step, rules: Mapping[str, Rule]
) -> Iterator[Step]:
    """The step with each rule that may give it: arithmetic, what is given and proved here, then all others."""
    earlier = derivation.parts[: derivation.parts.index(part)]
    names = [
        "arithmetic",
        *(f"given:{n}" for n in {**derivation.given, **part.given}),
        *(f"part:{p.name}" for p in earlier),
    ]
    names += [name for name, rule in rules.items() if rule.kind not in {"field", "equation"}]
    for name in names:
        yield replace(step, rule=name)
    if isinstance(before, Equation):
        yield replace(step, rule="both-sides")
        for factor in _factors(before, step.term):
            yield replace(step, rule="both-sides", uses={"by": factor})


def _factors(*equations: Expr) -> list[Expr]:
    """What both sides may have been multiplied by: what is divided by in one equation, and the factors of products."""
    found: dict[str, Expr] = {}
    for _, e in (place for equation in equations for place in walk(equation)):
        if isinstance(e, Pow) and e.exponent == MINUS_ONE:
            found.update({str(e.base): e.base, str(e): e})
        elif isinstance(e, Mul):
            found.update({str(each): each for f in e.factors for each in (f, reciprocal(f))})
    return list(found.values())[:_MOST_FACTORS]
