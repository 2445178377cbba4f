"""Common mistakes: refuted at a point that is really one, and what holds instead is verified."""

from __future__ import annotations

import json
import re

import mpmath
import pytest

from loglik.cli import main
from loglik.derive.checker import check
from loglik.derive.mistakes import mistake, names
from loglik.derive.mistakes.catalogue import _derivations, judged
from loglik.derive.mistakes.pages import page
from loglik.derive.text.reader import read
from loglik.errors import DataError

FUNCTIONS = {"log": mpmath.log, "exp": mpmath.exp, "sqrt": mpmath.sqrt, "sigmoid": lambda u: 1 / (1 + mpmath.exp(-u))}


@pytest.mark.parametrize("name", names())
def test_a_mistake_is_refuted_and_what_holds_is_verified(name):
    found = _derivations()[name]
    wrong, right = check(found).parts
    assert [step.verdict for step in wrong] == ["refuted"]
    assert {step.verdict for step in right} == {"verified"}
    assert mistake(name).counterexample.left != mistake(name).counterexample.right


@pytest.mark.parametrize(
    "name", ["log-of-sum", "log-of-product", "log-of-quotient", "power-of-a-sum", "sigmoid-of-minus"]
)
def test_another_library_finds_the_same_values(name):
    found = mistake(name)
    values = {str(e): mpmath.mpf(value) for e, value in found.counterexample.values}
    for side, shown in ((found.claim.left, found.counterexample.left), (found.claim.right, found.counterexample.right)):
        computed = eval(str(side).replace("^", "**"), {"__builtins__": {}}, {**FUNCTIONS, **values})  # noqa: S307  # our own
        assert mpmath.almosteq(computed, mpmath.mpf(shown), rel_eps=1e-10, abs_eps=1e-12)


def test_what_is_no_mistake_is_refused():
    (written,) = read(
        "fine\nsymbols X: positive\npart mistake\n    log(X^2)\n  = 2*log(X)    log-power\n"
        "part instead\n    X\n  = X*1    arithmetic\n"
    )
    with pytest.raises(DataError, match="LL189"):
        judged(written.derivation)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_mistake_has_its_words(lang):
    for name in names():
        said = _derivations()[name].words[lang]
        assert said.title
        assert said.says
        assert bool(re.search(r"[\u3040-\u30ff]", said.title + said.says)) is (lang == "ja")
    for form in ("text", "markdown", "html", "latex", "mathml"):
        assert mistake("log-of-sum").counterexample.left in page([mistake("log-of-sum")], form, lang)


def test_the_command_lists_them(capsys):
    assert main(["derive", "--mistakes", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in found["mistakes"]] == list(names())
    assert main(["derive", "--mistakes", "log-of-sums"]) == 2
    assert 'did you mean "log-of-sum"?' in capsys.readouterr().err
