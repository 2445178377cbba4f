"""Interleaved runs, each in a process of its own: loglik, peer A, loglik, peer B ..."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field

from benchmarks.fit.contenders.contender import BARE, OURS
from benchmarks.fit.processes import run

# The first round is everybody's; those this much slower than the fastest peer in it are nobody's best peer, and have no
# further ones. Those so slow on the ladder already share a run of ours.
_FAR_BEHIND, _FAR_ON_LADDER = 1.7, 4.0
# And those slower still are not run again: the table has their time on the ladder.
_OUT_OF_SIGHT = 10.0


@dataclass
class Timed:
    """Runs of one contender.

    Parameters
    ----------
    runs : list of dict
        What its processes said.
    ratios, whole_ratios : list of float
        Its fit over ours in the process before; the same with the conversion.
    """

    runs: list[dict] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    whole_ratios: list[float] = field(default_factory=list)

    def compare(self, theirs: dict, ours: dict) -> None:
        """Note the ratios of a run to the run of ours before it."""
        self.ratios.append(theirs["seconds"] / ours["seconds"])
        self.whole_ratios.append((theirs["convert"] + theirs["seconds"]) / (ours["convert"] + ours["seconds"]))

    def median(self, key: str) -> float:
        return statistics.median(r[key] for r in self.runs)


def repetitions(seconds: float) -> int:
    return 3 if seconds > 3.0 else 5 if seconds > 0.05 else 7


def time_all(
    folder: str, alpha: float, threads: int, reached: dict[str, dict], repeats: int | None
) -> dict[str, Timed]:
    """Time everybody who got there, with the tolerance that took them there."""
    peers = {name: r["seconds"] for name, r in reached.items() if name not in {OURS, BARE}}
    timed = {name: Timed() for name in reached}
    fastest = min(peers.values(), default=0.0)

    def once(name: str) -> dict | None:
        task = {
            "folder": folder, "alpha": alpha, "contender": name, "threads": threads,
            "tolerances": [reached[name]["tolerance"]], "single": reached[name].get("single", name != "loglik"),
        }  # fmt: skip
        said = run("timed", task, threads, lambda _: 600.0)
        if not said or "seconds" not in said[-1]:
            print(f"    {name} failed when timed: {said}", flush=True)
            return None
        timed[name].runs.append(said[-1])
        return said[-1]

    def pair(name: str, ours: dict | None) -> None:
        theirs = once(name)
        if ours and theirs:
            timed[name].compare(theirs, ours)

    peers = {n: s for n, s in peers.items() if s <= _OUT_OF_SIGHT * fastest}
    near = [n for n, s in peers.items() if s <= _FAR_ON_LADDER * fastest]
    for name in sorted(peers, key=lambda n: n not in near):
        pair(name, once(OURS) if name in near or not timed[OURS].runs else timed[OURS].runs[-1])
    if BARE in reached:
        pair(BARE, timed[OURS].runs[-1] if timed[OURS].runs else once(OURS))
    first = {n: timed[n].median("seconds") for n in peers if timed[n].runs}
    fastest = min(first.values(), default=0.0)
    near = [n for n, s in first.items() if s <= _FAR_BEHIND * fastest]
    near += [BARE] * (BARE in reached)
    for _ in range((repeats or repetitions(fastest)) - 1):
        for name in near:
            pair(name, once(OURS))
    if OURS in timed and not timed[OURS].runs:  # nobody else got there
        for _ in range(repeats or repetitions(reached[OURS]["seconds"])):
            once(OURS)
    return timed
