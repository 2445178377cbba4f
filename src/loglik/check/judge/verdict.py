"""From what was tried to a judgement: the verdict with its reason, what was assumed, numbers that show it, the edit."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from time import thread_time
from typing import TYPE_CHECKING

from loglik.check.judge.agreement import disagreement
from loglik.check.judge.claims import true_somewhere
from loglik.check.judge.equations import OF_EQUATIONS, asked_for, claims_nothing, is_claimed, is_known, never_holds
from loglik.check.judge.forms import unlike_form
from loglik.check.judge.gates import edit_says_nothing, meant_otherwise, open_gates, speaks_for_itself
from loglik.check.judge.kinds import nature, numbers_only, stated_by_sign
from loglik.check.judge.ladder import ORDER
from loglik.check.judge.lints import lints, without_true
from loglik.check.judge.matrices import gives, unsettled
from loglik.check.judge.mending import mended, negated, satisfying, without_lints
from loglik.check.judge.notation import read_as_factors
from loglik.check.judge.otherwise import outside_groups
from loglik.check.judge.proofs import by_arithmetic, prove
from loglik.check.judge.relation import Attempt, outcome
from loglik.check.judge.shown import counterexample, in_tex, taken_for_granted
from loglik.check.judge.slips import Allowance, exchanged, slip
from loglik.check.judge.spellings import other_spelling
from loglik.check.judge.standard import unusual, unusual_value
from loglik.check.judge.values import is_far
from loglik.check.result import Finding, Judgement, Proof, Said, Verdict, said
from loglik.check.statement import Span
from loglik.derive.expressions import free_symbols
from loglik.derive.syntax.plain import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.check.judge.surroundings import Surroundings
    from loglik.check.statement import Statement
    from loglik.derive.expressions import Expr

#: Assumptions under which a slip may hold: few values of a name are looked at, or two names are one.
_BY_CHANCE = frozenset(
    {"assume-equal", "assume-unequal", "assume-integer", "assume-label", "assume-onehot", "assume-symmetric"}
)
#: Seconds for the edit on which a verdict rests, where none is asked for.
_LEAST_MENDING = 2.0
_RELATION = re.compile(r"[=<>≤≥≈]|\\(leq?|geq?|le|ge|neq?|approx|equiv|coloneqq|propto)(?![a-zA-Z])")
_DEFINITION = Finding("definition", said("is-definition"))
_CONDITION = Finding("condition", said("is-condition"))
_NEAR_IDENTITY = Finding("suspicious", said("near-identity"))


@dataclass(frozen=True)
class Effort:
    """How long a relation may take, in seconds.

    Parameters
    ----------
    sampling : float
        To try it at points.
    proving : float
        To look for rules; 0 looks at arithmetic alone.
    mending : float
        To look for the edit that makes it true; 0 looks for none.
    slips : Allowance
        To look for the edit that makes an identity of what may be an equation; what the document has left.
    """

    sampling: float = 1.0
    proving: float = 0.0
    mending: float = 0.0
    slips: Allowance = field(default_factory=lambda: Allowance(0.0, 0.0))


@dataclass(frozen=True)
class _Failure:
    """A relation that fails in every reading.

    Parameters
    ----------
    sides : (Expr, Expr)
        As they are written.
    attempt : Attempt
        With all definitions put in.
    simplest : Attempt
        Where it is easiest to see.
    gates : list of Said
        Those that are open.
    """

    sides: tuple[Expr, Expr]
    attempt: Attempt
    simplest: Attempt
    gates: list[Said]

    @property
    def expanded(self) -> tuple[Expr, Expr]:
        """The sides with all definitions put in."""
        return self.attempt.expanded.left, self.attempt.expanded.right

    def shown(self, blank: Judgement) -> Judgement:
        """The judgement with numbers for which it fails, and with what is open or was taken for granted."""
        assumed = (*self.gates, *taken_for_granted(blank.statement, self.simplest))
        return replace(blank, assumed=assumed, counterexample=counterexample(blank.statement, self.simplest))


def judge(statement: Statement, index: int, around: Surroundings, effort: Effort) -> Judgement:
    """Judge one relation of a statement."""
    blank = _blank(statement, index, index + 1)
    sign = statement.relations[index].sign
    left, right = statement.readings[0].terms[index : index + 2] if statement.readings else (None, None)
    if (stated := stated_by_sign(sign)) and (left is None or right is None):
        return blank.found(Finding(stated, said(f"is-{stated}")))
    if index == 0 and any(each.mark == "unread" for each in statement.defines):
        return blank.found(_DEFINITION)
    blank = blank.found(*lints(statement, index, left, right))
    if left is None or right is None:
        return blank.found(_not_understood(statement, index))
    blank = replace(blank, reading=f"{plain(left)} {sign} {plain(right)}")
    if index == 0 and gives(left, right):
        return blank.found(_DEFINITION)
    match nature(statement, index, left, right):
        case "definition":
            return _defining(blank, around, effort)
        case "condition":
            return blank.found(_CONDITION)
        case "open":
            return blank.found(Finding("not-decided", said("open-relation", sign=sign)))
    return _claimed(blank, (left, right), around, effort)


def not_judged(statement: Statement, index: int) -> Judgement:
    """A relation for which the check failed."""
    return _blank(statement, index, index + 1).found(Finding("not-decided", said("undecided-fault")))


def as_condition(statement: Statement) -> Judgement:
    """A relation that another one is restricted to."""
    return _blank(statement, 0, len(statement.terms) - 1).found(_CONDITION)


def odd_term(statement: Statement, unlike: Sequence[Finding]) -> list[Judgement]:
    """A term alone states nothing, but its notation may be odd, or it is `unlike` what it should be.

    A relation may be in what is not understood.
    """
    term = statement.readings[0].terms[0] if statement.readings else None
    blank = _blank(statement, 0, 0).found(*lints(statement, 0, term, None), *unlike)
    if term is None and _RELATION.search(outside_groups(blank.tex)):
        return [blank.found(_not_understood(statement, 0))]
    return [replace(blank, reading="" if term is None else plain(term))] if blank.findings else []


def _blank(statement: Statement, index: int, last: int) -> Judgement:
    """Nothing as yet of a relation that goes from the term with its number to another one."""
    start = statement.terms[index].span.start
    position = statement.formula.at(start if index == 0 else statement.relations[index].span.start)
    return Judgement(statement, index, position, Span(start, statement.terms[last].span.end), ())


def _not_understood(statement: Statement, index: int) -> Finding:
    """Why: of the relation's own terms first, then of the whole."""
    for each in (*(term.trouble for term in statement.terms[index : index + 2]), statement.misread):
        if each is not None:
            return Finding("not-understood", said(f"misread-{each.code}", detail=each.detail))
    return Finding("not-understood", said("misread"))


