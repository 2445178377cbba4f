"""A document understood: its names first, then statement by statement, then what each may use."""

from __future__ import annotations

from dataclasses import replace
from time import thread_time
from typing import TYPE_CHECKING

from loglik.check.document import Document, Formula, Position
from loglik.check.latex.tree import Node
from loglik.check.model import words
from loglik.check.model.bounds import Bounds
from loglik.check.model.definitions import defined_by, names_used, unread_definition
from loglik.check.model.items import Item, cut, items_of
from loglik.check.model.kinds import learned
from loglik.check.model.meaning import Place, Told, statement
from loglik.check.model.parsed import parse_chain
from loglik.check.model.scope import in_context
from loglik.check.model.told import NUMBERS, assumed_of, noted, told_by
from loglik.check.model.usage import hints_of
from loglik.check.readers.limits import MAX_SECONDS
from loglik.check.statement import Context, Misread, Span, Statement, Term

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from loglik.check.latex.chains import Chain
    from loglik.check.latex.hints import Hints
    from loglik.check.model.kinds import Kinds

#: Paragraphs and characters between two formulas of which the second goes on from the first.
_NEAR, _SHORT = 2, 30


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
    items = items_of(document)
    hints = hints_of((item.tokens, item.formula.kind == "inline") for item in items)
    end = thread_time() + MAX_SECONDS  # of these two alone: whatever the tokens took, some formulas are reached
    cut(items, hints, end)
    for item in items:
        item.told = list(told_by(item))
    kinds = _kinds_by_chapter(items)
    found = list(
        _stated(items, hints, kinds, {**noted(document), **assumed_of(assumed or {})}, thread_time() + MAX_SECONDS)
    )
    return in_context(found)


def _kinds_by_chapter(items: Sequence[Item]) -> dict[int, Kinds]:
    """The kinds of names, chapter by chapter: in the next one a letter may be something else."""
    found: dict[int, Kinds] = {}
    chapters: dict[int, list[Item]] = {}
    for item in items:
        chapters.setdefault(item.chapter, []).append(item)
    for chapter, own in chapters.items():
        told: dict[str, set[str]] = {}
        for key, what in (each for item in own for each in item.told):
            told.setdefault(what.kind, set()).add(key)
        numbers = set[str]().union(*(told.get(kind, ()) for kind in NUMBERS))
        chains_of = ([t for t in trees if isinstance(t, Node)] for item in own for trees in item.trees)
        found[chapter] = learned(chains_of, told.get("vector", ()), told.get("matrix", ()), numbers)
    return found


# -- statements


def _stated(
    items: Sequence[Item], hints: Hints, kinds: Mapping[int, Kinds], assumed: Mapping[str, Told], end: float
) -> Iterator[Statement]:
    told: dict[str, Told] = {}
    later: dict[int, dict[str, Told]] = {}
    for item in items:
        for key, what in item.told:
            later.setdefault(item.section, {}).setdefault(key, what)
    chapter = section = 0
    used: set[str] = set()
    number = 0
    last: Item | None = None
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
        if item.misread is None and thread_time() > end:
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
        for at, each in enumerate(item.chains):
            chain = _carried(last, item, each) if at == 0 else each
            found = statement(chain, place, number)
            if chain.is_range or chain.dotted or (chain.listed and len(chain.terms) == 2):
                found = replace(found, context=replace(found.context, wanted=found.context.wanted or "…"))
            if found.readings and found.relations:
                mark = words.defined(item.before, item.after) or ("where" if _where(chain.lead) else "")
                defines = defined_by(found.readings[0], found.relations, item.formula, number, mark, used)
                if found.conditions or (context.wanted and not mark):
                    defines = tuple(replace(each, restricted=True) for each in defines)
                found = replace(found, defines=defines)
                used |= names_used(found.readings[0].terms)
            elif len(found.relations) == 1 and found.relations[0].sign in {"=", ":=", "≡"}:
                trees = parse_chain(chain, hints).trees
                found = replace(found, defines=unread_definition(trees, found, used))
                used |= {d.name for d in found.defines}
            yield bounds.applied(found)
            number += 1
        last = item


def _carried(last: Item | None, item: Item, chain: Chain) -> Chain:
    """A chain that begins with a relation goes on from the last term of the display before, or of the formula beside it."""
    if chain.terms[0] or not chain.relations or last is None or not last.chains or not last.chains[-1].terms[-1]:
        return chain
    near = item.formula.block - last.formula.block <= _NEAR and len(item.before.rsplit("$", 1)[-1].strip()) <= _SHORT
    beside = item.formula.block == last.formula.block and item.before.rstrip().endswith("$")
    kinds = {item.formula.kind, last.formula.kind}
    if not (near and kinds == {"display"}) and not (beside and kinds == {"inline"}):
        return chain
    term = last.chains[-1].terms[-1]
    return replace(chain, terms=[term, *chain.terms[1:]], carried=last.formula.tex[term[0].start : term[-1].end])


def _where(lead: str) -> bool:
    return any(word in lead.lower() for word in ("where", "with", "let", "here", "ただし", "ここで", "其中"))


def _not_understood(item: Item, number: int, misread: Misread) -> Statement:
    span = Span(0, len(item.formula.tex))
    return Statement(item.formula, number, span, (Term(item.formula.tex, span, misread),), (), misread=misread)


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
