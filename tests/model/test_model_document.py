"""Model files that were changed and signed again are refused unless they still are models; older ones are read."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import loglik
from loglik.model.model_file import _checksum

RNG = np.random.default_rng(6)
N = 150
FRAME = pd.DataFrame(
    {
        "x": RNG.normal(size=N),
        "g": RNG.choice(["a", "b", "c"], N),
        "flag": RNG.random(N) < 0.5,
        "o": RNG.normal(size=N),
        "y": RNG.choice(["k", "l", "m"], N),
    }
)


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("model") / "m.json"
    loglik.fit_classifier(FRAME, "y", offset="o").save(path)
    return json.loads(path.read_text(encoding="utf-8"))


def signed(document: dict[str, Any], path: Path) -> Path:
    document = {k: v for k, v in document.items() if k != "sha256"}
    document["sha256"] = _checksum(document)
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def at(document: Any, *keys: Any) -> Any:
    for key in keys:
        document = document[key]
    return document


CHANGES = {
    "a coefficient less": lambda d: at(d, "coefficients", "l").pop(),
    "a coefficient more": lambda d: at(d, "coefficients", "l").append(1.0),
    "text for a coefficient": lambda d: at(d, "coefficients", "l").__setitem__(0, "1"),
    "no number": lambda d: at(d, "coefficients", "l").__setitem__(0, float("nan")),
    "infinite": lambda d: at(d, "coefficients", "m").__setitem__(2, float("inf")),
    "true": lambda d: at(d, "coefficients", "m").__setitem__(2, True),
    "a number for coefficients": lambda d: d["coefficients"].update(l=3.0),
    "a class less": lambda d: d["coefficients"].pop("l"),
    "another class": lambda d: d["coefficients"].update(q=d["coefficients"].pop("l")),
    "no such reference class": lambda d: d.update(compared_with="q"),
    "a class twice": lambda d: d.update(classes=["k", "l", "l"]),
    "one class": lambda d: d.update(classes=["k"]),
    "classes of a report": lambda d: d["fit"].update(classes=["k", "l", "q"]),
    "a level less": lambda d: at(d, "features", 1, "levels").pop(),
    "a level twice": lambda d: d["features"][1].update(levels=["a", "a", "c"]),
    "no such reference": lambda d: d["features"][1].update(reference="q"),
    "a level that is a number": lambda d: at(d, "features", 1, "levels").__setitem__(1, 3),
    "used and unused": lambda d: d["features"][1].update(unused=["a"]),
    "pooled": lambda d: d["features"][1].update(pooled=True),
    "pooled as text": lambda d: d["features"][1].update(pooled="no"),
    "another kind": lambda d: d["features"][1].update(kind="colour"),
    "another type": lambda d: d["features"][0].update(type="spline"),
    "a feature less": lambda d: d["features"].pop(),
    "a feature twice": lambda d: d["features"].__setitem__(2, copy.deepcopy(d["features"][1])),
    "a feature that is text": lambda d: d["features"].__setitem__(0, "x"),
    "terms": lambda d: d["terms"].reverse(),
    "no input": lambda d: d.pop("input"),
    "a decimal sign": lambda d: d["input"]["reading"].update(decimal="?"),
    "an encoding": lambda d: d["input"]["reading"].update(encoding="klingon"),
    "missing words": lambda d: d["input"]["reading"].update(missing_words=[1]),
    "where the offset is": lambda d: d["input"].update(offset_from=None),
    "the offset": lambda d: d["fit"].update(offset=None),
    "the target": lambda d: d["fit"].update(target="z"),
    "rows": lambda d: d["fit"].update(n_rows="many"),
    "converged": lambda d: d["fit"].update(converged="yes"),
    "terms of the report": lambda d: d["fit"]["terms"].__setitem__(0, {"term": "x"}),
    "an estimate": lambda d: d["fit"]["terms"][0].update(estimate="1"),
    "findings": lambda d: d["fit"].update(findings="none"),
    "overall": lambda d: d["fit"].update(overall=[1.0]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_changed_and_signed_again(name: str, document: dict[str, Any], tmp_path: Path) -> None:
    changed = copy.deepcopy(document)
    CHANGES[name](changed)
    with pytest.raises(loglik.DataError, match="LL132"):
        loglik.load_model(signed(changed, tmp_path / "m.json"))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return found + [place for key, item in items for place in places(item, (*path, key))]


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_change_is_a_model_or_a_coded_error(data: st.DataObject, document: dict[str, Any], tmp_path: Path) -> None:
    changed = copy.deepcopy(document)
    *parents, last = data.draw(st.sampled_from(places(document)))
    value = data.draw(
        st.sampled_from(
            ["remove", None, True, 0, -1, 1.5, float("inf"), "", "q", [], {}, ["a"], [[]], {"a": 1}, 10**400]
        )
    )
    holder = at(changed, *parents)
    if value == "remove":
        del holder[last]
    else:
        holder[last] = value
    try:
        model = loglik.load_model(signed(changed, tmp_path / "m.json"))
        p = model.predict_proba(FRAME)
        model.summary()
        model.tidy()
    except loglik.DataError:
        return
    assert p.shape == (N, 3)
    assert np.isfinite(p).all()


@pytest.mark.parametrize(
    ("field", "value"),
    [("sum_of_weights", float("inf")), ("sum_of_weights", -1.0), ("alpha", float("nan")), ("conf_level", 95.0)],
)
def test_figures_that_cannot_be_are_refused(document: dict[str, Any], field: str, value: float, tmp_path: Path) -> None:
    made = copy.deepcopy(document)
    made["fit"][field] = value
    with pytest.raises(loglik.DataError, match=f"LL132.*{field}"):
        loglik.load_model(signed(made, tmp_path / "m.json"))


CENTERING = {
    "no centers": lambda d: d["centering"].pop("centers"),
    "a center less": lambda d: d["centering"]["centers"].pop("t"),
    "a center of another column": lambda d: d["centering"]["centers"].update(z=1.0),
    "another center": lambda d: d["centering"]["centers"].update(t=0.0),
    "text": lambda d: d["centering"]["centers"].update(t="1e12"),
    "another intercept": lambda d: d["centering"]["intercepts"].update(b=1e7),
    "an intercept of no class": lambda d: d["centering"]["intercepts"].update(c=1.0),
}


@pytest.mark.parametrize("change", CENTERING.values(), ids=CENTERING)
def test_a_centering_that_does_not_fit_is_refused(change: Any, tmp_path: Path) -> None:
    frame = pd.DataFrame({"t": 1e12 + RNG.integers(0, 9, N), "y": RNG.choice(["a", "b"], N)})
    with pytest.warns(loglik.errors.LoglikWarning, match="LL212"):
        loglik.fit_classifier(frame, "y").save(tmp_path / "m.json")
    made = json.loads((tmp_path / "m.json").read_text(encoding="utf-8"))
    loglik.load_model(signed(made, tmp_path / "m.json"))
    change(made)
    with pytest.raises(loglik.DataError, match="LL132"):
        loglik.load_model(signed(made, tmp_path / "m.json"))


def older(document: dict[str, Any]) -> dict[str, Any]:
    """The document as version 0.1 wrote it."""
    made = copy.deepcopy(document)
    made["schema"] = "loglik.model/1"
    made["fit"]["level"] = made["fit"].pop("conf_level")
    del made["input"]
    for feature in made["features"]:
        feature.pop("kind", None)
        feature.pop("unused", None)
    return made


def test_older_files(tmp_path: Path) -> None:
    frame = FRAME.drop(columns="flag")
    model = loglik.fit_classifier(frame, "y", offset="o")
    model.save(tmp_path / "m.json")
    document = json.loads((tmp_path / "m.json").read_text(encoding="utf-8"))
    old = loglik.load_model(signed(older(document), tmp_path / "old.json"))
    np.testing.assert_array_equal(old.predict_proba(frame), model.predict_proba(frame))
    assert old.input.offset_from == "column"
    for levels in (["1", "2", "3"], ["false", "true"], ["01", "1"], ["1.5", "(rare)"]):
        column = np.resize(levels, N)
        made = loglik.fit_classifier(frame.assign(g=column), "y", offset="o", alpha=0.1)
        made.save(tmp_path / "m.json")
        document = json.loads((tmp_path / "m.json").read_text(encoding="utf-8"))
        with pytest.raises(loglik.DataError, match=r'LL169 .*"g"'):
            loglik.load_model(signed(older(document), tmp_path / "old.json"))


def test_newer_files(document: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(loglik.DataError, match="LL133"):
        loglik.load_model(signed({**document, "schema": "loglik.model/3"}, tmp_path / "m.json"))


@pytest.mark.parametrize("name", ["model_1", "model_1_1"])
def test_files_that_older_versions_wrote_predict_as_they_did(name: str, tmp_path: Path) -> None:
    """Written by 0.1 and by the version before conf_level; the probabilities are those that they gave."""
    here = Path(__file__).parent / "old"
    expected = json.loads((here / "predicted.json").read_text(encoding="utf-8"))
    rows = pd.DataFrame(expected["rows"])
    model = loglik.load_model(here / f"{name}.json")
    assert np.array_equal(model.predict_proba(rows), np.array(expected["probability"]))
    assert model.predict(rows) == expected["predicted"]
    assert model.report.conf_level == 0.95
    assert model.report.reference_levels == {"g": model.features[1].levels[model.features[1].reference]}
    model.save(tmp_path / "m.json")
    again = loglik.load_model(tmp_path / "m.json")
    assert json.loads((tmp_path / "m.json").read_text(encoding="utf-8"))["schema"] == "loglik.model/1.2"
    assert again.report == model.report
    assert np.array_equal(again.predict_proba(rows), model.predict_proba(rows))
