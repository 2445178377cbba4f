"""What the verdict on existence costs: its share of a fit where nothing is suspect, and its time where much is.

Easy cases: data that show no sign of separation; the share is the time inside functions of ``loglik.fit.existence``
called from the fit, of all the time of the fit. Hard cases: the whole call with a verdict, beside the same fit with a
penalty, which needs none. Run ``python benchmarks/separation_cost.py``.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from inspect import isclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from loglik.design.features import CategoricalFeature, NumericFeature, SparseFeatures
from loglik.design.matrix import Design
from loglik.fit import maximise as fit
from loglik.fit.options import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loglik.fit.solution import Solution

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "separation_cost.json"
sys.path.insert(0, str(HERE.parent / "tests" / "fit" / "existence"))

REPEATS = 7
PENALTY = 1e-4


@dataclass(frozen=True)
class Data:
    """A design with its classes."""

    design: Design
    label: np.ndarray
    n_classes: int = 2

    def fit(self, alpha: float = 0.0) -> Solution:
        ones = np.ones(self.design.n_rows)
        return fit.maximise(self.design, self.label, self.n_classes, ones, None, Options(alpha=alpha))


def drawn(n: int, p: int, levels: list[int], k: int) -> Data:
    """Normal columns, levels, and classes drawn from a model of both."""
    rng = np.random.default_rng(n + p)
    x = rng.normal(size=(n, p))
    cats = [rng.integers(0, m, n) for m in levels]
    effect = x @ rng.normal(size=(p, k)) / np.sqrt(max(p, 1)) + sum(
        rng.normal(size=(m, k))[c] * 0.5 for m, c in zip(levels, cats, strict=True)
    )
    label = (effect + rng.gumbel(size=(n, k))).argmax(axis=1).astype(np.int32)
    features = [NumericFeature(f"x{j}") for j in range(p)]
    features += [CategoricalFeature(f"g{i}", tuple(map(str, range(m))), 0) for i, m in enumerate(levels)]
    first = 1 + p + np.concatenate([[0], np.cumsum(levels)[:-1]]) if levels else np.zeros(0)
    codes = np.stack([c + f for c, f in zip(cats, first, strict=True)], axis=1) if levels else np.empty((n, 0))
    return Data(Design.of(tuple(features), x, codes.astype(np.int32)), label, k)


def of_columns(x: np.ndarray, label: np.ndarray, k: int = 2) -> Data:
    features = tuple(NumericFeature(f"x{j}") for j in range(x.shape[1]))
    return Data(Design.of(features, x, np.empty((len(x), 0), np.int32)), label.astype(np.int32), k)


EASY = {
    "1,000 x 20": (1_000, 20, [], 2),
    "20,000 x 50": (20_000, 50, [], 2),
    "200,000 x 30": (200_000, 30, [], 2),
    "200,000 rows, 3 categorical": (200_000, 2, [10, 50, 200], 2),
    "50,000 x 20, 5 classes": (50_000, 20, [], 5),
    "20,000 x 400": (20_000, 400, [], 2),
}


def words(n: int, p: int) -> Data:
    """Words of Zipf's frequencies: about half of them occur in documents of one class only."""
    rng = np.random.default_rng(1)
    share = np.arange(20.0, p + 20) ** -1.2
    length = np.maximum(rng.lognormal(2.2, 0.5, n).astype(int), 3)
    label = rng.integers(0, 2, n).astype(np.int32)
    tilt = rng.normal(size=p) * 0.4
    rows, columns = [], []
    chances = [np.cumsum(share * np.exp(s * tilt)) for s in (-1, 1)]
    for i in range(n):
        cumulative = chances[label[i]]
        columns.append(np.searchsorted(cumulative, rng.random(length[i]) * cumulative[-1]))
        rows.append(np.full(length[i], i))
    at = np.concatenate(rows), np.concatenate(columns)
    x = sparse.csr_array((np.ones(at[0].size), at), shape=(n, p))
    x.sum_duplicates()
    x.data = np.log1p(x.data)
    x = sparse.csr_array(x[:, np.flatnonzero(np.bincount(x.indices, minlength=p) > 0)])
    x.sort_indices()
    features = (SparseFeatures(tuple(f"w{j}" for j in range(x.shape[1]))),)
    return Data(Design.of(features, np.empty((n, 0)), np.empty((n, 0), np.int32), x), label)


def of_one_class_only(data: Data) -> int:
    """Columns that occur in one class only."""
    s = data.design.sparse
    owner = np.repeat(data.label, np.diff(s.indptr))
    counts = [np.bincount(s.indices[owner == k], minlength=s.shape[1]) for k in (0, 1)]
    return int(((counts[0] == 0) ^ (counts[1] == 0)).sum())


