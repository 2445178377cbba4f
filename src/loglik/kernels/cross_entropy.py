"""Cross-entropy of rows of logits against integer labels: value, and value with gradient, each row read once.

For a row x with label y and ``m = max_j x_j``::

    loss   = (m - x_y) + log1p(rest),          rest = sum_{x_j != m} e^(x_j - m) + (number of maxima - 1)
    grad_j = scale e^(x_j - m) / (1 + rest),   j != y
    grad_y = -scale (sum_{j != y} e^(x_j - m)) / (1 + rest)

Both terms of the loss are >= 0 and the gradient of the label sums the *other* classes, so confident rows keep their
digits. Sums run in lanes of the logits' type over at most 1,024 entries, then in float64.

Wide rows are vectorised along the row (`cross_entropy_wide`), narrow ones across rows (`cross_entropy_narrow`), rows of two
logits by their difference (`cross_entropy_two`). Here are the rows whose logits are too far from zero for those.
"""

from __future__ import annotations

import numpy as np

from loglik.kernels.exponentials import exp_difference
from loglik.kernels.jit import njit


@njit()
def careful_row(x, out):
    """Maximum and `rest` of a row, whatever its logits; `out` takes the ``e^(x_j - m)`` if it is as long as x."""
    m = x.dtype.type(-np.inf)
    for j in range(x.shape[0]):
        m = x[j] if x[j] > m else m
    rest, ties = 0.0, -1.0
    for j in range(x.shape[0]):
        e = exp_difference(x[j], m)
        if x[j] == m:
            e = x.dtype.type(1.0)  # infinity less infinity would be NaN
            ties += 1.0
        else:
            rest += e
        if out.shape[0] == x.shape[0]:
            out[j] = e
    return m, rest + ties
