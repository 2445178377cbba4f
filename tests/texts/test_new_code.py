"""A new code is one pair of files: nothing else is touched, and it is raised, explained and printed in both languages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import loglik

SOURCE = Path(loglik.__file__).parent
ENGLISH = """---
title: The moon is not full
example: loglik fit data.csv --target moon
next: loglik explain
---

A fit needs a full moon.

## what_to_do

Wait.

## phase

{days:,} {days:day|days} are left{near:similar}

Wait until {when}.
"""
JAPANESE = """---
title: 満月でない
---

当てはめには満月が必要である。

## what_to_do

待つ。

## phase

あと {days:,} 日ある{near:similar}

{when}まで待つ。
"""
RAISED = """
from loglik.errors import DataError
from loglik.texts import use
error = DataError("LL998.phase", days=1, near="tomorrow", when="then")
print(error)
with use("ja"):
    print(error)
"""


@pytest.fixture
def package(tmp_path):
    """A copy of the package with the pair of files."""
    copy = tmp_path / "loglik"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__", "kernels"))
    for language, text in (("en", ENGLISH), ("ja", JAPANESE)):
        (copy / "texts" / "messages" / language / "LL998.md").write_text(text, encoding="utf-8")
    return tmp_path


def run(path: Path, *arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": str(path), "PYTHONIOENCODING": "utf-8", "LC_ALL": "C.UTF-8", **environment},
        cwd=path.parent,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_pair_of_files_is_a_new_code(package):
    assert run(package, "-c", RAISED) == (
        'LL998 1 day are left; did you mean "tomorrow"?\n  Wait until then.\n'
        "LL998 あと 1 日ある（「tomorrow」のことか）\n  thenまで待つ。\n"
    )
    explain = ("-c", "from loglik.cli import main; main()", "explain", "LL998")
    english = run(package, *explain)
    assert english.startswith("LL998  The moon is not full\n")
    assert "    loglik fit data.csv --target moon\n" in english
    assert run(package, *explain, "--lang", "ja").startswith("LL998  満月でない\n")
    assert run(package, *explain, LC_ALL="ja_JP.UTF-8").startswith("LL998  満月でない\n")
    assert run(package, *explain, LC_ALL="ja_JP.UTF-8", LOGLIK_LANG="en") == english


def test_texts_are_read_from_an_archive(package):
    archive = package / "loglik.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for file in sorted((package / "loglik").rglob("*")):
            if file.is_file() and file.relative_to(package).parts[1] in {
                "__init__.py",
                "texts",
                "errors",
                "version.py",
            }:
                packed.write(file, file.relative_to(package))
    shutil.rmtree(package / "loglik")
    assert run(archive, "-c", RAISED).endswith("\n  thenまで待つ。\n")
    listed = "from loglik.errors.catalogue import codes; print(len(codes()), codes()[-1])"
    assert run(archive, "-c", listed).split()[1] == "LL998"
