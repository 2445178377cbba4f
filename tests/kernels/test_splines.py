"""B-splines beside SciPy's, at knots, between them and at both ends."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.interpolate import BSpline

from loglik.kernels.rows.splines import splines


@pytest.mark.parametrize("degree", [1, 2, 3, 5])
@pytest.mark.parametrize("inner", [[], [0.3], [-1.0, 0.0, 0.0, 2.5], list(np.linspace(-1.9, 2.9, 40))])
def test_beside_scipy(degree: int, inner: list[float]) -> None:
    knots = np.array([-2.0] * (degree + 1) + inner + [3.0] * (degree + 1))
    x = np.concatenate(
        [[-2.0, 3.0], inner, np.random.default_rng(degree).uniform(-2.0, 3.0, 500), np.nextafter([3.0], 0)]
    )
    expected = BSpline.design_matrix(x, knots, degree).toarray()
    found = np.full(expected.shape, np.nan)
    splines(x, knots, degree, np.eye(expected.shape[1]), found)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15)
    combined = np.random.default_rng(1).normal(size=(expected.shape[1], 3))
    some = np.empty((x.size, 3))
    splines(x, knots, degree, combined, some)
    np.testing.assert_allclose(some, expected @ combined, rtol=1e-11, atol=1e-14)
