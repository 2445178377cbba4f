"""What a file proves, as rules for the rest of the file: a lemma is used with its hypotheses, and never in a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.derive.expressions import Derivative, Equation, Indexed, Symbol, free_symbols, walk
from loglik.derive.rules import RULES
from loglik.derive.rules.arrangement import arrangement_key
from loglik.derive.rules.model import Rule
from loglik.derive.syntax.plain import plain
from loglik.derive.text.lines import refused
from loglik.derive.text.whole import families_in
from loglik.texts import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from loglik.derive.model import Derivation, Given, Part
    from loglik.derive.text.reader import Written

#: Domains in which every point has a neighbourhood, so that what holds in them holds under derivatives too.
_OPEN = frozenset({"real", "nonzero", "positive", "base", "probability", "integer", "size", "index"})
#: Domains that are conditions on what stands for a name.
_CONDITIONS = _OPEN | {"nonnegative", "unit"}


def rule_of(lemma: Derivation, rules: Mapping[str, Rule]) -> Rule:
    """The result of a derivation as a rule.

    Its plain names stand for any expression that lies in their domains. Families of numbers, the sizes that they run to,
    and names whose domain is no condition (a label) stay what they are: who uses the lemma has to declare them alike.
    """
    (claim,) = lemma.proves
    given = hypotheses(lemma)
    fixed = fixed_names(lemma)
    used = {s.name for e in (claim, *(g.relation for g in given)) for s in free_symbols(e)}
    variables = sorted(used - fixed)
    when = [plain(g.relation) for g in given]
    for by in {_own(e.variable) for _, e in walk(claim) if isinstance(e, Derivative)}:
        when += [f"free({name}, {by})" for name in sorted(used - {by})]
        when += [f"independent({by})"] if by in fixed else []
    return Rule(
        lemma.name,
        symbols={name: lemma.symbols[name] for name in variables},
        when=tuple(when),
        basis="derived",
        derivation=lemma.name,
        tree=claim,
        pointwise=bool(given) or not _open(lemma, used, rules),
    )


def hypotheses(lemma: Derivation) -> tuple[Given, ...]:
    """What is given where the result of a lemma is proved; if no part proves it, all that is given anywhere."""
    (claim,) = lemma.proves
    proving = [part for part in lemma.parts if arrangement_key(part.proves) == arrangement_key(claim)]
    parts = proving[:1] or lemma.parts
    return (*lemma.given.values(), *(g for part in parts for g in part.given.values()))


def fixed_names(lemma: Derivation) -> frozenset[str]:
    """Names that no other expression can stand for."""
    formulas = [*lemma.proves, *(g.relation for g in hypotheses(lemma))]
    families = {name for e in formulas for name in families_in(e)}
    quantified = {name for g in hypotheses(lemma) if g.every for name in _names(g.relation)}
    without = {name for name, domain in lemma.symbols.items() if domain.kind not in _CONDITIONS}
    fixed = families | quantified | without
    sizes = {d.range.size for name, d in lemma.symbols.items() if d.range and (name in fixed or families)}
    return frozenset(fixed | sizes)


def usable(lemma: Written, by: Derivation) -> Message | None:
    """Why a lemma cannot be used in a derivation; None if it can."""
    found = lemma.derivation
    if len(found.proves) != 1:
        return Message.of("LL185.lemma_results", name=found.name, n=len(found.proves))
    for name in sorted(fixed_names(found) & _used(found)):
        if by.symbols.get(name) != found.symbols.get(name):
            return Message.of("LL185.lemma_names", name=name, lemma=found.name)
    citing = [part for part in by.parts if any(step.rule == found.name for step in part.steps)]
    if not given_in(found, by, citing):
        return Message.of("LL185.lemma_given", name=found.name)
    return None


def given_in(lemma: Derivation, by: Derivation, parts: Iterable[Part]) -> bool:
    """Whether what a lemma has given for every index is given in each of some parts: one index of it is not enough."""
    every = [g for g in hypotheses(lemma) if g.every]
    return all(g in (*by.given.values(), *part.given.values()) for part in parts for g in every)


def in_order(written: Sequence[Written]) -> Iterator[Written]:
    """Each derivation after those whose results it uses.

    Raises
    ------
    DataError
        LL186: two use each other, or one itself.
    """
    known = {each.derivation.name: each for each in written if each.derivation.name not in RULES}
    done: set[str] = set()
    for each in written:
        yield from _after_its_lemmas(each, known, done)


def _after_its_lemmas(first: Written, known: Mapping[str, Written], done: set[str]) -> Iterator[Written]:
    """Depth first, with a stack of its own: a file may hold long chains of lemmas."""
    stack = [(first, iter(_cited(first, known)))]
    while stack:
        each, waiting = stack[-1]
        name = each.derivation.name
        following = None if name in done else next((n for n in waiting if n not in done), None)
        if following is None:
            stack.pop()
            if name not in done:
                done.add(name)
                yield each
            continue
        path = [w.derivation.name for w, _ in stack]
        if following in path:
            circle = " uses ".join(f'"{n}"' for n in _shortened([*path[path.index(following) :], following]))
            raise refused("LL186.circle", each.place, circle=circle)
        stack.append((known[following], iter(_cited(known[following], known))))


def _shortened(names: list[str]) -> list[str]:
    return names if len(names) <= 7 else [*names[:3], "...", *names[-3:]]


def _cited(each: Written, known: Mapping[str, Written]) -> Iterable[str]:
    rules = (step.rule for part in each.derivation.parts for step in part.steps)
    return dict.fromkeys(rule for rule in rules if rule in known)


def _open(lemma: Derivation, used: Iterable[str], rules: Mapping[str, Rule]) -> bool:
    cited = {step.rule for part in lemma.parts for step in part.steps}
    return all(lemma.symbols[name].kind in _OPEN for name in used) and not any(
        rules[name].pointwise for name in cited if name in rules
    )


def _names(e: Equation) -> set[str]:
    return {s.name for s in free_symbols(e)}


def _used(lemma: Derivation) -> set[str]:
    used = {name for e in lemma.proves for name in _names(e)}
    used |= {name for g in hypotheses(lemma) for name in _names(g.relation)}
    return used | {d.range.size for name, d in lemma.symbols.items() if name in used and d.range}


def _own(variable: Symbol | Indexed) -> str:
    return variable.base.name if isinstance(variable, Indexed) else variable.name
