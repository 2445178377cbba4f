"""One contender of the benchmark of scale, in a process of its own: ``scale_contenders.py NAME FILE OUT``.

Writes seconds from the file to the coefficients, the coefficients by the names of loglik's terms, and, if it has them,
standard errors. Ends with status 3 where the contender is not installed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

NUMBERS, TEXTS = [f"x{j}" for j in range(12)], [f"c{i}" for i in range(4)]


def needs(*modules: str) -> None:
    if any(find_spec(module) is None for module in modules):
        sys.exit(3)


def loglik(path: str, name: str) -> dict:
    from scale import OURS

    from loglik import fit_classifier

    began = time.perf_counter()
    model = fit_classifier(path, "y", **OURS[name])
    seconds = time.perf_counter() - began
    terms = model.report.terms
    return {
        "seconds": seconds, "terms": {t.term: t.estimate for t in terms}, "std_error": {t.term: t.std_error for t in terms},
        "reads": sum(model.report.reads.values()), "references": model.report.reference_levels,
    }  # fmt: skip


def designed(path: str) -> tuple:
    """Indicators of all levels but the most frequent, as loglik has them, for peers that want a matrix."""
    import pandas as pd
    from scipy import sparse

    frame = pd.read_parquet(path)
    parts, names = [sparse.csr_matrix(frame[NUMBERS].to_numpy())], ["(Intercept)", *NUMBERS]
    for column in TEXTS:
        codes = frame[column].astype("category").cat
        counts = frame[column].value_counts().reindex(codes.categories)
        keep = [i for i, level in enumerate(codes.categories) if i != int(counts.to_numpy().argmax())]
        ones = sparse.csr_matrix(
            ([1.0] * len(frame), (range(len(frame)), codes.codes.to_numpy())), shape=(len(frame), len(counts))
        )
        parts.append(ones[:, keep])
        names += [f"{column}[{codes.categories[i]}]" for i in keep]
    return sparse.hstack(parts, format="csr"), frame["y"].to_numpy(), names


def sgd(path: str) -> dict:
    needs("sklearn", "pandas")
    from sklearn.linear_model import SGDClassifier

    began = time.perf_counter()
    x, y, names = designed(path)
    read = time.perf_counter()
    model = SGDClassifier(loss="log_loss", penalty=None, random_state=1).fit(x, y)
    end = time.perf_counter()
    terms = dict(zip(names, [*model.intercept_, *model.coef_[0]], strict=True))
    return {"seconds": end - began, "fit_seconds": end - read, "terms": terms}


def distributed(path: str) -> dict:
    """statsmodels' DistributedModel: fits of parts of the rows, averaged; of dense parts, which is what it takes."""
    needs("statsmodels", "pandas")
    import numpy as np
    from statsmodels.base.distributed_estimation import DistributedModel
    from statsmodels.discrete.discrete_model import Logit

    began = time.perf_counter()
    x, y, names = designed(path)
    read = time.perf_counter()
    parts = max(4, x.shape[0] // 100_000)
    edges = np.linspace(0, x.shape[0], parts + 1).astype(int)

    def dense(lo: int, hi: int) -> np.ndarray:
        return np.column_stack([np.ones(hi - lo), x[lo:hi].toarray()])

    pieces = list(zip(edges, edges[1:], strict=False))
    model = DistributedModel(parts, model_class=Logit)
    fitted = model.fit(
        zip((y[a:b] for a, b in pieces), (dense(a, b) for a, b in pieces), strict=True), fit_kwds={"alpha": 0.0}
    )
    end = time.perf_counter()
    terms = dict(zip(names, np.asarray(fitted.params).tolist(), strict=True))
    return {"seconds": end - began, "fit_seconds": end - read, "terms": terms}


def dask_ml(path: str) -> dict:
    needs("dask_ml", "dask")
    import dask.array as da
    import numpy as np
    from dask_ml.linear_model import LogisticRegression

    began = time.perf_counter()
    x, y, names = designed(path)
    read = time.perf_counter()
    rows = max(50_000, x.shape[0] // 8)
    dense = da.concatenate([da.from_array(x[lo : lo + rows].toarray()) for lo in range(0, x.shape[0], rows)])
    model = LogisticRegression(solver="newton", penalty="l2", C=1e12, max_iter=20, tol=1e-8)
    model.fit(dense, da.from_array(y.astype(float), chunks=rows))
    end = time.perf_counter()
    terms = dict(zip(names, [float(np.ravel(model.intercept_)[0]), *np.ravel(model.coef_)], strict=True))
    return {"seconds": end - began, "fit_seconds": end - read, "terms": {k: float(v) for k, v in terms.items()}}


def vowpal(path: str) -> dict:
    needs("vowpalwabbit", "pandas")
    import pandas as pd
    from vowpalwabbit import pyvw

    began = time.perf_counter()
    frame = pd.read_parquet(path)
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "rows.vw"
        with text.open("w", encoding="utf-8") as out:
            for row in frame.itertuples(index=False):
                numbers = " ".join(f"{name}:{getattr(row, name):.6g}" for name in NUMBERS)
                levels = " ".join(f"{name}={getattr(row, name)}" for name in TEXTS)
                out.write(f"{2 * row.y - 1} |f {numbers} {levels}\n")
        read = time.perf_counter()
        command = (
            f"-d {text} --loss_function logistic --bfgs --passes 40 -c -k --cache_file {folder}/cache --quiet -b 18"
        )
        model = pyvw.Workspace(command)
        model.finish()
    end = time.perf_counter()
    return {"seconds": end - began, "fit_seconds": end - read, "terms": {}}


def spark(path: str) -> dict:
    needs("pyspark")
    if subprocess.run(["java", "-version"], capture_output=True, check=False).returncode:
        sys.exit(3)
    from pyspark.ml import Pipeline
    from pyspark.ml.feature import OneHotEncoder, StringIndexer, VectorAssembler
    from pyspark.ml.regression import GeneralizedLinearRegression
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]").config("spark.driver.memory", "5g").config("spark.ui.enabled", "false")
    )
    started = session.getOrCreate()
    began = time.perf_counter()
    rows = started.read.parquet(path)
    indexed, coded = [f"{c}_i" for c in TEXTS], [f"{c}_v" for c in TEXTS]
    # The most frequent level last: dropLast leaves it out, as loglik does.
    stages = [
        StringIndexer(inputCols=TEXTS, outputCols=indexed, stringOrderType="frequencyAsc"),
        OneHotEncoder(inputCols=indexed, outputCols=coded, dropLast=True),
        VectorAssembler(inputCols=[*NUMBERS, *coded], outputCol="features"),
        GeneralizedLinearRegression(family="binomial", link="logit", labelCol="y", maxIter=25, tol=1e-8),
    ]
    model = Pipeline(stages=stages).fit(rows)
    end = time.perf_counter()
    glm, levels = model.stages[-1], model.stages[0].labelsArray
    names = [
        "(Intercept)",
        *NUMBERS,
        *(f"{c}[{v}]" for c, found in zip(TEXTS, levels, strict=True) for v in found[:-1]),
    ]
    terms = dict(zip(names, [glm.intercept, *glm.coefficients.toArray().tolist()], strict=True))
    started.stop()
    return {"seconds": end - began, "terms": terms}


def main() -> None:
    name, path, out = sys.argv[1:]
    peers = {
        "spark": spark, "dask-ml": dask_ml, "vowpal wabbit": vowpal, "scikit-learn sgd": sgd,
        "statsmodels distributed": distributed,
    }  # fmt: skip
    found = peers[name](path) if name in peers else loglik(path, name)
    Path(out).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
