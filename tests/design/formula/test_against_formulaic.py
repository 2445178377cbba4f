"""The space that a formula's columns span is formulaic's, term by term, and its rank is full."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from design.formula.designs import written_out

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from formulaic import model_matrix

# Ours, and formulaic's where it writes another thing.
SAME = """
x
x + z
x - 1
0 + x
1
g
g + h
g - 1
0 + g
g + h - 1
g*h
g:h
g:h - 1
g + g:h
h + g:h
g*h - 1
g*h - g
g*h*k
g:h:k
g:h + h:k
(g + h + k)^2
(g + h + k)^2 - g:h
(g + h + x)^3
g/h
g/h/k
g/x
(g + h)/k
x*z
x:z
x:z - 1
x:g
x*g
x:g - 1
x + x:g
g + x:g
g:x + h:x
g:x + h:x - 1
g*x*z
g*h*x
g:h:x
g:h:x + g:x
(x + z + g)^2
log(u)
log(u)*g
sqrt(u) + exp(z) | np.sqrt(u) + exp(z)
log10(u) + log2(w)*g
center(x)
center(x)*g
I(x^2) + x | I(x**2) + x
I(x*z) + x
I((x + z)/u):g
I(-x + 2*z)
bs(x, df=5)
bs(x, df=4):g
bs(x, df=6, degree=2)
bs(x, knots=c(-0.5, 0.5)) | bs(x, knots=[-0.5, 0.5])
bs(x, df=5)*g + z
poly(x, 3) | poly(x, degree=3)
poly(x, 2)*g | poly(x, degree=2)*g
scale(x)
scale(x) + scale(z):g
C(w)
C(w)*x
C(w):g
C(w) + C(w):x - 1
x + x
g:h + h:g
g*h - h - 1
g + h:x + k:z
.
. - x
.^2 - bad | (x + z + u + w + g + h + k)^2
""".strip().splitlines()


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    n = 400
    return pd.DataFrame({
        "y": rng.integers(0, 2, n), "x": rng.normal(size=n), "z": rng.normal(size=n), "u": rng.gamma(2.0, size=n) + 0.1,
        "w": rng.integers(1, 4, n), "g": rng.choice(list("abc"), n), "h": rng.choice(list("pq"), n),
        "k": rng.choice(["r", "s", "t", "v"], n),
    })  # fmt: skip


@pytest.mark.parametrize("line", SAME)
def test_same_space(line: str, frame: pd.DataFrame) -> None:
    ours, _, theirs = (part.strip() for part in line.partition("|"))
    a = written_out(f"y ~ {ours}", frame)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        b = np.asarray(model_matrix(theirs or ours, frame.drop(columns="y"), context={"np": np}), dtype=float)
    a, b = a / np.linalg.norm(a, axis=0), b[:, np.linalg.norm(b, axis=0) > 0]
    b /= np.linalg.norm(b, axis=0)
    rank = np.linalg.matrix_rank(a)
    assert rank == a.shape[1]
    assert rank == np.linalg.matrix_rank(b) == np.linalg.matrix_rank(np.column_stack([a, b]))


@pytest.mark.parametrize(
    "line", ["bs(x, df=5) - 1", "bs(u, df=7, degree=2) - 1", "scale(x) - 1", "log(u) - 1", "center(z) - 1"]
)
def test_same_columns(line: str, frame: pd.DataFrame) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = np.asarray(model_matrix(line, frame), dtype=float)
    np.testing.assert_allclose(written_out(f"y ~ {line}", frame), theirs, rtol=1e-12, atol=1e-13)
