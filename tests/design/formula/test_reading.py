"""What formulas say, and what is refused in them; nothing is ever run."""

from __future__ import annotations

from math import comb

import pytest

from loglik.design.formula.grammar import read
from loglik.design.formula.terms import name_of, terms_of
from loglik.errors import DataError

COLUMNS = ["a", "b", "c", "x", "w z", "Sepal.Length"]


@pytest.mark.parametrize(
    ("formula", "intercept", "terms"),
    [
        ("y ~ a*b - 1", False, ["a", "b", "a:b"]),
        ("y ~ a/b/c", True, ["a", "a:b", "a:b:c"]),
        ("y ~ (a + b)/c", True, ["a", "b", "a:b:c"]),
        ("y ~ b %in% a", True, ["a:b"]),
        ("y ~ (a + b + c)**2 - a:b", True, ["a", "b", "c", "a:c", "b:c"]),
        ("y ~ b:a + a:b + a", True, ["a", "b:a"]),
        ("y ~ .", True, ["a", "b", "c", "x", "`w z`", "Sepal.Length"]),
        ("y ~ . - `w z` - Sepal.Length", True, ["a", "b", "c", "x"]),
        ("y ~ 0 + a", False, ["a"]),
        ("y ~ -1 + a", False, ["a"]),
        ("y ~ a - 0", True, ["a"]),
        ("y ~ a + 0 + 1", True, ["a"]),
        ("y ~ 1", True, []),
        ("~ log(x)^2", True, ["log(x)"]),
        ("y ~ I(-x*(a+2)/3) + I((x+1)^2)", True, ["I(-x*(a + 2)/3)", "I((x + 1)^2)"]),
        ('y ~ C(b, ref="q z") + poly(x, 2) + bs(x, df=4, degree=2)', True,
         ['C(b, ref="q z")', "poly(x, degree=2)", "bs(x, df=4, degree=2)"]),
        ("y ~ ns(x, knots=c(-1, 2.5)) + I(x >= -3)", True, ["ns(x, knots=c(-1, 2.5))", "I(x >= -3)"]),
        ("y ~ a + offset(log(x)) + a", True, ["a"]),
    ],
)  # fmt: skip
def test_terms(formula: str, intercept: bool, terms: list[str]) -> None:
    found = terms_of(read(formula), COLUMNS)
    assert (found.intercept, [":".join(t) for t in found.terms]) == (intercept, terms)


@pytest.mark.parametrize(
    "text", ["I(a - (b - x))", "I(a/(b/x))", "I((a + b)*x)", "I(-(a + b))", "I((-a)^2)", "I(-a^2)", "I(2^3^x)"]
)
def test_a_name_reads_as_what_it_names(text: str) -> None:
    tree = read(f"~ {text}").right
    assert read(f"~ {name_of(tree)}").right == tree


def test_targets() -> None:
    assert read("s | n ~ a").left == (["col", "s"], ["col", "n"])
    assert read("s | n ~ a").counted == "trials"
    counted = read("cbind(s, n - s) ~ a")
    assert counted.left == (["col", "s"], ["-", ["col", "n"], ["col", "s"]])
    assert counted.counted == "failures"


def test_offsets_are_no_terms() -> None:
    assert terms_of(read("y ~ a + offset(log(x))"), COLUMNS).offsets == (["log", ["col", "x"]],)
    with pytest.raises(DataError, match="LL250"):
        terms_of(read("y ~ a:offset(x)"), COLUMNS)


HOSTILE = [
    "y ~ __import__('os').system('true')",
    "y ~ (((",
    "y ~ x^(-1)",
    "y ~ (a + b)**20",
    "y ~ log(",
    "y ~ a b",
    "y ~ lambda: 0",
    "y ~ [a for a in x]",
    "",
    "y ~",
    "~",
    "y ~ a ~ b",
    "y ~ 2*x",
    "y ~ a:1",
    "y ~ bs(x, dff=3)",
    "y ~ logg(x)",
    "(" * 9_000,
    "y ~ " + "-" * 9_000 + "x",
    "y ~ I(" + "-" * 9_000 + "x)",
    "y ~ `a",
    "y ~ a:",
    "y ~ ^2",
    "y ~ a@b",
    "y ~ x.__class__()",
    "y ~ {a}",
    "y ~ a; b",
    "y ~ \\x",
    "y ~ a\0b",
    "y ~ bs(x, df=1e9)",
    "y ~ poly(x, -1)",
    "y ~ poly(x, 0)",
    "y ~ C(a, ref=)",
    "y ~ ns(x, knots=c())",
    "y ~ bs(x, df=4, df=5)",
    "y ~ bs(x, intercept=7)",
    "cbind(a) ~ x",
    "cbind(a, b, c) ~ x",
    "y ~ ``",
    "y ~ I()",
    "y ~ log(a, b)",
    "y ~ x ** 2.5",
    "y ~ 1e400",
    "y ~ (" + " + ".join(f"v{i}" for i in range(300)) + ")^5",
    "y ~ " + "*".join("abcdefghijklmnopqrstuvwxyz"),
    "x" * 20_000,
    "y ~ bs(x, knots=1e999)",
]


@pytest.mark.parametrize("formula", HOSTILE)
def test_hostile_formulas_are_refused(formula: str) -> None:
    with pytest.raises(DataError) as caught:
        terms_of(read(formula), COLUMNS)
    assert caught.value.code in {"LL250", "LL251"}
    assert len(str(caught.value)) < 600


def test_thousands_of_terms_are_taken_away_again() -> None:
    all_of_them = "(a + b + c + d + e + f + g + h + i + j + k + l)^8"
    assert terms_of(read(f"y ~ {all_of_them} - {all_of_them} + x"), COLUMNS).terms == (("x",),)
    assert len(terms_of(read(f"y ~ {all_of_them} - a"), COLUMNS).terms) == sum(comb(12, k) for k in range(1, 9)) - 1
