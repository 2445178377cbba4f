"""What comes after the fit, beside the fit: Firth, covariances, effects, profiles and formulas, each as a ratio.

Runs are interleaved, ours and the other in turn; ratios are those of the least and of the median processor time of all
threads (other work on the machine hardly moves them) and of the least wall time. Firth's estimate is compared with
firthmodels' first. ``python -m benchmarks.inference [--only firth] [--threads 2] [--scale 0.1]`` writes
``benchmarks/results/inference.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import time
import warnings
from pathlib import Path

RESULTS = Path("benchmarks/results/inference.json")
FIRTH_SHAPES = ((50, 3), (500, 10), (2_000, 50), (5_000, 20), (20_000, 20), (20_000, 100), (100_000, 30), (300_000, 30))


def timed(runs: dict, rounds: int) -> dict:
    """Processor and wall seconds of each, interleaved; the first round, which compiles, is not counted."""
    taken: dict = {name: [] for name in runs}
    for i in range(rounds + 1):
        for name, run in runs.items():
            wall, cpu = time.perf_counter(), time.process_time()
            run()
            if i:
                taken[name].append((time.process_time() - cpu, time.perf_counter() - wall))
    return {
        name: {
            "cpu_least": min(c for c, _ in t), "cpu_median": statistics.median(c for c, _ in t),
            "wall_least": min(w for _, w in t), "wall_median": statistics.median(w for _, w in t),
        }
        for name, t in taken.items()
    }  # fmt: skip


def table(n: int, columns: int, classes: int = 2, seed: int = 0):
    import numpy as np

    rng = np.random.default_rng(seed + n + columns)
    x = rng.normal(size=(n, columns))
    eta = np.zeros((n, classes))
    eta[:, 1:] = x @ rng.normal(size=(columns, classes - 1)) / columns**0.5 - 0.5
    return x, (eta + rng.gumbel(size=eta.shape)).argmax(axis=1)


def said(part: str, case: str, times: dict, of: str, by: str, *, share: bool, **more) -> dict:
    """Print a ratio: ``of`` over ``by``, as a share of it or as so many times as fast."""
    ratios = {key: times[of][key] / times[by][key] for key in times[of]}
    shown = " ".join(f"{k.replace('_', ' ')} {100 * v:.0f} %" if share else f"{k} {v:.2f}" for k, v in ratios.items())
    print(f"{part:10} {case:34} {of} / {by}: {shown}", flush=True)
    return {"part": part, "case": case, "of": of, "by": by, "ratios": ratios, "seconds": times, **more}


def firth(threads: int, scale: float):
    import numpy as np
    from firthmodels import FirthLogisticRegression

    from loglik import LogisticRegression

    for n, columns in FIRTH_SHAPES:
        x, y = table(max(int(n * scale), 50), columns)
        runs = {
            "loglik": lambda x=x, y=y: LogisticRegression(firth=True, threads=threads).fit(x, y),
            "firthmodels": lambda x=x, y=y: FirthLogisticRegression(gtol=1e-8, xtol=1e-8, max_iter=100).fit(x, y),
            "its tolerance": lambda x=x, y=y: FirthLogisticRegression(max_iter=100).fit(x, y),
            "without Numba": lambda x=x, y=y: FirthLogisticRegression(backend="numpy", gtol=1e-8, xtol=1e-8).fit(x, y),
        }
        apart = float(np.abs(runs["loglik"]().coef_ - runs["firthmodels"]().coef_).max())
        if apart > 1e-7:
            raise SystemExit(f"the estimates differ by {apart}")
        times = timed(runs, 9 if x.size < 1e6 else 3)
        for other in ("firthmodels", "its tolerance", "without Numba"):
            yield said("firth", f"{x.shape[0]:,} x {columns}", times, other, "loglik", share=False, apart=apart)


def multinomial(threads: int, scale: float):
    from loglik import LogisticRegression

    x, y = table(int(20_000 * scale), 20, 4)
    times = timed(
        {
            "firth": lambda: LogisticRegression(firth=True, threads=threads).fit(x, y),
            "fit": lambda: LogisticRegression(threads=threads).fit(x, y),
        },
        5,
    )
    yield said("firth", f"{x.shape[0]:,} x 20, K = 4", times, "firth", "fit", share=False)


def _frame(n: int):
    import numpy as np
    import polars as pl

    rng = np.random.default_rng(1)
    x, y = table(n, 30)
    data = {f"x{j}": x[:, j] for j in range(30)} | {"y": np.array(["n", "p"])[y]}
    for groups in (50, 2_000, 20_000, 200_000, 500_000):
        data[f"c{groups}"] = rng.integers(0, max(2, groups * n // 1_000_000), n)
    data["g"] = np.array([f"g{i:02d}" for i in range(50)])[rng.integers(0, 50, n)]
    return pl.DataFrame(data)


def covariances(threads: int, scale: float):
    import numpy as np

    from loglik.design.arrays import array_design
    from loglik.design.clusters import Clusters
    from loglik.design.features import NumericFeature
    from loglik.fit.maximise import maximise
    from loglik.fit.options import Options
    from loglik.inference.covariance import Estimate, covariance

    n = int(1_000_000 * scale)
    x, y = table(n, 30)
    design = array_design(tuple(NumericFeature(f"x{j}") for j in range(30)), x)
    weight, label = np.ones(n), y.astype(np.int32)
    rng = np.random.default_rng(2)

    def fit():
        return maximise(design, label, 2, weight, None, Options(threads=threads))

    estimate = Estimate.of(fit())

    def codes(groups: int):
        return np.unique(rng.integers(0, max(2, int(groups * scale)), n), return_inverse=True)[1].astype(np.int64)

    kinds: dict = {kind: (kind, None) for kind in ("HC0", "HC1", "HC3")}
    for groups in (50, 2_000, 20_000, 200_000, 500_000):
        kinds[f"{groups:,} clusters, any order"] = ("cluster", (codes(groups),))
    kinds["200,000 clusters, sorted"] = ("cluster", (np.sort(codes(200_000)),))
    for one, two in ((200, 50), (20_000, 500)):
        kinds[f"two-way {one:,} x {two:,}"] = ("cluster", (codes(one), codes(two)))
    runs = {"fit": fit}
    for name, (kind, ways) in kinds.items():
        clusters = None if ways is None else Clusters(tuple(f"c{i}" for i in range(len(ways))), ways)
        runs[name] = lambda kind=kind, clusters=clusters: covariance(estimate, "frequency", kind, clusters)
    times = timed(runs, 3)
    for name in kinds:
        yield said("covariance", f"{n:,} x 30, {name}", times, name, "fit", share=True)


def effects(threads: int, scale: float):
    import loglik

    n = int(1_000_000 * scale)
    data = _frame(n)
    numbers = [f"x{j}" for j in range(30)]
    cases = {"30 numbers": numbers, "29 numbers, 50 levels": [*numbers[:29], "g"], "50 levels alone": ["x0", "x1", "g"]}
    for case, features in cases.items():
        model = loglik.fit_classifier(data, "y", features=features, threads=threads)
        times = timed(
            {
                "fit": lambda features=features: loglik.fit_classifier(data, "y", features=features, threads=threads),
                "effects": lambda model=model: model.effects(data),
            },
            3,
        )
        yield said("effects", f"{n:,} rows, {case}", times, "effects", "fit", share=True)


def profile(threads: int, scale: float):
    import numpy as np

    from loglik.design.arrays import array_design
    from loglik.design.features import NumericFeature
    from loglik.fit.maximise import maximise
    from loglik.fit.options import Options
    from loglik.inference.profile import profiles

    for firth, rows, columns in ((False, 100_000, 29), (True, 200, 5), (True, 20_000, 10)):
        n = max(int(rows * scale), 100)
        x, y = table(n, columns)
        design = array_design(tuple(NumericFeature(f"x{j}") for j in range(columns)), x)
        label, weight = y.astype(np.int32), np.ones(n)

        def fit(design=design, label=label, weight=weight, firth=firth):
            return maximise(design, label, 2, weight, None, Options(threads=threads, firth=firth))

        solution = fit()
        times = timed({"fit": fit, "profiles": lambda solution=solution: profiles(solution, 0.95)}, 3)
        yield said("profile", f"{n:,} x {columns}{', Firth' * firth}", times, "profiles", "fit", share=False)


def formulas(threads: int, scale: float):
    import loglik

    n = int(1_000_000 * scale)
    data = _frame(n)
    numbers = [f"x{j}" for j in range(30)]
    plain, spline = "y ~ " + " + ".join(numbers), "y ~ bs(x0, df=5) + " + " + ".join(numbers[1:])
    times = timed(
        {
            "columns": lambda: loglik.fit_classifier(data, "y", features=numbers, threads=threads),
            "formula": lambda: loglik.fit_classifier(data, formula=plain, threads=threads),
            "spline": lambda: loglik.fit_classifier(data, formula=spline, threads=threads),
        },
        3,
    )
    yield said("formula", f"{n:,} x 30", times, "formula", "columns", share=True)
    yield said("formula", f"{n:,} x 30, a spline", times, "spline", "columns", share=True)


PARTS = {
    "firth": firth, "multinomial": multinomial, "covariances": covariances, "effects": effects, "profile": profile,
    "formulas": formulas,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=PARTS, nargs="*", default=list(PARTS))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the rows")
    given = parser.parse_args()
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS", "LOGLIK_NUM_THREADS"):
        os.environ[name] = str(given.threads)  # before NumPy is loaded
    warnings.simplefilter("ignore")
    commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
    about = {"commit": commit, "threads": given.threads, "scale": given.scale}
    for part in given.only:
        rows = [row | about for row in PARTS[part](given.threads, given.scale)]
        known = json.loads(RESULTS.read_text())["parts"] if RESULTS.exists() else {}
        RESULTS.write_text(json.dumps({"parts": known | {part: rows}}, indent=1) + "\n")


if __name__ == "__main__":
    main()
