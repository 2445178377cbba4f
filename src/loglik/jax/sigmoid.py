"""Binary cross-entropy of log-odds, entry by entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax.numpy as jnp

from loglik import losses
from loglik.jax.autodiff import Loss, differentiable
from loglik.jax.logits import floating

if TYPE_CHECKING:
    import jax


def sigmoid_binary_cross_entropy(logits: Any, labels: Any) -> jax.Array:
    """Binary cross-entropy of each log-odds, in nats: ``t log(1 + e^-x) + (1 - t) log(1 + e^x)``.

    Parameters
    ----------
    logits : array
        Float64, float32, or half precision, which is computed in float64 and rounded.
    labels : array that broadcasts against the logits
        Probabilities t of the class 1, often 0 or 1; outside [0, 1] they raise (Optax takes any numbers). There is a
        gradient by them too.

    Returns
    -------
    array
        Loss of each entry, of the type of the logits. Nothing is averaged.

    Raises
    ------
    DataError
        LL147 for the wrong type. What depends on the values (LL140, LL144) is raised by JAX's run time as its own error
        with this message.

    Examples
    --------
    >>> import jax, jax.numpy as jnp
    >>> from loglik.jax import sigmoid_binary_cross_entropy
    >>> [f"{loss:.5g}" for loss in sigmoid_binary_cross_entropy(jnp.array([40.0, 0.0]), jnp.array([1, 0]))]
    ['4.2484e-18', '0.69315']
    >>> f"{jax.grad(sigmoid_binary_cross_entropy)(40.0, 1.0):.5g}"
    '-4.2484e-18'
    """
    x, t = floating(logits), jnp.asarray(labels)
    x, t = jnp.broadcast_arrays(x, t.astype(x.dtype))
    return _loss(x, t)


_loss = differentiable(
    Loss(
        value=lambda x, t: losses.binary_cross_entropy(logits=x, targets=t, reduction="none"),
        value_and_grad=lambda x, t, _: losses.binary_cross_entropy_value_and_grad(
            logits=x, targets=t, reduction="none"
        ),
        hvp=lambda v, x, t: losses.binary_cross_entropy_hvp(v, logits=x, targets=t, reduction="sum"),
        of_rows=False,
        by_target=jnp.negative,  # log(1 + e^-x) - log(1 + e^x) = -x
        gradient_by_target=lambda x, u: -u,  # noqa: ARG005 - the gradient by the logits is sigmoid(x) - t
    )
)
