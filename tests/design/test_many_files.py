"""One table in many files: the same fit however the rows are spread, and each disagreement of the files refused."""

# ruff: noqa: ARG001 - a directory of its own, in which a test runs

from __future__ import annotations

import os
import shutil
import sqlite3
import warnings
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as pads
import pyarrow.parquet as pq
import pytest

import loglik
from loglik.cli import main
from loglik.design import duckdb_source, files, queried_file
from loglik.design.files import open_source
from loglik.design.stored import chunks

N = 900
RNG = np.random.default_rng(8)
FRAME = pd.DataFrame({
    "x": RNG.normal(size=N).round(4), "g": RNG.choice(["a", "b", "c"], N), "year": RNG.integers(2011, 2014, N),
    "y": RNG.choice(["no", "yes"], N),
}).sort_values("year", kind="stable", ignore_index=True)  # fmt: skip
PARTS = 24


def parts(frame: pd.DataFrame = FRAME) -> list[pd.DataFrame]:
    return [frame.iloc[rows] for rows in np.array_split(np.arange(len(frame)), PARTS)]


def packed(path: str, data: bytes, codec: str) -> None:
    with pa.CompressedOutputStream(path, codec) as stream:
        stream.write(data)


WRITERS = {
    "parquet": lambda frame, path: frame.to_parquet(f"{path}.parquet"),
    "csv": lambda frame, path: frame.to_csv(f"{path}.csv", index=False),
    "csv.gz": lambda frame, path: packed(f"{path}.csv.gz", frame.to_csv(index=False).encode(), "gzip"),
    "csv.zst": lambda frame, path: packed(f"{path}.csv.zst", frame.to_csv(index=False).encode(), "zstd"),
    "jsonl": lambda frame, path: frame.to_json(f"{path}.jsonl", orient="records", lines=True),
    "jsonl.zst": lambda frame, path: packed(
        f"{path}.jsonl.zst", frame.to_json(orient="records", lines=True).encode(), "zstd"
    ),
    "feather": lambda frame, path: frame.reset_index(drop=True).to_feather(f"{path}.feather", compression="zstd"),
}


def figures(data: object, **more: object) -> list:
    made = loglik.fit_classifier(data, "y", **more)
    return [
        made.report.n_rows,
        made.report.fingerprint,
        made.coefficients.tolist(),
        [t.term for t in made.report.terms],
    ]


