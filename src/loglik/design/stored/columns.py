"""Single columns of a store, as a model frame asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.levels import Codes
from loglik.design.stored.arrays import StoredCodes, StoredMatrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from loglik.design.stored.chunks import Store
    from loglik.design.stored.encoding import NumberStats

    Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class StoredNumbers:
    """A column of numbers.

    Parameters
    ----------
    store : Store
        Where it is.
    name : str
        Its name.
    stats : NumberStats
        What is known of it.
    """

    store: Store
    name: str
    stats: NumberStats

    @property
    def size(self) -> int:
        """Rows."""
        return self.store.n_rows

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, key: Any) -> Vector:
        return np.asarray(StoredMatrix(self.store, (self.name,))[key][..., 0])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:  # noqa: FBT001
        del copy
        return np.asarray(StoredMatrix(self.store, (self.name,))[:, 0], dtype=dtype)


class StoredLevels(Codes):
    """A column as codes of its levels."""

    codes: StoredCodes  # type: ignore[assignment]

    @property
    def size(self) -> int:
        """Rows."""
        return len(self.codes)

    @property
    def n_missing(self) -> int:
        """Rows without a level."""
        return int(self.codes.counts()[self.codes.tables[0] < 0].sum())

    def absent(self, lo: int, hi: int) -> npt.NDArray[np.bool_]:
        """Which of the rows lo..hi have no level."""
        return self.codes.read(lo, hi)[:, 0] < 0

    def counts(self) -> npt.NDArray[np.int64]:
        """How many rows have each level."""
        table, found = self.codes.tables[0], np.zeros(len(self.levels) + 1, dtype=np.int64)
        np.add.at(found, table, self.codes.counts())
        return found[:-1]

    def recoded(self, table: npt.NDArray[np.integer[Any]], levels: Sequence[str]) -> StoredLevels:
        """The same rows with other codes: ``table[code]``; what is missing stays so."""
        new = np.append(np.asarray(table, dtype=np.int32), np.int32(-1))[self.codes.tables[0]]
        return StoredLevels(StoredCodes(self.codes.store, self.codes.names, (new,)), tuple(levels))  # type: ignore[arg-type]

    def taken(self, used: Any) -> StoredLevels:
        """Of the rows that are used: the store has been narrowed to them."""
        del used
        return self

    def whole(self) -> npt.NDArray[np.int32]:
        """All codes."""
        return self.codes.columns([0])[:, 0]
