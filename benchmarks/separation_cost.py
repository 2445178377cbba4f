"""What the proof of existence costs: the share of a fit's time that goes into looking for separation.

On data that show no sign of separation: dense, categorical and multinomial. Run ``python benchmarks/separation_cost.py``.
"""

from __future__ import annotations

import json
import statistics
import time
from pathlib import Path

import numpy as np

from loglik.design.features import CategoricalFeature, NumericFeature
from loglik.design.matrix import Design
from loglik.fit import maximise as fit

RESULTS = Path("benchmarks/results/separation_cost.json")


def data(n: int, p: int, levels: list[int], k: int) -> tuple[Design, np.ndarray]:
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
    return Design(tuple(features), x, codes.astype(np.int32)), label


CASES = {
    "1,000 x 20": (1_000, 20, [], 2),
    "200,000 x 30": (200_000, 30, [], 2),
    "200,000 rows, 3 categorical": (200_000, 2, [10, 50, 200], 2),
    "50,000 x 20, 5 classes": (50_000, 20, [], 5),
}


def measure(design: Design, label: np.ndarray, k: int) -> tuple[float, float]:
    """Seconds of a whole fit, and of the methods that look for separation."""
    spent = 0.0
    run = fit._Fit(design, label, k, np.ones(design.n_rows), None, fit.Options())  # noqa: SLF001

    def timed(method):
        def call(*arguments):
            nonlocal spent
            start = time.perf_counter()
            result = method(*arguments)
            spent += time.perf_counter() - start
            return result

        return call

    for name in ("_separation_by_cells", "_make_sure", "_find_separation"):
        setattr(run, name, timed(getattr(run, name)))
    start = time.perf_counter()
    with fit.single_threaded_blas():
        run.run()
    return time.perf_counter() - start, spent


def main() -> None:
    rows = []
    for name, (n, p, levels, k) in CASES.items():
        design, label = data(n, p, levels, k)
        runs = [measure(design, label, k) for _ in range(8)][1:]
        share = statistics.median(spent / total for total, spent in runs)
        rows.append({"case": name, "seconds": statistics.median(t for t, _ in runs), "share": share})
        print(f"{name:30} fit {rows[-1]['seconds']:.4f} s, of it looking for separation {100 * share:.1f} %")
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(
        json.dumps({"schema": "loglik.bench/1", "case": "separation cost", "rows": rows}, indent=1) + "\n"
    )


if __name__ == "__main__":
    main()
