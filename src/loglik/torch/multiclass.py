"""Multiclass cross-entropy with the names, shapes and means of ``torch.nn.functional.cross_entropy``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from loglik import losses
from loglik.errors import DataError
from loglik.torch.arrays import as_array, as_constant, as_distributions, as_logits
from loglik.torch.autograd import Loss, by_logits

if TYPE_CHECKING:
    from loglik.losses.reduction import Reduction


def cross_entropy(
    input: torch.Tensor,  # noqa: A002 - torch's name
    target: torch.Tensor,
    weight: torch.Tensor | None = None,
    *,
    ignore_index: int = -100,
    reduction: Reduction = "mean",
    label_smoothing: float = 0.0,
    temperature: float = 1.0,
    z_loss: float = 0.0,
    softcap: float | None = None,
) -> torch.Tensor:
    """Cross-entropy of logits, in nats: ``log sum_j e^(x_j) - x_y``, or ``sum_k t_k (log sum_j e^(x_j) - x_k)``.

    Parameters
    ----------
    input : Tensor of shape (C), (N, C) or (N, C, d1, ...)
        Logits, the classes on axis 1, on the CPU: float64 or float32; bfloat16 and float16 are computed in float32, and
        under ``torch.autocast`` their loss stays in float32, as torch's does.
    target : Tensor
        Of integers: classes, of the shape of `input` without its classes. Of floats: distributions over the classes, of
        the shape of `input`, each summing to one within 1e-5, in half precision within eight of its spacings (torch takes
        any numbers).
    weight : Tensor of shape (C), optional
        Weight of each class, >= 0.
    ignore_index : int
        Rows with this class are left out, of the mean too.
    reduction : {"mean", "sum", "none"}
        The mean divides by the sum of the weights of the classes that came up, ``sum_i weight[target_i]``, or by the
        number of rows for distributions, as torch does (Keras: by the number of rows; scikit-learn: by the sum of
        weights).
    label_smoothing : float
        e: the target becomes ``(1 - e) t + e / C``.
    temperature : float
        Logits are divided by it (after the soft cap).
    z_loss : float
        Adds ``z_loss (log sum exp x)^2`` to the loss of each row.
    softcap : float, optional
        c: logits become ``c tanh(x / c)``.

    Returns
    -------
    Tensor
        Of the type of `input`: a number, or the losses of rows in the shape of the classes. It can be differentiated
        twice by `input`.

    Raises
    ------
    DataError
        LL141 to LL147 naming the first offending row: also for tensors that are not on the CPU, for a mean over rows
        that are all ignored (torch: NaN), and for a `target` or `weight` that requires a gradient.

    Examples
    --------
    >>> import torch
    >>> from loglik.torch import cross_entropy
    >>> x = torch.tensor([[40.0, 0.0]], requires_grad=True)
    >>> loss = cross_entropy(x, torch.tensor([0]))
    >>> f"{loss.item():.5g} {torch.nn.functional.cross_entropy(x, torch.tensor([0])).item():.5g}"
    '4.2484e-18 0'
    >>> loss.backward()
    >>> x.grad
    tensor([[-4.2484e-18,  4.2484e-18]])
    """
    axis = 0 if as_logits(input).ndim == 1 else 1
    soft = as_array(target, "target").dtype.kind == "f"
    if soft and ignore_index >= 0:
        raise DataError("LL146.ignore_distributions")
    constants = [target] if weight is None else [target, weight]
    given: dict[str, Any] = {
        "targets" if soft else "labels": as_distributions(target, "target"),
        "weight": None if weight is None else as_constant(weight, "weight"),
        "ignore_index": None if soft else ignore_index,
        "denominator": "rows" if soft else "weights",
        "label_smoothing": label_smoothing,
        "temperature": temperature,
        "z_loss": z_loss,
        "softcap": softcap,
        "axis": axis,
    }
    threads = torch.get_num_threads()
    # Unreduced, each row is a loss of its own: their sum has all of their Hessians.
    of_hessian = "sum" if reduction == "none" else reduction
    loss = Loss(
        value=lambda x: losses.cross_entropy(logits=x, reduction=reduction, threads=threads, **given),
        value_and_grad=lambda x: losses.cross_entropy_value_and_grad(
            logits=x, reduction=reduction, threads=threads, **given
        ),
        hvp=lambda vector, x: losses.cross_entropy_hvp(vector, logits=x, reduction=of_hessian, **given),
        reduced=reduction != "none",
        axis=axis,
    )
    return by_logits(input, loss, *constants)
