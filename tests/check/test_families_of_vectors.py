"""Vectors with numbers in plain type: w_k^T x is an inner product, and what is a number elsewhere stays one."""

import pytest

from check.statements import verdicts

HOLDS = {"verified", "verified-if", "supported"}
ACCUSED = {"refuted", "inconsistent", "lint", "suspicious"}


def _softmax(score, other, index="j"):
    total = rf"\log\sum_{index} e^{{{other}}}"
    return rf"$$\log\frac{{e^{{{score}}}}}{{\sum_{index} e^{{{other}}}}} = {score} - {total}$$"


@pytest.mark.parametrize(
    ("score", "other"),
    [
        ("w_k^T x", "w_j^T x"),
        (r"w_k^\top x_i", r"w_j^\top x_i"),
        ("w^T_k x", "w^T_j x"),
        ("{w_k}^T x", "{w_j}^T x"),
        (r"\theta_k^T x + b_k", r"\theta_j^T x + b_j"),
        (r"\theta^T x_k", r"\theta^T x_j"),
        (r"\phi_i^T\phi_k", r"\phi_i^T\phi_j"),
        (r"\langle w_k, x\rangle", r"\langle w_j, x\rangle"),
        (r"\theta^{(k)\top} x^{(i)}", r"\theta^{(j)\top} x^{(i)}"),
        (r"\theta^{(k)T} x^{(i)}", r"\theta^{(j)T} x^{(i)}"),
    ],
)
def test_scores_of_a_softmax_are_inner_products(score, other):
    text = _softmax(score, other)
    assert set(verdicts(text)) <= HOLDS
    assert set(verdicts(text.replace("} - ", "} + ").replace(f"= {score} -", f"= {score} +"))).isdisjoint(HOLDS)


@pytest.mark.parametrize(
    "tex",
    [
        r"\|x_i - x_j\|^2 = x_i^Tx_i - 2x_i^Tx_j + x_j^Tx_j",
        r"(r_{ui} - x_u^T y_i)^2 = r_{ui}^2 - 2r_{ui}x_u^T y_i + (x_u^T y_i)^2",
        r"\sum_i \alpha_i y_i x_i^T x = \left(\sum_i \alpha_i y_i x_i\right)^T x",
        r"\frac{1}{n}\sum_i (u^Tx_i)^2 = u^T\left(\frac{1}{n}\sum_i x_ix_i^T\right)u",
        r"\frac{\partial}{\partial w_k}\log\sum_j e^{w_j^T x} = \frac{e^{w_k^Tx}}{\sum_j e^{w_j^Tx}} x",
        r"w_k^T x = \sum_j w_{kj} x_j",
        r"x^{(i)T}\theta = \sum_j \theta_j x_j^{(i)}",
    ],
)
def test_identities_of_vectors(tex):
    assert set(verdicts(f"$${tex}$$")) <= HOLDS


@pytest.mark.parametrize(
    "tex",
    [
        r"(w_k^T x)^2 = \sum_j w_{kj}^2 x_j^2",  # true of vectors with one element
        r"\|x_i - x_j\|^2 = x_i^Tx_i - x_i^Tx_j + x_j^Tx_j",
        r"\frac{\partial}{\partial w_k}\log\sum_j e^{w_j^T x} = \frac{e^{w_k^Tx}}{\sum_j e^{w_j^Tx}} w_k",
    ],
)
def test_what_is_wrong_of_vectors_does_not_hold(tex):
    found = verdicts(f"$${tex}$$")
    assert found
    assert set(found).isdisjoint({"verified", "supported"})


def test_gradients_go_through_definitions():
    text = r"$$J = \sum_i (r_i - u_i^Tv)^2 + \lambda\sum_i\|u_i\|^2$$ "
    text += r"$$\frac{\partial J}{\partial u_i} = -2(r_i - u_i^Tv)v + %s\lambda u_i$$"
    assert verdicts(text % "2") == ["definition", "supported"]
    assert verdicts(text % "")[1] in ACCUSED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Elements of w and x, beside vectors of the same letters.
        (r"$$w^T x = \sum_j w_j x_j$$ $$p = \frac{e^{w_k^Tx}}{\sum_j e^{w_j^Tx}}$$", "verified"),
        (r"$$\theta^T x = \sum_j \theta_j x_j$$ $$h = \theta^T x^{(i)}$$", "verified"),
        # An error is a number, though its square is written as a norm too.
        (r"$$(\epsilon_i + 1)^2 = \epsilon_i^2 + 2\epsilon_i + 1$$ $$S = \|\epsilon_i\|^2$$", "verified"),
        # A label is a number, though it stands behind a transpose.
        (r"Let $y_i \in \{0, 1\}$. $$w^T y_i = y_i w^T$$", "verified"),
    ],
)
def test_numbers_stay_numbers(text, expected):
    found = verdicts(text)
    assert expected in found
    assert ACCUSED.isdisjoint(found)


@pytest.mark.parametrize(
    "text",
    [
        # The word o is one of the words w; its gradient goes through the definition of P(w|c).
        (
            r"$$P(o|c) = \frac{\exp(u_o^Tv_c)}{\sum_{w\in V}\exp(u_w^Tv_c)}$$ "
            r"$$\frac{\partial \log P(o|c)}{\partial v_c} = u_o - \sum_{w\in V} P(w|c) u_w$$"
        ),
        # u is an index of p, as of r; the loss is that of one rating.
        (
            r"$$\hat r_{ui} = q_i^Tp_u$$ $$e_{ui} = r_{ui} - \hat r_{ui}$$ "
            r"$$\frac{\partial L}{\partial q_i} = -2e_{ui}p_u + 2\lambda q_i$$"
        ),
    ],
)
def test_letters_below_factors_of_inner_products_are_indices(text):
    assert ACCUSED.isdisjoint(verdicts(text))


def test_columns_of_elements_are_left_open():
    assert verdicts(r"$$w_k^T x = \sum_j w_{jk} x_j$$") == ["not-understood"]
