"""Lines of Python below ``src/``: ``python tools/lines.py [COMMIT ...]`` counts commits and, last, the working tree.

Prints a Markdown table. All lines count: comments and docstrings are part of the code. Text formats that took lines out of
Python (rules, derivations, messages) are in a row of their own, so that the table does not flatter.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

_ROOT = Path("src/loglik")
_TEXTS = "text formats"
# What came with other features than the rebuilding of 0.2: counted apart.
_NEW = ("`check/`", "`design/formula/`")


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout


def _package(name: str) -> str:
    """``fit/`` for ``src/loglik/fit/descent/newton.py``; modules at the top together."""
    first, *rest = Path(name).relative_to(_ROOT).parts
    if rest and (inner := f"`{first}/{rest[0]}/`") in _NEW:
        return inner
    return f"`{first}/`" if rest else "top modules"


def _count(files: dict[str, str]) -> Counter[str]:
    lines: Counter[str] = Counter()
    for name, text in files.items():
        lines[_package(name) if name.endswith(".py") else _TEXTS] += len(text.splitlines())
    return lines


def of_commit(commit: str) -> Counter[str]:
    """Lines of a commit."""
    names = _git("ls-tree", "-r", "--name-only", commit, str(_ROOT)).splitlines()
    wanted = [name for name in names if name.endswith((".py", ".txt", ".md"))]
    return _count({name: _git("show", f"{commit}:{name}") for name in wanted})


def of_tree() -> Counter[str]:
    """Lines of the working tree."""
    files = [f for ending in ("py", "txt", "md") for f in _ROOT.rglob(f"*.{ending}")]
    return _count({str(f): f.read_text(encoding="utf-8") for f in files})


def table(columns: dict[str, Counter[str]]) -> str:
    """Markdown: a row for each package, the sum of Python, and the text formats."""
    packages = sorted({package for lines in columns.values() for package in lines} - {_TEXTS})
    rows = [[package, *(lines[package] for lines in columns.values())] for package in packages]
    rows.append(["**Python in all**", *(sum(lines.values()) - lines[_TEXTS] for lines in columns.values())])
    beside = [sum(n for package, n in lines.items() if package not in {_TEXTS, *_NEW}) for lines in columns.values()]
    rows.append([f"without {' and '.join(_NEW)}", *beside])
    rows.append([_TEXTS, *(lines[_TEXTS] for lines in columns.values())])
    head = [["", *columns], ["---", *("---:" for _ in columns)]]
    cells = [*head, *([name, *(f"{n:,}" if n else "" for n in counts)] for name, *counts in rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def main() -> None:
    columns = {commit: of_commit(commit) for commit in sys.argv[1:]}
    print(table(columns | {"now": of_tree()}))


if __name__ == "__main__":
    main()
