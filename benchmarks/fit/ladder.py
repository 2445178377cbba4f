"""The loosest tolerance with which each peer reaches the best objective."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from benchmarks.fit.child import REACHED
from benchmarks.fit.contenders import CONTENDERS, in_order
from benchmarks.fit.contenders.contender import BARE, OURS
from benchmarks.fit.processes import run

# One thread that is this near to all of them is preferred: its time varies less.
_AS_GOOD = 1.1


@dataclass
class Climb:
    """What one contender did on one problem.

    Parameters
    ----------
    contender : str
        Its name.
    rungs : list of dict
        Fits: tolerance, seconds, objective.
    refused, stopped : str
        Why it cannot solve the problem, or why the ladder ended early.
    """

    contender: str
    rungs: list[dict] = field(default_factory=list)
    refused: str = ""
    stopped: str = ""

    def reached(self, best: float) -> dict | None:
        """The loosest fit that got there."""
        return next((r for r in self.rungs if r["objective"] <= best * (1.0 + REACHED)), None)

    def gap(self, best: float) -> float | None:
        """Relative distance of its best objective."""
        return min((r["objective"] for r in self.rungs), default=math.inf) / best - 1.0 if self.rungs else None


def climb(
    folder: str, alpha: float, kind: str, threads: int, limit: float, only: list[str] | None
) -> tuple[list[Climb], float]:
    """Let everybody climb; returns what they did and the best objective.

    One fit may take `limit` seconds, or 20 times as long as ours if that is longer, and a whole ladder twice that;
    but no more than five times the fastest peer that got there already: such a one is not the best peer, whatever
    its last digits.
    """
    climbs: dict[str, Climb] = {}
    best, ours, fastest = math.inf, 0.0, math.inf
    for _round in range(2):  # a second one for those who stopped at an objective that somebody later bettered
        for name in in_order(kind):
            contender = CONTENDERS[name]
            if only and name not in {OURS, BARE, *only}:
                continue
            done = climbs.get(name)
            if done and (done.refused or done.stopped or done.reached(best)):
                continue
            tolerances = list(contender.ladder)
            if done:
                tried = {r["tolerance"] for r in done.rungs}
                tolerances = [t for t in tolerances if t not in tried]
                if not tolerances:
                    continue
            most = min(max(limit, 20.0 * ours), max(3.0, 5.0 * fastest))
            task = {
                "folder": folder, "alpha": alpha, "contender": name, "threads": threads, "tolerances": tolerances,
                "best": best if math.isfinite(best) else -1.0,
            }  # fmt: skip

            def allowed(said: list[dict], most: float = most) -> float:
                spent = sum(s.get("seconds", 0.0) for s in said)
                return min(most, 2.0 * most - spent) + 3.0  # the harness's own evaluation is not the peer's

            said = run("ladder", task, threads, None if name in {OURS, BARE} else allowed)
            this = climbs.setdefault(name, Climb(name))
            for word in said:
                if "refused" in word:
                    this.refused = word["refused"]
                elif "error" in word:
                    this.stopped = word["error"]
                elif "over" in word:
                    this.stopped = f"over {word['over']:.0f} s"
                elif "tolerance" in word:
                    this.rungs.append(word)
                elif "all_threads" in word:
                    last = this.rungs[-1]
                    last["single"] = last["seconds"] <= _AS_GOOD * word["all_threads"]
                    last["seconds"] = min(last["seconds"], word["all_threads"])
            best = min(best, *(r["objective"] for r in this.rungs), math.inf)
            if name == OURS and this.rungs:
                ours = this.rungs[0]["seconds"]
            elif name != BARE and this.reached(best):
                fastest = min(fastest, this.reached(best)["seconds"])
            print(f"    {name:28} {_words(this, best)}", flush=True)
    return list(climbs.values()), best


def _words(this: Climb, best: float) -> str:
    if this.refused:
        return f"-- {this.refused}"
    got = this.reached(best)
    if got:
        return f"tolerance {got['tolerance']}: {got['seconds']:.3f} s, gap {got['objective'] / best - 1.0:.1e}"
    gap = this.gap(best)
    return f"not there: {'no fit' if gap is None else f'gap {gap:.1e}'}; {this.stopped or 'ladder at its end'}"
