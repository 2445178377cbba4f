"""What the check of a document says: the verdicts, and what is known of each relation."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loglik.check.document import Document, Position
    from loglik.check.statement import Span, Statement
    from loglik.derive.chains import Connection
    from loglik.derive.expressions import Expr

Verdict = Literal[
    "refuted",
    "inconsistent",
    "suspicious",
    "lint",
    "not-decided",
    "not-understood",
    "verified-if",
    "supported",
    "verified",
    "condition",
    "definition",
]

#: In the order of precedence: where several apply, the first counts and the others become notes.
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

#: What ends the command with 1.
FAILING: frozenset[Verdict] = frozenset({"refuted", "inconsistent"})

SCHEMA = "loglik.check/1"


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the reports: its key in `loglik.check.report.words`, and what stands in its places, by name."""

    key: str
    args: tuple[tuple[str, str], ...] = ()


def said(key: str, /, **args: str) -> Said:
    """A sentence with what stands in its places."""
    return Said(key, tuple(args.items()))


@dataclass(frozen=True, slots=True)
class Finding:
    """One verdict with its reason."""

    verdict: Verdict
    reason: Said


@dataclass(frozen=True, slots=True)
class Counterexample:
    """Numbers for which a relation does not hold.

    Parameters
    ----------
    values : tuple of (str, str)
        Names as the document writes them, with the numbers put in for them.
    left, right : str
        What the two sides then are, to as many digits as tell them apart.
    """

    values: tuple[tuple[str, str], ...]
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The chain of named rules between the two sides, and how to print names that stand for something else.

    Parameters
    ----------
    connection : Connection
        The chain, its steps verified.
    shown : mapping of str to Expr
        What names stand for that were put in the place of calls.
    """

    connection: Connection
    shown: Mapping[str, Expr] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is known of one relation of a chain, or of a statement that states nothing.

    Parameters
    ----------
    statement : Statement
        Where it stands.
    index : int
        Number of the relation in its chain, from 0.
    position : Position
        Its place in the file.
    span : Span
        Its stretch of the formula's source, both sides included.
    findings : tuple of Finding
        All that applies, by precedence: the first is the verdict.
    reading : str
        The relation in the plain syntax of `loglik.derive`, as it was understood.
    assumed : tuple of Said
        What was taken for granted.
    counterexample : Counterexample or None
        Numbers for which it does not hold.
    suggestion : str
        The source of the relation with one small edit that makes it true; empty if there is none.
    proof : Proof or None
        The steps between the two sides.
    """

    statement: Statement
    index: int
    position: Position
    span: Span
    findings: tuple[Finding, ...]
    reading: str = ""
    assumed: tuple[Said, ...] = ()
    counterexample: Counterexample | None = None
    suggestion: str = ""
    proof: Proof | None = None

    @property
    def verdict(self) -> Verdict:
        """The one that counts."""
        return self.findings[0].verdict

    @property
    def reason(self) -> Said:
        """Why."""
        return self.findings[0].reason

    @property
    def notes(self) -> tuple[Finding, ...]:
        """What applies as well."""
        return self.findings[1:]

    @property
    def tex(self) -> str:
        """The relation as the document writes it."""
        return self.statement.formula.tex[self.span.start : self.span.end]

    def found(self, *findings: Finding, **also: Any) -> Judgement:
        """The judgement with these findings too, and with other attributes: the first in the order of verdicts counts."""
        every = dict.fromkeys((*findings, *self.findings))
        return replace(self, findings=tuple(sorted(every, key=lambda each: VERDICTS.index(each.verdict))), **also)


@dataclass(frozen=True, slots=True)
class FileResult:
    """One document: its judgements in the order of the text.

    Parameters
    ----------
    document : Document
        What was read.
    judgements : tuple of Judgement
        One for each relation.
    unfinished : int
        Statements that were not looked at, because a limit was reached.
    known_before : int
        Findings that a baseline has, and that are left out.
    """

    document: Document
    judgements: tuple[Judgement, ...]
    unfinished: int = 0
    known_before: int = 0

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many relations have each verdict; those that none has are left out."""
        found = Counter(each.verdict for each in self.judgements)
        return {verdict: found[verdict] for verdict in VERDICTS if found[verdict]}

    @property
    def failed(self) -> bool:
        """Whether something is refuted or inconsistent."""
        return any(each.verdict in FAILING for each in self.judgements)
