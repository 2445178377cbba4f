"""One contender of the benchmark of scale, in a process of its own: ``scale_contenders.py NAME DIRECTORY OUT``.

Writes seconds from the files to the coefficients (without the imports; of Spark without the start of Java), the coefficients
by the names of loglik's terms, and, if it has them, standard errors. Ends with status 3 where the contender is not installed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

_VW_BITS, _VW_CONSTANT = 18, 11650396  # where its source puts the intercept
NUMBERS = [f"x{j}" for j in range(12)]


def needs(*modules: str) -> None:
    if any(find_spec(module) is None for module in modules):
        sys.exit(3)


def loglik(path: str, name: str) -> dict:
    from scale import OURS

    from loglik import fit_classifier

    began = time.perf_counter()
    model = fit_classifier(path, "y", **OURS[name])
    seconds, report = time.perf_counter() - began, model.report
    return {
        "seconds": seconds, "reads": report.reads, "references": report.reference_levels,
        "terms": {t.term: t.estimate for t in report.terms}, "std_error": {t.term: t.std_error for t in report.terms},
    }  # fmt: skip


def read(path: str) -> tuple:
    """A data frame, and which of its columns are texts."""
    import pandas as pd

    frame = pd.read_parquet(path)
    return frame, [c for c in frame.columns if c.startswith("c")]


def designed(path: str) -> tuple:
    """Indicators of all levels but the most frequent, as loglik has them, for peers that want a matrix."""
    import numpy as np
    from scipy import sparse

    frame, texts = read(path)
    parts, names = [sparse.csr_matrix(frame[NUMBERS].to_numpy())], ["(Intercept)", *NUMBERS]
    for column in texts:
        codes = frame[column].astype("category").cat
        counts = np.bincount(codes.codes, minlength=len(codes.categories))
        keep = [i for i in range(len(counts)) if i != int(counts.argmax())]
        rows = np.arange(len(frame) + 1)
        ones = sparse.csr_matrix((np.ones(len(frame)), codes.codes.to_numpy().astype(np.int32), rows))
        parts.append(ones[:, keep])
        names += [f"{column}[{codes.categories[i]}]" for i in keep]
    return sparse.hstack(parts, format="csr"), frame["y"].to_numpy(), names


def sgd(path: str) -> dict:
    needs("sklearn", "pandas")
    from sklearn.linear_model import SGDClassifier

    began = time.perf_counter()
    x, y, names = designed(path)
    model = SGDClassifier(loss="log_loss", penalty=None, random_state=1).fit(x, y)
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "terms": dict(zip(names, [*model.intercept_, *model.coef_[0]], strict=True))}


def distributed(path: str) -> dict:
    """statsmodels' DistributedModel: maximum likelihood of parts of the rows, averaged; parts are dense, as it takes them."""
    needs("statsmodels", "pandas")
    import numpy as np
    from statsmodels.base import distributed_estimation as de
    from statsmodels.discrete.discrete_model import Logit

    began = time.perf_counter()
    x, y, names = designed(path)
    parts = max(4, x.shape[0] // 100_000)
    edges = np.linspace(0, x.shape[0], parts + 1).astype(int)

    def dense(lo: int, hi: int) -> np.ndarray:
        return np.column_stack([np.ones(hi - lo), x[lo:hi].toarray()])

    pieces = list(zip(edges, edges[1:], strict=False))
    model = de.DistributedModel(
        parts,
        model_class=Logit,
        estimation_method=de._est_unregularized_naive,  # noqa: SLF001
        join_method=de._join_naive,  # noqa: SLF001
    )
    fitted = model.fit(
        zip((y[a:b] for a, b in pieces), (dense(a, b) for a, b in pieces), strict=True), fit_kwds={"disp": 0}
    )
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "terms": dict(zip(names, np.asarray(fitted.params).tolist(), strict=True))}


