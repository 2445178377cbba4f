"""Commands that follow a fit: choices that do not go together are refused, and all that is printed is in one language."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loglik.cli import main

RNG = np.random.default_rng(5)
N = 80


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    frame = pd.DataFrame(
        {
            "x": RNG.normal(size=N).round(2),
            "z": RNG.normal(size=N).round(2),
            "w": RNG.integers(1, 4, N),
            "y": RNG.choice(["n", "p"], N),
        }
    )
    frame.to_csv("d.csv", index=False)
    assert main(["fit", "d.csv", "y ~ x", "--weights", "w", "-o", "small.json", "-q"]) == 0
    assert main(["fit", "d.csv", "y ~ x + z", "--weights", "w", "-o", "large.json", "-q"]) == 0
    assert main(["fit", "d.csv", "y ~ x", "--firth", "-o", "firth.json", "-q"]) == 0
    return tmp_path


def refusal(arguments: list[str], capsys: pytest.CaptureFixture) -> str:
    capsys.readouterr()
    assert main([*arguments, "--json"]) == 2
    return json.loads(capsys.readouterr().out)["message"]


@pytest.mark.usefixtures("folder")
def test_weights_and_none_are_refused(capsys: pytest.CaptureFixture) -> None:
    said = refusal(["effects", "small.json", "d.csv", "--weights", "w", "--no-weights"], capsys)
    assert said == "--weights and --no-weights contradict each other"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("flag", [["--vcov", "HC0"], ["--cluster", "w"], ["--level", "0.9"]])
def test_a_score_test_has_its_own_covariance(flag: list[str], capsys: pytest.CaptureFixture) -> None:
    said = refusal(["test", "small.json", "--add", "z", "--data", "d.csv", *flag], capsys)
    assert said.startswith(f"{flag[0]} belongs to tests of hypotheses")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "arguments",
    [
        ["test", "small.json", "x = 0"],
        ["test", "small.json", "--add", "z", "--data", "d.csv"],
        ["compare", "small.json", "large.json"],
        ["drop1", "large.json", "d.csv"],
        ["effects", "small.json", "d.csv"],
    ],
)
def test_the_next_command_is_named_in_japanese(arguments: list[str], capsys: pytest.CaptureFixture) -> None:
    capsys.readouterr()
    assert main([*arguments, "--lang", "ja"]) == 0
    printed = capsys.readouterr().out
    assert "Next" not in printed
    assert printed.splitlines()[-1].startswith("次の操作：loglik ")


@pytest.mark.usefixtures("folder")
def test_the_model_has_a_name_in_japanese(capsys: pytest.CaptureFixture) -> None:
    said = refusal(["test", "firth.json", "--add", "z", "--data", "d.csv", "--lang", "ja"], capsys)
    assert said.startswith("このモデルは Firth")
