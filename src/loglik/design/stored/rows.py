"""Rows on disk that another process can open: a small object that travels, and what it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.rows import Rows

if TYPE_CHECKING:
    from loglik.array_types import Labels, Matrix, Vector
    from loglik.design.matrix import Design


@dataclass(frozen=True, eq=False)
class StoredRows:
    """Rows of a fit that are mapped from files; pickled it holds the files' names, and not the rows.

    Parameters
    ----------
    design : Design
        Predictors, stored in chunks.
    label, weight, offset : ndarray
        As of `Rows`.
    """

    design: Design
    label: Labels
    weight: Vector
    offset: Matrix | None

    @property
    def n_rows(self) -> int:
        """Number of rows n."""
        return self.design.n_rows

    def rows(self) -> Rows:
        """The rows."""
        return Rows(self.design, self.label, self.weight, self.offset)

    def __reduce__(self) -> Any:
        return _opened, (self.design, *(_sent(x) for x in (self.label, self.weight, self.offset)))


def _sent(x: Any) -> Any:
    file = getattr(getattr(x, "base", None), "filename", None)
    return x if file is None else (str(file), str(x.dtype), x.shape)


def _opened(design: Design, *parts: Any) -> StoredRows:
    made: list[Any] = [np.memmap(x[0], x[1], "r", shape=x[2]) if isinstance(x, tuple) else x for x in parts]
    return StoredRows(design, *made)