def dask_ml(path: str) -> dict:
    needs("dask_ml", "dask")
    import dask
    import dask.array as da
    import numpy as np
    from dask_ml.linear_model import LogisticRegression

    began = time.perf_counter()
    x, y, names = designed(path)
    rows = max(50_000, x.shape[0] // 16)
    dense = da.concatenate([da.from_array(x[lo : lo + rows].toarray()) for lo in range(0, x.shape[0], rows)])
    del x
    model = LogisticRegression(solver="newton", max_iter=20, tol=1e-8)
    with dask.config.set(scheduler="threads", num_workers=2):
        model.fit(dense, da.from_array(y.astype(float), chunks=rows))
    seconds = time.perf_counter() - began
    terms = dict(zip(names, [float(np.ravel(model.intercept_)[0]), *np.ravel(model.coef_)], strict=True))
    return {"seconds": seconds, "terms": {k: float(v) for k, v in terms.items()}}


def vowpal(path: str) -> dict:
    """Its own text format is written first; L-BFGS, whose passes read a cache."""
    needs("vowpalwabbit", "pandas")
    from vowpalwabbit import pyvw

    began = time.perf_counter()
    frame, texts = read(path)
    levels = {c: sorted(set(frame[c])) for c in texts}
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "rows.vw"
        with text.open("w", encoding="utf-8") as out:
            for row in zip(frame["y"], *(frame[c] for c in (*NUMBERS, *texts)), strict=True):
                numbers = " ".join([f"{c}:{v:.7g}" for c, v in zip(NUMBERS, row[1:], strict=False)])
                out.write(
                    f"{2 * row[0] - 1} |f {numbers} {' '.join([c + v for c, v in zip(texts, row[13:], strict=True)])}\n"
                )
        del frame
        model = pyvw.Workspace(
            f"-d {text} --loss_function logistic --bfgs --l2 1e-6 --passes 60 --termination 1e-9 --quiet "
            f"-b {_VW_BITS} -k --holdout_off --cache_file {folder}/cache"  # without a penalty it ends after three passes
        )
        weight = {name: model.get_weight_from_name(name, "f") for name in NUMBERS}
        weight |= {f"{c}[{v}]": model.get_weight_from_name(c + v, "f") for c, own in levels.items() for v in own}
        weight["(Intercept)"] = model.get_weight(_VW_CONSTANT % 2**_VW_BITS)
        model.finish()
    return {"seconds": time.perf_counter() - began, "terms": weight}


def spark(path: str) -> dict:
    needs("pyspark", "pyarrow")
    if subprocess.run(["java", "-version"], capture_output=True, check=False).returncode:
        sys.exit(3)
    import pyarrow.dataset as pads
    from pyspark.ml import Pipeline
    from pyspark.ml.feature import OneHotEncoder, StringIndexer, VectorAssembler
    from pyspark.ml.regression import GeneralizedLinearRegression
    from pyspark.sql import SparkSession

    session = SparkSession.builder.master("local[2]").config("spark.driver.memory", "12g")
    started = session.config("spark.ui.enabled", "false").config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()
    began = time.perf_counter()
    texts = [c for c in pads.dataset(path).schema.names if c.startswith("c")]
    rows = started.read.parquet(path)
    indexed, coded = [f"{c}_i" for c in texts], [f"{c}_v" for c in texts]
    # The most frequent level last: dropLast leaves it out, as loglik does.
    stages = [
        StringIndexer(inputCols=texts, outputCols=indexed, stringOrderType="frequencyAsc"),
        OneHotEncoder(inputCols=indexed, outputCols=coded, dropLast=True),
        VectorAssembler(inputCols=[*NUMBERS, *coded], outputCol="features"),
    ]
    made = Pipeline(stages=stages).fit(rows)
    assembled = made.transform(rows).select("features", "y").cache()  # each of its passes would parse the files
    glm = GeneralizedLinearRegression(family="binomial", link="logit", labelCol="y", maxIter=25, tol=1e-8).fit(
        assembled
    )
    seconds = time.perf_counter() - began
    levels = made.stages[0].labelsArray
    names = [
        "(Intercept)", *NUMBERS, *(f"{c}[{v}]" for c, found in zip(texts, levels, strict=True) for v in found[:-1]),
    ]  # fmt: skip
    terms = dict(zip(names, [glm.intercept, *glm.coefficients.toArray().tolist()], strict=True))
    started.stop()
    return {"seconds": seconds, "terms": terms}


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
