"""Relations tried at points: with names free, with definitions put in, under what a text leaves unsaid."""

from __future__ import annotations

from time import thread_time

import pytest

from check.statements import expression, statement
from loglik.check.judge.claims import Claim
from loglik.check.judge.proofs import prove
from loglik.check.judge.relation import outcome
from loglik.check.statement import Definition
from loglik.derive.expressions import Symbol

FAMILIES = "K: size; k, j: index 1..K; i: index 1..n; n: size"
HOLD = [
    ("log(b/c) = log(b) - log(c)", ""),
    ("d/du log(1 + exp(u)) = sigmoid(u)", ""),
    ("sin(a + b) = sin(a)*cos(b) + cos(a)*sin(b)", ""),
    ("tanh(x) = 2*sigmoid(2*x) - 1", ""),
    ("d/dx tanh(x) = 1 - tanh(x)^2", ""),
    ("log(product(x[i], i, 1, n)) = sum(log(x[i]), i, 1, n)", FAMILIES),
    ("d/dx (f(x) + g(x)) = d/dx f(x) + d/dx g(x)", ""),
    ("P(y[i], x)*2 = P(y[i], x) + P(y[i], x)", FAMILIES),
    ("sum(P(k), k, 1, K) = sum(P(j), j, 1, K)", FAMILIES),
]
FAIL = [
    ("log(b/c) = log(b)/log(c)", ""),
    ("a*log(b) = log(a^b)", ""),
    ("cos(a + b) = cos(a)*sin(b) + sin(a)*cos(b)", ""),
    ("tanh(x) = 2*sigmoid(x) - 1", ""),
    ("d/dx (f(x) + g(x)) = d/dx f(x) * d/dx g(x)", ""),
    ("P(y[i], x) = P(x, y[i])", FAMILIES),
    ("sum(p[k]*log(p[k]/q[k]), k, 1, K) = sum(p[k]*p[k]/q[k], k, 1, K)", FAMILIES),
    ("-sum(log(x[i]), i, 1, n) = log(product(x[i], i, 1, n))", FAMILIES),
]


def found(text: str, symbols: str = "", definitions: tuple[Definition, ...] = ()):
    return outcome(statement(text, symbols, definitions), 0, thread_time() + 10)


@pytest.mark.parametrize(("text", "symbols"), HOLD)
def test_what_is_true_holds_without_an_assumption(text, symbols):
    holds = found(text, symbols).holds
    assert holds is not None
    assert holds.rung is None


@pytest.mark.parametrize(("text", "symbols"), FAIL)
def test_what_is_false_fails_under_every_assumption(text, symbols):
    assert found(text, symbols).fails is not None


@pytest.mark.parametrize(
    ("text", "symbols", "assumed"),
    [
        ("sum(t[k]*(y[j] - delta(k, j)), k, 1, K) = y[j] - t[j]", FAMILIES, "assume-sums-to-one"),
        ("log(p^y*(1 - p)^(1 - y)) = log(y*p + (1 - y)*(1 - p))", "p: probability", "assume-label"),
        ("sqrt(x^2) = x", "", "assume-positive"),
        ("-log(2) = -1", "", "assume-base"),
        ("sum(t[i, k]*a, k, 1, K) = a", FAMILIES, "assume-sums-to-one"),
        ("sum(t[k]^2, k, 1, K) = 1", FAMILIES, "assume-onehot"),
        ("a[i, j]*x = x*a[j, i]", "n: size; i, j: index 1..n", "assume-equal"),
        (
            "sum(y[n, j] - sum(y[n, k], k, 1, K)*p[n, j], n, 1, N) = sum(y[n, j] - p[n, j], n, 1, N)",
            "N, K: size; n: index 1..N; j, k: index 1..K",
            "assume-sums-to-one",
        ),
        ("x*delta(i, j) = 0", "n: size; i, j: index 1..n", "assume-unequal"),
        ("A[1, 2] = A[2, 1]", "A: real", "assume-symmetric"),
    ],
)
def test_an_assumption_that_is_not_stated_is_found(text, symbols, assumed):
    holds = found(text, symbols).holds
    assert holds is not None
    assert holds.rung is not None
    assert [each.key for each in holds.rung.said] == [assumed]


def test_definitions_are_put_in_down_to_the_variable_of_a_derivative_and_not_below_it():
    z = Definition("z", (), expression("w*x"), "first", statement("a = a").formula, 0)
    y = Definition("y", (), expression("sigmoid(z)"), "first", statement("a = a").formula, 1)
    assert found("d/dz y = y*(1 - y)", "", (y, z)).holds is not None
    assert found("d/dw y = x*y*(1 - y)", "", (y, z)).holds is not None
    assert found("d/dw y = y*(1 - y)", "", (y, z)).fails is not None


def test_a_derivative_of_what_does_not_show_its_variable_is_not_decided():
    assert found("d/dw L = x*(y - t)", "L, w, x, y, t: real").why == "depends"


def test_a_definition_of_a_family_is_used_at_every_index():
    y = Definition(
        "y", (Symbol("i"),), expression("sum(w[j]*x[i, j], j, 1, n)", "n: size; i: real; j: real"), "first", None, 0
    )
    assert found("y[k] - b = sum(w[j]*x[k, j], j, 1, n) - b", "n: size; j: real; k: index 1..n", (y,)).holds is not None


def test_a_definition_that_leads_back_to_itself_ends():
    a = Definition("a", (), expression("b + 1"), "first", None, 0)
    b = Definition("b", (), expression("a - 1"), "first", None, 1)
    assert found("a = b + 2", "", (a, b)).fails is not None
    assert found("2*a = 2*b + 2", "", (a, b)).holds is not None


def test_decimals_are_equal_within_the_last_printed_digit():
    from loglik.check.judge.values import printed_decimals

    def near(left: str, right: str) -> bool:
        sides = Claim(expression(left), "=", expression(right), (), printed_decimals(f"{left} = {right}")).at(_point())
        assert sides is not None
        return bool(sides.holds)

    assert near("log(0.01)", "-4.6")
    assert not near("log(0.01)", "-100")
    assert not near("2*0.30", "0.66 + 0.02")
    assert near("2/3", "0.67")
    assert near("2/3", "0.66")
    assert not near("2/3", "0.6500")
    assert not near("1/4", "1/5")


def _point():
    from loglik.derive.evaluate.points import Point

    return Point()


def test_the_rules_between_the_sides_are_found_with_names_from_the_sets_they_are_used_in():
    holds = found("log(b/c) = log(b) - log(c)").holds
    assert holds is not None
    chain = prove(holds.claim, 5)
    assert chain is not None
    assert [step.rule for step in chain.steps] == ["log-quotient"]
