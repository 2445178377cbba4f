"""Files of a file system that is not this machine's disk, here fsspec's in memory; `tests/interop` has a store of objects."""

from __future__ import annotations

import datetime as dt
import sys

import fsspec
import pandas as pd
import pyarrow as pa
import pyarrow.fs as pafs
import pyarrow.parquet as pq
import pytest
from test_many_files import FRAME, WRITERS, figures, parts

import loglik
from loglik.cli import main
from loglik.design.files import open_source
from loglik.design.remote import _BUFFER, RemoteFile, Store


@pytest.fixture
def store():
    system = fsspec.filesystem("memory")
    yield system
    system.store.clear()
    system.pseudo_dirs[:] = [""]


@pytest.mark.parametrize("ending", WRITERS)
def test_rows_in_another_file_system_have_the_same_bits(store, tmp_path, ending):
    for i, part in enumerate(parts()[:3]):
        (tmp_path / "rows" / f"year={2011 + i}").mkdir(parents=True)
        WRITERS[ending](part.drop(columns="year"), tmp_path / "rows" / f"year={2011 + i}" / f"a?{i}")
    store.put(str(tmp_path / "rows"), "/rows", recursive=True)
    there = figures(str(tmp_path / "rows"))
    assert figures("memory://rows") == there
    assert figures("/rows", filesystem=store) == there
    assert figures(str(tmp_path / "rows"), filesystem=pafs.LocalFileSystem()) == there
    one = f"rows/year=2011/a?0.{ending}"
    assert figures(fsspec.open(f"memory://{one}")) == figures(str(tmp_path / one))


