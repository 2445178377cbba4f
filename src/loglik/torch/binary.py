"""Binary cross-entropy with the names and means of ``torch.nn.functional.binary_cross_entropy_with_logits``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loglik import losses
from loglik.errors import DataError
from loglik.torch.arrays import as_constant, as_logits
from loglik.torch.autograd import Loss, by_logits

if TYPE_CHECKING:
    import numpy.typing as npt
    import torch

    from loglik.losses.reduction import Reduction

    Array = npt.NDArray[Any]


def binary_cross_entropy_with_logits(
    input: torch.Tensor,  # noqa: A002 - torch's name
    target: torch.Tensor,
    weight: torch.Tensor | None = None,
    *,
    reduction: Reduction = "mean",
    pos_weight: torch.Tensor | None = None,
) -> torch.Tensor:
    """Binary cross-entropy of log-odds, in nats: ``w [c t log(1 + e^-x) + (1 - t) log(1 + e^x)]``.

    Parameters
    ----------
    input : Tensor of any shape
        Log-odds x, on the CPU: float64 or float32; bfloat16 and float16 are computed in float32, and under
        ``torch.autocast`` their loss stays in float32, as torch's does.
    target : Tensor of the same shape
        Probabilities t of the class 1, often 0 or 1; outside [0, 1] they are refused (torch takes any numbers).
    weight : Tensor, optional
        w: weight of each entry, >= 0, broadcast to the shape of `input`.
    reduction : {"mean", "sum", "none"}
        The mean divides by the number of entries whatever their weights, as torch and Keras do (scikit-learn: by the sum
        of weights).
    pos_weight : Tensor, optional
        c > 0: factor of the term of the class 1, broadcast to the shape of `input`.

    Returns
    -------
    Tensor
        Of the type of `input`: a number, or the losses in the shape of `input`. It can be differentiated twice by
        `input`.

    Raises
    ------
    DataError
        LL140, LL142, LL144, LL147, naming the first offending row; LL114 and LL118 for weights.

    Examples
    --------
    >>> import torch
    >>> from loglik.torch import binary_cross_entropy_with_logits
    >>> x, t = torch.tensor([100.0, -3.0]), torch.tensor([1.0, 0.0])
    >>> binary_cross_entropy_with_logits(x, t, reduction="none")
    tensor([3.7835e-44, 4.8587e-02])
    """
    shape = as_logits(input).shape
    t = as_constant(target, "target")
    w = None if weight is None else _spread(as_constant(weight, "weight"), "weight", shape)
    c = None if pos_weight is None else as_constant(pos_weight, "pos_weight")
    constants = [tensor for tensor in (target, weight, pos_weight) if tensor is not None]
    parts = _parts(t, w, c, shape)
    of_hessian = "sum" if reduction == "none" else reduction

    def value(x: Array) -> Any:
        return sum(losses.binary_cross_entropy(logits=x, reduction=reduction, **part) for part in parts)

    def value_and_grad(x: Array) -> tuple[Any, Array]:
        each = [losses.binary_cross_entropy_value_and_grad(logits=x, reduction=reduction, **part) for part in parts]
        return sum(v for v, _ in each), _added([g for _, g in each])

    def hvp(vector: Array, x: Array) -> Array:
        return _added(
            [losses.binary_cross_entropy_hvp(vector, logits=x, reduction=of_hessian, **part) for part in parts]
        )

    return by_logits(input, Loss(value, value_and_grad, hvp, reduced=reduction != "none"), *constants)


def _parts(t: Array, w: Array | None, c: Array | None, shape: tuple[int, ...]) -> list[dict[str, Any]]:
    """The loss as a sum of losses with one number as ``pos_weight``."""
    common: dict[str, Any] = {"denominator": "rows"}
    if c is None or c.size == 1:
        return [{"targets": t, "sample_weight": w, "pos_weight": None if c is None else c.item(), **common}]
    c = _spread(c, "pos_weight", shape)
    if not (np.isfinite(c) & (c > 0.0)).all():
        raise DataError("LL118.pos_weight")
    if t.shape != shape:
        return [{"targets": t, **common}]  # which refuses it
    w = np.ones(shape) if w is None else w
    if ((t == 0) | (t == 1)).all():
        return [{"targets": t, "sample_weight": np.where(t == 1, c * w, w), **common}]
    # Soft targets: the terms of the two classes apart, because 1 - c t / (c t + 1 - t) would lose digits.
    t = t.astype(np.float64)
    losses.binary_cross_entropy(
        probs=np.full(shape, 0.5), targets=t, sample_weight=w, reduction="sum"
    )  # refuses others
    t = np.where(w > 0.0, t, 0.5)
    return [
        {"targets": np.ones(shape), "sample_weight": c * t * w, **common},
        {"targets": np.zeros(shape), "sample_weight": (1.0 - t) * w, **common},
    ]


def _spread(array: Array, name: str, shape: tuple[int, ...]) -> Array:
    try:
        return np.broadcast_to(array.astype(np.float64), shape)
    except ValueError as error:
        raise DataError("LL147.no_broadcast", name=name, shape=array.shape, expected=shape) from error


def _added(arrays: list[Array]) -> Array:
    first, *rest = arrays
    for array in rest:
        first = first + array
    return first
