"""Which column of the probabilities a label means: the classes in sorted order, as in scikit-learn.

Sorting a million labels takes many times as long as their losses, so integers are not sorted: labels 0 .. K - 1 are
used as they are, others are counted over their range.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from loglik.errors import DataError
from loglik.losses.checks import as_array

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.array_types import Indices

    Codes = Indices


class Columns(NamedTuple):
    """The column of row i is ``codes[i] - low``; out of range where the label is none of the classes."""

    codes: Codes
    low: int


def columns(y_true: Any, labels: Any, n_columns: int) -> Columns:
    """Column of each row's label among `n_columns` classes.

    Parameters
    ----------
    y_true : array of shape (n,) or (n, 1), or one-hot of shape (n, n_columns)
        Labels: numbers, strings or booleans.
    labels : array, optional
        All classes in sorted order; by default those that occur.
    n_columns : int
        Number of classes that the probabilities speak of.

    Raises
    ------
    DataError
        LL143 the classes are not as many as the columns, or a label is none of them; LL147 wrong shape, or classes not
        in sorted order.
    """
    y = as_array(y_true, "y_true")
    if y.ndim == 2 and y.shape[1] == n_columns:
        return _one_hot(y)
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim != 1:
        raise DataError("LL147.vector", shape=y.shape)
    return _inferred(y, n_columns) if labels is None else _among(y, as_array(labels, "labels"), n_columns)


def _one_hot(y: npt.NDArray[Any]) -> Columns:
    ones = (y == 1).sum(axis=1)
    bad = (ones != 1) | ((y == 0).sum(axis=1) != y.shape[1] - 1)
    if bad.any():
        raise DataError("LL147.one_hot", row=int(bad.argmax()))
    return Columns((y == 1).argmax(axis=1), 0)


def _integers(values: npt.NDArray[Any]) -> Codes | None:
    """Values as int64 if they are whole numbers."""
    if np.can_cast(values.dtype, np.int64):
        return np.ascontiguousarray(values, dtype=np.int64)
    if values.dtype.kind == "f":
        with np.errstate(invalid="ignore"):
            whole = values.astype(np.int64)
        return whole if np.array_equal(whole, values) else None
    return None


def _inferred(y: npt.NDArray[Any], k: int) -> Columns:
    from loglik.kernels.losses.log_loss import all_classes_occur

    whole = _integers(y)
    if whole is None:
        classes, codes = _unique(y)
        return _as_many(classes, Columns(codes.astype(np.int64, copy=False), 0), k)
    if all_classes_occur(whole, k):
        return Columns(whole, 0)  # a label beyond them is one class too many, and is found with the probabilities
    classes, found = _counted(whole)
    return _as_many(classes, found, k)


def _counted(y: Codes) -> tuple[npt.NDArray[Any], Columns]:
    from loglik.kernels.losses.log_loss import mark

    low, span = (int(y.min()), int(y.max()) - int(y.min()) + 1) if y.size else (0, 0)
    if span > max(4 * y.size, 1 << 16):
        classes, codes = _unique(y)
        return classes, Columns(codes.astype(np.int64, copy=False), 0)
    seen = np.zeros(span, dtype=bool)
    mark(y, low, seen)
    classes = low + np.flatnonzero(seen)
    if classes.size == span:
        return classes, Columns(y, low)
    return classes, Columns((np.cumsum(seen) - 1)[y - low], 0)


def _unique(y: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[np.intp]]:
    missing = y != y  # noqa: PLR0124 - NaN, in an array of any type
    if missing.any():
        raise _unknown(y, int(missing.argmax()))
    try:
        return np.unique(y, return_inverse=True)
    except TypeError as error:
        raise DataError("LL143.no_order") from error


def _as_many(classes: npt.NDArray[Any], found: Columns, k: int) -> Columns:
    if classes.size != k:
        raise DataError("LL143.number_of_labels", size=classes.size, labels=classes.tolist(), k=k)
    return found


def _among(y: npt.NDArray[Any], classes: npt.NDArray[Any], k: int) -> Columns:
    if classes.shape != (k,):
        raise DataError("LL147.number_of_classes", shape=classes.shape, k=k)
    text, words = classes.dtype.kind in "UO", y.dtype.kind in "UO"
    if text != words:
        raise _unknown(y, 0)
    try:
        ascending = bool((classes[1:] > classes[:-1]).all())
        whole, numbers = _integers(classes), _integers(y)
        if ascending and whole is not None and numbers is not None and whole[-1] - whole[0] == k - 1:
            return Columns(numbers, int(whole[0]))
        position = np.searchsorted(classes, y).clip(max=k - 1)
    except TypeError as error:
        raise DataError("LL143.no_order") from error
    if not ascending:
        raise DataError("LL147.not_sorted")
    unknown = classes[position] != y
    if unknown.any():
        raise _unknown(y, int(unknown.argmax()))
    return Columns(position.astype(np.int64, copy=False), 0)


def _unknown(y: npt.NDArray[Any], i: int) -> DataError:
    return DataError("LL143.not_a_class", label=y[i], row=i)
