"""One chain of tokens to a statement, where it stands: its readings in expressions, its names, what it defines."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import TYPE_CHECKING

from loglik.check.latex.chains import chains
from loglik.check.latex.tokens import tokens
from loglik.check.latex.tree import Node, UnreadError, written
from loglik.check.model.convert import Converter
from loglik.check.model.display import tex_of_name
from loglik.check.model.naming import Naming
from loglik.check.model.parsed import readings, sketched
from loglik.check.model.places import EQUAL, of_one_kind, place_by_place
from loglik.check.model.shapes import Shaped, Value, fresh_index, most_known, named, names_of
from loglik.check.model.use import used_as
from loglik.check.statement import (
    MAX_READINGS,
    Condition,
    Context,
    Misread,
    Name,
    Reading,
    Relation,
    Source,
    Span,
    Statement,
    Term,
)
from loglik.derive.expressions import (
    REAL,
    ZERO,
    Domain,
    Equation,
    Expr,
    Function,
    Indexed,
    Number,
    Symbol,
    walk,
)
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from loglik.check.document import Formula
    from loglik.check.latex.chains import Chain
    from loglik.check.latex.hints import Hints
    from loglik.check.model.kinds import Kinds
    from loglik.check.model.parsed import Parsed
    from loglik.check.statement import Kind

_COMPARED = frozenset({"=", "<=", ">=", "<", ">", "!="})


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a name: a set or kind, and where from."""

    kind: str
    source: Source


@dataclass(frozen=True, slots=True)
class Place:
    """Where a formula stands: what is known there.

    Parameters
    ----------
    formula : Formula
        The formula.
    hints, kinds
        What is known of the names of the document.
    told : mapping of str to Told
        What is said of names there, by key.
    context : Context
        Announcements, denials, the section.
    """

    formula: Formula
    hints: Hints
    kinds: Kinds
    told: Mapping[str, Told]
    context: Context = field(default_factory=Context)


def statement(chain: Chain, place: Place, number: int) -> Statement:
    """What a chain of tokens states."""
    relations = tuple(Relation(sign, Span(token.start, token.end)) for sign, token in chain.relations)
    found: dict[str, Reading] = {}
    first: list[Node | Misread] = []
    troubles: list[Misread | None] = [None] * len(chain.terms)
    names: dict[str, Name] = {}
    conditions: tuple[Condition, ...] = ()
    for interpretation in _interpretations(chain, place):
        if not first:
            first = list(interpretation.parsed.trees)
            troubles = interpretation.troubles
            conditions = interpretation.conditions()
        if interpretation.reading is None:
            continue
        key = "|".join("?" if e is None else str(e) for e in interpretation.reading.terms)
        if key not in found:
            found[key] = interpretation.reading
            for name, what in interpretation.names().items():
                names.setdefault(name, what)
        if len(found) == MAX_READINGS:
            break
    terms = tuple(
        _term(place.formula.tex, tokens_of, trouble) for tokens_of, trouble in zip(chain.terms, troubles, strict=True)
    )
    if chain.carried:
        terms = (Term(chain.carried, Span(0, 0), troubles[0]), *terms[1:])
    context = Context(
        names,
        (),
        place.context.announced or _arrow(chain.lead),
        place.context.denied,
        place.context.wanted,
        place.context.section,
    )
    start = chain.relations[0][1].start if chain.carried else next((t[0].start for t in chain.terms if t), 0)
    end = next((t[-1].end for t in reversed(chain.terms) if t), start)

    def again(tex: str) -> Statement | None:
        return reread(tex, place, number, chain)

    return Statement(
        place.formula,
        number,
        Span(start, end),
        terms,
        relations,
        _likeliest_first(found),
        conditions,
        (),
        context,
        None,
        cache(lambda i: sketched(chain.terms[i], place.hints)),
        again,
    )


def _interpretations(chain: Chain, place: Place) -> Iterator[_Interpretation]:
    """What each parse means; beside numbers alone probabilities are first numbers, that the text may give."""
    for parsed in readings(chain, place.hints):
        found = _Interpretation(chain, parsed, place)
        trees = [tree for tree in parsed.trees if isinstance(tree, Node)]
        if found.naming.joints and any(all(n.kind != "name" for n in tree.walk()) for tree in trees):
            yield _Interpretation(chain, parsed, place, joint=False)
        yield found


def _likeliest_first(found: Mapping[str, Reading]) -> tuple[Reading, ...]:
    """In their order; a reading in which a term is missing says less than one in which none is."""
    least = min((sum(e is None for e in r.terms) for r in found.values()), default=0)
    return tuple(r for r in found.values() if sum(e is None for e in r.terms) == least)


