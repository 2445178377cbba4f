"""A teacher's course: chapters and derivations as text files, checked when the lab starts."""

from __future__ import annotations

import re

import pytest

from loglik.errors import DataError
from loglik.lab.course import read_course

CHAPTER = """---
title: Doubling
title-ja: 倍にする
shows: logarithm?a=2
derivations: log-product, doubled
question: What is $log(2*x, 2)$?
answers: $2*log(x, 2)$ | $1 + log(x, 2)$
right: 2
because: A *product* becomes a sum.
---

One doubling more <b>adds</b> $log(2, 2) = 1$.

And again.

## ja

倍にするたびに $log(2, 2) = 1$ だけ増える。
"""
DERIVATION = """doubled
symbols a: base; x: positive
    log(2*x, a)
  = log(2, a) + log(x, a)      log-product
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "1-doubling.md").write_text(CHAPTER, encoding="utf-8")
    (tmp_path / "doubled.txt").write_text(DERIVATION, encoding="utf-8")
    return tmp_path


def test_a_course_is_read_and_its_derivations_are_checked(folder):
    course = read_course(folder)
    (en,), (ja,) = course.chapters("en"), course.chapters("ja")
    assert (en["title"], ja["title"], en["right"], en["shows"]) == ("Doubling", "倍にする", 1, "logarithm?a=2")
    assert len(en["paragraphs"]) == 2
    assert en["paragraphs"][0].startswith("One doubling more &lt;b&gt;adds&lt;/b&gt; <math")
    assert len(ja["paragraphs"]) == 1
    assert ja["because"] == "A <strong>product</strong> becomes a sum."
    assert course.lesson("doubled", "en")["verified"] == 1
    assert course.listed("ja")[0]["uses"] == ["log-product"]
    assert course.findings() == []


def test_a_false_derivation_is_told(folder):
    (folder / "false.txt").write_text("false\nsymbols x: positive\n    log(2*x)\n  = 2*log(x)    log-product\n")
    (said,) = read_course(folder).findings()
    assert said.startswith(f"{folder / 'false.txt'}:4: false is not verified: ")


@pytest.mark.parametrize(
    ("before", "after", "code", "line"),
    [
        ("log-product", "log-prodct", "no rule", 4),
        ("positive", "positiv", "positiv", 2),
        ("log(x, a)", "log(x, a", "is expected", 4),
    ],
)
def test_what_is_wrong_in_a_derivation_is_named_with_its_line(folder, before, after, code, line):
    (folder / "doubled.txt").write_text(DERIVATION.replace(before, after, 1))
    with pytest.raises(DataError) as error:
        read_course(folder)
    assert error.value.said.key == "LL425.text"
    assert re.match(rf"doubled.txt: line {line}, column \d+: ", error.value.message)
    assert code in error.value.message
    assert str(folder / "doubled.txt") in error.value.hint


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("title: Doubling\n", "", "no title"),
        ("title: Doubling", "titel: x\ntitle: y", 'did you mean "title"'),
        ("log-product, ", "log-prodct, ", 'did you mean "log-product"'),
        ("logarithm?", "slide-rule?", 'called "slide-rule"'),
        ("right: 2", "right: 3", "do not go together"),
        ("right: 2", "right: two", "do not go together"),
        ("question: What is $log(2*x, 2)$?\n", "", "do not go together"),
        ("$log(2, 2) = 1$.\n\nAnd", "$log(2,, 2)$.\n\nAnd", "1-doubling.md:12: a formula cannot be read"),
        ("because: A *product*", "because: $log($ A *product*", "1-doubling.md:9: a formula cannot be read"),
        ("ja\n\n倍に", "ja\n\n$log(\n2,, 2)$ 倍に", "1-doubling.md:18: a formula cannot be read"),
        ("---\ntitle", "title", "1-doubling.md:1: a chapter begins with"),
        ("right: 2", "right: 2\nright: 1", '1-doubling.md:9: "right: 1" is neither'),
        ("title-ja:", "title-ja：", "1-doubling.md:3: "),
        ("shows: l", "shows: L", "1-doubling.md:4: "),
        ("## ja", "## 日本語", '1-doubling.md:16: there is one section at most, "## ja"'),
        ("倍にするたびに", "## ja\n倍", "1-doubling.md:18: "),
        ("right: 2", "right: 2\nanswers-ja: $x$", "1-doubling.md:9: there are not 2 answers"),
    ],
)
def test_what_is_wrong_in_a_chapter_is_named_with_its_line(folder, before, after, said):
    assert before in CHAPTER
    (folder / "1-doubling.md").write_text(CHAPTER.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(DataError) as error:
        read_course(folder)
    assert error.value.code == "LL425"
    assert said in str(error.value)
    assert "1-doubling.md" in error.value.message


def test_what_is_no_course_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(DataError, match="LL425"):
            read_course(path)
    (tmp_path / "a.md").write_bytes(b"---\ntitle: \xff\n---\n")
    with pytest.raises(DataError, match="LL425"):
        read_course(tmp_path)
    (tmp_path / "a.md").write_text("---\ntitle: x\n---\n" + "y" * 300_000)
    with pytest.raises(DataError, match="longer"):
        read_course(tmp_path)


def test_no_derivation_takes_a_name_that_is_taken(folder):
    (folder / "more.txt").write_text(DERIVATION.replace("doubled", "log-product", 1))
    with pytest.raises(DataError, match="another derivation"):
        read_course(folder)
