"""What is taken for logits."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from loglik.errors import DataError


def floating(logits: Any) -> jax.Array:
    """Logits as a JAX array of a floating type.

    Raises
    ------
    DataError
        LL147 logits of another type.
    """
    x: jax.Array = jnp.asarray(logits)
    if not jnp.issubdtype(x.dtype, jnp.floating):
        raise DataError("LL147.logits_type", dtype=x.dtype)
    return x