def test_small_and_large_reads_of_threads_are_those_of_the_file(store):
    data = bytes(range(256)) * (3 * _BUFFER // 256)
    store.pipe("/rows.bin", data)
    with RemoteFile(Store("memory://rows.bin", "/rows.bin", store), "/rows.bin", (), len(data)).opened() as file:
        assert file.read(5) == data[:5]
        for at, n in ((7, 3), (_BUFFER - 2, 10), (2, 2 * _BUFFER), (len(data) - 4, 100), (len(data), 1)):
            file.seek(at)
            assert file.read(n) == data[at : at + n]
        assert file.seek(-3, 2) == len(data) - 3
        assert file.read() == data[-3:]


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_a_file_that_is_replaced_is_found_out(store, tmp_path, ending):
    for i, frame in enumerate((FRAME, FRAME.iloc[::-1])):
        WRITERS[ending](frame, tmp_path / str(i))
    store.put(str(tmp_path / f"0.{ending}"), f"/rows.{ending}")
    source = open_source(f"memory://rows.{ending}")
    store.put(str(tmp_path / f"1.{ending}"), f"/rows.{ending}")
    with pytest.raises(loglik.DataError, match="LL168"):
        loglik.fit_classifier(source, "y")


def test_what_is_no_file_system(store, monkeypatch):
    for data, system in (("rows.csv", 3), (FRAME, store)):
        with pytest.raises(loglik.DataError, match="LL510"):
            loglik.fit_classifier(data, "y", filesystem=system)
    with pytest.raises(loglik.DataError, match="LL511 memory://none"):
        loglik.fit_classifier("memory://none", "y")
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(loglik.DataError, match=r"(?s)LL510 s3://b/rows needs .*loglik\[remote\]"):
        loglik.fit_classifier("s3://b/rows?endpoint_override=http://k:s@host", "y")


# Parameters of conditions.
DATED = pd.DataFrame({
    "n": pa.array([1, 2, 3, 4] * 9).to_pandas(), "t": ["1", "2", "a'b", "$c ?"] * 9,
    "d": [dt.date(2020, 1, 1 + i) for i in range(4)] * 9, "x": range(36), "y": ["a", "b", "b"] * 12,
})  # fmt: skip


@pytest.mark.parametrize(
    ("where", "values", "plain"),
    [
        ("n = ?", [2], "n = 2"),
        ("n = ? OR 'é?' = ? OR n = ?", [1, "x", 3], "n IN (1, 3)"),
        ("n = $2 OR n = $1", [1, 4], "n IN (1, 4)"),
        ("n = $a AND n = $a OR t = $é", {"a": 1, "é": "a'b"}, "n IN (1, 3)"),
        ("t = $c OR \"t\" = '$d'", {"c": "$c ?"}, "n = 4"),
        ("n = ?", ["2"], "n = 2"),
        ("t = ?", ["2"], "n = 2"),
        ("d > ?", [dt.date(2020, 1, 2)], "n > 2"),
        ("d > ?", ["2020-01-02"], "n > 2"),
        ("n IN ?", [[1, 2]], "n < 3"),
        ("t IN ?", [["1", "a'b"]], "n IN (1, 3)"),
        ("n > ? -- ?\n", [2.5], "n > 2.5"),
        ("t = ?", ["1') OR (true"], "false"),
        ("n = ?", [None], "false"),
    ],
)
def test_parameters_are_values_and_nothing_else(tmp_path, where, values, plain):
    pq.write_table(pa.Table.from_pandas(DATED), tmp_path / "d.parquet")

    def rows(condition: object) -> list:
        return open_source(tmp_path / "d.parquet", where=condition).values(["x"])[0]

    assert rows((where, values)) == rows(plain)


@pytest.mark.parametrize(
    ("where", "values", "said"),
    [
        ("n = ?", [], "has 1 parameter, and 0 values are given"),
        ("n = 1", [2], "has 0 parameters, and 1 value is given"),
        ("n = $a", {"b": 1}, r"without a value: \$a; not in it: \$b"),
        ("n = $a", [1], r"values without names"),
        ("n = ?", {"a": 1}, r"values with names"),
        ("n = ? OR n = $a", [1], "cannot be read"),
        ("n = ?", [object()], "is a object"),
        ("n = ?", 3, "are a int"),
        (3, [3], "3 is no text"),
    ],
)
def test_parameters_and_values_that_do_not_go_together(tmp_path, where, values, said):
    DATED.to_parquet(tmp_path / "d.parquet")
    with pytest.raises(loglik.DataError, match=f"LL503 .*{said}"):
        open_source(tmp_path / "d.parquet", where=(where, values))


def test_parameters_on_the_command_line(tmp_path, capsys):
    path, model = str(tmp_path / "d.parquet"), str(tmp_path / "m.json")
    DATED.to_parquet(path)
    for where, given in (("n < ? OR t = ?", ("3", "a'b")), ("n < $n OR t = $t", ("t=a'b", "n=3"))):
        words = [word for value in given for word in ("--param", value)]
        arguments = [path, "-t", "y", "--features", "x", "-o", model, "--where", where, *words]
        assert main(["fit", *arguments, "-q"]) == 0
        out = capsys.readouterr().out
        assert "27" in out
        assert f"--param={given[0]}" in out.replace("'\"'\"'", "'").replace("'--", "--")
    assert main(["fit", path, "-t", "y", "--param", "3", "-q"]) == 2
    assert "LL503 --param gives a value" in capsys.readouterr().err


@pytest.mark.parametrize(
    "where",
    ['"pr$ice" > ?', "t <> 'it''s $q' AND \"pr$ice\" > ?", '"pr$ice" > ? /* $x */', 't <> $$q$$ AND "pr$ice" > $1'],
)
def test_dollars_that_begin_no_name(tmp_path, capsys, where):
    path = str(tmp_path / "d.parquet")
    DATED.rename(columns={"n": "pr$ice"}).to_parquet(path)
    assert main(["fit", path, "-t", "y", "--features", "x", "--where", where, "--param", "1", "-q"]) == 0
    assert "27 rows used" in capsys.readouterr().out


def test_a_name_has_one_value(tmp_path, capsys):
    DATED.to_parquet(tmp_path / "d.parquet")
    assert main(["fit", str(tmp_path / "d.parquet"), "-t", "y", "--where", "n > $n", "--param=n=1", "--param=n=2"]) == 2
    assert "LL503 the parameter $n is given two values" in capsys.readouterr().err