def _defining(blank: Judgement, around: Surroundings, effort: Effort) -> Judgement:
    """A definition claims nothing, but may differ from the usual one, or be odd; the edit then mends that."""
    statement, index = blank.statement, blank.index
    words = around.words(statement.formula)
    defined = blank.found(_DEFINITION)
    if strange := unusual(statement, words):
        suggestion = _as_usual(statement, index, strange, words, effort.mending) if effort.mending else ""
        return defined.found(*strange, suggestion=suggestion)
    if index == 0 and (other := disagreement(statement, around, effort.slips)) is not None:
        return defined.found(other.finding, suggestion=other.suggestion)
    if (formed := unlike_form(statement, index, words, effort.slips)) is not None:
        return defined.found(formed[0], suggestion=formed[1])
    if blank.findings and effort.mending:
        return replace(defined, suggestion=without_lints(statement, index, effort.mending))
    return defined


def _as_usual(statement: Statement, index: int, strange: list[Finding], words: str, seconds: float) -> str:
    """The edit that makes a definition the usual one; of a sign that differs, only another sign."""
    turned = negated(statement, index) if strange[0].reason.key == "unusual-sign" else None
    return satisfying(
        statement, index, seconds, lambda new: not unusual(new, words) and (turned is None or turned(new))
    )


