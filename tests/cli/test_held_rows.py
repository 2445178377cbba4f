"""What needs all rows together says so, and refuses a file whose rows do not fit; nothing is computed from a part of them."""

from __future__ import annotations

# ruff: noqa: ARG001 - a directory of its own, in which a test runs
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import loglik
from loglik.cli import main
from loglik.design.files import open_source
from loglik.design.stored import chunks
from loglik.design.stored.memory import Memory

N = 700
RNG = np.random.default_rng(3)
FRAME = pd.DataFrame({
    "x": RNG.normal(size=N), "z": RNG.normal(size=N), "g": RNG.choice(["a", "b", "c"], N), "s": RNG.integers(0, 4, N),
    "w": RNG.integers(1, 4, N), "y": RNG.choice(["no", "yes"], N),
}).assign(n=lambda d: d.s + 2)  # fmt: skip
NONE = "--memory-limit=0"


@pytest.fixture
def rows(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 128)
    FRAME.to_parquet("d.parquet")
    FRAME.to_csv("d.csv", index=False)
    assert main(["fit", "d.parquet", "-t", "y", "--features", "x,g", "-o", "m.json", "-q"]) == 0
    return tmp_path


REFUSED = {
    "counts": ["fit", "d.parquet", "s | n ~ x + g", "-q", "-o", "c.json"],
    "effects": ["effects", "m.json", "d.parquet"],
    "effects by": ["effects", "m.json", "d.csv", "--by", "g", "--weights", "w"],
    "covariance": ["test", "m.json", "x = 0", "--data", "d.parquet", "--vcov", "HC3"],
    "score": ["test", "m.json", "--add", "z", "--data", "d.parquet"],
    "drop1": ["drop1", "m.json", "d.parquet"],
    "all predictions": ["predict", "m.json", "d.parquet", "--json"],
    "texts carried along": ["predict", "m.json", "d.csv", "-o", "p.csv", "--keep", "z"],
}


@pytest.mark.parametrize("command", REFUSED.values(), ids=REFUSED)
def test_what_holds_all_rows_is_refused_and_leaves_nothing(rows, capsys, command):
    before = sorted(path.name for path in rows.iterdir())
    capsys.readouterr()
    assert main([*command, NONE]) == 2
    out = capsys.readouterr()
    assert "LL506" in out.err + out.out
    assert f"{N}" in out.err + out.out
    assert sorted(path.name for path in rows.iterdir()) == before
    assert main([*command, "--memory-limit=1GB"]) == 0


@pytest.mark.parametrize("output", [[], ["-o", "p.csv"], ["-o", "p.parquet", "--keep", "z"]])
def test_predictions_are_made_some_at_a_time(rows, capsys, output):
    capsys.readouterr()
    for limit in (NONE, "--memory-limit=1GB"):
        assert main(["predict", "m.json", "d.parquet", *output, limit]) == 0
    text = capsys.readouterr().out
    assert text[: len(text) // 2] == text[len(text) // 2 :]


def test_a_report_of_large_data_says_what_is_lacking(rows, capsys):
    assert main(["report", "m.json", "d.parquet", "--json", NONE]) == 0
    assert "LL506" in capsys.readouterr().out


def test_python_is_refused_too(rows):
    model = loglik.load_model("m.json")
    source = open_source("d.parquet", memory=Memory(limit=0))
    for ask in (
        model.predict, model.predict_proba, model.predict_intervals, model.augment, model.drop1, model.effects,
        lambda data: model.vcov("HC1", data=data), lambda data: model.score_test("z", data),
    ):  # fmt: skip
        with pytest.raises(loglik.DataError, match="LL506"):
            ask(source)
    with pytest.raises(loglik.DataError, match="LL506"):
        loglik.fit_classifier("d.parquet", formula="s | n ~ x", memory_limit=0)
    assert json.loads(Path("m.json").read_text(encoding="utf-8"))
