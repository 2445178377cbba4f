"""Values of every type that data frames have: classes come back in their type, levels are the same in every library."""

from __future__ import annotations

import warnings
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import loglik

if TYPE_CHECKING:
    from pathlib import Path

N = 90
RNG = np.random.default_rng(5)
X = RNG.normal(size=(N, 2))
K = RNG.integers(0, 3, N)
Y = np.where(RNG.random(N) < 0.5, "no", "yes")
BIG = 10**18

CLASSES: dict[str, tuple[Any, list[Any]]] = {
    "nullable": (pd.Series(BIG + K, dtype="Int64"), [BIG, BIG + 1, BIG + 2]),
    "nullable, unsigned": (pd.Series(2**63 + K.astype("u8"), dtype="UInt64"), [2**63, 2**63 + 1, 2**63 + 2]),
    "nullable, one column": (pd.DataFrame({"y": pd.Series(BIG + K, dtype="Int64")}), [BIG, BIG + 1, BIG + 2]),
    "arrow": (pd.Series(BIG + K, dtype="int64[pyarrow]"), [BIG, BIG + 1, BIG + 2]),
    "categories": (pd.Series(pd.Categorical(BIG + K)), [BIG, BIG + 1, BIG + 2]),
    "objects": (np.array([BIG + int(k) for k in K], dtype=object), [BIG, BIG + 1, BIG + 2]),
    "series of objects": (pd.Series([BIG + int(k) for k in K], dtype=object), [BIG, BIG + 1, BIG + 2]),
    "polars": (pl.Series(BIG + K), [BIG, BIG + 1, BIG + 2]),
    "pyarrow": (pa.array(BIG + K), [BIG, BIG + 1, BIG + 2]),
    "booleans, nullable": (pd.Series(K > 0, dtype="boolean"), [False, True]),
    "booleans, arrow": (pd.Series(K > 0, dtype="bool[pyarrow]"), [False, True]),
    "booleans, categories": (pd.Categorical(K > 0), [False, True]),
    "booleans, objects": (np.array((K > 0).tolist(), dtype=object), [False, True]),
    "texts, nullable": (pd.Series(K.astype(str), dtype="string"), ["0", "1", "2"]),
}


@pytest.mark.parametrize("name", CLASSES)
def test_classes_come_back_in_their_type(name: str) -> None:
    y, expected = CLASSES[name]
    model = loglik.LogisticRegression().fit(X, y)
    assert model.classes_.tolist() == expected
    assert [type(c) for c in model.classes_.tolist()] == [type(c) for c in expected]
    found = model.predict(X)
    assert set(found.tolist()) <= set(expected)
    given = list(y["y"]) if isinstance(y, pd.DataFrame) else y.to_pylist() if isinstance(y, pa.Array) else list(y)
    assert model.score(X, y) == np.mean([a == b for a, b in zip(found.tolist(), given, strict=True)])


@pytest.mark.parametrize(
    ("y", "code"),
    [([2**70 + int(k) for k in K], "LL111"), (np.array([2**70 + int(k) for k in K], dtype=object), "LL111"),
     (np.array([1, "1", 2.5], dtype=object)[K], "LL111"), (np.array([None, "a", "b"], dtype=object)[K], "LL107"),
     (pd.array([None, 1, 2], dtype="Int64")[K], "LL107"), (pd.Series(["a", None, "b"], dtype="string")[K], "LL107")],
)  # fmt: skip
def test_classes_that_are_none_are_refused_with_a_code(y: Any, code: str) -> None:
    with pytest.raises(loglik.DataError) as error:
        loglik.LogisticRegression().fit(X, y)
    assert error.value.code == code


DICTIONARIES: dict[str, list[Any]] = {
    "whole": [0, 1, 2],
    "beyond doubles": [2**53, 2**53 + 1, 2**53 + 2],
    "fractions": [0.25, -0.0, 1e22],
    "booleans": [True, False, True],
    "texts": ["01", "1", "a"],
}


