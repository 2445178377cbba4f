"""Skipped steps: found again, verified, without what they are to prove; or said not to be found."""

from __future__ import annotations

from time import monotonic

import pytest

from loglik.derive import connect, parse
from loglik.derive.catalogue import derivation, names
from loglik.derive.expressions import Equation, domain
from loglik.derive.rules import RULES
from loglik.derive.rules.arrangement import arrangement_key

FOUND_AGAIN = [
    ("log-product", 3),
    ("log-quotient", 2),
    ("log-power", 3),
    ("change-of-base", 2),
    ("log-derivative", 2),
    ("natural-log-derivative", 3),
    ("categorical-cross-entropy", 2),
    ("binary-cross-entropy-derivative", 3),
    ("dice-mle-is-maximum", 1),
]


def earlier_rules(name):
    """What may be used in a derivation: nothing that it or a later one proves."""
    later = set(names()[names().index(name) :])
    return [r for r in RULES.values() if not (r.basis == "derived" and r.derivation in later)]


@pytest.mark.parametrize(("name", "length"), FOUND_AGAIN)
def test_steps_taken_out_are_found_again(name, length):
    part = derivation(name).parts[0]
    assert not isinstance(part.start, Equation)
    terms = [part.start, *(step.term for step in part.steps)]
    relation = "<=" if any(step.relation == "<=" for step in part.steps) else "="
    tried = found = 0
    for start, end in zip(terms, terms[length:], strict=False):
        connection = connect(start, end, rules=earlier_rules(name), relation=relation, seconds=4)
        tried += 1
        if connection is not None:
            found += 1
            assert connection.start == start
            assert connection.steps[-1].term == end
            assert all(report.verdict == "verified" for report in connection.reports)
    assert found >= 0.7 * tried


def test_a_chain_of_one_who_types():
    declared = {"x": domain("positive"), "y": domain("positive"), "a": domain("base")}
    found = connect("log(1/(x*y^3), a)", "-log(x, a) - 3*log(y, a)", declared)
    assert found is not None
    assert str(found).startswith("    log(1/(x*y^3), a)\n")
    assert {step.rule for step in found.steps} <= {
        "log-reciprocal",
        "log-product",
        "log-power",
        "log-quotient",
        "arithmetic",
    }


def test_equal_up_to_arithmetic_is_one_step():
    found = connect("(x + 1)^2", "x^2 + 2*x + 1")
    assert found is not None
    assert [step.rule for step in found.steps] == ["arithmetic"]


@pytest.mark.parametrize(
    ("start", "end"), [("log(x)", "log(x) + 1"), ("d/dx x^2", "3*x"), ("log(x*y)", "log(x)*log(y)")]
)
def test_what_is_false_is_not_found(start, end):
    declared = {"x": domain("positive"), "y": domain("positive")}
    began = monotonic()
    assert connect(start, end, declared, seconds=0.5) is None
    assert monotonic() - began < 5


def test_conditions_count():
    """With numbers that may be negative, the law of the product is not used."""
    assert connect("log(x*y)", "log(x) + log(y)", seconds=0.5) is None
    declared = {"x": domain("positive"), "y": domain("positive")}
    found = connect("log(x*y)", "log(x) + log(y)", declared)
    assert found is not None
    assert arrangement_key(found.steps[-1].term) == arrangement_key(parse("log(x) + log(y)"))


def test_terms_without_a_value_are_not_connected():
    whole = {"n": domain("integer")}
    assert connect("log(n) - log(n)", "0", whole, seconds=0.5) is None
    assert connect("lim(h -> 0, 1/h)", "lim(t -> 0, 1/(2*t))", {}, seconds=0.5) is None
