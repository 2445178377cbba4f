"""The printed fit: what it names, and that its digits hide nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import loglik
from loglik.texts import placeholders, use, words

RNG = np.random.default_rng(11)
N = 600
FRAME = pd.DataFrame(
    {
        "x": RNG.normal(size=N),
        "g": RNG.choice(["a", "b & c", "d"], N, p=[0.2, 0.5, 0.3]),
        "w": RNG.integers(0, 4, N),
        "s": RNG.random(N) + 0.25,
    }
)
FRAME["y"] = np.where(RNG.logistic(size=N) < 3.0 * FRAME.x, "yes", "no")


def fitted(**options: object) -> loglik.FittedClassifier:
    return loglik.fit_classifier(FRAME, "y", **{"features": ["x", "g"], **options})


def test_reference_levels_and_the_sum_of_weights_are_named() -> None:
    text = fitted(weights="w").summary()
    assert "reference levels: g b & c" in text
    assert f"{(FRAME.w > 0).sum()} rows used (sum of weights {FRAME.w.sum():,}), {(FRAME.w == 0).sum()} dropped" in text
    with pytest.warns(loglik.errors.InferenceWarning):
        sampled = fitted(weights="s", weight_kind="sampling")
    assert f"(sum of weights {FRAME.s.sum():,.2f})" in sampled.summary()
    assert sampled.report.as_json()["sum_of_weights"] == pytest.approx(FRAME.s.sum(), rel=1e-15)
    plain = fitted(features=["x"]).summary()
    assert "sum of weights" not in plain
    assert "reference levels" not in plain


def test_a_p_value_of_next_to_nothing_is_not_0() -> None:
    model = fitted()
    assert model.report.overall.lr_p_value < 1e-16
    assert ", p < 1e-16" in model.summary()
    terms = [replace(t, p_value=0.0) for t in model.report.terms]
    shown = str(loglik.FittedClassifier(**{**vars(model), "report": replace(model.report, terms=terms)}))
    assert shown.count("< 1e-16") == len(terms) + 1
    assert "0.0e+00" not in shown
    assert ", p = 0." in fitted(features=["s"]).summary()


@pytest.mark.parametrize("gap", [20.0, 0.3, 2e-3, 1e-5])
def test_digits_tell_the_fit_from_the_null_model(gap: float) -> None:
    model = fitted()
    close = replace(model.report.overall, log_likelihood=-1234567.0 + gap, null_log_likelihood=-1234567.0)
    text = str(loglik.FittedClassifier(**{**vars(model), "report": replace(model.report, overall=close)}))
    line = next(line for line in text.splitlines() if line.startswith("log-likelihood"))
    shown = [float(word.strip("();")) for word in line.split() if word.strip("();").startswith("-")]
    assert shown[0] - shown[1] == pytest.approx(gap, rel=0.02)


def test_what_differs_from_the_null_model_by_rounding_is_the_null_model() -> None:
    model = fitted()
    same = replace(
        model.report.overall, log_likelihood=-1234567.0, null_log_likelihood=-1234567.0 - 2.4e-10, r2_mcfadden=2e-16
    )
    text = str(loglik.FittedClassifier(**{**vars(model), "report": replace(model.report, overall=same)}))
    assert "log-likelihood -1.23457e+06 (null model -1.23457e+06)" in text
    assert "McFadden 0.0000" in text


def test_japanese_says_the_same_figures() -> None:
    model = fitted(weights="w")
    english = model.summary()
    with use("ja"):
        japanese = model.summary()
    assert "基準水準：g b & c" in japanese
    assert "オッズ比" in japanese
    figures = [word for word in english.split() if word.lstrip("-").replace(".", "").isdigit() and "." in word]
    assert len(figures) > 20
    assert all(figure in japanese for figure in figures)
    assert not any(word in japanese for word in ("rows", "converged", "Estimate", "likelihood"))


def test_both_languages_have_the_same_words_and_values() -> None:
    english, japanese = words("summary", "en"), words("summary", "ja")
    assert list(english) == list(japanese)
    assert {k: placeholders(v) for k, v in english.items()} == {k: placeholders(v) for k, v in japanese.items()}


def test_repr_is_short_and_html_is_escaped() -> None:
    model = fitted()
    assert repr(model) == (
        f"<FittedClassifier: Binary logistic regression of y: {N} rows, 4 coefficients, maximum likelihood, converged>"
    )
    html = model._repr_html_()
    assert "<table>" in html
    assert html.count("<tr>") == 1 + len(model.report.terms)
    assert "g[d]" in html
    assert "b &amp; c" in html
    assert "b & c" not in html
