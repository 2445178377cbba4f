"""Rows in an object store: a server of S3 on this machine (moto), read to the same bits as from disk."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.fs as pafs
import pytest

import loglik
from loglik.cli import main
from loglik.design.files import open_source
from loglik.design.stored import chunks

N = 1800
RNG = np.random.default_rng(5)
FRAME = pd.DataFrame({
    "x": RNG.normal(size=N).round(4), "g": RNG.choice(["a", "b", "c"], N), "year": np.repeat([2011, 2012, 2013], N // 3),
    "y": RNG.choice(["no", "yes"], N),
})  # fmt: skip
WRITERS = {
    "parquet": lambda frame, path: frame.to_parquet(path),
    "csv": lambda frame, path: frame.to_csv(path, index=False),
    "csv.gz": lambda frame, path: frame.to_csv(path, index=False),
    "jsonl": lambda frame, path: frame.to_json(path, orient="records", lines=True),
    "arrow": lambda frame, path: frame.reset_index(drop=True).to_feather(path),
}
NAMES = ("a 'q' [1]", "ä?")


class Server:
    def __init__(self, log: Path, **more: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [shutil.which(os.environ["MOTO_SERVER"]) or os.environ["MOTO_SERVER"]]
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [*command, "-H", "127.0.0.1", "-p", str(self.port)], stdout=out, stderr=out, env={**os.environ, **more}
            )
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert self.process.poll() is None, log.read_text()
            time.sleep(0.1)
        pytest.fail("the server does not start")

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def system(self) -> pafs.S3FileSystem:
        return pafs.S3FileSystem(
            endpoint_override=self.endpoint, region="us-east-1", allow_bucket_creation=True, access_key="k",
            secret_key="s",  # noqa: S106 - of a server of this test
        )  # fmt: skip

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    made = Server(tmp_path_factory.mktemp("moto") / "log")
    yield made
    made.stop()


@pytest.fixture(scope="module")
def rows(server, tmp_path_factory) -> Path:
    """The same files on disk and in the bucket ``rows``."""
    root = tmp_path_factory.mktemp("rows")
    for ending, write in WRITERS.items():
        for year, part in FRAME.groupby("year"):
            directory = root / ending / f"year={year}"
            directory.mkdir(parents=True)
            own = part.drop(columns="year")
            for name, some in zip(NAMES, (own.iloc[:250], own.iloc[250:]), strict=True):
                write(some, directory / f"{name}.{ending}")
    server.system.create_dir("rows")
    pafs.copy_files(str(root), "rows", destination_filesystem=server.system)
    return root


@pytest.fixture(autouse=True)
def _credentials(server, monkeypatch):
    for name, value in (("ENDPOINT_URL", server.endpoint), ("ACCESS_KEY_ID", "k"), ("SECRET_ACCESS_KEY", "s")):
        monkeypatch.setenv(f"AWS_{name}", value)


def figures(data: object, **more: object) -> str:
    made = loglik.fit_classifier(data, "y", **more)
    return json.dumps([made.report.as_json(), made.report.fingerprint, made.coefficients.tolist()])


@pytest.mark.parametrize("ending", WRITERS)
def test_rows_of_a_store_have_the_same_bits_as_those_of_a_disk(rows, server, ending):
    there = figures(str(rows / ending))
    assert figures(f"s3://rows/{ending}") == there
    assert figures(f"s3://rows/{ending}/*/*.{ending}") == there
    assert figures(f"s3://rows/{ending}?endpoint_override={server.endpoint}&region=us-east-1") == there
    assert figures(f"rows/{ending}/", filesystem=server.system) == there
    one = f"{ending}/year=2012/{NAMES[0]}.{ending}"
    assert figures(f"s3://rows/{one}") == figures(str(rows / one))


def test_columns_and_rows_are_chosen_in_the_store(rows):
    chosen = {"where": ("year IN $years AND x > $low", {"years": [2012, 2013], "low": -1}), "features": ["g"]}
    assert figures("s3://rows/parquet", **chosen) == figures(str(rows / "parquet"), **chosen)


def test_many_rows_are_read_by_pieces(rows, server, monkeypatch, tmp_path):
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 512)
    one = "parquet/year=2011/" + NAMES[0] + ".parquet"
    FRAME.to_parquet(tmp_path / "all.parquet", row_group_size=400)
    pafs.copy_files(str(tmp_path / "all.parquet"), "rows/all.parquet", destination_filesystem=server.system)
    for name, local in (("all.parquet", tmp_path / "all.parquet"), ("csv", rows / "csv"), (one, rows / one)):
        there = figures(str(local))
        assert figures(f"s3://rows/{name}") == there
        assert figures(f"s3://rows/{name}", memory_limit=0, spill_dir=tmp_path / "spill") == there
    assert not list((tmp_path / "spill").iterdir())


def test_rows_are_kept_until_the_object_is_another(server, monkeypatch, tmp_path):
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 512)
    FRAME.to_parquet(tmp_path / "one.parquet")
    FRAME.iloc[::-1].to_parquet(tmp_path / "two.parquet")
    kept = {"spill_dir": tmp_path / "kept", "keep_cache": True}
    for name in ("one", "one", "two"):
        pafs.copy_files(str(tmp_path / f"{name}.parquet"), "rows/k.parquet", destination_filesystem=server.system)
        assert figures("s3://rows/k.parquet", **kept) == figures(str(tmp_path / f"{name}.parquet"))


def test_an_object_that_is_replaced_meanwhile_is_found_out(server, tmp_path):
    for i, frame in enumerate((FRAME, FRAME.iloc[::-1])):
        frame.to_csv(tmp_path / f"{i}.csv", index=False)  # of the same size
    pafs.copy_files(str(tmp_path / "0.csv"), "rows/r.csv", destination_filesystem=server.system)
    source = open_source("s3://rows/r.csv")
    pafs.copy_files(str(tmp_path / "1.csv"), "rows/r.csv", destination_filesystem=server.system)
    with pytest.raises(loglik.DataError, match=r"LL168 s3://rows/r\.csv"):
        loglik.fit_classifier(source, "y")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("s3://no-such-bucket/rows", "LL511 s3://no-such-bucket/rows does not exist"),
        ("s3://rows/none.parquet", "LL511 s3://rows/none.parquet does not exist"),
        ("s3://rows/none*.parquet", "LL502 s3://rows/none"),
        (
            "s3://rows/parquet?endpoint_override=http://127.0.0.1:1&region=us-east-1",
            "LL511 the store of s3://rows/parquet",
        ),
        ("nowhere://rows", "LL510 there is no file system for nowhere"),
        ("s3://", "LL511 s3:// does not exist"),
    ],
)
@pytest.mark.usefixtures("rows")
def test_what_a_store_has_not(url, said, capsys):
    with pytest.raises(loglik.DataError, match=said.replace("/", "[/]")):
        figures(url)
    assert main(["fit", url, "-t", "y", "--json", "-q"]) == 2
    assert said.split()[0] == json.loads(capsys.readouterr().out)["code"]


def test_a_database_is_not_read_from_a_store(server):
    with server.system.open_output_stream("rows/t.duckdb") as stream:
        stream.write(b"x" * 100)
    with pytest.raises(loglik.DataError, match="LL512"):
        figures("s3://rows/t.duckdb")


def test_what_may_not_be_read(tmp_path):
    strict = Server(tmp_path / "log", INITIAL_NO_AUTH_ACTION_COUNT="0")
    try:
        with pytest.raises(loglik.DataError, match="LL511 the store does not let you read"):
            figures(f"s3://rows/parquet?endpoint_override={strict.endpoint}&region=us-east-1")
    finally:
        strict.stop()


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_a_connection_that_is_cut_ends_the_fit_and_leaves_nothing(tmp_path, monkeypatch, ending):
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 512)
    short = Server(tmp_path / "log")
    try:
        short.system.create_dir("rows")
        WRITERS[ending](FRAME, tmp_path / f"rows.{ending}")
        pafs.copy_files(str(tmp_path / f"rows.{ending}"), f"rows/r.{ending}", destination_filesystem=short.system)
        source = open_source(f"s3://rows/r.{ending}?endpoint_override={short.endpoint}&region=us-east-1")
    finally:
        short.stop()
    with pytest.raises(loglik.DataError, match=r"LL511 the store of s3://rows/r"):
        loglik.fit_classifier(source, "y")


def test_predictions_of_rows_in_a_store(rows, tmp_path, capsys):
    model, out = str(tmp_path / "m.json"), [str(tmp_path / f"{i}.csv") for i in range(2)]
    chosen = ["--where", "year = ? OR g = ?", "--param", "2012", "--param", "a"]
    assert main(["fit", "s3://rows/parquet", "-t", "y", "-o", model, "-q", *chosen]) == 0
    assert "s3://rows/parquet" in capsys.readouterr().out
    for data, to in zip(("s3://rows/parquet", str(rows / "parquet")), out, strict=True):
        assert main(["predict", model, data, "-o", to]) == 0
    assert Path(out[0]).read_bytes() == Path(out[1]).read_bytes()
