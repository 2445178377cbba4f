"""From what was tried to a judgement: the verdict with its reason, what was assumed, numbers that show it, the edit."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from time import thread_time
from typing import TYPE_CHECKING

from loglik.check.judge.agreement import disagreement
from loglik.check.judge.claims import true_somewhere
from loglik.check.judge.equations import OF_EQUATIONS, asked_for, claims_nothing, is_known, never_holds
from loglik.check.judge.forms import unlike_form
from loglik.check.judge.gates import open_gates, speaks_for_itself
from loglik.check.judge.kinds import composite, has_derivative, nature, numbers_only, stated_by_sign
from loglik.check.judge.ladder import ORDER
from loglik.check.judge.lints import lints, without_true
from loglik.check.judge.matrices import differing, gives, unsettled
from loglik.check.judge.mending import mended, negated, satisfying, without_lints
from loglik.check.judge.opaque import restored, unknown_functions
from loglik.check.judge.otherwise import outside_groups
from loglik.check.judge.points import small, used
from loglik.check.judge.proofs import by_arithmetic, prove
from loglik.check.judge.relation import Attempt, outcome
from loglik.check.judge.slips import Allowance, slip
from loglik.check.judge.standard import unusual, unusual_value
from loglik.check.judge.values import written
from loglik.check.model.shapes import UNIT
from loglik.check.result import Counterexample, Finding, Judgement, Proof, Said, Verdict, by_precedence, said
from loglik.check.statement import Span
from loglik.derive.expressions import (
    Derivative,
    Indexed,
    Symbol,
    free_symbols,
    number,
)
from loglik.derive.syntax.plain import plain

if TYPE_CHECKING:
    from loglik.check.judge.surroundings import Surroundings
    from loglik.check.statement import Statement
    from loglik.derive.evaluate.points import Point
    from loglik.derive.expressions import Expr

_SMALL_POINTS = 48
#: Assumptions under which a slip may hold: few values of a name are looked at, or two names are one.
_BY_CHANCE = frozenset(
    {"assume-equal", "assume-unequal", "assume-integer", "assume-label", "assume-onehot", "assume-symmetric"}
)
#: Gates of what may stand for something else than was read: an edit of that says nothing.
_READ_OTHERWISE = frozenset({"gate-units", "gate-dots", "gate-annotated", "gate-repaired", "gate-implied"})
#: Seconds for the edit on which a verdict rests, where none is asked for.
_LEAST_MENDING = 2.0
_RELATION = re.compile(r"[=<>≤≥≈]|\\(leq?|geq?|le|ge|neq?|approx|equiv|coloneqq|propto)(?![a-zA-Z])")


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


def judge(statement: Statement, index: int, around: Surroundings, effort: Effort) -> Judgement:
    """Judge one relation of a statement."""
    first, second = statement.terms[index : index + 2]
    span = Span(first.span.start, second.span.end)
    position = statement.formula.at(first.span.start if index == 0 else statement.relations[index].span.start)
    blank = Judgement(statement, index, position, span, ())
    if (stated := stated_by_sign(statement.relations[index].sign)) and not _both_read(statement, index):
        return _finished(blank, [Finding(stated, said(f"is-{stated}"))])
    if index == 0 and any(each.mark == "unread" for each in statement.defines):
        return _finished(blank, [Finding("definition", said("is-definition"))])
    if not statement.readings:
        return _finished(blank, [_not_understood(statement, index), *lints(statement, index, None, None)])
    left, right = statement.readings[0].terms[index : index + 2]
    if left is None or right is None:
        return _finished(blank, [_not_understood(statement, index), *lints(statement, index, left, right)])
    blank = replace(blank, reading=f"{plain(left)} {statement.relations[index].sign} {plain(right)}")
    odd = lints(statement, index, left, right)
    if index == 0 and gives(left, right):
        return _finished(blank, [Finding("definition", said("is-definition")), *odd])
    match nature(statement, index, left, right):
        case "definition":
            return _defining(blank, odd, around, effort)
        case "condition":
            return _finished(blank, [Finding("condition", said("is-condition")), *odd])
        case "open":
            sign = statement.relations[index].sign
            return _finished(blank, [Finding("not-decided", said("open-relation", sign=sign)), *odd])
    return _claimed(blank, left, right, odd, around, effort)


def not_judged(statement: Statement, index: int) -> Judgement:
    """A relation for which the check failed."""
    span = Span(statement.terms[index].span.start, statement.terms[index + 1].span.end)
    blank = Judgement(statement, index, statement.formula.at(span.start), span, ())
    return _finished(blank, [Finding("not-decided", said("undecided-fault"))])


def as_condition(statement: Statement) -> Judgement:
    """A relation that another one is restricted to."""
    span = Span(statement.terms[0].span.start, statement.terms[-1].span.end)
    blank = Judgement(statement, 0, statement.formula.at(span.start), span, ())
    return _finished(blank, [Finding("condition", said("is-condition"))])


def odd_term(statement: Statement) -> list[Judgement]:
    """A term alone states nothing, but its notation may be odd; and a relation may be in what is not understood."""
    span = statement.terms[0].span
    blank = Judgement(statement, 0, statement.formula.at(span.start), span, ())
    term = statement.readings[0].terms[0] if statement.readings else None
    odd = lints(statement, 0, term, None)
    if term is None and _RELATION.search(outside_groups(blank.tex)):
        return [_finished(blank, [_not_understood(statement, 0), *odd])]
    return [_finished(replace(blank, reading="" if term is None else plain(term)), odd)] if odd else []


def _both_read(statement: Statement, index: int) -> bool:
    return bool(statement.readings) and None not in statement.readings[0].terms[index : index + 2]


def _finished(judgement: Judgement, findings: list[Finding]) -> Judgement:
    return replace(judgement, findings=by_precedence(findings))


def _not_understood(statement: Statement, index: int) -> Finding:
    """Why: of the relation's own terms first, then of the whole."""
    for each in (*(term.trouble for term in statement.terms[index : index + 2]), statement.misread):
        if each is not None:
            return Finding("not-understood", said(f"misread-{each.code}", detail=each.detail))
    return Finding("not-understood", said("misread"))


