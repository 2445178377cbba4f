"""Usual formulas by their look: what is one slip away from one is suspicious, every way to write it right is not."""

from __future__ import annotations

from importlib import resources

import pytest

from check.statements import only, verdicts
from loglik.check.judge.usual import pattern, usual

#: What the text is about, the right formula, and slips in it, in notations that no pattern has.
WRONG = [
    ("Bayes", r"P(w \mid t) = \frac{P(t \mid w) P(w)}{P(t)}", r"P(w \mid t) = \frac{P(t \mid w) P(t)}{P(w)}"),
    ("the posterior", r"p(\theta|x) = \frac{p(x|\theta) p(\theta)}{\int p(x|\theta) p(\theta) d\theta}",
     r"p(\theta|x) = \frac{p(x|\theta) p(\theta)}{\int p(x|\theta) p(x) d\theta}"),
    ("KL", r"KL(f \| g) = \int f(u) \ln \frac{f(u)}{g(u)} \, du",
     r"KL(f \| g) = \int g(u) \ln \frac{f(u)}{g(u)} \, du"),
    ("Information", r"I(A; B) = H(A) - H(A|B)", r"I(A; B) = H(A) + H(A|B)"),
    ("softmax", r"\alpha_{ij} = \frac{\exp(e_{ij})}{\sum_{k} \exp(e_{ik})}",
     r"\alpha_{ij} = \frac{e_{ij}}{\sum_{k} \exp(e_{ik})}"),
    ("Poisson", r"P(N = m) = \frac{\mu^m e^{-\mu}}{m!}", r"P(N = m) = \frac{\mu^m e^{-\mu}}{m}"),
    ("binomial", r"P(N = m) = \binom{r}{m} q^m (1 - q)^{r - m}", r"P(N = m) = \binom{r}{m} q^m (1 - q)^{m - r}"),
    ("Gaussian", r"f(t) = \frac{1}{\tau \sqrt{2 \pi}} e^{-\frac{(t - a)^2}{2 \tau^2}}",
     r"f(t) = \frac{1}{\tau \sqrt{2 \pi}} e^{-\frac{(t - a)^2}{\tau^2}}"),
    ("Gaussian", r"p(z) = \frac{1}{(2\pi)^{k/2} |C|^{1/2}} \exp(-\frac{1}{2} (z - m)^T C^{-1} (z - m))",
     r"p(z) = \frac{1}{(2\pi)^{k/2} |C|^{1/2}} \exp(-\frac{1}{2} (z - m)^T C (z - m))"),
    ("ridge", r"\hat w = (A^T A + \alpha I)^{-1} A^T b", r"\hat w = (A^T A + \alpha I)^{-1} A b"),
    ("ridge", r"\hat w = (A^T A + \alpha I)^{-1} A^T b", r"\hat w = (A^T A + \alpha I) A^T b"),
    ("variance", r"s^2 = \frac{1}{m - 1} \sum_{k=1}^m (u_k - \bar u)^2",
     r"s^2 = \frac{1}{m - 1} \sum_{k=1}^m (u_k - \bar u)"),
    ("correlation",
     r"r = \frac{\sum_k (u_k - \bar u)(v_k - \bar v)}{\sqrt{\sum_k (u_k - \bar u)^2 \sum_k (v_k - \bar v)^2}}",
     r"r = \frac{\sum_k (u_k - \bar u)(v_k - \bar v)}{\sqrt{\sum_k (u_k - \bar u)^2 \sum_k (v_k - \bar v)}}"),
    ("Recall", r"\text{Recall} = \frac{TP}{TP + FN}", r"\text{Recall} = \frac{TP}{TP + FP}"),
    ("overlap", r"J(S, T) = \frac{|S \cap T|}{|S \cup T|}", r"J(S, T) = \frac{|S \cup T|}{|S \cap T|}"),
    ("gradient descent", r"w_{k+1} = w_k - \gamma \nabla f(w_k)", r"w_{k+1} = w_k + \gamma \nabla f(w_k)"),
    ("Adam", r"v_t = b v_{t-1} + (1 - b) g_t^2", r"v_t = b v_{t-1} + (1 + b) g_t^2"),
    ("attention", r"A = \text{softmax}(\frac{Q K^T}{\sqrt{d}}) V", r"A = \text{softmax}(\frac{Q K}{\sqrt{d}}) V"),
    ("Q-learning", r"Q(s, a) \leftarrow Q(s, a) + \eta (r + \gamma \max_{b} Q(u, b) - Q(s, a))",
     r"Q(s, a) \leftarrow Q(s, a) + \eta (r + \gamma \max_{b} Q(u, b) + Q(s, a))"),
    ("BIC", r"BIC = m \ln N - 2 \ln \hat L", r"BIC = m \ln N + 2 \ln \hat L"),
    ("Fisher", r"I(a) = -E\left[\frac{\partial^2}{\partial a^2} \log f(Y; a)\right]",
     r"I(a) = E\left[\frac{\partial^2}{\partial a^2} \log f(Y; a)\right]"),
    ("Chebyshev", r"P(|Y - c| \geq r s) \leq \frac{1}{r^2}", r"P(|Y - c| \geq r s) \leq \frac{1}{r}"),
    ("boosting, AdaBoost", r"a_m = \frac{1}{2} \ln \frac{1 - r_m}{r_m}", r"a_m = \frac{1}{2} \ln \frac{1 + r_m}{r_m}"),
    ("Adam", r"\hat{r}_t = \frac{r_t}{1 - b^t}", r"\hat{r}_t = \frac{r_t}{1 - b^2}"),
    ("counts", r"\text{Precision} = \frac{TP}{TP + FP}", r"\text{Precision} = \frac{TP}{TP + FN}"),
    ("the gain", r"H(f, g) = H(f) + D_{KL}(f \| g)", r"H(f, g) = H(f) - D_{KL}(f \| g)"),
    ("independent variables", r"\text{Var}(A - B) = \text{Var}(A) + \text{Var}(B)",
     r"\text{Var}(A - B) = \text{Var}(A) - \text{Var}(B)"),
    ("the beta distribution", r"E[T] = \frac{r}{r + s}", r"E[T] = \frac{r}{r - s}"),
    ("the chi-squared distribution", r"f(u) = \frac{1}{2^{m/2} \Gamma(m/2)} u^{m/2 - 1} e^{-u/2}",
     r"f(u) = \frac{1}{2^{m/2} \Gamma(m/2)} u^{m/2 - 1} e^{u/2}"),
    ("counts", r"\ell(a) = \sum_{k=1}^m u_k \log a - m a - \sum_{k=1}^m \log u_k!",
     r"\ell(a) = \sum_{k=1}^m u_k \log a - a - \sum_{k=1}^m \log u_k!"),
    ("a mixture", r"\mu_c = \frac{\sum_n g_{nc} v_n}{\sum_n g_{nc}}", r"\mu_c = \frac{\sum_n g_{nc} v_n}{\sum_n g_{cn}}"),
    ("the score", r"\nabla_a q(u) = q(u) \nabla_a \log q(u)", r"\nabla_a q(u) = \frac{\nabla_a \log q(u)}{q(u)}"),
    ("Gaussian processes", r"\mu_* = C_*^T C^{-1} v", r"\mu_* = C_*^T C v"),
    ("the normal equations", r"B^T B w = B^T c", r"B^T B w = B c"),
    ("kernel", r"k(u, v) = \exp(-\beta \|u - v\|^2)", r"k(u, v) = \exp(\beta \|u - v\|^2)"),
]  # fmt: skip


