"""What the checker is given: steps, parts and derivations, as data. The files of the catalogue are read by `derivation`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from loglik.cached import cached_property
from loglik.derive.expressions import Equation, Expr, domain
from loglik.derive.expressions.nodes import RELATIONS
from loglik.derive.syntax.parser import RESERVED, parse
from loglik.errors import DataError, nearest
from loglik.texts import Phrase

if TYPE_CHECKING:
    from loglik.derive.expressions import Domain


@dataclass(frozen=True)
class Step:
    """One step: the relation to the term before, the term after, and the rule.

    Parameters
    ----------
    relation : str
        ``=``, ``<=`` or ``>=`` between expressions, ``<=>`` between equations.
    term : Expr
        The term after.
    rule : str
        Id of a rule; or ``given:NAME`` for what is given, ``part:NAME`` for what an earlier part proved.
    uses : mapping of str to Expr
        What stands for a variable of the rule where the terms do not show it (the c of a substitution h = c t).
    """

    relation: str
    term: Expr
    rule: str
    uses: Mapping[str, Expr] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """A chain of terms.

    Parameters
    ----------
    name : str
        Other parts cite it by this name.
    start : Expr
        The first term.
    steps : tuple of Step
        The steps.
    begin : str
        Where a first term that is an equation comes from: ``identity``, ``given:NAME`` or ``part:NAME``.
    given : mapping of str to Given
        What is given in this part only: a case, a condition of stationarity.
    solution : mapping of str to (names of indices, Expr)
        Values that satisfy what is given, to sample at.
    """

    name: str
    start: Expr
    steps: tuple[Step, ...]
    begin: str = ""
    given: Mapping[str, Given] = field(default_factory=dict)
    solution: Mapping[str, tuple[tuple[str, ...], Expr]] = field(default_factory=dict)

    @cached_property
    def proves(self) -> Equation:
        """The first term and the last in one relation; of a chain of equations, the last one.

        Raises
        ------
        DataError
            LL189: the relations do not add up to one.
        """
        from loglik.derive.kernel.results import proved

        last = self.steps[-1].term if self.steps else self.start
        found = proved(self.start, [step.relation for step in self.steps], last, reason=bool(self.begin))
        if found is None:
            if isinstance(self.start, Equation) != isinstance(last, Equation):
                raise DataError("LL189.mixed_chain", part=self.name)
            relations = " ".join(step.relation for step in self.steps)
            raise DataError("LL189.relations", part=self.name, relations=relations)
        return found


@dataclass(frozen=True)
class Given:
    """A relation that is taken as given, for all values of some indices.

    Parameters
    ----------
    relation : Equation
        What is given.
    every : tuple of str
        Index symbols that stand for every index of their range.
    """

    relation: Equation
    every: tuple[str, ...] = ()


@dataclass(frozen=True)
class Example:
    """A worked instance: numbers for the symbols, for which both sides are computed."""

    numbers: Mapping[str, str | tuple[str, ...] | tuple[tuple[str, ...], ...]]
    statement: int = 0


@dataclass(frozen=True)
class Words:
    """What is said of a derivation in one language; what is not said is empty or absent.

    Parameters
    ----------
    title, says : str
        What it is called, and in one sentence what is shown.
    parts : mapping of str to str
        Headings of parts.
    given : mapping of str to str
        Why something is given, under its name.
    reasons : mapping of str to str
        Why the domain of a symbol is assumed, where the reason is not the usual one of such domains.
    meanings : mapping of str to str
        What a symbol stands for.
    steps : mapping of str to str
        Why a step is taken, under ``part.number``; steps count from 1, and 0 is the first term.
    results : mapping of str to str
        What a result says, under its number from 1.
    """

    title: str = ""
    says: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)
    results: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Derivation:
    """A derivation.

    Parameters
    ----------
    name : str
        Its name.
    symbols : mapping of str to Domain
        The names, with the sets their values come from: the assumptions.
    given : mapping of str to Given
        Relations assumed beside the domains.
    parts : tuple of Part
        The chains, in order.
    proves : tuple of Equation
        What is proved: results of some parts.
    example : Example
        A worked numeric instance.
    formulas : tuple of str
        Numbers of the formulas of the source texts that it derives.
    natural : str
        How the natural logarithm is written: ``log`` or ``log_e``.
    words : mapping of str to Words
        What is said of it, by language.
    computed_by : tuple of str
        Functions and commands that compute what is proved.
    """

    name: str
    symbols: Mapping[str, Domain]
    given: Mapping[str, Given]
    parts: tuple[Part, ...]
    proves: tuple[Equation, ...]
    example: Example
    formulas: tuple[str, ...] = ()
    natural: str = "log"
    words: Mapping[str, Words] = field(default_factory=dict)
    computed_by: tuple[str, ...] = ()

    @property
    def steps(self) -> int:
        """Number of steps."""
        return sum(len(part.steps) for part in self.parts)


def derivation(
    name: str,
    *,
    symbols: Mapping[str, str],
    parts: Mapping[str, Mapping[str, Any]],
    proves: tuple[str, ...],
    example: Mapping[str, Any],
    given: Mapping[str, str] | None = None,
    formulas: tuple[str, ...] = (),
    natural: str = "log",
    shows: int = 0,
) -> Derivation:
    """Read a derivation from the plain syntax of the catalogue's files.

    Parameters
    ----------
    name, symbols, given, proves, example, formulas, natural
        As in `Derivation`, in plain syntax; ``relation for every k`` says that a given relation holds for every index.
    parts : mapping
        Name of each part to its ``steps``: the first term, then ``(relation, term, rule)`` with, where a rule needs it,
        ``"variable = expression"``; and to ``begin``, ``given`` and ``solution``, see `Part`.
    shows : int
        Which of the results the example is computed for.

    Raises
    ------
    DataError
        LL160 to LL162: a formula or a domain cannot be read. LL189: something is not as it is described here.
    """
    declared = {_name(each): domain(_text(text, Phrase("domain_of", name=each))) for each, text in symbols.items()}
    return Derivation(
        name,
        declared,
        {key: _given(value, declared) for key, value in (given or {}).items()},
        tuple(_part(label, found, declared) for label, found in parts.items()),
        tuple(_equation(each, declared) for each in proves),
        Example(example, shows),
        formulas,
        natural,
    )


def _text(found: object, what: Phrase) -> str:
    if not isinstance(found, str):
        raise DataError("LL189.no_text", what=what, found=f"{found!r:.60}")
    return found


def _name(found: object) -> str:
    name = _text(found, Phrase("a_name"))
    if not (name.isidentifier() and name not in RESERVED):
        raise DataError("LL189.no_name", name=name[:60])
    return name


def _equation(text: str, declared: Mapping[str, Domain]) -> Equation:
    found = parse(_text(text, Phrase("a_relation")), declared)
    if not isinstance(found, Equation):
        raise DataError("LL189.no_relation", text=text)
    return found


def _given(text: str, declared: Mapping[str, Domain]) -> Given:
    relation, _, names = _text(text, Phrase("what_is_given")).partition(" for every ")
    every = tuple(each.strip() for each in names.split(",")) if names else ()
    for name in every:
        if name not in declared:
            raise DataError("LL161.not_declared_in", name=name, near=nearest(name, declared), text=text)
    return Given(_equation(relation, declared), every)


def _step(found: Sequence[str], declared: Mapping[str, Domain], place: Phrase) -> Step:
    if isinstance(found, str) or len(found) < 3:
        raise DataError("LL189.no_step", place=place, found=f"{found!r:.60}")
    relation, term, rule, *uses = (_text(each, Phrase("entry_of", place=place)) for each in found)
    if relation not in RELATIONS:
        raise DataError("LL189.sign", place=place, relation=relation, known=" ".join(RELATIONS))
    if any(" = " not in each for each in uses):
        raise DataError("LL189.uses", place=place)
    pairs = (each.split(" = ", 1) for each in uses)
    return Step(relation, parse(term, declared), rule, {key: parse(value, declared) for key, value in pairs})


def _part(label: str, found: Mapping[str, Any], declared: Mapping[str, Domain]) -> Part:
    steps = found.get("steps") if isinstance(found, Mapping) else None
    if isinstance(steps, str) or not isinstance(steps, Sequence) or not steps:
        raise DataError("LL189.steps", part=label)
    solution = {}
    for key, value in found.get("solution", {}).items():
        symbol, _, at = key.partition("[")
        names = tuple(each.strip() for each in at.rstrip("]").split(",")) if at else ()
        solution[symbol] = names, parse(_text(value, Phrase("solution_for", name=symbol)), declared)
    return Part(
        label,
        parse(_text(steps[0], Phrase("first_term_of", part=label)), declared),
        tuple(
            _step(each, declared, Phrase("step_of_part", part=label, number=i))
            for i, each in enumerate(steps[1:], start=1)
        ),
        _text(found.get("begin", ""), Phrase("reason_of", part=label)),
        {key: _given(value, declared) for key, value in found.get("given", {}).items()},
        solution,
    )
