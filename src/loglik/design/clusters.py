"""Groups of rows that may depend on each other, and how they are read from columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.errors import DataError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from loglik.array_types import Array, Indices, Mask
    from loglik.design.source import Source

    Codes = Indices

MOST_WAYS = 2
_TABLE, _EXACT = 4, 2.0**53


@dataclass(frozen=True)
class Clusters:
    """Groups of rows that may depend on each other, in one way or in two.

    Parameters
    ----------
    names : tuple of str
        What the groups are called.
    codes : tuple of ndarray of int, shape (n,)
        Group of each row, from 0, in each of the ways.
    """

    names: tuple[str, ...]
    codes: tuple[Codes, ...]

    @property
    def counts(self) -> tuple[int, ...]:
        """How many groups each way has."""
        return tuple(int(codes.max(initial=-1)) + 1 for codes in self.codes)

    def parts(self) -> list[tuple[float, Codes, int]]:
        """Sign, group of each row and number of groups of what is added up.

        With two ways those, less the groups of rows that are together in both (Cameron, Gelbach and Miller, Journal of
        Business & Economic Statistics 29, 2011).
        """
        ways = [(1.0, codes, n) for codes, n in zip(self.codes, self.counts, strict=True)]
        if len(ways) == 1:
            return ways
        (_, one, _), (_, two, n) = ways
        both, found = _renumbered(one * n + two, self.counts[0] * n)
        return [*ways, (-1.0, both, found)]


def _renumbered(codes: Codes, n: int) -> tuple[Codes, int]:
    """Number those of n codes that occur, and count them; a table is faster than sorting where it is not too large."""
    if n > _TABLE * codes.size:
        found, both = np.unique(codes, return_inverse=True)
        return both.astype(np.int64).ravel(), int(found.size)
    there = np.zeros(n, dtype=np.bool_)
    there[codes] = True
    number = np.cumsum(there) - 1
    return number[codes], int(number[-1]) + 1


def refuse_clusters(source: Source, names: Sequence[str]) -> None:
    """Refuse columns of clusters that are not there (LL103), repeated or too many (LL234)."""
    for name in names:
        if name not in source.columns:
            raise DataError(
                "LL103.no_such_column", column=name, source=source.label, near=nearest(name, source.columns)
            )
    if len(set(names)) < len(names) or len(names) > MOST_WAYS:
        raise DataError("LL234.ways", names=names, most=MOST_WAYS)


def read_clusters(source: Source, names: Sequence[str], kept: Mask) -> Clusters:
    """Read the columns of clusters of the rows of a fit.

    Raises
    ------
    DataError
        LL234 a row has no cluster.
    """
    return Clusters(tuple(names), tuple(_groups(source, name, kept) for name in names))


def _groups(source: Source, name: str, kept: Mask) -> Codes:
    numbers = _exact_numbers(source, name)
    values: npt.NDArray[Any] = source.codes(name).codes if numbers is None else numbers
    absent = kept & (values < 0 if numbers is None else np.isnan(numbers))
    if absent.any():
        raise DataError(
            "LL234.missing", column=name, source=source.label, row=int(absent.argmax()) + 1, more=int(absent.sum()) - 1
        )
    return groups_of(values[kept])


def _exact_numbers(source: Source, name: str) -> Array | None:
    """A column of numbers, where each is the one of its double; levels take longer to be told apart."""
    if source.kind(name) != "number":
        return None
    numbers = source.numbers([name])[0]
    return numbers if np.abs(numbers).max(initial=0.0, where=~np.isnan(numbers)) < _EXACT else None


def groups_of(values: npt.NDArray[Any]) -> Codes:
    """Number equal values alike, from 0."""
    return np.asarray(np.unique(values, return_inverse=True)[1], dtype=np.int64).ravel()
