"""Cross-entropy, multiclass and binary: value, gradient and Hessian-vector product, in nats."""

from __future__ import annotations

from loglik.losses.binary import (
    binary_cross_entropy,
    binary_cross_entropy_hvp,
    binary_cross_entropy_value_and_grad,
)
from loglik.losses.linear import linear_cross_entropy, linear_cross_entropy_value_and_grad
from loglik.losses.multiclass import cross_entropy, cross_entropy_hvp, cross_entropy_value_and_grad

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_hvp",
    "binary_cross_entropy_value_and_grad",
    "cross_entropy",
    "cross_entropy_hvp",
    "cross_entropy_value_and_grad",
    "linear_cross_entropy",
    "linear_cross_entropy_value_and_grad",
]
