"""Arguments of the Python functions by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

import loglik
from fuzzer.judge import call

if TYPE_CHECKING:
    from pathlib import Path

ODD: list[Any] = [
    None, True, False, 0, 1, -1, 2.5, float("nan"), float("inf"), 10**30, "", "x", "y", "g", "ab", "日本", b"x", [], ["x"],
    ["x", "x"], ["absent"], ("x", "g"), {"g": "a"}, {"g": 1}, {1: 2}, {"x"}, np.array(["x"]), np.array([]), np.int64(3),
    np.float32(0.5), pd.Index(["x", "g"]), pd.Series(["x"]), object(), 1j, range(3), "newton", "gd", "auto", "sampling",
    "frequency", "drop", "error", "raise", "warn", np.nan, np.array([[1.0]]), "\udcff", type, len,
]  # fmt: skip
FIT = ["positive", "reference", "features", "exclude", "categorical", "reference_levels",
       "weights", "weight_kind", "offset", "missing",
       "min_count", "alpha", "solver", "tol", "max_iter", "conf_level", "inference", "threads", "table"]  # fmt: skip
ESTIMATOR = ["alpha", "fit_intercept", "solver", "tol", "max_iter", "learning_rate", "reference", "reference_levels",
             "weight_kind",
             "separation", "keep_trajectory", "inference", "threads"]  # fmt: skip


def frame(rng: np.random.Generator) -> pd.DataFrame:
    n = int(rng.choice([1, 2, 40]))
    made = pd.DataFrame({"x": rng.normal(size=n), "g": rng.choice(["a", "b"], n), "w": rng.random(n)})
    made["y"] = rng.choice(["p", "q", "r"][: rng.integers(1, 4)], n)
    way = rng.integers(8)
    if way == 0:
        first = ODD[rng.integers(24)] if rng.random() < 0.5 else None
        made["x"] = pd.Series([first, *made["x"].tolist()[1:]], dtype=object)
    elif way == 1:
        made["g"] = made["g"].astype("category")
    elif way == 2:
        made["y"] = pd.Series([ODD[rng.integers(18)] for _ in range(n)], dtype=object)
    elif way == 3:
        made["x"] = pd.to_datetime(made["x"] * 1e15)
    elif way == 4:
        made.columns = ["x", "x", "w", "y"]
    return made


def odd(rng: np.random.Generator) -> Any:
    return ODD[rng.integers(len(ODD))]


def attack(seed: int, folder: Path) -> None:
    """Call fit_classifier or the estimator with arguments that make sense, most of the time."""
    rng = np.random.default_rng(seed)
    data = frame(rng)
    if rng.random() < 0.6:
        options = {str(name): odd(rng) for name in rng.choice(FIT, rng.integers(0, 3), replace=False)}
        target = "y" if rng.random() < 0.9 else odd(rng)
        given = data if rng.random() < 0.9 else odd(rng)
        what = f"fit_classifier({given if given is not data else 'frame'!r}, {target!r}, **{options!r})"
        model = call(what, lambda: loglik.fit_classifier(given, target, **options))
        if model is None:
            return
        new = data if rng.random() < 0.5 else data.head(0) if rng.random() < 0.5 else odd(rng)
        for name in ("predict", "predict_proba", "augment"):
            call(f"{what}.{name}({new!r})", lambda name=name: getattr(model, name)(new))
        call(f"{what}.save", lambda: model.save(folder / "m.json"))
        call(f"{what}.load", lambda: loglik.load_model(folder / "m.json"))
        return
    options = {str(name): odd(rng) for name in rng.choice(ESTIMATOR, rng.integers(0, 3), replace=False)}
    x: Any = data[["x", "w"]].iloc[:, :2] if rng.random() < 0.8 else data
    y: Any = data["y"] if rng.random() < 0.9 else odd(rng)
    fit = {name: odd(rng) for name in ("sample_weight", "offset") if rng.random() < 0.15}
    named = repr(y) if not isinstance(y, pd.Series) else "y"
    what = f"LogisticRegression(**{options!r}).fit(x, {named}, **{fit!r})"
    scikit = (ValueError, TypeError)
    model = call(what, lambda: loglik.LogisticRegression(**options).fit(x, y, **fit), others=scikit)
    if model is None:
        return
    new = x if rng.random() < 0.5 else odd(rng)
    for name in ("predict", "predict_proba", "predict_log_proba", "decision_function"):
        call(f"{what}.{name}({new!r})", lambda name=name: getattr(model, name)(new), others=scikit)
    for name in ("tidy", "glance", "summary"):
        call(f"{what}.{name}()", getattr(model, name))
