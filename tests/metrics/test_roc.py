"""ROC curves: against scikit-learn, the definition in exact rationals, and rows written out as often as their weight says."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score, roc_curve

from loglik.metrics import roc

RNG = np.random.default_rng(20)


def rows(n, levels=None, weight=None):
    y = RNG.random(n) < 0.35
    y[:2] = True, False
    s = RNG.normal(size=n) + 0.8 * y
    return y, s if levels is None else np.round(s * levels) / levels, weight(n) if weight else None


CASES = {
    "no ties": rows(300),
    "ties": rows(300, 2),
    "almost all tied": rows(80, 0.4),
    "frequencies": rows(200, 3, lambda n: RNG.integers(0, 6, n)),
    "sampling weights": rows(200, 3, lambda n: RNG.random(n) + 0.1),
}


@pytest.mark.parametrize(("y", "s", "w"), CASES.values(), ids=CASES)
def test_area_and_curve_are_scikit_learns(y, s, w):
    made = roc(y, s, sample_weight=w)
    assert made.auc == pytest.approx(roc_auc_score(y, s, sample_weight=w), rel=1e-12)
    fpr, tpr, threshold = roc_curve(y, s, sample_weight=w, drop_intermediate=False)
    np.testing.assert_allclose(made.false_positive, np.interp(made.threshold, threshold[::-1], fpr[::-1]), atol=1e-12)
    np.testing.assert_allclose(made.true_positive, np.interp(made.threshold, threshold[::-1], tpr[::-1]), atol=1e-12)
    assert made.false_positive[-1] == made.true_positive[-1] == 1.0


def test_area_by_its_definition():
    y, s, w = [0, 1, 0, 1, 1, 0, 1], [1, 1, 2, 2, 3, 3, 0], [1, 2, 3, 4, 5, 6, 7]
    pairs = [(i, j) for i in range(7) for j in range(7) if y[i] and not y[j]]
    half = [w[i] * w[j] * (Fraction(int(s[i] > s[j])) + Fraction(int(s[i] == s[j]), 2)) for i, j in pairs]
    assert roc(y, s, sample_weight=w).auc == pytest.approx(
        float(sum(half) / sum(w[i] * w[j] for i, j in pairs)), rel=1e-15
    )


def delong(y, s):
    """Variance of the area from the placements of both samples, one row at a time."""
    x, z = s[y], s[~y]
    over = (x[:, None] > z) + 0.5 * (x[:, None] == z)
    return over.mean(axis=1).var(ddof=1) / len(x) + over.mean(axis=0).var(ddof=1) / len(z)


@pytest.mark.parametrize("case", ["no ties", "ties", "frequencies"])
def test_error_is_delongs_of_the_rows_written_out(case):
    y, s, w = CASES[case]
    many = np.ones(y.size, int) if w is None else w
    whole_y, whole_s = np.repeat(y, many), np.repeat(s, many)
    made = roc(y, s, sample_weight=w)
    assert made.std_error**2 == pytest.approx(delong(whole_y, whole_s), rel=1e-10)
    low, high = made.interval()
    assert 0 < low < made.auc < high < 1


def test_error_of_sampling_weights_does_not_depend_on_their_unit():
    y, s, w = CASES["sampling weights"]
    one, other = (roc(y, s, sample_weight=w * unit, weight_kind="sampling").std_error for unit in (1.0, 1000.0))
    assert one == pytest.approx(other, rel=1e-12)
    assert roc(y, s, sample_weight=np.ones(y.size), weight_kind="sampling").std_error == pytest.approx(
        roc(y, s).std_error, rel=1e-12
    )


def test_intervals_cover():
    rng, inside = np.random.default_rng(3), 0
    for _ in range(300):
        y = rng.random(120) < 0.4
        low, high = roc(y, rng.normal(size=120) + y).interval()
        inside += low < 0.7602499389065233 < high  # Phi(1/sqrt 2)
    assert 0.91 < inside / 300 < 0.985


def test_what_has_no_curve():
    assert roc([1, 1], [0.2, 0.3]) is None
    assert roc([], []) is None
    assert roc([0, 1], [0.5, 0.7], sample_weight=[0, 1]) is None
    assert np.isnan(roc([0, 1], [0.1, 0.9]).interval()).all()
    assert roc([0, 1, 1], [0.5, 0.5, 0.5]).auc == 0.5


@pytest.mark.parametrize(
    ("y", "s", "w", "said"),
    [
        ([0, 1], [0.1], None, "shape"), ([0, 2], [0.1, 0.2], None, "index 1 has 2"), ([0, 1], [0.1, np.nan], None, "nan"),
        ([0, 1], [0.1, 0.2], [1, -1], "-1"), ([0, 1], [0.1, 0.2], [1, np.inf], "inf"),
        ([[0, 1]], [[0.1, 0.2]], None, "shape"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused(y, s, w, said):
    with pytest.raises(ValueError, match=rf"LL432 (.|\n)*{said}"):
        roc(y, s, sample_weight=w)