def _claimed(blank: Judgement, sides: tuple[Expr, Expr], around: Surroundings, effort: Effort) -> Judgement:
    """What the points say of a relation."""
    statement, index = blank.statement, blank.index
    found = outcome(statement, index, thread_time() + effort.sampling, around.told(statement))
    if found.holds is not None:
        if functions := read_as_factors(statement, index, sides):
            determined = said("may-determine", names=", ".join(functions))
            return blank.found(Finding("condition", determined))
        odd = without_true(blank.findings, holds=found.holds.rung is None)
        return _holding(replace(blank, findings=tuple(odd)), found.holds, around, effort)
    if found.fails is not None:
        failure = _Failure(
            sides, found.fails, found.shown or found.fails, _gates(statement, index, sides, found.fails, around)
        )
        return _failing(blank, failure, around, effort)
    if asked_for(statement, index, *sides):
        return blank.found(Finding("condition", said("may-be-condition")))
    return blank.found(Finding("not-decided", said(f"undecided-{found.why}")))


def _holding(blank: Judgement, attempt: Attempt, around: Surroundings, effort: Effort) -> Judgement:
    """Verified where rules lead from one side to the other, else supported; under an assumption, verified if."""
    statement = blank.statement
    assumed = taken_for_granted(statement, attempt)
    chain = by_arithmetic(attempt.claim)
    if chain is None and effort.proving > 0:
        chain = prove(attempt.claim, effort.proving)
    proof = None if chain is None else Proof(chain, attempt.opaque.stands_for)
    points = str(attempt.found.agreed)
    if attempt.rung is None:
        blank = replace(blank, assumed=assumed, proof=proof)
        if proof is None:
            return blank.found(Finding("supported", said("holds-at", points=points)))
        rules = ", ".join(dict.fromkeys(step.rule for step in proof.connection.steps))
        return blank.found(Finding("verified", said("follows", rules=rules)))
    unstated = (in_tex(statement, each, attempt) for each in attempt.rung.said)
    proved, tried = ("", "yes") if proof is None else ("yes", "")
    holds_if = Finding("verified-if", said("holds-if", proved=proved, sampled=tried, points=points))
    blank = replace(blank, assumed=(*unstated, *assumed), proof=proof).found(holds_if)
    by_chance = any(each.key in _BY_CHANCE for each in attempt.rung.said)
    if by_chance and unsettled((attempt.expanded.left, attempt.expanded.right)) is None:
        told = around.told(statement)
        suggestion = exchanged(statement, blank.index, attempt.expanded, told, effort.slips)
        suggestion = suggestion or slip(statement, blank.index, attempt.expanded, told, effort.slips)
        if suggestion:
            return blank.found(_NEAR_IDENTITY, suggestion=suggestion)
    return blank


def _gates(
    statement: Statement, index: int, sides: tuple[Expr, Expr], attempt: Attempt, around: Surroundings
) -> list[Said]:
    """The gates that are open for a relation that fails."""
    found = open_gates(statement, index, sides, attempt.expanded, around)
    if statement.relations[index].sign in ORDER and not numbers_only(*sides) and true_somewhere(attempt.claim):
        found.append(said("gate-range"))
    if attempt.reading is not statement.readings[0]:
        found.append(said("gate-reading"))
    return found


def _failing(blank: Judgement, failure: _Failure, around: Surroundings, effort: Effort) -> Judgement:
    """Refuted or suspicious, unless it claims nothing, or no numbers decide it."""
    statement, index, gates = blank.statement, blank.index, failure.gates
    names = {s.name for e in failure.expanded for s in free_symbols(e)}
    if any(name.endswith("_joint") or name == "weight" for name in names):  # of events, or of means over outcomes
        unsure = Finding("not-decided", said("undecided-independence"))
        return _unless_slip(blank.found(unsure), failure, around, effort)
    asked = bool(statement.context.wanted)
    if not asked and is_known(*failure.sides) and never_holds(statement, index, *failure.expanded):
        gates = [each for each in gates if each.key not in OF_EQUATIONS]
    elif (
        gates
        and not is_claimed(statement, index, failure.sides, failure.attempt.expanded)
        and (nothing := claims_nothing(statement, index, failure.sides, failure.expanded)) is not None
    ):
        return _claiming_nothing(blank.found(nothing), failure, around, effort)
    if (why := unsettled(failure.expanded)) is not None:
        return blank.found(Finding("not-decided", said(why)))
    return _false(blank, replace(failure, gates=gates), around, effort)


