"""Matrices that are written out, their powers and determinants, inner products; macros that most preambles have."""

import pytest

from check.statements import verdicts
from loglik.check import check

_PRODUCT = r"\begin{pmatrix}1&2\\3&4\end{pmatrix}\begin{pmatrix}1\\1\end{pmatrix}"


@pytest.mark.parametrize(
    "tex",
    [
        rf"{_PRODUCT} = \begin{{pmatrix}}3\\7\end{{pmatrix}}",
        r"\begin{bmatrix}1&2\end{bmatrix}^T = \begin{bmatrix}1\\2\end{bmatrix}",
        r"[1, 2]\begin{bmatrix}a&b\\c&d\end{bmatrix} = [a + 2c, b + 2d]",
        r"(1, 2) \cdot (3, 4) = 11",
        r"\begin{bmatrix}a&b\\c&d\end{bmatrix}^{-1} = \frac{1}{ad-bc}\begin{bmatrix}d&-b\\-c&a\end{bmatrix}",
        r"\begin{vmatrix}1&2&3\\0&1&4\\5&6&0\end{vmatrix} = 1",
        r"\begin{bmatrix}2&1\\1&1\end{bmatrix}\begin{bmatrix}1&-1\\-1&2\end{bmatrix} = I",
        r"\left[\begin{array}{cc}1&2\\3&4\end{array}\right]^2 = \left[\begin{array}{cc}7&10\\15&22\end{array}\right]",
        r"\|(3, 4)\| = 5",
        r"\langle \mathbf{x}, \mathbf{y}\rangle = \mathbf{y}^T\mathbf{x}",
        r"\mathbf{1}^T\mathbf{x} = \sum_i x_i",
        r"\nicefrac{1}{2} + \half = 1",
        r"\norm{\vect{x}}^2 = \vect{x}^\T \vect{x}",
        r"(|a| + |b|)^2 = |a|^2 + 2|a||b| + |b|^2",
        r"{{\cos}^{2}}x + {{\sin}^{2}}x = 1",
    ],
)
def test_true_ones_hold(tex):
    assert verdicts(f"Thus $${tex}$$") in (["supported"], ["verified"])


@pytest.mark.parametrize(
    ("wrong", "mended"),
    [
        (rf"{_PRODUCT} = \begin{{pmatrix}}3\\8\end{{pmatrix}}", "7"),
        (r"\begin{vmatrix}1&2\\3&4\end{vmatrix} = 2", "-2"),
    ],
)
def test_wrong_ones_are_refuted_with_the_element_that_differs(wrong, mended):
    found = check(f"Thus $${wrong}$$").judgements[0]
    assert found.verdict == "refuted"
    assert mended in found.suggestion
    assert found.counterexample.values == ()
    assert mended in {found.counterexample.left, found.counterexample.right}


@pytest.mark.parametrize(
    "tex",
    [
        r"(a, b)(c, d) = (ac - bd, ad + bc)",  # complex numbers as pairs
        r"(a, b) * (c, d) = (ac - bd, ad + bc)",
        r"(4, 6) = 2",  # a greatest common divisor
        r"\begin{pmatrix}n\\k\end{pmatrix} = \frac{n!}{k!(n-k)!}",
        r"e^{\begin{bmatrix}0&1\\0&0\end{bmatrix}} = \begin{bmatrix}1&1\\0&1\end{bmatrix}",
        r"\begin{bmatrix}1\\2\end{bmatrix} \times \begin{bmatrix}4\\5\end{bmatrix} = \begin{bmatrix}3\\6\end{bmatrix}",
        r"-[1, 2] = [-2, -1]",  # intervals
        r"(1, 2) = (2, 1)",  # exchanges of two things
    ],
)
def test_what_may_be_something_else_is_not_refuted(tex):
    assert "refuted" not in verdicts(f"Thus $${tex}$$")


def test_powers_of_matrices_that_are_not_computed_are_no_error():
    text = r"Let $A$ be a matrix. Thus $$(A^{-1})^{-1} + A = A + A$$ and $$\det(A^T) + \det A = 2 \det A$$"
    assert set(verdicts(text)) <= {"condition", "not-decided"}


def test_the_normal_equations_define_their_solution():
    text = r"Let $X$ be the design matrix. $$\hat\beta = (X^TX)^{-1}X^T\mathbf{y}$$"
    assert verdicts(text) == ["definition"]


@pytest.mark.parametrize(
    "tex",
    [
        r"A = \begin{pmatrix}1&2\\3&4\end{pmatrix}",
        r"\mathbf{x} = (1, 2)",
        r"\mathbf{x} = \begin{pmatrix}1 & 2\end{pmatrix}",
        r"\mathbf{W} = \begin{pmatrix}\mathbf{w}_1^\top \\ \vdots \\ \mathbf{w}_K^\top\end{pmatrix}",
    ],
)
def test_a_name_is_given_its_elements(tex):
    assert verdicts(f"$${tex}$$") == ["definition"]


def test_definitions_of_single_members_and_cases_are_not_put_in_for_others():
    members = (
        r"Let $a_k = k^2$. Now $a_2 = a_0 + 3$, $a_3 = a_1 + 1$. Thus $$\frac{a_3}{2} = \frac{a_1}{2} + \frac{1}{2}$$"
    )
    cases = r"If $p$ is prime, $\phi(p) = p - 1$. Also $\phi(ab) = \phi(a)\phi(b)$. Thus $$\phi(1) + \phi(10) = 1 + 4$$"
    assert "refuted" not in verdicts(members) + verdicts(cases)


def test_a_number_put_in_for_a_size_is_no_error():
    text = r"With twenty samples $$\frac{1}{n^2}\sum_{i=1}^n v = \frac{v}{n} = \frac{v}{20}$$"
    assert "refuted" not in verdicts(text)
