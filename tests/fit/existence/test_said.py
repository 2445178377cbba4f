"""What is said of separation: few columns, advice that helps, the same through every interface, JSON and nothing else."""

from __future__ import annotations

import json
import shlex
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from exact_oracle import verdict
from scipy import sparse

import loglik
from loglik.cli import main
from loglik.errors import SeparationError, SeparationWarning, UndecidedWarning
from loglik.fit.existence.verdict import Existence

Random = np.random.Generator


def threshold(rng: Random) -> pd.DataFrame:
    x = rng.normal(size=(500, 6))
    return pd.DataFrame(x, columns=[f"x{j}" for j in range(6)]).assign(y=np.where(x[:, 3] > 0.3, "p", "n"))


def rare_flag(rng: Random) -> pd.DataFrame:
    frame = pd.DataFrame(rng.normal(size=(800, 5)), columns=list("abcde"))
    frame["y"] = rng.choice(["p", "n"], 800)
    frame["flag"] = 0
    frame.loc[frame.index[frame.y == "p"][:3], "flag"] = 1
    return frame


def two_flags(rng: Random) -> pd.DataFrame:
    frame = rare_flag(rng)
    frame["other"] = 0.0
    frame.loc[frame.index[frame.y == "n"][5:9], "other"] = 0.1
    return frame


def three_causes(rng: Random) -> pd.DataFrame:
    """A flag, a level of one class, and a column that is larger in one class where the flag is 0."""
    frame = two_flags(rng)
    frame["g"] = rng.choice(list("uvw"), 800)
    frame.loc[frame.index[frame.y == "p"][10:14], "g"] = "rare"
    return frame


def crossed_levels(rng: Random) -> pd.DataFrame:
    """Each level of a and of b has both classes; a0 without b0 has one, b0 without a0 the other."""
    n = 1500
    a, b = rng.integers(0, 8, n), rng.integers(0, 6, n)
    y = rng.integers(0, 2, n)
    y = np.where((a == 0) & (b != 0), 1, np.where((a != 0) & (b == 0), 0, y))
    return pd.DataFrame({"a": [f"a{v}" for v in a], "b": [f"b{v}" for v in b], "u": rng.normal(size=n), "y": y})


def slopes_of_groups(rng: Random) -> pd.DataFrame:
    """In one group a number decides."""
    n = 1200
    group, x = rng.integers(0, 4, n), rng.normal(size=n)
    y = np.where(group == 3, x > 0.2, rng.random(n) < 0.5)
    frame = pd.DataFrame({"x": x, "u": rng.normal(size=n), "y": np.where(y, "p", "n")})
    for g in (1, 2, 3):
        frame[f"g{g}"] = (group == g).astype(int)
        frame[f"x:g{g}"] = frame.x * frame[f"g{g}"]
    return frame


def start_and_end(rng: Random) -> pd.DataFrame:
    """Two time stamps in milliseconds; how far they are apart decides."""
    n = 900
    y = rng.integers(0, 2, n)
    start = 1_600_000_000_000 + rng.integers(0, 10**10, n)
    apart = np.where(y == 1, rng.integers(1000, 5000, n), rng.integers(0, 1000, n))
    return pd.DataFrame({"start": start, "end": start + apart, "u": rng.normal(size=n), "y": y})


def one_class_apart(rng: Random) -> pd.DataFrame:
    n = 900
    y = rng.choice(["a", "b", "c"], n)
    frame = pd.DataFrame(rng.normal(size=(n, 4)), columns=list("tuvw"))
    frame["v"] += np.where(y == "b", 20.0, 0.0)
    return frame.assign(y=y)


# What is named, and the kind.
SAID = {
    threshold: ({"x3"}, "complete"),
    rare_flag: ({"flag"}, "quasi-complete"),
    two_flags: ({"flag", "other"}, "quasi-complete"),
    three_causes: ({"flag", "other", "g"}, "quasi-complete"),
    crossed_levels: ({"a", "b"}, "quasi-complete"),
    slopes_of_groups: ({"x:g3", "g3"}, "quasi-complete"),
    start_and_end: ({"start", "end"}, "complete"),
    one_class_apart: ({"v"}, "quasi-complete"),
}


@pytest.mark.parametrize("make", SAID)
def test_few_columns_are_named_and_the_advice_helps(make) -> None:
    named, kind = SAID[make]
    for seed in range(3):
        frame = make(np.random.default_rng(seed))
        with pytest.raises(SeparationError) as caught:
            loglik.fit_classifier(frame, "y")
        separation = caught.value.separation
        assert separation.kind == kind
        assert set(separation.columns) == named
        assert separation.remedy
        assert set(separation.remedy) <= named
        assert loglik.fit_classifier(frame, "y", exclude=separation.remedy).report.converged
        assert all(f'"{name}"' in caught.value.hint for name in separation.remedy)


def test_the_largest_share_comes_first() -> None:
    """What matters of a column is its coefficient times its spread, not its coefficient."""
    rng = np.random.default_rng(1)
    small, large = rng.integers(-9, 10, 400), rng.integers(-9, 10, 400)
    y = np.where(large + 0.2 * small > 0.1, "p", "n")
    frame = pd.DataFrame({"small": small / 1000, "large": large * 1000.0, "u": rng.normal(size=400), "y": y})
    with pytest.raises(SeparationError) as caught:
        loglik.fit_classifier(frame, "y")
    assert caught.value.columns == ("large", "small")


