"""Chunks that whoever is told of them encodes from the files itself, when they are first asked for, and keeps."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.pieces import pieces
from loglik.design.stored.encoding import Keys, encode
from loglik.design.stored.filler import Filler
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import numpy.typing as npt

    from loglik.array_types import Mask
    from loglik.design.fingerprint import Fingerprint
    from loglik.design.stored.chunks import Chunk

    Batches = Callable[..., Iterator[Any] | None]
    Columns = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]

# Chunks that are encoded together: about a row group of Parquet.
_TOGETHER = 16


class EncodedAgain:
    """Chunks of files that are here.

    Parameters
    ----------
    batches : callable
        ``batches(doubles, singles, levels, rows)`` reads some rows of the files.
    columns : (tuple of str, tuple of str, tuple of str)
        Doubles, singles and levels.
    fingerprint : Fingerprint
        Of the files when they were read first.
    places : mapping of str to sequence of str
        Values of each column with levels, in the order of their codes.
    n_rows, chunk_rows : int
        All rows of the files, and rows of a chunk.
    kept : (ndarray of uint8, tuple of int) or None
        A bit for each row that says whether it is one of these, and where each chunk begins in the files; all are by default.

    Raises
    ------
    DataError
        LL168 the files are not here, or others.
    """

    def __init__(
        self, batches: Batches, columns: Columns, fingerprint: Fingerprint, places: Mapping[str, Sequence[str]],
        n_rows: int, chunk_rows: int, kept: tuple[npt.NDArray[np.uint8], tuple[int, ...]] | None = None,
    ) -> None:  # fmt: skip
        self._said = batches, columns, fingerprint, places, n_rows, chunk_rows
        self._kept = kept
        self._made: dict[int, Chunk] = {}
        self._lock = threading.Lock()  # a worker may have several threads

    def __reduce__(self) -> Any:
        return _opened, (*self._said, self._kept)

    @property
    def _starts(self) -> Sequence[int]:
        *_, n_rows, chunk_rows = self._said
        return range(0, n_rows, chunk_rows) if self._kept is None else self._kept[1]

    def __len__(self) -> int:
        return len(self._starts)

    def narrowed(self, kept: Mask) -> EncodedAgain:
        """Chunks of some of the rows of the files."""
        chunk_rows, starts, count = self._said[-1], [], 0
        for lo, hi in pieces(kept.size):
            some = np.flatnonzero(kept[lo:hi])
            starts += (lo + some[-count % chunk_rows :: chunk_rows]).tolist()
            count += some.size
        return EncodedAgain(*self._said, kept=(np.packbits(kept), tuple(starts)))

    def __getitem__(self, k: int) -> Chunk:
        with self._lock:
            k = range(len(self))[k]
            if k not in self._made:
                self._encode(k // _TOGETHER * _TOGETHER)
            return self._made[k]

    def _encode(self, first: int) -> None:
        """Encode a run of chunks, and make sure that the files are still those that were read first."""
        batches, columns, fingerprint, places, n_rows, chunk_rows = self._said
        made: list[Chunk] = []
        filler = Filler(tuple(map(len, columns)), chunk_rows, made.append, copies=False)  # type: ignore[arg-type]
        keys = {name: Keys() for name in columns[2]}
        for name, own in keys.items():
            own.learn(places[name])
        starts = [*self._starts, n_rows]
        rows = starts[first], starts[min(first + _TOGETHER, len(self))]
        encode(self._of_kept(batches(*columns, rows) or (), rows), *columns, filler, keys)
        filler.finish()
        fingerprint.check_elsewhere()
        self._made |= dict(enumerate(made, first))

    def _of_kept(self, batches: Iterable[Any], rows: tuple[int, int]) -> Iterator[Any]:
        if self._kept is None:
            yield from batches
            return
        lo, hi = rows
        kept = np.unpackbits(self._kept[0][lo // 8 : -(-hi // 8)])[lo % 8 :].view(np.bool_)
        for batch in batches:
            yield batch.filter(kept[: batch.num_rows])
            kept = kept[batch.num_rows :]


def _opened(*said: Any) -> EncodedAgain:
    """Look at the files before it is said that they are here."""
    batches, columns, fingerprint, *_ = said
    fingerprint.check_elsewhere()
    batches(*columns)
    return EncodedAgain(*said)


def can_encode(*files: Any) -> bool:
    """Whether the files are here, and can be read."""
    try:
        _opened(*files, {}, 0, 1)
    except (OSError, ImportError, DataError):
        return False
    return True
