"""What `loglik check` says of a folder of documents: verdicts, share judged, seconds, memory, and what it accuses.

    python benchmarks/check.py DIR [--quick] [--errors FILE.json]

Every refuted and inconsistent relation is listed with its place, to be looked at by hand. With `--errors` (a JSON list of
entries with `context`, `before` and `after`, such as tests/check/data/printed-errors.json) it also says how many known
errors are found, each way apart, and whether a correction is refuted.
"""

from __future__ import annotations

import argparse
import json
import resource
from collections import Counter
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from loglik.check.checked import checked_file
from loglik.check.result import VERDICTS
from loglik.errors import LoglikError

if TYPE_CHECKING:
    from loglik.check.result import FileResult

ENDINGS = {".md", ".markdown", ".qmd", ".txt", ".html", ".htm", ".tex", ".ipynb"}
JUDGED = {"verified", "verified-if", "supported", "definition", "condition", "refuted"}
FOUND = ("refuted", "inconsistent", "lint", "suspicious")


def documents(folder: Path, *, explain: bool) -> None:
    total: Counter[str] = Counter()
    accused = []
    seconds = 0.0
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS and path.is_file())
    print(f"{'document':<60} {'relations':>9} {'judged':>7} {'refuted':>7} {'seconds':>8}")
    for path in paths:
        start = monotonic()
        try:
            found = checked_file(path.read_bytes(), str(path), explain=explain)
        except LoglikError as error:
            print(f"{path.name[:60]:<60} {error.code} {error.message}")
            continue
        took = monotonic() - start
        seconds += took
        counts = Counter(each.verdict for each in found.judgements)
        total += counts
        wrong = counts["refuted"] + counts["inconsistent"]
        number = sum(counts.values())
        print(f"{path.name[:60]:<60} {number:>9} {_share(counts):>7} {wrong:>7} {took:>8.2f}", flush=True)
        accused += [(path.name, each) for each in found.judgements if each.verdict in {"refuted", "inconsistent"}]
    number = sum(total.values())
    print(f"\n{len(paths)} documents, {number} relations, {seconds:.1f} s, {_megabytes()} MB")
    print(f"judged: {_share(total)}")
    for verdict in VERDICTS:
        print(f"  {verdict:<15} {total[verdict]:>6}  {total[verdict] / max(1, number):6.1%}")
    print("\nrefuted and inconsistent, to be looked at:")
    for name, each in accused:
        print(f"  {name}:{each.position.line}  {' '.join(each.tex.split())[:150]}")


def errors(path: Path) -> None:
    known: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    ways: Counter[str] = Counter()
    print(f"\n{'known error':<28} {'before':<14} after")
    refuted = []
    for each in known:
        before, after = (_worst(f"{each['context']}\n\n$${each[side]}$$\n") for side in ("before", "after"))
        ways[before] += 1
        if after in {"refuted", "inconsistent"}:
            refuted.append(each["id"])
        print(f"{each['id']:<28} {before:<14} {after}", flush=True)
    found = sum(ways[way] for way in FOUND)
    print(f"\nfound: {found} of {len(known)} ({found / len(known):.0%}): " + ", ".join(f"{ways[w]} {w}" for w in FOUND))
    print(f"corrections refuted: {len(refuted)} {' '.join(refuted)}")


def _worst(text: str) -> str:
    """The verdict of the last formula that counts most."""
    found: FileResult = checked_file(text, "-", explain=False)
    last = max((each.position.line for each in found.judgements), default=0)
    verdicts = [each.verdict for each in found.judgements if each.position.line == last]
    return min(verdicts, key=VERDICTS.index, default="nothing")


def _share(counts: Counter[str]) -> str:
    return f"{sum(counts[v] for v in JUDGED) / max(1, sum(counts.values())):.0%}"


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--quick", action="store_true", help="no rules are looked for, only verdicts")
    parser.add_argument("--errors", type=Path, help="known errors with their corrections")
    options = parser.parse_args()
    if options.folder:
        documents(options.folder, explain=not options.quick)
    if options.errors:
        errors(options.errors)
