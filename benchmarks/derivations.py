"""The derivations: how long the check takes, how many mutants are refused, how many gaps are filled again.

Writes results/derivations.json. Takes about ten minutes on one core.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from loglik.derive import connect
from loglik.derive.catalogue import derivation, names
from loglik.derive.checker import check
from loglik.derive.expressions import Equation
from loglik.derive.rules import RULES
from loglik.errors import DataError

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests" / "derive"))

from independent import judge  # noqa: E402
from mutants import (  # noqa: E402
    by_rule_alone,
    contexts,
    really_false,
    weakened,
    with_samples,
    wrong_relations,
    wrong_terms,
)

VERIFIED = {"verified", "verified (no sample)"}
SECONDS = 2.0


def checked() -> dict[str, object]:
    began = perf_counter()
    reports = [check(derivation(name)) for name in names()]
    seconds = perf_counter() - began
    verdicts = Counter(step.verdict for report in reports for step in report.steps)
    return {"derivations": len(reports), "steps": verdicts, "seconds": round(seconds, 2)}


def verified(found: object) -> bool:
    """Whether a derivation is, even if a step cites what is no longer there."""
    try:
        return check(found).verified
    except DataError:
        return False


def mutants() -> dict[str, object]:
    """Steps with one thing wrong. What is really false the independent evaluator of tests/derive says, at a few points."""
    made, false, refused, refused_by_rule = Counter(), Counter(), Counter(), Counter()
    for name in names():
        found = derivation(name)
        for part, _, before, step, rule, scope, given in contexts(found):
            terms = [(kind, before, step.relation, wrong) for kind, wrong in wrong_terms(step.term, found.symbols)]
            for kind, first, relation, wrong in (*terms, *wrong_relations(before, step)):
                made[kind] += 1
                if not really_false(first, step, wrong, part, given, relation):
                    continue
                false[kind] += 1
                mutant = replace(step, relation=relation)
                refused[kind] += with_samples(first, mutant, wrong, rule, scope, part, given) not in VERIFIED
                refused_by_rule[kind] += by_rule_alone(first, step, wrong, rule, scope, relation) not in VERIFIED
    return {
        "made": made,
        "really_false": false,
        "refused": refused,
        "refused_without_samples": refused_by_rule,
        "assumptions": assumptions(),
    }


def assumptions() -> dict[str, object]:
    """Derivations with a hypothesis, a domain or a ``for every`` less."""
    made, still, wrong = 0, 0, []
    for name in names():
        for what, weaker in weakened(derivation(name)):
            made += 1
            if verified(weaker):
                still += 1
                if (judged := judge(weaker, count=8)).kind in {"false", "undefined"}:
                    wrong.append(f"{name}, {what}: {judged.statement} at {judged.where}")
    return {"made": made, "no_longer_verified": made - still, "verified_and_false": wrong}


def gaps(length: int) -> dict[str, object]:
    """Chains of the catalogue with steps taken out; nothing may be used that the derivation or a later one proves."""
    times = []
    found = 0
    for name in names():
        later = set(names()[names().index(name) :])
        rules = [r for r in RULES.values() if not (r.basis == "derived" and r.derivation in later)]
        for part in derivation(name).parts:
            # Parts that rest on something given are left out: the search knows rules only.
            if isinstance(part.start, Equation) or part.given or part.solution:
                continue
            terms = [part.start, *(step.term for step in part.steps)]
            for i in range(len(terms) - length):
                taken = part.steps[i : i + length]
                if any(":" in step.rule or step.relation == ">=" for step in taken):
                    continue
                relation = "<=" if any(step.relation == "<=" for step in taken) else "="
                began = perf_counter()
                ends = terms[i], terms[i + length]
                found += connect(*ends, rules=rules, relation=relation, seconds=SECONDS) is not None
                times.append(perf_counter() - began)
    times.sort()
    return {
        "gaps": len(times),
        "filled": found,
        "rate": round(found / len(times), 3),
        "median_seconds": round(times[len(times) // 2], 3),
        "longest_seconds": round(times[-1], 2),
    }


def main() -> None:
    results = {"check": checked(), "mutants": mutants(), "gaps": {str(n): gaps(n) for n in (1, 2, 3, 4)}}
    text = json.dumps(results, indent=1)
    (HERE / "results" / "derivations.json").write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
