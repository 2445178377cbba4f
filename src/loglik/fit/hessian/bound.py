"""A bound of the Hessian's largest eigenvalue (gradient descent, as textbooks train: ``w <- w - a dL/dw``, formula 9.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.loss import WEIGHTED_PRODUCT

if TYPE_CHECKING:
    from loglik.array_types import Vector
    from loglik.fit.objective import Objective

_STEPS_TO_BOUND = 30
# Power iteration approaches the largest eigenvalue from below.
_SAFETY = 1.02


def safe_learning_rate(objective: Objective, scale: Vector) -> float:
    """``1/L`` with ``L = max eigenvalue of X'WX / (4 W)`` (binary) or ``/ (2 W)``, plus alpha: descent is certain."""
    v = np.zeros((1, objective.design.n_coefficients))
    v[0, objective.free] = 1.0 / scale[: objective.free.size]
    largest = 1.0
    for _ in range(_STEPS_TO_BOUND):
        v /= np.linalg.norm(v)
        image = objective.executor.sum(WEIGHTED_PRODUCT, v).sums
        keep = np.zeros_like(image)
        keep[0, objective.free] = image[0, objective.free]
        largest = float(np.linalg.norm(keep)) / objective.total_weight
        v = keep
    bound = largest / (4.0 if objective.n_classes_free == 1 else 2.0)
    return 1.0 / (_SAFETY * bound + objective.alpha)
