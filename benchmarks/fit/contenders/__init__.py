"""The contenders."""

from __future__ import annotations

from benchmarks.fit.contenders import glum, liblinear, ours, scikit_learn, skglm, snap_ml, statsmodels
from benchmarks.fit.contenders.contender import BARE, OURS

CONTENDERS = {
    c.name: c
    for module in (ours, glum, scikit_learn, liblinear, snap_ml, skglm, statsmodels)
    for c in module.CONTENDERS
}

_PROMISING = {
    "dense": ("scikit-learn newton-cholesky", "LIBLINEAR", "glum", "Snap ML primal"),
    "levels": ("glum", "LIBLINEAR", "scikit-learn newton-cg"),
    "sparse": ("LIBLINEAR", "scikit-learn liblinear", "scikit-learn newton-cg", "scikit-learn lbfgs", "Snap ML primal"),
    "many": ("scikit-learn lbfgs", "scikit-learn newton-cg"),
}


def in_order(kind: str) -> list[str]:
    """Name loglik first, then the peers from the most promising on: what they need bounds what the others may take."""
    first = (OURS, BARE, *_PROMISING[kind])
    return [*first, *(name for name in CONTENDERS if name not in first)]
