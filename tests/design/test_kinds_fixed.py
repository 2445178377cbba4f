"""What a column held in the fit is what it holds at prediction, from whatever source and for whichever rows."""

from __future__ import annotations

import json
import sqlite3
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import loglik
from loglik.design import duckdb_source
from loglik.design.levels import spelled
from loglik.design.numerals import number_spelling, number_sql, plain_number
from loglik.design.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

N = 240
RNG = np.random.default_rng(5)
# Each column shows another kind in some of its rows than in all of them.
COLUMNS: dict[str, list[Any]] = {
    "code": list(RNG.choice(["01", "1", "1.0", "a", "b", "c"], N)),
    "answer": list(RNG.choice(["True", "true", "no", "FALSE", "?"], N)),
    "price": list(RNG.choice(["1.50", "1.5", "free", "gratis", "-"], N)),
    "when": list(RNG.choice(["2024-01-01", "2024-02-01", "never", "12:30"], N)),
    "word": list(RNG.choice(["x", "y y", 'q"q', "ü", "inf", " 7"], N)),
    "flag": [bool(v) for v in RNG.random(N) < 0.5],
    "month": [int(v) for v in RNG.integers(1, 4, N)],
    "rate": [float(v) for v in RNG.choice([0.1, 1.5, 2.0, 1e22], N)],
    "id": [10**18 + int(v) for v in RNG.integers(1, 4, N)],
    "z": [float(v) for v in RNG.normal(size=N)],
    "whole": [int(v) for v in RNG.integers(-3, 4, N)],
}
CATEGORICAL = ["code", "answer", "price", "when", "word", "month", "rate", "id"]
ETA = np.array(
    [0.8 * (c == "01") - 0.8 * (c == "1") + z / 2 for c, z in zip(COLUMNS["code"], COLUMNS["z"], strict=True)]
)
FRAME = pd.DataFrame({**COLUMNS, "y": np.where(RNG.random(N) < 1 / (1 + np.exp(-ETA)), "yes", "no")})


def csv(frame: pd.DataFrame, path: Path) -> Path:
    frame.to_csv(path.with_suffix(".csv"), index=False)
    return path.with_suffix(".csv")


def jsonl(frame: pd.DataFrame, path: Path) -> Path:
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    path.with_suffix(".jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path.with_suffix(".jsonl")


def parquet(frame: pd.DataFrame, path: Path) -> Path:
    frame.to_parquet(path.with_suffix(".parquet"))
    return path.with_suffix(".parquet")


def database(frame: pd.DataFrame, path: Path) -> Path:
    path = path.with_suffix(".duckdb")
    path.unlink(missing_ok=True)
    with duckdb.connect(path) as connection:
        connection.register("frame", pa.Table.from_pandas(frame))
        connection.execute("CREATE TABLE t AS SELECT * FROM frame")
    return path


def sqlite(frame: pd.DataFrame, path: Path) -> Path:
    path = path.with_suffix(".sqlite")
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as connection:
        frame.to_sql("t", connection, index=False)
    connection.close()
    return path


SOURCES: dict[str, Callable[[pd.DataFrame, Path], Any]] = {
    "csv": csv,
    "jsonl": jsonl,
    "parquet": parquet,
    "duckdb": database,
    "sqlite": sqlite,
    "pandas": lambda frame, _: frame,
    "polars": lambda frame, _: pl.from_pandas(frame),
    "pyarrow": lambda frame, _: pa.Table.from_pandas(frame),
    "nullable": lambda frame, _: frame.convert_dtypes(),
    "objects": lambda frame, _: frame.astype(object),
}


@pytest.fixture(scope="module")
def model() -> loglik.FittedClassifier:
    return loglik.fit_classifier(FRAME, "y", categorical=CATEGORICAL, alpha=0.01)


@pytest.mark.parametrize("name", SOURCES)
def test_single_rows_are_predicted_as_in_the_whole(name: str, tmp_path: Path) -> None:
    make = SOURCES[name]
    whole = make(FRAME, tmp_path / "whole")
    model = loglik.fit_classifier(whole, "y", categorical=CATEGORICAL, alpha=0.01)
    model.save(tmp_path / "m.json")
    model = loglik.load_model(tmp_path / "m.json")
    expected = model.predict_proba(whole)
    assert not np.isnan(expected).any()
    for i in [*range(0, N, 23), N - 1]:
        row = make(FRAME.iloc[[i]].reset_index(drop=True), tmp_path / f"row{i}")
        np.testing.assert_array_equal(model.predict_proba(row), expected[[i]], err_msg=f"{FRAME.iloc[i].to_dict()}")


@pytest.mark.parametrize("name", [n for n in SOURCES if n != "sqlite"])
def test_a_model_of_one_source_predicts_every_other(name: str, tmp_path: Path, model: loglik.FittedClassifier) -> None:
    expected = model.predict_proba(FRAME)
    np.testing.assert_array_equal(model.predict_proba(SOURCES[name](FRAME, tmp_path / "d")), expected)
    other = loglik.fit_classifier(SOURCES[name](FRAME, tmp_path / "d"), "y", categorical=CATEGORICAL, alpha=0.01)
    # Levels of typed sources are the same; a CSV does not say which of them are numbers, and comes to the same too.
    assert [t.term for t in other.report.terms] == [t.term for t in model.report.terms]
    np.testing.assert_array_equal(other.predict_proba(FRAME), expected)


def test_kinds_are_told_apart_in_long_files_as_in_short_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: loglik.FittedClassifier
) -> None:
    monkeypatch.setattr(duckdb_source, "_SHORT", 0)
    expected = model.predict_proba(FRAME)
    for name in ("csv", "jsonl", "parquet", "duckdb"):
        path = SOURCES[name](FRAME, tmp_path / "long")
        np.testing.assert_array_equal(model.predict_proba(path), expected)
        again = loglik.fit_classifier(path, "y", categorical=CATEGORICAL, alpha=0.01)
        assert [t.term for t in again.report.terms] == [t.term for t in model.report.terms]


