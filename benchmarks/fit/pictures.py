"""Pictures of the results, the same bytes for the same numbers; on white, so that dark pages show them too."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path("docs/pictures")
_OURS, _FASTER, _SLOWER = "#1f4e79", "#2a7f62", "#b5452c"


def draw(document: dict, folder: Path | None) -> None:
    """Draw what there are numbers for."""
    import matplotlib as mpl

    folder = folder or _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    mpl.use("svg")
    mpl.rcParams.update({
        "svg.hashsalt": "loglik", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 10,
        "axes.spines.top": False, "axes.spines.right": False,
    })  # fmt: skip
    if any("ratio" in r for r in document["rows"]):
        _ratios(document["rows"], folder / "fit_ratios.svg")
    if document.get("scaling", {}).get("rows"):
        _scaling(document["scaling"], folder / "fit_scaling.svg")


def _save(figure, path: Path) -> None:
    figure.savefig(path, metadata={"Date": None, "Creator": None}, facecolor="white", bbox_inches="tight")


def _ratios(rows: list[dict], path: Path) -> None:
    from matplotlib.figure import Figure

    rows = [r for r in rows if "ratio" in r]
    figure = Figure(figsize=(8, 0.8 + 0.28 * len(rows)))
    axes = figure.subplots()
    places = range(len(rows))
    ratios = [r["ratio"] for r in rows]
    spread = [[r["ratio"] - r["ratio_low"] for r in rows], [r["ratio_high"] - r["ratio"] for r in rows]]
    colours = [_FASTER if r >= 1.0 else _SLOWER for r in ratios]
    axes.barh(places, [r - 1.0 for r in ratios], left=1.0, color=colours, height=0.7)
    axes.errorbar(ratios, places, xerr=spread, fmt="none", ecolor="#333333", elinewidth=1)
    axes.axvline(1.0, color="#333333", linewidth=1)
    axes.set_xscale("log")
    axes.set_xlim(min(0.5, 0.8 * min(r["ratio_low"] for r in rows)), 3.0 * max(r["ratio_high"] for r in rows))
    for place, r in zip(places, rows, strict=True):
        axes.annotate(
            f"{r['ratio']:.3g}  {r['best_peer']}", (max(r["ratio_high"], 1.0), place), xytext=(6, 0),
            textcoords="offset points", va="center", fontsize=8,
        )  # fmt: skip
    names = [f"{r['case']} {'L2' if r['alpha'] else 'ML'}" for r in rows]
    axes.set_yticks(list(places), names)
    axes.invert_yaxis()
    axes.set_xlabel(
        "time of the fastest peer that reached the objective / time of loglik (right of 1: loglik is faster)"
    )
    _save(figure, path)


def _scaling(part: dict, path: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4))
    axes = figure.subplots()
    n, seconds = [r["rows"] for r in part["rows"]], [r["seconds"] for r in part["rows"]]
    axes.loglog(n, seconds, "o-", color=_OURS)
    axes.loglog(n, [seconds[-1] * v / n[-1] for v in n], "--", color="#888888", linewidth=1)
    axes.annotate("in proportion to the rows", (n[1], seconds[-1] * n[1] / n[-1]), xytext=(8, -12),
                  textcoords="offset points", color="#555555", fontsize=8)  # fmt: skip
    axes.set_xlabel(f"rows ({part['columns']} columns)")
    axes.set_ylabel("seconds for the fit with its inference")
    axes.set_title(
        f"time grows as rows to the {part['exponent_from']:.2f} from {part['from']:,.0f} rows on", fontsize=10
    )
    _save(figure, path)
