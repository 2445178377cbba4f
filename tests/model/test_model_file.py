"""The model file: a round trip predicts the same bits."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import loglik
from conftest import simulate


def frame_of(k: int) -> pd.DataFrame:
    x, y = simulate(500, 2, k, 3)
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(x * [1e-5, 3e4], columns=["x", 'odd "name", 名前'])
    frame["g"] = rng.choice(["a", "b", "c d"], 500)
    frame["o"] = rng.normal(size=500)
    frame["y"] = [f"class {t}" for t in y]
    return frame


@pytest.mark.parametrize("k", [2, 4])
@pytest.mark.parametrize(
    "options", [{}, {"alpha": 0.1}, {"offset": "o"}, {"weights": "o2", "weight_kind": "frequency"}]
)
def test_round_trip_is_bit_identical(k: int, options: dict, tmp_path: Path) -> None:
    frame = frame_of(k).assign(o2=2)
    if "weights" not in options:
        frame = frame.drop(columns="o2")
    model = loglik.fit_classifier(frame, "y", **options)
    file = tmp_path / "model.json"
    model.save(file)
    again = loglik.load_model(file)
    assert np.array_equal(again.predict_proba(frame), model.predict_proba(frame))
    assert again.predict(frame) == model.predict(frame)
    assert again.report == model.report
    assert again.summary() == model.summary()
    document = json.loads(file.read_text())
    assert document["schema"] == "loglik.model/1.2"
    assert document["features"][0] == {"name": "x", "type": "number"}


def test_probabilities_sum_to_one_and_follow_the_classes(tmp_path: Path) -> None:
    frame = frame_of(4)
    model = loglik.fit_classifier(frame, "y", reference="class 2")
    p = model.predict_proba(frame)
    np.testing.assert_allclose(p.sum(axis=1), 1.0, rtol=1e-14)
    # At the maximum the mean probability of each class is its share.
    share = [np.mean(frame.y == c) for c in model.classes]
    np.testing.assert_allclose(p.mean(axis=0), share, rtol=1e-9)
    model.save(tmp_path / "m.json")
    assert np.array_equal(loglik.load_model(tmp_path / "m.json").predict_proba(frame), p)


def test_rows_with_missing_values_get_no_prediction() -> None:
    frame = frame_of(2).drop(columns="o")
    model = loglik.fit_classifier(frame, "y")
    holes = frame.copy()
    holes.loc[3, "x"] = np.nan
    holes.loc[5, "g"] = None
    p = model.predict_proba(holes)
    assert np.isnan(p[[3, 5]]).all()
    others = np.delete(model.predict_proba(frame), [3, 5], axis=0)
    np.testing.assert_allclose(np.delete(p, [3, 5], axis=0), others, rtol=1e-13)
    assert [i for i, c in enumerate(model.predict(holes)) if c is None] == [3, 5]
    with pytest.raises(loglik.DataError, match="LL107"):
        model.predict_proba(holes, missing="error")


def test_tables() -> None:
    frame = frame_of(3).drop(columns="o")
    model = loglik.fit_classifier(frame, "y")
    tidy = model.tidy()
    assert list(tidy.columns)[:3] == ["class", "term", "estimate"]
    moderate = tidy[tidy.estimate.abs() < 700]
    np.testing.assert_allclose(moderate.odds_ratio.astype(float), np.exp(moderate.estimate))
    np.testing.assert_allclose(tidy.statistic, tidy.estimate / tidy.std_error)
    assert model.glance().shape == (1, 21)
    rows = model.augment(frame)
    # The squares of the deviance residuals add up to the deviance.
    assert (rows[".deviance"] ** 2).sum() == pytest.approx(model.report.overall.deviance, rel=1e-12)
    assert (rows[".predicted"] == model.predict(frame)).all()


def test_a_wider_level_gives_a_wider_interval() -> None:
    frame = frame_of(2).drop(columns="o")
    narrow, wide = (loglik.fit_classifier(frame, "y", conf_level=v).report.terms[1] for v in (0.95, 0.99))
    # z of 0.975 and 0.995 from tables
    assert (narrow.conf_high - narrow.estimate) / narrow.std_error == pytest.approx(1.959963984540054, rel=1e-12)
    assert (wide.conf_high - wide.estimate) / wide.std_error == pytest.approx(2.5758293035489004, rel=1e-12)


SCALARS = [
    ("alpha", np.int64(3), 3), ("alpha", np.float32(0.1), float(np.float32(0.1))), ("alpha", np.float16(0.5), 0.5),
    ("tol", np.float32(1e-6), float(np.float32(1e-6))), ("tol", np.float16(5e-4), float(np.float16(5e-4))),
    ("max_iter", np.int32(7), 7), ("threads", np.uint8(1), 1), ("min_count", np.int64(30), 30),
    ("conf_level", np.float32(0.9), float(np.float32(0.9))), ("conf_level", np.float16(0.5), 0.5), ("alpha", 3, 3.0),
    ("inference", np.False_, False),
]  # fmt: skip


@pytest.mark.parametrize(("option", "given", "plain"), SCALARS)
def test_numpy_scalars_as_options_are_the_numbers_they_hold(
    option: str, given: object, plain: object, tmp_path: Path
) -> None:
    frame = frame_of(2)
    kept = []
    for value in (given, plain):
        options = {"alpha": 0.5} | {option: value}
        loglik.fit_classifier(frame, "y", **options).save(tmp_path / "m.json")
        kept.append((tmp_path / "m.json").read_text())
        if option not in {"min_count", "conf_level"}:
            x = frame.select_dtypes("number")
            loglik.LogisticRegression(**options).fit(x, frame["y"]).model_.save(tmp_path / "m.json")
            kept.append((tmp_path / "m.json").read_text())
    half = len(kept) // 2
    assert kept[:half] == kept[half:]


@pytest.mark.parametrize("option", ["alpha", "tol", "max_iter", "threads", "min_count", "conf_level"])
@pytest.mark.parametrize("value", [True, np.True_])
def test_a_boolean_is_no_number(option: str, value: object) -> None:
    with pytest.raises(loglik.DataError, match=f"LL118 {option} = "):
        loglik.fit_classifier(frame_of(2), "y", **{option: value})


@pytest.mark.parametrize(("k", "alpha"), [(2, 0.0), (3, 0.0), (3, 0.01), (2, 0.01)])
def test_columns_far_from_zero_are_predicted_to_the_last_digits(k: int, alpha: float, tmp_path: Path) -> None:
    """A step of the column by its unit is far above its rounding; the coefficients alone are good to 1e-4 here."""
    rng = np.random.default_rng(7)
    t, x = rng.integers(0, 9, 400) - 4.0, rng.normal(size=400)
    y = np.array(["a", "b", "c"])[:k][(np.c_[0.4 * t, x, 0.2 * x][:, :k] + rng.gumbel(size=(400, k))).argmax(1)]
    near = pd.DataFrame({"t": t, "x": x, "y": y})
    far = near.assign(t=t + 1e12)
    expected = loglik.fit_classifier(near, "y", alpha=alpha)
    with pytest.warns(loglik.errors.LoglikWarning, match="LL212.*centered columns"):
        model = loglik.fit_classifier(far, "y", alpha=alpha)
    assert expected.centering is None
    np.testing.assert_allclose(model.predict_proba(far), expected.predict_proba(near), rtol=1e-9)
    model.save(tmp_path / "m.json")
    again = loglik.load_model(tmp_path / "m.json")
    assert np.array_equal(again.predict_proba(far), model.predict_proba(far))
    np.testing.assert_allclose(again.augment(far)[".deviance"], expected.augment(near)[".deviance"], rtol=1e-8)
    made = loglik.LogisticRegression(alpha=alpha).fit(far[["t", "x"]].to_numpy(), y)
    np.testing.assert_allclose(made.predict_proba(far[["t", "x"]].to_numpy()), model.predict_proba(far), rtol=1e-12)
    made.coef_ = np.zeros_like(made.coef_)  # coefficients of one's own are taken as they are
    made.intercept_ = np.log([[3.0], [1.0, 2.0, 4.0]][k - 2])
    p = made.predict_proba(far[["t", "x"]].to_numpy()[:1])[0]
    np.testing.assert_allclose(p, [[1 / 4, 3 / 4], [1 / 7, 2 / 7, 4 / 7]][k - 2], rtol=1e-15)
