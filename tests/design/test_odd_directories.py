"""Directories that could be read to fewer rows, or to other columns, than are there: refused, each by its code."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import duckdb
import pytest
from test_many_files import FRAME, WRITERS, figures

import loglik
from loglik.design import data_files


def rows(directory: Path, ending: str = "parquet", *names: str) -> Path:
    half = len(FRAME) // 2
    for name, part in zip(names or ("a", "b"), (FRAME.iloc[:half], FRAME.iloc[half:]), strict=True):
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        WRITERS[ending](part, directory / name)
    return directory


def refused(data: Path | str, said: str, **more: object) -> None:
    with pytest.raises(loglik.DataError, match=said):
        loglik.fit_classifier(data, "y", **more)


def test_links_that_lead_nowhere_are_rows_that_are_lacking(tmp_path):
    for name, to, said in (
        ("loop.parquet", "loop.parquet", "LL101 .*loop.parquet"),
        ("gone.parquet", "/nowhere/rows.parquet", "LL101 .*gone.parquet"),
        ("more", "..", "LL502 .*more is a link to a directory"),
    ):
        made = rows(tmp_path / name.partition(".")[0])
        (made / name).symlink_to(to)
        refused(made, said)
    refused(f"{tmp_path}/gone/*.parquet", "LL101 .*gone.parquet")
    made = rows(tmp_path / "linked")
    (made / "b.parquet").rename(tmp_path / "b.parquet")
    (made / "b.parquet").symlink_to("../b.parquet")
    (made / "_hidden").symlink_to("..")
    assert figures(made) == figures(rows(tmp_path / "plain"))


@pytest.mark.parametrize("ending", ["parquet", "csv", "jsonl", "feather"])
def test_a_directory_takes_no_columns_place(tmp_path, ending):
    refused(rows(tmp_path / ending, ending, "x=1/a", "x=2/b"), 'LL502 "x" is a column of the files')


@pytest.mark.parametrize("names", [("k=1/a", "b"), ("k=1/l=2/a", "l=1/k=2/b"), ("k=1/a", "k=1/l=2/b")])
def test_directories_have_the_same_names(tmp_path, names):
    refused(rows(tmp_path, "parquet", *names), "LL502 the names of directories")


@pytest.mark.parametrize("ending", ["parquet", "csv", "jsonl"])
@pytest.mark.parametrize("name", ["~", "~root", "a'b", 'q"q', "a?b", "x[1]", "日本 語", "a\nb", "-x", "a%41"])
def test_names_are_names(tmp_path, monkeypatch, ending, name):
    monkeypatch.chdir(tmp_path)
    WRITERS[ending](FRAME, Path("plain"))
    WRITERS[ending](FRAME, name)
    assert figures(f"{name}.{ending}") == figures(f"plain.{ending}")


def test_a_file_that_goes_between_listing_and_reading(tmp_path, monkeypatch):
    made, real = rows(tmp_path), data_files._several

    def several(label, found, store=None):
        found = list(found)
        (tmp_path / "b.parquet").unlink()
        return real(label, found, store)

    monkeypatch.setattr(data_files, "_several", several)
    refused(made, "LL101 .*b.parquet")


@pytest.mark.parametrize("query", ["SELECT *, x FROM t", 'SELECT x, x + 1 AS "X", y FROM t'])
def test_a_query_names_each_column_once(tmp_path, query):
    with duckdb.connect(str(tmp_path / "t.duckdb")) as connection:
        connection.register("frame", FRAME)
        connection.execute("CREATE TABLE t AS SELECT * FROM frame")
    connection = sqlite3.connect(tmp_path / "t.sqlite")
    FRAME.to_sql("t", connection)
    connection.close()
    for name in ("t.duckdb", "t.sqlite"):
        refused(tmp_path / name, "LL504 the query gives two columns the name", query=query)
