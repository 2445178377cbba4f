"""The same rows give the same fit from every kind of source, and missing rows are counted."""

from __future__ import annotations

import gzip
import json
import shlex
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import loglik
from loglik.cli import main


@pytest.fixture
def rows() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    n = 500
    frame = pd.DataFrame(
        {
            "x": rng.normal(size=n).round(3),
            "whole": rng.integers(-3, 4, n),
            "g": rng.choice(["a", "b,c", 'd"e', "ü"], n),
            "flag": rng.random(n) < 0.5,
            "y": rng.choice(["no", "yes"], n),
        }
    )
    frame.loc[[1, 7], "x"] = np.nan
    frame.loc[[7, 9], "g"] = None
    return frame


@pytest.mark.usefixtures("in_tmp")
def test_all_sources_agree(rows: pd.DataFrame) -> None:
    rows.to_csv("d.csv", index=False)
    rows.to_csv("d.tsv", index=False, sep="\t")
    rows.to_csv("semi.csv", index=False, sep=";", na_rep="NA")
    rows.to_csv("bom.csv", index=False, encoding="utf-8-sig", lineterminator="\r\n")
    Path("d.csv.gz").write_bytes(gzip.compress(Path("d.csv").read_bytes()))
    rows.to_parquet("d.parquet")
    rows.to_json("d.jsonl", orient="records", lines=True)
    table = pa.Table.from_pandas(rows)
    with duckdb.connect("d.duckdb") as connection:
        connection.execute("CREATE TABLE t AS SELECT * FROM 'd.parquet'")
    expected = loglik.fit_classifier(rows, "y").report
    assert expected.n_dropped == 3
    assert expected.missing == {"x": 2, "g": 2}
    assert {"flag[False]", "g[b,c]", 'g[d"e]'} & {t.term for t in expected.terms}
    sources = ["d.csv", "d.tsv", "semi.csv", "bom.csv", "d.csv.gz", "d.parquet", "d.jsonl", "d.duckdb"]
    frames = [pl.from_pandas(rows), pl.from_pandas(rows).lazy(), table, rows.astype({"g": "category"})]
    for source in [*sources, *frames]:
        assert loglik.fit_classifier(source, "y").report == expected, str(source)[:80]


def test_numbers_as_levels() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"month": rng.integers(1, 13, 2000), "y": rng.choice(["a", "b"], 2000)})
    model = loglik.fit_classifier(frame, "y", categorical=["month"], reference_levels={"month": "1"})
    assert [t.term for t in model.report.terms] == ["(Intercept)", *(f"month[{m}]" for m in range(2, 13))]
    as_float = loglik.fit_classifier(
        frame.astype({"month": float}), "y", categorical=["month"], reference_levels={"month": "1"}
    )
    assert as_float.report == model.report


@pytest.mark.usefixtures("in_tmp")
def test_a_number_target_and_numeric_classes() -> None:
    frame = pd.DataFrame({"x": [1.0, 2, 3, 4, 5, 6], "y": [0, 1, 0, 1, 0, 1]})
    frame.to_csv("d.csv", index=False)
    for data in (frame, frame.astype({"y": float}), "d.csv"):
        model = loglik.fit_classifier(data, "y")
        assert model.classes == ("0", "1")
        assert model.report.reference == "0"


def test_new_levels_join_the_rare_ones() -> None:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"g": ["a"] * 200 + ["b"] * 150 + ["c"] * 4 + ["d"] * 5, "y": rng.choice(["no", "yes"], 359)})
    model = loglik.fit_classifier(frame, "y", min_count=9)
    assert [t.term for t in model.report.terms] == ["(Intercept)", "g[b]", "g[(rare)]"]
    p = model.predict_proba(pd.DataFrame({"g": ["c", "never seen", "d"]}))
    assert (p == p[0]).all()


@pytest.mark.usefixtures("in_tmp")
def test_predictions_in_csv_and_parquet_are_the_same_rows(rows: pd.DataFrame, capsys: pytest.CaptureFixture) -> None:
    rows.to_csv("d.csv", index=False)
    assert main(shlex.split("fit d.csv -t y -o m.json -q")) == 0
    assert main(shlex.split("predict m.json d.csv -o p.csv --keep g")) == 0
    assert main(shlex.split("predict m.json d.csv -o p.parquet --keep g")) == 0
    capsys.readouterr()
    assert main(shlex.split("predict m.json d.csv --json")) == 0
    document = json.loads(capsys.readouterr().out)
    text, binary = pd.read_csv("p.csv"), pd.read_parquet("p.parquet")
    assert len(text) == len(rows)
    assert document["n_missing"] == 3
    assert text["predicted"].isna().sum() == 3
    expected = loglik.load_model("m.json").predict_proba(rows)
    for k, name in enumerate(["no", "yes"]):
        for column in (text[f"p[{name}]"], binary[f"p[{name}]"]):
            np.testing.assert_array_equal(column.to_numpy(float), expected[:, k])
        np.testing.assert_array_equal(
            [np.nan if v is None else v[k] for v in document["probabilities"]], expected[:, k]
        )
    assert binary["g"].fillna("").tolist() == rows["g"].fillna("").tolist()
