"""The derivations: how long the check takes, how many mutants are refused, how many gaps are filled again.

Writes results/derivations.json. Takes about ten minutes on one core.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
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

from mutants import by_rule_alone, contexts, really_false, weakened, with_samples, wrong_terms  # noqa: E402

ACCEPTED = {"verified", "supported", "conditional"}
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
    made, false, refused, refused_by_rule = Counter(), Counter(), Counter(), Counter()
    for name in names():
        found = derivation(name)
        for part, _, before, step, rule, scope, given in contexts(found):
            for kind, wrong in wrong_terms(step.term, found.symbols):
                made[kind] += 1
                if not really_false(before, step, wrong, part, given):
                    continue
                false[kind] += 1
                refused[kind] += with_samples(before, step, wrong, rule, scope, part, given) not in ACCEPTED
                refused_by_rule[kind] += by_rule_alone(before, step, wrong, rule, scope) != "verified"
    dropped = [verified(weaker) for name in names() for _, weaker in weakened(derivation(name))]
    return {
        "made": made,
        "really_false": false,
        "refused": refused,
        "refused_without_samples": refused_by_rule,
        "assumptions_dropped": {"made": len(dropped), "no_longer_verified": dropped.count(False)},
    }


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
