"""Which rows make a segment, and in which order the segments' sums are added: by the data alone, whoever adds.

Sums i and i + 1 (i even) of one level make sum i / 2 of the next; what has no neighbour goes up as it is. A node of the
tree stands over segments that follow each other, so whoever holds these can add them up alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Segment = tuple[int, int]

A = TypeVar("A")

BLOCK_BYTES = 2048 * 1024
"""What a block's rows take: large enough that the work outweighs what starting a block costs, small enough to be read from
cache the second time."""
# A segment is a block, or a run of blocks where the sums are large: so that zeroing and adding them up is a small part of
# the work, and their memory bounded. But there are some, for threads to share.
_SHARE_OF_SUMS, _FEW_SEGMENTS = 32, 4
_SUMS_BYTES = 128 * 1024 * 1024
# Blocks of a segment at most, unless the sums are larger than this.
_MOST_BLOCKS, _SMALL_SUMS = 256, 8 * 1024 * 1024
_PARTS = 16


def segments(n_rows: int, block: int, sums_bytes: int) -> list[Segment]:
    """Cut rows into segments: blocks, or runs of blocks as equal as can be where the sums are large.

    Parameters
    ----------
    n_rows, block : int
        Rows, and rows of a block.
    sums_bytes : int
        Size of the sums over a segment.
    """
    n_blocks, size = -(-n_rows // block), max(sums_bytes, 1)
    affordable = max(2, _SUMS_BYTES // size // 2 * 2)  # three would leave threads idle
    if size <= _SMALL_SUMS:  # so that a thousand workers have their part of very many rows
        affordable = max(affordable, n_blocks // _MOST_BLOCKS)
    worthwhile = max(_FEW_SEGMENTS, n_blocks * BLOCK_BYTES // (_SHARE_OF_SUMS * size))
    count = min(n_blocks, affordable, worthwhile)
    edges = [block * (n_blocks * i // count) for i in range(count)] + [n_rows]
    return list(zip(edges, edges[1:], strict=False))


def aligned_parts(edges: list[Segment]) -> list[list[Segment]]:
    """Segments in parts of ``2^m`` that stand together in the tree: what is handed to a thread at a time."""
    each = 1
    while each * _PARTS < len(edges):
        each *= 2
    return [edges[i : i + each] for i in range(0, len(edges), each)]


def nodes(first: int, stop: int, count: int) -> Iterator[tuple[int, int, int]]:
    """The largest nodes over segments ``first <= i < stop`` of `count`: level, first segment, and the one after the last.

    Examples
    --------
    >>> list(nodes(3, 7, 7))
    [(0, 3, 4), (2, 4, 7)]
    """
    while first < stop:
        level = 0
        while first % (2 << level) == 0 and min(first + (2 << level), count) <= stop and first + (1 << level) < count:
            level += 1
        end = min(first + (1 << level), count)
        yield level, first, end
        first = end


def tree_sum(found: Iterable[tuple[int, A]]) -> A:
    """Add up nodes (level, sums) from left to right, with no more sums at a time than the tree has levels."""
    waiting: list[tuple[int, Any]] = []
    for at, sums in found:
        level, total = at, sums
        while waiting and waiting[-1][0] == level:
            before = waiting.pop()[1]
            before += total
            level, total = level + 1, before
        waiting.append((level, total))
    total = waiting.pop()[1]
    while waiting:
        before = waiting.pop()[1]
        before += total
        total = before
    return total
