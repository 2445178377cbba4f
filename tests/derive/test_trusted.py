"""What has to be trusted stays small, and the documentation says how small."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from importlib import import_module
from pathlib import Path

import pytest

import loglik.derive

HOME = Path(loglik.derive.__file__).parent
DOCS = Path(__file__).parents[2] / "docs" / "derivations.md"
STEP = ("kernel/step.py", "kernel/instances.py", "kernel/scope.py", "kernel/results.py", "kernel/parts.py")
REST = (
    *(f"kernel/{name}.py" for name in ("defined", "conditions", "bounds", "whole", "intervals", "smooth", "algebra")),
    *(f"expressions/{name}.py" for name in ("nodes", "domains", "sets", "substitute", "walk")),
    *(f"syntax/{name}.py" for name in ("tokens", "parser", "notations")),
    *(f"rules/{name}.py" for name in ("arrangement", "model", "reader", "library")),
)
#: What no module of the kernel may import, directly or not at all.
UNTRUSTED = re.compile(r"from loglik\.derive\.(search|checker|evaluate|show|text|own|catalogue|connection|chains)\b")


def code_lines(path):
    """Lines with code in them: not blank, no comment, docstring or import."""
    source = path.read_text(encoding="utf-8")
    left_out = set()
    for node in ast.walk(ast.parse(source)):
        body = getattr(node, "body", None)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and body and isinstance(body[0], ast.Expr):
            left_out |= set(range(body[0].lineno, body[0].end_lineno + 1))
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            left_out |= set(range(node.lineno, node.end_lineno + 1))
    found = set()
    skipped = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in skipped:
            found |= set(range(token.start[0], token.end[0] + 1))
    return len(found - left_out)


def test_what_has_to_be_trusted_is_small():
    assert sum(code_lines(HOME / name) for name in STEP) < 400
    assert sum(code_lines(HOME / name) for name in REST) < 1_500


def test_the_documentation_counts_it():
    rows = re.findall(
        r"^\| `(\w+/\w+\.py)`[^|]*\| ([\d,]+) \| ([\d,]+) \|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert {name for name, _, _ in rows} == {*STEP, *REST}
    for name, lines, code in rows:
        assert len((HOME / name).read_text(encoding="utf-8").splitlines()) == pytest.approx(int(lines), abs=15), name
        assert code_lines(HOME / name) == pytest.approx(int(code), abs=10), name


def test_the_documentation_counts_the_readers_of_files():
    text = DOCS.read_text(encoding="utf-8")
    lines = int(re.search(r"`reader\.py`, (\d+) lines of code", text)[1])
    lemmas = int(re.search(r"`own/lemmas\.py` \((\d+)\)", text)[1])
    read = [HOME / "text" / f"{name}.py" for name in ("lines", "formulas", "one", "whole", "numbers", "reader")]
    assert sum(map(code_lines, read)) == pytest.approx(lines, abs=20)
    assert code_lines(HOME / "own/lemmas.py") == pytest.approx(lemmas, abs=5)


def test_the_kernel_imports_nothing_that_is_not_trusted():
    for path in (HOME / "kernel").glob("*.py"):
        assert not UNTRUSTED.search(path.read_text(encoding="utf-8")), path.name
        import_module(f"loglik.derive.kernel.{path.stem}")
