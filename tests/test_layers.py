"""The layers that CONTRIBUTING tells of are those that import-linter checks."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def told() -> list[str]:
    """Packages and modules of the table, in its order: the bottom first."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `loglik/")]
    names = [re.findall(r"`(?:loglik/)?([a-z_]+)(?:/|\.py)`", row) for row in rows]
    return [name for row in names for name in row]


def checked() -> list[set[str]]:
    """Layers of the contract, the bottom first."""
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    layers = next(c["layers"] for c in tool["importlinter"]["contracts"] if c["type"] == "layers")
    return [{name.strip(" ()") for name in layer.split("|")} for layer in reversed(layers)]


def test_same_packages_in_the_same_order() -> None:
    level = {name: i for i, layer in enumerate(checked()) for name in layer}
    names = told()
    assert sorted(names) == sorted(level)
    assert [level[name] for name in names] == sorted(level[name] for name in names)
