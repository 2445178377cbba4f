"""The tutorial runs, in both languages; its marked pictures exist, and both languages run the same."""

from __future__ import annotations

import contextlib
import doctest
import io
import re
import shlex
from pathlib import Path

import pytest

from loglik.cli import main
from loglik.plot.pictures import PICTURES

DOCS = Path(__file__).parents[2] / "docs"
SAME = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
PAGES = ["tutorial.md", "tutorial.ja.md"]


def blocks(name: str) -> list[tuple[str, str]]:
    text = (DOCS / name).read_text(encoding="utf-8")
    return re.findall(r"^```(console|python)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", PAGES)
def test_examples_print_what_stands_below_them(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    globs, checker = {}, doctest.OutputChecker()
    runner = doctest.DocTestRunner(checker, verbose=False, optionflags=SAME)
    for kind, block in blocks(name):
        if kind == "python":
            test = doctest.DocTestParser().get_doctest(block, globs, name, name, 0)
            out = io.StringIO()
            failed = runner.run(test, out=out.write, clear_globs=False).failed
            assert not failed, out.getvalue()
            globs = test.globs
            continue
        for part in re.split(r"^\$ loglik ", block, flags=re.MULTILINE)[1:]:
            command, _, want = part.partition("\n")
            out = io.StringIO()
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
                assert main([*shlex.split(command), "-q"]) == 0
            assert checker.check_output(want, out.getvalue(), SAME), f"{command}\n{out.getvalue()}"
    assert (tmp_path / "report.html").stat().st_size > 100_000


def test_both_languages_run_the_same_code_and_show_all_pictures():
    code = [
        [re.sub(r"\s*(#.*)?$", "", e.source.strip()) for kind, b in blocks(name) if kind == "python"
         for e in doctest.DocTestParser().get_examples(b)]
        for name in PAGES
    ]  # fmt: skip
    assert set(code[0]) - set(code[1]) <= {"print(model)"}
    for name in PAGES:
        shown = re.findall(r"<!-- picture: (\w+) -->", (DOCS / name).read_text(encoding="utf-8"))
        assert sorted(shown) == sorted(PICTURES)
