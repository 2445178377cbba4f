"""Entropy, cross-entropy and divergence: values of the literature, units, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

from loglik import special
from loglik.errors import DataError


def test_units_and_known_values():
    assert special.entropy(np.full(6, 1 / 6)) == pytest.approx(math.log(6), rel=1e-15)
    assert special.entropy(np.full(8, 1 / 8), base=2) == 3.0
    # Cover and Thomas, Elements of Information Theory, example 1.1.2 and 2.3.1
    assert special.entropy([1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 64, 1 / 64, 1 / 64, 1 / 64], base=2) == 2.0
    assert special.kl_divergence([0.5, 0.5], [0.75, 0.25], base=2) == pytest.approx(0.207518749639422, rel=1e-14)
    assert special.kl_divergence([0.75, 0.25], [0.5, 0.5], base=2) == pytest.approx(0.188721875540867, rel=1e-14)


def test_cross_entropy_is_entropy_plus_divergence():
    rng = np.random.default_rng(5)
    p, q = rng.dirichlet(np.ones(7), 50), rng.dirichlet(np.ones(7), 50)
    np.testing.assert_allclose(
        special.cross_entropy(p, q), special.entropy(p) + special.kl_divergence(p, q), rtol=1e-14
    )


def test_impossible_events():
    assert special.cross_entropy([0.5, 0.5], [1.0, 0.0]) == math.inf
    assert special.kl_divergence([0.5, 0.5], [1.0, 0.0]) == math.inf
    assert special.kl_divergence([1.0, 0.0], [1.0, 0.0]) == 0
    assert special.cross_entropy([1.0, 0.0], [1.0, 0.0]) == 0


def test_broadcasts_and_takes_axes():
    rng = np.random.default_rng(6)
    p, q = rng.dirichlet(np.ones(3), (4, 5)), rng.dirichlet(np.ones(3))
    expected = -(p * np.log(q)).sum(axis=-1)
    np.testing.assert_allclose(special.cross_entropy(p, q), expected, rtol=1e-14)
    moved = np.moveaxis(p, -1, 0)
    np.testing.assert_allclose(special.entropy(moved, axis=0), special.entropy(p), rtol=0)


@pytest.mark.parametrize(
    ("p", "code", "says"),
    [
        ([0.5, 0.6], "LL141", "sum to 1.1"),
        ([[0.5, 0.5], [1.5, -0.5]], "LL140", "row 1: entry 0 is 1.5"),
        ([[0.5, 0.5], [math.nan, 0.5]], "LL140", "row 1: entry 0 is nan"),
        (np.empty((2, 0)), "LL142", "no outcomes"),
    ],
)
@pytest.mark.parametrize("name", ["entropy", "cross_entropy", "kl_divergence"])
def test_what_is_no_distribution_is_refused(name, p, code, says):
    function = getattr(special, name)
    arguments = (p,) if name == "entropy" else (p, p)
    with pytest.raises(DataError) as error:
        function(*arguments)
    assert error.value.code == code
    assert says in str(error.value)


def test_the_second_distribution_is_named():
    with pytest.raises(DataError, match="q, the distribution"):
        special.kl_divergence([0.5, 0.5], [0.5, 0.4])
    with pytest.raises(ValueError, match="2 and 3"):
        special.kl_divergence([0.5, 0.5], [0.5, 0.4, 0.1])


def test_a_base_that_is_none_gives_nan():
    with np.errstate(invalid="ignore"):
        assert np.isnan(special.entropy([0.5, 0.5], base=1))
    with np.errstate(invalid="raise"), pytest.raises(FloatingPointError):
        special.entropy([0.5, 0.5], base=-2)
