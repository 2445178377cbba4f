"""What a loss refuses: each check names the first offending row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.errors import DataError

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.floating[Any]]

SUM_TOLERANCE = 1e-5
"""Rows of probabilities or soft targets must sum to one within this."""


def floating(values: Any, name: str) -> Floats:
    """Return an array of float32 or float64: half precision goes to float32, integers to float64."""
    array = np.asarray(values)
    if array.dtype in {np.dtype(np.float32), np.dtype(np.float64)}:
        return array
    if array.dtype.kind == "f" or array.dtype.name == "bfloat16":
        return array.astype(np.float32)
    if array.dtype.kind in "iub":
        return array.astype(np.float64)
    raise DataError("LL147", f"{name} has the type {array.dtype}, which is not a number", "Give an array of numbers.")


def exactly_one(**choices: Any) -> None:
    """Refuse none or several of arguments that exclude each other."""
    given = [name for name, value in choices.items() if value is not None]
    if len(given) != 1:
        names = " and ".join(f"{name}=" for name in choices)
        found = "both were given" if len(given) > 1 else "neither was"
        raise DataError(
            "LL146", f"exactly one of {names} is needed; {found}", "Integer classes are labels, distributions targets."
        )


def same_shape(name: str, array: npt.NDArray[Any], shape: tuple[int, ...]) -> None:
    """Refuse an array of another shape."""
    if array.shape != shape:
        raise DataError(
            "LL147", f"{name} has shape {array.shape}, expected {shape}", "Check axis= and the order of axes."
        )


def not_empty(shape: tuple[int, ...]) -> None:
    """Refuse input without rows or classes."""
    if 0 in shape:
        raise DataError(
            "LL142", f"nothing to average: the input has shape {shape}", "Give at least one row and one class."
        )


def first_row(bad: npt.NDArray[np.bool_]) -> int:
    """Position of the first row in which anything is bad."""
    return int(np.flatnonzero(bad.reshape(bad.shape[0], -1).any(axis=1))[0])


def no_nan(name: str, array: Floats) -> None:
    """Refuse NaN."""
    bad = np.isnan(array)
    if bad.any():
        raise DataError(
            "LL144", f"{name} has NaN in row {first_row(bad)}", "NaN in, no loss out: mend the values before."
        )


def probabilities(name: str, array: Floats, *, rows: bool = True) -> None:
    """Refuse numbers outside [0, 1], and rows that do not sum to one."""
    no_nan(name, array)
    bad = (array < 0.0) | (array > 1.0)
    if bad.any():
        i = first_row(bad)
        value = array.reshape(array.shape[0], -1)[i][bad.reshape(array.shape[0], -1)[i]][0]
        raise DataError(
            "LL140",
            f"{name}: {value:g} in row {i} is no probability",
            "Probabilities lie between 0 and 1; logits go to logits=.",
        )
    if rows:
        total = array.sum(axis=1, dtype=np.float64)
        off = np.abs(total - 1.0) > SUM_TOLERANCE
        if off.any():
            i = first_row(off)
            raise DataError(
                "LL141",
                f"{name}: row {i} sums to {total[i]:.8g}, not to 1",
                "Normalise the rows; nothing is rescaled silently.",
            )


def class_labels(
    labels: Any, n: int, n_classes: int, ignore_index: int | None, *, only_type: bool = False
) -> npt.NDArray[np.int64]:
    """Return labels as int64, each within 0 .. n_classes - 1 or equal to `ignore_index`, unless only their type counts."""
    array = np.asarray(labels)
    if array.dtype.kind not in "iu":
        raise DataError(
            "LL143", f"labels have the type {array.dtype}, not integers", "Distributions over classes go to targets=."
        )
    same_shape("labels", array, (n,))
    array = array.astype(np.int64, copy=False)
    if only_type or (array.min() >= 0 and array.max() < n_classes):
        return array
    bad = (array < 0) | (array >= n_classes)
    if ignore_index is not None:
        bad &= array != ignore_index
    if bad.any():
        i = first_row(bad)
        raise DataError(
            "LL143",
            f"label {array[i]} in row {i} is not among the {n_classes} classes 0 to {n_classes - 1}",
            "Rows to leave out get the label ignore_index=.",
        )
    return array
