"""Softmax cross-entropy of rows of logits, by classes and by distributions."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from loglik import losses
from loglik.errors import DataError
from loglik.jax.autodiff import Loss, differentiable
from loglik.jax.logits import floating


def softmax_cross_entropy_with_integer_labels(logits: Any, labels: Any, axis: int = -1) -> jax.Array:
    """Cross-entropy of each row of logits against a class, in nats: ``log sum_j e^(x_j) - x_y``.

    Parameters
    ----------
    logits : array of shape (..., K)
        Float64, float32, or half precision, which is computed in float32.
    labels : array of integers of shape (...)
        Classes, 0 to K - 1; others raise (Optax: NaN or the loss of another class).
    axis : int
        Axis of the classes.

    Returns
    -------
    array of shape (...)
        Losses of the rows, of the type of the logits. Nothing is averaged.

    Raises
    ------
    DataError
        LL143, LL147 for the wrong type or shape. What depends on the values (LL143, LL144) is raised by JAX's run time
        as its own error with this message.

    Examples
    --------
    >>> import jax, jax.numpy as jnp
    >>> from loglik.jax import softmax_cross_entropy_with_integer_labels as cross_entropy
    >>> x, y = jnp.array([[40.0, 0.0], [0.0, 0.0]]), jnp.array([0, 1])
    >>> [f"{loss:.5g}" for loss in cross_entropy(x, y)]
    ['4.2484e-18', '0.69315']
    >>> gradient = jax.jit(jax.grad(lambda a: cross_entropy(a, y).sum()))(x)
    >>> [f"{g:.5g}" for g in gradient[0]]
    ['-4.2484e-18', '4.2484e-18']
    """
    x, y = jnp.moveaxis(floating(logits), axis, -1), jnp.asarray(labels)
    if not jnp.issubdtype(y.dtype, jnp.integer):
        raise DataError("LL143.label_type_jax", dtype=y.dtype)
    _same_shape(y, x.shape[:-1])
    return _by_classes(x, y)


def softmax_cross_entropy(logits: Any, labels: Any, axis: int = -1) -> jax.Array:
    """Cross-entropy of each row of logits against a distribution, in nats: ``sum_k t_k (log sum_j e^(x_j) - x_k)``.

    Parameters
    ----------
    logits : array of shape (..., K)
        Float64, float32, or half precision, which is computed in float32.
    labels : array that broadcasts against the logits
        Distributions over the classes, each summing to one within 1e-5; others raise (Optax takes any numbers). There is
        a gradient by them too.
    axis : int
        Axis of the classes.

    Returns
    -------
    array of shape (...)
        Losses of the rows, of the type of the logits. Nothing is averaged.

    Raises
    ------
    DataError
        LL147 for the wrong type. What depends on the values (LL140, LL141, LL144) is raised by JAX's run time as its own
        error with this message.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from loglik.jax import softmax_cross_entropy
    >>> loss = softmax_cross_entropy(jnp.array([40.0, 0.0]), jnp.array([1.0, 0.0]))
    >>> f"{loss:.5g}"
    '4.2484e-18'
    """
    x, t = floating(logits), jnp.asarray(labels)
    t = t if jnp.issubdtype(t.dtype, jnp.floating) else t.astype(x.dtype)
    x, t = jnp.broadcast_arrays(x, t)
    return _by_distributions(jnp.moveaxis(x, axis, -1), jnp.moveaxis(t, axis, -1))


def _same_shape(y: jax.Array, shape: tuple[int, ...]) -> None:
    if y.shape != shape:
        raise DataError("LL147.labels_shape", shape=y.shape, expected=shape)


_by_classes = differentiable(
    Loss(
        value=lambda x, y: losses.cross_entropy(logits=x, labels=y, reduction="none"),
        value_and_grad=lambda x, y, out: losses.cross_entropy_value_and_grad(
            logits=x, labels=y, reduction="none", out=out
        ),
        hvp=lambda v, x, y: losses.cross_entropy_hvp(v, logits=x, labels=y, reduction="sum"),
        of_rows=True,
    )
)
_by_distributions = differentiable(
    Loss(
        value=lambda x, t: losses.cross_entropy(logits=x, targets=t, reduction="none"),
        value_and_grad=lambda x, t, out: losses.cross_entropy_value_and_grad(
            logits=x, targets=t, reduction="none", out=out
        ),
        hvp=lambda v, x, t: losses.cross_entropy_hvp(v, logits=x, targets=t, reduction="sum"),
        of_rows=True,
        by_target=lambda x: -jax.nn.log_softmax(x),
        # The gradient by the logits is (sum_k t_k) p - t.
        gradient_by_target=lambda x, u: (jax.nn.softmax(x) * u).sum(-1, keepdims=True) - u,
    )
)
