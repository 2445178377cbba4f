"""Whole numbers keep every digit on the way in, and columns come back as they were given."""

from __future__ import annotations

import shlex
import warnings
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import mpmath
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from polars.testing import assert_frame_equal as assert_polars_equal

import loglik
from loglik.cli import main

BIG = 10**18
N = 120
RNG = np.random.default_rng(11)
ID = [BIG + int(v) for v in RNG.integers(1, 4, N)]
Y = ["yes" if v else "no" for v in RNG.random(N) < 0.5]
X = RNG.normal(size=N)


def in_every_source(frame: pd.DataFrame, directory: Path) -> list[Any]:
    frame.to_csv(directory / "d.csv", index=False)
    frame.to_parquet(directory / "d.parquet")
    frame.to_json(directory / "d.jsonl", orient="records", lines=True)
    with duckdb.connect(directory / "d.duckdb") as connection:
        connection.execute(f"CREATE TABLE t AS SELECT * FROM '{directory / 'd.parquet'}'")
    files = [directory / f"d.{ending}" for ending in ("csv", "parquet", "jsonl", "duckdb")]
    return [*files, frame, pl.from_pandas(frame), pa.Table.from_pandas(frame), frame.astype({"id": object})]


def test_ids_as_levels_and_as_classes_stay_apart(tmp_path: Path) -> None:
    for source in in_every_source(pd.DataFrame({"id": ID, "x": X, "y": Y}), tmp_path):
        model = loglik.fit_classifier(source, "y", features=["id"], categorical="id")
        names = {model.report.terms[k].term for k in (1, 2)} | {
            f"id[{model.features[0].levels[model.features[0].reference]}]"
        }
        assert names == {f"id[{BIG + k}]" for k in (1, 2, 3)}
        assert loglik.fit_classifier(source, "id", features=["x"]).classes == tuple(str(BIG + k) for k in (1, 2, 3))


@pytest.mark.parametrize(
    "ids",
    [pl.Series([2**63 + v % 3 for v in ID], dtype=pl.UInt64), pl.Series([v % 3 - 2**60 for v in ID], dtype=pl.Int64),
     pl.Series([2**100 + v % 3 for v in ID], dtype=pl.Int128)],
    ids=["unsigned", "negative", "128 bits"],
)  # fmt: skip
def test_wide_and_unsigned_integers(ids: pl.Series, tmp_path: Path) -> None:
    frame = pl.DataFrame({"id": ids, "y": Y})
    exact = {f"{v}" for v in ids.to_list()}
    frame.write_csv(tmp_path / "d.csv")
    sources = [frame, tmp_path / "d.csv", pd.DataFrame({"id": ids.to_list(), "y": Y}, dtype=object)]
    if ids.dtype != pl.Int128:
        frame.write_parquet(tmp_path / "d.parquet")
        sources.append(tmp_path / "d.parquet")
    for source in sources:
        feature = loglik.fit_classifier(source, "y", categorical="id").features[0]
        assert set(feature.levels) == exact
        assert list(feature.levels) == sorted(feature.levels, key=int)


def test_numbers_that_lose_digits_are_named(tmp_path: Path) -> None:
    frame = pd.DataFrame({"id": [2**53 + 2 * k + 1 for k in range(N)], "x": X, "y": Y})
    for source in in_every_source(frame, tmp_path):
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            model = loglik.fit_classifier(source, "y")
        assert any(w.category is loglik.DataWarning and 'LL166 column "id"' in str(w.message) for w in said)
        assert [f.columns for f in model.report.findings if f.code == "LL166"] == [("id",)]
    for rows in (frame[["id", "x"]], frame[["id"]].to_numpy(), frame[["id"]].assign(g=Y)):
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            loglik.LogisticRegression(alpha=1.0).fit(rows, Y)
        assert any("LL166" in str(w.message) for w in said)
    with warnings.catch_warnings():
        warnings.simplefilter("error", loglik.DataWarning)
        warnings.simplefilter("ignore", loglik.CollinearityWarning)
        loglik.fit_classifier(frame.assign(id=[2**53 + 2 * k for k in range(N)]), "y")  # every one of them is a double


def test_classes_of_an_estimator_beyond_the_doubles() -> None:
    for y in ([BIG + v % 2 for v in range(N)], [2**63 + v % 2 for v in range(N)], [1, *[2**63 + 1] * (N - 1)]):
        model = loglik.LogisticRegression(alpha=1.0).fit(X[:, None], y)
        assert set(model.classes_.tolist()) == set(y)


