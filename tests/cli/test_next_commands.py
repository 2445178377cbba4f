"""Every command that is printed after "Next:" succeeds when it is run."""

from __future__ import annotations

import io
import re
import shlex
import sqlite3
import sys
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

import loglik
from loglik.cli import main

RNG = np.random.default_rng(8)
N = 60
FRAME = pd.DataFrame(
    {
        "x": RNG.normal(size=N).round(2),
        "g": RNG.choice(["a", "b"], N),
        "w": 1.0,
        "o": 0.5,
        "y": RNG.choice(["n", "p"], N),
    }
)


def run(command: str, capsys: pytest.CaptureFixture) -> str:
    capsys.readouterr()
    assert main(shlex.split(command)) == 0, capsys.readouterr().err
    return capsys.readouterr().out


def follow(output: str, capsys: pytest.CaptureFixture) -> str:
    (command,) = re.findall(r"^Next: (?:\.\.\. \| )?loglik (.*)$", output, re.MULTILINE)
    return run(command, capsys)


DROPPED = {  # rows that the fit leaves out, with a level that occurs nowhere else
    "no feature": {"x": np.nan},
    "no target": {"y": None},
    "no weight": {"w": 0.0},
    "weight missing": {"w": np.nan},
    "no offset": {"o": np.nan},
}


@pytest.mark.parametrize("name", DROPPED)
@pytest.mark.usefixtures("in_tmp")
def test_a_level_in_rows_left_out(name: str, capsys: pytest.CaptureFixture) -> None:
    odd = FRAME.iloc[[0, 1]].assign(g="only here", **DROPPED[name])
    pd.concat([FRAME, odd]).to_csv("d.csv", index=False)
    shown = run("fit d.csv -t y --features x,g --weights w --offset o -o m.json -q", capsys)
    assert "2 dropped" in shown
    assert "62 rows" in (shown := follow(shown, capsys))
    assert "2 without a prediction" in shown
    out = pd.read_csv("predictions.csv")
    assert out["predicted"].isna().tolist() == [False] * N + [True] * 2
    model = loglik.load_model("m.json")
    assert model.features[1].unused == ("only here",)
    if name not in {"no feature", "no offset"}:
        with pytest.raises(loglik.DataError, match=r'LL124 level "only here" .* left out'):
            model.predict_proba("d.csv", missing="error")
    with pytest.raises(loglik.DataError, match="LL124"):
        model.predict_proba(FRAME.assign(g="nowhere"))


@pytest.mark.usefixtures("in_tmp")
def test_names_of_files(capsys: pytest.CaptureFixture) -> None:
    Path("a dir").mkdir()
    for data, model in (("predictions.csv", "m.json"), ("-x.csv", "-m.json"), ("a dir/it's.csv", "a dir/m $x.json")):
        FRAME.to_csv(data, index=False)
        shown = run(shlex.join(["fit", data, "-t", "y", f"--output={model}", "-q"]), capsys)
        follow(shown, capsys)
        pd.testing.assert_frame_equal(pd.read_csv(data), FRAME)


@pytest.mark.usefixtures("in_tmp")
def test_tables_and_reading_options(capsys: pytest.CaptureFixture) -> None:
    with duckdb.connect("d.duckdb") as connection:
        connection.register("frame", FRAME)
        connection.execute('CREATE TABLE "a b" AS SELECT * FROM frame; CREATE TABLE other AS SELECT 1 AS q')
    with sqlite3.connect("d.db") as connection:
        FRAME.to_sql("a b", connection, index=False)
        FRAME.to_sql("other", connection, index=False)
    connection.close()
    FRAME.to_csv("d.csv", index=False, sep="|", decimal=",", encoding="utf-16", na_rep="?")
    for command in ("d.duckdb --table 'a b'", "d.db --table 'a b'",
                    "d.csv --decimal , --encoding utf-16 --delimiter '|' --missing-words ?"):  # fmt: skip
        follow(run(f"fit {command} -t y -o m.json -q", capsys), capsys)


@pytest.mark.usefixtures("in_tmp")
def test_standard_input(capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    def pipe() -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(FRAME.to_csv(index=False).encode())))

    pipe()
    shown = run("fit - -t y -o m.json -q", capsys)
    pipe()
    follow(shown, capsys)


@pytest.mark.usefixtures("in_tmp")
def test_the_same_command_with_an_output(capsys: pytest.CaptureFixture) -> None:
    FRAME.to_csv("predictions.csv", index=False)
    for command in ("fit predictions.csv -t y -q", "predict model.json predictions.csv"):
        (option,) = re.findall(r"Next: the same command with (-o \S+)", run(command, capsys))
        run(f"{command} {option}", capsys)


@pytest.mark.usefixtures("in_tmp")
def test_after_a_finding(capsys: pytest.CaptureFixture) -> None:
    FRAME.assign(y=np.where(FRAME.x > 0, "p", "n")).to_csv("d.csv", index=False)
    assert main(shlex.split("fit d.csv -t y -o m.json -q")) == 1
    follow(capsys.readouterr().out, capsys)