@pytest.mark.parametrize("name", DICTIONARIES)
def test_dictionaries_are_levels_as_categories_are(name: str) -> None:
    values = [DICTIONARIES[name][k] for k in K]
    pandas = pd.DataFrame({"g": pd.Categorical(values), "x": X[:, 0], "y": Y})
    arrow = pa.table({"g": pa.array(values).dictionary_encode(), "x": X[:, 0], "y": Y})
    chunks = pa.concat_tables([arrow.slice(0, 7), arrow.slice(7, 40), arrow.slice(47)])
    chunks = chunks.set_column(0, "g", pa.chunked_array([pa.array(values[a:b]).dictionary_encode()
                                                         for a, b in ((0, 7), (7, 47), (47, N))]))  # fmt: skip
    fitted = [loglik.fit_classifier(table, "y") for table in (pandas, arrow, chunks)]
    expected = np.asarray(fitted[0].predict_proba(pandas))
    plain = pa.table({"g": pa.array(values), "x": X[:, 0], "y": Y})
    for model in fitted:
        assert model.features[0].levels == fitted[0].features[0].levels
        for table in (pandas, arrow, chunks, plain, arrow.slice(3, 1)):
            found = np.asarray(model.predict_proba(table))
            np.testing.assert_array_equal(found, expected if len(found) == N else expected[3:4])


def test_a_dictionary_with_nulls_and_repetitions() -> None:
    repeated = pa.DictionaryArray.from_arrays(pa.array(K.astype("u1")), pa.array(["a", "b", "a"]))
    holes = pa.DictionaryArray.from_arrays(pa.array([None if k == 2 else int(k) for k in K]), pa.array(["a", "b"]))
    inner = pa.DictionaryArray.from_arrays(pa.array(K), pa.array(["a", "b", None]))
    for column, used in ((repeated, N), (holes, int((K < 2).sum())), (inner, int((K < 2).sum()))):
        model = loglik.fit_classifier(pa.table({"g": column, "x": X[:, 0], "y": Y}), "y")
        assert model.features[0].levels == ("a", "b")
        assert model.report.n_rows == used


@pytest.mark.parametrize("column", ["g", "b", "x"])
def test_a_row_whose_column_holds_nothing_is_without_a_prediction(column: str) -> None:
    model = loglik.fit_classifier(pd.DataFrame({"g": K.astype(str), "b": X[:, 1] > 0, "x": X[:, 0], "y": Y}), "y")
    row = {"g": ["1"], "b": [True], "x": [0.5], column: [None]}
    for library in (pd.DataFrame, pl.DataFrame, pa.table):
        assert list(model.predict(library(row))) == [None]


@pytest.mark.parametrize("library", [pl.DataFrame, pa.table])
def test_a_column_without_a_value_is_named(library: Any) -> None:
    with pytest.raises(loglik.DataError, match='"g" lacks 90 of 90'):
        loglik.fit_classifier(library({"g": [None] * N, "x": X[:, 0], "y": Y}), "y")


@pytest.mark.parametrize("large", [10**400, -(10**400), Decimal(10) ** 400], ids=["large", "negative", "decimal"])
def test_numbers_beyond_the_largest_double_are_refused(large: Any) -> None:
    values = pd.Series([large if k == 2 else int(k) for k in K], dtype=object)
    with pytest.raises(loglik.DataError) as error:
        loglik.fit_classifier(pd.DataFrame({"g": values, "x": X[:, 0], "y": Y}), "y")
    assert error.value.code == "LL109"
    for given in (values.to_frame("g"), values.to_numpy()[:, None]):
        with pytest.raises(loglik.DataError) as error:
            loglik.LogisticRegression().fit(given, Y)
        assert error.value.code == "LL109"


def test_a_line_break_in_the_name_of_a_column_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text('"a\nb",y\n' + "".join(f"{x},{y}\n" for x, y in zip(X[:, 0], Y, strict=True)))
    with pytest.raises(loglik.DataError, match="line break") as error:
        loglik.fit_classifier(path, "y")
    assert error.value.code == "LL104"


def test_a_reference_level_of_numbers_is_refused() -> None:
    frame = pd.DataFrame({"g": K, "h": K.astype(str), "x": X[:, 0], "y": Y})
    assert loglik.fit_classifier(
        frame, "y", features=["g", "x"], categorical="g", reference_levels={"g": "1"}
    ).report.converged
    with pytest.raises(loglik.DataError, match="not levels") as error:
        loglik.fit_classifier(frame, "y", features=["g", "x"], reference_levels={"g": "1"})
    assert error.value.code == "LL112"
    with pytest.raises(loglik.DataError, match="not levels"):
        loglik.LogisticRegression(reference_levels={"x": "1"}).fit(frame[["h", "x"]], Y)


def test_a_decimal_nan_is_missing() -> None:
    values = pd.Series([Decimal("NaN") if k == 2 else Decimal(int(k)) for k in K], dtype=object)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = loglik.fit_classifier(pd.DataFrame({"g": values, "x": X[:, 0], "y": Y}), "y")
    assert model.report.n_rows == int((K < 2).sum())
