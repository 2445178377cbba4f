"""Arguments of the command line by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fuzzer.judge import run

if TYPE_CHECKING:
    from pathlib import Path

VALUES = ["", "-", "--", "0", "1", "-1", "2", "0.5", "1e400", "nan", "inf", "-inf", "1e-320", "99999999999999999999", "x",
          "y", "x,y", '"x', "a=b", "=", "x=", "日本", "\udcff", "\x00", "[bold]", " ", ",", "en", "ja", "fr", "newton", "gd",
          "auto", "frequency", "sampling", "drop", "error", "true", "1/2", "1/0", "1,2,3", "6", "1_000", "None", "0x10", "٣",
          "d.csv", "m.json", "out.csv", "absent/out.csv", ".", "*", "?", "LL201", "ll199", "log-product",
          "html", "json"]  # fmt: skip
FLAGS = {
    "fit": ["--target", "-t", "--positive", "--reference", "--features", "--exclude", "--categorical", "--base", "--weights",
            "--weight-kind", "--offset", "--missing", "--min-count", "--alpha", "--solver", "--tol", "--max-iter",
            "--learning-rate", "--level", "--threads", "--table", "-o", "--explain", "--lang", "--json", "-q"],
    "predict": ["-o", "--keep", "--missing", "--table", "--json"],
    "dice": ["--throws", "--file", "--column", "--faces", "--fair", "--p0", "--level", "--smoothing", "--power", "--seed",
             "--lang", "--json"],
    "coin": ["--fair", "--p0", "--level", "--smoothing", "--power", "--lang", "--json"],
    "explain": ["--lang", "--json"],
    "derive": ["--lang", "--format", "--upto"],
}  # fmt: skip
SWITCHES = {"--explain", "--json", "-q", "--fair"}
USUAL = {"fit": ["d.csv", "-t", "y"], "predict": ["m.json", "d.csv"], "dice": ["3", "5", "2"], "coin": ["7", "3"]}


def attack(seed: int, folder: Path) -> None:
    """Run a command with arguments that make sense, some of the time."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(40, 2))
    rows = [f"{a},{b},{'ab'[int(a + rng.normal() > 0)]}" for a, b in x]
    (folder / "d.csv").write_text("x,z,y\n" + "\n".join(rows) + "\n", encoding="utf-8")
    in_folder = {"d.csv": str(folder / "d.csv"), "m.json": str(folder / "m.json"), "out.csv": str(folder / "out.csv"),
                 "absent/out.csv": str(folder / "absent/out.csv")}  # fmt: skip
    if rng.random() < 0.5:
        run(["fit", in_folder["d.csv"], "-t", "y", "-q", "-o", in_folder["m.json"]])
    command = str(rng.choice(list(FLAGS)))
    words = [
        command,
        *(USUAL.get(command, []) if rng.random() < 0.8 else rng.choice(VALUES, rng.integers(0, 4)).tolist()),
    ]
    for flag in rng.choice(FLAGS[command], rng.integers(0, 4)).tolist():
        words.append(flag)
        if flag not in SWITCHES or rng.random() < 0.05:
            words.append(str(rng.choice(VALUES)))
    if rng.random() < 0.1:
        rng.shuffle(words)
    words = [in_folder.get(word, word) for word in words]
    if "-" in words or any("\x00" in word for word in words):  # standard input is not ours; no argument holds a NUL
        return
    if any(word in {".", "*", "?"} for word in words) and "-o" in words:
        return
    run(words)
