"""Derivations in the text format, such that the reader gives the same derivation back."""

from __future__ import annotations

import re
from textwrap import wrap
from typing import TYPE_CHECKING

from loglik.derive.syntax.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loglik.derive.expressions import Domain, Expr
    from loglik.derive.model import Derivation, Given, Part

_WIDTH = 110
_RULE_COLUMN = 48


def write(derivation: Derivation, *, lemma: bool = False) -> str:
    """A derivation as text.

    Examples
    --------
    >>> from loglik.derive.catalogue import derivation
    >>> print(write(derivation("log-of-one")).splitlines()[0])
    log-of-one  [2.1]
    """
    lines = [
        "lemma " * lemma + derivation.name + (f"  [{', '.join(derivation.formulas)}]" if derivation.formulas else "")
    ]
    for language, words in derivation.words.items():
        lines += [f"{language}: {words.title}"] if words.title else []
        lines += [f"{language}: {line}" for line in _sentences(words.says, language) if line]
    if derivation.natural != "log":
        lines.append(f"natural {derivation.natural}")
    if derivation.symbols:
        lines += _folded(f"symbols {_symbols(derivation.symbols)}", 2)
    for name in sorted({name for words in derivation.words.values() for name in words.reasons}):
        lines += [f"because {name}", *_said(derivation, "reasons", name)]
    for name in sorted({name for words in derivation.words.values() for name in words.meanings}):
        lines += [f"where {name}", *_said(derivation, "meanings", name)]
    shown: dict[str, Given] = {}
    for name, found in derivation.given.items():
        lines += [*_given(name, found, ""), *_said(derivation, "given", name)]
    for part in derivation.parts:
        lines += _part(derivation, part, shown)
    lines += [""] if len(derivation.parts) > 1 else []
    for number, claim in enumerate(derivation.proves, start=1):
        lines += [*_folded(f"proves {plain(claim)}", 4), *_said(derivation, "results", str(number))]
    if derivation.example.numbers:
        which = f" {derivation.example.statement + 1}:" if derivation.example.statement else ""
        values = "; ".join(f"{name} = {_numbers(value)}" for name, value in derivation.example.numbers.items())
        lines += _folded(f"example{which} {values}", 4)
    lines += [f"computed {'; '.join(derivation.computed_by)}"] if derivation.computed_by else []
    return "\n".join(lines) + "\n"


def domain_text(domain: Domain) -> str:
    """A domain as it is declared."""
    if domain.range is None:
        return domain.kind
    offset = f"{domain.range.offset}" if domain.range.offset else ""
    return f"{domain.kind} {domain.range.lower}..{domain.range.size}{offset}"


def _symbols(symbols: Mapping[str, Domain]) -> str:
    """In their order; neighbours with the same domain together."""
    groups: list[tuple[str, list[str]]] = []
    for name, domain in symbols.items():
        said = domain_text(domain)
        if groups and groups[-1][0] == said:
            groups[-1][1].append(name)
        else:
            groups.append((said, [name]))
    return "; ".join(f"{', '.join(names)}: {said}" for said, names in groups)


def _said(derivation: Derivation, kind: str, name: str) -> list[str]:
    texts = ((language, getattr(words, kind).get(name)) for language, words in derivation.words.items())
    return [f"  {language}: {line}" for language, text in texts if text for line in _sentences(text, language)]


def _sentences(text: str, language: str) -> list[str]:
    """A long text in lines that the reader puts together again."""
    if language != "ja":
        return wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
    lines = [""]
    for piece in re.findall(r"[^、。]*[、。]?", text):
        if lines[-1] and len(lines[-1]) + len(piece) > _WIDTH // 2:
            lines.append("")
        lines[-1] += piece
    return lines


def _given(name: str, given: Given, indent: str) -> Iterator[str]:
    every = f" for every {', '.join(given.every)}" if given.every else ""
    yield from _folded(f"{indent}given {name}: {plain(given.relation)}{every}", 6)


def _part(derivation: Derivation, part: Part, shown: dict[str, Given]) -> Iterator[str]:
    if len(derivation.parts) > 1 or part.name != "main" or part.given:
        yield ""
        yield f"part {part.name}"
        yield from _said(derivation, "parts", part.name)
    for name, given in part.given.items():
        if shown.get(name) == given:
            yield f"  given {name}"
        else:
            yield from _given(name, given, "  ")
            if name not in shown:  # the words go with the name
                yield from (f"  {line}" for line in _said(derivation, "given", name))
            shown[name] = given
    if part.solution:
        values = (f"{name}{_at(at)} = {plain(e)}" for name, (at, e) in part.solution.items())
        yield from _folded(f"  solution {'; '.join(values)}", 6)
    yield from _chain_line(f"    {plain(part.start)}", part.begin, {})
    yield from _below_step(derivation, part, 0)
    for number, step in enumerate(part.steps, start=1):
        yield from _chain_line(f"{step.relation:>3} {plain(step.term)}", step.rule, step.uses)
        yield from _below_step(derivation, part, number)


def _below_step(derivation: Derivation, part: Part, number: int) -> list[str]:
    return [f"      {said}" for said in _said(derivation, "steps", f"{part.name}.{number}")]


def _at(indices: tuple[str, ...]) -> str:
    return f"[{', '.join(indices)}]" if indices else ""


def _chain_line(line: str, rule: str, uses: Mapping[str, Expr]) -> Iterator[str]:
    """A term with its rule beside its last line."""
    *above, last = _folded(line, 8)
    yield from above
    put = "; ".join(f"{name} = {plain(e)}" for name, e in uses.items())
    yield f"{last:<{_RULE_COLUMN}}  {rule}{f' with {put}' if put else ''}" if rule else last


def _numbers(value: str | tuple[str, ...] | tuple[tuple[str, ...], ...]) -> str:
    return value if isinstance(value, str) else f"[{', '.join(_numbers(each) for each in value)}]"


def _folded(line: str, indent: int) -> Iterator[str]:
    """A long line in several, each but the last ending in a sign after which a formula cannot end."""
    while len(line) > _WIDTH:
        # The outermost sign, not too early: what belongs together stays together.
        ends = [m.end() for m in re.finditer(r"[-+*=,;](?= )", line) if _WIDTH // 4 < m.end() <= _WIDTH]
        if not ends:
            break
        best = max(ends, key=lambda end: (-_depth(line[:end]), end))
        yield line[:best]
        line = " " * indent + line[best:].strip()
    yield line


def _depth(piece: str) -> int:
    return sum(map(piece.count, "([")) - sum(map(piece.count, ")]"))
