"""Model files that were changed by hand, some of them signed anew."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from fuzzer.files import mutated
from fuzzer.judge import Fault, call, run
from loglik import load_model
from loglik.model import model_file

if TYPE_CHECKING:
    from pathlib import Path

ODD: list[Any] = [
    None, True, 0, -1, 1, 2, 3, 7, 1.5, 1e308, float("nan"), float("inf"), "", "x", "a", "日本", [], {}, [0], [[0]], {"a": 1},
    10**30, "newest", [None], [[1.0, 2.0], [3.0]], "number", "category",
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    found = [path]
    if isinstance(value, dict):
        for key, inner in value.items():
            found += places(inner, (*path, key))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            found += places(inner, (*path, i))
    return found


def changed(rng: np.random.Generator, document: dict[str, Any]) -> dict[str, Any]:
    for _ in range(rng.integers(1, 4)):
        found = [path for path in places(document) if path]
        path = found[rng.integers(len(found))]
        holder = document
        for step in path[:-1]:
            holder = holder[step]
        way = rng.integers(4)
        if way == 0:
            del holder[path[-1]]
        elif way == 1 and isinstance(holder[path[-1]], list):
            inner = holder[path[-1]]
            inner.extend(inner[: rng.integers(0, 3)]) if rng.random() < 0.5 else inner.reverse()
        else:
            holder[path[-1]] = json.loads(json.dumps(ODD[rng.integers(len(ODD))]))
    return document


def attack(seed: int, folder: Path) -> None:
    """Predict with a changed model: it is refused, or gives probabilities."""
    rng = np.random.default_rng(seed)
    n, k = 60, int(rng.integers(2, 4))
    x, g = rng.normal(size=n), rng.choice(["a", "b", "c"], n)
    label = np.array(["p", "q", "r"])[(rng.normal(size=n) + x > 0).astype(int) + (k == 3) * rng.integers(0, 2, n)]
    data, file = folder / "d.csv", folder / "m.json"
    data.write_text(
        "x,g,y\n" + "\n".join(f"{a},{b},{c}" for a, b, c in zip(x, g, label, strict=True)), encoding="utf-8"
    )
    if run(["fit", str(data), "-t", "y", "-q", "-o", str(file), "--alpha", str(rng.choice(["0", "0.1"]))])[0]:
        return
    if rng.random() < 0.2:
        file.write_bytes(mutated(rng, file.read_bytes()))
    else:
        document = changed(rng, json.loads(file.read_text(encoding="utf-8")))
        if rng.random() < 0.9:
            document.pop("sha256", None)
            document["sha256"] = model_file._checksum(document)
        file.write_text(json.dumps(document), encoding="utf-8")
    run(["predict", str(file), str(data), "--json"])
    model = call("load_model", lambda: load_model(file))
    if model is None:
        return
    probability = call("predict_proba", lambda: model.predict_proba(data))
    if probability is not None:
        # A row with a word for "missing" has no prediction; all others have one.
        words = set(model.input.reading.missing_words or ())
        present = np.array([not {str(a), b} & words for a, b in zip(x, g, strict=True)])
        shown = probability[present]
        if not (np.all(shown >= 0) and np.allclose(shown.sum(axis=1), 1) and np.isnan(probability[~present]).all()):
            raise Fault(f"probabilities {probability[:3]}")
    for what in ("summary", "tidy", "glance", "__str__"):
        call(what, getattr(model, what))
    call("save", lambda: model.save(folder / "again.json"))
