"""What a worker does: it has rows, and answers with sums over segments of them.

Rows are in files that it opens itself, or in pieces that it is sent. An answer is a function of what is asked and of the rows
alone: whoever has lost a piece, or never had it, says which one is lacking, and is sent it. So workers may come, go and die.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from loglik.errors import DataError
from loglik.parallel.blas import single_threaded_blas
from loglik.parallel.tree import tree_sum

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loglik.array_types import Matrix
    from loglik.parallel.executor import RowKernel
    from loglik.parallel.tree import Segment

# Of rows whose fit did not end as it should, so that nobody said they could go.
_MOST_KEPT = 2


class View(Protocol):
    """What is known of rows without having them: columns, and what is subtracted from them."""

    def held(self, n_rows: int, piece: Callable[[int, int], Any]) -> Any:
        """All `n_rows`, of which some blocks can be reached: ``piece(lo, hi)`` has them."""


@dataclass(frozen=True)
class Beside:
    """What a kernel fills beside each row, block by block, `width` numbers; `key` names it."""

    key: str
    kernel: RowKernel[Any, Any, Any]
    parameters: Any
    block: int
    width: int


@dataclass(frozen=True)
class Asked:
    """One question: the sums of a kernel over segments.

    Parameters
    ----------
    name : str
        Of the rows.
    n_rows, piece_rows : int
        All rows, and those of a piece.
    view : View
        Their columns.
    kernel, parameters, block : RowKernel, object, int
        What is summed, and rows of a block.
    nodes : tuple of (int, tuple of Segment)
        Level and segments of each node of the tree.
    beside : Beside or None
        What stands beside the rows already.
    fills : Beside or None
        What the kernel fills beside them, to be kept.
    collects : int
        Numbers for each row that the kernel fills, to be sent back.
    """

    name: str
    n_rows: int
    piece_rows: int
    view: View
    kernel: RowKernel[Any, Any, Any]
    parameters: Any
    block: int
    nodes: tuple[tuple[int, tuple[Segment, ...]], ...]
    beside: Beside | None = None
    fills: Beside | None = None
    collects: int = 0

    @property
    def pieces(self) -> range:
        """Pieces that the segments are in."""
        return range(self.nodes[0][1][0][0] // self.piece_rows, (self.nodes[-1][1][-1][1] - 1) // self.piece_rows + 1)


@dataclass(frozen=True)
class Answer:
    """Sums of the nodes, and what was filled from which row on."""

    sums: tuple[tuple[int, Any], ...]
    filled: tuple[tuple[int, Matrix], ...]


@dataclass(frozen=True)
class Lacking:
    """Pieces that are not there."""

    pieces: tuple[int, ...]


WHOLE = -1
"""In the place of the number of a piece: all rows, which are in files."""

_pieces: dict[str, dict[int, Any]] = {}
_beside: dict[tuple[str, str], dict[int, Matrix]] = {}


def hold(name: str, piece: int, rows: bytes) -> bool:
    """Keep a piece of some rows, or all of them; whether their files are here."""
    try:
        sent = pickle.loads(rows)  # noqa: S301  by the fit that has these rows
    except (OSError, ImportError, DataError):
        if piece != WHOLE:
            raise
        return False
    there = _pieces.pop(name, {})
    _pieces[name] = there  # the latest last
    there[piece] = sent
    while len(_pieces) > _MOST_KEPT:
        forget(next(iter(_pieces)))
    return True


def forget(name: str) -> None:
    """Keep some rows no longer."""
    _pieces.pop(name, None)
    for key in [key for key in _beside if key[0] == name]:
        del _beside[key]


def answer(asked: Asked) -> Answer | Lacking:
    """Sum over segments, if their rows are here."""
    there = _pieces.get(asked.name, {})
    whole = there.get(WHOLE)
    lacking = tuple(piece for piece in asked.pieces if piece not in there) if whole is None else ()
    if lacking:
        return Lacking(lacking)

    def piece(lo: int, hi: int) -> Any:
        if whole is not None:
            return whole.block(lo, hi)
        start = lo // asked.piece_rows * asked.piece_rows
        return there[start // asked.piece_rows].block(lo - start, hi - start)

    rows = asked.view.held(asked.n_rows, piece)
    filled: list[tuple[int, Matrix]] = []
    with single_threaded_blas():
        sums = tuple((level, _node(asked, rows, some, filled)) for level, some in asked.nodes)
    if asked.fills is not None:
        _keep(asked.name, asked.fills.key, dict(filled))
    return Answer(sums, tuple(filled) if asked.collects else ())


def _node(asked: Asked, rows: Any, some: tuple[Segment, ...], filled: list[tuple[int, Matrix]]) -> Any:
    width = asked.collects if asked.fills is None else asked.fills.width

    def of(segment: Segment) -> Any:
        total = asked.kernel.zeros(rows, asked.parameters)
        for lo, hi in _blocks(segment, asked.block):
            block = rows.block(lo, hi)
            if width:
                filled.append((lo, np.empty((width, hi - lo))))
                block = block.keeping(filled[-1][1])
            elif asked.beside is not None:
                block = block.keeping(_stands_beside(asked.name, asked.beside, rows, lo, hi))
            asked.kernel.add(block, asked.parameters, total)
        return total

    return tree_sum((0, of(segment)) for segment in some)


def _blocks(segment: Segment, block: int) -> Iterator[Segment]:
    lo, end = segment
    while lo < end:
        yield lo, min(lo + block, end)
        lo += block


def _stands_beside(name: str, beside: Beside, rows: Any, lo: int, hi: int) -> Matrix:
    """What stands beside rows lo..hi, filled again where it was lost, by the same blocks as the first time."""
    kept = _beside.get((name, beside.key), {})
    parts = []
    for start in range(lo // beside.block * beside.block, hi, beside.block):
        end = min(start + beside.block, rows.n_rows)
        if start not in kept:
            kept[start] = np.empty((beside.width, end - start))
            again = beside.kernel.zeros(rows, beside.parameters)
            beside.kernel.add(rows.block(start, end).keeping(kept[start]), beside.parameters, again)
        parts.append(kept[start][:, max(lo - start, 0) : hi - start])
    _keep(name, beside.key, kept)
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)


def _keep(name: str, key: str, some: dict[int, Matrix]) -> None:
    """Keep what stands beside some rows; what stood there before is wanted no longer."""
    for other in [other for other in _beside if other[0] == name and other[1] != key]:
        del _beside[other]
    _beside.setdefault((name, key), {}).update(some)
