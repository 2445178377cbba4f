"""A document understood: its names first, then statement by statement, then what each may use."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from loglik.check.document import Document, Formula, Position, Prose
from loglik.check.latex import macros
from loglik.check.latex.rows import chains
from loglik.check.latex.tokens import Token, tokens
from loglik.check.latex.tree import Node
from loglik.check.model import words
from loglik.check.model.bounds import Bounds
from loglik.check.model.definitions import defined_by, names_used, unread_definition
from loglik.check.model.kinds import learned
from loglik.check.model.meaning import Place, Told, statement
from loglik.check.model.parsed import parse_chain
from loglik.check.model.usage import hints_of
from loglik.check.model.use import compared, membership
from loglik.check.readers.limits import MAX_FORMULA, MAX_SECONDS
from loglik.check.statement import Context, Definition, Misread, Source, Span, Statement, Term
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from loglik.check.latex.hints import Hints
    from loglik.check.latex.rows import Chain
    from loglik.check.model.kinds import Kinds

#: Definitions of one name that a statement may use, and how deep definitions are put into one another.
_MOST_DEFINITIONS, _DEEP, _LOOKED_AT = 2, 6, 8
#: Headings down to this level begin a chapter, in which a letter may mean something else.
_CHAPTER = 2
#: Paragraphs and characters between two formulas of which the second goes on from the first.
_NEAR, _SHORT = 2, 30


@dataclass
class _Item:
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


def understand(document: Document, assumed: Mapping[str, str] | None = None) -> list[Statement]:
    """All statements of a document, in order.

    Parameters
    ----------
    document : Document
        What a reader found.
    assumed : mapping of str to str, optional
        What is assumed of names beside what the document says: ``{"t": "onehot"}``.

    Returns
    -------
    list of Statement
        Formulas that are not understood are there too, with the reason.

    Raises
    ------
    DataError
        LL403: something assumed is no set of values.
    """
    items = _items(document)
    hints = hints_of((item.tokens, item.formula.kind == "inline") for item in items)
    end = monotonic() + MAX_SECONDS  # of these two alone: whatever the tokens took, some formulas are reached
    _cut(items, hints, end)
    for item in items:
        item.told = list(_told(item))
    kinds = _kinds_by_chapter(items)
    found = list(
        _stated(items, hints, kinds, {**_noted(document), **_assumed(assumed or {})}, monotonic() + MAX_SECONDS)
    )
    return _in_context(found)


# -- formulas with what stands around them


def _items(document: Document) -> list[_Item]:
    known = macros.definitions(document.macros)
    items: list[_Item] = []
    section = chapter = 0
    parts = document.parts
    kept: dict[tuple[str, int], list[Token]] = {}
    for at, part in enumerate(parts):
        if isinstance(part, Prose):
            begins = part.kind == "heading" and (at == 0 or parts[at - 1].block != part.block)
            section += begins
            chapter += begins and part.level <= _CHAPTER
            continue
        known = {**known, **macros.definitions(part.tex)} if "\\" in part.tex else known
        item = _Item(part, _before(parts, at), _after(parts, at), section, chapter)
        items.append(item)
        if len(part.tex) > MAX_FORMULA:
            item.misread = Misread("limit", f"{MAX_FORMULA} characters", Span(0, len(part.tex)))
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


def _cut(items: Sequence[_Item], hints: Hints, end: float) -> None:
    """Chains, and the likeliest trees of their terms, as long as there is time."""
    kept: dict[str, tuple[list[Chain], list[tuple[Node | Misread, ...]]]] = {}
    for item in items:
        if item.misread is None and monotonic() > end:
            item.misread = Misread("limit", f"{MAX_SECONDS:.0f} s", Span(0, len(item.formula.tex)))
        if item.misread is not None:
            continue
        key = item.formula.tex
        if key not in kept:
            found = chains(item.tokens)
            kept[key] = found, [parse_chain(chain, hints).trees for chain in found]
        item.chains, item.trees = kept[key]


# -- what is said of names


def _told(item: _Item) -> Iterator[tuple[str, Told]]:
    """What a formula and the words beside it say of names: ``the probability p``, ``x > 0``, ``y in {0, 1}``."""
    line = item.formula.area.start.line
    keys = _mentioned(item)
    if keys:
        found = words.kind_said(item.before, item.after)
        if found is not None:
            for key in keys:
                yield key, Told(found[0], Source("words", found[1], item.formula, line))
        return
    for chain, trees in zip(item.chains, item.trees, strict=True):
        yield from _told_by_formula(item, chain, trees, line)


def _told_by_formula(
    item: _Item, chain: Chain, trees: tuple[Node | Misread, ...], line: int
) -> Iterator[tuple[str, Told]]:
    if len(chain.terms) == 3:
        yield from _between(item, chain, trees, line)
    if len(chain.terms) != 2:
        return
    sign = chain.relations[0][0]
    left = trees[0]
    stretch = item.formula.tex[chain.terms[0][0].start : chain.terms[-1][-1].end] if all(chain.terms) else ""
    source = Source("notation", stretch, item.formula, line)
    if not isinstance(left, Node):
        return
    if sign == "∈" and left.kind == "name":
        kind = membership(chain.terms[1])
        if kind == "vector" and "times" in {t.text for t in chain.terms[1]}:
            kind = "matrix"
        if kind:
            yield left.text, Told(kind, source)
        return
    right = trees[1]
    if not isinstance(right, Node) or right.kind != "number":
        return
    if left.kind == "name" and sign != "=" and (kind := compared(sign, right.text)):
        yield left.text, Told(kind, source)
    elif left.kind == "big" and left.text == "sum" and sign == "=" and right.text == "1" and left.count >= 2:
        body, index = left.parts[:2]
        if body.kind == "name" and [part.text for part in body.parts] == [index.text]:
            yield body.text, Told("simplex", source)


def _between(item: _Item, chain: Chain, trees: tuple[Node | Misread, ...], line: int) -> Iterator[tuple[str, Told]]:
    """``0 < p < 1``: a name between two numbers."""
    low, name, high = trees
    signs = tuple(sign for sign, _ in chain.relations)
    if not (isinstance(low, Node) and isinstance(name, Node) and isinstance(high, Node)):
        return
    if low.kind != "number" or name.kind != "name" or not set(signs) <= {"<", "<="}:
        return
    unit = high.kind == "number" and (low.text, high.text) == ("0", "1")
    kind = ("probability" if "<" in signs else "unit") if unit else "positive" if signs[0] == "<" else "nonnegative"
    source = Source("notation", item.formula.tex[chain.terms[0][0].start : chain.terms[-1][-1].end], item.formula, line)
    yield name.text, Told(kind, source)


def _mentioned(item: _Item) -> list[str]:
    """The names of an inline formula that consists of nothing else."""
    if item.formula.kind != "inline":
        return []
    keys: list[str] = []
    for chain, trees in zip(item.chains, item.trees, strict=True):
        tree = trees[0] if len(trees) == 1 else None
        if chain.relations or not isinstance(tree, Node) or tree.kind not in {"name", "call"}:
            return []
        keys.append(tree.text if tree.kind == "name" else tree.parts[0].text)
    return keys


def _kinds_by_chapter(items: Sequence[_Item]) -> dict[int, Kinds]:
    """The kinds of names, chapter by chapter: in the next one a letter may be something else."""
    found: dict[int, Kinds] = {}
    for chapter in dict.fromkeys(item.chapter for item in items):
        own = [item for item in items if item.chapter == chapter]
        told = {
            kind: {key for item in own for key, what in item.told if what.kind == kind} for kind in ("vector", "matrix")
        }
        chains_of = ([t for t in trees if isinstance(t, Node)] for item in own for trees in item.trees)
        found[chapter] = learned(chains_of, told["vector"], told["matrix"])
    return found


def _noted(document: Document) -> dict[str, Told]:
    """What notes to the checker say: ``t is onehot``, ``p: probability``."""
    found: dict[str, Told] = {}
    for note in document.notes:
        for piece in note.text.split(";"):
            name, _, kind = piece.replace(" is ", ":").partition(":")
            if kind.strip() and kind.strip().lower().replace("-", "") in _SETS:
                source = Source("note", note.text, None, note.position.line)
                found[_key(name.strip())] = Told(kind.strip().lower().replace("-", ""), source)
    return found


_SETS_TEXT = """
real nonzero positive nonnegative base probability unit label simplex distribution onehot integer size vector matrix
"""
_SETS = frozenset(_SETS_TEXT.split())


def _assumed(assumed: Mapping[str, str]) -> dict[str, Told]:
    for name, kind in assumed.items():
        if kind not in _SETS:
            raise DataError("LL403.set", kind=kind, name=name, sets=sorted(_SETS))
    return {_key(name): Told(kind, Source("note", f"{name}: {kind}")) for name, kind in assumed.items()}


def _key(name: str) -> str:
    return name.strip("$").removeprefix("\\")


# -- statements


def _stated(
    items: Sequence[_Item], hints: Hints, kinds: Mapping[int, Kinds], assumed: Mapping[str, Told], end: float
) -> Iterator[Statement]:
    told: dict[str, Told] = {}
    later: dict[int, dict[str, Told]] = {}
    for item in items:
        for key, what in item.told:
            later.setdefault(item.section, {}).setdefault(key, what)
    chapter = section = 0
    used: set[str] = set()
    number = 0
    last: _Item | None = None
    bounds = Bounds()
    for item in items:
        if item.chapter != chapter:
            told = {}
        elif item.section != section:  # a constraint of one section need not hold in the next one, a word is kept
            told = {key: what for key, what in told.items() if what.source.by == "words"}
        chapter, section = item.chapter, item.section
        told.update({key: what for key, what in item.told if key not in told or told[key].kind != what.kind})
        known = {**later.get(item.section, {}), **told, **assumed}
        known = {key: what for key, what in known.items() if what.source.formula is not item.formula}  # not by itself
        if item.misread is None and monotonic() > end:
            item.misread = Misread("limit", f"{MAX_SECONDS:.0f} s", Span(0, len(item.formula.tex)))
        if item.misread is not None or not item.chains:
            misread = item.misread or Misread("ends", "", Span(0, len(item.formula.tex)))
            yield _not_understood(item, number, misread)
            number += 1
            continue
        context = Context(
            announced=words.announced(item.before, item.after),
            denied=words.denied(item.before, item.after),
            wanted=words.wanted(item.before, item.after),
            section=item.section,
        )
        place = Place(item.formula, hints, kinds[item.chapter], known, context)
        for chain in map(partial(_carried, last, item), item.chains):
            found = statement(chain, place, number)
            if chain.is_range or chain.dotted or (chain.listed and len(chain.terms) == 2):
                found = replace(found, context=replace(found.context, wanted=found.context.wanted or "…"))
            if found.readings and found.relations:
                mark = words.defined(item.before, item.after) or ("where" if _where(chain.lead) else "")
                defines = defined_by(found.readings[0], found.relations, item.formula, number, mark, used)
                found = replace(found, defines=defines)
                used |= names_used(found.readings[0].terms)
            elif len(found.relations) == 1 and found.relations[0].sign in {"=", ":=", "≡"}:
                trees = parse_chain(chain, hints).trees
                found = replace(found, defines=unread_definition(trees, found, used))
                used |= {d.name for d in found.defines}
            yield bounds.applied(found)
            number += 1
        last = item


def _carried(last: _Item | None, item: _Item, chain: Chain) -> Chain:
    """A chain that begins with a relation goes on from the last term of the display formula before."""
    if chain.terms[0] or not chain.relations or last is None or not last.chains or not last.chains[-1].terms[-1]:
        return chain
    near = item.formula.block - last.formula.block <= _NEAR and len(item.before.rsplit("$", 1)[-1].strip()) <= _SHORT
    if not near or {item.formula.kind, last.formula.kind} != {"display"}:
        return chain
    term = last.chains[-1].terms[-1]
    return replace(chain, terms=[term, *chain.terms[1:]], carried=last.formula.tex[term[0].start : term[-1].end])


def _where(lead: str) -> bool:
    return any(word in lead.lower() for word in ("where", "with", "let", "here", "ただし", "ここで", "其中"))


def _not_understood(item: _Item, number: int, misread: Misread) -> Statement:
    span = Span(0, len(item.formula.tex))
    return Statement(item.formula, number, span, (Term(item.formula.tex, span, misread),), (), misread=misread)


# -- what each may use


def _in_context(found: Sequence[Statement]) -> list[Statement]:
    """The statements with the definitions in scope of each: earlier ones, and later ones of its paragraph."""
    known: dict[str, list[Definition]] = {}
    for each in found:
        for definition in each.defines:
            if definition.mark == "unread":
                continue
            known.setdefault(definition.name, []).append(definition)
    return [_with_definitions(each, known) if each.readings and each.relations else each for each in found]


def _with_definitions(statement_: Statement, known: Mapping[str, Sequence[Definition]]) -> Statement:
    wanted = list(statement_.context.names)
    chosen: list[Definition] = []
    seen: set[str] = set()
    for _ in range(_DEEP):
        new: list[str] = []
        for name in wanted:
            if name in seen or name not in known:
                continue
            seen.add(name)
            for definition in _nearest(known[name], statement_):
                chosen.append(definition)
                new += names_used((definition.body,))
        if not new:
            break
        wanted = new
    return replace(statement_, context=replace(statement_.context, definitions=tuple(chosen)))


def _nearest(definitions: Sequence[Definition], statement_: Statement) -> list[Definition]:
    at = bisect_left(definitions, statement_.number, key=lambda d: d.number)
    earlier = definitions[max(0, at - _MOST_DEFINITIONS) : at]
    block = statement_.formula.block
    later = [
        d
        for d in definitions[at : at + _LOOKED_AT]
        if d.number > statement_.number and d.mark not in {"first", "later"} and d.formula.block <= block + 2
    ]
    return [*later[:1], *reversed(earlier)][:_MOST_DEFINITIONS]


def statements_of(tex: str, before: Sequence[str] = (), assumed: Mapping[str, str] | None = None) -> list[Statement]:
    """The statements of a formula that stands alone behind some others."""
    start = Position(1, 1)
    from loglik.check.document import Area

    parts = [
        Formula(each, "display", Area(start, start), block, ((0, Position(block + 1, 1)),))
        for block, each in enumerate([*before, tex])
    ]
    found = understand(Document("-", "latex", tuple(parts)), assumed)
    return [each for each in found if each.formula is parts[-1]]