def rare_column(n: int, p: int) -> Data:
    """One 0/1 column that three rows have, all of one class."""
    easy = drawn(n, p, [], 2)
    x, label = easy.design.dense.copy(), easy.label
    x[:, p // 2] = 0.0
    x[np.flatnonzero(label == 1)[[1, 70, -1]], p // 2] = 1.0
    return of_columns(x, label)


def rare_indicators(n: int, p: int) -> Data:
    """Indicators of one row in a thousand; a few are of one class."""
    rng = np.random.default_rng(3)
    x = (rng.random((n, p)) < 1e-3).astype(float)
    label = (rng.random(n) < 0.3).astype(np.int32)
    for j in (3, p // 2, p - 2):
        x[label == 1, j] = 0.0
    return of_columns(x, label)


def time_stamps(n: int, *, separated: bool) -> Data:
    """Milliseconds since 1970 beside five columns; the class changes at a moment, or a little at a time."""
    rng = np.random.default_rng(4)
    when = 1.6e12 + np.sort(rng.integers(0, 3 * 10**10, n)).astype(float)
    half = when > when[n // 2]
    label = half if separated else rng.random(n) < 0.4 + 0.2 * half
    return of_columns(np.column_stack([when, rng.normal(size=(n, 5))]), label)


def hidden(n: int, p: int) -> Data:
    """A combination of all columns that is 0 but in five rows, where its sign is the class."""
    rng = np.random.default_rng(5)
    z = rng.normal(size=(n, p))
    label = (z[:, 1] + rng.logistic(size=n) > 0).astype(np.int32)
    z[:, 0] = 0.0
    z[:5, 0] = np.where(label[:5] == 1, 1.0, -1.0)
    return of_columns(z @ np.linalg.qr(rng.normal(size=(p, p)))[0], label)


def group_splines() -> list[Data]:
    """Forty designs of splines for groups, one of which has a region with one class only."""
    from planted import FORMS, group_splines

    smalls = [group_splines(np.random.default_rng(seed), FORMS[seed % len(FORMS)])[0] for seed in range(40)]
    return [Data(s.design(), s.label) for s in smalls if s.intercept]


HARD: dict[str, Callable[[], list[Data]]] = {
    "60,000 short documents, 33,000 words": lambda: [words(60_000, 40_000)],
    "20,000 x 50, a rare 0/1 column of one class": lambda: [rare_column(20_000, 50)],
    "100,000 x 200 rare indicators": lambda: [rare_indicators(100_000, 200)],
    "200,000 time stamps, separated": lambda: [time_stamps(200_000, separated=True)],
    "200,000 time stamps, not separated": lambda: [time_stamps(200_000, separated=False)],
    "splines of groups with an empty region": group_splines,
    "20,000 x 200, hidden in a combination": lambda: [hidden(20_000, 200)],
}


@contextmanager
def clocked() -> Iterator[list[float]]:
    """Sum the seconds inside functions of ``loglik.fit.existence`` that the fit calls."""
    spent, depth = [0.0], [0]

    def timed(function: Callable) -> Callable:
        def call(*arguments, **named):
            if depth[0]:
                return function(*arguments, **named)
            depth[0] += 1
            start = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                spent[0] += time.perf_counter() - start
                depth[0] -= 1

        return call

    held = []
    for owner in _callers():
        for name, value in list(vars(owner).items()):
            if (
                callable(value)
                and getattr(value, "__module__", "").startswith("loglik.fit.existence")
                and not isclass(value)
            ):
                held.append((owner, name, value))
                setattr(owner, name, timed(value))
    if not held:
        raise RuntimeError("the fit calls no function of loglik.fit.existence")
    try:
        yield spent
    finally:
        for owner, name, value in held:
            setattr(owner, name, value)


def _callers() -> list[object]:
    """Modules of the fit outside the package, and the classes of the package, whose methods they call."""
    modules = [m for n, m in sys.modules.items() if n.startswith("loglik.fit.")]
    within = [m for m in modules if m.__name__.startswith("loglik.fit.existence")]
    classes = {
        v for m in within for v in vars(m).values() if isclass(v) and v.__module__.startswith("loglik.fit.existence")
    }
    return [*(m for m in modules if m not in within), *classes]


def easy_row(name: str) -> dict[str, object]:
    data = drawn(*EASY[name])
    data.fit()
    totals, shares = [], []
    for _ in range(REPEATS):
        with clocked() as spent:
            start = time.perf_counter()
            solution = data.fit()
            totals.append(time.perf_counter() - start)
        if not solution.converged:
            raise RuntimeError(f"{name}: no estimate")
        shares.append(spent[0] / totals[-1])
    return {"case": name, "seconds": statistics.median(totals), "share": statistics.median(shares)}


def hard_row(name: str) -> dict[str, object]:
    every = HARD[name]()
    seconds, penalised, verdicts = [], [], []
    for data in every:
        start = time.perf_counter()
        solution = data.fit()
        seconds.append(time.perf_counter() - start)
        verdicts.append(
            solution.separation.kind if solution.separation else "exists" if solution.converged else "undecided"
        )
        start = time.perf_counter()
        data.fit(PENALTY)
        penalised.append(time.perf_counter() - start)
    row = {
        "case": name, "designs": len(every), "seconds": max(seconds), "seconds_with_penalty": max(penalised),
        "verdicts": {v: verdicts.count(v) for v in sorted(set(verdicts))},
    }  # fmt: skip
    if every[0].design.sparse is not None:
        row |= {"columns": every[0].design.sparse.shape[1], "of_one_class_only": of_one_class_only(every[0])}
    return row


def main() -> None:
    easy, hard = [], []
    for name in EASY:
        easy.append(easy_row(name))
        print(
            f"{name:45} fit {easy[-1]['seconds']:.4f} s, of it for the verdict {100 * easy[-1]['share']:.1f} %",
            flush=True,
        )
    for name in HARD:
        hard.append(hard_row(name))
        print(
            f"{name:45} verdict in {hard[-1]['seconds']:.3f} s (with a penalty {hard[-1]['seconds_with_penalty']:.3f} s): "
            f"{hard[-1]['verdicts']}", flush=True,
        )  # fmt: skip
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    report = {"schema": "loglik.bench/2", "case": "separation cost", "easy": easy, "hard": hard}
    RESULTS.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
