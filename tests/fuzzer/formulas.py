"""Formulas by chance: those that mean something are fitted, kept and predicted alike; all others end in a code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import loglik
from fuzzer.judge import Fault, call

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = ["x", "z", "u", "w", "g", "h", "`a b`", "k:1"]
SIGNS = [
    *(" + ", " - ", "*", ":", "/", " %in% ", "^", "**", " | ", ", ", "=", "(", ")", "~", ".", "`"),
    *('"', "<", ">=", "0", "1", "2.5", "\\", "日"),
]


def factor(rng: np.random.Generator) -> str:
    column = str(rng.choice(["x", "z", "u", "w"]))
    return str(
        rng.choice(
            [
                *COLUMNS,
                *(f"{name}({column})" for name in ("log", "scale", "center", "offset", "I")),
                *(f"bs({column}, df={rng.integers(1, 9)})", f"ns({column}, df={rng.integers(1, 7)})"),
                *(f"I({column}^2)", f"I({column} > 0.3)", f"poly({column}, {rng.integers(1, 6)})"),
                *(f"C({rng.choice(['w', 'g', 'h'])})", f"sqrt({column}*{column})", f"I({column}/z)"),
                *("1", "0", ".", f"exp(log({column}))"),
            ]
        )
    )


def term(rng: np.random.Generator, depth: int = 0) -> str:
    if depth < 2 and rng.random() < 0.4:
        sign = str(rng.choice(["*", ":", "/", " + ", " - ", " %in% "]))
        inner = f"{term(rng, depth + 1)}{sign}{term(rng, depth + 1)}"
        return f"({inner})" if rng.random() < 0.6 else f"({inner})^{rng.integers(1, 4)}"
    return factor(rng)


def formula(rng: np.random.Generator) -> str:
    text = str(rng.choice(["y", "y", "y", "three", "", "x", "log(x)"])) + " ~ "
    text += " + ".join(term(rng) for _ in range(rng.integers(1, 4)))
    for _ in range(rng.integers(0, 4) if rng.random() < 0.4 else 0):
        i = int(rng.integers(len(text)))
        text = text[:i] + str(rng.choice(SIGNS)) + text[i + int(rng.integers(0, 3)) :]
    return text


def frame(rng: np.random.Generator) -> pd.DataFrame:
    n = int(rng.choice([1, 5, 30, 400]))
    columns = {"x": rng.normal(size=n) * 10.0 ** rng.integers(-9, 9), "z": rng.normal(size=n)}
    columns |= {"u": rng.gamma(2.0, size=n), "w": rng.integers(0, 4, n), "a b": rng.normal(size=n)}
    columns |= {"g": rng.choice(["a", "b", "c:d", "[e]"], n), "h": rng.choice(["p", "q"], n)}
    data = pd.DataFrame({**columns, "k:1": rng.choice(["s", "t"], n)})
    if rng.random() < 0.3:
        data["x"] += 10.0 ** rng.integers(0, 12)
    data["y"] = rng.choice(["no", "yes"], n)
    data["three"] = rng.choice(["p", "q", "r"], n)
    if rng.random() < 0.2:
        data.loc[rng.random(n) < 0.3, str(rng.choice(["x", "g"]))] = None
    return data


def attack(seed: int, folder: Path) -> None:
    """Fit a formula, keep the model, and predict rows together and one by one."""
    rng = np.random.default_rng(seed)
    data, text = frame(rng), formula(rng)
    options = {} if rng.random() < 0.7 else {"alpha": 0.1}
    what = f"fit_classifier(frame, formula={text!r}, **{options})"
    model = call(what, lambda: loglik.fit_classifier(data, formula=text, **options))
    if model is None:
        return
    whole = call(f"{what}.predict_proba", lambda: model.predict_proba(data))
    call(f"{what}.save", lambda: model.save(folder / "m.json"))
    again = call(f"{what}.load", lambda: loglik.load_model(folder / "m.json"))
    if whole is None or again is None:
        raise Fault(f"{what}: the rows of the fit cannot be predicted")
    if not np.array_equal(again.predict_proba(data), whole, equal_nan=True):
        raise Fault(f"{what}: the file predicts otherwise")
    i = int(rng.integers(len(data)))
    if not np.array_equal(again.predict_proba(data.iloc[[i]]), whole[[i]], equal_nan=True):
        raise Fault(f"{what}: row {i} alone is predicted otherwise")
    present = ~np.isnan(whole).any(axis=1)
    if not np.allclose(whole[present].sum(axis=1), 1.0) or (whole[present] < 0).any():
        raise Fault(f"{what}: {whole[:3]}")