@pytest.mark.parametrize("seed", range(4))
def test_species_are_completely_separated_with_a_fifth_column_too(seed: int) -> None:
    """Three species, four measurements: "quasi-complete" only if not complete, and to drop a fifth column is no remedy."""
    rng = np.random.default_rng(seed)
    species = np.repeat([0, 1, 2], 60)
    middle = np.array([[390, 183, 1900, 37], [488, 184, 1960, 38], [475, 150, 2170, 51]])
    measured = np.round(middle[species] + rng.normal(size=(180, 4)) * [20, 8, 45, 3])
    assert verdict(list(measured.T), species, 3, intercept=True) == "complete"
    frame = pd.DataFrame(measured / 10, columns=["bill", "depth", "flipper", "mass"])
    frame["fifth"] = rng.integers(0, 10, 180)
    frame["species"] = np.array(["adelie", "chinstrap", "gentoo"])[species]
    with pytest.raises(SeparationError, match="complete separation") as caught:
        loglik.fit_classifier(frame, "species")
    assert caught.value.separation.kind == "complete"
    assert "fifth" not in caught.value.hint


@pytest.mark.parametrize("make", SAID)
def test_every_interface_says_the_same(make, capfd: pytest.CaptureFixture, in_tmp: Path) -> None:
    frame = make(np.random.default_rng(0))
    kind = SAID[make][1]
    frame.to_csv(in_tmp / "d.csv", index=False)
    command = "fit d.csv -t y"
    assert main(shlex.split(f"{command} --json")) == 1
    said = capfd.readouterr()
    document = json.loads(said.out)
    assert document["converged"] is False
    assert document["terms"] == []
    (finding,) = [f for f in document["findings"] if f["code"] == "LL201"]
    assert finding["message"].startswith(kind)
    assert main(shlex.split(command)) == 1
    said = capfd.readouterr()
    assert "LL201" in said.err
    assert "no estimate" in said.out + said.err
    x = frame.drop(columns="y")
    with pytest.warns(SeparationWarning, match=f"LL201 {kind}"):
        model = loglik.LogisticRegression().fit(x, frame.y)
    assert not model.converged_
    assert model.separation_.kind == kind
    if all(dtype.kind in "if" for dtype in x.dtypes):
        with pytest.warns(SeparationWarning, match=f"LL201 {kind}"):
            rows = loglik.LogisticRegression().fit(sparse.csr_array(x.to_numpy(dtype=float)), frame.y)
        assert rows.separation_.kind == kind


@pytest.mark.usefixtures("undecided")
def test_undecided_is_said_aloud(capfd: pytest.CaptureFixture, in_tmp: Path) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(200, 3)), columns=list("abc")).assign(y=rng.choice(["p", "n"], 200), w=1)
    frame.to_csv(in_tmp / "d.csv", index=False)
    for more in ("", " --weights w --weight-kind sampling", " --solver newton"):
        assert main(shlex.split("fit d.csv -t y --json -q" + more)) == 1
        said = capfd.readouterr()
        document = json.loads(said.out)
        assert document["converged"] is False
        assert "LL206" in [f["code"] for f in document["findings"]]
        assert all(t["std_error"] is None and t["p_value"] is None for t in document["terms"])
        assert document["lr_test"]["p_value"] is None
    assert main(shlex.split("fit d.csv -t y -q")) == 1
    said = capfd.readouterr()
    assert "LL206" in said.err
    assert "--alpha" in said.err
    with pytest.warns(UndecidedWarning, match="LL206"):
        model = loglik.LogisticRegression().fit(frame[["a", "b", "c"]], frame.y)
    assert not model.converged_
    assert model.separation_ is None
    with pytest.warns(UndecidedWarning, match="LL206"):
        report = loglik.fit_classifier(frame, "y", exclude=["w"]).report
    assert not report.converged
    assert all(t.std_error is None for t in report.terms)
    # A penalty makes the question go away.
    assert main(shlex.split("fit d.csv -t y -q --alpha 0.01")) == 0


@pytest.fixture
def undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is found out: neither does the last step prove anything, nor is there a direction."""
    monkeypatch.setattr(Existence, "look", lambda *_: None)
    monkeypatch.setattr("loglik.fit.certainty.decrement_times_range", lambda *_: np.inf)
    monkeypatch.setattr("loglik.fit.certainty.proved_by_rows", lambda *_: False)


def test_rows_of_weight_zero_say_nothing() -> None:
    x = np.array([[1.0], [2], [3], [4], [5], [6]])
    y = np.array([0, 0, 1, 0, 1, 1])
    assert loglik.LogisticRegression().fit(x, y).converged_
    with pytest.warns(SeparationWarning, match="complete"):
        model = loglik.LogisticRegression().fit(x, y, sample_weight=[1, 1, 0, 2, 1, 1])
    assert model.separation_.n_rows == 5
    both = np.r_[x, [[3.0]]], np.r_[y, 0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert loglik.LogisticRegression().fit(*both, sample_weight=[1, 1, 1e-9, 1, 1, 1, 0]).converged_


def test_a_penalised_fit_never_speaks_of_separation(capfd: pytest.CaptureFixture, in_tmp: Path) -> None:
    threshold(np.random.default_rng(0)).to_csv(in_tmp / "d.csv", index=False)
    assert main(shlex.split("fit d.csv -t y --alpha 1e-3 --json -q")) == 0
    codes = [f["code"] for f in json.loads(capfd.readouterr().out)["findings"]]
    assert not {"LL201", "LL206"} & set(codes)
