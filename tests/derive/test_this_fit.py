"""`loglik fit --explain`: every number in it is true."""

from __future__ import annotations

import re

import numpy as np
import pytest

from loglik.cli import main
from loglik.derive.this_fit import text, this_fit
from loglik.design.any_source import any_source
from loglik.design.model_spec import ModelSpec
from loglik.fit.options import Options
from loglik.model.train import train
from loglik.texts import words


def explained(data, target, **options):
    outcome = train(any_source(data), ModelSpec(target), Options(**options))
    classes = tuple(outcome.classifier.classes[k] for k in outcome.classifier.order)
    return outcome, this_fit(outcome.solution, classes)


def test_two_classes(versicolor_virginica):
    outcome, shown = explained(versicolor_virginica, "species")
    predicted = outcome.classifier.predict_proba(versicolor_virginica)
    observed = [outcome.classifier.classes.index(s) for s in versicolor_virginica.species]
    own = predicted[np.arange(len(observed)), observed]
    np.testing.assert_allclose([row.probability for row in shown.rows], own[:5], rtol=1e-12)
    np.testing.assert_allclose(shown.likelihood, own[:5].prod(), rtol=1e-12)
    np.testing.assert_allclose(shown.log_likelihood, np.log(own[:5]).sum(), rtol=1e-12)
    np.testing.assert_allclose(shown.cross_entropy, -np.log(own).mean(), rtol=1e-11)
    x = np.c_[np.ones(100), versicolor_virginica.drop(columns="species")]
    truth = (versicolor_virginica.species == shown.classes[0]).to_numpy(dtype=float)
    by_hand = x.T @ (predicted[:, outcome.classifier.classes.index(shown.classes[0])] - truth) / 100
    np.testing.assert_allclose([g for _, g in shown.gradient], by_hand, atol=1e-13)
    assert max(abs(g) for _, g in shown.gradient) < 1e-9
    assert max(abs(s) for _, s in shown.newton) < 1e-6


def test_gradient_by_the_columns_as_they_are(versicolor_virginica):
    """Stopped early the gradient is not zero; the constants that the fit subtracts must not show in it."""
    data = versicolor_virginica[["petal_length", "species"]].assign(petal_length=lambda d: d.petal_length + 100.0)
    outcome, shown = explained(data, "species", max_iter=1, solver="gd")
    x = np.c_[np.ones(100), data.petal_length]
    u = x @ outcome.solution.beta[0]
    truth = (data.species == shown.classes[0]).to_numpy(dtype=float)
    np.testing.assert_allclose([g for _, g in shown.gradient], x.T @ (1 / (1 + np.exp(-u)) - truth) / 100, rtol=1e-9)


def test_three_classes_with_levels_weights_and_penalty(iris):
    data = iris.assign(wide=np.where(iris.sepal_width > 3, "yes", "no"), w=1.0 + np.arange(150) % 3)
    outcome = train(
        any_source(data[["sepal_length", "wide", "w", "species"]]),
        ModelSpec("species", weights="w"),
        Options(alpha=0.05),
    )
    classes = tuple(outcome.classifier.classes[k] for k in outcome.classifier.order)
    shown = this_fit(outcome.solution, classes)
    predicted = outcome.classifier.predict_proba(data[["sepal_length", "wide"]])
    observed = [outcome.classifier.classes.index(s) for s in data.species]
    own = predicted[np.arange(150), observed]
    np.testing.assert_allclose([row.probability for row in shown.rows], own[:5], rtol=1e-12)
    weights = data.w.to_numpy()
    np.testing.assert_allclose(shown.likelihood, (own[:5] ** weights[:5]).prod(), rtol=1e-12)
    np.testing.assert_allclose(shown.cross_entropy, -(weights * np.log(own)).sum() / weights.sum(), rtol=1e-11)
    assert shown.objective > shown.cross_entropy
    assert max(abs(g) for _, g in shown.gradient) < 1e-8
    lines = text(shown)
    assert "P^w" in lines
    assert "With the penalty (alpha = 0.05)" in lines


def test_the_lines_of_a_row_add_up(versicolor_virginica):
    _, shown = explained(versicolor_virginica, "species")
    for line in re.findall(r"u = (.*)", text(shown)):
        *terms, total = line.replace("−", "-").split(" = ")
        value = sum(np.prod([float(f) for f in term.split("·")]) for term in terms[0].replace("- ", "+ -").split(" + "))
        assert value == pytest.approx(float(total), abs=5e-4)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_command(versicolor_virginica, in_tmp, capsys, lang):
    versicolor_virginica.to_csv("data.csv", index=False)
    assert main(["fit", "data.csv", "--target", "species", "--explain", "--lang", lang, "-q"]) == 0
    shown = capsys.readouterr().out
    assert words("this_fit", lang)["title"] in shown
    assert shown.rstrip().endswith("loglik derive logistic-gradient" + (" --lang ja" if lang == "ja" else ""))
    assert in_tmp.exists()


def test_what_has_no_estimate_is_not_explained(setosa_versicolor, in_tmp, capsys):
    setosa_versicolor.to_csv("data.csv", index=False)
    assert main(["fit", "data.csv", "--target", "species", "--explain", "-q"]) == 1
    assert words("this_fit", "en")["title"] not in capsys.readouterr().out
    assert in_tmp.exists()
