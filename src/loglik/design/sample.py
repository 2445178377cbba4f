"""Samples of rows by a hash of their numbers: which row is drawn depends on nothing but its number and how many are wanted.

A smaller sample is part of a larger one, whoever holds some of the rows knows which of them are drawn, and no pattern
in the order of the rows matters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loglik.kernels.rows.row_hash import rows_below

if TYPE_CHECKING:
    import numpy.typing as npt

# Standard deviations that the number of hashes below a threshold may miss what is expected.
_SURELY = 8.0


def drawn(n: int, size: int) -> npt.NDArray[np.int64]:
    """Numbers of the `size` rows with the smallest hashes among n, in their order.

    Parameters
    ----------
    n, size : int
        Rows, and how many are wanted.

    Examples
    --------
    >>> drawn(1_000_000, 5).tolist() == [i for i in drawn(1_000_000, 50) if i in drawn(1_000_000, 5)]
    True
    """
    if size >= n:
        return np.arange(n)
    # Hashes below a threshold that surely has so many of them below it, then the smallest of these.
    margin = int(_SURELY * np.sqrt(size) + _SURELY)
    threshold = np.uint64(min((size + margin) * 2**64 // n, 2**64 - 1))
    rows = np.empty(min(size + 2 * margin, n), dtype=np.int64)
    hashes = np.empty(rows.size, dtype=np.uint64)
    count = rows_below(n, threshold, rows, hashes)
    if not size <= count <= rows.size:  # as good as never: all of them, then
        rows, hashes = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.uint64)
        count = rows_below(n, np.uint64(2**64 - 1), rows, hashes)
    kept = np.argpartition(hashes[:count], size - 1)[:size] if size else np.zeros(0, dtype=np.int64)
    return np.sort(rows[kept])