RICH = {
    "id": [2**62 + k for k in range(N)],
    "x": X,
    "day": pd.date_range("2020-01-01 00:00:00.123456789", periods=N),
    "flag": [bool(k % 3) for k in range(N)],
    "small": np.arange(N, dtype=np.int8),
    "single": X.astype(np.float32),
    "y": Y,
}


def test_augment_returns_the_very_columns() -> None:
    frame = pd.DataFrame(RICH, index=RNG.permutation(N))
    frame["holes"] = pd.array([None if k % 5 == 0 else 2**60 + k for k in range(N)], dtype="Int64")
    frame[7] = "a name that is no text"
    model = loglik.fit_classifier(frame, "y", features="x")
    out = model.augment(frame)
    pd.testing.assert_frame_equal(out[list(frame.columns)], frame)
    assert list(out.columns)[len(frame.columns) :] == [".predicted", ".p[no]", ".p[yes]", ".deviance"]
    table = pl.DataFrame(
        {**{k: pl.Series(v) for k, v in RICH.items()}, "wide": [2**100] * N, "nested": [[1, None]] * N}
    )
    for given in (table, table.lazy()):
        assert_polars_equal(model.augment(given).select(table.columns), table)
    arrow = pa.table(
        {"x": X, "y": Y, "u": pa.array([2**64 - 1] * N, pa.uint64()), "t": pa.array([None] * N, pa.duration("s"))}
    )
    assert model.augment(arrow).select(arrow.column_names).equals(arrow)


def test_augment_of_files_keeps_digits(tmp_path: Path) -> None:
    ids = [None if k % 7 == 0 else 2**60 + k for k in range(N)]
    frame = pl.DataFrame({"id": ids, "zip": [f"{k:05}" for k in range(N)], "x": X, "y": Y})
    frame.write_csv(tmp_path / "d.csv")
    frame.write_parquet(tmp_path / "d.parquet")
    frame.write_ndjson(tmp_path / "d.jsonl")
    model = loglik.fit_classifier(frame, "y", features="x")
    for name in ("d.csv", "d.parquet", "d.jsonl"):
        for library in (pd, pl):
            out = model.augment(tmp_path / name, frame=library)
            assert [None if pd.isna(v) else int(v) for v in out["id"].to_list()] == ids
            assert out["zip"].to_list() == frame["zip"].to_list()
            assert out["x"].to_list() == frame["x"].to_list()


def test_augment_refuses_to_write_over_a_column() -> None:
    frame = pd.DataFrame({"x": X, "y": Y})
    model = loglik.fit_classifier(frame, "y")
    with pytest.raises(loglik.DataError, match=r'LL117 .*"\.predicted"'):
        model.augment(model.augment(frame))


