"""Formulas of a document with the text around them, their tokens, chains and likeliest trees."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from time import thread_time
from typing import TYPE_CHECKING

from loglik.check.document import Document, Formula, Prose
from loglik.check.latex import macros
from loglik.check.latex.chains import Chain, chains
from loglik.check.latex.tokens import Token, tokens
from loglik.check.model.outside import marked, outside
from loglik.check.model.parsed import parse_chain
from loglik.check.readers.limits import MAX_FORMULA, MAX_SECONDS
from loglik.check.statement import Misread, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.check.latex.hints import Hints
    from loglik.check.latex.tree import Node
    from loglik.check.model.meaning import Told

#: Links of one chain that are read.
MAX_LINKS = 250
#: Headings down to this level begin a chapter, in which a letter may mean something else.
_CHAPTER = 2


@dataclass(slots=True)
class Item:
    """A formula with the text around it, its tokens and chains."""

    formula: Formula
    before: str
    after: str
    section: int
    chapter: int
    tokens: list[Token] = field(default_factory=list)
    chains: list[Chain] = field(default_factory=list)
    trees: list[tuple[Node | Misread, ...]] = field(default_factory=list)
    misread: Misread | None = None
    told: list[tuple[str, Told]] = field(default_factory=list)
    outside: tuple[bool, bool] = (False, False)


def items_of(document: Document) -> list[Item]:
    """The formulas of a document, in order."""
    known = macros.definitions(document.macros)
    items: list[Item] = []
    section = chapter = 0
    parts = document.parts
    kept: dict[tuple[str, int], list[Token]] = {}
    end = thread_time() + MAX_SECONDS
    for at, part in enumerate(parts):
        if isinstance(part, Prose):
            begins = part.kind == "heading" and (at == 0 or parts[at - 1].block != part.block)
            section += begins
            chapter += begins and part.level <= _CHAPTER
            continue
        if "\\" in part.tex and (new := macros.definitions(part.tex)):
            known = {**known, **new}
        item = Item(part, _before(parts, at), _after(parts, at), section, chapter, outside=outside(parts, at))
        items.append(item)
        if len(part.tex) > MAX_FORMULA or thread_time() > end:
            reached = f"{MAX_FORMULA} characters" if len(part.tex) > MAX_FORMULA else f"{MAX_SECONDS:.0f} s"
            item.misread = Misread("limit", reached, Span(0, len(part.tex)))
            item.tokens = tokens("")
            continue
        key = part.tex, len(known)
        if key not in kept:
            read = _read(part.tex, known)
            kept[key] = read if isinstance(read, list) else []
            if isinstance(read, Misread):
                item.misread = read
        item.tokens = kept[key]
        if not item.tokens:
            item.misread = item.misread or Misread("macro", "", Span(0, 0))
    return items


def _read(tex: str, known: dict[str, macros.Macro]) -> list[Token] | Misread:
    """The tokens of a formula with macros written out; the places are those of the formula as it is written."""
    known = macros.with_usual(tex, known)
    if not known:
        return tokens(tex)
    found = macros.expanded(macros.without_definitions(tex), known)
    if isinstance(found, Misread):
        return found
    text, offsets = found
    if text == tex:
        return tokens(tex)
    end = len(tex)

    def place(i: int) -> int:
        return offsets[i] if i < len(offsets) else end

    return [
        Token(t.kind, t.text, place(t.start), max(place(t.start), place(t.end - 1) + 1 if t.end else 0), t.spaced)
        for t in tokens(text)
    ]


def _before(parts: Sequence[Prose | Formula], at: int) -> str:
    """The words before a formula: in its paragraph, or at the end of the one before if it stands by itself."""
    texts: list[str] = []
    block = parts[at].block
    while at and len(texts) < 6:
        at -= 1
        part = parts[at]
        if isinstance(part, Formula):
            if part.block != block and part.kind == "display":
                break
            texts.append("$")
        else:
            if part.block < block - 1 or part.kind == "code":
                break
            texts.append(part.text if part.kind != "heading" else f"{part.text}。")
        if sum(map(len, texts)) > 200:
            break
    return " ".join(reversed(texts))[-200:].rstrip("\n")


def _after(parts: Sequence[Prose | Formula], at: int) -> str:
    texts: list[str] = []
    block = parts[at].block
    while at + 1 < len(parts) and len(texts) < 4:
        at += 1
        part = parts[at]
        if isinstance(part, Formula):
            texts.append("$")
        elif part.block > block + 1 or part.kind in {"code", "heading"}:
            break
        else:
            texts.append(part.text)
        if sum(map(len, texts)) > 120:
            break
    return "".join(texts)[:120]


def _within_limits(chain: Chain) -> list[Chain]:
    """A chain; one of very many links is cut, and what is left of it stays as a single term that is not read."""
    if len(chain.relations) <= MAX_LINKS:
        return [chain]
    rest = [token for term in chain.terms[MAX_LINKS + 1 :] for token in term]
    begin = chain.relations[MAX_LINKS][1]
    first = replace(chain, terms=chain.terms[: MAX_LINKS + 1], relations=chain.relations[:MAX_LINKS])
    return [first, Chain([[Token("limit", f"{MAX_LINKS} links", begin.start, begin.end), *rest[-1:]]], [])]


def cut(items: Sequence[Item], hints: Hints, end: float) -> None:
    """Chains, and the likeliest trees of their terms, as long as there is time."""
    kept: dict[str, tuple[list[Chain], list[tuple[Node | Misread, ...]]]] = {}
    for item in items:
        if item.misread is None and thread_time() > end:
            item.misread = Misread("limit", f"{MAX_SECONDS:.0f} s", Span(0, len(item.formula.tex)))
        if item.misread is not None:
            continue
        key = item.formula.tex
        if key not in kept:
            found = [part for chain in chains(item.tokens) for part in _within_limits(chain)]
            kept[key] = found, [parse_chain(chain, hints).trees for chain in found]
        item.chains, item.trees = kept[key]
        if any(item.outside):
            item.chains = marked(item.chains, before=item.outside[0], behind=item.outside[1])
            item.trees = [parse_chain(chain, hints).trees for chain in item.chains]
