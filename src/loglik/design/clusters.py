"""Groups of rows that may depend on each other, and how they are read from columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.complete_rows import absent
from loglik.design.levels import Codes as Levels
from loglik.design.noticed import largest
from loglik.design.pieces import pieces
from loglik.errors import DataError, nearest
from loglik.kernels.rows.products import order_by_group
from loglik.parallel.scratch import scratch

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from loglik.array_types import Indices, Mask, Vector
    from loglik.design.source import Source
    from loglik.design.stored.arrays import StoredCodes
    from loglik.design.stored.columns import StoredNumbers

    Codes = Indices

MOST_WAYS = 2
_EXACT = 2.0**53


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
        (_, one, n_one), (_, two, n_two) = ways
        both, found = _together(one, two, n_one, n_two)
        return [*ways, (-1.0, both, found)]


def _together(one: Codes, two: Codes, n_one: int, n_two: int) -> tuple[Codes, int]:
    """Number the pairs of groups that occur, and count them: rows are put in order by the second, then by the first."""
    order, _ = ordered(two, n_two)
    order = order[ordered(one[order], n_one)[0]]
    first, second = one[order], two[order]
    begins = np.concatenate([[True], (first[1:] != first[:-1]) | (second[1:] != second[:-1])])
    number = np.cumsum(begins) - 1
    both = np.empty_like(order)
    both[order] = number
    return both, int(number[-1]) + 1


def ordered(codes: Codes, n: int) -> tuple[Codes, Codes]:
    """Rows in the order of their n groups, those of a group as they stand, and where each group ends in it."""
    order, ends = np.empty(codes.size, dtype=np.int64), np.zeros(n, dtype=np.int64)
    order_by_group(codes, ends, order)
    return order, ends


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
    column = source.codes(name) if numbers is None else numbers
    first, count = -1, 0
    for lo, hi in pieces(kept.size):
        bad = kept[lo:hi] & absent(column, lo, hi)
        if bad.any():
            first, count = (first if count else lo + int(bad.argmax())), count + int(bad.sum())
    if count:
        raise DataError("LL234.missing", column=name, source=source.label, row=first + 1, more=count - 1)
    values = column.codes if isinstance(column, Levels) else column
    return groups_of(values, kept)


def _exact_numbers(source: Source, name: str) -> Vector | StoredNumbers | None:
    """A column of numbers, where each is the one of its double; levels take longer to be told apart."""
    if source.kind(name) != "number":
        return None
    numbers: Vector | StoredNumbers = source.numbers([name])[0]
    return numbers if largest(numbers) < _EXACT else None


def groups_of(values: npt.NDArray[Any] | StoredNumbers | StoredCodes, kept: Mask | None = None) -> Codes:
    """Number equal values alike, from 0, of all rows or those that are kept; nothing but the result has an entry for each."""
    n = len(values)
    found = [np.unique(_some(values, kept, lo, hi)) for lo, hi in pieces(n)]
    distinct = np.unique(np.concatenate(found)) if found else np.zeros(0)
    made, at = scratch((n if kept is None else int(kept.sum()),), np.int64), 0
    for lo, hi in pieces(n):
        some = np.searchsorted(distinct, _some(values, kept, lo, hi))
        made[at : at + some.size] = some
        at += some.size
    return made


def _some(values: Any, kept: Mask | None, lo: int, hi: int) -> npt.NDArray[Any]:
    part = np.asarray(values[lo:hi]).reshape(-1)
    return part if kept is None else part[kept[lo:hi]]
