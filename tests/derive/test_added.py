"""A rule is one block of text to add and a derivation one file; what is not understood of them is refused."""

from __future__ import annotations

import shutil

import pytest

from loglik.cli import main
from loglik.derive import catalogue, get
from loglik.derive.checker import check
from loglik.derive.rules import RULES
from loglik.derive.rules.library import library
from loglik.derive.rules.reader import read as read_rules
from loglik.derive.text.reader import read
from loglik.errors import DataError

RULE = """# Of twice an angle's like.
square-of-sum
en: square of a sum
en: Twice the product stands between the squares.
ja: 和の平方
ja: 二つの平方の間に、積の 2 倍が入る。
# A remark inside.
symbols X, Y: nonnegative
    sqrt(X + 2*sqrt(X*Y) + Y)
  = sqrt(X) + sqrt(Y)
law
"""
USE = """mine
symbols u: {domain}
    1 + sqrt(u + 2*sqrt(u*4) + 4)
  = 1 + (sqrt(u) + sqrt(4))    square-of-sum
"""


@pytest.mark.parametrize(("declared", "verdict"), [("positive", "verified"), ("real", "conditional")])
def test_a_rule_is_a_block_of_text_to_add(tmp_path, declared, verdict):
    (tmp_path / "mine.txt").write_text(RULE, encoding="utf-8")
    rules = {**RULES, **library(tmp_path)}
    assert rules["square-of-sum"].words["ja"] == ("和の平方", "二つの平方の間に、積の 2 倍が入る。")
    assert [str(c) for c in rules["square-of-sum"].conditions] == ["X >= 0", "Y >= 0"]
    (written,) = read(USE.format(domain=declared), rules=rules)
    report = check(written.derivation, rules)
    assert [step.verdict for step in report.steps] == [verdict]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (("law\n", "wehn X > 0\n"), "LL185"),
        (("law\n", "X > 0\n"), "LL185"),
        (("law\n", "\nwhen X > 0\n"), "LL185"),  # a condition cut off by an empty line
        (("law\n", "\npointwise\n"), "LL185"),
        (("nonnegative", "nonegative"), "LL161"),
        (("X, Y: nonnegative", "X, Y"), "LL161"),
        (("symbols X, Y: nonnegative\n", "symbols X: real\nsymbols X, Y: nonnegative\n"), "LL188"),
        (("symbols X, Y: nonnegative", "symbols X: nonnegative"), "LL161"),
        (("law\n", "law\n\nsquare-of-sum\nsymbols X: real\n    X = X\n"), "LL188"),
    ],
)
def test_what_is_not_understood_of_a_rule_is_refused(tmp_path, changed, code):
    """A condition with a slip in it would be no condition."""
    (tmp_path / "mine.txt").write_text(RULE.replace(*changed), encoding="utf-8")
    with pytest.raises(DataError) as error:
        assert all(rule.equation and rule.conditions for rule in library(tmp_path).values())
    assert error.value.code == code


def test_rules_may_go_on_in_further_lines():
    (rule,) = read_rules(RULE)
    assert str(rule.equation) == "sqrt(X + 2*sqrt(X*Y) + Y) = sqrt(X) + sqrt(Y)"
    assert rule.basis == "law"


DERIVATION = """log-of-root  [2.601]
en: The logarithm of a square root
en: A root is a power, whose exponent comes out.
ja: 平方根の対数
ja: 平方根は累乗であり、その指数を前に出せる。
symbols x: positive
    log(sqrt(x))
  = 1/2*log(x)    log-power
example x = 9
computed loglik.special.log
"""


def test_a_derivation_is_a_file_to_add(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "catalogue"
    shutil.copytree(catalogue.FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    before = catalogue.names()
    (folder / "log-of-root.txt").write_text(DERIVATION, encoding="utf-8")
    monkeypatch.setattr(catalogue, "FOLDER", folder)
    assert set(catalogue.names()) - set(before) == {"log-of-root"}
    assert catalogue.names().index("log-of-root") == before.index("log-of-range-product") + 1  # the last of section 2
    assert catalogue.uses("log-of-root") == ("log-power",)
    assert "log-of-root" in catalogue.used_by("log-power")
    assert main(["derive", "log-of-root", "--check"]) == 0
    shown = str(get("log-of-root", "ja"))
    assert "平方根の対数" in shown
    assert "loglik.special.log" in shown
    capsys.readouterr()
    main(["derive", "--lang", "ja"])
    assert "平方根の対数" in capsys.readouterr().out
