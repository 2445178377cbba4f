"""The tables of usual formulas by subject: what books print is quiet, and the slips that readers report are noticed."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from loglik.check.judge.slips import Allowance
from loglik.check.judge.surroundings import surroundings
from loglik.check.judge.usual import unlike_usual
from loglik.check.model import understand
from loglik.check.readers import read

CASES = {
    f"{file.stem}: {case['about']}": case
    for file in sorted(Path(__file__).with_name("data").joinpath("usual").glob("*.toml"))
    for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]
}


def noticed(about: str, tex: str) -> bool:
    """Whether a relation of a formula is nearly a usual one, in a text about something."""
    document = read(f"On {about}:\n\n$${tex}$$", "-", None)
    statements = [each for each in understand(document, None) if each.formula.tex == tex]
    around = surroundings(document, statements)
    return any(
        unlike_usual(each, index, around.topic(each.formula), Allowance(0.0, 0.0)) is not None
        for each in statements
        for index in range(len(each.relations))
    )


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_books_print_is_quiet_and_slips_are_noticed(case):
    assert [tex for tex in case["right"] if noticed(case["about"], tex)] == []
    assert [tex for tex in case["wrong"] if not noticed(case["about"], tex)] == []
