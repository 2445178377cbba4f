"""Tensors seen as NumPy arrays, without a copy, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from loglik.errors import DataError
from loglik.losses.checks import Rounded

if TYPE_CHECKING:
    import numpy.typing as npt


def as_array(tensor: torch.Tensor, name: str) -> npt.NDArray[Any]:
    """View a CPU tensor as an array; half precision is copied to float32.

    Raises
    ------
    DataError
        LL147 not a tensor, not on the CPU, or without data of its own.
    """
    if not isinstance(tensor, torch.Tensor):
        raise DataError("LL147.no_tensor", name=name, type=type(tensor).__name__)
    if tensor.device.type != "cpu":
        raise DataError("LL147.device", name=name, device=tensor.device)
    tensor = tensor.detach()
    if tensor.dtype in {torch.float16, torch.bfloat16}:
        tensor = tensor.float()
    try:
        array: npt.NDArray[Any] = tensor.numpy()
    except (RuntimeError, TypeError) as error:  # sparse tensors, and those of torch.func and vmap
        raise DataError("LL147.no_dense_tensor", name=name, error=error) from error
    return array


def as_logits(tensor: torch.Tensor) -> npt.NDArray[Any]:
    """View logits as an array.

    Raises
    ------
    DataError
        LL147 as `as_array`, or the tensor is not of a floating type: losses and gradients have its type.
    """
    array = as_array(tensor, "input")
    if not tensor.is_floating_point():
        raise DataError("LL147.narrow", dtype=tensor.dtype)
    return array


def as_distributions(tensor: torch.Tensor, name: str) -> Any:
    """View rows of probabilities by which there is no gradient, with the rounding of half precision if they had it."""
    array = as_constant(tensor, name)
    half = tensor.dtype in {torch.float16, torch.bfloat16}
    return Rounded(array, torch.finfo(tensor.dtype).eps) if half else array


def as_constant(tensor: torch.Tensor, name: str) -> npt.NDArray[Any]:
    """View as an array a tensor by which there is no gradient, and refuse one that asks for it.

    Raises
    ------
    DataError
        LL147 as `as_array`, or the tensor requires a gradient.
    """
    array = as_array(tensor, name)
    if tensor.requires_grad and torch.is_grad_enabled():
        raise DataError("LL147.requires_grad", name=name)
    return array


def as_tensor(values: Any, dtype: torch.dtype) -> torch.Tensor:
    """A number or an array as a tensor of the given type, without a copy where the type is the same."""
    return torch.from_numpy(np.asarray(values)).to(dtype)
