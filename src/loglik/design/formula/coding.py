"""Which cells of a term have a coefficient of their own: full rank without one-hot columns.

The *support* of a cell is the set of its factors that are not at their reference level. A term spans the supports of all
subsets of its categorical factors; a cell is free where no earlier term with the same numeric part spans its support.
(The rule of R's `model.matrix`, said in cells: Chambers and Hastie, Statistical Models in S, 1992, section 2.4.1.)
"""

from __future__ import annotations

from itertools import chain, combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Support = frozenset[str]


def free_supports(terms: Sequence[tuple[Sequence[str], Sequence[str]]], *, intercept: bool) -> list[frozenset[Support]]:
    """Supports of the cells that are free, for each term.

    Parameters
    ----------
    terms : sequence of (categorical factors, numeric factors)
        In the order in which they enter.
    intercept : bool
        Whether the model has one, which spans the empty support.
    """
    spanned: dict[frozenset[str], set[Support]] = {frozenset(): {frozenset()} if intercept else set()}
    found = []
    for categorical, numeric in terms:
        known = spanned.setdefault(frozenset(numeric), set())
        own = {frozenset(s) for s in _subsets(categorical)}
        found.append(frozenset(own - known))
        known |= own
    return found


def _subsets(factors: Sequence[str]) -> Iterable[tuple[str, ...]]:
    return chain.from_iterable(combinations(factors, size) for size in range(len(factors) + 1))
