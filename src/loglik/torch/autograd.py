"""A loss of logits in the autograd graph: gradient by multiplication, gradient of the gradient by the exact Hessian.

Forward computes value and gradient in one pass, so backward has only the factor from above left to do. The gradient is
given away in the first backward and not kept: a second one (``retain_graph=True``) computes it anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from loglik.torch.arrays import as_array, as_tensor

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Loss:
    """A loss as a function of its logits alone.

    Attributes
    ----------
    value, value_and_grad : callable
        Of an array of logits.
    hvp : callable
        Of a vector and the logits; the Hessian is that of the reduced loss, or of the sum if nothing is reduced.
    reduced : bool
        Whether the value is a number.
    axis : int or None
        Axis of the logits that the losses of rows lack.
    """

    value: Callable[[Array], Any]
    value_and_grad: Callable[[Array], tuple[Any, Array]]
    hvp: Callable[[Array, Array], Array]
    reduced: bool
    axis: int | None = None

    def spread(self, upstream: torch.Tensor) -> torch.Tensor:
        """Factors of the losses in the shape of the logits."""
        return upstream if self.reduced or self.axis is None else upstream.unsqueeze(self.axis)

    def collect(self, product: torch.Tensor) -> torch.Tensor:
        """Transpose of `spread`."""
        if self.reduced:
            return product.sum()
        return product if self.axis is None else product.sum(self.axis)


def by_logits(logits: torch.Tensor, loss: Loss, *operands: torch.Tensor) -> torch.Tensor:
    """Value of a loss, in the graph if the logits require a gradient.

    Parameters
    ----------
    logits : Tensor
        Where the loss is taken.
    loss : Loss
        What is computed.
    *operands : Tensor
        Tensors that the loss looks at; autograd complains if one is overwritten before backward.
    """
    if logits.dtype in {torch.float16, torch.bfloat16} and torch.is_autocast_enabled("cpu"):
        logits = logits.float()  # as autocast does for torch's own losses
    if torch.is_grad_enabled() and logits.requires_grad:
        result: torch.Tensor = _Value.apply(logits, loss, *operands)
        return result
    return as_tensor(loss.value(as_array(logits, "input")), logits.dtype)


class _Value(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, logits: torch.Tensor, loss: Loss, *operands: torch.Tensor) -> torch.Tensor:
        value, gradient = loss.value_and_grad(as_array(logits, "input"))
        ctx.save_for_backward(logits, *operands)
        ctx.loss, ctx.gradient = loss, as_tensor(gradient, logits.dtype)
        return as_tensor(value, logits.dtype)

    @staticmethod
    def backward(ctx: Any, upstream: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        gradient, ctx.gradient = ctx.gradient, None
        rest = [None] * (len(ctx.needs_input_grad) - 1)
        if gradient is None or torch.is_grad_enabled():
            logits, *operands = ctx.saved_tensors
            if gradient is None:
                gradient = as_tensor(ctx.loss.value_and_grad(as_array(logits, "input"))[1], logits.dtype)
            if torch.is_grad_enabled():
                return _Gradient.apply(logits, upstream, gradient, ctx.loss, *operands), *rest
        if upstream.dim() == 0 and upstream.item() == 1.0:
            return gradient, *rest  # the usual end of a graph: nothing to multiply
        return gradient.mul_(ctx.loss.spread(upstream)), *rest


class _Gradient(torch.autograd.Function):
    """The gradient as a function of the logits and of the factor from above."""

    @staticmethod
    def forward(
        ctx: Any,
        logits: torch.Tensor,
        upstream: torch.Tensor,
        gradient: torch.Tensor,
        loss: Loss,
        *operands: torch.Tensor,
    ) -> torch.Tensor:
        ctx.save_for_backward(logits, upstream, gradient, *operands)
        ctx.loss = loss
        return gradient * loss.spread(upstream)

    @staticmethod
    def backward(ctx: Any, vector: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        logits, upstream, gradient, *operands = ctx.saved_tensors
        loss, by_logits_, by_upstream = ctx.loss, None, None
        if ctx.needs_input_grad[0]:
            # The Hessian is one block per row, so a row's factor may as well be put on the vector.
            by_logits_ = _Product.apply(_NoFurther.apply(logits), vector * loss.spread(upstream), loss, *operands)
        if ctx.needs_input_grad[1]:
            if torch.is_grad_enabled():  # so that it goes on depending on the logits
                gradient = _Gradient.apply(logits, torch.ones_like(upstream), gradient, loss, *operands)
            by_upstream = loss.collect(vector * gradient)
        return by_logits_, by_upstream, *[None] * (len(ctx.needs_input_grad) - 2)


class _Product(torch.autograd.Function):
    """The Hessian times a vector: linear in the vector, and symmetric."""

    @staticmethod
    def forward(
        ctx: Any, logits: torch.Tensor, vector: torch.Tensor, loss: Loss, *operands: torch.Tensor
    ) -> torch.Tensor:
        ctx.save_for_backward(logits, *operands)
        ctx.loss = loss
        return as_tensor(loss.hvp(as_array(vector, "grad"), as_array(logits, "input")), logits.dtype)

    @staticmethod
    def backward(ctx: Any, other: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        logits, *operands = ctx.saved_tensors
        by_vector = _Product.apply(logits, other, ctx.loss, *operands) if ctx.needs_input_grad[1] else None
        return None, by_vector, *[None] * (len(ctx.needs_input_grad) - 2)


class _NoFurther(torch.autograd.Function):
    """The logits, by which there is no third derivative; an error where one is asked for, not a wrong zero."""

    @staticmethod
    def forward(ctx: Any, logits: torch.Tensor) -> torch.Tensor:  # noqa: ARG004
        return logits.view_as(logits)

    @staticmethod
    def backward(ctx: Any, upstream: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError(
            "the losses of loglik.torch can be differentiated twice by the logits, not three times"
        )
