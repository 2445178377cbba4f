"""Values of B-splines: the recursion of Cox and de Boor, four numbers a row for cubic ones."""

from __future__ import annotations

import numpy as np

from loglik.kernels.jit import njit


@njit()
def splines(x, knots, degree, combined, out):
    """``out[i] = sum_k B_k(x_i) combined[k]`` for the B-splines of clamped knots; x between the outermost of them.

    The triangular scheme of de Boor (A Practical Guide to Splines, 1978, chapter X): `values` holds the B-splines of one
    degree after another that are not zero at x.
    """
    values, left, right = np.zeros(degree + 1), np.zeros(degree + 1), np.zeros(degree + 1)
    last = knots.size - degree - 2
    for i in range(x.size):
        low, high = degree, last  # knots[low] <= x < knots[low + 1], closed at the right end
        while low < high:
            middle = (low + high + 1) // 2
            if knots[middle] <= x[i]:
                low = middle
            else:
                high = middle - 1
        values[0] = 1.0
        for d in range(1, degree + 1):
            left[d] = x[i] - knots[low + 1 - d]
            right[d] = knots[low + d] - x[i]
            saved = 0.0
            for k in range(d):
                share = values[k] / (right[k + 1] + left[d - k])
                values[k] = saved + right[k + 1] * share
                saved = left[d - k] * share
            values[d] = saved
        row = out[i]
        for j in range(row.size):
            total = 0.0
            for k in range(degree + 1):
                total += values[k] * combined[low - degree + k, j]
            row[j] = total
