"""Rows that are mapped from files, as another process can open them: the files' names travel, and not what is in them."""

from __future__ import annotations

import io
import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.rows import Rows
from loglik.design.stored.arrays import StoredCodes, StoredMatrix
from loglik.design.stored.chunks import Store

if TYPE_CHECKING:
    from loglik.design.matrix import Design


def by_name(rows: Rows, label: StoredCodes | None, weight: str | None, offset: str | None) -> tuple[bytes, ...]:
    """Pickle rows by the names of their files, if they are in some: those that are mapped, and those that were encoded.

    Parameters
    ----------
    rows : Rows
        The rows.
    label : StoredCodes or None
        Their classes as they are stored, if labels and weights can be read from there.
    weight, offset : str or None
        Columns of their weights, by default ones, and offsets.
    """
    design, found = rows.design, []
    stored: list[Any] = [x for x in (design.dense, design.codes) if x.shape[1]]
    stores = [x.store for x in stored if hasattr(x, "store")]
    if not design.is_usual or not stores or len(stores) < len(stored):
        return ()
    if hasattr(stores[0].chunks, "path"):
        beside = [_named(x) for x in (rows.label, rows.weight, rows.offset)]
        found.append(_pickled(_Named(design, *beside), again=False))
    if stores[0].again is not None and label is not None and (rows.offset is None) == (offset is None):
        of_weight = _Ones() if weight is None else _Column(StoredMatrix(stores[0], (weight,)))
        of_offset = (
            None
            if rows.offset is None or offset is None
            else _Offset(StoredMatrix(stores[0], (offset,)), rows.offset.shape[0])
        )
        found.append(_pickled(_Named(design, _Column(label), of_weight, of_offset), again=True))
    return tuple(found)


def _pickled(rows: _Named, *, again: bool) -> bytes:
    """Of a store either where it is, or how it is encoded again."""

    class Pickler(pickle.Pickler):
        def reducer_override(self, given: Any) -> Any:
            if not isinstance(given, Store):
                return NotImplemented
            chunks = given.again if again else given.chunks
            return Store, (given.doubles, given.singles, given.codes, chunks, given.chunk_rows)

    written = io.BytesIO()
    Pickler(written, protocol=5).dump(rows)
    return written.getvalue()


@dataclass(frozen=True)
class _Column:
    """Classes or weights of rows, read as they are wanted."""

    stored: StoredCodes | StoredMatrix

    def __getitem__(self, rows: slice) -> Any:
        return np.ascontiguousarray(self.stored[rows][:, 0])


@dataclass(frozen=True)
class _Offset:
    """One offset for the linear predictors of several classes."""

    stored: StoredMatrix
    n_classes: int

    def __getitem__(self, key: tuple[slice, slice]) -> Any:
        column = self.stored[key[1]][:, 0]
        return np.ascontiguousarray(np.broadcast_to(column, (self.n_classes, column.size)))


class _Ones:
    """Weights where there are none."""

    def __getitem__(self, rows: slice) -> Any:
        return np.ones(rows.stop - rows.start)


class _Named:
    """Pickled it becomes the rows, where their files are."""

    def __init__(self, *parts: Any) -> None:
        self.parts = parts

    def __reduce__(self) -> Any:
        return _opened, self.parts


def _named(x: Any) -> Any:
    """File, type, shape and place of an array that is mapped; another one as it is."""
    whole, of = None, x
    while of is not None:  # a part of a mapped array is one too: the last is what was mapped
        whole, of = of if isinstance(of, np.memmap) else whole, getattr(of, "base", None)
    if whole is None or whole.filename is None or not x.flags.c_contiguous:
        return x
    return str(whole.filename), str(x.dtype), x.shape, int(whole.offset + x.ctypes.data - whole.ctypes.data)


def _opened(design: Design, *parts: Any) -> Rows:
    return Rows(design, *(_mapped(*x) if isinstance(x, tuple) else x for x in parts))


def _mapped(file: str, dtype: str, shape: tuple[int, ...], at: int) -> Any:
    """As the arrays of one process are: kernels are compiled for what can be written to."""
    return np.memmap(file, dtype, "c", at, shape).view(np.ndarray)
