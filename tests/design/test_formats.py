"""Files of every format say what they hold, or are refused with a true message."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import loglik
from loglik.design.arrow_schema import duration_columns

N = 60
RNG = np.random.default_rng(3)
X = RNG.normal(size=N).round(3)
Y = RNG.choice(["a", "b"], N)
FRAME = pd.DataFrame({"x": X, "y": Y})
pytestmark = pytest.mark.usefixtures("in_tmp")


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_durations_in_parquet_are_no_numbers(unit: str) -> None:
    seconds = pa.array(range(N), pa.duration(unit))
    nested = pa.array([{"d": 1}] * N, pa.struct([("d", pa.int64())]))
    pq.write_table(pa.table({"n": nested, "wait": seconds, "x": X, "y": Y}), "d.parquet")
    with pytest.raises(loglik.DataError, match='LL106 column "wait"'):
        loglik.fit_classifier("d.parquet", "y", exclude="n")
    with pytest.raises(loglik.DataError, match='LL111 target "wait"'):
        loglik.fit_classifier("d.parquet", "wait", features="x")
    assert loglik.fit_classifier("d.parquet", "y", features="x").report == loglik.fit_classifier(FRAME, "y").report


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_durations_as_other_libraries_write_them(library: str) -> None:
    if library == "pandas":
        FRAME.assign(wait=pd.to_timedelta(X, "s")).to_parquet("d.parquet")
    else:
        frame = pl.from_pandas(FRAME).with_columns(wait=pl.Series(range(N)).cast(pl.Duration("us")))
        frame.write_parquet("d.parquet")
    with pytest.raises(loglik.DataError, match='LL106 column "wait"'):
        loglik.fit_classifier("d.parquet", "y")


def test_the_schema_of_arrow_is_read_as_arrow_reads_it() -> None:
    kinds = [
        pa.int64(),
        pa.duration("s"),
        pa.string(),
        pa.list_(pa.duration("s")),
        pa.duration("ns"),
        pa.timestamp("s"),
    ]
    schema = pa.schema([pa.field(f"列 {i}", kind, metadata={"a": "b"}) for i, kind in enumerate(kinds)])
    pq.write_table(schema.empty_table(), "d.parquet")
    value = pq.read_metadata("d.parquet").metadata[b"ARROW:schema"]
    assert duration_columns(value) == {"列 1", "列 4"}
    for length in range(0, len(value), 7):  # never an error, whatever is there
        assert duration_columns(value[:length]) <= {"列 1", "列 4"}


def test_arrays_of_times() -> None:
    for kind in ("m8[s]", "M8[s]"):
        with pytest.raises(loglik.DataError, match="LL106"):
            loglik.LogisticRegression().fit(np.arange(4).astype(kind)[:, None], [0, 1, 0, 1])


def test_names_that_differ_in_case_only() -> None:
    pq.write_table(pa.table({"x": X, "X": X + 1, "y": Y}), "d.parquet")
    Path("d.jsonl").write_text("".join(json.dumps({"x": v, "X": 1, "y": y}) + "\n" for v, y in zip(X, Y, strict=True)))
    Path("d.csv").write_text("x,X,y\n1,2,a\n2,1,b\n")
    for name in ("d.parquet", "d.jsonl", "d.csv"):
        with pytest.raises(loglik.DataError, match=r'(?i)LL117 .*the column name "x" twice'):
            loglik.fit_classifier(name, "y")
    # Names that only look as if DuckDB had made them are names.
    pq.write_table(pa.table({"x": X, "x_1": X**2, "y": Y}), "d.parquet")
    FRAME.assign(x_1=X**2).to_json("d.jsonl", orient="records", lines=True)
    for name in ("d.parquet", "d.jsonl"):
        assert [f.name for f in loglik.fit_classifier(name, "y").features] == ["x", "x_1"]


def test_a_data_frame_with_a_name_twice() -> None:
    for other in (X, Y):
        twice = pd.concat([FRAME, pd.DataFrame({"x": other})], axis=1)
        with pytest.raises(loglik.DataError, match=r'LL117 .*"x" twice'):
            loglik.fit_classifier(twice, "y")
        with pytest.raises(loglik.DataError, match=r'LL117 .*"x" twice'):
            loglik.LogisticRegression().fit(twice, Y)


def test_json_lines() -> None:
    Path("twice.jsonl").write_text('{"x": 1, "y": "a"}\n{"x": 1, "x": 2, "y": "b"}\n')
    with pytest.raises(loglik.DataError, match=r'LL117 twice\.jsonl, line 2: an object has the key "x" twice'):
        loglik.fit_classifier("twice.jsonl", "y")
    rows = FRAME.to_dict("records")
    for text in (json.dumps(rows), json.dumps(rows, indent=1), "".join(json.dumps(row) + "\n" for row in rows)):
        Path("d.json").write_text(text)
        assert loglik.fit_classifier("d.json", "y").report == loglik.fit_classifier(FRAME, "y").report
    Path("dates.jsonl").write_text('{"x": "2024-01-01", "y": "a"}\n{"x": "2024-01-02", "y": "b"}\n')
    with pytest.raises(loglik.DataError, match="LL106"):
        loglik.fit_classifier("dates.jsonl", "y")
    values = [1, "1", "a", True, 1.5]
    Path("mixed.jsonl").write_text("".join(json.dumps({"x": values[i % 5], "y": y}) + "\n" for i, y in enumerate(Y)))
    with pytest.raises(loglik.DataError, match="LL126"):
        loglik.fit_classifier("mixed.jsonl", "y")
    model = loglik.fit_classifier("mixed.jsonl", "y", categorical="x")
    assert model.features[0].levels == ("1", "1.5", "True", "a")
    for i, value in enumerate(values):  # alone, each shows but one type
        Path("one.jsonl").write_text(json.dumps({"x": value}) + "\n")
        assert model.predict_proba("one.jsonl")[0] == pytest.approx(model.predict_proba("mixed.jsonl")[i])


def test_sqlite() -> None:
    connection = sqlite3.connect("d.db")
    with connection:
        FRAME.assign(id=2**60 + np.arange(N) % 3, none=None).to_sql("t", connection, index=False)
    made = loglik.fit_classifier("d.db", "y", categorical="id", exclude="none")
    assert loglik.fit_classifier("d.db", "y", features="x").report == loglik.fit_classifier(FRAME, "y").report
    assert made.features[1].levels == tuple(str(2**60 + k) for k in range(3))
    with connection:
        connection.execute("CREATE TABLE blobs (x, y)")
        connection.execute("INSERT INTO blobs VALUES (x'00', 'a'), (9e999, 'b'), (1, 'b')")
        connection.execute("CREATE TABLE no_rows (x, y)")
    connection.close()
    for table, code in ((None, "LL122"), ("q", "LL122"), ("blobs", "LL120"), ("no_rows", "LL102")):
        with pytest.raises(loglik.DataError, match=code):
            loglik.fit_classifier("d.db", "y", table=table)
    Path("cut.sqlite").write_bytes(Path("d.db").read_bytes()[:1000])
    with pytest.raises(loglik.DataError, match=r"LL105 cut\.sqlite is a SQLite database that cannot be read"):
        loglik.fit_classifier("cut.sqlite", "y", table="t")


def test_no_rows() -> None:
    model = loglik.fit_classifier(FRAME.assign(g=RNG.choice(["u", "v"], N), f=X > 0, y=Y), "y", alpha=0.1)
    empty = pd.DataFrame({"x": [], "g": [], "f": []})
    empty.to_csv("d.csv", index=False)
    empty.to_parquet("d.parquet")
    for rows in (empty, pl.from_pandas(empty), pa.Table.from_pandas(empty), "d.csv", "d.parquet"):
        assert model.predict_proba(rows).shape == (0, 2)
        assert model.predict(rows) == []
        assert model.augment(rows).shape == (0, 6)
        with pytest.raises(loglik.DataError, match="LL102"):
            loglik.fit_classifier(rows, "x")
    estimator = loglik.LogisticRegression().fit(X[:, None], Y)
    assert estimator.predict(np.empty((0, 1))).shape == (0,)
    assert estimator.predict_proba(np.empty((0, 1))).shape == (0, 2)


def test_names_of_columns_as_libraries_give_them() -> None:
    frame = pd.DataFrame({"a": X, "b": X**2, "ab": RNG.normal(size=N), "y": Y})
    both = loglik.fit_classifier(frame, "y", features=["a", "b"]).report
    for names in (frame.columns[:2], np.array(["a", "b"]), pd.Series(["a", "b"]), pl.Series(["a", "b"]), ("a", "b")):
        assert loglik.fit_classifier(frame, "y", features=names).report == both
        assert loglik.fit_classifier(frame, "y", exclude=["ab"], categorical=[]).report == both
    assert [f.name for f in loglik.fit_classifier(frame, "y", features="ab").features] == ["ab"]
    assert [f.name for f in loglik.fit_classifier(frame, "y", exclude="ab").features] == ["a", "b"]
    with pytest.raises(loglik.DataError, match='LL103 column "ab"'):
        loglik.fit_classifier(frame.drop(columns="ab"), "y", features="ab")
    for names in (5, [["a"]], 1.5, object()):
        with pytest.raises(loglik.DataError, match="LL118"):
            loglik.fit_classifier(frame, "y", features=names)
    with pytest.raises(loglik.DataError, match='LL117 column "a" is both the weights and the offset'):
        loglik.fit_classifier(frame, "y", weights="a", offset="a")


def test_sampling_weights_are_no_collinearity() -> None:
    with pytest.warns(loglik.InferenceWarning, match="LL302") as said:
        loglik.fit_classifier(FRAME.assign(w=1.5), "y", weights="w", weight_kind="sampling")
    assert not any(issubclass(w.category, loglik.CollinearityWarning) for w in said)


@pytest.mark.parametrize("levels", [False, True])
@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl"])
def test_wide_files_are_read_with_few_queries(levels: bool, ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What made 3,000 columns slow was a query for each, and queries of thousands of expressions."""
    from loglik.design.duckdb_source import FileSource
    from loglik.design.files import open_source
    from loglik.design.model_frame import model_frame
    from loglik.design.model_spec import ModelSpec

    values = RNG.choice(["u", "v"], (40, 600)) if levels else RNG.normal(size=(40, 600)).round(3)
    frame = pd.DataFrame(values, columns=[f"c{j}" for j in range(600)]).assign(y=Y[:40])
    if ending == "csv":
        frame.to_csv("d.csv", index=False)
    elif ending == "parquet":
        frame.to_parquet("d.parquet")
    else:
        frame.to_json("d.jsonl", orient="records", lines=True)
    queries, execute = [], FileSource.execute
    monkeypatch.setattr(FileSource, "execute", lambda self, query: queries.append(query) or execute(self, query))
    prepared = model_frame(open_source(f"d.{ending}"), ModelSpec("y"))
    assert prepared.design.n_rows == 40
    assert len(queries) < 20
