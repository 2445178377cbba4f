"""What is odd by its look alone, computed or not; and the right formula beside it, which is not."""

from __future__ import annotations

import pytest

from loglik.check import check


def reasons(text):
    found = check(text, explain=False).judgements
    return {each.reason.key for one in found for each in one.findings if each.verdict == "lint"}


#: The lint, the slip, and the formula that was meant.
ODD = [
    ("lint-cancels", r"B = \log p(y|m) - \log p(y|m)", r"B = \log p(y|m) - \log p(y|k)"),
    ("lint-cancels", r"d = \sqrt{\sum_{j=1}^2 (x_{1j} - x_{1j})^2}", r"d = \sqrt{\sum_{j=1}^2 (x_{1j} - x_{2j})^2}"),
    ("lint-lost-log", r"\log p(X|a) = \sum_n p(x_n|a)", r"\log p(X|a) = \sum_n \log p(x_n|a)"),
    ("lint-lost-log", r"\log p(x|a) = \sum_k w_k p(x|a_k)", r"\log p(x|a) = \log \sum_k w_k p(x|a_k)"),
    ("lint-lost-log", r"\log L(t) = 5 \log t + 5 (1 - t)", r"\log L(t) = 5 \log t + 5 \log(1 - t)"),
    ("lint-same-ends", r"\nabla g = \begin{bmatrix} g_1 \\ \vdots \\ g_1 \end{bmatrix}",
     r"\nabla g = \begin{bmatrix} g_1 \\ \vdots \\ g_n \end{bmatrix}"),
    ("lint-same-ends", r"H(p_1, \dots, p_1) = c", r"H(p_1, \dots, p_n) = c"),
    ("lint-nothing-derived", r"\frac{\partial}{\partial w} = L(w, b)", r"D = \frac{\partial}{\partial w}"),
    ("lint-nothing-derived", r"a = \sqrt{\frac{1}{\nabla_w J^T F \nabla_w}}",
     r"a = \sqrt{\frac{1}{\nabla_w J^T F \nabla_w J}}"),
    ("lint-mean-of-one", r"S = \frac{1}{N} (x_n - m)(x_n - m)^T", r"S = \frac{1}{N} \sum_{n=1}^N (x_n - m)(x_n - m)^T"),
    ("lint-given-itself", r"q(x) = q(x_0) \prod_{t=1}^T q(x_{t-1} | x_{t-1})",
     r"q(x) = q(x_0) \prod_{t=1}^T q(x_t | x_{t-1})"),
    ("lint-given-itself", r"P_{12} = P(S_{t+1} = a | S_{t+1} = b)", r"P_{12} = P(S_{t+1} = a | S_t = b)"),
    ("lint-given-itself",
     r"\frac{dz}{dt} = \frac{\partial z}{\partial x} \frac{dx}{dt} + \frac{\partial z}{\partial y} \frac{dy}{dy}",
     r"\frac{dz}{dt} = \frac{\partial z}{\partial x} \frac{dx}{dt} + \frac{\partial z}{\partial y} \frac{dy}{dt}"),
    ("lint-from-infinity", r"p(a \leq 0) = \int_{\infty}^0 p(a) da", r"p(a \leq 0) = \int_{-\infty}^0 p(a) da"),
    ("lint-other-count", r"L = \frac{1}{m} \sum_{i=1}^n (y_i - f_i)^2", r"L = \frac{1}{n} \sum_{i=1}^n (y_i - f_i)^2"),
    ("lint-unused-index", r"s = \frac{1}{N - 1} \sum_{i=1}^N (x - \bar x)^2",
     r"s = \frac{1}{N - 1} \sum_{i=1}^N (x_i - \bar x)^2"),
    ("lint-unused-index", r"p(x) = \prod_{k=1}^K a_j^{I(x_j = 1)}", r"p(x) = \prod_{k=1}^K a_k^{I(x_k = 1)}"),
    ("lint-outside-sum", r"m_k = \frac{\sum_{j=1}^N r_{jk} x_j}{r_{jk}}",
     r"m_k = \frac{\sum_{j=1}^N r_{jk} x_j}{\sum_{j=1}^N r_{jk}}"),
    ("lint-one-sided", r"P(X = i, Y = j) = f_i g_i", r"P(X = i, Y = j) = f_i g_j"),
    ("lint-one-sided", r"{ x }_{ i } = c \sum_{ i=1 }^{ n }{ { A }_{ ij }{ x }_{ j } }",
     r"{ x }_{ i } = c \sum_{ j=1 }^{ n }{ { A }_{ ij }{ x }_{ j } }"),
    ("lint-argument-unused", r"f(x) = \begin{cases} \frac{1}{b - a} & a \leq b \\ 0 & \text{otherwise} \end{cases}",
     r"f(x) = \begin{cases} \frac{1}{b - a} & a \leq x \leq b \\ 0 & \text{otherwise} \end{cases}"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "wrong", "right"), ODD)
def test_what_is_odd_by_its_look_is_noticed_and_the_right_formula_is_not(key, wrong, right):
    assert key in reasons(f"Here\n\n$${wrong}$$")
    assert reasons(f"Here\n\n$${right}$$") == set()


@pytest.mark.parametrize(
    "true",
    [
        r"\bar x = \frac{1}{N} \sum_{i=1}^k n_i x_i",
        r"J = \frac{\lambda}{2m} \sum_{j=1}^n w_j^2",
        r"\frac{1}{M} \sum_{i=1}^M (\bar x - \bar y)^2 = (\bar x - \bar y)^2",
        r"P(X > s + t | X > s) = P(X > t)",
        r"\ell = y \log f(x) - f(x)",
        r"\frac{\partial}{\partial x} = \frac{\partial r}{\partial x} \frac{\partial}{\partial r}",
        r"a_t = W_{in} x_t + W_{re} h_t",
        r"z_{t,i} = (1 - c_i)^t z_{0,i}",
        r"1 + 1 + \dots + 1 = n",
    ],
)
def test_what_looks_so_and_is_meant_is_not_odd(true):
    assert reasons(f"Let $i = 1, \\ldots, n$ and $t = 1, \\ldots, T$.\n\n$${true}$$") == set()
