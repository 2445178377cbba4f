"""What a formula states: a chain of terms with relations between them, read in one way or in several.

Terms are expressions of `loglik.derive`. A term that cannot be read is ``None`` in every reading and has its `trouble`;
the links of the chain beside it can still be judged.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from loglik.derive.expressions import REAL, Pow, Symbol, number, parts, rebuild

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loglik.check.document import Formula
    from loglik.derive.expressions import Domain, Equation, Expr

MAX_READINGS = 16

Kind = Literal[
    "scalar",
    "index",
    "size",
    "family",  # written with indices
    "vector",
    "matrix",
    "function",  # called, and defined nowhere or by an expression
    "distribution",  # p(x), P(A | B)
    "set",
]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a formula's source: offsets into `Formula.tex`, the end excluded."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Misread:
    """Why something is not understood: `code` is one word (``macro``, ``operator``, ``brackets``, ``limit``, ...)."""

    code: str
    detail: str
    span: Span


@dataclass(frozen=True, slots=True)
class Term:
    """A side of a relation as it is written; its meaning is in the readings of the statement."""

    tex: str
    span: Span
    trouble: Misread | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation between two neighbouring terms.

    Parameters
    ----------
    sign : str
        ``=``, ``<=``, ``>=``, ``<``, ``>``, ``!=``; ``:=`` (a definition by its sign, also ``≜``), ``=:``
        (reversed); ``≡``, ``≈``, ``∝``, ``~`` (is distributed as), ``∈``, ``→``, ``←`` (an update), ``⇒``, ``⇔``.
    span : Span
        Where its sign stands.
    """

    sign: str
    span: Span


@dataclass(frozen=True, slots=True)
class Condition:
    """What a statement is restricted to: ``if x > 0``, ``for i = 1, ..., n``, ``(i = j)``, ``otherwise``.

    `relation` is None if it is not understood as a relation; then nothing may be refuted.
    """

    tex: str
    span: Span
    relation: Equation | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a statement.

    Parameters
    ----------
    terms : tuple of Expr or None
        Aligned with `Statement.terms`; None where a term is not understood.
    choices : tuple of str
        What was decided, where the notation leaves it open: ``p(x): a call``, ``log(u)^2: (log u)^2``.
    spans : mapping of path to Span
        Where the parts of the terms stand: the path is the number of the term followed by the path of the part
        (`loglik.derive.expressions.subexpression`). Parts that the notation leaves unwritten have no entry.
    elements : tuple of Symbol
        Indices that were put in where the terms are vectors or matrices: the relation is claimed for all of them.
    """

    terms: tuple[Expr | None, ...]
    choices: tuple[str, ...] = ()
    spans: Mapping[tuple[int, ...], Span] = field(default_factory=dict)
    elements: tuple[Symbol, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where something is known from: words of the text, a notation, or how a name is used, and the place."""

    by: Literal["words", "notation", "use", "definition", "note"]
    text: str
    formula: Formula | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Name:
    """A name as a statement uses it.

    Parameters
    ----------
    name : str
        Of the `Symbol` or `Function` in the readings.
    tex : str
        As the document writes it.
    kind : Kind
        What sort of thing it is taken for.
    domain : Domain
        The set its values (its elements') come from; also in the `Symbol` of the readings.
    sources : tuple of Source
        What kind and domain were inferred from; empty if nothing was: then it is any real number.
    """

    name: str
    tex: str
    kind: Kind = "scalar"
    domain: Domain = REAL
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """What a name stands for.

    Parameters
    ----------
    name : str
        The name that is defined: of a `Symbol`, of the base of an `Indexed`, or of a `Function`.
    parameters : tuple of Symbol
        Indices of a family or arguments of a function; all of them are free in `body`.
    body : Expr
        What it stands for, as in the preferred reading.
    mark : str
        How it is marked: ``:=``, ``where``, ``とおく``, ``first`` (an equation whose left side is a name that was not used
        before), ``later`` (the same, used before), ``through`` (``log L = ...`` defines ``L``), ``unread`` (a set, a list, an
        extreme, ...: `body` is only its source; it is in no context).
    formula : Formula
        Where it stands.
    number : int
        Number of its statement in the document, from 0: it is in scope for later ones of its section.
    call : bool
        Whether it is a function rather than a name or family.
    restricted : bool
        Whether it is said for some cases only ("if p is a prime").
    squared : tuple of bool
        Of a function: which arguments are written as squares, ``L(mu, sigma^2)``; the parameter is what is squared.
    places : tuple of Number or None
        Of a member of a family, ``z_1 = ...``: its indices; None where it is said for any, by a parameter or a cell.
        Of a value, ``P(A) = 0.3``: the arguments, as names.
    cells : tuple of tuple of Expr
        Of a matrix or list that is written out: its rows; of a list each has one element. `body` is their sum.
    """

    name: str
    parameters: tuple[Symbol, ...]
    body: Expr
    mark: str
    formula: Formula
    number: int
    call: bool = False
    restricted: bool = False
    squared: tuple[bool, ...] = ()
    places: tuple[Expr | None, ...] = ()
    cells: tuple[tuple[Expr, ...], ...] = ()

    @property
    def key(self) -> DefinitionKey:
        """What tells apart which names it stands for."""
        return self.name, self.call, self.places or len(self.parameters)


