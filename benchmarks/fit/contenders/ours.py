"""loglik with its default settings, and like its peers; categorical columns go in as a data frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from benchmarks.fit.contenders.contender import BARE, DECADES, OURS, Contender
from benchmarks.fit.objective import Estimate

if TYPE_CHECKING:
    from benchmarks.fit.data.dataset import Dataset


@dataclass
class _Form:
    x: Any
    data: Dataset
    alpha: float


def _prepare(data: Dataset, alpha: float) -> _Form:
    return _Form(data.frame if data.codes else data.x, data, alpha)


_TIGHTEST, _LOOSEST = 1e-8, 1e-3


def _fit(form: _Form, tolerance: float | None, *, inference: bool) -> Any:
    from loglik import LogisticRegression

    tol = _TIGHTEST if tolerance is None else min(tolerance, _LOOSEST)
    model = LogisticRegression(alpha=form.alpha, tol=tol, inference=inference)
    return model.fit(form.x, form.data.y, sample_weight=form.data.weight, offset=form.data.offset)


def _estimate(model: Any, form: _Form) -> Estimate:
    if not form.data.codes:
        return Estimate(model.intercept_, model.coef_)
    data = form.data
    place = {name: j for j, name in enumerate(model.term_names_)}
    wanted = [f"x{j}" for j in range(data.x.shape[1])]
    for name, levels in zip(data.names, data.levels, strict=True):
        wanted += [f"{name}[{level}]" for level in levels[1:]]
        reference = model.coef_[:, place[f"{name}[{levels[0]}]"]]
        if np.any(reference != 0.0):
            raise SystemExit(f"loglik took another reference level of {name}")
    return Estimate(model.intercept_, model.coef_[:, [place[w] for w in wanted]])


def _facts(model: Any) -> dict:
    report = model.model_.report
    return {
        "passes": report.passes,
        "iterations": report.iterations,
        "gradient_norm": report.gradient_norm,
        "inference": report.inference_refused is None,
        "findings": [f.code for f in report.findings],
    }


CONTENDERS = (
    Contender(
        OURS, lambda _d, _a: None, _prepare, lambda f, t, _n: _fit(f, t, inference=True), _estimate, (None,), _facts
    ),
    Contender(
        BARE, lambda _d, _a: None, _prepare, lambda f, t, _n: _fit(f, t, inference=False), _estimate,
        tuple(t for t in DECADES if _TIGHTEST <= t <= _LOOSEST), _facts,
    ),
)  # fmt: skip
