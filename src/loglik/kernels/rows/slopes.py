"""Products with slopes: a row's number counts for the coefficient of its cell, ``b[place] x``; the place -1 has none.

Shapes: `beta` and `gradient` are C x P, `eta` and `residual` are C x B, `place` and `x` have length B.
"""

from __future__ import annotations

import numpy as np

from loglik.kernels.jit import njit


@njit()
def slopes_add(place, x, first, beta, eta):
    """``eta_ci += beta[c, first + place_i] x_i``."""
    for c in range(eta.shape[0]):
        b, e = beta[c], eta[c]
        for i in range(place.size):
            if place[i] >= 0:
                e[i] += b[np.uint32(first + place[i])] * x[i]


@njit()
def slopes_transposed_add(place, x, first, residual, gradient):
    """``gradient[c, first + l] += sum over rows of cell l of residual_ci x_i``."""
    for c in range(residual.shape[0]):
        r, g = residual[c], gradient[c]
        for i in range(place.size):
            if place[i] >= 0:
                g[np.uint32(first + place[i])] += r[i] * x[i]


@njit()
def slopes_dense_gram(place, x, first, scaled, gram):
    """Add to the rows of the slopes their products with dense columns, `scaled` being those times the weights (B x q)."""
    for i in range(place.size):
        if place[i] >= 0:
            row = gram[np.uint32(first + place[i])]
            for j in range(scaled.shape[1]):
                row[j] += x[i] * scaled[i, j]


@njit()
def slopes_codes_gram(place, x, first, codes, weight, gram):
    """Add to the columns of the slopes their products with the levels of `codes`, which come before them."""
    for i in range(place.size):
        if place[i] >= 0:
            wx, j = weight[i] * x[i], np.uint32(first + place[i])
            for a in range(codes.shape[1]):
                gram[np.uint32(codes[i, a]), j] += wx


@njit()
def slopes_pair_gram(place, x, first, other_place, other_x, other_first, weight, gram):
    """Add the products of two numbers' slopes: those of `other` are the rows."""
    for i in range(place.size):
        if place[i] >= 0 and other_place[i] >= 0:
            row = gram[np.uint32(other_first + other_place[i])]
            row[np.uint32(first + place[i])] += weight[i] * x[i] * other_x[i]