def _arrow(lead: str) -> str:
    return lead if lead in {"⇒", "⇔", "∴"} else ""


def _term(tex: str, of: Sequence[object], trouble: Misread | None) -> Term:
    if not of:
        return Term("", Span(0, 0), trouble)
    start, end = of[0].start, of[-1].end  # type: ignore[attr-defined]
    return Term(tex[start:end], Span(start, end), trouble)


def reread(tex: str, place: Place, number: int, chain: Chain) -> Statement | None:
    """The same place with another source: None if it is no longer one chain."""
    found = [each for each in chains(tokens(tex)) if each.relations]
    if len(found) != 1:
        return None
    found[0].conditions, found[0].lead = chain.conditions, chain.lead
    if chain.carried and not found[0].terms[0]:
        found[0].terms[0], found[0].carried = chain.terms[0], chain.carried
    from dataclasses import replace

    formula = replace(place.formula, tex=tex, lines=())
    return statement(found[0], replace(place, formula=formula), number)


class _Interpretation:
    """One reading of a chain: its trees with the meaning of the names put in."""

    def __init__(self, chain: Chain, parsed: Parsed, place: Place, *, joint: bool = True) -> None:
        self.chain, self.parsed, self.place = chain, parsed, place
        trees = [tree for tree in parsed.trees if isinstance(tree, Node)]
        self.used = used_as(trees)
        domains = {key: told.kind for key, told in place.told.items() if told.kind not in {"vector", "matrix"}}
        for key, (kind, _) in self.used.items():
            domains.setdefault(key, kind)
        self.naming = Naming(place.kinds, domains, trees, joint=joint)
        self.converter = Converter(self.naming)
        self.troubles: list[Misread | None] = []
        values = [self._value(tree) for tree in parsed.trees]
        self.elements: tuple[Symbol, ...] = ()
        terms = self._by_elements(values)
        self.reading = self._reading(terms)

    def _value(self, tree: Node | Misread) -> Value | None:
        if isinstance(tree, Misread):
            self.troubles.append(tree)
            return None
        try:
            found = self.converter.term(tree)
            names_of(found)  # an element may be found unreadable when it is asked for
        except UnreadError as error:
            self.troubles.append(error.misread)
            return None
        except RecursionError:
            self.troubles.append(Misread("limit", "nesting", tree.span))
            return None
        self.troubles.append(None)
        return found

    def _by_elements(self, values: list[Value | None]) -> tuple[Expr | None, ...]:
        """All terms as numbers: of vectors and matrices the elements at one and the same place."""
        alone = [isinstance(tree, Node) and tree.kind == "name" for tree in self.parsed.trees]
        values = of_one_kind(values, alone)
        shaped = [v for v in values if isinstance(v, Shaped)]
        numbers = [v for v in values if isinstance(v, Expr) and v != ZERO]
        if shaped and len(numbers) > len(shaped):
            for at, value in enumerate(values):
                if isinstance(value, Shaped):
                    self._misfit(at)
            shaped = []
        if not shaped:
            return tuple(v if isinstance(v, Expr) else None for v in values)
        if any(isinstance(size, Number) for v in shaped for size in (v.rows, v.columns)):
            return self._place_by_place(values, most_known(shaped))
        directions = shaped[0].directions
        taken = {name for v in values if v is not None for name in names_of(v)}
        indices: list[Symbol] = []
        sizes = (shaped[0].rows, shaped[0].columns) if directions > 1 else (shaped[0].rows or shaped[0].columns,)
        for size in sizes:
            bare = fresh_index(taken | {i.name for i in indices})
            indices.append(Symbol(bare.name, _index_domain(size)))
        self.elements = tuple(indices)
        out: list[Expr | None] = []
        for at, value in enumerate(values):
            if isinstance(value, Shaped):
                same = value.directions == directions and (value.rows is None) == (shaped[0].rows is None)
                try:
                    out.append(value.element(*indices) if same else None)
                except (DataError, UnreadError):
                    out.append(None)
                if out[-1] is None:
                    self._misfit(at)
            else:
                zero = value == ZERO
                if isinstance(value, Function):  # f(x) = ... a vector: a function for each element
                    out.append(Function(value.name, (*indices, *value.args)))
                    continue
                out.append(value if zero else None)
                if value is not None and not zero:
                    self._misfit(at)
        return tuple(out)

    def _place_by_place(self, values: list[Value | None], first: Shaped) -> tuple[Expr | None, ...]:
        """Terms of which it is known how many elements they have, as sums of these."""
        equal = all(sign in EQUAL for sign, _ in self.chain.relations)
        out = [place_by_place(value, first) if equal else None for value in values]
        for at, (value, term) in enumerate(zip(values, out, strict=True)):
            if term is None and value is not None:
                self._misfit(at)
        return tuple(out)

    def _misfit(self, at: int) -> None:
        """Note that a term does not fit the others."""
        tree = self.parsed.trees[at]
        self.troubles[at] = Misread("shapes", "", tree.span if isinstance(tree, Node) else Span(0, 0))

    def _reading(self, terms: tuple[Expr | None, ...]) -> Reading | None:
        if all(e is None for e in terms):
            return None
        if len(terms) > 1 and not any(a is not None and b is not None for a, b in zip(terms, terms[1:], strict=False)):
            return None
        spans: dict[tuple[int, ...], Span] = {}
        for number, term in zip(count(), terms, strict=False):
            if term is None or (number == 0 and self.chain.carried):
                continue
            for path, part in walk(term):
                kept = self.converter.places.get(id(part))
                if kept is not None:
                    spans[number, *path] = kept[1]
        choices = tuple(f"{key}: {option}" for key, option in self.parsed.choices)
        if self.naming.random:
            choices += (f"joint: {', '.join(sorted(self.naming.random))} are random variables on a finite set",)
        choices += tuple(
            f"joint: {key} is a distribution over ({', '.join(map(written, variables))})"
            for key, variables in self.naming.joints.items()
        )
        shown = named((*terms, *self.elements))
        elements = tuple(e for e in shown[len(terms) :] if isinstance(e, Symbol))
        return Reading(shown[: len(terms)], choices, spans, elements)

    def names(self) -> dict[str, Name]:
        """All names of the terms."""
        found: dict[str, Name] = {}
        if self.reading is None:
            return found
        for term in self.reading.terms:
            if term is None:
                continue
            for _, part in walk(term):
                if isinstance(part, Symbol):
                    found.setdefault(part.name, self._name(part.name, part.domain))
                elif isinstance(part, Indexed):
                    found[part.base.name] = self._name(part.base.name, part.base.domain, family=True)
                elif isinstance(part, Function):
                    found.setdefault(part.name, Name(part.name, _called(part.name, self.naming), "function"))
        return found

    def _name(self, name: str, domain: Domain, *, family: bool = False) -> Name:
        key = self.naming.written.get(name, name)
        kinds = self.place.kinds
        sources: tuple[Source, ...] = ()
        told = self.place.told.get(key)
        if told is not None:
            sources = (told.source,)
        elif domain is not REAL and key in self.used:
            node = self.used[key][1]
            sources = (Source("use", self.place.formula.tex[node.span.start : node.span.end], self.place.formula),)
        elif domain.kind in {"size", "index"}:
            sources = (Source("notation", "index" if domain.kind == "index" else "bound", self.place.formula),)
        kind: Kind = "family" if family else "scalar"
        if domain.kind == "index" or domain.kind == "size":  # noqa: PLR1714  # mypy sees it so
            kind = domain.kind
        elif key.removesuffix("_joint") in self.naming.joints:
            kind = "distribution"
        elif kinds.is_matrix(key):
            kind = "matrix"
        elif kinds.is_vector(key):
            kind = "vector"
        return Name(name, tex_of_name(key), kind, domain, sources)

    def conditions(self) -> tuple[Condition, ...]:
        """What the statement is restricted to."""
        found: list[Condition] = []
        tex = self.place.formula.tex
        for each in self.chain.conditions:
            stretch = [t for term in each.terms for t in term]
            if not stretch:
                continue
            span = Span(stretch[0].start, stretch[-1].end)
            found.append(Condition(tex[span.start : span.end], span, self._relation(each)))
        if self.chain.unread:
            found.append(Condition(self.chain.unread, Span(0, 0)))
        return tuple(found)

    def _relation(self, chain: Chain) -> Equation | None:
        if len(chain.terms) != 2 or chain.relations[0][0] not in _COMPARED or chain.listed:
            return None
        parsed = next(readings(chain, self.place.hints))
        sides: list[Expr] = []
        for tree in parsed.trees:
            if isinstance(tree, Misread):
                return None
            try:
                value = self.converter.term(tree)
            except UnreadError:
                return None
            if not isinstance(value, Expr):
                return None
            sides.append(value)
        return Equation(sides[0], chain.relations[0][0], sides[1])


def _called(name: str, naming: Naming) -> str:
    bare = name.split("[", maxsplit=1)[0].rstrip("|,‖")
    return tex_of_name(naming.written.get(bare, bare))


def _index_domain(size: Expr | None) -> Domain:
    from loglik.derive.expressions.domains import Range

    if isinstance(size, Symbol):
        return Domain("index", Range(1, size.name))
    return Domain("index", Range(1, "#place"))


__all__ = ["Place", "Told", "reread", "statement"]
