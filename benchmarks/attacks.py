"""Attacks on the checker of derivations: false claims made at random, and how many it verified (none may be).

``python benchmarks/attacks.py --seconds 60`` for a minute of one core; ``--number 100000`` writes results/attacks.json.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from time import time

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests" / "derive"))

from attacker import Tally, attack  # noqa: E402
from attacks.claim import ATTACKS, claims  # noqa: E402

from loglik.derive.checker import check  # noqa: E402
from loglik.errors import DataError  # noqa: E402

_AT_ONCE = 2_500


def by_hand() -> dict[str, object]:
    """The attacks of tests/derive/attacks, by cause; and the true claims beside them."""
    tried, accepted = Counter(), Counter()
    for name in ATTACKS:
        for claim in claims(name):
            tried[claim.cause] += 1
            try:
                accepted[claim.cause] += check(claim.read()).verified
            except DataError:
                continue
    true = claims("true")
    verified = sum(check(claim.read()).verified for claim in true)
    return {
        "tried": tried.total(),
        "accepted": accepted.total(),
        "by_cause": dict(sorted(tried.items())),
        "accepted_by_cause": {cause: n for cause, n in sorted(accepted.items()) if n},
        "true_claims": len(true),
        "true_claims_verified": verified,
    }


def _round(seed: int, number: int) -> Tally:
    return attack(seed, number=number)


def at_random(seed: int, *, number: int | None, seconds: float | None, processes: int) -> dict[str, object]:
    """The attacks of the fuzzer, by kind; the same for any number of processes."""
    total = Tally()
    if number is None:
        total.add(attack(seed, seconds=seconds))
    else:
        rounds = [min(_AT_ONCE, number - done) for done in range(0, number, _AT_ONCE)]
        with ProcessPoolExecutor(processes) as pool:
            for tally in pool.map(_round, range(seed, seed + len(rounds)), rounds):
                total.add(tally)
                print(f"{total.tried.total()} attacks, {len(total.accepted)} accepted", file=sys.stderr, flush=True)
    for kind, shown, judged in (*total.accepted, *total.by_kernel):
        print(f"accepted ({kind}): {shown} is {judged.kind} at {judged.where}")
    for shown, fault in total.crashed:
        print(f"crashed: {shown}: {fault}")
    return {
        "seed": seed,
        "tried": total.tried.total(),
        "accepted": len(total.accepted),
        "accepted_by_the_kernel_without_samples": len(total.by_kernel),
        "crashed": len(total.crashed),
        "by_kind": dict(sorted(total.tried.items())),
        "true_claims_made_by_the_way": total.harmless,
        "true_claims_verified": total.verified,
        "seconds_of_one_core": round(total.seconds),
    }


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--seconds", type=float, help="when to stop")
    reader.add_argument("--number", type=int, help="when to stop: attacks tried")
    reader.add_argument("--seed", type=int, help="the same seed makes the same attacks; without it, new ones each time")
    reader.add_argument("--processes", type=int, default=2, help="how many make attacks of --number at once")
    told = reader.parse_args()
    seed = int(time()) if told.seed is None else told.seed
    number = told.number if told.number or told.seconds else 100_000
    drawn = at_random(seed, number=number, seconds=told.seconds, processes=told.processes)
    results = {"by_hand": by_hand(), "at_random": drawn}
    text = json.dumps(results, indent=1)
    if told.seconds is None:
        (HERE / "results" / "attacks.json").write_text(text + "\n", encoding="utf-8")
    print(text)
    found = results["at_random"]
    if any(found[key] for key in ("accepted", "accepted_by_the_kernel_without_samples", "crashed")):
        sys.exit("a false claim was verified, or the checker crashed")


if __name__ == "__main__":
    main()
