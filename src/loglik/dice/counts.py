"""What a die may be told: counts, throws (labels or one-hot rows), probabilities; each refusal names the place."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.errors import DataError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    Vector = npt.NDArray[np.float64]

LARGEST = 2**53
"""The largest number of throws: up to here a double holds every whole number."""

SUM_TOLERANCE = 1e-6
"""Probabilities must sum to one within this; they are then divided by their sum."""

_SHOWN = 12


def whole_counts(counts: Iterable[Any]) -> tuple[int, ...]:
    """Return counts as Python integers.

    Parameters
    ----------
    counts : iterable of numbers
        Whole numbers >= 0, one per face; 3.0 is taken as 3.

    Raises
    ------
    DataError
        LL142 no faces, LL150 a count that is negative, fractional, infinite or no number, LL151 more than 2^53 throws.
    """
    if isinstance(counts, np.ndarray) and counts.ndim != 1:
        raise DataError("LL150", f"counts have the shape {counts.shape}, not one number per face", "Give a flat list.")
    if not hasattr(counts, "__iter__"):
        raise DataError("LL150", f"counts are {counts!r}, not a list", "Give one count per face.")
    out = tuple(_whole(value, i + 1) for i, value in enumerate(counts))
    if not out:
        raise DataError("LL142", "there are no faces: the list of counts is empty", "Give one count per face.")
    if sum(out) > LARGEST:
        raise DataError(
            "LL151",
            f"{sum(out):,} throws are more than 2^53 = {LARGEST:,}, beyond which a double skips whole numbers",
            "Divide all counts by the same number if the shares are all you need.",
        )
    return out


def _whole(value: Any, place: int) -> int:
    hint = "A count is a whole number >= 0: how often a face came up."
    if isinstance(value, bool | np.bool_ | str | bytes) or not hasattr(value, "__float__"):
        raise DataError("LL150", f"count {place} is {value!r}, which is not a number", hint)
    number = float(value)
    if not np.isfinite(number):
        raise DataError("LL150", f"count {place} is {number}", hint)
    if number < 0:
        raise DataError("LL150", f"count {place} is {number:.12g}, which is negative", hint)
    if number != np.floor(number):
        raise DataError("LL150", f"count {place} is {number:.12g}, which is no whole number", hint)
    return int(value)


def count_samples(samples: Any, classes: Sequence[Any] | None) -> tuple[tuple[int, ...], tuple[Any, ...]]:
    """Count throws.

    Parameters
    ----------
    samples : sequence
        Labels, one per throw; or a table of one-hot rows, in which the face that came up is 1 and the others 0.
    classes : sequence, optional
        Faces in order, those that never came up included; by default the labels that occur, sorted (one-hot rows:
        0, 1, ...).

    Returns
    -------
    counts : tuple of int
        In the order of the classes.
    classes : tuple
        The faces.

    Raises
    ------
    DataError
        LL142 nothing to take the faces from, LL154 a throw that is missing or among no faces, LL155 a row that is not
        one-hot.
    """
    if not hasattr(samples, "__array__"):
        if not hasattr(samples, "__iter__"):
            raise DataError("LL154", f"throws are {samples!r}, not a list", "Give one label per throw.")
        samples = list(samples)
    table = _table(samples)
    if table is not None:
        return _count_rows(table, classes)
    labels = np.asarray(samples).tolist() if hasattr(samples, "__array__") else samples
    found = Counter(labels)
    for label in found:
        if _is_missing(label):
            place = next(i for i, each in enumerate(labels) if _is_missing(each))
            raise DataError("LL154", f"throw {place + 1} is missing", "Leave such throws out.")
    if classes is None:
        if not labels:
            raise DataError("LL142", "no throws, and so no faces either", "Name the faces: classes=.")
        classes = _sorted(found)
    known = _distinct(classes)
    for label in found:
        if label not in known:
            listed = ", ".join(str(each) for each in classes[:_SHOWN])
            raise DataError(
                "LL154",
                f"throw {labels.index(label) + 1} shows {label!r}, which is not among the faces"
                + did_you_mean(str(label), [str(each) for each in classes]),
                f"Faces: {listed}{', ...' if len(classes) > _SHOWN else ''}.",
            )
    return tuple(found[each] for each in classes), tuple(classes)


def _table(samples: Any) -> npt.NDArray[Any] | None:
    """Return the samples as a table if they are rows of numbers."""
    if not hasattr(samples, "__array__"):
        if not samples or not isinstance(samples[0], list | tuple | np.ndarray):
            return None
        if len({len(row) for row in samples}) > 1:
            raise DataError("LL155", "the rows of the throws differ in length", "Give one number per face in each row.")
    array = np.asarray(samples)
    return array if array.ndim == 2 else None


def _count_rows(table: npt.NDArray[Any], classes: Sequence[Any] | None) -> tuple[tuple[int, ...], tuple[Any, ...]]:
    hint = "In a one-hot row the face that came up is 1, the others 0. Labels are given as a flat list."
    if table.dtype.kind not in "iufb":
        raise DataError("LL155", f"one-hot rows are numbers, not {table.dtype}", hint)
    n_faces = table.shape[1]
    faces = tuple(range(n_faces)) if classes is None else tuple(classes)
    _distinct(faces)
    if n_faces == 0 or len(faces) != n_faces:
        raise DataError("LL155", f"one-hot rows of {n_faces} numbers for {len(faces)} faces", hint)
    bad = ~((table == 0) | (table == 1)).all(axis=1) | ((table == 1).sum(axis=1) != 1)
    if bad.any():
        i = int(np.flatnonzero(bad)[0])
        shown = ", ".join(f"{v:g}" for v in table[i].astype(np.float64)[:_SHOWN])
        raise DataError("LL155", f"throw {i + 1} is [{shown}], which is not one-hot", hint)
    return tuple(int(v) for v in (table == 1).sum(axis=0)), faces


def _is_missing(label: Any) -> bool:
    missing = label is None or type(label).__name__ in {"NAType", "NaTType"}
    return missing or (isinstance(label, float) and math.isnan(label))


def _sorted(labels: Iterable[Any]) -> tuple[Any, ...]:
    try:
        return tuple(sorted(labels))
    except TypeError:  # labels of several types have no order of their own
        return tuple(sorted(labels, key=lambda label: (type(label).__name__, str(label))))


def _distinct(classes: Sequence[Any]) -> set[Any]:
    known = set(classes)
    if len(known) != len(classes):
        twice = next(label for label, times in Counter(classes).items() if times > 1)
        raise DataError("LL154", f"the face {twice!r} is named twice", "Name each face once.")
    return known


def probabilities(p: Any, n_faces: int, name: str = "p") -> Vector:
    """Return probabilities of all faces, divided by their sum.

    Parameters
    ----------
    p : array_like of shape (K,)
        Numbers in [0, 1] that sum to one within 1e-6.
    n_faces : int
        K.
    name : str
        What the message calls them.

    Raises
    ------
    DataError
        LL153 another number of probabilities than faces, one outside [0, 1], or a sum other than 1.
    """
    array = np.asarray(p)
    if array.dtype.kind not in "iuf" or array.ndim != 1 or array.size != n_faces:
        raise DataError(
            "LL153",
            f"{name} must be {n_faces} numbers, one per face; it is of shape {array.shape} and type {array.dtype}",
            "Give the probability of every face, in the order of the counts.",
        )
    values = array.astype(np.float64)
    bad = ~((values >= 0.0) & (values <= 1.0))
    if bad.any():
        i = int(np.flatnonzero(bad)[0])
        raise DataError(
            "LL153", f"{name}: {values[i]:.6g} for face {i + 1} is no probability", "It must lie between 0 and 1."
        )
    total = float(values.sum())
    if abs(total - 1.0) > SUM_TOLERANCE:
        raise DataError(
            "LL153",
            f"{name} sums to {total:.9g}, not to 1",
            "Write fractions that cannot be written in decimals as 1/6, or give more digits.",
        )
    return np.asarray(values / total)


def options(*, level: Any = None, base: Any = None, **whole: Any) -> None:
    """Refuse a coverage outside (0, 1), a base of no logarithm, and numbers of throws or draws below 0 (LL118)."""
    if base is not None and not (isinstance(base, int | float | np.number) and 0.0 < base < math.inf and base != 1):
        raise DataError("LL118", f"base = {base} is out of range", "It must be a positive number other than 1.")
    if level is not None and not (isinstance(level, float | np.floating) and 0.0 < level < 1.0):
        raise DataError(
            "LL118", f"level = {level} is out of range", "It must be a number between 0 and 1, such as 0.95."
        )
    for name, value in whole.items():
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 0:
            raise DataError("LL118", f"{name} = {value!r} is out of range", "It must be a whole number >= 0.")