def _defining(blank: Judgement, odd: list[Finding], around: Surroundings, effort: Effort) -> Judgement:
    """A definition claims nothing, but may differ from the usual one, or be odd; the edit then mends that."""
    statement, index = blank.statement, blank.index
    words = around.words(statement.formula)
    strange = unusual(statement, words)
    suggestion = ""
    if not strange and index == 0 and (other := disagreement(statement, around, effort.slips)) is not None:
        found = [Finding("definition", said("is-definition")), *odd, other.finding]
        return _finished(replace(blank, suggestion=other.suggestion), found)
    if not strange and (formed := unlike_form(statement, index, words, effort.slips)) is not None:
        found = [Finding("definition", said("is-definition")), *odd, formed[0]]
        return _finished(replace(blank, suggestion=formed[1]), found)
    if strange and effort.mending:
        wanted = negated(statement, index) if strange[0].reason.key == "unusual-sign" else None
        suggestion = satisfying(
            statement,
            index,
            effort.mending,
            lambda new: not unusual(new, words) and (wanted is None or wanted(new)),
        )
    elif odd and effort.mending:
        suggestion = without_lints(statement, index, effort.mending)
    found = [Finding("definition", said("is-definition")), *odd, *strange]
    return _finished(replace(blank, suggestion=suggestion), found)


def _claimed(
    blank: Judgement, left: Expr, right: Expr, odd: list[Finding], around: Surroundings, effort: Effort
) -> Judgement:
    statement, index = blank.statement, blank.index
    told = around.used.get(statement.context.section, {})
    found = outcome(statement, index, thread_time() + effort.sampling, told)
    if found.holds is not None:
        return _holding(blank, found.holds, without_true(odd, holds=found.holds.rung is None), around, effort)
    if found.fails is None:
        if asked_for(statement, index, left, right):
            return _finished(blank, [Finding("condition", said("may-be-condition")), *odd])
        return _finished(blank, [Finding("not-decided", said(f"undecided-{found.why}")), *odd])
    return _failing(blank, found.fails, found.shown or found.fails, (left, right), odd, around, effort)


def _holding(blank: Judgement, attempt: Attempt, odd: list[Finding], around: Surroundings, effort: Effort) -> Judgement:
    statement = blank.statement
    assumed = _assumed(statement, attempt)
    chain = by_arithmetic(attempt.claim)
    if chain is None and effort.proving > 0:
        chain = prove(attempt.claim, effort.proving)
    proof = None if chain is None else Proof(chain, attempt.opaque.stands_for)
    points = {"points": str(attempt.found.agreed)}
    if attempt.rung is not None:
        unstated = [_in_tex(statement, each, attempt) for each in attempt.rung.said]
        how = {"proved": "yes"} if proof is not None else {"sampled": "yes"}
        finding = Finding("verified-if", said("holds-if", **{"proved": "", "sampled": "", **points, **how}))
        both = (attempt.expanded.left, attempt.expanded.right)
        if any(each.key in _BY_CHANCE for each in attempt.rung.said) and unsettled(both) is None:
            told = around.used.get(statement.context.section, {})
            suggestion = slip(statement, blank.index, attempt.expanded, told, effort.slips)
            if suggestion:
                odd = [Finding("suspicious", said("near-identity")), *odd]
                blank = replace(blank, suggestion=suggestion)
        return _finished(replace(blank, assumed=(*unstated, *assumed), proof=proof), [finding, *odd])
    if proof is None:
        return _finished(replace(blank, assumed=assumed), [Finding("supported", said("holds-at", **points)), *odd])
    rules = ", ".join(dict.fromkeys(step.rule for step in proof.connection.steps))
    finding = Finding("verified", said("follows", rules=rules))
    return _finished(replace(blank, assumed=assumed, proof=proof), [finding, *odd])


