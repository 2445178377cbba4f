"""The contenders, loglik first, then the peers from the most promising on."""

from __future__ import annotations

from benchmarks.fit.contenders import glum, liblinear, ours, scikit_learn, skglm, snap_ml, statsmodels

CONTENDERS = {
    c.name: c
    for module in (ours, glum, scikit_learn, liblinear, snap_ml, skglm, statsmodels)
    for c in module.CONTENDERS
}
