"""Interleaved runs, each in a process of its own: loglik, peer A, loglik, peer B ..."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field

from benchmarks.fit.processes import run

# Peers this much slower than the fastest one are timed once: they are nobody's best peer.
_FAR_BEHIND = 3.0


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

    def median(self, key: str) -> float:
        return statistics.median(r[key] for r in self.runs)


def repetitions(seconds: float) -> int:
    return 3 if seconds > 3.0 else 5 if seconds > 0.05 else 7


def time_all(
    folder: str, alpha: float, threads: int, reached: dict[str, dict], repeats: int | None
) -> dict[str, Timed]:
    """Time everybody who got there, with the tolerance that took them there."""
    peers = {name: r["seconds"] for name, r in reached.items() if name != "loglik"}
    timed = {name: Timed() for name in reached}
    fastest = min(peers.values(), default=0.0)

    def once(name: str) -> dict:
        task = {
            "folder": folder, "alpha": alpha, "contender": name, "threads": threads,
            "tolerances": [reached[name]["tolerance"]],
        }  # fmt: skip
        said = run("timed", task, threads, lambda _: 600.0)
        if not said or "seconds" not in said[-1]:
            raise SystemExit(f"{name} failed when timed: {said}")
        timed[name].runs.append(said[-1])
        return said[-1]

    wanted = {n: repeats or (repetitions(s) if s <= _FAR_BEHIND * fastest else 1) for n, s in peers.items()}
    for turn in range(max(wanted.values(), default=0)):
        for name, times in wanted.items():
            if turn < times:
                ours, theirs = once("loglik"), once(name)
                timed[name].ratios.append(theirs["seconds"] / ours["seconds"])
                whole = [r["convert"] + r["seconds"] for r in (theirs, ours)]
                timed[name].whole_ratios.append(whole[0] / whole[1])
    if "loglik" in timed and not timed["loglik"].runs:  # nobody else got there
        for _ in range(repeats or repetitions(reached["loglik"]["seconds"])):
            once("loglik")
    return timed
