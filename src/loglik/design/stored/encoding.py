"""Rows of a source, read once and put into chunks: numbers as they are, levels as codes in order of appearance."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Self

    import numpy.typing as npt

    from loglik.design.stored.filler import Filler


@dataclass
class NumberStats:
    """What is known of a column of numbers.

    Parameters
    ----------
    missing, infinite : int
        How many are.
    largest : float
        Largest size of those that are neither.
    """

    missing: int = 0
    infinite: int = 0
    largest: float = 0.0

    def add(self, x: npt.NDArray[np.floating[Any]]) -> None:
        """Take some more numbers into account."""
        if not x.size:
            return
        low, high = float(x.min()), float(x.max())  # NaN if any is
        if not np.isfinite(low) or not np.isfinite(high):
            self.missing += int(np.isnan(x).sum())
            self.infinite += int(np.isinf(x).sum())
            x = x[np.isfinite(x)]
            low, high = float(x.min(initial=0.0)), float(x.max(initial=0.0))
        self.largest = max(self.largest, abs(low), abs(high))

    def __iadd__(self, other: Self) -> Self:
        """Take the numbers of other rows into account."""
        self.missing, self.infinite = self.missing + other.missing, self.infinite + other.infinite
        self.largest = max(self.largest, other.largest)
        return self


@dataclass
class Keys:
    """Distinct values of a column with levels, in order of appearance; stored codes begin at 1."""

    place: dict[str, int] = field(default_factory=dict)
    missing: int = 0
    _latest: tuple[Any, Any] = (None, None)

    def learn(self, keys: Iterable[str | None]) -> list[int]:
        """Stored codes of values, new ones at the end."""
        return [0 if key is None else self.place.setdefault(key, len(self.place) + 1) for key in keys]

    def codes(self, column: Any) -> npt.NDArray[np.int32]:
        """Stored codes of an Arrow column of texts."""
        encoded = column if hasattr(column, "dictionary") else column.dictionary_encode()
        known, table = self._latest
        if known is None or not known.equals(encoded.dictionary):  # batches of a row group have the same one
            table = np.array([*self.learn(encoded.dictionary.to_pylist()), 0], dtype=np.int32)
            self._latest = encoded.dictionary, table
        indices = encoded.indices
        if indices.null_count:
            self.missing += indices.null_count
            indices = indices.fill_null(len(table) - 1)
        return np.asarray(table[indices.to_numpy(zero_copy_only=False)])


@dataclass(frozen=True)
class Encoded:
    """What was learnt of the columns while they were read.

    Parameters
    ----------
    n_rows : int
        Rows.
    numbers : dict of str to NumberStats
        Of each column of numbers.
    keys : dict of str to Keys
        Of each column with levels.
    """

    n_rows: int
    numbers: dict[str, NumberStats]
    keys: dict[str, Keys]


def encode(
    batches: Iterable[Any], doubles: Sequence[str], singles: Sequence[str], levels: Sequence[str], filler: Filler,
    known: Mapping[str, Keys] | None = None,
) -> Encoded:  # fmt: skip
    """Put rows into chunks.

    Parameters
    ----------
    batches : iterable of Arrow record batches
        Columns of float64, then of float32, then texts that tell levels apart.
    doubles, singles, levels : sequence of str
        Names of the columns.
    filler : Filler
        Takes the rows.
    known : mapping of str to Keys, optional
        Values of the levels that have a place already.
    """
    numbers = {name: NumberStats() for name in (*doubles, *singles)}
    keys = {name: Keys() if known is None else known[name] for name in levels}
    q, s = len(doubles), len(singles)
    own, n = list(keys.values()), 0
    for batch in batches:
        arrays = [column.to_numpy(zero_copy_only=False) for column in batch.columns[: q + s]]
        for stats, x in zip(numbers.values(), arrays, strict=True):
            stats.add(x)
        codes = [each.codes(column) for each, column in zip(own, batch.columns[q + s :], strict=True)]
        filler.add(arrays[:q], arrays[q:], codes, batch.num_rows)
        n += batch.num_rows
    return Encoded(n, numbers, keys)