@pytest.mark.parametrize("small", [True, False])
@pytest.mark.parametrize("ending", WRITERS)
def test_one_file_or_24(ending: str, small: bool, in_tmp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = figures(FRAME)
    if not small:
        monkeypatch.setattr(chunks, "CHUNK_ROWS", 256)
        monkeypatch.setattr(queried_file, "_KEPT_IN_MEMORY", 0)
    Path("rows").mkdir()
    for i, part in enumerate(parts()):
        WRITERS[ending](part, f"rows/part-{i:02d}")
    Path("rows/_SUCCESS").write_text("")
    WRITERS[ending](FRAME, "whole")
    for data in (f"whole.{ending}", "rows", f"rows/*.{ending}", Path("rows")):
        assert figures(data) == expected
    assert figures("rows", memory_limit=0, spill_dir="spill") == expected
    assert list(Path("spill").iterdir()) == [] if Path("spill").exists() else True


@pytest.mark.parametrize("ending", ["parquet", "csv", "jsonl", "feather"])
def test_directories_that_name_a_column(ending: str, in_tmp: Path) -> None:
    for year, rows in FRAME.groupby("year"):
        Path(f"rows/year={year}").mkdir(parents=True)
        WRITERS[ending](rows.drop(columns="year"), f"rows/year={year}/part")
    assert figures("rows", features=["x", "g", "year"]) == figures(FRAME, features=["x", "g", "year"])
    some = FRAME[FRAME.year == 2013]
    assert figures("rows", where="year = 2013", features=["x", "g"]) == figures(some, features=["x", "g"])


def test_sources_of_arrow(in_tmp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = figures(FRAME)
    table = pa.Table.from_pandas(FRAME, preserve_index=False)
    for i, part in enumerate(parts()):
        part.to_parquet(f"{i:02d}.parquet")
    dataset = pads.dataset([f"{i:02d}.parquet" for i in range(PARTS)])
    for small in (True, False):
        if not small:
            monkeypatch.setattr(chunks, "CHUNK_ROWS", 256)
        assert figures(dataset) == expected
        assert figures(pa.RecordBatchReader.from_batches(table.schema, table.to_batches(100))) == expected
    some = FRAME[FRAME.x > 0.5]
    assert figures(dataset, where="x > 0.5") == figures(some)
    table.slice(0, 400)
    with pa.OSFile("d.arrow", "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table, 100)
    assert figures("d.arrow") == expected


CONDITIONS = [
    ("year = 2013", lambda f: f.year == 2013),
    ("x > 0.5 AND g IN ('a', 'b')", lambda f: (f.x > 0.5) & f.g.isin(["a", "b"])),
    ("NOT (g LIKE 'a%') OR year BETWEEN 2011 AND 2012", lambda f: (f.g != "a") | (f.year <= 2012)),
    ("abs(x) < 1 -- nearly\n", lambda f: f.x.abs() < 1),
    ("CASE WHEN g = 'c' THEN x > 0 ELSE true END", lambda f: (f.g != "c") | (f.x > 0)),
    ("lower(\"g\") || 'z' = 'az'", lambda f: f.g == "a"),
    ("x > 0) OR (x < -1", lambda f: (f.x > 0) | (f.x < -1)),  # brackets that meet those around it
]


@pytest.mark.parametrize(("where", "meant"), CONDITIONS)
def test_conditions_choose_rows(where: str, meant, in_tmp: Path) -> None:
    FRAME.to_parquet("d.parquet")
    FRAME.to_csv("d.csv", index=False)
    FRAME.to_json("d.jsonl", orient="records", lines=True)
    expected = figures(FRAME[meant(FRAME)], features=["x"])
    for name in ("d.parquet", "d.csv", "d.jsonl"):
        assert figures(name, where=where, features=["x"]) == expected


@pytest.mark.parametrize("where", [
    "x = (SELECT 1)", "EXISTS (FROM range(3))", "x IN (SELECT x FROM other)", "read_text('/etc/passwd') = 'a'",
    "getenv('HOME') = 'a'", "current_setting('threads') = '2'", "x = ?", "x = $1", "row_number() OVER () = 1",
    "x > 0 GROUP BY (x", "x > 0) GROUP BY (x", "1; DROP TABLE t", "x > 0) UNION (SELECT 1", "x > 0) LIMIT (3", "", "x >",
    "nothing > 1", "x = 1) QUALIFY (true", "list_transform([x], lambda v: v + 1) = [2]", "max(x) = 1", "* = 1",
    "x > 0) ORDER BY (x", "columns(*) = 1", "x = 1) USING SAMPLE (3", "error('a') = 'b'", "system.main.read_text('a') = 'b'",
])  # fmt: skip
def test_what_is_no_condition_is_refused(where: str, in_tmp: Path) -> None:
    FRAME.to_parquet("d.parquet")
    with pytest.raises(loglik.DataError, match="LL503"):
        loglik.fit_classifier("d.parquet", "y", where=where)


def test_a_condition_that_fails_on_a_value(in_tmp: Path) -> None:
    FRAME.to_csv("d.csv", index=False)
    with pytest.raises(loglik.DataError, match="LL503 the condition 'CAST"):
        loglik.fit_classifier("d.csv", "y", where="CAST(g AS DOUBLE) > 1")
    with pytest.raises(loglik.DataError, match="LL503 where is for files"):
        loglik.fit_classifier(FRAME, "y", where="x > 1")


def test_queries_of_databases(in_tmp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with duckdb.connect("d.duckdb") as connection:
        connection.execute("CREATE TABLE a AS SELECT * FROM FRAME")
        connection.execute(
            "CREATE TABLE names AS SELECT * FROM (VALUES ('a', 'one'), ('b', 'two'), ('c', 'three')) t(g, h)"
        )
        connection.execute("CREATE VIEW v AS SELECT * FROM a WHERE year > 2011")
    with sqlite3.connect("d.sqlite") as connection:
        FRAME.to_sql("a", connection, index=False)
        connection.execute("CREATE TABLE names (g, h)")
        connection.executemany("INSERT INTO names VALUES (?, ?)", [("a", "one"), ("b", "two"), ("c", "three")])
        connection.commit()
    query = "SELECT x, h, y FROM a JOIN names USING (g) WHERE year > 2011 ORDER BY x, h, y"
    meant = FRAME[FRAME.year > 2011].assign(h=lambda f: f.g.map({"a": "one", "b": "two", "c": "three"}))
    meant = meant[["x", "h", "y"]].sort_values(["x", "h", "y"])
    for small in (True, False):
        if not small:
            monkeypatch.setattr(chunks, "CHUNK_ROWS", 256)
        assert figures("d.duckdb", query=query) == figures(meant)
        assert figures("d.sqlite", query=query) == figures(meant)
        assert figures("d.duckdb", table="a") == figures(FRAME)
        assert figures("d.duckdb", table="v") == figures(FRAME[FRAME.year > 2011])
        assert figures("d.duckdb", table="a", where="year > 2011") == figures(FRAME[FRAME.year > 2011])


@pytest.mark.parametrize("query", [
    "DROP TABLE a", "SELECT 1; SELECT 2", "SELECT * FROM read_csv('d.csv')", "SELECT * FROM 'd.csv'", "SELECT getenv('HOME')",
    "SELEC", "COPY a TO 'z.csv'", "PRAGMA database_list", "UPDATE a SET x = 1", "SELECT nothing FROM a",
    "SELECT * FROM FRAME",
])  # fmt: skip
@pytest.mark.parametrize("file", ["d.duckdb", "d.sqlite"])
def test_what_is_no_query_is_refused(file: str, query: str, in_tmp: Path) -> None:
    FRAME.to_csv("d.csv", index=False)
    with duckdb.connect("d.duckdb") as connection:
        connection.execute("CREATE TABLE a AS SELECT * FROM FRAME")
    with sqlite3.connect("d.sqlite") as connection:
        FRAME.to_sql("a", connection, index=False)
    before = Path(file).read_bytes()
    with pytest.raises(loglik.DataError, match=r"LL504|LL122"):
        loglik.fit_classifier(file, "y", query=query)
    assert Path(file).read_bytes() == before
    assert not Path("z.csv").exists()


def without(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.drop(columns="x")


def as_text(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(x=frame.x.astype(str))


DISAGREE = [
    ("a column less", without, ["parquet", "csv", "feather", "jsonl"], 'LL502 rows/part-05.* lacks the column "x"'),
    ("a column more", lambda f: f.assign(z=1), ["parquet", "csv", "feather", "jsonl"], 'LL502 .*has a column "z"'),
    ("another type", as_text, ["parquet", "feather"], 'LL502 column "x" is .* in rows/part-05'),
    ("another order", lambda f: f[["y", "x", "g", "year"]], ["csv"], "LL502 .*another order"),
]


@pytest.mark.parametrize(("change", "ending", "said"), [
    pytest.param(change, ending, said, id=f"{name}, {ending}")
    for name, change, endings, said in DISAGREE for ending in endings
])  # fmt: skip
def test_files_that_disagree(change, ending: str, said: str, in_tmp: Path) -> None:
    Path("rows").mkdir()
    for i, part in enumerate(parts()):
        WRITERS[ending](change(part) if i == 5 else part, f"rows/part-{i:02d}")
    with pytest.raises(loglik.DataError, match=said):
        loglik.fit_classifier("rows", "y")


def test_a_level_seen_last_and_an_empty_part(in_tmp: Path) -> None:
    Path("rows").mkdir()
    late = pd.concat([FRAME, FRAME.tail(30).assign(g="late")], ignore_index=True)
    for i, part in enumerate(parts(late)):
        part.to_parquet(f"rows/part-{i:02d}.parquet")
    late.head(0).to_parquet("rows/part-03b.parquet")
    assert figures("rows") == figures(late)
    shutil.rmtree("rows")
    Path("rows").mkdir()
    for i, part in enumerate(parts(late)):
        part.to_csv(f"rows/part-{i:02d}.csv", index=False)
    late.head(0).to_csv("rows/part-03b.csv", index=False)
    assert figures("rows") == figures(late)
    Path("rows/part-04b.csv").write_text("")
    with pytest.raises(loglik.DataError, match=r"LL102 .*part-04b"):
        loglik.fit_classifier("rows", "y")


def test_no_such_files(in_tmp: Path) -> None:
    Path("mixed").mkdir()
    FRAME.to_csv("mixed/a.csv")
    FRAME.to_parquet("mixed/a.parquet")
    Path("empty").mkdir()
    for data, code in (("mixed", "LL502 mixed holds files of several"), ("empty", "LL502 empty holds no"),
                       ("no-*.csv", "LL502 no file matches")):  # fmt: skip
        with pytest.raises(loglik.DataError, match=code):
            loglik.fit_classifier(data, "y")


def test_one_of_many_changes_meanwhile(in_tmp: Path) -> None:
    Path("rows").mkdir()
    for i, part in enumerate(parts()):
        part.to_parquet(f"rows/part-{i:02d}.parquet")
    source = open_source("rows")
    FRAME.to_parquet("rows/part-11.parquet")
    with pytest.raises(loglik.DataError, match="LL168 rows/part-11"):
        loglik.fit_classifier(source, "y")


@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("compression", ["snappy", "none", "zstd"])
def test_flipped_bits_in_pages(version: str, compression: str, in_tmp: Path) -> None:
    """Every flipped bit of a page that is read, its content or its header, is found; readers decode most of them."""
    table = pa.Table.from_pandas(FRAME, preserve_index=False)
    pq.write_table(
        table,
        "d.parquet",
        write_page_checksum=True,
        compression=compression,
        data_page_version=version,
        row_group_size=300,
    )
    whole, expected = Path("d.parquet").read_bytes(), figures("d.parquet", features=["x", "g"])
    columns = pq.ParquetFile("d.parquet").metadata
    ends = [(c.data_page_offset, c.total_compressed_size) for g in range(3) for c in (columns.row_group(g).column(0),)]
    rng = np.random.default_rng(1)
    for start, size in ends:
        for place in rng.integers(start, start + size, 8).tolist():
            damaged = bytearray(whole)
            damaged[place] ^= 1 << int(rng.integers(8))
            Path("d.parquet").write_bytes(damaged)
            try:
                got = figures("d.parquet", features=["x", "g"])
            except loglik.DataError as error:
                assert error.code in {"LL505", "LL105"}  # noqa: PT017
            else:  # fields of a header that nobody reads
                assert got == expected
    Path("d.parquet").write_bytes(whole[:-100])
    with pytest.raises(loglik.DataError, match="LL105"):
        figures("d.parquet")


def test_commands(in_tmp: Path, capsys: pytest.CaptureFixture) -> None:
    Path("rows").mkdir()
    for i, part in enumerate(parts()):
        part.to_parquet(f"rows/part-{i:02d}.parquet")
    assert main(["fit", "rows", "-t", "y", "--where", "year = 2013", "--features", "x,g", "-o", "m.json"]) == 0
    said = capsys.readouterr()
    assert f"{(FRAME.year == 2013).sum()} rows" in said.out
    assert "--where=year = 2013" in said.out
    assert main(["predict", "m.json", "rows", "--where", "year < 2013", "-o", "p.parquet"]) == 0
    assert len(pd.read_parquet("p.parquet")) == (FRAME.year < 2013).sum()
    assert main(["effects", "m.json", "rows", "--where", "year = 2013"]) == 0
    assert main(["fit", "rows", "-t", "y", "--memory-limit", "many"]) == 2
    assert main(["fit", "rows", "-t", "y", "--keep-cache"]) == 2


def test_nothing_is_printed_while_rows_are_read() -> None:
    """DuckDB's own progress, on stdout, would stand in the middle of what --json prints."""
    connection = files._connection()
    assert connection.execute("SELECT current_setting('enable_progress_bar')").fetchall() == [(False,)]


@pytest.mark.parametrize("kind", ["large strings", "dictionaries", "wide integers", "decimals", "dates as levels"])
def test_types_that_are_read_without_sql_or_with_it(kind: str, in_tmp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PyArrow reads plain columns itself, and others go by way of DuckDB: numbers and levels are the same."""
    table = pa.Table.from_pandas(FRAME, preserve_index=False)
    g, year = table["g"], table["year"]
    changed = {
        "large strings": ("g", g.cast(pa.large_string())),
        "dictionaries": ("g", g.dictionary_encode()),
        "wide integers": ("year", pa.array([(1 << 53) + 1 + v for v in year.to_pylist()], pa.int64())),
        "decimals": ("year", year.cast(pa.decimal128(21, 2))),
        "dates as levels": ("g", pa.array(["2024-01-0" + str(1 + "abc".index(v)) for v in g.to_pylist()])),
    }[kind]
    table = table.set_column(table.column_names.index(changed[0]), *changed)
    pq.write_table(table, "d.parquet", row_group_size=200)
    chosen = ["x", "g", "year"] if kind != "wide integers" else ["x", "g"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", loglik.errors.LoglikWarning)
        expected = figures("d.parquet", features=chosen)
        wide = figures("d.parquet", features=["x", "year"], alpha=1.0)
        monkeypatch.setattr(chunks, "CHUNK_ROWS", 256)
        assert figures("d.parquet", features=chosen) == expected
        assert figures("d.parquet", features=["x", "year"], alpha=1.0) == wide
        assert figures("d.parquet", features=chosen, categorical=["year"] if "year" in chosen else []) != []


def test_a_file_that_is_cut_off_while_it_is_read(in_tmp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 256)
    for name, write in (("d.parquet", lambda: FRAME.to_parquet("d.parquet", row_group_size=90)),
                        ("d.csv", lambda: FRAME.to_csv("d.csv", index=False))):  # fmt: skip
        write()
        read = duckdb_source.FileSource.batches

        def cut(self, *columns, name=name, read=read):
            for i, batch in enumerate(read(self, *columns)):
                if i == 0:
                    os.truncate(name, Path(name).stat().st_size // 2)
                yield batch

        with monkeypatch.context() as patch:
            patch.setattr(duckdb_source.FileSource, "batches", cut)
            with pytest.raises(loglik.DataError, match="LL168"):
                loglik.fit_classifier(name, "y", memory_limit=0, spill_dir="spill")
    assert list(Path("spill").iterdir()) == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be another user")
def test_files_that_may_not_be_read(in_tmp: Path) -> None:
    Path("rows").mkdir()
    for i, part in enumerate(parts()):
        part.to_parquet(f"rows/part-{i:02d}.parquet")
    Path("rows/part-07.parquet").chmod(0o000)
    Path("locked").mkdir(mode=0o500)
    in_tmp.chmod(0o755)
    child = os.fork()
    if not child:
        status = 1
        try:
            os.setegid(65534)
            os.seteuid(65534)
            codes = []
            for data, more in (("rows", {}), ("rows/part-01.parquet", {"memory_limit": 0, "spill_dir": "locked"})):
                try:
                    chunks.CHUNK_ROWS = 16
                    loglik.fit_classifier(data, "y", features=["x"], **more)
                except loglik.DataError as error:
                    codes.append(error.code)
            status = 0 if codes == ["LL101", "LL507"] else 1
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
