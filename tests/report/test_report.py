"""Reports: valid pages that need nothing, of every kind of fit, with the numbers of the fit and hostile names escaped."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path
from xml.etree import ElementTree as ET

import html5lib
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

import loglik
from loglik.cli import main
from loglik.report import page, write_report
from loglik.texts import words

RNG = np.random.default_rng(5)
N = 240
FRAME = pd.DataFrame({"x": RNG.normal(size=N), "z": RNG.normal(size=N), "g": RNG.choice(list("abc"), N)})
FRAME["y"] = np.where(FRAME.x + (FRAME.g == "b") + RNG.logistic(size=N) > 0, "yes", "no")
FRAME["kind"] = np.array(["one", "two", "three"])[
    np.argmax(np.c_[FRAME.x, FRAME.z, np.zeros(N)] + RNG.gumbel(size=(N, 3)), axis=1)
]
FRAME["w"] = RNG.integers(0, 4, N)
FRAME["s"] = RNG.random(N) + 0.5
FRAME["n"] = RNG.integers(1, 9, N)
FRAME["k"] = RNG.binomial(FRAME.n, 1 / (1 + np.exp(-FRAME.x)))
FRAME["far"] = FRAME.x > 0.3
NEEDS_ROWS = ("effects", "calibration", "roc", "residuals")
HOSTILE = {
    "script": "<script>alert(1)</script>",
    "quotes": "\"'`><img src=x onerror=alert(1)>",
    "math": "$\\frac{a}{b}$ {{7*7}} {0} %s",
    "rtl": "\u202eevil\u202c عربى",
    "emoji": "👩\u200d👩\u200d👧 🚀",
    "control": "a\x00b\x1bc\nd",
    "long": "n" * 10_000,
    "ja": "切片と傾きの積の対数",
}


def checked(made: str) -> ET.Element:
    """A page that any browser reads in the same way, and that needs nothing from anywhere."""
    html5lib.HTMLParser(strict=True).parse(made)
    root = ET.fromstring(made.removeprefix("<!DOCTYPE html>\n"))
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(set(ids)) == len(ids)
    for e in root.iter():
        assert not {"onload", "onclick", "onerror"} & set(e.attrib)
        link = e.get("href", "#")
        assert link.startswith("#")
        assert link == "#" or link.removeprefix("#") in ids
        assert e.get("src") is None
        tag = e.tag.rpartition("}")[2]
        assert tag not in {"script", "iframe", "object", "link", "img", "base", "form"}
    assert not re.search(r"@font-face|@import|base64|url\((?!#)|https?://(?!www\.w3\.org/)", made)
    assert len(made.encode()) < 1_000_000
    assert not re.search(r"[\x00-\x08\x0b-\x1f\ufdd0-\ufdef\ufffe\uffff]", made)
    return root


def section(root: ET.Element, name: str) -> ET.Element:
    return next(e for e in root.iter() if e.get("id") == name)


def text(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def cells(root: ET.Element, name: str) -> list[list[str]]:
    rows = [e for e in section(root, name).iter() if e.tag.endswith("}tr")]
    return [[text(cell) for cell in row] for row in rows]


def fitted(target="y", **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", loglik.InferenceWarning)
        warnings.simplefilter("ignore", loglik.SeparationWarning)
        return loglik.fit_classifier(FRAME, target, **{"features": ["x", "z", "g"], **options})


@pytest.fixture
def no_pictures(monkeypatch):
    for name in ("coefficients", "effects", "roc", "path"):
        monkeypatch.setattr(f"loglik.report.views.{name}", lambda _content, _label: "<svg/>")
    for name in ("calibration", "residuals"):
        monkeypatch.setattr(f"loglik.report.views.{name}", lambda _content, _label: [])
    monkeypatch.setattr("loglik.report.html._derivations", lambda _model, _language: [])


def test_two_classes_with_the_rows_of_the_fit():
    model = fitted()
    made = page(model, FRAME, language="en")
    root = checked(made)
    for term, row in zip(model.report.terms, cells(root, "coefficients")[1:], strict=True):
        assert row[0] == term.term
        assert float(row[1]) == pytest.approx(term.estimate, rel=1e-4)
        assert [float(row[5]), float(row[6])] == pytest.approx([term.conf_low, term.conf_high], rel=1e-4)
    p = model.predict_proba(FRAME)[:, 1]
    y = FRAME.y == "yes"
    assert float(cells(root, "roc")[1][1]) == pytest.approx(roc_auc_score(y, p), rel=1e-4)
    worst = cells(root, "residuals")[1]
    own = np.where(y, p, 1 - p)
    assert int(worst[0]) == np.argmin(own) + 1
    assert float(worst[2]) == pytest.approx(own.min(), rel=1e-3)
    effects = model.effects(FRAME, frame=pd)
    shown = cells(root, "effects")[1:]
    np.testing.assert_allclose([float(row[2]) for row in shown], effects.estimate, rtol=1e-4)
    assert "those of the fit itself" in text(section(root, "roc"))
    assert "The classes are not separated" in text(section(root, "findings"))
    assert len([e for e in root.iter() if e.tag.endswith("}svg")]) >= 7
    formula = "".join(section(root, "formulas").itertext())
    assert f"{model.report.overall.cross_entropy:.5g}" in formula
    assert all(f"{abs(t.estimate):.5g}" in formula for t in model.report.terms)


def test_without_rows_the_sections_that_need_them_say_so():
    for language, said in (("en", "This needs rows"), ("ja", "データの行が要る")):
        root = checked(page(fitted(), language=language))
        for name in NEEDS_ROWS:
            assert said in text(section(root, name))
            assert not [e for e in section(root, name).iter() if e.tag.endswith("}svg")]
        assert cells(root, "coefficients")


def test_three_classes_in_japanese_on_other_rows():
    model = fitted("kind")
    root = checked(page(model, FRAME.head(100), language="ja"))
    whole = text(root)
    assert root.get("lang") == "ja"
    assert words("report", "ja")["coefficients"] in whole
    assert "推定に使った行かどうかはわからない" in whole
    areas = cells(root, "roc")[1:]
    p = model.predict_proba(FRAME.head(100))
    for name, area, *_ in areas:
        known = roc_auc_score(FRAME.kind.head(100) == name, p[:, model.classes.index(name)])
        assert float(area) == pytest.approx(known, rel=1e-4)
    assert len(areas) == 3


KINDS = {
    "Firth": ({"firth": True}, "Firth"),
    "penalised": ({"alpha": 0.01, "target": "kind"}, "alpha = 0.01"),
    "frequencies": ({"weights": "w"}, "frequency weights from w"),
    "sampling": ({"weights": "s", "weight_kind": "sampling"}, "sampling weights from s"),
    "formula": ({"formula": "y ~ x*g + bs(z, df=4)", "target": None, "features": None}, "bs(z, df=4)"),
}


@pytest.mark.parametrize(("options", "said"), KINDS.values(), ids=KINDS)
@pytest.mark.usefixtures("no_pictures")
def test_every_kind_of_fit(options, said):
    model = fitted(**{"target": "y", **options})
    root = checked(page(model, FRAME, language="en"))
    assert said in text(root)
    assert "those of the fit itself" in text(root)
    separated = "classes are not separated" in text(section(root, "findings"))
    assert separated == (said.startswith(("freq", "samp", "bs")))
    weight = FRAME[options["weights"]] if "weights" in options else None
    shown = next(row for row in cells(root, "roc") if row[0] == model.classes[-1])
    y, p = FRAME[model.report.target] == model.classes[-1], model.predict_proba(FRAME)[:, -1]
    assert float(shown[1]) == pytest.approx(roc_auc_score(y, p, sample_weight=weight), rel=1e-4)


@pytest.mark.usefixtures("no_pictures")
def test_counts():
    model = fitted(None, formula="cbind(k, n - k) ~ x + g", features=None)
    root = checked(page(model, FRAME, language="en"))
    y = np.r_[np.ones(N), np.zeros(N)]
    p = np.tile(model.predict_proba(FRAME)[:, model.classes.index("success")], 2)
    weight = np.r_[FRAME.k, FRAME.n - FRAME.k]
    assert float(cells(root, "roc")[1][1]) == pytest.approx(roc_auc_score(y, p, sample_weight=weight), rel=1e-4)
    assert "those of the fit itself" in text(root)
    assert page(model, FRAME, language="en") == page(model, FRAME, language="en")
    new = checked(page(model, FRAME.head(50), language="en"))
    assert "not known to be those of the fit" in text(new)
    part = np.r_[0:50, N : N + 50]
    area = roc_auc_score(y[part], p[part], sample_weight=weight[part])
    assert float(cells(new, "roc")[1][1]) == pytest.approx(area, rel=1e-4)
    loss = float(re.search(r"Log loss ([\d.]+)", text(root)).group(1))
    assert loss == pytest.approx(model.report.overall.cross_entropy, rel=1e-4)


def test_separated_and_collinear(tmp_path):
    data = FRAME.assign(twice=2 * FRAME.x)
    with pytest.warns(loglik.SeparationWarning):
        model = loglik.fit_classifier(data, "far", features=["x", "z"], separation="report")
    root = checked(page(model, data, language="en"))
    assert "LL243" in text(section(root, "findings"))
    assert "+inf" in text(section(root, "coefficients"))
    for name in NEEDS_ROWS:
        assert "LL243" in text(section(root, name))
    with pytest.warns(loglik.CollinearityWarning):
        model = loglik.fit_classifier(data, "y", features=["x", "z", "twice"])
    model.save(tmp_path / "m.json")
    said = text(section(checked(page(loglik.load_model(tmp_path / "m.json"), language="ja")), "findings"))
    assert "LL202" in said
    assert "twice = +2 x" in said
    assert not re.search(r"is a combination|repeats|column", said)


def test_hostile_names_are_shown_and_nothing_else():
    names = list(HOSTILE.values())
    data = pd.DataFrame(RNG.normal(size=(N, len(names))), columns=names)
    target, levels = "</title><script>t</script>", ["<b>no</b>", "y&amp;\"'</style>"]
    data[target] = np.where(data[names[0]] + RNG.logistic(size=N) > 0, *levels)
    model = loglik.fit_classifier(data, target)
    made = page(model, data, language="en")
    root = checked(made)
    whole = text(root)
    assert HOSTILE["script"] in whole
    assert HOSTILE["math"] in whole
    assert HOSTILE["emoji"] in whole
    assert levels[0] in whole
    assert "n" * 200 not in whole
    assert "\u202e" not in made
    assert "切片と傾き" in made
    # the table names each column, and the picture too
    first = [row[0] for row in cells(root, "coefficients")]
    assert HOSTILE["quotes"] in first


@pytest.mark.usefixtures("no_pictures")
def test_many_coefficients_and_classes_stay_small():
    many = pd.DataFrame(RNG.normal(size=(700, 500)), columns=[f"column number {i}" for i in range(500)])
    many["y"] = RNG.integers(0, 2, 700)
    model = loglik.fit_classifier(many, "y", alpha=0.1)
    root = checked(page(model, many.head(50), language="en"))
    assert "101 more are not shown" in text(section(root, "coefficients"))
    assert len(cells(root, "effects")) < 60


@pytest.mark.usefixtures("no_pictures")
def test_forty_classes():
    data = FRAME.assign(k=[f"class <{i % 40}>" for i in range(N)])
    model = loglik.fit_classifier(data, "k", features=["x"], alpha=0.1)
    root = checked(page(model, data, language="en"))
    assert "The 6 most frequent of 40 classes are drawn" in text(root)
    assert len(cells(root, "roc")) == 41


@pytest.mark.usefixtures("no_pictures")
def test_awkward_rows():
    model = fitted()
    one = checked(page(model, FRAME.head(1), language="en"))
    assert "one class" in text(section(one, "roc")) or len(cells(one, "roc")) == 1
    with pytest.raises(loglik.DataError, match=r'LL103 (.|\n)*"x"'):
        page(model, FRAME[["y", "z", "g"]])
    with pytest.raises(loglik.DataError, match=r'LL103 (.|\n)*"y"'):
        page(model, FRAME[["x", "z", "g"]])
    with pytest.raises(loglik.DataError, match=r'LL433 row 3 (.|\n)*"maybe"'):
        page(model, FRAME.assign(y=[*FRAME.y[:2], "maybe", *FRAME.y[3:]]))
    with pytest.raises(loglik.DataError, match="LL433"):
        page(model, FRAME.assign(x=np.nan))
    constant = loglik.fit_classifier(FRAME, "y", features=[])
    root = checked(page(constant, FRAME, language="en"))
    assert float(cells(root, "roc")[1][1]) == 0.5
    new = checked(page(fitted(weights="w"), FRAME, weights=False, language="en"))
    assert "weighted" not in text(section(new, "roc"))
    missing = checked(page(model, FRAME.assign(y=[None, *FRAME.y[1:]]), language="en"))
    assert "(1 left out)" in text(section(missing, "roc"))


def test_the_command(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    FRAME[["x", "z", "g", "y"]].to_csv("d.csv", index=False)
    assert main(["fit", "d.csv", "-t", "y", "-o", "m.json", "-q"]) == 0
    capsys.readouterr()
    assert main(["report", "m.json", "d.csv", "-o", "r.html", "--lang", "ja", "-q"]) == 0
    out = capsys.readouterr().out
    assert "r.html" in out
    root = checked(Path("r.html").read_text(encoding="utf-8"))
    assert root.get("lang") == "ja"
    assert [e for e in section(root, "path").iter() if e.tag.endswith("}svg")]  # the model file keeps the steps
    assert main(["report", "m.json", "d.csv", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "loglik.report/1"
    assert not Path("report.html").exists()
    assert document["rows"]["of_fit"] is True
    assert document["classes"][0]["auc"]["estimate"] == pytest.approx(
        roc_auc_score(FRAME.y == "yes", loglik.load_model("m.json").predict_proba(FRAME)[:, 1]), rel=1e-12
    )
    assert document["path"][-1][2] == pytest.approx(document["fit"]["cross_entropy"], rel=1e-12)
    for command, code in (
        ("report m.json d.csv -o d.csv", "LL105"), ("report m.json -o no/where.html", "LL121"), ("report d.csv", "LL131"),
        ("report m.json nothing.csv", "LL101"),
    ):  # fmt: skip
        before = sorted(p.name for p in tmp_path.iterdir())
        assert main(command.split()) == 2
        assert code in capsys.readouterr().err
        assert sorted(p.name for p in tmp_path.iterdir()) == before


@pytest.mark.usefixtures("no_pictures")
def test_a_fit_without_an_estimate_has_a_report(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    FRAME[["x", "z", "far"]].to_csv("d.csv", index=False)
    assert main(["fit", "d.csv", "-t", "far", "--report", "r.html", "-q"]) == 1
    root = checked(Path("r.html").read_text(encoding="utf-8"))
    assert "LL201" in text(section(root, "findings"))
    assert "no estimate" in text(root)
    assert not cells(root, "coefficients")
    for name in NEEDS_ROWS:
        assert "LL201" in text(section(root, name))
    assert "Report written to r.html" in capsys.readouterr().out
    assert main(["fit", "d.csv", "-t", "far", "--separation", "report", "--report", "s.html", "-q"]) == 0
    assert "LL243" in text(section(checked(Path("s.html").read_text(encoding="utf-8")), "findings"))
    assert main(["fit", "d.csv", "-t", "far", "--report", "r.txt", "-q"]) == 2
    assert "LL105" in capsys.readouterr().err


def test_a_report_that_cannot_be_made_leaves_the_old_one(tmp_path):
    path = tmp_path / "r.html"
    path.write_text("old")
    with pytest.raises(loglik.DataError, match="LL103"):
        write_report(fitted(), path, FRAME[["y"]])
    assert path.read_text() == "old"
    with pytest.raises(loglik.DataError, match="LL105"):
        write_report(fitted(), tmp_path / "r.pdf")
    assert [p.name for p in tmp_path.iterdir()] == ["r.html"]


def test_without_the_extra(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    fitted().save("m.json")
    monkeypatch.setattr("loglik.plot.extra.find_spec", lambda name: None if name == "jinja2" else 1)
    assert main(["report", "m.json"]) == 2
    assert "LL431" in capsys.readouterr().err
    assert main(["report", "m.json", "--json"]) == 0  # numbers need no extra
