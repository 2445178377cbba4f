"""A file as a run of small sources, one after another, for what asks nothing of rows together, as a prediction does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.levels import codes_of
from loglik.design.of_file import OfFile
from loglik.design.stored.encoding import Keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loglik.array_types import Vector
    from loglik.design.duckdb_source import FileSource
    from loglik.design.levels import Codes, LevelKind


@dataclass
class BatchSource(OfFile):
    """Some consecutive rows of a file, with the columns that were asked for.

    Parameters
    ----------
    source : FileSource
        The file.
    first : int
        Number of rows before them.
    n_rows : int
        How many there are.
    held : dict of str to Arrow array
        Columns as numbers, or as the keys of their levels.
    carried : list of Arrow array
        Columns as they stand in the file.
    """

    source: FileSource
    first: int
    n_rows: int
    held: dict[str, Any]
    carried: list[Any]

    def __post_init__(self) -> None:
        self.asks(self.source)

    def rounded(self, column: str) -> None:
        """Nothing is said of rounding here."""

    def values(self, columns: Sequence[str]) -> list[list[Any]]:
        """Columns that are carried along."""
        return [self.carried[i].to_pylist() for i, _ in enumerate(columns)]

    def numbers(self, columns: Sequence[str]) -> list[Vector]:
        """Columns as float64, NaN where missing."""
        return [np.asarray(self.held[c].to_numpy(zero_copy_only=False), dtype=np.float64) for c in columns]

    def codes(self, column: str, kind: LevelKind | None = None) -> Codes:
        """A column as codes of its levels."""
        keys = Keys()
        place = keys.codes(self.held[column]) - 1
        return codes_of(place, self.source.spelled(column, list(keys.place), kind))


def in_batches(
    source: FileSource, numbers: Sequence[str], levels: Sequence[str], carried: Sequence[str]
) -> Iterator[BatchSource]:
    """Rows of a file that has been prepared, some at a time; parameters are columns."""
    first, held = 0, [*numbers, *levels]
    for batch in source.batches(numbers, (), levels, carried):
        columns = dict(zip(held, batch.columns, strict=False))
        yield BatchSource(source, first, batch.num_rows, columns, batch.columns[len(held) :])
        first += batch.num_rows