def _assumed(statement: Statement, attempt: Attempt) -> tuple[Said, ...]:
    """What was taken for granted: definitions that were put in, sets of values, a reading."""
    found = [
        said("used-definition", name=_tex(statement, each.name), line=str(each.formula.area.start.line))
        for each in attempt.expanded.used
    ]
    for name in sorted({s.name for e in (attempt.claim.left, attempt.claim.right) for s in free_symbols(e)}):
        known = statement.context.names.get(name)
        if known is None or known.domain.kind in {"real", "index", "size"}:
            continue
        source = known.sources[0].text if known.sources else ""
        found.append(said(f"known-{known.domain.kind}", name=known.tex, source=source))
    if attempt.found.restricted:
        found.append(said(f"restricted-{attempt.found.restricted}"))
    if attempt.reading is not statement.readings[0]:
        found += [said("read-as", choice=each) for each in attempt.reading.choices]
    return tuple(dict.fromkeys(found))


def _failing(
    blank: Judgement,
    attempt: Attempt,
    simplest: Attempt,
    sides: tuple[Expr, Expr],
    odd: list[Finding],
    around: Surroundings,
    effort: Effort,
) -> Judgement:
    statement, index = blank.statement, blank.index
    left, right = sides
    expanded = (attempt.expanded.left, attempt.expanded.right)
    sign = statement.relations[index].sign
    gates = open_gates(statement, index, (left, right), attempt.expanded, around)
    if sign in ORDER and not numbers_only(left, right) and true_somewhere(attempt.claim):
        gates.append(said("gate-range"))
    if attempt.reading is not statement.readings[0]:
        gates.append(said("gate-reading"))
    names = {s.name for e in expanded for s in free_symbols(e)}
    if any(name.endswith("_joint") or name == "weight" for name in names):  # of events, or of means over outcomes
        unsure = Finding("not-decided", said("undecided-independence"))
        return _near_identity(blank, attempt, simplest, [unsure, *odd], gates, around, effort)
    if not statement.context.wanted and is_known(left, right) and never_holds(statement, index, *expanded):
        gates = [each for each in gates if each.key not in OF_EQUATIONS]
    elif (
        gates
        and not statement.context.wanted
        and (
            _is_computed(left, right, attempt)
            or (
                not _names_alone(left, right)
                and (_given_here(statement, attempt) or never_holds(statement, index, *expanded))
            )
        )
    ):
        pass  # nothing solves it, or the text has given its letters their values, or what is differentiated
    elif gates and (nothing := claims_nothing(statement, index, (left, right), expanded)) is not None:
        words = around.words(statement.formula)
        unusual_here = unusual_value(statement, left, right, words)
        if not unusual_here and (formed := unlike_form(statement, index, words, effort.slips)) is not None:
            return _finished(replace(blank, suggestion=formed[1]), [formed[0], nothing, *odd])
        if unsettled(expanded) is not None:
            return _finished(blank, [nothing, *odd, *unusual_here])
        return _near_identity(blank, attempt, simplest, [nothing, *odd, *unusual_here], gates, around, effort)
    if (why := unsettled(expanded)) is not None:
        return _finished(blank, [Finding("not-decided", said(why)), *odd])
    shown = counterexample(statement, simplest)
    assumed = _assumed(statement, simplest)
    # What stands alone may be an equation to be solved, and what letters stand for is often said elsewhere: that one edit
    # makes it true is what shows a slip.
    alone = gates == [said("gate-alone")] and sign == "=" and not statement.context.wanted and is_known(*expanded)
    rests_on_edit = alone or (not gates and not speaks_for_itself(attempt.expanded))
    seconds = effort.mending or (_LEAST_MENDING if rests_on_edit else 0.0)
    suggestion = mended(statement, index, seconds, around.used.get(statement.context.section, {})) if seconds else ""
    if rests_on_edit:
        gates = [] if suggestion else [*gates, said("gate-unmended")]
    verdict: Verdict = "suspicious" if gates or sign == "≈" else "refuted"
    reason = "far-apart" if sign == "≈" else "fails-but" if gates else "fails"
    finding = Finding(verdict, said(reason))
    result = replace(blank, assumed=(*gates, *assumed), counterexample=shown, suggestion=suggestion)
    return _finished(result, [finding, *odd])


