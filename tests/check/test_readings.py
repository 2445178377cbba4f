"""What formulas are read as: each line fails if a rule of the parser that real documents forced is lost."""

from __future__ import annotations

import pytest

from loglik.check.model import statements_of
from loglik.derive.evaluate.balls import ball
from loglik.derive.evaluate.points import sample
from loglik.derive.expressions import free_symbols


def read(tex: str, before: tuple[str, ...] = ()) -> str:
    """The likeliest reading of a formula in plain syntax, chains one behind the other."""
    lines = []
    for statement in statements_of(tex, before):
        terms = statement.readings[0].terms if statement.readings else [None] * len(statement.terms)
        signs = ["", *(f" {r.sign} " for r in statement.relations)]
        lines.append(
            "".join(f"{sign}{term if term is not None else '?'}" for sign, term in zip(signs, terms, strict=True))
        )
    return "; ".join(lines)


READ = [
    # A sum reaches over + if its index occurs free behind it, and ends before if not.
    (
        r"-\sum_{i=1}^n y_i \log \hat y_i + (1-y_i)\log(1-\hat{y}_i)",
        "-sum(y[i]*log(yhat[i]) + (1 - y[i])*log(1 - yhat[i]), i, 1, n)",
    ),
    (r"\sum_{i=1}^n a_i + b", "sum(a[i], i, 1, n) + b"),
    (r"-\sum_{i=1}^n a_i - \sum_{i=1}^n b_i", "-sum(a[i], i, 1, n) - sum(b[i], i, 1, n)"),
    (r"\prod_{i=1}^n p_i^{y_i} (1-p_i)^{1-y_i}", "product(p[i]^y[i]*(1 - p[i])^(1 - y[i]), i, 1, n)"),
    # Derivatives in the ways they are written.
    (r"\frac{\partial L}{\partial w_j}", "d/dw[j] (L)"),
    (r"\partial{L} / \partial{f_i}", "d/df[i] (L)"),
    (r"\frac{d}{dx} \sigma(x)", "d/dx sigmoid(x)"),
    (r"dL/dw", "d/dw (L)"),
    (r"\frac{\partial^2 L}{\partial w \partial b}", "d/dw d/db (L)"),
    # dw is a name, not a product.
    (r"dw = (a - y) x", "dw = (a - y)*x"),
    # Upper indices in brackets are indices; powers are powers.
    (r"x^{(i)}_j", "x[i, j]"),
    (r"p^{(1-y)}", "p^(1 - y)"),
    (r"\cos^2(\theta)", "cos(theta)^2"),
    # Letters that are one word.
    (r"2*\text{sigmoid}(2z)-1", "2*sigmoid(2*z) - 1"),
    (r"loss = -log(p)", "loss = -log(p)"),
    # TeX's own rules.
    (r"\frac12 x", "1/2*x"),
    (r"{\bf w}_2", "w_bold[2, i]"),
    # Rows that begin with a relation or an operator go on; others are statements of their own.
    (r"\begin{align} a &= b \\ &= c + {} \\ & g \end{align}", "a = b = c + g"),
    (r"\begin{align} a &= b \\ c &= g \end{align}", "a = b; c = g"),
    (r"a = b, \quad c = g", "a = b; c = g"),
    # Tags, numbers and full stops are no factors.
    (r"a = b \tag{3}", "a = b"),
    (r"a = b \quad (2)", "a = b"),
    (r"a = b \cdots (2)", "a = b"),
    (r"a = b (2)", "a = b"),
    (r"a = b.", "a = b"),
    (r"(1)\quad a = b", "a = b"),
    (r"a = b ・・・①", "a = b"),
    # Texts within formulas, in English and Japanese.
    (r"a = b \quad \text{if } x > 0", "a = b"),
    (r"a = b \text{ and } c = g", "a = b; c = g"),
    (r"a = b となる", "a = b"),
    (r"y = \log x \quad (x > 0 \text{のとき})", "y = log(x)"),
    # Unicode and full-width mathematics.
    (r"∑_{i=1}^n xᵢ² ＝ ２・s", "sum(x[i]^2, i, 1, n) = 2*s"),
    (r"θ ≤ √{x} × 2", "theta <= sqrt(x)*2"),
    # Sums with dots.
    (r"x_1 + x_2 + \cdots + x_n", "sum(x[i], i, 1, n)"),
    (r"p_1 p_2 \cdots p_n", "product(p[i], i, 1, n)"),
    # Brackets of all kinds; absolute values; a bar that is none.
    (r"\left\{ a + b \right\} \left[ c \right]", "(a + b)*c"),
    (r"|x - y| \le |x| + |y|", "abs(x - y) <= abs(x) + abs(y)"),
    # Vectors by their elements.
    (r"z = \mathbf{w}^T \mathbf{x} + b", "z = sum(w_bold[i]*x_bold[i], i, 1, #w_bold) + b"),
    (
        r"\|\mathbf{w}\|_2^2 = \mathbf{w}^\top\mathbf{w}",
        "sum(w_bold[i]^2, i, 1, #w_bold) = sum(w_bold[i]*w_bold[i], i, 1, #w_bold)",
    ),
    (r"\nabla_{\mathbf{w}} L = \mathbf{g}", "d/dw_bold[i] (L) = g_bold[i]"),
    (
        r"\text{softmax}(z)_k = \frac{e^{z_k}}{\sum_{j=1}^K e^{z_j}}",
        "softmax(z, k, K) = exp(z[k])/sum(exp(z[j]), j, 1, K)",
    ),
    (
        r"\hat{\boldsymbol{\mu}} = \mathbf{A} \mathbf{x}",
        "mu_boldhat[j] = sum(A_bold[j, i]*x_bold[i], i, 1, #A_bold2)",
    ),
    (r"(\mathbf{A} \mathbf{I})_{ij} = 0", "sum(A_bold[i, k]*delta(k, j), k, 1, #A_bold2) = 0"),
    # Digits side by side, braces around arguments, a bandwidth that is no function.
    (r"h_{01} = h_1", "h[0, 1] = h[1]"),
    (r"a = \sigma{(z)}", "a = sigmoid(z)"),
    (r"a = \sum_{k \neq i} x_k", "a = sum((1 - delta(k, i))*x[k], k, 1, #i)"),
    (r"\prod_{i=1}^n x_i \cdot c \prod_{i=1}^n y_i", "product(x[i], i, 1, n)*c*product(y[i], i, 1, n)"),
    (r"w(t+1) = w(t) - \eta g", "w(t + 1) = w(t) - eta*g"),
    (r"H = -\mathbb{E}_{x \sim p}[\log p(x)]", "H = -sum(p[x]*log(p[x]), x, 1, #p)"),
    # Limits.
    (r"\lim_{n\to\infty} (1+1/n)^n = e", "lim(n -> inf, (1 + 1/n)^n) = e"),
]


