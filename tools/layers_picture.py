"""Draw ``docs/pictures/layers.svg``: the packages in their layers, and who imports whom; ``python tools/layers_picture.py``.

Layers are those that import-linter checks (pyproject.toml), arrows the imports in the source, but for those that follow from
others: an arrow from a to c is left out where one goes from a to b and on from b to c.
"""

from __future__ import annotations

import re
import tomllib
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE, PICTURE = ROOT / "src" / "loglik", ROOT / "docs" / "pictures" / "layers.svg"
# Column (from the left) and what is written below the name.
PLACES = {
    "cli": (1.9, "the command line"),
    "lab": (1.9, "a page to move and try"),
    "practice": (2.85, "your next line"),
    "report": (2.4, "a fit as a page"),
    "estimators": (0.4, "for scikit-learn"),
    "check": (3.8, "documents checked"),
    "derive": (3.8, "formulas derived"),
    "dice": (2.85, "counts of throws"),
    "jax": (1.9, "losses for JAX"),
    "torch": (0.95, "and for PyTorch"),
    "model": (0.0, "fitted classifier"),
    "plot": (2.4, "pictures"),
    "inference": (0.0, "standard errors, tests"),
    "fit": (0.0, "descent, Hessian, existence"),
    "families": (0.0, "likelihoods of rows"),
    "design": (0.0, "column blocks, sources"),
    "metrics": (1.0, "figures of merit"),
    "losses": (1.6, "cross-entropies"),
    "special": (2.3, "log-domain functions"),
    "parallel": (0.5, "the sum over rows"),
    "kernels": (1.2, "loops in Numba"),
    "errors": (2.6, "codes"),
    "texts": (3.1, "words, two languages"),
    "array_types": (1.9, ""),
    "cached": (0.0, ""),
    "version": (3.8, ""),
}
COLUMN, LINE, WIDE, HIGH, MARGIN = 190, 62, 168, 40, 14


def layers() -> list[list[str]]:
    """From the top."""
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    found = next(c["layers"] for c in tool["importlinter"]["contracts"] if c["name"] == "Layers")
    return [[name.strip(" ()") for name in layer.split("|")] for layer in found]


def imports(names: list[str]) -> dict[str, set[str]]:
    """Packages and modules at the top that each imports anywhere, for types too."""
    found: dict[str, set[str]] = {}
    for name in names:
        files = sorted((SOURCE / name).rglob("*.py")) if (SOURCE / name).is_dir() else [SOURCE / f"{name}.py"]
        text = "\n".join(file.read_text(encoding="utf-8") for file in files)
        found[name] = set(re.findall(r"^\s*(?:from|import) loglik\.(\w+)", text, re.MULTILINE)) & set(names) - {name}
        lines = re.findall(r"^\s*from loglik import (.+)$", text, re.MULTILINE)
        found[name] |= {word for line in lines for word in re.findall(r"\w+", line)} & set(names) - {name}
    return found


def reduced(direct: dict[str, set[str]]) -> list[tuple[str, str]]:
    """Imports that do not follow from others."""

    def reached(name: str) -> set[str]:
        return direct[name].union(*(reached(other) for other in direct[name]))

    beyond = {name: set().union(*(reached(other) for other in direct[name])) for name in direct}
    return [(name, other) for name in direct for other in sorted(direct[name] - beyond[name])]


def svg() -> str:
    """The picture as text."""
    rows = layers()
    at = {name: (MARGIN + PLACES[name][0] * COLUMN, MARGIN + i * LINE) for i, row in enumerate(rows) for name in row}
    width = max(x for x, _ in at.values()) + WIDE + MARGIN
    height = len(rows) * LINE + MARGIN
    lines = []
    for name, other in reduced(imports(list(at))):
        (x0, y0), (x1, y1) = at[name], at[other]
        a, b = (x0 + WIDE / 2, y0 + HIGH), (x1 + WIDE / 2, y1)
        bend = (b[1] - a[1]) / 2
        lines.append(
            f'<path d="M{a[0]:g} {a[1]:g}C{a[0]:g} {a[1] + bend:g} {b[0]:g} {b[1] - bend:g} {b[0]:g} {b[1]:g}" '
            'marker-end="url(#tip)"/>'
        )
    boxes = []
    for name, (x, y) in at.items():
        middle = x + WIDE / 2
        said = PLACES[name][1]
        boxes.append(f'<rect x="{x:g}" y="{y}" width="{WIDE}" height="{HIGH}" rx="5"/>')
        boxes.append(f'<text x="{middle:g}" y="{y + (17 if said else 25)}" class="name">{name}</text>')
        if said:
            boxes.append(f'<text x="{middle:g}" y="{y + 32}">{escape(said)}</text>')
    tip = (
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" style="fill:#9aa7b8;stroke:none"/></marker></defs>'
    )
    style = (
        "<style>text{font:11px sans-serif;text-anchor:middle;fill:#333}.name{font:bold 13px sans-serif}"
        "rect{fill:#f4f7fb;stroke:#7a93b5}path{fill:none;stroke:#9aa7b8;stroke-width:1.2}</style>"
    )
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height}" role="img">',
        "<title>Packages of loglik: each imports only from below</title>",
        style,
        tip,
        f'<rect width="{width:g}" height="{height}" style="fill:#fff;stroke:none"/>',
        *lines,
        *boxes,
        "</svg>",
        "",
    ])  # fmt: skip


if __name__ == "__main__":
    PICTURE.write_text(svg(), encoding="utf-8")
