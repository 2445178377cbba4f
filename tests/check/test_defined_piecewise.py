"""What a document defines by members, by components and for vectors: later formulas are judged by it."""

from __future__ import annotations

import pytest

from loglik.check import check

NETWORK = r"""
$$z_1 = w_{11} x_1 + w_{12} x_2 + b_1$$ $$h_1 = \sigma(z_1)$$ $$\hat y = v_1 h_1 + v_2 h_2 + c$$
$$L = \frac12 (\hat y - y)^2$$
"""
CHAIN = r"Let $p = \sigma(z)$ and $z = w x + b$. $$L = -y \log p - (1-y) \log (1-p)$$"
NUMBERS = (
    r"Let $w_1 = 0.5$, $w_2 = -1$ and $x_1 = 2$, $x_2 = 3$. Then $$z = w_1 x_1 + w_2 x_2$$ $$L = \frac12 (z - 1)^2$$"
)
MATRIX = (
    r"Consider $$A = \begin{pmatrix} 2 & 1 \\ 1 & 3 \end{pmatrix}$$ and $$x = \begin{pmatrix} 1 \\ 2 \end{pmatrix}$$"
)
LOSS = r"""Let $f(\mathbf x) = \mathbf w^\top \mathbf x + b$ and
$$L(\mathbf w, b) = \frac1n \sum_{i=1}^n \left(f(\mathbf x^{(i)}) - y^{(i)}\right)^2$$"""
RESIDUALS = r"Let $L = \frac12 \|W x - y\|^2$ and $r = W x - y$. Then $$L = \frac12 \sum_{i=1}^m r_i^2$$"
MULTINOMIAL = r"$$\frac{\partial \ell}{\partial \theta_k} = \frac{n_k}{\theta_k} - \lambda = 0$$"
LINE = r"""We minimise $$S(a, b) = \sum_{i=1}^n (y_i - a - b x_i)^2$$ which gives $$\hat a = \bar y - \hat b \bar x$$"""


def last(text):
    return check(text, explain=False).judgements[-1]


TOLD = [
    (NETWORK, r"\frac{\partial L}{\partial w_{12}} = (\hat y - y) v_1 h_1 (1-h_1) %s", "x_2", "x_1"),
    ("$P(A) = 0.3$, $P(B) = 0.5$.", "P(A) P(B) = %s", "0.15", "0.18"),
    ("$P(H) = 0.1$, $P(E|H) = 0.8$.", "P(E|H) P(H) = 0.8 \\cdot %s", "0.1", "0.2"),
    (NETWORK, r"\frac{\partial L}{\partial h_1} = (\hat y - y) %s", "v_1", "v_2"),
    (
        CHAIN,
        (r"\frac{\partial L}{\partial w} = \frac{\partial L}{\partial p} \frac{\partial p}{\partial z} "
        r"\frac{\partial z}{\partial %s}"),
        "w",
        "b",
    ),
    (NUMBERS, r"\frac{\partial L}{\partial w_1} = %s", "-6", "6"),
    (MATRIX, r"A x = \begin{pmatrix} 4 \\ %s \end{pmatrix}", "7", "6"),
    (MATRIX, r"x^T A x = %s", "18", "16"),
    (MATRIX, r"A^{-1} = \frac15 \begin{pmatrix} %s & -1 \\ -1 & 2 \end{pmatrix}", "3", "2"),
    (MATRIX, r"\det A = %s", "5", "7"),
    (
        LOSS,
        r"\frac{\partial L}{\partial b} = %s \sum_{i=1}^n \left(\mathbf w^\top \mathbf x^{(i)} + b - y^{(i)}\right)",
        r"\frac2n",
        r"\frac1n",
    ),
    (
        LOSS,
        r"\nabla_{\mathbf w} L(\mathbf w, b) = \frac2n \sum_{i=1}^n \left(%s\right) \mathbf x^{(i)}",
        r"f(\mathbf x^{(i)}) - y^{(i)}",
        r"y^{(i)} - f(\mathbf x^{(i)})",
    ),
    (RESIDUALS, r"\frac{\partial L}{\partial x_j} = \sum_{i=1}^m r_i W_{%s}", "ij", "ji"),
    (
        r"Let $\mathbf Z = \mathbf X \mathbf W$.",
        r"\mathbf Z^\top \mathbf Z = \mathbf W^\top \mathbf X^\top \mathbf X%s \mathbf W",
        "",
        r"^\top",
    ),
    (MULTINOMIAL, r"\theta_k = %s", r"\frac{n_k}{\lambda}", r"\frac{\lambda}{n_k}"),
    (LINE, r"\hat b = \frac{\sum_{i=1}^n x_i y_i - n \bar x \bar y}{\sum_{i=1}^n x_i^2 - %s \bar x^2}", "n", "n^2"),
    (r"Let $g(x) = x_1^2 + x_1 x_2$.", r"\nabla g(x) = \begin{pmatrix} 2 x_1 + x_2 \\ %s \end{pmatrix}", "x_1", "x_2"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "formula", "right", "wrong"), TOLD, ids=[formula[:40] for _, formula, _, _ in TOLD])
def test_what_stands_above_decides(before, formula, right, wrong):
    assert last(f"{before} So $${formula % wrong}$$").verdict in {"refuted", "suspicious"}
    assert last(f"{before} So $${formula % right}$$").verdict not in {"refuted", "inconsistent", "lint", "suspicious"}


TRUE = [
    # The members are an example; the formula is said of all vectors.
    r"Take $$u = \begin{pmatrix} 3 \\ 4 \end{pmatrix}$$ For a unit vector $$\|a\| \cos t = \|a\| \|u\| \cos t$$",
    # Another member than the one that is differentiated by: nothing says how it depends on that.
    r"$$z_2 = w z_1$$ $$L = z_3^2$$ $$\frac{\partial L}{\partial z_1} = 2 z_3 \frac{\partial z_3}{\partial z_1}$$",
    # The letter below is a name of the cell, no index.
    r"$$c_t = f_t c_{t-1} + i_t \tilde c_t$$ $$\tilde c_t = \tanh(W_c x_t + U_c h_{t-1} + b_c)$$",
    r"With a symmetric $A$ let $f(\mathbf x) = \frac12 \mathbf x^T A \mathbf x$. So $$\nabla f(\mathbf x) = A \mathbf x$$",
]


@pytest.mark.parametrize("text", TRUE)
def test_what_is_true_stays_so(text):
    assert last(text).verdict not in {"refuted", "inconsistent", "lint", "suspicious"}