@pytest.mark.parametrize(
    ("column", "values"),
    [("code", [1, 1]), ("code", [1.0, 1.0]), ("answer", [True, True]), ("z", ["1.5", "2"]), ("z", [True, False]),
     ("flag", [1, 0]), ("month", [True, True]), ("z", pd.to_datetime(["2024-01-01", "2024-01-02"]))],
)  # fmt: skip
def test_another_type_is_refused(column: str, values: Any, model: loglik.FittedClassifier) -> None:
    rows = FRAME.head(2).assign(**{column: values})
    for frame in (rows, pl.from_pandas(rows), pa.Table.from_pandas(rows)):
        with pytest.raises(loglik.DataError, match=f'LL127 column "{column}"'):
            model.predict_proba(frame)


@pytest.mark.parametrize("odd", ["low", "1,5", "0x10", "1_000", "True", "٣"])
def test_a_csv_cell_that_is_no_number_is_named(odd: str, tmp_path: Path, model: loglik.FittedClassifier) -> None:
    rows = FRAME.head(3).assign(z=["1", "2", odd])
    with pytest.raises(loglik.DataError, match=r'LL127 column "z" of d.csv held numbers .* in row 3'):
        model.predict_proba(csv(rows, tmp_path / "d"))


def test_a_level_that_is_a_missing_word_elsewhere_stays_a_level(tmp_path: Path) -> None:
    frame = pd.DataFrame({"g": ["NA", "ZA", "BW"] * 40, "y": ["a", "b", "b", "a"] * 30})
    model = loglik.fit_classifier(frame, "y")
    np.testing.assert_array_equal(model.predict_proba(csv(frame, tmp_path / "d")), model.predict_proba(frame))


def test_options_name_levels_by_any_spelling(tmp_path: Path) -> None:
    for source in (FRAME, csv(FRAME, tmp_path / "d")):
        for base, positive in (({"month": "02", "flag": "true"}, "yes"), ({"month": 2, "flag": True}, "yes")):
            model = loglik.fit_classifier(
                source, "y", features=["month", "flag"], categorical=["month"], reference_levels=base, positive=positive
            )
            assert [t.term for t in model.report.terms] == ["(Intercept)", "month[1]", "month[3]", "flag[False]"]
        assert loglik.fit_classifier(source, "flag", features=["z"], positive="true").report.reference == "False"


NUMBERS = st.one_of(
    st.integers(-(10**40), 10**40).map(str),
    st.floats(allow_nan=False).map(repr),
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9).map(str),
)
TEXTS = st.one_of(NUMBERS, st.text("0123456789+-.,eE_ \t١５xinfa%", max_size=9))


@settings(max_examples=300, deadline=None)
@given(NUMBERS)
def test_a_number_has_one_spelling_and_keeps_its_value(text: str) -> None:
    level = number_spelling(text)
    assert level is not None
    assert number_spelling(level) == level
    if "inf" not in text:
        assert Decimal(level) == Decimal(text)
        assert float(level) == float(text)


@settings(max_examples=200, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_is_spelled_as_its_text_in_a_csv(value: float) -> None:
    assert number_spelling(value) == spelled(repr(value), "untyped", "number")
    assert number_spelling(np.float64(value)) == number_spelling(value)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """One for all: to open another takes longer than a query."""
    with duckdb.connect(config={"threads": 1}) as opened:
        yield opened


@pytest.mark.parametrize(
    "reading",
    [Reading(), Reading(decimal=","), Reading(thousands=","), Reading(decimal=",", thousands="."),
     Reading(thousands=" "), Reading(decimal=",", thousands=" ")],
    ids=repr,
)  # fmt: skip
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, min_size=1, max_size=30))
def test_python_and_sql_agree_on_what_a_number_is(
    reading: Reading, texts: list[str], connection: duckdb.DuckDBPyConnection
) -> None:
    query = f"SELECT {number_sql('v', reading)} FROM (SELECT unnest(?) AS v)"
    found = [row[0] for row in connection.execute(query, [texts]).fetchall()]
    for text, value in zip(texts, found, strict=True):
        plain = plain_number(text, reading)
        assert (plain is None) == (value is None), (text, plain, value)
        if plain is not None and "nan" not in plain.lower():
            assert float(plain) == value
