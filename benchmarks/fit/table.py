"""``docs/fit-benchmark.md`` from the results."""

from __future__ import annotations

import json
import math
from pathlib import Path

from benchmarks.fit.results import MERGED

_PAGE = Path("docs/fit-benchmark.md")
_README = Path("README.md")
_OPEN, _CLOSE = "<!-- fit -->", "<!-- /fit -->"

_READING = """\
Every contender minimises the same function: the weighted mean of the negative log-likelihood plus alpha/2 times the sum
of the squared coefficients, the intercept spared. The harness computes it from everybody's coefficients; what they say
themselves does not count. Each peer runs with the loosest tolerance (1e-2, 1e-3, ... in its own sense) that brings it
within 1e-8, relative, of the best objective found by anyone; loglik runs with its default settings (gradient and
decrement below 1e-8, standard errors), and once more like its peers. Each timed run is a
process of its own with the same number of threads for all libraries (a peer that is faster with one thread of BLAS and
OpenMP has one: *1 thread*), peers in turn with loglik: loglik, A, loglik, B.
*Ratio* is the peer's time over ours in the run before, the median with the smallest and the largest: above 1 loglik is
faster. Peers 1.7 times slower than the fastest in the first round are timed once, and the time of
those ten times slower (*once*) is that of the search for their tolerance. Each has the data in the form that it
likes best (compressed rows with the levels expanded, glum's own categories, columns standardised where there is no
penalty); that conversion is *convert*, not part of *fit*; *ratio with conversion* counts both.

- Our fit includes the covariance, standard errors and tests where there is no penalty, the figures of the whole fit, and
  the search for collinear columns and separation; of the peers only statsmodels computes standard errors. *Like for
  like* is the ratio to *loglik like its peers*, the job that the peers do: `inference=False`, and the loosest tolerance
  that gets there. That the estimate exists is proved all the same.
- *Memory* is the peak during conversion and fit above what the process held with the data loaded, and its share of
  the size of the input.
- *x products* is our whole fit as a multiple of one `X w` and one `X' r` (BLAS, SciPy for sparse rows, look-up and
  count for levels), *x read* of one sum over the data.
- *Cannot*: the peer cannot solve this problem, or its objective is another one. *Not there* are those that did not
  come within 1e-8, with the gap they reached. Peers stop after the limit (`--limit`, 60 s, or 20 times our time), or
  after five times the time of the fastest peer that got there (at least 3 s): "over N s". Those
  that a table does not name were not run on that case (`--peers`).
"""


def _geometric(values: list[float]) -> float:
    return math.exp(math.fsum(map(math.log, values)) / len(values)) if values else math.nan


def _grid(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(r) + " |" for r in [head, ["---"] * len(head), *rows])


def _time(seconds: float) -> str:
    return f"{seconds * 1e3:.2f} ms" if seconds < 0.1 else f"{seconds:.2f} s"


def _times(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.2g}"


def _name(problem: dict) -> str:
    return f"{problem['case']} {'L2' if problem['alpha'] else 'ML'}"


def _ours(problem: dict) -> dict:
    return next((c for c in problem["contenders"] if c["contender"] == "loglik"), {})


def summary(rows: list[dict]) -> str:
    """One line a problem."""
    head = [
        "",
        "data",
        "loglik",
        "best peer",
        "ratio",
        "like for like",
        "ratio with conversion",
        "passes",
        "x products",
        "x read",
        "gap",
    ]
    lines = []
    for r in rows:
        ours = _ours(r)
        if "seconds" not in ours:
            lines.append([_name(r), r["title"], "failed", "", "", "", "", "", "", "", ""])
            continue
        peer = "best_peer" in r
        nobody = "none got there" if ours["reached"] else "loglik did not get there"
        lines.append([
            _name(r), r["title"], _time(ours["seconds"]), r["best_peer"] if peer else nobody,
            f"**{_times(r['ratio'])}** ({_times(r['ratio_low'])}-{_times(r['ratio_high'])})" if peer else "",
            f"**{_times(r['ratio_bare'])}**" if peer else "",
            f"{_times(r['whole_ratio'])} ({r['best_whole']})" if peer else "", str(ours.get("passes", "")),
            f"{r['times_products']:.1f}", f"{r['times_read']:.1f}", f"{max(ours['gap'], 0.0):.0e}",
        ])  # fmt: skip
    return _grid(head, lines)


def means(rows: list[dict]) -> str:
    """Geometric means of the ratios to the best peer."""
    groups = {
        "all": rows,
        "multiclass": [r for r in rows if r["multiclass"]],
        "two classes": [r for r in rows if not r["multiclass"]],
    }
    text = []
    for name, group in groups.items():
        got = [r for r in group if "ratio" in r]
        if got:
            worst = min(got, key=lambda r: r["ratio"])
            text.append(
                f"- {name}: {_geometric([r['ratio'] for r in got]):.2f} times the best peer (geometric mean of "
                f"{len(got)}), {_geometric([r['ratio_bare'] for r in got]):.2f} like for like, "
                f"{_geometric([r['whole_ratio'] for r in got]):.2f} with conversion; "
                f"worst {_times(worst['ratio'])} ({_name(worst)}, {worst['best_peer']})"
            )
    late = [_name(r) for r in rows if not _ours(r).get("reached")]
    if late:
        text.append(f"- loglik did not get there, and no ratio counts: {', '.join(late)}")
    return "\n".join(text)


