"""What stands in the place of the arrays of a design where its rows are in chunks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.stored.chunks import columns_of
from loglik.kernels.rows.decode import count_stored, decode
from loglik.parallel.scratch import scratch

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.design.stored.chunks import Chunk, Store

    Matrix = npt.NDArray[np.float64]
    Indices = npt.NDArray[np.int64]


class _Stored:
    """What stands in the place of an array of a design, and gives plain arrays where it is indexed."""

    store: Store
    dtype: np.dtype[Any]
    width: int
    ndim = 2

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.store.n_rows, self.width

    @property
    def itemsize(self) -> int:
        """Bytes of a number, once it is read."""
        return int(self.dtype.itemsize)

    def __len__(self) -> int:
        return self.store.n_rows

    def read(self, lo: int, hi: int) -> npt.NDArray[Any]:
        """Rows lo..hi."""
        raise NotImplementedError

    def columns(self, places: list[int]) -> npt.NDArray[Any]:
        """Whole columns."""
        raise NotImplementedError

    def __getitem__(self, key: Any) -> npt.NDArray[Any]:
        if isinstance(key, tuple):
            rows, columns = key
            if rows == slice(None):
                places = np.arange(self.width)[columns]
                return self.columns([int(places)])[:, 0] if places.ndim == 0 else self.columns(places.tolist())
            return self[rows][..., columns]
        if isinstance(key, slice):
            lo, hi, step = key.indices(len(self))
            return self.read(lo, hi)[::step]
        index = np.asarray(key)
        if index.dtype == np.bool_:
            index = np.flatnonzero(index)
        return self.gathered(index) if index.ndim else self.gathered(index[None])[0]

    def gathered(self, index: Indices) -> npt.NDArray[Any]:
        """Some of the rows, one after another in memory."""
        out = scratch((index.size, self.width), self.dtype)
        order = None if (index[1:] >= index[:-1]).all() else np.argsort(index, kind="stable")
        index = index if order is None else index[order]
        starts = np.arange(len(self.store.chunks) + 1) * self.store.chunk_rows
        edges = np.searchsorted(index, starts)
        for k in np.flatnonzero(np.diff(edges)).tolist():
            some: Any = slice(*edges[k : k + 2])
            self.fill(k, index[some] - starts[k], some if order is None else order[some], out)
        return out

    def fill(self, k: int, rows: Indices, places: Indices | slice, out: npt.NDArray[Any]) -> None:
        """Put some rows of a chunk to their places."""
        raise NotImplementedError

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:  # noqa: FBT001
        if copy is False:
            msg = "what is stored in chunks is no array without a copy"
            raise ValueError(msg)
        return np.asarray(self.columns(list(range(self.width))), dtype=dtype)


class StoredMatrix(_Stored):
    """Columns of numbers, as float64.

    Parameters
    ----------
    store : Store
        Where they are.
    names : tuple of str
        Which.
    """

    dtype = np.dtype(np.float64)

    def __init__(self, store: Store, names: tuple[str, ...]) -> None:
        self.store, self.names, self.width = store, names, len(names)
        places = [store.place(name) for name in names]
        self._doubles = [(j, place) for j, (double, place) in enumerate(places) if double]
        self._singles = [(j, place) for j, (double, place) in enumerate(places) if not double]
        first = places[0][1] if places else 0
        # Columns that stand side by side as they are wanted need no copy.
        together = not self._singles and [p for _, p in places] == list(range(first, first + len(names)))
        self._view = slice(first, first + len(names)) if together else None

    def __reduce__(self) -> Any:
        return StoredMatrix, (self.store, self.names)

    def read(self, lo: int, hi: int) -> Matrix:
        """Rows lo..hi; without a copy where they lie in one chunk as they are wanted."""
        pieces = list(self.store.ranges(lo, hi))
        if len(pieces) == 1 and self._view is not None:
            k, a, b = pieces[0]
            return np.asarray(self.store.chunks[k].doubles[a:b, self._view])
        out, at = columns_of(hi - lo, self.width), 0
        for k, a, b in pieces:
            self._put(self.store.chunks[k], slice(a, b), out[at : at + b - a])
            at += b - a
        return out

    def _put(self, chunk: Chunk, rows: Any, out: Matrix) -> None:
        for j, place in self._doubles:
            out[:, j] = chunk.doubles[rows, place]
        for j, place in self._singles:
            out[:, j] = chunk.singles[rows, place]

    def fill(self, k: int, rows: Indices, places: Indices | slice, out: Matrix) -> None:
        """Put some rows of a chunk to their places."""
        chunk = self.store.chunks[k]
        for j, place in self._doubles:
            out[places, j] = chunk.doubles[rows, place]
        for j, place in self._singles:
            out[places, j] = chunk.singles[rows, place]

    def columns(self, places: list[int]) -> Matrix:
        """Whole columns."""
        names = tuple(self.names[j] for j in places)
        out, some = scratch((len(places), len(self))), StoredMatrix(self.store, names)
        for lo in range(0, len(self), self.store.chunk_rows):
            hi = min(lo + self.store.chunk_rows, len(self))
            out[:, lo:hi] = some.read(lo, hi).T
        return out.T

    def astype(self, dtype: Any, order: str = "K") -> Matrix:
        """All of it in memory."""
        return np.asarray(self).astype(dtype, order=order)  # type: ignore[call-overload,no-any-return]

    @property
    def flags(self) -> Any:
        """Those of the rows of a block."""
        return self.read(0, min(2, len(self))).flags


class StoredCodes(_Stored):
    """Columns with levels, each code looked up in a table of its own.

    Parameters
    ----------
    store : Store
        Where they are.
    names : tuple of str
        Which.
    tables : tuple of ndarray of int32
        What each stored code stands for.
    """

    dtype = np.dtype(np.int32)

    def __init__(self, store: Store, names: tuple[str, ...], tables: tuple[npt.NDArray[np.int32], ...]) -> None:
        self.store, self.names, self.tables, self.width = store, names, tables, len(names)
        self._places = [store.codes.index(name) for name in names]

    def __reduce__(self) -> Any:
        return StoredCodes, (self.store, self.names, self.tables)

    def read(self, lo: int, hi: int) -> npt.NDArray[np.int32]:
        """Rows lo..hi."""
        out, at = np.empty((hi - lo, self.width), np.int32), 0
        for k, a, b in self.store.ranges(lo, hi):
            codes = self.store.chunks[k].codes
            for j, place in enumerate(self._places):
                decode(codes[place][a:b], self.tables[j], out[at : at + b - a, j])
            at += b - a
        return out

    def fill(self, k: int, rows: Indices, places: Indices | slice, out: npt.NDArray[np.int32]) -> None:
        """Put some rows of a chunk to their places."""
        codes = self.store.chunks[k].codes
        for j, place in enumerate(self._places):
            out[places, j] = self.tables[j][codes[place][rows]]

    def columns(self, places: list[int]) -> npt.NDArray[np.int32]:
        """Whole columns."""
        some = StoredCodes(self.store, tuple(self.names[j] for j in places), tuple(self.tables[j] for j in places))
        out = scratch((len(self), len(places)), np.int32)
        for lo in range(0, len(self), self.store.chunk_rows):
            hi = min(lo + self.store.chunk_rows, len(self))
            out[lo:hi] = some.read(lo, hi)
        return out

    @property
    def T(self) -> list[npt.NDArray[np.int32]]:  # noqa: N802 - as arrays call it
        """The columns."""
        return [self.columns([j])[:, 0] for j in range(self.width)]

    def counts(self) -> Indices:
        """How often each stored code of the first column occurs."""
        total = np.zeros(self.tables[0].size, dtype=np.int64)
        for chunk in self.store.chunks:
            count_stored(chunk.codes[self._places[0]], total)
        return total
