"""Slips in what need not be a claim: one edit from an identity, from what the text says elsewhere, from a usual formula."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from check.statements import only, verdicts
from loglik.check import check

ERRATA = json.loads((Path(__file__).parent / "data" / "errata.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("wrong", "mended"),
    [
        (r"\log \sum_{m=1}^M \exp(\mu_m) = a + \sum_{m=1}^M \exp(\mu_m - a)", r"\log \sum_{m=1}^M \exp(\mu_m - a)"),
        (r"\operatorname{Var}(X) = E[X^2] + E[X]^2", "E[X^2] - E[X]^2"),
        (r"P(A|B) P(B) = P(A|B) P(A)", "P(B|A) P(A)"),
        (r"\frac{e^{a_i}}{\sum_{k=1}^N e^{a_k}} = \frac{C e^{a_k}}{C \sum_{k=1}^N e^{a_k}}", "C e^{a_i}"),
    ],
)
def test_what_one_edit_makes_an_identity_is_suspicious(wrong, mended):
    found = only(f"$${wrong}$$")
    assert (found.verdict, found.findings[0].reason.key) == ("suspicious", "near-identity")
    assert mended in found.suggestion


@pytest.mark.parametrize(
    "meant",
    [
        "P(A, B) = P(A) P(B)",
        "p(c | b) = p(c | b, a)",
        "w_{t+1} = w_t - g_t",
        r"P(y | x) = \prod_{i=1}^n P(y_i | x_i)",
        r"\sum_{k=1}^K t_k^2 = \sum_{k=1}^K t_k",
        "x^2 + y^2 = r^2",
    ],
)
def test_models_updates_and_equations_are_not(meant):
    assert only(f"$${meant}$$").verdict in {"condition", "definition", "not-decided", "verified-if"}


def test_a_solution_is_put_into_its_equation():
    equation = r"The odds have the logarithm $$\log\frac{p}{1-p} = a + b x$$ and so"
    wrong = only(equation + "\n" + r"$$p = \frac{1}{1 + \exp(a + b x)}$$")
    assert (wrong.verdict, wrong.findings[0].reason.key) == ("suspicious", "unlike-equation")
    assert only(equation + "\n" + r"$$p = \frac{1}{1 + \exp(-(a + b x))}$$").verdict == "definition"
    assert only(equation + "\n" + "$$p = c^2 + d$$").verdict == "definition"  # nothing like it: another p


def test_two_definitions_that_differ_by_one_edit_are_compared():
    first = r"Let $$s(x) = \frac{1}{1 + e^{-x}} + \log x$$ and"
    wrong = only(first + "\n" + r"$$s(x) = \frac{1}{1 + e^{x}} + \log x$$")
    assert (wrong.verdict, wrong.findings[0].reason.key) == ("suspicious", "unlike-definition")
    assert only(first + "\n" + r"$$s(x) = \frac{e^{x}}{1 + e^{x}} + \log x$$").verdict == "definition"
    assert only(first + "\n" + r"$$s(x) = \log(x) \sin(x) + e^{2 x}$$").verdict == "definition"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (
            r"p(x) = \frac{1}{\sqrt{2 \pi v}} \exp\left(\frac{(x - m)^2}{2 v}\right)",
            r"p(x) = \frac{1}{\sqrt{2 \pi v}} \exp\left(-\frac{(x - m)^2}{2 v}\right)",
        ),
        (
            r"\text{RMSE} = \sqrt{\sum_{k=1}^N (t_k - \hat{t}_k)^2}",
            r"\text{RMSE} = \sqrt{\frac{1}{N} \sum_{k=1}^N (t_k - \hat{t}_k)^2}",
        ),
        (
            r"R^2 = \frac{\sum_{i=1}^n (y_i - f_i)^2}{\sum_{i=1}^n (y_i - \bar y)^2}",
            r"R^2 = 1 - \frac{\sum_{i=1}^n (y_i - f_i)^2}{\sum_{i=1}^n (y_i - \bar y)^2}",
        ),
        (r"\text{Recall} = \frac{TP}{TP + FN} + 1", r"\text{Recall} = \frac{TP}{TP + FN}"),
    ],
)
def test_what_is_one_edit_from_a_usual_formula_is_suspicious(wrong, right):
    found = only(f"$${wrong}$$")
    assert (found.verdict, found.findings[0].reason.key) == ("suspicious", "unlike-form")
    assert only(f"$${right}$$").verdict in {"definition", "condition"}


def test_odd_indices_and_terms():
    assert only(r"$$L(\theta) = \prod_{i=1}^n P(x_n | \theta)$$").verdict == "lint"
    chain = (
        r"\frac{\partial z}{\partial x_i} = \sum_{%s} \frac{\partial z}{\partial y_j} \frac{\partial y_j}{\partial x_i}"
    )
    assert only(f"$${chain % 'i'}$$").verdict == "lint"
    assert only(f"$${chain % 'j'}$$").verdict != "lint"
    half = r"\frac{1}{2} D(p \| \frac{p + q}{2})"
    assert only(f"$$J(p, q) = {half} + {half}$$").verdict == "lint"
    assert only(f"$${half} + {half} = D(p \\| \\frac{{p + q}}{{2}})$$").verdict != "lint"


def test_the_quotient_rule_holds_for_functions_of_which_nothing_is_known():
    quotient = r"\left(\frac{f(x)}{g(x)}\right)' = \frac{f'(x) g(x) - f(x) g'(x)}{%s}"
    assert only(f"$${quotient % 'g(x)^2'}$$").verdict == "supported"
    assert only(f"$${quotient % chr(0x67)}'(x)^2$$".replace("}'(x)^2", "'(x)^2}")).verdict == "suspicious"


def test_numbers_are_a_claim_even_where_something_is_asked_for():
    assert only(r"The loss should be $$\log(1/3) = 1.1$$").verdict == "suspicious"
    assert only(r"The loss should be $$-\log(1/3) = 1.1$$").verdict == "supported"


def test_no_correction_of_an_erratum_is_refuted():
    refuted = {"refuted", "inconsistent"}
    corrected = {each["id"]: verdicts(f"{each['context']}\n\n$${each['after']}$$\n") for each in ERRATA}
    assert [key for key, found in corrected.items() if refuted & set(found)] == []


def test_most_errata_are_found():
    found = {"refuted", "inconsistent", "suspicious", "lint"}
    sample = ERRATA[::4]
    said = [verdicts(f"{each['context']}\n\n$${each['before']}$$\n") for each in sample]
    assert sum(bool(found & set(each)) for each in said) >= 0.5 * len(sample)


def test_a_loss_grows_with_the_logarithm_of_no_probability():
    loss = r"The loss is $$L = (u - v)^2 %s \sum_k t_k \log q_k + c w^2$$"
    found = check(loss % "+", explain=False).judgements[-1]
    assert (found.verdict, found.findings[0].reason.key) == ("suspicious", "unusual-sign")
    assert verdicts(loss % "-")[-1] == "definition"
    assert verdicts(loss.replace("t_k", "q_k") % "+")[-1] == "definition"  # less entropy


def test_an_argument_that_only_counts_the_terms_of_a_sum_is_odd():
    assert only(r"$$P(k | x) = \frac{e^{w_k x}}{\sum_{j=1}^K e^{w_j x}}$$").verdict != "lint"
    assert only(r"$$P(k | x) = \frac{1}{1 + \sum_{k=1}^K e^{w_k x}}$$").verdict == "lint"


def test_within_the_rounding_of_decimals_no_edit_makes_an_identity():
    rate = r"$$\beta_h(V) = 1/(1 + \exp(-0.1 (V + 35)))$$"
    assert only(rate).verdict != "suspicious"


def test_no_edit_to_nothing_shows_a_slip_and_one_variance_for_all_classes_is_none():
    step = "$$h_t = \\tanh(w h_{t-1} + u x_t)$$\n\n$$\\frac{\\partial h_t}{\\partial h_{t-1}} = (1 - h_t^2) w$$"
    assert only(step).verdict != "suspicious"
    assert (
        only(r"$$f_k(x) = \frac{1}{\sqrt{2\pi} \sigma} \exp(-\frac{1}{2\sigma^2} (x - \mu_k)^2)$$").verdict
        != "suspicious"
    )


def test_an_index_that_only_events_have_is_used():
    assert only(r"$$P(Y = c_k) = \frac{\sum_{i=1}^N I(y_i = c_k)}{N}$$").verdict != "lint"
    assert only(r"$$w_i = \prod_{j=1}^{i-1} (1 - a_i)$$").verdict == "lint"


@pytest.mark.parametrize(
    ("defined", "right", "wrong"),
    [
        (
            "L(w, b) = (y - w x - b)^2",
            r"\frac{\partial L}{\partial w} = -2 (y - w x - b) x",
            r"\frac{\partial L}{\partial w} = 2 (y - w x - b) x",
        ),
        ("z = w x + b", r"\frac{\partial z}{\partial w} = x", r"\frac{\partial z}{\partial w} = w"),
        ("f(x) = x^2", "f'(x) = 2 x", "f'(x) = x"),
    ],
)
def test_a_derivative_of_what_the_text_defines_is_computed(defined, right, wrong):
    """Also where the function is written without its arguments."""
    assert only(f"$${defined}$$\n$${right}$$").verdict == "supported"
    assert only(f"$${defined}$$\n$${wrong}$$").verdict in {"suspicious", "refuted"}


def test_sums_to_one_less_have_terms():
    assert only(r"$$\sum_{k=1}^{n-1} a_k = 2 \sum_{k=1}^{n-1} a_k$$").verdict == "suspicious"
    assert only(r"Thus $$\sum_{k=1}^{T+1} c_k = c_{T+1} + \sum_{k=1}^{T} c_k$$").verdict == "supported"


def test_what_no_numbers_satisfy_is_suspicious():
    assert only(r"$$\frac{-1/s^4}{2/s^4} = -1$$").verdict == "suspicious"
    assert verdicts("With $y = 1$ and $h = 1$ we have $$\\frac{1 - y h}{2} = 1$$")[-1] == "suspicious"
    assert only("$$n = n + 1$$").verdict != "suspicious"  # counts on


@pytest.mark.parametrize(
    ("wrong", "mended"),
    [
        (r"\sum_{j=1}^t a^{t-j} h_j = a^{t-1} h_0 + \sum_{j=2}^t a^{t-j} h_{j-1}", "h_{j-1} ="),
        (r"\frac{\frac{d}{ds} p(s)}{p(s)} = \log p(s)", r"= \frac{d}{ds} \log p(s)"),
        (r"(u + v)^2 - \log w = u^2 + v^2 - \log w", "2 u v"),
    ],
)
def test_edits_know_an_index_by_one_an_operator_a_mixed_term(wrong, mended):
    found = only(f"Thus $${wrong}$$")
    assert found.verdict in {"suspicious", "refuted"}
    assert mended in found.suggestion


def test_an_argument_that_is_written_as_a_square_names_what_is_squared():
    """As in the likelihood of a normal sample; another square, or a number, is put in for the square."""
    density = r"$$f(x, s^2) = s^2 x + s^4$$ so"
    assert only(density + "\n" + "$$f(1, 3) = 3 + 8.$$").verdict != "supported"
    assert only(density + "\n" + "$$f(1, 3) = 3 + 9.$$").verdict == "supported"
    assert only(density + "\n" + "$$f(2, t^2) = 2 t^2 + t^4.$$").verdict == "verified"


def test_what_is_divided_by_a_sum_over_its_own_index_is_odd():
    assert only(r"$$p_k = \frac{e^{z_i}}{\sum_i e^{z_i}}$$").findings[0].reason.key == "lint-outside-sum"
    assert only(r"$$p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$$").verdict == "definition"
    assert only(r"$$p(x, y) = p(x) p(y)$$").verdict != "lint"


def test_a_product_that_an_inverse_of_x_t_x_stands_in_keeps_its_sizes():
    found = only(r"$$A(A^\top A)^{-1} A y = A A^\top y$$")
    assert (found.verdict, found.findings[0].reason.key) == ("suspicious", "sizes-differ")
    assert found.suggestion.startswith(r"A(A^\top A)^{-1} A^\top y")
    assert only(r"$$A(A^\top A)^{-1} A^\top y = b$$").verdict != "suspicious"


def test_a_name_alone_is_a_function_of_that_name_only_where_it_is_differentiated():
    """What g(x) is says nothing of a rate g, so that the words between them leave nothing open."""
    text = "The discriminator is $$g(x) = x^2 + 1.$$ Thus for a rate g\n$$2 \\log g + c = \\log g^2 + c + 1$$"
    assert only(text).verdict == "refuted"
