"""A hash of a row's number: the finaliser of splitmix64 (Steele, Lea and Flood, OOPSLA 2014)."""

from __future__ import annotations

import numpy as np

from loglik.kernels.jit import njit


@njit()
def _mixed(i):
    z = (np.uint64(i) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@njit()
def rows_below(n, threshold, rows, hashes):
    """Fill in which of the rows 0..n have a hash at or below the threshold, and their hashes; return how many have.

    More of them than there is room for are counted alone.
    """
    count = 0
    for i in range(n):
        z = _mixed(i)
        if z <= threshold:
            if count < rows.size:
                rows[count] = i
                hashes[count] = z
            count += 1
    return count
