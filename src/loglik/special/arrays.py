"""What all functions share: the dtype of the result, walking arrays in blocks, and NumPy's floating-point signals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    from loglik.array_types import Mask
    from loglik.special.double import Array

    Axis = int | tuple[int, ...] | None
    Core = Callable[..., Array]

BLOCK = 8192
"""Cells worked on at a time: the temporaries of the double-double arithmetic then stay in cache."""


def result_dtype(*arguments: Any) -> np.dtype[Any]:
    """float32 for float32 and narrower floats, float64 for float64, integers and bool, after NumPy's promotion.

    Examples
    --------
    >>> result_dtype(np.float32(1), 2.0), result_dtype(np.float16(1)), result_dtype(3)
    (dtype('float32'), dtype('float32'), dtype('float64'))
    """
    dtype = np.result_type(*(a if isinstance(a, (int, float, np.generic)) else np.asarray(a) for a in arguments))
    dtype = dtype.newbyteorder("=")
    if dtype.kind in "iub" or dtype == np.float64:
        return np.dtype(np.float64)
    if dtype in {np.dtype(np.float32), np.dtype(np.float16)} or dtype.name == "bfloat16":
        return np.dtype(np.float32)
    raise TypeError(f"loglik.special works on real numbers up to float64, not on {dtype}")


def unmasked(values: Any, name: str) -> npt.NDArray[Any]:
    """Values as an array; masked entries are refused, because beneath the mask there are numbers that nobody meant."""
    if isinstance(values, np.ma.MaskedArray):
        if np.ma.is_masked(values):
            raise DataError("LL147.masked", name=name)
        return np.asarray(values.data)
    return np.asarray(values)


def signal(*, invalid: bool = False, divide: bool = False, overflow: bool = False) -> None:
    """Raise, warn or stay silent, as `numpy.errstate` says, by operations that have these exceptions."""
    if invalid:
        np.log(np.float64(-1.0))
    if divide:
        np.log(np.float64(0.0))
    if overflow:
        np.exp(np.float64(1e4))


def elementwise(core: Core, *arguments: Any, quick: Core | None = None, pole: Callable[..., Mask] | None = None) -> Any:
    """Apply a function of float64 blocks to broadcast arguments.

    Parameters
    ----------
    core : callable
        Takes one-dimensional float64 blocks of equal length.
    *arguments : array_like
        Real numbers.
    quick : callable, optional
        For results of float32: a formula with a relative error of some 2^-50.
    pole : callable, optional
        Where an infinite result of finite arguments is a pole (divide) and not an overflow; everywhere by default.
    """
    dtype = result_dtype(*arguments)
    arrays = [unmasked(a, "the argument") for a in arguments]
    out = np.empty(np.broadcast_shapes(*(a.shape for a in arrays)), dtype)
    function = quick if quick is not None and dtype == np.float32 else core
    invalid = divide = overflow = False
    iterator: Any = np.nditer  # its annotations do not know a dtype for each operand
    with (
        np.errstate(all="ignore"),
        iterator(
            [*arrays, out],
            flags=["external_loop", "buffered", "zerosize_ok"],
            op_flags=[["readonly"]] * len(arrays) + [["writeonly"]],
            op_dtypes=[np.float64] * len(arrays) + [dtype],
            casting="unsafe",
            buffersize=BLOCK,
        ) as blocks,
    ):
        for *block, target in blocks:
            target[...] = function(*block)
            if not np.isfinite(target).all():
                invalid |= bool((np.isnan(target) & ~np.logical_or.reduce([np.isnan(b) for b in block])).any())
                infinite = np.isinf(target) & np.logical_and.reduce([np.isfinite(b) for b in block])
                poles = infinite if pole is None else infinite & pole(*block)
                divide |= bool(poles.any())
                overflow |= bool((infinite & ~poles).any())
    signal(invalid=invalid, divide=divide, overflow=overflow)
    return out[()]


def rows_of(x: npt.NDArray[Any], axis: Axis) -> tuple[npt.NDArray[Any], tuple[int, ...], tuple[int, ...]]:
    """View or copy as a table whose rows run along ``axis``; the leading shape; and the axes."""
    axes = tuple(range(x.ndim)) if axis is None else normalize_axis_tuple(axis, x.ndim)
    moved = np.moveaxis(x, axes, range(x.ndim - len(axes), x.ndim))
    lead = moved.shape[: x.ndim - len(axes)]
    n = int(np.prod(moved.shape[len(lead) :], dtype=np.intp))
    return moved.reshape(int(np.prod(lead, dtype=np.intp)), n), lead, axes


def from_rows(rows: npt.NDArray[Any], shape: tuple[int, ...], axes: tuple[int, ...]) -> npt.NDArray[Any]:
    """Undo `rows_of`."""
    lead = tuple(s for i, s in enumerate(shape) if i not in axes)
    moved = rows.reshape(lead + tuple(shape[i] for i in axes))
    return np.moveaxis(moved, range(len(lead), len(shape)), axes)


def row_blocks(n_rows: int, n_columns: int) -> Iterator[slice]:
    """Slices of rows of about `BLOCK` cells."""
    step = max(1, BLOCK // max(n_columns, 1))
    return (slice(i, i + step) for i in range(0, n_rows, step))


def column_blocks(n_columns: int) -> Iterator[slice]:
    """Slices of the columns of long rows."""
    return (slice(j, j + BLOCK) for j in range(0, n_columns, BLOCK))
