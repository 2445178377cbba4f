"""Optax's cross-entropies as JAX functions whose confident rows keep their digits, computed on the host.

``loglik.jax.softmax_cross_entropy_with_integer_labels`` and its two neighbours have the names, arguments and shapes of
Optax; they work under ``jit``, ``grad`` and ``vmap``, and reverse mode twice (``jacrev(grad(f))``). What has no loss (NaN,
labels out of range, labels that are no distribution) raises, with the row named in the message.

Needs JAX: ``pip install "loglik[interop]"``.
"""

from __future__ import annotations

try:
    import jax as _jax  # noqa: F401 - asked for here, so that its absence is said once and clearly
except ModuleNotFoundError as error:
    if error.name != "jax":
        raise
    raise ImportError('loglik.jax needs JAX: pip install "loglik[interop]"') from error

from loglik.jax.sigmoid import sigmoid_binary_cross_entropy
from loglik.jax.softmax import softmax_cross_entropy, softmax_cross_entropy_with_integer_labels

__all__ = [
    "sigmoid_binary_cross_entropy",
    "softmax_cross_entropy",
    "softmax_cross_entropy_with_integer_labels",
]
