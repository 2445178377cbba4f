"""Tomorrow's file starts from yesterday's model: the same answer, and fewer reads."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

import loglik
from conftest import simulate
from loglik.cli import main
from loglik.errors import DataError


def day(seed: int, k: int = 2, n: int = 30_000, levels: tuple[str, ...] = ("a", "b", "c", "d")) -> pd.DataFrame:
    x, y = simulate(n, 4, k, 3)
    rng = np.random.default_rng(seed)
    keep = rng.permutation(n)[: n - 1_000]
    frame = pd.DataFrame(x + np.array([0.0, 1e6, 0.0, 0.0]), columns=list("pqrs"))
    frame["g"] = np.array(levels)[np.minimum((rng.random(n) ** 2 * len(levels)).astype(int), len(levels) - 1)]
    return frame.assign(y=np.array(["no", "yes", "maybe"])[y]).iloc[keep].reset_index(drop=True)


@pytest.mark.parametrize(
    ("k", "options"), [(2, {}), (3, {}), (2, {"alpha": 0.01}), (2, {"firth": True}), (3, {"inference": False})]
)
def test_the_same_answer_with_fewer_reads(k: int, options: dict[str, Any]) -> None:
    yesterday = loglik.fit_classifier(day(1, k), "y", **options)
    # Another level is the most frequent one, one is new, one is gone, and the columns stand in another order.
    today = day(2, k, levels=("d", "c", "e", "b"))[["s", "g", "y", "q", "p", "r"]]
    alone = loglik.fit_classifier(today, "y", **options)
    started = loglik.fit_classifier(today, "y", start=yesterday, **options)
    np.testing.assert_allclose(np.asarray(started.coefficients), np.asarray(alone.coefficients), rtol=1e-7, atol=1e-7)
    assert started.report.as_json()["log_likelihood"] == pytest.approx(
        alone.report.as_json()["log_likelihood"], rel=1e-12
    )
    assert started.report.converged
    assert started.report.passes < alone.report.passes
    assert started.report.plan.start == "given-model"


def test_another_reference_class() -> None:
    yesterday = loglik.fit_classifier(day(1, 3), "y", reference="no")
    alone = loglik.fit_classifier(day(2, 3), "y", reference="yes")
    started = loglik.fit_classifier(day(2, 3), "y", reference="yes", start=yesterday)
    np.testing.assert_allclose(np.asarray(started.coefficients), np.asarray(alone.coefficients), rtol=1e-7, atol=1e-7)
    assert started.report.passes < alone.report.passes


def test_a_model_that_is_far_off_does_no_harm() -> None:
    frame = day(2)
    other = day(1)
    other["p"] *= 1e-4  # coefficients ten thousand times as large
    other["y"] = np.where(other["y"] == "no", "yes", "no")
    far = loglik.fit_classifier(other, "y")
    alone, started = (loglik.fit_classifier(frame, "y", start=start) for start in (None, far))
    assert np.array_equal(np.asarray(alone.coefficients), np.asarray(started.coefficients))
    assert started.report.plan.start == "null-model"


def test_models_of_something_else(tmp_path) -> None:
    model = loglik.fit_classifier(day(1), "y")
    with pytest.raises(DataError) as found:
        loglik.fit_classifier(day(2, 3), "y", start=model)
    assert found.value.code == "LL538"
    other = day(2).rename(columns={"p": "p2", "q": "q2", "r": "r2", "s": "s2", "g": "g2"})
    with pytest.raises(DataError) as found:
        loglik.fit_classifier(other, "y", start=model)
    assert found.value.code == "LL538"
    with pytest.raises(DataError) as found:
        loglik.fit_classifier(other, "y", start=tmp_path / "none.json")
    assert found.value.code == "LL101"


def test_the_command_line(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    days = [tmp_path / f"{seed}.csv" for seed in (1, 2)]
    for seed, path in enumerate(days, 1):
        day(seed, n=4_000).to_csv(path, index=False)
    kept = str(tmp_path / "m.json")
    assert main(["fit", str(days[0]), "-t", "y", "-o", kept, "-q"]) == 0
    capsys.readouterr()
    found = []
    for more in ([], ["--start", kept]):
        assert main(["fit", str(days[1]), "-t", "y", "--json", "-q", *more]) == 0
        found.append(json.loads(capsys.readouterr().out))
    assert found[1]["passes"] < found[0]["passes"]
    assert found[1]["log_likelihood"] == pytest.approx(found[0]["log_likelihood"], rel=1e-12)