def _given_here(statement: Statement, attempt: Attempt) -> bool:
    """Whether numbers alone remain with what the same paragraph, or the one before it, says of the letters."""
    near = (0 <= statement.formula.block - each.formula.block <= 1 for each in attempt.expanded.used)
    return numbers_only(attempt.expanded.left, attempt.expanded.right) and all(near)


def _names_alone(left: Expr, right: Expr) -> bool:
    """Whether a name is a whole side: ``n = n + 1`` counts on."""
    return any(unknown_functions(e) or (not composite(e) and free_symbols(e)) for e in (left, right))


def _is_computed(left: Expr, right: Expr, attempt: Attempt) -> bool:
    """Whether the left side is a derivative of what the text defines, and the right side is made of its names."""
    own, other = attempt.expanded.left, attempt.expanded.right
    names = {s.name for s in free_symbols(other)}
    if not isinstance(left, Derivative) or has_derivative(right) or unknown_functions(own) | unknown_functions(other):
        return False
    return bool(attempt.expanded.used) and bool(names) and names <= {s.name for s in free_symbols(own)}


def _near_identity(
    blank: Judgement,
    attempt: Attempt,
    simplest: Attempt,
    findings: list[Finding],
    gates: list[Said],
    around: Surroundings,
    effort: Effort,
) -> Judgement:
    """What need not be a claim is suspicious where one edit makes it true for all values."""
    statement = blank.statement
    told = around.used.get(statement.context.section, {})
    read_well = not any(each.key in _READ_OTHERWISE for each in gates)
    suggestion = slip(statement, blank.index, attempt.expanded, told, effort.slips) if read_well else ""
    if not suggestion:
        return _finished(blank, findings)
    found = replace(
        blank,
        assumed=(*gates, *_assumed(statement, simplest)),
        counterexample=counterexample(statement, simplest),
        suggestion=suggestion,
    )
    return _finished(found, [Finding("suspicious", said("near-identity")), *findings])


def counterexample(statement: Statement, attempt: Attempt) -> Counterexample | None:
    """The simplest numbers found for which the relation does not hold, in the document's notation."""
    claim = attempt.claim
    if attempt.opaque.generic:
        return None
    best: tuple[float, Point] | None = None
    for i, point in enumerate(small([claim.left, claim.right], claim.conditions, _SMALL_POINTS)):
        found = claim.at(point)
        if found is None or found.holds is not False:
            continue
        cost = sum(_cost(x) for _, _, x in used(point, [claim.left, claim.right]))
        if best is None or cost < best[0]:
            best = cost, point
        if i > _SMALL_POINTS // 2:
            break
    point = best[1] if best is not None else attempt.found.apart[0][0]
    both = claim.at(differing(point, claim.at) or point)
    if both is None:
        return None
    values = tuple(
        (_element(statement, attempt, name, at), str(x))
        for name, at, x in used(point, [claim.left, claim.right])
        if not name.startswith(("#", UNIT))  # the length of a vector, a place in a matrix: the text does not name them
    )
    return Counterexample(values, written(both.left, both.right), written(both.right, both.left))


def _cost(x: object) -> float:
    """How hard a number is on the reader: 1, then 2, 0, 1/2 ..."""
    return {"1": 0.0, "2": 1.0, "0": 1.5, "1/2": 2.0, "-1": 2.5, "3": 2.5}.get(str(x), 4.0)


def _element(statement: Statement, attempt: Attempt, name: str, at: tuple[int, ...]) -> str:
    below = "".join(map(str, at)) if all(0 <= i <= 9 for i in at) else ", ".join(map(str, at))
    if name in attempt.opaque.stands_for:
        element = Indexed(Symbol(name), tuple(number(i) for i in at)) if at else Symbol(name)
        return plain(restored(element, attempt.opaque.stands_for))
    base = _tex(statement, name)
    return f"{base}_{{{below}}}" if len(below) > 1 else f"{base}_{below}" if below else base


def _tex(statement: Statement, name: str) -> str:
    known = statement.context.names.get(name)
    return known.tex if known is not None else name.rstrip("_")


def _in_tex(statement: Statement, sentence: Said, attempt: Attempt) -> Said:
    """What is said of names, with the names as the document writes them."""
    return Said(
        sentence.key,
        tuple(
            (key, _element(statement, attempt, value, ()) if key in {"name", "other"} else value)
            for key, value in sentence.args
        ),
    )
