"""Make ``statsmodels.json``: estimates, standard errors and log-likelihoods of the cases by statsmodels.

``python tests/references/make_statsmodels.py`` takes a minute or two. Run it again when this file has changed: the figures
carry its hash, and a test compares them.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import load_wine

HERE = Path(__file__)
sys.path.insert(0, str(HERE.parents[1]))
from conftest import simulate  # noqa: E402 - the tests' own, beside this folder

FIGURES = HERE.with_name("statsmodels.json")


def simulated(n: int, p: int, k: int, seed: int, scale: np.ndarray | None = None, shift: float = 0.0) -> pd.DataFrame:
    x, y = simulate(n, p, k, seed)
    frame = pd.DataFrame((x + shift) * (1.0 if scale is None else scale), columns=[f"x{j}" for j in range(p)])
    frame["y"] = [f"c{t:02d}" for t in y]
    return frame


def wine() -> pd.DataFrame:
    data = load_wine()
    frame = pd.DataFrame(data.data[:, :3], columns=["alcohol", "malic", "ash"])
    frame["y"] = [f"c{t}" for t in data.target]
    return frame


CASES = {
    "wine, 3 classes": (wine, None),
    "K=2": (lambda: simulated(2000, 5, 2, 1), None),
    "K=3": (lambda: simulated(2000, 4, 3, 2), None),
    "K=5": (lambda: simulated(3000, 6, 5, 3), None),
    "K=10": (lambda: simulated(6000, 4, 10, 4), None),
    "one column": (lambda: simulated(300, 1, 2, 5), None),
    "p close to n": (lambda: simulated(400, 60, 2, 6), None),
    "scaled 1e-6 to 1e6": (lambda: simulated(2500, 7, 2, 7, 10.0 ** np.arange(-6, 7, 2)), 10.0 ** np.arange(-6, 7, 2)),
    "scaled, K=4": (
        lambda: simulated(2500, 4, 4, 8, 10.0 ** np.array([-6, 6, 3, -3])),
        10.0 ** np.array([-6, 6, 3, -3]),
    ),
    "large n, L-BFGS": (lambda: simulated(120_000, 60, 2, 9), None),
    "large n, K=4, L-BFGS": (lambda: simulated(60_000, 30, 4, 10), None),
}


def source_hash() -> str:
    """Hash of this script, by which the figures say what made them."""
    return hashlib.sha256(HERE.read_bytes()).hexdigest()


def reference_fit(x: np.ndarray, y: np.ndarray, k: int, scale: np.ndarray):
    """Fit with statsmodels on columns scaled to size 1 (it loses digits otherwise), and scale back exactly."""
    import statsmodels.api as sm

    a = sm.add_constant(x / scale, has_constant="add")
    model = sm.Logit(y, a) if k == 2 else sm.MNLogit(y, a)
    result = model.fit(method="newton", tol=1e-13, maxiter=100, disp=0)
    back = np.concatenate([[1.0], scale])
    params = np.asarray(result.params).reshape(a.shape[1], -1) / back[:, None]
    cov = np.linalg.inv(-model.hessian(np.asarray(result.params)))
    errors = np.sqrt(np.diag(cov)).reshape(-1, a.shape[1]).T / back[:, None]
    return params.T, errors.T, result


def figures(name: str) -> dict:
    """What statsmodels finds in a case."""
    make, scale = CASES[name]
    frame = make()
    x = frame.drop(columns="y").to_numpy()
    classes = pd.Categorical(frame.y)
    size = np.ones(x.shape[1]) if scale is None else scale
    params, errors, result = reference_fit(x, classes.codes.astype(int), len(classes.categories), size)
    overall = {
        "log_likelihood": result.llf, "null_log_likelihood": result.llnull, "aic": result.aic, "bic": result.bic,
        "lr_statistic": result.llr, "lr_p_value": result.llr_pvalue,
    }  # fmt: skip
    return {
        "params": params.tolist(),
        "std_errors": errors.tolist(),
        **{key: float(value) for key, value in overall.items()},
    }


def main() -> None:
    import statsmodels

    made = {"script": source_hash(), "statsmodels": statsmodels.__version__}
    made["cases"] = {name: figures(name) for name in CASES}
    FIGURES.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
