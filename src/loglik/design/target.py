"""The target column: its classes, which one is the reference, and the label of each row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.levels import kind_of_value, level_text, named_level
from loglik.design.stored.columns import StoredLevels
from loglik.errors import DataError, nearest

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.design.levels import LevelKind
    from loglik.design.model_spec import ModelSpec
    from loglik.design.source import Codes, Source

# More distinct numbers than this are a measurement, not classes.
_MANY_CLASSES = 100
# Whole numbers within a range of this size are counted.
_COUNTED = 1 << 16
_PIECE = 1 << 17


def class_numbers(y: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[np.int32]]:
    """Sorted distinct values, and the place of each entry among them.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Classes of any type.
    """
    if y.dtype.kind in "biu" and y.size:
        low, high = y.min(), y.max()
        if int(high) - int(low) < _COUNTED:  # counting beats sorting
            return _counted(y, low, int(high) - int(low) + 1)
    classes, place = np.unique(y, return_inverse=True)
    return classes, place.astype(np.int32)


def exact_classes(y: Any) -> Any:
    """Classes of one type of their own, where NumPy or scikit-learn would make doubles of them or refuse them.

    Those are whole numbers beyond 64 signed bits in a list, whole numbers and booleans among objects, and pandas' own types
    (nullable ones, Arrow's, categories).

    Raises
    ------
    DataError
        LL107 a missing class, LL111 whole numbers beyond 64 bits or objects of several types.
    """
    values = y
    if hasattr(y, "isna"):
        if getattr(y, "ndim", 1) == 2 and y.shape[1] == 1:
            values = y.iloc[:, 0]
        if values.ndim != 1 or (isinstance(values.dtype, np.dtype) and values.dtype != np.dtype(object)):
            return y
        _refuse_missing(np.asarray(values.isna()))
        if not isinstance(values.dtype, np.dtype):
            whole = values.dtype.kind in "biu"
            values = values.to_numpy(dtype=values.dtype.numpy_dtype) if whole else np.asarray(values)
    if isinstance(values, list | tuple):
        made = np.asarray(values)
        if made.ndim != 1 or made.dtype.kind not in "fO":
            return values
    elif getattr(values, "dtype", None) != np.dtype(object) or values.ndim != 1:
        return values
    listed = list(values)
    _refuse_missing(np.asarray([v is None for v in listed], dtype=np.bool_))
    return _of_one_type(values, listed)


def _refuse_missing(missing: npt.NDArray[np.bool_]) -> None:
    if missing.any():
        raise DataError("LL107.no_class", row=int(missing.argmax()) + 1)  # fmt: skip


def _of_one_type(y: Any, values: list[Any]) -> Any:
    kinds = {kind_of_value(v) for v in values}
    if kinds == {"boolean"}:
        return np.asarray(values, dtype=np.bool_)
    if kinds == {"number"} and all(isinstance(v, int | np.integer) for v in values):
        low, high = min(values), max(values)
        if high < 1 << 63 and low >= -(1 << 63):
            return np.asarray(values, dtype=np.int64)
        if low < 0 or high >= 1 << 64:
            raise DataError("LL111.wide_integers", low=low, high=high)
        return np.asarray(values, dtype=np.uint64)
    if len(kinds) > 1:
        raise DataError("LL111.several_types")
    return y


def _counted(y: npt.NDArray[Any], low: Any, span: int) -> tuple[npt.NDArray[Any], npt.NDArray[np.int32]]:
    # Piece by piece: whole copies would be a good part of what a fit may take beside its input.
    above, counts = np.empty(y.size, dtype=np.int32), np.zeros(span, dtype=np.int64)
    for lo in range(0, y.size, _PIECE):
        part = y[lo : lo + _PIECE].astype(np.int64) - np.asarray(low).astype(np.int64)  # both wrap around, if any does
        counts += np.bincount(part, minlength=span)
        above[lo : lo + _PIECE] = part
    there = np.flatnonzero(counts)
    classes = there.astype(y.dtype) + low
    if there.size < span:
        place = np.zeros(span, dtype=np.int32)
        place[there] = np.arange(there.size)
        np.take(place, above, out=above, mode="clip")
    return classes, above


@dataclass(frozen=True)
class Target:
    """Labels and classes.

    Parameters
    ----------
    name : str
        Column name.
    classes : tuple of str
        All classes, sorted.
    order : tuple of int
        Positions in `classes` in the order of the labels: the free classes, then the reference.
    label : ndarray of int32, shape (n,)
        Class of each row, numbered along `order`.
    kind : {"text", "number", "boolean", "mixed"}
        What the classes are.
    stored : StoredLevels or None
        Labels as they are read of stored rows.
    """

    name: str
    classes: tuple[str, ...]
    order: tuple[int, ...]
    label: npt.NDArray[np.int32]
    kind: LevelKind = "text"
    stored: StoredLevels | None = None

    @property
    def reference(self) -> str:
        """The class that the others are compared with."""
        return self.classes[self.order[-1]]


def array_target(classes: npt.NDArray[Any], label: npt.NDArray[np.int32], reference: Any) -> Target:
    """Number classes that are an array, those of `class_numbers`, with the reference last.

    Parameters
    ----------
    classes : ndarray of shape (K,)
        Sorted classes.
    label : ndarray of int32, shape (n,)
        Place of each row's class among them; written over.
    reference : object or None
        Reference class; by default the first.

    Raises
    ------
    DataError
        LL110 one class only, LL112 no such reference.
    """
    if classes.size < 2:
        raise DataError("LL110.one_class_of_y", class_=classes[0])
    names = tuple(level_text(c) for c in classes)
    last = 0
    if reference is not None:
        found = np.flatnonzero(classes == reference) if np.isscalar(reference) else np.zeros(0)
        if found.size == 0:
            raise DataError("LL112.reference", reference=reference, classes=names)
        last = int(found[0])
    order = (*(i for i in range(len(names)) if i != last), last)
    # In place, which `take` does where it need not look out for places beyond the end.
    numbers = np.take(np.argsort(order).astype(np.int32), label, out=label, mode="clip")
    return Target("y", names, order, numbers, kind_of_value(classes[0]))


def refuse_unsuitable_target(source: Source, name: str) -> None:
    """Refuse dates and nested values (LL111) before they are read."""
    if source.kind(name) in {"date", "other"}:
        raise DataError("LL111.no_classes", target=name, source=source.label, held=source.describe(name))


def encode_target(source: Source, spec: ModelSpec, values: Codes) -> Target:
    """Turn the target's codes into labels.

    Raises
    ------
    DataError
        LL110 one class only, LL111 a measurement instead of classes, LL112 no such class, LL113 ``positive`` with
        more than two classes.
    """
    used, n = np.flatnonzero(values.counts()), values.size
    classes = tuple(values.levels[i] for i in used)
    name = spec.target
    if source.kind(name) == "number":
        _refuse_measurements(source, name, classes)
    if len(classes) < 2:
        raise DataError("LL110.one_class", target=name, source=source.label, class_=classes[0], rows=n)
    if len(classes) > max(_MANY_CLASSES, 2) and len(classes) > n / 10:
        raise DataError("LL111.many_classes", target=name, source=source.label, classes=len(classes), rows=n)
    kind = source.level_kind(name)
    positive, reference = (
        None if wanted is None else named_level(wanted, classes, kind) for wanted in (spec.positive, spec.reference)
    )
    order = class_order(classes, positive, reference, name, source.label)
    new = np.full(len(values.levels), -1, dtype=np.int32)
    new[used[list(order)]] = np.arange(len(order))
    labels = values.recoded(new, classes)
    return Target(name, classes, order, labels.whole(), kind, labels if isinstance(labels, StoredLevels) else None)


def _refuse_measurements(source: Source, name: str, classes: tuple[str, ...]) -> None:
    fractions = [c for c in classes if not float(c).is_integer()]
    if fractions and all(0.0 <= float(c) <= 1.0 for c in classes):
        raise DataError("LL111.proportion", target=name, source=source.label, example=fractions[0])
    if (fractions and len(classes) > 2) or len(classes) > _MANY_CLASSES:
        example = fractions[0] if fractions else classes[0]
        raise DataError("LL111.measurement", target=name, source=source.label, numbers=len(classes), example=example)


def class_order(
    classes: tuple[str, ...], positive: str | None, reference: str | None, target: str, source: str
) -> tuple[int, ...]:
    """Order the free classes, then the reference.

    Two classes: the probability given is that of `positive`, by default the last class. More: the reference is the
    first class unless chosen.

    Examples
    --------
    >>> class_order(("no", "yes"), None, None, "y", "a.csv")
    (1, 0)
    >>> class_order(("a", "b", "c"), None, "b", "y", "a.csv")
    (0, 2, 1)
    """
    for option, wanted in (("positive", positive), ("reference", reference)):
        if wanted is not None and wanted not in classes:
            near = nearest(wanted, classes)
            raise DataError(
                "LL112.class",
                option=option,
                level=wanted,
                target=target,
                source=source,
                near=near,
                classes=classes,
            )
    if len(classes) == 2:
        if positive is not None and positive == reference:
            raise DataError("LL112.both", positive=positive, target=target, source=source)
        first = classes.index(positive) if positive is not None else 1
        if reference is not None:
            first = 1 - classes.index(reference)
        return (first, 1 - first)
    if positive is not None:
        raise DataError("LL113.three_classes", target=target, source=source, n=len(classes), classes=classes)
    last = classes.index(reference) if reference is not None else 0
    return (*(i for i in range(len(classes)) if i != last), last)