def _claiming_nothing(blank: Judgement, failure: _Failure, around: Surroundings, effort: Effort) -> Judgement:
    """An equation to be solved, or what something is: suspicious where it is nearly a usual formula, or an identity."""
    statement, index, words = blank.statement, blank.index, around.words(blank.statement.formula)
    strange = unusual_value(statement, *failure.sides, words)
    if not strange and (formed := unlike_form(statement, index, words, effort.slips)) is not None:
        return blank.found(formed[0], suggestion=formed[1])
    blank = blank.found(*strange)
    return _unless_slip(blank, failure, around, effort) if unsettled(failure.expanded) is None else blank


def _unless_slip(blank: Judgement, failure: _Failure, around: Surroundings, effort: Effort) -> Judgement:
    """What need not be a claim is suspicious where one edit makes it true for all values."""
    if edit_says_nothing(failure.gates):
        return blank
    told = around.told(blank.statement)
    suggestion = slip(blank.statement, blank.index, failure.attempt.expanded, told, effort.slips)
    return failure.shown(blank).found(_NEAR_IDENTITY, suggestion=suggestion) if suggestion else blank


def _false(blank: Judgement, failure: _Failure, around: Surroundings, effort: Effort) -> Judgement:
    """Refuted where all gates are closed, else suspicious; not decided where it is likely to be meant otherwise.

    What stands alone may be an equation to be solved, and what letters stand for is often said elsewhere: that one edit
    makes it true is what shows a slip.
    """
    statement, index, gates = blank.statement, blank.index, failure.gates
    sign = statement.relations[index].sign
    if sign == "≈" and not numbers_only(*failure.expanded):  # for small values, for many, after a first order
        return blank.found(Finding("not-decided", said("undecided-nearly")))
    if sign == "≡" or meant_otherwise(gates):
        told = around.told(statement)
        turned = exchanged(statement, index, failure.attempt.expanded, told, effort.slips) if sign == "=" else ""
        unsure = _NEAR_IDENTITY if turned else Finding("not-decided", said("undecided-otherwise"))
        return failure.shown(blank).found(unsure, suggestion=turned)
    claim = sign == "=" and not statement.context.wanted and is_known(*failure.expanded)
    alone = gates == [said("gate-alone")] and claim
    rests_on_edit = alone or (not gates and not speaks_for_itself(failure.attempt.expanded))
    seconds = effort.mending or (_LEAST_MENDING if rests_on_edit else 0.0)
    suggestion = mended(statement, index, seconds, around.told(statement)) if seconds else ""
    if rests_on_edit:
        gates = [] if suggestion else [*gates, said("gate-unmended")]
    to_another_base = any(each.key == "gate-base" for each in gates)
    if (not gates or (to_another_base and numbers_only(*failure.sides))) and (
        meant := other_spelling(statement, index, failure.sides, around.told(statement))
    ):
        spelled = said("gate-spelling", tex=" ".join(meant.split()))
        if gates:
            failure = replace(failure, gates=[*gates, spelled])
            return failure.shown(blank).found(Finding("not-decided", said("undecided-otherwise")))
        gates = [spelled]
    near = sign == "≈" and not is_far(*failure.expanded, statement.terms[index + 1].tex)
    verdict: Verdict = "suspicious" if gates or near else "refuted"
    reason = "far-apart" if sign == "≈" else "fails-but" if gates else "fails"
    return replace(failure, gates=gates).shown(blank).found(Finding(verdict, said(reason)), suggestion=suggestion)
