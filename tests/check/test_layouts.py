r"""Each layout of a formula, with right relations and with a wrong one: nothing right is accused, and what is wrong is found.

In the templates of `data/layouts.txt` ``@l = @a @b = @r`` and ``@L = @A @B = @R`` stand for relations; with ``?`` behind its
name a layout need not be understood.
"""

import re
from pathlib import Path

import pytest

from loglik.check.checked import checked_file
from loglik.check.model import words

_DATA = Path(__file__).parent / "data"
_ACCUSED = {"refuted", "inconsistent", "suspicious", "lint"}
#: What begins with a minus is the hardest: it may go on from what stands before it.
_RIGHT = {
    "l": r"-12.5 \times 3", "a": "-30.25", "b": "- 7.25", "r": "-40 + 2.5",
    "L": "-(x - y)", "A": "-x", "B": "+ y", "R": "y - x",
}  # fmt: skip
_WRONG = {"b": "- 9.25", "B": "+ 2 y"}


def blocks(name, mark):
    """The stretches of a file behind lines that begin with a mark, with what the line says."""
    text = (_DATA / name).read_text(encoding="utf-8")
    return re.findall(rf"^{mark} ?(.*)\n((?:(?!{mark}).*\n)*)", text, re.MULTILINE)


def verdicts(text, name):
    return [each.verdict for each in checked_file(text, name, explain=False).judgements]


def filled(template, **wrong):
    return re.sub("@([labrLABR])", lambda found: {**_RIGHT, **wrong}[found[1]], template)


@pytest.mark.parametrize(
    ("name", "template"), [pytest.param(*each, id=each[0]) for each in blocks("layouts.txt", "%%")]
)
def test_a_layout_is_read_so_that_what_is_right_holds_and_what_is_wrong_is_found(name, template, monkeypatch):
    monkeypatch.setattr(words, "announced", lambda *_: "thus")
    file = f"a.{name.partition('.')[2] or 'md'}".removesuffix(" ?")
    right = verdicts(filled(template), file)
    assert not _ACCUSED & set(right)
    if not name.endswith("?"):
        assert right.count("verified") >= 1
        assert "not-understood" not in right
        letter = "B" if "@B" in template else "b"
        assert {"refuted", "suspicious"} & set(verdicts(filled(template, **{letter: _WRONG[letter]}), file))


@pytest.mark.parametrize(("kind", "text"), blocks("separate.txt", "%T"))
def test_what_is_right_by_itself_is_not_refuted(kind, text, monkeypatch):
    """Numbers, units, tables, other arithmetics, each text alone, so that no words of another one leave it open."""
    monkeypatch.setattr(words, "announced", lambda *_: "thus")
    assert not {"refuted", "inconsistent"} & set(verdicts(text, f"a.{kind or 'md'}"))


@pytest.mark.parametrize("line", (_DATA / "numerals.txt").read_text(encoding="utf-8").splitlines())
def test_a_numeral_is_read_as_it_is_written(line):
    right, wrong = line.split("\t")
    assert set(verdicts(f"Thus $${right}$$", "a.md")) <= {"verified", "supported"}
    assert {"refuted", "suspicious"} & set(verdicts(f"Thus $${wrong}$$", "a.md"))
