"""The list of figures of others is as long as it says, and names tests that there are."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_list() -> None:
    page = (ROOT / "docs" / "references.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in re.findall(r"^\|.*`\ \|$", page, re.MULTILINE)
    ]
    several = [row for row in rows if row[2] != "2"]
    assert f"{len(rows)} cases, {len(several)} of them with three classes or more." in page
    assert len(rows) >= 40
    assert len(several) >= len(rows) / 3
    assert len({tuple(row[:3]) for row in rows}) == len(rows)
    there = {path.name: path for path in (ROOT / "tests").rglob("test_*.py")}
    for row in rows:
        file, _, name = row[4].strip("`").partition("::")
        tree = ast.parse(there[file].read_text(encoding="utf-8"))
        assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, row[4]
