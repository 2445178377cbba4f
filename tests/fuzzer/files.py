"""Data files with odd values, encodings and bytes: fitted, then predicted."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from fuzzer.judge import Fault, run

if TYPE_CHECKING:
    from pathlib import Path

WORDS = [
    "", " ", "NA", "nan", "NaN", "null", "None", "inf", "-inf", "1e400", "-1e-400", "0", "-0", "1", "1.0", "01", "1.50",
    "0x1F", "1_000", "1,000", "0,5", "30%", "True", "false", "TRUE", "2020-01-01", "12:30", "9007199254740993",
    "1000000000000000001", "99999999999999999999999", "日本", "é", "😀", "a\x00b", '"', "'", '""', "a,b", "a\nb", "a\r\nb",
    "\t", "\ufeff", "=1+1", "[x]", "[bold]", "%s", "{}", "\\", "x" * 3000, "\u202e", "(Intercept)", "rare", "-", "1e5",
]  # fmt: skip
NAMES = ["y", "x", "X", "a b", "日本", "(Intercept)", "x:y", "p[a]", "row", "predicted", "g[1]", "*", "?", "a'b", 'q"', "",
         "select", "rowid", "c0", "level", "%", "[red]", "😀"]  # fmt: skip
TOKENS = [b"\x00", b'"', b"'", b"\n", b"\r", b"\r\n", b",", b"\t", b";", b"|", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"{",
          b"}", b"[", b"]", b"null", b"NaN", b"\\u0000", b"\\ud800", b"PAR1", b"1e999", b":"]  # fmt: skip


def column(rng: np.random.Generator, n: int) -> list[Any]:
    kind = rng.integers(9)
    if kind == 0:
        return rng.normal(size=n).tolist()
    if kind == 1:
        return (rng.normal(size=n) * 10.0 ** rng.integers(-320, 300)).tolist()
    if kind == 2:
        return rng.integers(0, 3, n).tolist()
    if kind == 3:
        return [bool(v) for v in rng.integers(0, 2, n)]
    if kind == 4:
        return rng.choice(["a", "b", "c"], n).tolist()
    if kind == 5:
        return [str(v) for v in rng.choice(WORDS, n)]
    if kind == 6:
        return [None if rng.random() < 0.3 else float(v) for v in rng.normal(size=n)]
    if kind == 7:
        return (2**60 + rng.integers(0, 3, n)).tolist()
    return [rng.choice(WORDS)] * n


def table(rng: np.random.Generator) -> dict[str, list[Any]]:
    n = int(rng.choice([0, 1, 2, 5, 30, 200]))
    names = list(dict.fromkeys(["y", *rng.choice(NAMES, rng.integers(0, 5)).tolist()]))
    made = {name: column(rng, n) for name in names}
    if rng.random() < 0.7:
        made["y"] = rng.choice(["a", "b", "c"][: rng.integers(1, 4)], n).tolist()
    return made


def as_parquet_has_them(values: list[Any]) -> pd.Series:
    """Values of one type."""
    mixed = len({type(v) for v in values}) > 1
    return pd.Series([None if v is None else str(v) for v in values] if mixed else values)


def write(rng: np.random.Generator, folder: Path, made: dict[str, list[Any]]) -> Path:
    ending = str(rng.choice(["csv", "csv", "csv", "tsv", "jsonl", "json", "parquet", "csv.gz", "txt", "db"]))
    file = folder / f"d.{ending}"
    frame = pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in made.items()})
    if ending == "parquet":
        typed = pd.DataFrame({name: as_parquet_has_them(values) for name, values in made.items()})
        typed.to_parquet(file)
        data = file.read_bytes()
    elif ending in {"jsonl", "json"}:
        rows = [dict(zip(made, row, strict=True)) for row in zip(*made.values(), strict=True)]
        text = "\n".join(json.dumps(row, ensure_ascii=bool(rng.integers(2))) for row in rows)
        data = text.encode("utf-8", "surrogatepass")
    else:
        separator = "\t" if ending == "tsv" else str(rng.choice([",", ",", ";", "|"]))
        text = frame.to_csv(index=False, sep=separator, lineterminator=str(rng.choice(["\n", "\r\n", "\r"])))
        encoding = str(rng.choice(["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1", "cp932"]))
        data = text.encode(encoding, "replace")
    if rng.random() < 0.5:
        data = mutated(rng, data)
    file.write_bytes(gzip.compress(data) if ending.endswith("gz") and rng.random() < 0.8 else data)
    return file


def mutated(rng: np.random.Generator, data: bytes) -> bytes:
    """Change a few bytes: flip, cut, repeat, insert."""
    for _ in range(rng.integers(1, 6)):
        at, to = sorted(rng.integers(0, len(data) + 1, 2).tolist())
        way = rng.integers(5)
        if way == 0 and data:
            at = min(at, len(data) - 1)
            data = data[:at] + bytes([data[at] ^ (1 << rng.integers(8))]) + data[at + 1 :]
        elif way == 1:
            data = data[:at]
        elif way == 2:
            data = data[:at] + data[to:]
        elif way == 3:
            data = data[:to] + data[at:]
        else:
            data = data[:at] + bytes(rng.choice(np.array(TOKENS, dtype=object))) + data[at:]
    return data


def attack(seed: int, folder: Path) -> None:
    """Fit a file, and predict it, or another one, with the model."""
    rng = np.random.default_rng(seed)
    made = table(rng)
    file = write(rng, folder, made)
    model = folder / "m.json"
    options = ["--alpha", "0.1"] if rng.random() < 0.4 else []
    options += ["--weights", str(rng.choice(list(made)))] if rng.random() < 0.1 else []
    options += ["--offset", str(rng.choice(list(made)))] if rng.random() < 0.1 else []
    options += ["--categorical", str(rng.choice(list(made)))] if rng.random() < 0.2 else []
    options += ["--min-count", "3"] if rng.random() < 0.2 else []
    json_ = ["--json"] if rng.random() < 0.5 else []
    status, _ = run(["fit", str(file), "-t", "y", "-q", "-o", str(model), *options, *json_])
    if status == 0:
        if not model.exists():
            raise Fault("no model was kept")
        other = write(rng, folder, table(rng)) if rng.random() < 0.4 else file
        out = str(folder / rng.choice(["p.csv", "p.parquet"]))
        keep = ["--keep", str(rng.choice(list(made)))] if rng.random() < 0.4 else []
        run(["predict", str(model), str(other), *(["-o", out] if rng.random() < 0.5 else []), *keep, *json_])
    elif status == 1 and model.exists():
        raise Fault("a model was kept although there is no estimate")
    for left in folder.iterdir():
        if left.name.startswith("."):
            raise Fault(f"a temporary file was left: {left.name}")
