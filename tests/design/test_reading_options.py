"""How text is read: numbers written in other ways, encodings, missing words; said at the fit, kept in the model."""

from __future__ import annotations

import gzip
import json
import shlex
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import loglik
from loglik.cli import main

N = 90
RNG = np.random.default_rng(2)
X = (RNG.normal(size=N) * 1e5).round() / 10
Y = np.where(X / 1e4 + RNG.normal(size=N) > 0, "b", "a")
PLAIN = pd.DataFrame({"x": X, "y": Y})


def european(value: float) -> str:
    return f"{value:,.1f}".replace(",", "_").replace(".", ",").replace("_", ".")


WAYS = {  # how numbers are written, the options that read them, what the remedy names
    "decimal comma": (lambda v: f"{v:.1f}".replace(".", ","), {"decimal": ","}, "--decimal ,"),
    "comma groups": (lambda v: f"{v:,.1f}", {"thousands": ","}, "--thousands ,"),
    "European": (european, {"decimal": ",", "thousands": "."}, "--decimal , --thousands ."),
    "spaces": (lambda v: f"{v:,.1f}".replace(",", "\u00a0"), {"thousands": " "}, "--thousands"),
    "apostrophes": (lambda v: f"{v:,.1f}".replace(",", "'"), {"thousands": "'"}, "--thousands"),
    "percent": (lambda v: f"{v:.1f}%", None, "sign of the unit"),
    "dollar": (lambda v: f"${v:,.2f}", None, "sign of the unit"),
    "euro after": (lambda v: f"{v:.2f} €", None, "sign of the unit"),
    "Arabic digits": (lambda v: "".join(chr(0x660 + int(c)) if c.isdigit() else c for c in str(v)), None, "0 to 9"),
    "full width": (lambda v: "".join(chr(0xFF10 + int(c)) if c.isdigit() else c for c in str(v)), None, "0 to 9"),
}


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.usefixtures("in_tmp")
def test_numbers_written_another_way(name: str) -> None:
    write, options, remedy = WAYS[name]
    few = PLAIN.assign(x=[write(1e4 * round(v / 1e4)) for v in X])
    few.to_csv("few.csv", index=False)
    with pytest.warns(loglik.DataWarning, match="LL165") as said:
        model = loglik.fit_classifier("few.csv", "y", alpha=0.1)
    finding = next(f for f in model.report.findings if f.code == "LL165")
    assert remedy in finding.message
    assert sum(issubclass(w.category, loglik.DataWarning) for w in said) == 1
    # So many levels that the column names its rows: the refusal has the same remedy.
    PLAIN.assign(x=[write(v) for v in X]).to_csv("many.csv", index=False)
    with pytest.raises(loglik.DataError, match="LL125") as refused:
        loglik.fit_classifier("many.csv", "y")
    assert remedy in refused.value.hint
    # A data frame is not read: its column has to be converted.
    with pytest.warns(loglik.DataWarning, match="LL165") as said:
        loglik.fit_classifier(few, "y", alpha=0.1)
    assert "--" not in str(said[0].message)
    if options is not None:
        expected = loglik.fit_classifier(PLAIN, "y").report
        made = loglik.fit_classifier("many.csv", "y", **options)
        assert made.report == expected
        made.save("m.json")
        np.testing.assert_array_equal(loglik.load_model("m.json").predict_proba("many.csv"), made.predict_proba(PLAIN))
        arguments = " ".join(f"--{k}={shlex.quote(v)}" for k, v in options.items())
        assert main(shlex.split(f"fit many.csv -t y -o c.json -q {arguments}")) == 0
        assert loglik.load_model("c.json").report.terms == tuple(expected.terms)


@pytest.mark.usefixtures("in_tmp")
def test_words_and_codes_are_no_numbers() -> None:
    words = ["a,b", "1-2", "x1", "1.2.3", "Q1", "12:30", "v1,0", "low"]
    PLAIN.assign(x=np.resize(words, N)).to_csv("d.csv", index=False)
    loglik.fit_classifier("d.csv", "y", alpha=0.1)  # warnings are errors


@pytest.mark.usefixtures("in_tmp")
def test_a_mixed_column_names_the_remedy(capsys: pytest.CaptureFixture) -> None:
    x = [str(k % 7) if k % 4 else f"{k % 7},5" for k in range(N)]
    PLAIN.assign(x=x, z=X).to_csv("d.csv", index=False, sep=";")
    assert main(shlex.split("fit d.csv -t y")) == 2
    said = capsys.readouterr().err
    assert "\nLL126" in said
    assert "--decimal ," in said
    assert main(shlex.split("fit d.csv -t y --weights x")) == 2
    assert "--decimal ," in capsys.readouterr().err


@pytest.mark.usefixtures("in_tmp")
def test_a_group_in_the_wrong_place_is_no_number() -> None:
    PLAIN.assign(x=["1,5", *[f"{v:,.1f}" for v in X[1:]]]).to_csv("d.csv", index=False)
    with pytest.raises(loglik.DataError, match=r'LL126 .*"1,5"'):
        loglik.fit_classifier("d.csv", "y", thousands=",")


