"""Sizes that the text tells, put through products."""

from __future__ import annotations

import pytest

from loglik.check import check

TOLD = (
    "Let $X \\in \\mathbb{R}^{n \\times p}$, $y \\in \\mathbb R^n$ and $w, \\ v \\in \\mathbb R^p$ with "
    "$w \\in \\mathbb{R}^p$. The norm is $w^T w$.\n\n"
)


def last(formula, told=TOLD):
    return check(f"{told}$${formula}$$", explain=False).judgements[-1]


@pytest.mark.parametrize(
    ("wrong", "mended"),
    [
        ("g = X y + w", r"g = X^\top y + w"),
        ("u = w X^T", r"u = w^\top X^T"),
        ("s = a + w w", r"s = a + w^\top w"),
    ],
)
def test_factors_that_do_not_fit_are_mended_by_a_transpose(wrong, mended):
    found = last(wrong)
    assert (found.verdict, found.findings[0].reason.key) == ("suspicious", "sizes-differ")
    assert found.suggestion == mended


@pytest.mark.parametrize(
    "right",
    ["g = X^T y + w", "f = X w", "q = y^T X w", "d = X \\odot X", "b = 2 X w + c", "h = \\sigma(X w)", "k = (X^T X) w"],
)
def test_what_fits_is_not_suspicious(right):
    assert last(right).verdict != "suspicious"


def test_a_name_of_two_sizes_or_of_an_author_without_transposes_says_nothing():
    assert last("g = y X", "$X \\in \\mathbb{R}^{n \\times p}$, $y \\in \\mathbb{R}^n$.\n\n").verdict != "suspicious"
    twice = TOLD + "Now $X \\in \\mathbb{R}^{n \\times n}$.\n\n"
    assert last("g = X w", twice).verdict == "definition"