#: The name, whether it is called, and how many indices or arguments it has, or which.
DefinitionKey = tuple[str, bool, "int | tuple[Expr | None, ...]"]


def what_is_squared(e: Expr) -> Expr | None:
    """The base of a square; None if there is none."""
    return e.base if isinstance(e, Pow) and e.exponent == number(2) else None


@dataclass(frozen=True, slots=True)
class Context:
    """What is known where a statement stands.

    Parameters
    ----------
    names : mapping of str to Name
        All names free or bound in its readings.
    definitions : tuple of Definition
        Those in scope, nearest first, for names in its readings and in the bodies of these definitions.
    announced : str
        Words that announce a consequence ("thus", "よって"); empty if there are none.
    denied : str
        Words that deny it or ask ("common mistake", "誤り", "is it true that"); empty if there are none.
    wanted : str
        Words that make it a condition, an equation to be solved or a constraint ("subject to", "solve", "を満たす"); empty
        if there are none.
    section : int
        Number of the section (a heading ends it).
    """

    names: Mapping[str, Name] = field(default_factory=dict)
    definitions: tuple[Definition, ...] = ()
    announced: str = ""
    denied: str = ""
    wanted: str = ""
    section: int = 0

    def tex(self, name: str) -> str:
        """A name as the document writes it."""
        known = self.names.get(name)
        return known.tex if known is not None else name.rstrip("_")


@dataclass(frozen=True, slots=True)
class Statement:
    """A chain of terms in a formula; a formula may hold several.

    Parameters
    ----------
    formula : Formula
        Where it stands.
    number : int
        Counted through the document, from 0.
    span : Span
        Its stretch of the formula.
    terms, relations
        One relation fewer than terms; a single term states nothing.
    readings : tuple of Reading
        The preferred one first, at most 16; empty if no two neighbouring terms are understood.
    conditions : tuple of Condition
        What it is restricted to.
    defines : tuple of Definition
        What it defines, if it is taken for a definition: by its mark, or as the first use of a name.
    context : Context
        What is known there.
    misread : Misread or None
        Why the whole is not understood, where that is not the trouble of one term.
    sketch : function
        The tree of a term by its number in the likeliest reading, whether or not it has a meaning for the check.
    again : function
        Reads another source for the statement's stretch of the formula in the same context; None if that is no chain.
    """

    formula: Formula
    number: int
    span: Span
    terms: tuple[Term, ...]
    relations: tuple[Relation, ...]
    readings: tuple[Reading, ...] = ()
    conditions: tuple[Condition, ...] = ()
    defines: tuple[Definition, ...] = ()
    context: Context = field(default_factory=Context)
    misread: Misread | None = None
    sketch: Callable[[int], object] = field(default=lambda _: None, repr=False, compare=False)
    again: Callable[[str], Statement | None] = field(default=lambda _: None, repr=False, compare=False)

    @property
    def sketches(self) -> tuple[object, ...]:
        """The trees of all terms."""
        return tuple(map(self.sketch, range(len(self.terms))))


def with_domains(e: Expr, domains: Mapping[str, Domain]) -> Expr:
    """The expression with other sets for the values of some names: for assumptions that the text does not state."""
    if isinstance(e, Symbol):
        return Symbol(e.name, domains[e.name]) if e.name in domains else e
    below = parts(e)
    return rebuild(e, tuple(with_domains(each, domains) for each in below)) if below else e
