"""Pictures of fits: what is drawn is what was computed, on axes that are given or new."""

from __future__ import annotations

import warnings

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_curve
from svg_reading import curves

import loglik
from loglik.metrics import calibration, roc
from loglik.plot import of_fits
from loglik.plot.canvas import canvas
from loglik.plot.labels import short
from loglik.texts import use

RNG = np.random.default_rng(8)
N = 300
FRAME = pd.DataFrame({"x": RNG.normal(size=N), "価格": RNG.normal(size=N), "g": RNG.choice(list("ab"), N)})
FRAME["y"] = np.where(FRAME.x + RNG.logistic(size=N) > 0, "yes", "no")
FRAME["three"] = RNG.choice(["p", "q", "r"], N)


@pytest.fixture(scope="module")
def model():
    return loglik.fit_classifier(FRAME, "y", features=["x", "価格", "g"])


@pytest.fixture(autouse=True)
def _no_windows():
    before = mpl.get_backend()
    mpl.use("agg")
    yield
    import matplotlib.pyplot as plt

    plt.close("all")
    mpl.use(before)


def drawn(ax, name):
    return next(np.array(line.get_data()).T for line in ax.lines if line.get_gid() == f"curve:{name}")


def test_axes_show_what_was_computed(model):
    ax = model.plot.coefficients()
    shown = {label.get_text(): x for label, (x, _) in zip(ax.get_yticklabels(), drawn(ax, "estimates"), strict=True)}
    assert shown == {t.term: t.estimate for t in model.report.terms if t.term != "(Intercept)"}
    p = model.predict_proba(FRAME)[:, 1]
    curve = drawn(model.plot.roc(FRAME), "roc-0")
    fpr, tpr, _ = roc_curve(FRAME.y == "yes", p, drop_intermediate=False)
    assert {*map(tuple, curve.round(12))} <= {*zip(fpr.round(12), tpr.round(12), strict=True)}
    bins = drawn(model.plot.calibration(FRAME, bins=5), "bins")
    made = calibration(FRAME.y == "yes", p, bins=5)
    np.testing.assert_allclose(bins, np.c_[made.predicted, made.observed], rtol=1e-12)
    effects = drawn(model.plot.effects(FRAME), "estimates")[:, 0]
    np.testing.assert_allclose(effects, model.effects(FRAME, frame=pd)["estimate"], rtol=1e-12)
    ax = model.plot.path()
    np.testing.assert_allclose(drawn(ax, "gradient")[:, 1], [s.gradient_norm for s in model.report.path], rtol=1e-12)
    residuals = drawn(model.plot.residuals(FRAME), "residuals")
    assert abs(np.mean(residuals[:, 1])) < 0.02
    assert drawn(model.plot.residuals(FRAME, quantiles=True), "quantiles").shape == (99, 2)


def test_axes_that_are_given_are_drawn_on(model):
    import matplotlib.pyplot as plt

    ax = plt.subplots()[1]
    assert model.plot.roc(FRAME, ax=ax) is ax
    assert len(plt.get_fignums()) == 1


def test_words_are_of_the_language_and_names_in_any_signs_are_no_trouble(model):
    with warnings.catch_warnings(), use("ja"):
        warnings.simplefilter("error")
        ax = model.plot.coefficients()
    assert "対数オッズ" in ax.get_xlabel()
    assert "価格" in [label.get_text() for label in ax.get_yticklabels()]


def test_classes_of_several(model):
    several = loglik.fit_classifier(FRAME, "three", features=["x", "g"])
    ax = several.plot.roc(FRAME)
    assert len(ax.get_legend().get_texts()) == 3
    assert several.plot.calibration(FRAME, class_="q").get_title() == "q"
    with pytest.raises(loglik.DataError, match=r'LL434 (.|\n)*"s"'):
        several.plot.roc(FRAME, class_="s")
    with pytest.raises(loglik.DataError, match="LL434 all rows are of one class"):
        model.plot.roc(FRAME[FRAME.y == "yes"])
    with pytest.raises(loglik.DataError, match="LL434 the model has nothing"):
        loglik.fit_classifier(FRAME, "y", features=[]).plot.coefficients()


def test_infinite_coefficients_are_arrows_and_lost_bounds_are_left_out():
    with canvas(5, 3) as made:
        names = ["a $x^2$", "b", "c", "d"]
        intervals = [(-1.0, 2.0), (0.3, np.inf), (None, None), (np.nan, 1.0)]
        of_fits.forest(made.axes[0], names, [0.5, np.inf, np.nan, 0.2], intervals, "change")
        text = made.svg("title <&>")
    np.testing.assert_allclose(curves(text)["estimates"][:, 0], [0.5, 0.2], atol=0.01)
    assert "a $x^2$" in text
    assert "title &lt;&amp;&gt;" in text


def test_a_long_curve_is_thinned_to_what_can_be_seen():
    y = RNG.random(20_000) < 0.5
    with canvas(4, 4) as made:
        whole = roc(y, RNG.normal(size=20_000) + y)
        of_fits.roc(made.axes[0], [("class", whole)])
        text = made.svg("t")
    assert len(text) < 30_000
    read = curves(text)["roc-0"]
    np.testing.assert_allclose(np.interp(read[:, 0], whole.false_positive, whole.true_positive), read[:, 1], atol=0.02)
    assert np.trapezoid(read[:, 1], read[:, 0]) == pytest.approx(whole.auc, abs=0.005)


def test_the_path_is_kept_and_long_ones_are_thinned(tmp_path):
    slow = loglik.fit_classifier(FRAME.assign(x=FRAME.x + 4), "y", features=["x"], solver="gd", max_iter=5000, tol=1e-5)
    path = slow.report.path
    assert path[-1].iteration == slow.report.iterations > 300
    assert path[-1].loss == pytest.approx(slow.report.overall.cross_entropy, rel=1e-12)
    assert path[-1].gradient_norm == slow.report.gradient_norm
    iterations = [step.iteration for step in path]
    assert iterations[:128] == list(range(128))
    assert sorted(set(iterations)) == iterations
    assert len(path) < 128 + 64 * 8
    assert (np.diff([step.loss for step in path]) <= 0).all()
    slow.save(tmp_path / "m.json")
    assert loglik.load_model(tmp_path / "m.json").report.path == path


def test_short_names_keep_both_ends():
    assert short("a" * 50 + "z" * 50, 11) == "aaaaa…zzzzz"
    assert short("\u202ea\x00\n", 10) == "a\ufffd\ufffd"
