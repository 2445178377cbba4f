"""A checksum of all that a fit reads of its rows: two data of the same one are the same, but for one chance in 2^32."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loglik.parallel.executor import RowKernel, Threads

if TYPE_CHECKING:
    from typing import Self

    from loglik.design.rows import Rows

_WHOLE = 2**64
_ODD = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio: no number of a block meets another one


@dataclass
class _Checksum:
    """Sum of the checksums of blocks, each with its place."""

    value: int = 0
    nbytes = 8

    def __iadd__(self, other: Self) -> Self:
        self.value = (self.value + other.value) % _WHOLE
        return self


def contents(rows: Rows, threads: int) -> str:
    """Checksum of columns, classes, weights and offsets: one read of the rows."""
    return f"{rows.n_rows}-{Threads(rows, threads).sum(CONTENTS, None).value:016x}"


def _nothing(rows: Rows, parameters: None) -> _Checksum:  # noqa: ARG001
    return _Checksum()


def _add(block: Rows, parameters: None, total: _Checksum) -> None:  # noqa: ARG001
    parts = [*block.design.alone(0, block.n_rows).blocks]
    arrays = [value for part in parts for value in vars(part).values() if isinstance(value, np.ndarray)]
    crc = 0
    for array in (*arrays, block.label, block.weight, *(() if block.offset is None else (block.offset,))):
        crc = zlib.crc32(np.ascontiguousarray(array).data, crc)
    total.value = (total.value + (crc + 1) * ((block.first + 1) * _ODD | 1)) % _WHOLE


CONTENTS = RowKernel(_nothing, _add)
"""Checksums of blocks, each with its place, added up."""
