"""Figures printed in textbooks and manuals, to the digits printed there."""

from __future__ import annotations

import pandas as pd
import pytest

import loglik


def term(model: loglik.FittedClassifier, name: str):
    return next(t for t in model.report.terms if t.term == name)


def test_iris_versicolor_virginica(versicolor_virginica: pd.DataFrame) -> None:
    """The figures that R's glm prints: deviance 11.899, AIC 21.899."""
    model = loglik.fit_classifier(versicolor_virginica, "species")
    printed = {
        "(Intercept)": (-42.638, 25.708),
        "sepal_length": (-2.465, 2.394),
        "sepal_width": (-6.681, 4.480),
        "petal_length": (9.429, 4.737),
        "petal_width": (18.286, 9.743),
    }
    for name, (estimate, error) in printed.items():
        assert round(term(model, name).estimate, 3) == estimate
        # R stops at a relative change of the deviance of 1e-8, which shows in the third digit of its errors.
        assert term(model, name).std_error == pytest.approx(error, abs=2e-3)
    assert round(model.report.overall.deviance, 3) == 11.899
    assert round(model.report.overall.aic, 3) == 21.899
    assert round(2 * -model.report.overall.null_log_likelihood, 2) == 138.63


def test_space_shuttle_o_rings() -> None:
    """23 launches before Challenger (Dalal, Fowlkes and Hoadley 1989; Agresti): 15.0429 - 0.2322 temperature."""
    temperature = [66, 70, 69, 68, 67, 72, 73, 70, 57, 63, 70, 78, 67, 53, 67, 75, 70, 81, 76, 79, 75, 76, 58]
    distress = [0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1]
    model = loglik.fit_classifier(pd.DataFrame({"temperature": temperature, "distress": distress}), "distress")
    assert round(term(model, "(Intercept)").estimate, 4) == 15.0429
    assert round(term(model, "(Intercept)").std_error, 3) == pytest.approx(7.379, abs=1e-3)
    assert round(term(model, "temperature").estimate, 4) == -0.2322
    assert round(term(model, "temperature").std_error, 4) == 0.1082
    assert round(model.report.overall.deviance, 3) == 20.315
    assert round(model.report.overall.lr_statistic, 2) == 7.95


def test_beetle_mortality_with_frequency_weights() -> None:
    """Bliss's beetles (Dobson): logit = -60.717 (5.181) + 34.270 (2.912) dose."""
    dose = [1.6907, 1.7242, 1.7552, 1.7842, 1.8113, 1.8369, 1.8610, 1.8839]
    number = [59, 60, 62, 56, 63, 59, 62, 60]
    killed = [6, 13, 18, 28, 52, 53, 61, 60]
    rows = [(d, "killed", k) for d, k in zip(dose, killed, strict=True)]
    rows += [(d, "alive", n - k) for d, n, k in zip(dose, number, killed, strict=True)]
    frame = pd.DataFrame(rows, columns=["dose", "fate", "beetles"])
    model = loglik.fit_classifier(frame, "fate", weights="beetles", positive="killed")
    assert round(term(model, "(Intercept)").estimate, 2) == -60.72
    assert term(model, "(Intercept)").std_error == pytest.approx(5.181, abs=1e-3)
    assert round(term(model, "dose").estimate, 2) == 34.27
    assert term(model, "dose").std_error == pytest.approx(2.912, abs=1e-3)
