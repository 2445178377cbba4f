"""What is done with blocks as a whole: asking for them, adding them up, copying them."""

from __future__ import annotations

from loglik.kernels.bits import prefetch
from loglik.kernels.jit import njit


# Added in lanes: one after the other, each addition would wait for the one before.
@njit(fastmath={"reassoc"})
def block_sum(value):
    """Sum of a float64 array, in an order that depends on its length alone."""
    total = 0.0
    for i in range(value.shape[0]):
        total += value[i]
    return total


@njit()
def block_copy(value, out):
    """Copy an array. Numba's ``out[:] = value`` does the same, but takes two seconds to compile, for its error message."""
    for i in range(out.shape[0]):
        out[i] = value[i]


@njit()
def ask_for(array, first, last):
    """Have entries of a flat array brought to the cache; those beyond its end do no harm."""
    for i in range(first, last, 64 // array.itemsize):
        prefetch(array, i)