@pytest.mark.parametrize(
    ("encoding", "word"),
    [
        ("latin-1", "café"),
        ("cp1252", "€"),
        ("utf-16", "日本"),
        ("cp932", "日本"),
        ("gb18030", "中文"),
        ("utf-8-sig", "ü"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.usefixtures("in_tmp")
def test_encodings(encoding: str, word: str, packed: bool, capsys: pytest.CaptureFixture) -> None:
    frame = PLAIN.assign(**{word: np.where(RNG.random(N) < 0.5, word, "b")})
    text = frame.to_csv(index=False).replace("\n", "\r\n").encode(encoding)
    name = "d.csv.gz" if packed else "d.csv"
    Path(name).write_bytes(gzip.compress(text) if packed else text)
    assert main(shlex.split(f"fit {name} -t y -o m.json -q --encoding {encoding}")) == 0
    assert loglik.load_model("m.json").report.terms == tuple(loglik.fit_classifier(frame, "y").report.terms)
    assert main(shlex.split(f"predict m.json {name} -o p.csv")) == 0
    capsys.readouterr()
    if encoding != "utf-8-sig":
        assert main(shlex.split(f"fit {name} -t y")) == 2
        assert "--encoding" in capsys.readouterr().err
        assert main(shlex.split(f"fit {name} -t y --encoding ascii")) == 2
        assert "LL104" in capsys.readouterr().err


@pytest.mark.usefixtures("in_tmp")
def test_missing_words(capsys: pytest.CaptureFixture) -> None:
    holes = PLAIN.assign(x=["-" if k % 10 == 0 else "." if k % 10 == 1 else str(v) for k, v in enumerate(X)])
    holes.to_csv("d.csv", index=False)
    model = loglik.fit_classifier("d.csv", "y", missing_words=["-", "."])
    assert model.report.missing == {"x": 18}
    model.save("m.json")
    assert np.isnan(loglik.load_model("m.json").predict_proba("d.csv")).any(axis=1).sum() == 18
    assert main(shlex.split("fit d.csv -t y --missing-words=-,. --json -q")) == 0
    assert json.loads(capsys.readouterr().out)["missing"] == {"x": 18}
    # Other words stand in the place of the usual ones.
    PLAIN.assign(g=np.resize(["NA", "ZA", "BW"], N)).to_csv("g.csv", index=False)
    assert loglik.fit_classifier("g.csv", "y", missing_words=[]).report.n_dropped == 0
    assert loglik.fit_classifier("g.csv", "y").report.n_dropped == N // 3


@pytest.mark.usefixtures("in_tmp")
def test_a_prediction_may_say_otherwise_and_is_refused_where_it_should() -> None:
    PLAIN.assign(x=[f"{v}".replace(".", ",") for v in X]).to_csv("comma.csv", index=False, sep=";")
    PLAIN.to_csv("point.csv", index=False)
    assert main(shlex.split("fit comma.csv -t y --decimal , -o m.json -q")) == 0
    assert main(shlex.split("predict m.json comma.csv -o a.csv")) == 0
    assert main(shlex.split("predict m.json point.csv")) == 2  # 1.5 is no number with a decimal comma
    assert main(shlex.split("predict m.json point.csv --decimal . -o b.csv")) == 0
    assert Path("a.csv").read_bytes() == Path("b.csv").read_bytes()


def test_the_delimiter_of_the_fit_holds_where_the_header_has_it(in_tmp: Path) -> None:
    header = "length, cm;width, cm;y"
    rows = "".join(f"{RNG.normal():.2f};{RNG.normal():.2f};{v}\n" for v in Y)
    (in_tmp / "d.csv").write_text(f"{header}\n{rows}")
    model = loglik.fit_classifier("d.csv", "y", delimiter=";")
    assert [f.name for f in model.features] == ["length, cm", "width, cm"]
    (in_tmp / "new.csv").write_text("length, cm;width, cm\n1;2\n")  # whose header alone has as many commas
    assert model.predict_proba("new.csv").shape == (1, 2)


@pytest.mark.parametrize(
    "options",
    [{"decimal": ";"}, {"decimal": ""}, {"thousands": "."}, {"thousands": "00"}, {"thousands": "1"}, {"encoding": "klingon"},
     {"encoding": "zlib"}, {"delimiter": ",,"}, {"delimiter": '"'}, {"delimiter": "\n"},
     {"decimal": 1}, {"thousands": [","]}, {"encoding": 8},
     {"delimiter": ("a",)}, {"missing_words": 3}, {"missing_words": [None]}, {"min_count": -1}, {"min_count": "3"},
     {"inference": "no"}, {"alpha": 10**400}],
    ids=repr,
)  # fmt: skip
def test_options_out_of_range(options: dict[str, str]) -> None:
    with pytest.raises(loglik.DataError, match="LL118"):
        loglik.fit_classifier(PLAIN, "y", **options)


@pytest.mark.usefixtures("in_tmp")
def test_nul_bytes(capsys: pytest.CaptureFixture) -> None:
    Path("d.csv").write_bytes(PLAIN.to_csv(index=False).encode("utf-16-le"))
    assert main(shlex.split("fit d.csv -t y")) == 2
    said = capsys.readouterr().err
    assert "LL104" in said
    assert "utf-16-le" in said
    assert main(shlex.split("fit d.csv -t y --encoding utf-16-le -q")) == 0


@pytest.mark.usefixtures("in_tmp")
def test_options_given_with_a_data_frame_hold_for_files() -> None:
    model = loglik.fit_classifier(PLAIN, "y", decimal=",", delimiter=";")
    PLAIN.to_csv("d.csv", index=False, sep=";", decimal=",")
    np.testing.assert_array_equal(model.predict_proba("d.csv"), model.predict_proba(PLAIN))
