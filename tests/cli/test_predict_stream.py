"""Predictions that are written as they are made: the same file as if all were made at once, or none."""

# ruff: noqa: ARG001 - a directory of its own, in which a test runs

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loglik.cli import main
from loglik.design import duckdb_source
from loglik.design.stored import chunks
from loglik.model import fitted

RNG = np.random.default_rng(5)
N = 700


def rows() -> pd.DataFrame:
    frame = pd.DataFrame({
        "x": RNG.normal(size=N), "g": RNG.choice(["a", "b", "c"], N), "o": RNG.normal(size=N), "i": RNG.integers(0, 9, N),
        "y": RNG.choice(["no", "yes"], N), "k": RNG.choice(["p", "q", "r"], N), "when": pd.Timestamp("2024-05-01"),
    })  # fmt: skip
    frame.loc[RNG.choice(N, 40, replace=False), "x"] = np.nan
    frame.loc[RNG.choice(N, 40, replace=False), "g"] = None
    return frame


@pytest.fixture(params=["parquet", "csv"])
def data(request: pytest.FixtureRequest, in_tmp: Path) -> str:
    frame = rows()
    name = f"d.{request.param}"
    frame.to_parquet(name) if request.param == "parquet" else frame.to_csv(name, index=False)
    return name


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Sizes of the pieces that are read; pieces are small."""
    sizes: list[int] = []
    read = duckdb_source.FileSource.batches

    def counted(*arguments):
        for batch in read(*arguments):
            for lo in range(0, batch.num_rows, 100):
                sizes.append(min(100, batch.num_rows - lo))
                yield batch.slice(lo, 100)

    monkeypatch.setattr(duckdb_source.FileSource, "batches", counted)
    return sizes


@pytest.mark.parametrize("more", [[], ["--intervals"], ["--keep", "i,when,g"]])
@pytest.mark.parametrize("fit", [["-t", "y", "--features", "x,g", "--offset", "o"], ["-t", "k", "--features", "x,g,i"],
                                 ["y ~ bs(x, df=4) + g*i"]])  # fmt: skip
def test_same_file(
    fit: list[str], more: list[str], data: str, batches: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["fit", data, *fit, "-o", "m.json", "-q"]) == 0
    for ending in ("csv", "parquet"):
        assert main(["predict", "m.json", data, "-o", f"whole.{ending}", *more]) == 0
    assert batches == []
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 64)
    for ending in ("csv", "parquet"):
        assert main(["predict", "m.json", data, "-o", f"pieces.{ending}", *more]) == 0
    assert sum(batches) == (0 if data.endswith("csv") and "--keep" in more else 2 * N)
    # A product of matrices adds up an interval's terms in an order that depends on how many rows there are.
    how = {"rtol": 1e-12, "atol": 0} if "--intervals" in more else {"check_exact": True}
    for read, ending in ((pd.read_csv, "csv"), (pd.read_parquet, "parquet")):
        pd.testing.assert_frame_equal(read(f"pieces.{ending}"), read(f"whole.{ending}"), **how)
    assert "--intervals" in more or Path("pieces.csv").read_bytes() == Path("whole.csv").read_bytes()


def test_the_document(data: str, batches: list[int], monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    assert main(["fit", data, "-t", "y", "--features", "x,g", "-o", "m.json", "-q"]) == 0
    said = []
    for size in (1 << 16, 64):
        monkeypatch.setattr(chunks, "CHUNK_ROWS", size)
        capsys.readouterr()
        assert main(["predict", "m.json", data, "-o", "p.parquet", "--json"]) == 0
        said.append(json.loads(capsys.readouterr().out))
    assert said[0] == said[1]
    assert batches


BAD = [
    ("missing refused", {"x": np.nan}, ["--missing", "error"], "LL107", "row 651"),
    ("infinite", {"x": np.inf}, [], "LL109", "row 651"),
    ("a new level", {"g": "z"}, [], "LL124", "row 651"),
]


@pytest.mark.parametrize(("change", "more", "code", "said"), [pytest.param(*b[1:], id=b[0]) for b in BAD])
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_an_error_names_the_row_and_leaves_nothing(
    ending: str, change: dict, more: list[str], code: str, said: str, in_tmp: Path, batches: list[int],
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture,
) -> None:  # fmt: skip
    frame = rows().dropna(ignore_index=True).head(660)
    while len(frame) < 660:
        frame = pd.concat([frame, frame], ignore_index=True).head(660)
    frame.to_parquet("d.parquet")
    assert main(["fit", "d.parquet", "-t", "y", "--features", "x,g", "-o", "m.json", "-q"]) == 0
    frame.loc[650, list(change)] = list(change.values())
    frame.to_parquet("d.parquet")
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 64)
    Path(f"p.{ending}").write_text("as before")
    before = sorted(p.name for p in Path().iterdir())
    capsys.readouterr()
    assert main(["predict", "m.json", "d.parquet", "-o", f"p.{ending}", *more]) == 2
    error = capsys.readouterr().err
    assert code in error
    assert said in error
    assert batches
    assert Path(f"p.{ending}").read_text() == "as before"
    assert sorted(p.name for p in Path().iterdir()) == before


def test_a_word_among_numbers(in_tmp: Path, batches: list[int], monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    frame = rows()
    frame.to_csv("d.csv", index=False)
    assert main(["fit", "d.csv", "-t", "y", "--features", "x,g", "-o", "m.json", "-q"]) == 0
    frame["x"] = frame.x.astype(object)
    frame.loc[650, "x"] = "many"
    frame.to_csv("d.csv", index=False)
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 64)
    assert main(["predict", "m.json", "d.csv", "-o", "p.csv"]) == 2
    assert "row 651" in capsys.readouterr().err
    assert not Path("p.csv").exists()
    assert fitted.load_model("m.json").columns
