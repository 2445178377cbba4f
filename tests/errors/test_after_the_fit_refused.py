"""What cannot be asked of a model after the fit: one coded error, as text in both languages and as JSON."""

from __future__ import annotations

import contextlib
import json
import shlex
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from loglik.cli import main

if TYPE_CHECKING:
    from pathlib import Path

FITS = {
    "m": "d.csv 'y ~ x*g'", "spline": "d.csv 'y ~ bs(x, df=4)*g'", "half": "half.csv 'y ~ x*g'", "three": "d.csv 'k ~ x'",
    "twice": "d.csv 'y ~ x + x2'", "counts": "d.csv 's | t ~ x'", "penalised": "d.csv 'y ~ x' --alpha 0.1",
}  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Directory with data and models."""
    rng = np.random.default_rng(0)
    n = 120
    d = pd.DataFrame(
        {"y": rng.integers(0, 2, n), "k": rng.choice(list("abc"), n), "x": rng.normal(size=n).round(3), "z": rng.random(n),
         "g": rng.choice(["u", "v"], n), "f": rng.integers(0, 9, n), "s": rng.integers(0, 5, n), "t": 5, "one": 1}
    )  # fmt: skip
    d["x2"] = 2.0 * d.x
    made = tmp_path_factory.mktemp("refused")
    with contextlib.chdir(made):
        d.to_csv("d.csv", index=False)
        d.iloc[:60].to_csv("half.csv", index=False)
        d.assign(g=["q", *d.g[1:]]).to_csv("level.csv", index=False)
        d.assign(x=[99.0, *d.x[1:]]).to_csv("far.csv", index=False)
        d.assign(s=[*d.s[:-1], 5 - d.s.iloc[-1]]).to_csv("moved.csv", index=False)
        d.assign(f=[None, *d.f[1:]]).to_csv("hole.csv", index=False)
        for name, arguments in FITS.items():
            assert main(["fit", *shlex.split(arguments), "-o", f"{name}.json", "-q"]) == 0
    return made


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("fit d.csv 'y ~ xx'", "LL103", '"xx" not in d.csv'), ("test m.json 'xx = 0'", "LL231", '"xx" at character 1'),
        ("fit d.csv 'y ~ x' --cluster firm", "LL103", '"firm" not in d.csv'),
        ("test m.json 'x = 0' --cluster firm --data d.csv", "LL103", '"firm"'),
        ("effects m.json d.csv --cluster firm", "LL103", '"firm"'), ("test m.json 'x = 0' --cluster f", "LL233", "rows"),
        ("fit hole.csv 'y ~ x' --cluster f", "LL234", "row 1"),
        ("fit d.csv 'y ~ x' --cluster one", "LL234", "fewer than two clusters"),
        ("fit d.csv 'k ~ x' --vcov HC3", "LL236", "two classes"),
        ("fit d.csv 'y ~ x' --intervals profile --cluster f", "LL241", "cluster"),
        ("test m.json 'x = 0, 2*x = 0'", "LL232", "follows from those before"),
        ("test m.json 'x = 0, x = 1'", "LL232", "contradicts"), ("test twice.json 'x - x2 = 0'", "LL231", '"x2"'),
        ("test three.json 'x = 0, [b] x = [c] x'", "LL232", "[b] x = [c] x"),
        ("compare m.json half.json", "LL237", "half.json (60 rows) and m.json (120 rows)"),
        ("compare m.json three.json", "LL237", "different targets"), ("drop1 m.json half.csv", "LL235", "60 could be used"),
        ("test m.json 'x = 0' --vcov HC1 --data half.csv", "LL235", "half.csv"),
        ("drop1 counts.json moved.csv", "LL235", "moved.csv"), ("drop1 counts.json half.csv", "LL235", "half.csv"),
        ("predict spline.json level.csv", "LL124", 'level "q" of column "g" in row 1'),
        ("effects spline.json level.csv", "LL124", 'level "q"'), ("predict spline.json far.csv", "LL255", "99 in row 1"),
        ("effects spline.json d.csv --at x=99", "LL255", "99"), ("effects m.json d.csv --at g=q", "LL245", "Its levels are"),
        ("effects m.json d.csv --at x=1:2", "LL245", "--change takes"),
        ("test m.json --add 'z) + (f' --data d.csv", "LL250", "~ z⟨)⟩ + (f"),
        ("test m.json --add 'bs(z, df=4' --data d.csv", "LL250", "~ bs(z, df=4⟨⟩"),
        ("test m.json --add 'x' --data d.csv", "LL239", "add no column"), ("test penalised.json 'x = 0'", "LL301", "0.1"),
    ],
)  # fmt: skip
def test_refused(
    command: str, code: str, said: str, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.chdir(place)
    before = sorted(path.name for path in place.iterdir())
    assert main([*shlex.split(command), "--json"]) == 2
    document = json.loads(capsys.readouterr().out)
    assert (document["schema"], document["code"]) == ("loglik.error/1", code)
    told = {}
    for language in ("en", "ja"):
        assert main([*shlex.split(command), "--lang", language]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.count(f"\n{code} ") + captured.err.startswith(f"{code} ") == 1
        assert "step 0" not in captured.err  # nothing was fitted first
        told[language] = captured.err[captured.err.index(f"{code} ") :].partition("\n")[0]
    assert said in document["message"] + document["hint"]
    assert not told["ja"].isascii()
    assert told["ja"] != told["en"]
    assert sorted(path.name for path in place.iterdir()) == before
