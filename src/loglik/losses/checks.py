"""What a loss refuses: arrays and numbers as arguments, and rows that have no loss. Each check names the first bad row.

Rows that do not count (of weight 0, or ignored) are not looked at, whatever they hold: `counts` says which rows do, and is
None where all do. Only their labels have to be classes, as an index must be.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from loglik.errors import DataError
from loglik.special.arrays import unmasked

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.array_types import Indices, Mask, Vector

    Floats = npt.NDArray[np.floating[Any]]
    Counts = Mask | None

_SUM_TOLERANCE = 1e-5
_WHOLE = 2**53  # beyond, float64 does not hold every integer
_LEAST, _MOST = 1e-300, 1e300  # within, a divisor and its reciprocal are normal numbers with room for a product


class Rounded(NamedTuple):
    """Numbers in float32 that come from a narrower type, whose spacing at 1 is given."""

    values: Any
    spacing: float


def floating(values: Any, name: str) -> Floats:
    """Return an array of float32 or float64 in native byte order.

    Half precision goes to float32, integers that float64 holds and longer floats to float64.

    Raises
    ------
    DataError
        LL147 for what are no numbers, masked entries, and numbers that float64 does not hold.
    """
    array = as_array(values.values if isinstance(values, Rounded) else values, name)
    kind = array.dtype.kind
    if kind == "f" and array.dtype.itemsize in {4, 8}:
        return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))
    if (kind == "f" and array.dtype.itemsize == 2) or array.dtype.name == "bfloat16":
        return array.astype(np.float32)
    if kind == "f":
        with np.errstate(over="ignore", under="ignore"):
            narrow = array.astype(np.float64)
        _refuse_lost(name, np.isinf(narrow) & np.isfinite(array))
        return narrow
    if kind in "iub":
        _refuse_lost(name, (array > _WHOLE) | (array < -_WHOLE) if kind in "iu" else np.zeros(0, bool))
        return array.astype(np.float64)
    raise DataError("LL147.not_numeric", name=name, dtype=array.dtype)


def as_array(values: Any, name: str) -> npt.NDArray[Any]:
    """Return an array of any type; LL147 for what is none, and for masked entries."""
    try:
        return unmasked(values, name)
    except DataError:
        raise
    except (TypeError, ValueError, RuntimeError) as error:  # ragged lists, and tensors of other libraries
        raise DataError("LL147.not_array", name=name, error=error) from error


def _refuse_lost(name: str, lost: Mask) -> None:
    if lost.any():
        raise DataError("LL147.beyond_float64", name=name, row=first_row(np.atleast_1d(lost)))


def sum_tolerance(values: Any) -> float:
    """How far rows of probabilities may be from summing to one: 1e-5, or eight spacings of a narrower type."""
    if isinstance(values, Rounded):
        return max(_SUM_TOLERANCE, 8.0 * values.spacing)
    dtype = getattr(values, "dtype", None)
    name = getattr(dtype, "name", "")
    spacing = {"float16": 2.0**-10, "bfloat16": 2.0**-7}.get(name, 0.0)
    return max(_SUM_TOLERANCE, 8.0 * spacing)


def number(value: Any, name: str, least: float, most: float, *, above: bool = False) -> float:
    """Return a number in [least, most], or in (least, most] if `above`; LL118 for anything else."""
    if isinstance(value, str | bytes | bool | np.bool_):
        raise DataError("LL118.not_a_number", name=name, value=value, least=least, most=most, above=above)
    try:
        result = float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise DataError("LL118.not_a_number", name=name, value=value, least=least, most=most, above=above) from error
    if not least <= result <= most or (above and result == least):
        raise DataError("LL118.not_between", name=name, value=value, least=least, most=most, above=above)
    return result


def whole(value: Any, name: str) -> int:
    """Return an integer; LL118 for anything else."""
    try:
        refused: Any = None if isinstance(value, bool | np.bool_) else value
        return operator.index(refused)
    except TypeError as error:
        raise DataError("LL118.not_integer", name=name, value=value) from error


def thread_count(threads: Any) -> int | None:
    """Number of threads, or None for the default."""
    if threads is None:
        return None
    count = whole(threads, "threads")
    if count < 1:
        raise DataError("LL118.threads", count=count)
    return count


def one_of(value: Any, name: str, known: tuple[str, ...]) -> None:
    """Refuse a word that is not known."""
    if not (isinstance(value, str) and value in known):
        raise DataError("LL118.unknown_word", name=name, value=value, known=known)


def divisor_in_range(total: float, name: str) -> float:
    """Refuse a divisor whose reciprocal, or whose multiples, leave the range of float64."""
    if not _LEAST <= total <= _MOST:
        raise DataError("LL114.total", name=name, total=total)
    return total


def exactly_one(**choices: Any) -> None:
    """Refuse none or several of arguments that exclude each other."""
    given = [name for name, value in choices.items() if value is not None]
    if len(given) != 1:
        names = [f"{name}=" for name in choices]
        raise DataError("LL146.exactly_one", names=names, given=given)


def same_shape(name: str, array: npt.NDArray[Any], shape: tuple[int, ...]) -> None:
    """Refuse an array of another shape."""
    if array.shape != shape:
        raise DataError("LL147.shape", name=name, shape=array.shape, expected=shape)


def class_axis(axis: Any, ndim: int) -> int:
    """Return the axis of the classes, counted from the front; LL147 if there is none like it."""
    place = whole(axis, "axis")
    if not -ndim <= place < ndim:
        raise DataError("LL147.axis", axis=place, ndim=ndim)
    return place % ndim


def not_empty(shape: tuple[int, ...], classes: int | None, *, average: bool) -> None:
    """Refuse input without classes, and without rows if they are to be averaged by their own number or weights."""
    if classes == 0 or (average and 0 in shape):
        raise DataError("LL142.nothing_to_average", shape=shape)


def result_array(out: Any, shape: tuple[int, ...], dtype: np.dtype[Any], *, classes_last: bool = True) -> None:
    """Refuse an ``out=`` that cannot take the gradient."""
    if not isinstance(out, np.ndarray) or isinstance(out, np.ma.MaskedArray):
        raise DataError("LL147.out_kind", dtype=dtype, shape=shape, type=type(out).__name__)
    if out.shape != shape or out.dtype != dtype or not out.flags.c_contiguous or not classes_last:
        raise DataError("LL147.out_shape", dtype=dtype, shape=shape)
    if not out.flags.writeable:
        raise DataError("LL147.out_read_only")


def overlaps(out: Any, *inputs: Any) -> bool:
    """Whether a result would overwrite what it is computed from."""
    return any(isinstance(a, np.ndarray) and np.may_share_memory(out, a) for a in inputs)


def first_row(bad: Mask) -> int:
    """Position of the first row in which anything is bad."""
    return int(np.flatnonzero(bad.reshape(bad.shape[0], -1).any(axis=1))[0])


def _among(bad: Mask, counts: Counts) -> Mask:
    """What is bad in the rows that count."""
    if counts is None:
        return bad
    return np.logical_and(bad, counts.reshape(counts.shape + (1,) * (bad.ndim - counts.ndim)))


def no_nan(name: str, array: Floats, counts: Counts = None) -> None:
    """Refuse NaN."""
    bad = np.isnan(array)
    if bad.any() and (bad := _among(bad, counts)).any():
        raise DataError("LL144.nan", name=name, row=first_row(bad))


def finite(name: str, array: Floats, counts: Counts = None) -> None:
    """Refuse NaN and infinities."""
    no_nan(name, array, counts)
    bad = np.isinf(array)
    if bad.any() and (bad := _among(bad, counts)).any():
        raise DataError("LL144.not_finite", name=name, row=first_row(bad))


def softmax_rows(name: str, array: Floats, counts: Counts = None) -> None:
    """Refuse rows of logits that no distribution follows from: NaN, a logit of +inf, or nothing but -inf."""
    top = array.max(axis=1)  # NaN comes through
    bad = ~np.isfinite(top)
    if bad.any() and (bad := _among(bad, counts)).any():
        i = first_row(bad)
        if np.isnan(top[i]):
            raise DataError("LL144.nan", name=name, row=i)
        raise DataError("LL144.no_distribution", name=name, highest=bool(top[i] > 0.0), row=i)


def probabilities(
    name: str, array: Floats, counts: Counts = None, *, tolerance: float = _SUM_TOLERANCE, rows: bool = True
) -> None:
    """Refuse NaN, numbers outside [0, 1], and rows that do not sum to one."""
    no_nan(name, array, counts)
    with np.errstate(invalid="ignore"):
        bad = (array < 0.0) | (array > 1.0)
    if bad.any() and (bad := _among(bad, counts)).any():
        i = first_row(bad)
        value = array.reshape(array.shape[0], -1)[i][bad.reshape(array.shape[0], -1)[i]][0]
        raise DataError("LL140.no_probability", name=name, value=value, row=i)
    if rows:
        total = array.sum(axis=1, dtype=np.float64)
        off = np.abs(total - 1.0) > tolerance
        if off.any() and (off := _among(off, counts)).any():
            i = first_row(off)
            raise DataError("LL141.sum", name=name, row=i, total=total[i])


def weights(values: Any, name: str, shape: tuple[int, ...]) -> Vector | None:
    """Weights in float64, finite and >= 0; None if there are none."""
    if values is None:
        return None
    array = floating(values, name).astype(np.float64)
    same_shape(name, array, shape)
    bad = ~(np.isfinite(array) & (array >= 0.0))
    if bad.any():
        i = first_row(np.atleast_1d(bad))
        value = float(array[bad].flat[0])
        raise DataError("LL114.row", name=name, value=value, row=i)
    return array


def class_labels(labels: Any, n: int, n_classes: int, ignore_index: int | None, *, only_type: bool = False) -> Indices:
    """Return labels as int64, each within 0 .. n_classes - 1 or equal to `ignore_index`, unless only their type counts."""
    array = as_array(labels, "labels")
    if array.dtype.kind not in "iu" and array.size:  # an empty list is of floats
        raise DataError("LL143.label_type", dtype=array.dtype)
    same_shape("labels", array, (n,))
    if array.dtype.kind == "u" and array.dtype.itemsize == 8 and array.size and array.max() > np.iinfo(np.int64).max:
        _refuse_label(array, array > np.iinfo(np.int64).max, n_classes)
    array = array.astype(np.int64, copy=False)
    if only_type or not array.size or (array.min() >= 0 and array.max() < n_classes):
        return array
    bad = (array < 0) | (array >= n_classes)
    if ignore_index is not None:
        bad &= array != ignore_index
    if bad.any():
        _refuse_label(array, bad, n_classes)
    return array


def _refuse_label(array: npt.NDArray[Any], bad: Mask, n_classes: int) -> None:
    i = first_row(bad)
    raise DataError("LL143.label", label=array[i], row=i, n_classes=n_classes, last=n_classes - 1)