@pytest.mark.usefixtures("in_tmp")
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_kept_columns_of_a_prediction(ending: str) -> None:
    kept = {
        "id": pa.array([None if k % 7 == 0 else 2**60 + k for k in range(N)], pa.int64()),
        "flag": pa.array([None if k % 5 == 0 else bool(k % 2) for k in range(N)]),
        "at": pa.array([k * 10**9 + 1 for k in range(N)], pa.timestamp("us")),
        "price": pa.array([Decimal(k) / 8 for k in range(N)]),
        "day": pa.array(range(N), pa.date32()),
        "list": pa.array([[k, None] for k in range(N)]),
        "text": pa.array(["", "NA", None, 'a"b,\n'] * (N // 4)),
    }
    pq.write_table(pa.table({**kept, "x": X, "y": Y}), "d.parquet")
    assert main(shlex.split("fit d.parquet -t y --features x -o m.json -q")) == 0
    assert main(shlex.split(f"predict m.json d.parquet --keep {','.join(kept)} -o p.{ending}")) == 0
    if ending == "parquet":
        out, given = pq.read_table("p.parquet"), pq.read_table("d.parquet")
        assert out.column_names == ["row", *kept, "predicted", "p[no]", "p[yes]"]
        for name in kept:
            assert out[name].to_pylist() == given[name].to_pylist(), name
            assert name in {"list", "text"} or out[name].type == given[name].type
    else:
        out = pd.read_csv("p.csv", dtype=str, keep_default_na=False)
        assert out["id"].tolist() == ["" if v is None else str(v) for v in kept["id"].to_pylist()]
        assert out["text"].tolist() == [v or "" for v in kept["text"].to_pylist()]


@pytest.mark.usefixtures("in_tmp")
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_text_of_a_text_file_is_carried_as_written(ending: str) -> None:
    words = ["NA", "007", "1.50", " 5", "True", "null", "ü,", '"', "1e400", ""]
    pd.DataFrame({"c": words * 12, "x": X, "y": Y}).to_csv("d.csv", index=False)
    assert main(shlex.split("fit d.csv -t y --features x -o m.json -q")) == 0
    assert main(shlex.split(f"predict m.json d.csv --keep c -o p.{ending}")) == 0
    out = pd.read_csv("p.csv", dtype=str, keep_default_na=False) if ending == "csv" else pd.read_parquet("p.parquet")
    assert ["" if pd.isna(v) else v for v in out["c"]] == words * 12


def test_the_deviance_of_a_row_that_is_all_but_impossible() -> None:
    frame = pd.DataFrame({"x": [0.0, 1.0, 0.0, 1.0, 2.0, 2.0, 0.5], "y": list("aabbbab")})
    model = loglik.fit_classifier(frame, "y")
    slope = {t.term: t.estimate for t in model.report.terms}
    far = pd.DataFrame({"x": [-2e4, 2e4, -2e4, 2e4], "y": list("bbaa")})
    found = model.augment(far)[".deviance"]
    with mpmath.workdps(40):
        for x, y, d in zip(far.x, far.y, found, strict=True):
            eta = mpmath.mpf(slope["(Intercept)"]) + mpmath.mpf(slope["x"]) * x
            log_p = -mpmath.log1p(mpmath.exp(-eta if y == "b" else eta))
            assert d == pytest.approx(float((1 if y == "b" else -1) * mpmath.sqrt(-2 * log_p)), rel=1e-12)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("options", [{}, {"positive": "a"}])
def test_squares_of_the_residuals_add_up_to_the_deviance(options: dict[str, str]) -> None:
    frame = pd.DataFrame({"x": X, "y": Y})
    renamed = frame.assign(y=frame.y.map({"yes": "b", "no": "a"}))
    model = loglik.fit_classifier(renamed, "y", **options)
    out = model.augment(renamed)
    assert (out[".deviance"] ** 2).sum() == pytest.approx(model.report.overall.deviance, rel=1e-12)
    assert ((out[".deviance"] > 0) == (renamed.y == options.get("positive", "b"))).all()


def test_log_probabilities_beside_fifty_digits() -> None:
    x = np.array([[0.0], [1.0], [2.0], [3.0], [4.0], [5.0], [6.0], [7.0], [8.0]])
    y = [0, 1, 2, 0, 1, 2, 0, 1, 2]
    model = loglik.LogisticRegression().fit(x, y)
    model.coef_, model.intercept_ = np.array([[0.0], [41.0], [-3.0]]), np.array([0.0, 0.25, -0.5])
    rows = np.array([[1.0], [-7.0], [30.0], [0.0]])
    found = model.predict_log_proba(rows)
    with mpmath.workdps(50):
        for row, logs in zip(rows, found, strict=True):
            eta = [mpmath.mpf(float(c * row[0] + b)) for c, b in zip(model.coef_[:, 0], model.intercept_, strict=True)]
            for k, value in enumerate(logs):
                others = [e - eta[k] for j, e in enumerate(eta) if j != k]
                exact = -mpmath.log1p(mpmath.fsum(mpmath.exp(e) for e in others))
                assert value == pytest.approx(float(exact), rel=4e-16)
    assert -1e-15 < found[0, 1] < 0.0  # not 0


def test_the_offset_is_remembered_and_asked_for() -> None:
    frame = pd.DataFrame({"x": X, "g": ["u", "v"] * (N // 2)})
    offset = RNG.normal(size=N)
    model = loglik.LogisticRegression().fit(frame, Y, offset=offset)
    assert model.model_.report.offset == "offset"
    assert "offset" in model.summary()
    with_target = frame.assign(y=Y)
    for ask in (model.augment, model.model_.augment, model.model_.predict, model.model_.predict_proba):
        with pytest.raises(loglik.DataError, match="LL167"):
            ask(with_target)
    out = model.augment(with_target, offset=offset)
    assert (out[".deviance"] ** 2).sum() == pytest.approx(model.model_.report.overall.deviance, rel=1e-12)
    np.testing.assert_allclose(model.model_.predict_proba(frame, offset=offset), model.predict_proba(frame, offset))


@pytest.mark.usefixtures("in_tmp")
def test_a_kept_model_with_an_offset_that_was_no_column(capsys: pytest.CaptureFixture) -> None:
    frame = pd.DataFrame({"x": X, "offset": X**2})  # a feature of that name is not the offset
    model = loglik.LogisticRegression().fit(frame, Y, offset=RNG.normal(size=N)).model_
    model.save("m.json")
    frame.to_csv("d.csv", index=False)
    assert main(shlex.split("predict m.json d.csv")) == 2
    assert capsys.readouterr().err.startswith("LL167")
    with pytest.raises(loglik.DataError, match="LL167"):
        loglik.load_model("m.json").predict_proba(frame)