@pytest.mark.parametrize(("about", "right", "wrong"), WRONG)
def test_a_slip_is_noticed_and_the_right_formula_is_not(about, right, wrong):
    found = only(f"On {about}:\n\n$${wrong}$$")
    assert found.verdict == "suspicious"
    assert only(f"On {about}:\n\n$${right}$$").verdict not in {"suspicious", "lint", "refuted", "inconsistent"}


def test_later_links_are_compared_with_what_the_first_names():
    chain = r"$$\text{Spec} = \frac{\text{TN}}{\text{N}} = \frac{%s}{\text{TN} + \text{FP}}$$"
    assert verdicts(chain % r"\text{TP}") == ["definition", "suspicious"]
    assert "suspicious" not in verdicts(chain % r"\text{TN}")


@pytest.mark.parametrize(
    ("about", "other"),
    [
        ("gradient ascent", r"w_{k+1} = w_k + \gamma \nabla f(w_k)"),
        ("a loss", r"L = \sum_i (y_i - f_i)^2 + \lambda \sum_j w_j^2"),
        ("softmax", r"p_i = \frac{w_i}{\sum_j w_j}"),
        ("naive Bayes", r"P(A | B) = P(A)"),
        ("the variance of a sum", r"\text{Var}(X + Y) = \text{Var}(X) + \text{Var}(Y)"),
        ("regression", r"\hat\beta = (X'X)^{-1} X'y"),
        ("the normal", r"f(x) = \frac{1}{\sqrt{2 \pi}} \exp(-\frac{x^2}{2})"),
        ("the entropy in bits", r"H(X) = - \sum_x p(x) \log_2 p(x)"),
        ("common mistakes: it is wrong that", r"P(A | B) = \frac{P(B | A) P(B)}{P(A)}"),
    ],
)
def test_other_formulas_are_left_alone(about, other):
    assert only(f"On {about}:\n\n$${other}$$").verdict != "suspicious"


def test_the_edit_that_mends_it_is_in_the_notation_of_the_document():
    found = only("Gradient descent:\n\n$$w_{k+1} = w_k + \\gamma \\nabla f(w_k)$$")
    assert found.suggestion == r"w_{k+1} = w_k - \gamma \nabla f(w_k)"
    assert dict(found.findings[0].reason.args) == {"what": "gradient-descent-step"}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_usual_formula_has_a_name_in_the_reports(language):
    words = resources.files("loglik.texts").joinpath("words", language, "verdicts.txt").read_text(encoding="utf-8")
    assert [each.name for each in usual() if f"\nusual-{each.name}: " not in words] == []


def test_the_table_is_read_and_nothing_in_it_is_both_right_and_wrong():
    for each in usual():
        right, wrong = (
            {str(pattern(tex)) if each.ordered else pattern(tex).key for tex in some}
            for some in ((*each.forms, *each.also), each.wrong)
        )
        assert right
        assert not right & wrong, each.name
        assert all(pattern(tex) for tex in each.left)
