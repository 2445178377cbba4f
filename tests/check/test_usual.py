"""Usual formulas by their look: what is one slip away from one is suspicious, every way to write it right is not."""

from __future__ import annotations

from importlib import resources

import pytest

from check.statements import only, verdicts
from loglik.check.judge.same_value import same_value
from loglik.check.judge.usual_entries import pattern, usual

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
    ("independent variables", r"\text{Var}(A + B) = \text{Var}(A) + \text{Var}(B)",
     r"\text{Var}(A + B) = \text{Var}(A) \text{Var}(B)"),
    ("cross-entropy", r"L = -(t \log a + (1 - t) \log(1 - a))", r"L = -(t \log a + (1 - t) (1 - \log a))"),
    ("GAN", r"\min_a \max_b V(D, G) = E_{x}[\log D(x)] + E_{z}[\log(1 - D(G(z)))]",
     r"\min_a \max_b V(D, G) = E_{x}[\log D(x)] + E_{z}[1 - \log D(G(z))]"),
    ("Gaussian", r"f(t) = \frac{1}{\sqrt{2 \pi v}} \exp\left(-\frac{(t - a)^2}{2 v}\right)",
     r"f(t) = \frac{1}{\sqrt{2 \pi v}} \exp\left(-\frac{(t - a)^2}{2} v\right)"),
    ("Bayes", r"p(a | x, y) = \frac{p(y | x, a) p(a)}{p(y | x)}", r"p(a | x, y) = \frac{p(y | x, a) p(a)}{p(x, y)}"),
    ("independent data", r"p(D | a) = \prod_i p(x_i | a)", r"p(D | a) = \prod_i p(x_i | D)"),
    ("the posterior", r"\log p(w|t) = \log p(t|w) + \log p(w) + C", r"\log p(w|t) = \log p(t|w) - \log p(w) + C"),
    ("Monte Carlo", r"\log p(x) \approx \log \frac{1}{m} \sum_{j=1}^m p(x | v_j)",
     r"\log p(x) \approx \frac{1}{m} \sum_{j=1}^m \log p(x | v_j)"),
    ("the Boltzmann distribution", r"p_k = \frac{1}{Z} e^{-\frac{E_k}{k T}}", r"p_k = \frac{1}{Z} e^{\frac{E_k}{k T}}"),
    ("Metropolis", r"a = \min(1, \frac{p(v) q(u | v)}{p(u) q(v | u)})", r"a = \min(1, \frac{p(v) q(v | u)}{p(u) q(u | v)})"),
    ("differences", r"g = \frac{f(u + d) - f(u - d)}{2 d}", r"g = \frac{f(u + d) - f(u - d)}{d^2}"),
    ("filters", r"y_n = \sum_{k=0}^{m} c_k x_{n-k}", r"y_n = \sum_{k=0}^{m} c_n x_{n-k}"),
    ("series", r"\frac{1}{1 - r} = 1 + r + r^2 + r^3 + \dots", r"\frac{1}{1 - r} = 1 - r + r^2 - r^3 + \dots"),
    ("bias", r"\text{MSE}(a) = \text{Var}(a) + \text{Bias}(a)^2", r"\text{MSE}(a) = \text{Var}(a) - \text{Bias}(a)^2"),
    ("Spearman", r"r_s = 1 - \frac{6 \sum_k d_k^2}{m (m^2 - 1)}", r"r_s = 1 - \frac{6 \sum_k d_k^2}{m (m^2 + 1)}"),
    ("returns", r"G_t = R_{t+1} + \gamma G_{t+1}", r"G_t = R_{t+1} + \gamma G_t"),
    ("PageRank", r"PR(a) = \frac{1 - c}{M} + c \sum_k \frac{P(v_k)}{L(v_k)}",
     r"PR(a) = \frac{1 + c}{M} + c \sum_k \frac{P(v_k)}{L(v_k)}"),
    ("SVM", r"L = \sum_k a_k - \frac{1}{2} \sum_k \sum_l a_k a_l y_k y_l x_k^T x_l",
     r"L = \sum_k a_k + \frac{1}{2} \sum_k \sum_l a_k a_l y_k y_l x_k^T x_l"),
    ("kernel", r"k(u, v) = \exp(-\beta \|u - v\|^2)", r"k(u, v) = \exp(\beta \|u - v\|^2)"),
]  # fmt: skip


