"""What a die may be told: counts, throws (labels or one-hot rows), probabilities; each refusal names the place."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.errors import DataError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from loglik.array_types import Vector

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
        raise DataError("LL150.table", shape=counts.shape)
    if not hasattr(counts, "__iter__"):
        raise DataError("LL150.no_list", counts=counts)
    out = tuple(_whole(value, i + 1) for i, value in enumerate(counts))
    if not out:
        raise DataError("LL142.no_faces")
    if sum(out) > LARGEST:
        raise DataError("LL151.too_many", throws=sum(out), largest=LARGEST)
    return out


def _whole(value: Any, place: int) -> int:
    if isinstance(value, bool | np.bool_ | str | bytes) or not hasattr(value, "__float__"):
        raise DataError("LL150.not_numeric", place=place, value=value)
    number = float(value)
    if not np.isfinite(number):
        raise DataError("LL150.not_finite", place=place, number=number)
    if number < 0:
        raise DataError("LL150.negative", place=place, number=number)
    if number != np.floor(number):
        raise DataError("LL150.not_whole", place=place, number=number)
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
            raise DataError("LL154.no_list", samples=samples)
        samples = list(samples)
    table = _table(samples)
    if table is not None:
        return _count_rows(table, classes)
    labels = np.asarray(samples).tolist() if hasattr(samples, "__array__") else samples
    found = Counter(labels)
    for label in found:
        if _is_missing(label):
            place = next(i for i, each in enumerate(labels) if _is_missing(each))
            raise DataError("LL154.missing", throw=place + 1)
    if classes is None:
        if not labels:
            raise DataError("LL142.no_throws")
        classes = _sorted(found)
    known = _distinct(classes)
    for label in found:
        if label not in known:
            near = nearest(str(label), [str(each) for each in classes])
            raise DataError("LL154.no_face", throw=labels.index(label) + 1, label=label, near=near, faces=list(classes))
    return tuple(found[each] for each in classes), tuple(classes)


def _table(samples: Any) -> npt.NDArray[Any] | None:
    """Return the samples as a table if they are rows of numbers."""
    if not hasattr(samples, "__array__"):
        if not samples or not isinstance(samples[0], list | tuple | np.ndarray):
            return None
        if len({len(row) for row in samples}) > 1:
            raise DataError("LL155.lengths")
    array = np.asarray(samples)
    return array if array.ndim == 2 else None


def _count_rows(table: npt.NDArray[Any], classes: Sequence[Any] | None) -> tuple[tuple[int, ...], tuple[Any, ...]]:
    if table.dtype.kind not in "iufb":
        raise DataError("LL155.not_numbers", dtype=table.dtype)
    n_faces = table.shape[1]
    faces = tuple(range(n_faces)) if classes is None else tuple(classes)
    _distinct(faces)
    if n_faces == 0 or len(faces) != n_faces:
        raise DataError("LL155.width", n_faces=n_faces, faces=len(faces))
    bad = ~((table == 0) | (table == 1)).all(axis=1) | ((table == 1).sum(axis=1) != 1)
    if bad.any():
        i = int(np.flatnonzero(bad)[0])
        shown = ", ".join(f"{v:g}" for v in table[i].astype(np.float64)[:_SHOWN])
        raise DataError("LL155.not_one_hot", throw=i + 1, shown=shown)
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
        raise DataError("LL154.face_twice", face=twice)
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
        raise DataError("LL153.shape", name=name, n_faces=n_faces, shape=array.shape, dtype=array.dtype)
    values = array.astype(np.float64)
    bad = ~((values >= 0.0) & (values <= 1.0))
    if bad.any():
        i = int(np.flatnonzero(bad)[0])
        raise DataError("LL153.no_probability", name=name, value=values[i], face=i + 1)
    total = float(values.sum())
    if abs(total - 1.0) > SUM_TOLERANCE:
        raise DataError("LL153.sum", name=name, total=total)
    return np.asarray(values / total)


def options(*, level: Any = None, base: Any = None, **whole: Any) -> None:
    """Refuse a coverage outside (0, 1), a base of no logarithm, and numbers of throws or draws below 0 (LL118)."""
    if base is not None and not (isinstance(base, int | float | np.number) and 0.0 < base < math.inf and base != 1):
        raise DataError("LL118.base", base=base)
    if level is not None and not (isinstance(level, float | np.floating) and 0.0 < level < 1.0):
        raise DataError("LL118.level", level=level)
    for name, value in whole.items():
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 0:
            raise DataError("LL118.not_whole", name=name, value=value)
