"""The symbols of a page, each introduced: what it stands for, and where its values come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loglik.derive.expressions import (
    Add,
    At,
    Constant,
    Derivative,
    E,
    Equation,
    Expr,
    Function,
    Indexed,
    Limit,
    Log,
    Pow,
    Product,
    Sum,
    Symbol,
    number,
    parts,
    walk,
)
from loglik.derive.expressions.walk import binder
from loglik.derive.show.phrases import Phrase, for_every
from loglik.texts import words as words_of_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loglik.derive.expressions import Domain
    from loglik.derive.model import Derivation, Words
    from loglik.texts import Language

#: Domains that restrict nothing.
_FREE = frozenset({"real", "index"})


@dataclass(frozen=True)
class SymbolRow:
    """A symbol as it is introduced.

    Parameters
    ----------
    name : str
        As it is typed, or the key of a sign such as ``sum``.
    shown : Expr or str
        The symbol, with its index if it has one; or a sign.
    says : str
        What it stands for.
    domain : Phrase, optional
        Where its values come from; for an index, what it runs through.
    reason : str
        Why that is assumed; nothing where it restricts nothing.
    assumed : bool
        Whether its domain restricts it: an assumption.
    """

    name: str
    shown: Expr | str
    says: str
    domain: Phrase | None = None
    reason: str = ""
    assumed: bool = False


def symbol_rows(derivation: Derivation, language: Language, words: Words, *, own: bool) -> tuple[SymbolRow, ...]:
    """A row for each name on the page in the order in which they are declared, then one for each sign."""
    shown = list(formulas_of(derivation))
    used = {each.name for e in shown for _, each in walk(e) if isinstance(each, Symbol)}
    forms = _forms(shown)
    texts = words_of_page("symbols", language)
    declared = {name: each for name, each in derivation.symbols.items() if name in used}
    ranges = _ranges(shown)
    rows = [
        _row(name, domain, forms.get(name), ranges, texts, words, language, own=own)
        for name, domain in declared.items()
    ]
    bound = {name: run for name, run in ranges.items() if name not in declared}
    rows += [
        SymbolRow(name, Symbol(name), _index(name, run, texts, words), _run(name, run, language))
        for name, run in bound.items()
    ]
    variables = {each.variable.name for e in shown for _, each in walk(e) if isinstance(each, (Limit, At))}
    rows += [
        SymbolRow(name, Symbol(name), words.meanings.get(name) or texts["variable"])
        for name in sorted(variables - declared.keys() - bound.keys())
    ]
    return (*rows, *_signs(shown, texts))


def formulas_of(derivation: Derivation) -> Iterable[Expr]:
    """All formulas that a page shows."""
    yield from (given.relation for given in derivation.given.values())
    for part in derivation.parts:
        yield from (given.relation for given in part.given.values())
        yield part.start
        yield from (step.term for step in part.steps)
    yield from derivation.proves


def every(relation: Expr, names: Iterable[str], symbols: Mapping[str, Domain]) -> tuple[Symbol, ...]:
    """The indices among names that are free in a relation, in their order there."""
    wanted = set(names)
    free = [s for s in _free_in_order(relation) if s.name in wanted]
    return tuple(Symbol(s.name, symbols.get(s.name, s.domain)) for s in dict.fromkeys(free))


def free_indices(relation: Expr, symbols: Mapping[str, Domain]) -> tuple[Symbol, ...]:
    """The indices that a relation holds for: each value of them."""
    return every(relation, (name for name, domain in symbols.items() if domain.kind == "index"), symbols)


def _free_in_order(e: Expr, bound: frozenset[str] = frozenset()) -> Iterable[Symbol]:
    if isinstance(e, Symbol):
        if e.name not in bound:
            yield e
        return
    name = binder(e)
    for i, part in enumerate(parts(e)):
        inner = name is not None and i < 2
        yield from _free_in_order(part, bound | {name.name} if inner and name is not None else bound)


def _forms(shown: list[Expr]) -> dict[str, Expr]:
    """How each family is written: with its indices, rather letters than numbers."""
    found: dict[str, Indexed] = {}
    for e in shown:
        for _, each in walk(e):
            if isinstance(each, Indexed):
                known = found.get(each.base.name)
                if known is None or _letters(each) > _letters(known):
                    found[each.base.name] = each
            elif isinstance(each, Function) and each.name == "softmax" and isinstance(each.args[0], Symbol):
                found.setdefault(each.args[0].name, Indexed(each.args[0], (each.args[1],)))
    return dict(found)


def _letters(e: Indexed) -> int:
    return sum(isinstance(each, Symbol) for each in e.indices)


def _ranges(shown: list[Expr]) -> dict[str, tuple[Expr, Expr]]:
    """What bound indices run through, where they have no domain of their own."""
    found: dict[str, tuple[Expr, Expr]] = {}
    for e in shown:
        for _, each in walk(e):
            if isinstance(each, (Sum, Product)):
                known = found.get(each.index.name)
                if known is None or each.upper.size > known[1].size or isinstance(each.upper, Symbol):
                    found[each.index.name] = each.lower, each.upper
    return found


def _row(
    name: str,
    domain: Domain,
    form: Expr | None,
    ranges: Mapping[str, tuple[Expr, Expr]],
    texts: Mapping[str, str],
    words: Words,
    language: Language,
    *,
    own: bool,
) -> SymbolRow:
    symbol = form or Symbol(name, domain)
    if domain.kind == "index" and domain.range is not None:
        run = number(domain.range.lower), _last(domain)
        if form is None:
            return SymbolRow(name, symbol, _index(name, run, texts, words), _run(name, run, language))
        said = words.meanings.get(name) or ("" if own else texts.get(name, ""))
        return SymbolRow(name, symbol, said, Phrase(words_of_page("page", language)["runs"], (symbol, *run)))
    key = f"{name}_indexed" if isinstance(form, Indexed) and f"{name}_indexed" in texts else name
    said = words.meanings.get(name) or ("" if own else texts.get(key, ""))
    if not said and name in ranges:
        said = _index(name, ranges[name], texts, words)
    phrase = Phrase(words_of_page("domains", language)[domain.kind], (symbol,))
    if isinstance(form, Indexed) and domain.kind not in {"simplex", "distribution", "onehot"}:
        letters = tuple(dict.fromkeys(each for each in form.indices if isinstance(each, Symbol)))
        phrase = for_every(phrase, letters, language)
    reason = words.reasons.get(name, words_of_page("domain_reasons", language)[domain.kind])
    return SymbolRow(name, symbol, said, phrase, reason, assumed=domain.kind not in _FREE)


def _last(domain: Domain) -> Expr:
    assert domain.range is not None  # noqa: S101  # an index has a range
    size = Symbol(domain.range.size)
    return Add((size, number(domain.range.offset))) if domain.range.offset else size


def _run(name: str, run: tuple[Expr, Expr], language: Language) -> Phrase:
    return Phrase(words_of_page("page", language)["runs"], (Symbol(name), *run))


def _index(name: str, run: tuple[Expr, Expr], texts: Mapping[str, str], words: Words) -> str:
    """What an index counts: that follows from where it ends."""
    said = words.meanings.get(name)
    sizes = [each.name for _, each in walk(run[1]) if isinstance(each, Symbol)]
    return said or next((texts[f"index_{size}"] for size in sizes if f"index_{size}" in texts), texts["index"])


def _signs(shown: list[Expr], texts: Mapping[str, str]) -> list[SymbolRow]:
    """The signs and functions on the page that are no names."""
    nodes = [each for e in shown for _, each in walk(e)]
    found: dict[str, Expr | str] = {}
    x = Symbol("x")
    for each in nodes:
        match each:
            case Log():
                if each.base == E:
                    found["log"] = Log(x, E)
                else:
                    found["log_base"] = Log(x, each.base if isinstance(each.base, Symbol) else Symbol("a"))
            case Pow(base=Constant()):
                found["exp"] = Pow(E, x)
            case Sum():
                found["sum"] = "∑"
            case Product():
                found["product"] = "∏"
            case Limit():
                found["limit"] = Limit(Symbol("…"), each.variable, each.point)
            case At():
                found["at"] = At(Symbol("…"), each.variable, x)
            case Derivative():
                kind = "partial" if isinstance(each.variable, Indexed) else "derivative"
                found[kind] = Derivative(Symbol("…"), each.variable)
            case Function(name="sigmoid"):
                found["sigmoid"] = Function("sigmoid", (x,))
            case Function():
                found[each.name] = each
            case Equation(relation="<=>"):
                found["equivalent"] = "⇔"
            case _:
                pass
    if any(E in parts(each) for each in nodes if not isinstance(each, (Log, Pow))) or E in shown:
        found["e"] = E
    order = [key for key in texts if key in {f"sign_{name}" for name in found}]
    return [SymbolRow(key.removeprefix("sign_"), found[key.removeprefix("sign_")], texts[key]) for key in order]