@pytest.mark.parametrize(("about", "right", "wrong"), WRONG)
def test_a_slip_is_noticed_and_the_right_formula_is_not(about, right, wrong):
    found = only(f"On {about}:\n\n$${wrong}$$")
    assert found.verdict == "suspicious"
    assert only(f"On {about}:\n\n$${right}$$").verdict not in {"suspicious", "lint", "refuted", "inconsistent"}


def test_a_displayed_term_is_known_by_the_words_before_it():
    density = "The Gaussian density is\n\n$$" + r"\frac{1}{\sqrt{2 \pi s^2}} \exp\left(-\frac{(x - m)^2}{2%s}\right)$$"
    assert only(density % "} s^{2").verdict == "suspicious"
    assert verdicts(density % " s^2") == []


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
    assert dict(found.findings[0].reason.args) == {"what": "step-down-a-loss"}


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


@pytest.mark.parametrize(
    ("about", "true"),
    [
        ("the likelihood", r"\ell(t; u) = \log \prod f(u_i; t)"),
        ("the t-test", r"t = \frac{a_1 - a_2 - (m_1 - m_2)}{\sqrt{S_1^2/n_1 + S_2^2/n_2}}"),
        ("Bayes", r"f(p|X=x) = \frac{\Pr(X=x|P=p) f(p)}{\Pr(X=x)}"),
        ("functions", r"f(x) = \frac{1}{1 + x^2}"),
        ("Taylor", r"f(a + h) = f(a) + f'(a) h + \frac{f''(c)}{2} h^2"),
        ("regression", r"SSE = \|y - Xa\|^2"),
        ("equations", r"\frac{dy}{dx} = x y^2"),
        ("matrices", r"B = A D A^T"),
        ("series", r"a_k = \frac{f^{(k)}(u)}{k!}"),
    ],
)
def test_other_right_ways_are_not_one_slip_away(about, true):
    assert only(f"On {about}:\n\n$${true}$$").verdict not in {"suspicious", "lint"}


def test_a_formula_says_what_distribution_the_text_is_about():
    text = "Let $X \\sim \\text{Gamma}(\\alpha, \\beta)$ be given.\n\n$$E[X] = %s$$"
    assert verdicts(text % r"\frac{\alpha}{\beta^2}")[-1] == "suspicious"
    assert verdicts(text % r"\frac{\alpha}{\beta}")[-1] != "suspicious"


def test_the_middle_of_a_chain_says_what_its_end_should_be():
    text = "On the binomial distribution:\n\n" + r"$$s = \text{Var}(X) = %s$$"
    assert verdicts(text % "n p")[-1] == "suspicious"
    assert verdicts(text % "n p (1 - p)")[-1] != "suspicious"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (r"\frac{a b}{(a + b)^2 (a + b + 1)}", r"\frac{q r (q + r)^{-2}}{1 + q + r}", True),
        (r"\frac{a b}{(a + b)^2 (a + b + 1)}", r"\frac{q r (q + r)^{-1}}{1 + q + r}", False),
        (r"\frac{n!}{k! (n - k)!}", r"\binom{r}{s}", True),
        (r"l \Gamma(1 + \frac{1}{k})", r"\frac{s}{a} \Gamma(\frac{1}{a})", True),
        (r"\log \frac{a}{b}", r"\log r - \log s", True),
        (r"f(a) - f(b)", r"g(r) - g(s)", False),
        (r"x^T y", r"y^T x", False),
    ],
)
def test_what_has_the_same_values_is_the_same_formula(one, other, same):
    assert same_value(pattern(one), pattern(other), {}) is same


@pytest.mark.parametrize(
    ("words", "verdict"), [("The log-likelihood is", "definition"), ("The loss is", "suspicious"), ("", "definition")]
)
def test_a_log_likelihood_is_a_loss_only_where_the_words_say_so(words, verdict):
    assert only(words + "\n\n$$" + r"L(\theta) = \frac{1}{N}\sum_{n=1}^N \log p(x_n; \theta)$$").verdict == verdict