def problem_table(problem: dict) -> str:
    """All contenders of one problem."""
    head = ["", "convert", "fit", "ratio", "memory", "of the input", "tolerance", "gap"]
    lines, out = [], []
    for c in problem["contenders"]:
        if "cannot" in c:
            out.append(f"{c['contender']} ({c['cannot']})")
            continue
        gap = "" if c.get("gap") is None else f"{max(c['gap'], 0.0):.0e}"
        if "seconds" not in c and c["reached"]:
            tolerance = f"{c['tolerance']:.0e}"
            lines.append([c["contender"], "", f"{_time(c['ladder_seconds'])} once", "", "", "", tolerance, gap])
            continue
        if "seconds" not in c:
            lines.append([c["contender"], "", f"not there: {c['stopped']}", "", "", "", "", gap or "no fit"])
            continue
        ratio = f"{_times(c['ratio'])} ({_times(c['ratio_low'])}-{_times(c['ratio_high'])})" if "ratio" in c else ""
        tolerance = "default" if c.get("tolerance") is None else f"{c['tolerance']:.0e}"
        late = "" if c["reached"] else " (not there)"
        late += ", 1 thread" if c.get("single") else ""
        lines.append([
            c["contender"] + late, _time(c["convert"]), _time(c["seconds"]), ratio, f"{c['peak_mb']:.0f} MB",
            f"{c['peak_of_input']:.2f}", tolerance, gap,
        ])  # fmt: skip
    text = (
        f"### {_name(problem)}: {problem['title']}\n\n{problem['rows']:,} rows, {problem['columns']:,} columns, "
        f"{problem['classes']} classes, alpha = {problem['alpha']:.3g}, input {problem['input_mb']:.0f} MB; one read "
        f"{_time(problem['floor']['read'])}, one pair of products {_time(problem['floor']['products'])}.\n\n"
    )
    text += _grid(head, lines)
    return text + (f"\n\nCannot: {'; '.join(out)}." if out else "")


def hard_table(rows: list[dict]) -> str:
    head = ["columns", "gap to the optimum", "gradient", "rank", "passes", "warning"]
    return _grid(
        head,
        [
            [r["problem"], f"{r['gap']:.0e}" + ("" if r["good"] else " **too far**"), f"{r['gradient_norm']:.0e}",
             f"{r['rank']} of {r['columns'] + 1}", str(r["passes"]), ", ".join(r["warned"])]
            for r in rows
        ],
    )  # fmt: skip


def scaling_table(part: dict) -> str:
    head = ["rows", "fit", "ns per value and pass", "passes"]
    lines = [
        [f"{r['rows']:,}", _time(r["seconds"]), f"{r['seconds'] / r['rows'] / part['columns'] / r['passes'] * 1e9:.2f}",
         str(r["passes"])]
        for r in part["rows"]
    ]  # fmt: skip
    return (
        f"Time grows as rows to the power {part['exponent']:.2f} over the whole range, {part['exponent_from']:.2f} from "
        f"{part['from']:,.0f} rows on.\n\n{_grid(head, lines)}\n\n![](pictures/fit_scaling.svg)"
    )


def page(document: dict) -> str:
    """Everything."""
    machine, rows = document["machine"], document["rows"]
    versions = ", ".join(f"{name} {version}" for name, version in machine["packages"].items())
    threads = rows[0]["threads"] if rows else ""
    parts = [
        "# The fit beside its peers",
        "Written by `make bench-fit`; numbers in `benchmarks/results/fit.json`.",
        f"{machine['processor']}, {machine['cores']} cores, {threads} threads; Python {machine['python']}, {versions}.",
        "## How to read it",
        _READING.strip(),
        "## Summary",
        summary(rows),
        means(rows),
    ]
    if any("ratio" in r for r in rows):
        parts.append("![](pictures/fit_ratios.svg)")
    if document.get("one_thread"):
        parts += ["## With one thread", summary(document["one_thread"]), means(document["one_thread"])]
    if "scaling" in document:
        parts += ["## More rows", scaling_table(document["scaling"])]
    if "hard" in document:
        parts += [
            "## Columns that make trouble",
            "Gap: relative distance of our objective to the optimum found in extended precision.",
            hard_table(document["hard"]),
        ]
    parts += ["## Every contender", *(problem_table(r) for r in rows)]
    return "\n\n".join(parts) + "\n"


def short(document: dict) -> str:
    """The README's table: what each fit takes, and how many times that the best peer takes."""
    machine, rows = document["machine"], document["rows"]
    head = ["", "data", "loglik", "best peer", "times loglik", "like for like"]
    lines = []
    for r in rows:
        ours = _ours(r)
        if "seconds" not in ours:
            continue
        peer = "best_peer" in r
        lines.append([
            _name(r), r["title"], _time(ours["seconds"]), r["best_peer"] if peer else "none got there",
            _times(r["ratio"]) if peer else "", _times(r["ratio_bare"]) if peer else "",
        ])  # fmt: skip
    peers = ("scikit-learn", "glum", "liblinear-official", "snapml", "statsmodels", "skglm")
    versions = ", ".join(f"{name} {machine['packages'][name]}" for name in peers if name in machine["packages"])
    where = f"{machine['processor']}, {machine['cores']} cores, {rows[0]['threads']} threads; {versions}."
    return f"{_grid(head, lines)}\n\n{means(rows)}\n\n{where}"


def write(document: dict, folder: Path | None) -> None:
    """Write the page, beside the results if it is a trial's, and the README's table."""
    path = _PAGE if folder is None else folder / _PAGE.name
    path.write_text(page(document), encoding="utf-8")
    if folder is None:
        text = _README.read_text(encoding="utf-8")
        before, after = text.split(_OPEN)[0], text.split(_CLOSE)[1]
        _README.write_text(f"{before}{_OPEN}\n\n{short(document)}\n\n{_CLOSE}{after}", encoding="utf-8")


if __name__ == "__main__":
    write(json.loads(MERGED.read_text(encoding="utf-8")), None)
