"""What can be said of a derivation only when all of it is read: its rules exist, its names are distinct; and its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.derive.expressions import Expr, Function, Indexed, Symbol, free_symbols, parts, walk
from loglik.derive.model import Words
from loglik.derive.syntax.characters import skeleton
from loglik.derive.text.lines import refused
from loglik.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from loglik.derive.expressions import Domain
    from loglik.derive.model import Derivation, Given, Part
    from loglik.derive.text.formulas import Names

    Place = tuple[int, int]


def check_rules(
    parts: Sequence[Part], given: Mapping[str, Given], known: Collection[str], place: Callable[[int, int], Place]
) -> None:
    """Every rule that is named exists.

    Raises
    ------
    DataError
        LL163: there is none of this name.
    """
    for number, part in enumerate(parts):
        cited = {f"given:{name}" for name in {**given, **part.given}} | {f"part:{each.name}" for each in parts[:number]}
        for step, rule in enumerate([part.begin, *(each.rule for each in part.steps)]):
            here = {*cited, *(known if step else {"identity"})}
            if rule and rule not in here:
                cited_too = ":" in rule
                if step:
                    key = "LL163.cited" if cited_too else "LL163.rule"
                else:
                    key = "LL163.cited_beginning" if cited_too else "LL163.beginning"
                raise refused(key, place(number, step), rule=rule, near=nearest(rule, here))


def check_names(derivation: Derivation, names: Names, place: Place) -> tuple[str, ...]:
    """The names without a domain; no two names may look the same, and no name may stand for two things.

    Raises
    ------
    DataError
        LL161: a range runs to what is no size. LL188: two names look the same, or a name is a number and a family.
    """
    for name, domain in derivation.symbols.items():
        _check_range(name, domain, derivation.symbols, place)
    formulas = list(_formulas(derivation))
    seen: dict[str, str] = {}
    for name in sorted({*names, *(s.name for e in formulas for _, s in walk(e) if isinstance(s, Symbol))}):
        other = seen.setdefault(skeleton(name), name)
        if other != name:
            raise refused("LL188.look_alike", place, other=other, name=name)
    families, numbers = ({name for e in _terms(derivation) for name in found(e)} for found in (families_in, _numbers))
    for name in sorted(families & numbers):
        raise refused("LL188.number_and_family", place, name=name)
    free = {s.name for e in formulas for s in free_symbols(e)}
    return tuple(sorted(name for name in free if not names.declared(name)))


def _check_range(name: str, domain: Domain, symbols: Mapping[str, Domain], place: Place) -> None:
    """A range ends at a declared size, and is never empty."""
    if domain.range is None:
        return
    size, first = domain.range.size, domain.range.lower
    if size not in symbols or symbols[size].kind != "size":
        raise refused("LL161.range_size", place, name=name, size=size)
    if first > 2 + domain.range.offset:
        raise refused("LL161.range_start", place, name=name, first=first, size=size)


def _formulas(derivation: Derivation) -> Iterator[Expr]:
    yield from _terms(derivation)
    for part in derivation.parts:
        yield from (e for step in part.steps for e in step.uses.values())
        yield from (e for _, e in part.solution.values())


def _terms(derivation: Derivation) -> Iterator[Expr]:
    """What is said to have a value: all but what stands for the variables of rules, which may be the name of a family."""
    yield from derivation.proves
    yield from (g.relation for g in derivation.given.values())
    for part in derivation.parts:
        yield part.start
        yield from (step.term for step in part.steps)
        yield from (g.relation for g in part.given.values())


def families_in(e: Expr) -> Iterator[str]:
    """Names that are indexed, or handed to a function as a whole."""
    return (name for _, each in walk(e) if (name := _family(each)))


def _family(e: Expr) -> str:
    if isinstance(e, Indexed):
        return e.base.name
    return e.args[0].name if isinstance(e, Function) and e.name == "softmax" and isinstance(e.args[0], Symbol) else ""


def _numbers(e: Expr) -> Iterator[str]:
    """Names that stand alone, free or bound."""
    if isinstance(e, Symbol):
        yield e.name
    for part in parts(e)[bool(_family(e)) :]:
        yield from _numbers(part)


def words(found: Mapping[tuple[str, str], list[str]], language: str) -> Words:
    """What is said in a language: the lines under each thing, put together."""
    joined = "" if language == "ja" else " "
    title, *says = found.get(("title", ""), [""])
    under: dict[str, dict[str, str]] = {}
    for (kind, name), lines in found.items():
        under.setdefault(kind, {})[name] = joined.join(lines)
    under.pop("title", None)
    return Words(title, joined.join(says), **under)
