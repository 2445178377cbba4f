"""The fit beside its peers, on every case: ``python -m benchmarks.fit``, from the root of the repository.

Every contender gets identical data in the form that it likes best, in a process of its own, with the same threads, and
the loosest tolerance with which it comes within 1e-8 (relative) of the best objective found by anyone; loglik runs
with its default settings. ``--only D1,S2`` runs some cases, and leaves the results of the others; ``--scale 0.02`` is a
trial with few rows, whose results go elsewhere. ``--against COMMIT`` fits with another commit of loglik instead of peers
(`benchmarks.fit.against`).
"""

from __future__ import annotations

import argparse
import json
import time

from benchmarks.fit import against, results
from benchmarks.fit.cases import CASES
from benchmarks.fit.run import run_case


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fit", description=__doc__)
    parser.add_argument("--only", help="cases, with commas between them; hard and scaling are the two other parts")
    parser.add_argument("--peers", help="contenders, with commas between them")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the rows")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--limit", type=float, default=60.0, help="seconds that a fit of a peer may take")
    parser.add_argument("--repeats", type=int, help="runs of each contender; by default 3 to 7, by how long they take")
    parser.add_argument("--against", metavar="COMMIT", help="compare with another commit instead of peers")
    options = parser.parse_args()
    if options.against:
        chosen = options.only.split(",") if options.only else list(CASES)
        against.run([CASES[n] for n in chosen], options.against, scale=options.scale, threads=options.threads)
        return
    wanted = options.only.split(",") if options.only else [*CASES, "hard", "scaling"]
    peers = ["loglik", *options.peers.split(",")] if options.peers else None
    where = results.folder(options.scale, options.threads)
    for name in wanted:
        start = time.perf_counter()
        if name in {"hard", "scaling"}:
            _part(name, options.scale, options.threads)
            continue
        problems = run_case(
            CASES[name], scale=options.scale, threads=options.threads, limit=options.limit, repeats=options.repeats,
            only=peers,
        )  # fmt: skip
        results.write_case(where, name, problems)
        print(f"  {name}: {time.perf_counter() - start:.0f} s in all\n", flush=True)
    _write(options.scale, options.threads)


def _part(name: str, scale: float, threads: int) -> None:
    from benchmarks.fit import hard, scaling

    part = hard.measure(threads) if name == "hard" else scaling.measure(threads, scale)
    where = results.folder(scale, threads)
    where.mkdir(parents=True, exist_ok=True)
    (where / f"{name}.json").write_text(json.dumps(part, indent=1) + "\n", encoding="utf-8")


def _write(scale: float, threads: int) -> None:
    """The merged results, the tables and the pictures; a trial's tables stay beside its results."""
    from benchmarks.fit import pictures, table

    full = scale == 1.0 and threads in {1, 2}
    document = results.merge(results.folder(scale, 2 if full else threads))
    if full:
        document["one_thread"] = results.merge(results.folder(scale, 1))["rows"]
    merged = results.MERGED if full else results.folder(scale, threads) / "fit.json"
    merged.parent.mkdir(parents=True, exist_ok=True)
    merged.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    table.write(document, None if full else merged.parent)
    pictures.draw(document, None if full else merged.parent)


if __name__ == "__main__":
    main()
