"""One problem from the ladder to the ratios."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from benchmarks.fit.contenders.contender import BARE, OURS
from benchmarks.fit.data.store import load
from benchmarks.fit.ladder import climb
from benchmarks.fit.processes import run
from benchmarks.fit.timing import time_all

if TYPE_CHECKING:
    from benchmarks.fit.cases import Case
    from benchmarks.fit.ladder import Climb
    from benchmarks.fit.timing import Timed


def run_case(
    case: Case, *, scale: float, threads: int, limit: float, repeats: int | None, only: list[str] | None
) -> list[dict]:
    """All problems of a case."""
    path = case.data(scale)
    data = load(path)
    about = {
        "case": case.name, "title": case.title, "multiclass": case.multiclass, "kind": data.kind, "rows": data.n_rows,
        "columns": data.n_columns, "classes": data.n_classes, "input_mb": data.n_bytes / 2**20, "threads": threads,
        "scale": scale,
    }  # fmt: skip
    kind = "many" if data.n_classes > 2 else data.kind
    del data
    floor = run("floor", {"folder": str(path), "threads": threads}, threads)[-1]
    problems = []
    for alpha in case.alphas:
        print(f"{case.name} {case.title}, alpha = {alpha:.3g}", flush=True)
        climbs, best = climb(str(path), alpha, kind, threads, limit, only)
        reached = {c.contender: c.reached(best) for c in climbs if c.reached(best)}
        if OURS not in reached:  # timed all the same: the table says how far off it is
            ours = next((c for c in climbs if c.contender == OURS and c.rungs), None)
            if ours:
                reached = {OURS: ours.rungs[0], **reached}
        timed = time_all(str(path), alpha, threads, reached, repeats) if OURS in reached else {}
        contenders = [_row(c, best, timed.get(c.contender), about["input_mb"]) for c in climbs]
        problem = {**about, "alpha": alpha, "objective": best, "floor": floor, "contenders": contenders}
        problem |= _standing(contenders, floor)
        problems.append(problem)
        print(f"  {_words(problem)}", flush=True)
    return problems


def _row(this: Climb, best: float, timed: Timed | None, input_mb: float) -> dict:
    row: dict = {"contender": this.contender}
    if this.refused:
        return row | {"cannot": this.refused}
    got = this.reached(best)
    row["reached"] = got is not None
    row["gap"] = got["objective"] / best - 1.0 if got else this.gap(best)
    if got is None:
        row["stopped"] = this.stopped or "at the tightest tolerance"
    else:
        row |= {
            "tolerance": got["tolerance"],
            "ladder_seconds": got["seconds"],
            "single": got.get("single", this.contender != "loglik"),
        }
    if timed and timed.runs:
        row["gap"] = max(r["objective"] for r in timed.runs) / best - 1.0  # threads may make a peer's answer vary
        more = {k: v for k, v in timed.runs[-1].items() if k in {"passes", "iterations", "gradient_norm", "inference"}}
        row |= {
            "seconds": timed.median("seconds"), "convert": timed.median("convert"), "runs": len(timed.runs),
            "peak_mb": timed.median("peak_mb"), "peak_of_input": timed.median("peak_mb") / input_mb, **more,
        }  # fmt: skip
        findings = timed.runs[-1].get("findings")
        row |= {"findings": findings} if findings else {}
        if timed.ratios:
            row |= {
                "ratio": median(timed.ratios), "ratio_low": min(timed.ratios), "ratio_high": max(timed.ratios),
                "whole_ratio": median(timed.whole_ratios),
            }  # fmt: skip
    return row


def _standing(contenders: list[dict], floor: dict) -> dict:
    """The best peer, by the fit alone and with its conversion, and our fit as a multiple of the floors."""
    peers = [c for c in contenders if c["contender"] not in {OURS, BARE} and c.get("reached") and "ratio" in c]
    standing: dict = {}
    ours = next((c for c in contenders if c["contender"] == OURS and "seconds" in c), None)
    if peers and ours and ours["reached"]:  # no ratio to a fit that did not arrive
        best = min(peers, key=lambda c: c["ratio"])
        whole = min(peers, key=lambda c: c["whole_ratio"])
        standing = {
            "best_peer": best["contender"], "ratio": best["ratio"], "ratio_low": best["ratio_low"],
            "ratio_high": best["ratio_high"], "best_whole": whole["contender"], "whole_ratio": whole["whole_ratio"],
        }  # fmt: skip
        bare = next((c for c in contenders if c["contender"] == BARE and c.get("reached") and "ratio" in c), None)
        # Both ratios are to the runs of ours with inference.
        standing["ratio_bare"] = best["ratio"] / bare["ratio"] if bare else best["ratio"]
    if ours:
        standing |= {
            "times_products": ours["seconds"] / floor["products"],
            "times_read": ours["seconds"] / floor["read"],
        }
    return standing


def _words(problem: dict) -> str:
    ours = next((c for c in problem["contenders"] if c["contender"] == OURS), {})
    text = f"loglik {ours.get('seconds', float('nan')):.3f} s, {problem.get('times_products', 0.0):.1f} x the products"
    if "best_peer" in problem:
        text += f"; {problem['ratio']:.2f} x ({problem['ratio_low']:.2f}-{problem['ratio_high']:.2f})"
        text += f" ({problem['ratio_bare']:.2f} x like for like)"
        text += f" as fast as {problem['best_peer']}, with conversion {problem['whole_ratio']:.2f} x"
    return text