@pytest.mark.parametrize(("tex", "plain"), READ, ids=[tex for tex, _ in READ])
def test_formulas_are_read_as_their_authors_meant_them(tex, plain):
    assert read(tex) == plain


# What is not understood is said so, and never taken for a product.
NOT_READ = [
    (r"a \oplus b = c", "operator"),
    (r"\foo x = y", "macro"),
    (r"\int f(x) dx = 1", "integral"),
    (r"(a + b = c", "brackets"),
    (r"x^10 = y", "script"),
    (r"\arg\max_x f(x) = 3", "extreme"),
    (r"a \pm b = c", "operator"),
    (r"\mathbf{x} + \mathbf{A} = c", "shapes"),
    (r"(A^{-1})^T = B", "shapes"),
]


@pytest.mark.parametrize(("tex", "code"), NOT_READ, ids=[tex for tex, _ in NOT_READ])
def test_what_is_not_understood_is_no_factor(tex, code):
    (statement,) = statements_of(tex)
    assert not statement.readings
    assert code in {term.trouble.code for term in statement.terms if term.trouble}


# Indices that are put in must not meet those that the author wrote.
CAPTURE = [
    (r"(\mathbf{W}\mathbf{x})_i = y", "sum(W_bold[i, j]*x_bold[j], j, 1, #W_bold2) = y"),
    (r"\text{softmax}(\mathbf{W}\mathbf{x})_j = y", None),
    (r"\sum_i \mathbf{w}^T \mathbf{x}_i = c", "sum(sum(w_bold[j]*x_bold[i, j], j, 1, #w_bold), i, 1, #i) = c"),
]


@pytest.mark.parametrize(("tex", "plain"), CAPTURE, ids=[tex for tex, _ in CAPTURE])
def test_indices_that_are_put_in_catch_none_of_the_author(tex, plain):
    found = read(tex)
    if plain is not None:
        assert found == plain
    for inner in ("W_bold[j, j]", "W_bold[i, i]", "W_bold[k, k]"):
        assert inner not in found


# Probabilities on finite sets: the laws hold by construction, other claims do not.
LAWS = [
    (r"P(A|B) = \frac{P(B|A)P(A)}{P(B)}", True),
    (r"p(y) = \sum_x p(y|x) p(x)", True),
    (r"P(A,B,C) = P(A|B,C) P(B|C) P(C)", True),
    (r"P(A|B) = \frac{P(B|A)P(B)}{P(A)}", False),
    (r"P(A,B) = P(A)P(B)", False),
    (r"E[aX+b] = aE[X] + b", True),
    (r"\mathbb{E}[X+Y] = \mathbb{E}[X] + \mathbb{E}[Y]", True),
    (r"\mathrm{Var}(X) = E[(X-E[X])^2]", True),
    (r"\mathrm{Cov}(X,Y) = E[XY] - E[X]E[Y]", True),
    (r"E[XY] = E[X]E[Y]", False),
    (r"\mathrm{Var}(aX) = a\mathrm{Var}(X)", False),
]


@pytest.mark.parametrize(("tex", "holds"), LAWS, ids=[tex for tex, _ in LAWS])
def test_laws_of_probability(tex, holds):
    (statement,) = statements_of(tex)
    reading = statement.readings[0]
    assert any(choice.startswith("joint") for choice in reading.choices)
    left, right = reading.terms
    points = [sample(free_symbols(left) | free_symbols(right), seed) for seed in (2, 4, 6)]
    assert all(ball(left, p).overlaps(ball(right, p)) for p in points) is holds
