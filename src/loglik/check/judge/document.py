"""All statements of a document judged, within limits of time."""

from __future__ import annotations

import os
from dataclasses import dataclass
from time import thread_time
from typing import TYPE_CHECKING

from loglik.check.judge.conditions import behind_another, conditioned
from loglik.check.judge.conformity import beside_sizes, sizes_told
from loglik.check.judge.consistency import contradictions
from loglik.check.judge.context import beside_context
from loglik.check.judge.densities import no_density
from loglik.check.judge.slips import Allowance
from loglik.check.judge.surroundings import surroundings
from loglik.check.judge.usual import UNCLAIMED, alone, beside_usual
from loglik.check.judge.verdict import Effort, as_condition, judge, not_judged, odd_term
from loglik.errors import LoglikError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from loglik.check.document import Document, Formula
    from loglik.check.judge.conformity import Sizes
    from loglik.check.judge.surroundings import Surroundings
    from loglik.check.result import Judgement
    from loglik.check.statement import Statement


@dataclass(frozen=True)
class Limits:
    """Seconds of processor time that the check may take: what else the machine does changes no verdict.

    Parameters
    ----------
    total : float
        For a document; statements after that are not looked at, and counted.
    relation : float
        To try a relation at points.
    proof : float
        To look for the rules of one relation; 0: by arithmetic alone.
    proofs : float
        To look for rules in all.
    edit : float
        To look for the edit that mends one relation; 0: none is looked for.
    edits : float
        To look for edits in all.
    slip : float
        To look for the edit that makes one relation an identity which need not be a claim.
    slips : float
        The same in all.
    """

    total: float = 120.0
    relation: float = 1.0
    proof: float = 0.6
    proofs: float = 14.0
    edit: float = 4.0
    edits: float = 8.0
    slip: float = 1.2
    slips: float = 6.0


def judge_all(
    document: Document,
    statements: Sequence[Statement],
    limits: Limits,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[tuple[Judgement, ...], int]:
    """The judgements in the order of the text, and how many statements were not looked at.

    Parameters
    ----------
    document : Document
        What the statements come from; its notes may have some ignored.
    statements : sequence of Statement
        All statements.
    limits : Limits
        When to stop.
    progress : callable, optional
        Told how many statements are done, and of how many.
    """
    statements = conditioned(statements)
    ignored = ignored_formulas(document)
    around, sizes = surroundings(document, statements), sizes_told(statements)
    until = thread_time() + limits.total
    proofs_left, edits_left = limits.proofs, limits.edits
    slips = Allowance(limits.slips, limits.slip)
    found: list[Judgement] = []
    unfinished = 0
    # The same relation in the same words is judged once: documents repeat themselves.
    for done, statement in enumerate(statements):
        if progress is not None:
            progress(done, len(statements))
        if id(statement.formula) in ignored:
            continue
        if thread_time() > until:
            unfinished += 1
            continue
        if not statement.relations:
            found += odd_term(statement, alone(statement, around.topic(statement.formula), slips))
        if behind_another(statements, done):
            found.append(as_condition(statement))
            continue
        for index in range(len(statement.relations)):
            effort = Effort(limits.relation, min(limits.proof, proofs_left), min(limits.edit, edits_left), slips)
            started = thread_time()
            judged = _judged(statement, index, around, sizes, effort)
            spent = thread_time() - started
            if judged.counterexample is not None:
                edits_left = max(0.0, edits_left - spent)
            else:
                proofs_left = max(0.0, proofs_left - spent)
            found.append(judged)
    for at, clash in contradictions(found, around).items():
        found[at] = found[at].found(*found[at].findings, clash)  # of two that count the same, the own one
    if progress is not None:
        progress(len(statements), len(statements))
    return tuple(found), unfinished


def _judged(statement: Statement, index: int, around: Surroundings, sizes: Sizes, effort: Effort) -> Judgement:
    """The judgement; what no part of the check has foreseen in one relation leaves the others as they are."""
    try:
        found = judge(statement, index, around, effort)
        if found.verdict in UNCLAIMED:
            found = beside_context(found, around, effort.slips)
        if found.verdict in UNCLAIMED:
            words = around.words(statement.formula)
            found = beside_usual(found, around.topic(statement.formula), effort.slips)
            if found.verdict in UNCLAIMED:
                found = found.found(*no_density(statement, index, words, effort.slips))
        return beside_sizes(found, sizes) if found.verdict in UNCLAIMED else found
    except (LoglikError, ArithmeticError, LookupError, RecursionError, TypeError, ValueError):
        if os.environ.get("LOGLIK_DEBUG"):
            raise
        return not_judged(statement, index)


def ignored_formulas(document: Document) -> set[int]:
    """Formulas that a note ``<!-- loglik: ignore -->`` stands before: those of the block behind it, or all.

    ``ignore`` is for the next block with a formula, ``ignore file`` for the whole document.
    """
    found: set[int] = set()
    for note in document.notes:
        words = note.text.lower().split()
        if words[:1] != ["ignore"]:
            continue
        if words[1:2] == ["file"]:
            return {id(each) for each in document.formulas}
        behind = [each for each in document.formulas if each.area.start > note.position]
        if behind:
            found |= {id(each) for each in behind if _beside(each, behind[0])}
    return found


def _beside(formula: Formula, first: Formula) -> bool:
    return formula.block == first.block
