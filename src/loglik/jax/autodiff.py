"""A NumPy loss as a JAX function: called back on the host, with reverse-mode rules for the loss and for its gradient.

Value and gradient are computed together when a gradient is wanted, and the pair is a function with a rule of its own, the
exact Hessian-vector product: that is what makes the gradient differentiable again. Beyond that JAX raises.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jax
import numpy as np
from jax.experimental.buffer_callback import buffer_callback

if TYPE_CHECKING:
    from collections.abc import Callable

_COMPUTED = (np.dtype(np.float32), np.dtype(np.float64))


@dataclass(frozen=True)
class Loss:
    """Losses of logits x against targets t, as NumPy functions that take any number of leading axes.

    Attributes
    ----------
    value : callable
        Of x and t.
    value_and_grad : callable
        Of x, t and an array that may take the gradient, or None: losses, and the gradient of each by its logits.
    hvp : callable
        Of a vector, x and t: product with the Hessian of the sum of the losses.
    of_rows : bool
        Whether the losses lack the last axis of the logits.
    by_target : callable, optional
        Of x, in JAX: derivative of a loss by its target. None for classes.
    gradient_by_target : callable, optional
        Of x and u, in JAX: the derivative of the gradient by the target, transposed, applied to u.
    """

    value: Callable[[Any, Any], Any]
    value_and_grad: Callable[[Any, Any, Any], tuple[Any, Any]]
    hvp: Callable[[Any, Any, Any], Any]
    of_rows: bool
    by_target: Callable[[jax.Array], jax.Array] | None = None
    gradient_by_target: Callable[[jax.Array, jax.Array], jax.Array] | None = None


def differentiable(loss: Loss) -> Callable[[jax.Array, jax.Array], jax.Array]:
    """Losses as a function of logits and targets that JAX can compile, map, and differentiate twice in reverse."""

    def spread(factors: jax.Array) -> jax.Array:
        return factors[..., None] if loss.of_rows else factors

    def like_losses(x: jax.Array) -> jax.Array:
        return x[..., 0] if loss.of_rows else x

    # Functions that JAX calls with buffers. Made once, because it compiles anew for every other function.
    def write_value(_: Any, out: tuple[Any], x: Any, t: Any) -> None:
        np.asarray(out[0])[...] = loss.value(np.asarray(x), np.asarray(t))

    def write_both(_: Any, out: tuple[Any, Any], x: Any, t: Any) -> None:
        losses, gradient = map(np.asarray, out)
        direct = gradient if gradient.dtype in _COMPUTED else None
        losses[...], made = loss.value_and_grad(np.asarray(x), np.asarray(t), direct)
        if made is not gradient:
            gradient[...] = made

    def write_product(_: Any, out: tuple[Any], v: Any, x: Any, t: Any) -> None:
        np.asarray(out[0])[...] = loss.hvp(np.asarray(v), np.asarray(x), np.asarray(t))

    # By the target the rules are plain JAX, which compiled programs leave out where nobody asks for it.
    def by_target(x: jax.Array, t: jax.Array, upstream: jax.Array) -> jax.Array | None:
        return None if loss.by_target is None else (spread(upstream) * loss.by_target(x)).astype(t.dtype)

    @jax.custom_vjp
    def value(x: jax.Array, t: jax.Array) -> jax.Array:
        return _on_host(write_value, (like_losses(x),), x, t)[0]

    @jax.custom_vjp
    def both(x: jax.Array, t: jax.Array) -> tuple[jax.Array, ...]:
        return _on_host(write_both, (like_losses(x), x), x, t)

    def value_forward(x: jax.Array, t: jax.Array) -> tuple[jax.Array, Any]:
        losses, gradient = both(x, t)
        return losses, (x, t, gradient)

    def value_backward(saved: Any, upstream: jax.Array) -> tuple[jax.Array, jax.Array | None]:
        x, t, gradient = saved
        return spread(upstream) * gradient, by_target(x, t, upstream)

    def both_forward(x: jax.Array, t: jax.Array) -> tuple[Any, Any]:
        losses, gradient = both(x, t)
        return (losses, gradient), (x, t, gradient)

    def both_backward(saved: Any, upstream: Any) -> tuple[jax.Array, jax.Array | None]:
        x, t, gradient = saved
        of_losses, of_gradient = upstream
        product = _on_host(write_product, (x,), of_gradient, x, t)[0]
        target = by_target(x, t, of_losses)
        if target is not None and loss.gradient_by_target is not None:
            target += loss.gradient_by_target(x, of_gradient).astype(t.dtype)
        return spread(of_losses) * gradient + product, target

    value.defvjp(value_forward, value_backward)
    both.defvjp(both_forward, both_backward)
    result: Callable[[jax.Array, jax.Array], jax.Array] = value
    return result


def _on_host(call: Callable[..., None], like: tuple[jax.Array, ...], *arguments: jax.Array) -> tuple[jax.Array, ...]:
    # On the buffers themselves and not by jax.pure_callback, which copies arguments on the very threads that wait for the
    # call: with one processor, or with all of them busy, large arguments never arrive.
    # Mapped axes lead, and the losses take any number of them: one call for a whole batch.
    shapes = tuple(jax.ShapeDtypeStruct(a.shape, a.dtype) for a in like)
    results: tuple[jax.Array, ...] = buffer_callback(call, shapes, vmap_method="broadcast_all")(*arguments)
    return results
