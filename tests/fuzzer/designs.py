"""Small designs: an estimate is a maximum with finite errors, or there is a finding that says why not."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

import loglik
from fuzzer.judge import Fault, call, finite
from loglik.errors import NotConvergedWarning, SeparationWarning

if TYPE_CHECKING:
    from pathlib import Path


def design(rng: np.random.Generator) -> tuple[Any, np.ndarray]:
    n, p, k = int(rng.integers(2, 60)), int(rng.integers(1, 7)), int(rng.integers(2, 4))
    kind = rng.integers(5)
    x = rng.normal(size=(n, p))
    if kind == 1:
        x = rng.integers(-2, 3, (n, p)).astype(float)
    elif kind == 2:
        x = (rng.random((n, p)) < 0.1).astype(float)
    elif kind == 3 and p > 1:
        x[:, 1] = x[:, 0] * (1 + 1e-10 * rng.normal(size=n))
    x = x * 10.0 ** rng.integers(-6, 7, p) + (10.0 ** rng.integers(0, 10) if rng.random() < 0.3 else 0.0)
    y = (x @ rng.normal(size=p) / (np.abs(x).max() or 1.0) + rng.logistic(size=n) * rng.choice([0, 0.1, 1])) > 0
    label = y.astype(int) + (rng.integers(0, k - 1, n) if k > 2 else 0)
    if np.unique(label).size < 2:
        label[0] = 1 - label[-1]
    return x, label


def attack(seed: int, folder: Path) -> None:  # noqa: ARG001
    """Fit a design; where an estimate is given, the gradient vanishes and every figure is finite."""
    rng = np.random.default_rng(seed)
    x, y = design(rng)
    alpha = float(rng.choice([0.0, 0.0, 1e-3, 1.0]))
    weight = rng.choice([None, "ones", "some"])
    weights = (
        None if weight is None else np.ones(y.size) if weight == "ones" else rng.integers(0, 4, y.size).astype(float)
    )
    shapes = (sparse.csr_array, np.asfortranarray, lambda x: x.astype(np.float32), np.ascontiguousarray)
    given = shapes[rng.integers(4)](x)
    model = loglik.LogisticRegression(alpha=alpha, threads=int(rng.integers(1, 3)))
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        if call("fit", lambda: model.fit(given, y, sample_weight=weights), others=(ValueError,), quiet=False) is None:
            return
    proba = call("predict_proba", lambda: model.predict_proba(given))
    if proba is None or not np.all(np.isfinite(proba)) or not np.allclose(proba.sum(axis=1), 1):
        raise Fault(f"probabilities {proba}")
    report = model.fitted_.report if hasattr(model, "fitted_") else None
    if not np.all(np.isfinite(model.coef_)):
        raise Fault(f"coefficients {model.coef_}")
    loud = any(issubclass(w.category, SeparationWarning | NotConvergedWarning) for w in said)
    # Linear predictors that are known to few digits only are said to be so.
    loud = loud or any("LL212" in str(w.message) for w in said)
    if not model.converged_ and not loud:
        raise Fault("not converged, without a warning")
    if model.converged_ and not loud:
        document = model.tidy(frame=dict_frame)
        finite("tidy", [v for name in ("estimate", "std_error") for v in document[name] if v is not None])
        w = np.ones(y.size) if weights is None else weights
        residual = (model.classes_[None, :] == y[:, None]) - proba
        x = (given.toarray() if sparse.issparse(given) else given).astype(np.float64)
        scale = np.abs(x).max(axis=0) + 1e-300
        centred = (x - np.average(x, axis=0, weights=w)) / scale
        gradient = (w[:, None] * residual).T @ centred / w.sum()
        if alpha == 0.0 and np.abs(gradient).max() > 1e-4:
            raise Fault(f"gradient {np.abs(gradient).max()} at what is called an estimate {report}")


class dict_frame:  # noqa: N801
    """A data frame library that leaves columns as they are."""

    DataFrame = dict
