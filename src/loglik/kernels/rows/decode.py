"""Codes of one byte or two, as they are stored, turned into positions."""

from __future__ import annotations

from loglik.kernels.jit import njit


@njit()
def decode(stored, table, out):
    """``out_i = table[stored_i]``."""
    for i in range(stored.size):
        out[i] = table[stored[i]]


@njit()
def count_stored(stored, counts):
    """Count how often each code occurs."""
    for i in range(stored.size):
        counts[stored[i]] += 1
