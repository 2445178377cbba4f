"""From the values of a column to a categorical feature: rare levels, unused ones, the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loglik.design.features import RARE, CategoricalFeature
from loglik.design.levels import named_level
from loglik.design.lookalikes import numeric_look
from loglik.errors import DataError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loglik.design.levels import Codes
    from loglik.design.source import Source

# A column with more levels than this, and than half the rows, identifies rows: no coefficient can be learnt from it.
_MANY_LEVELS = 50


def pool_rare_levels(values: Codes, min_count: int) -> tuple[Codes, bool]:
    """Merge the levels with fewer rows than `min_count`, and as many more as it takes to have that many rows.

    Returns the codes, and whether anything was merged.
    """
    counts = values.counts()
    rare = (counts < min_count) & (counts > 0)
    if not rare.any():
        return values, False
    rare |= np.array([level == RARE for level in values.levels])
    for i in np.argsort(counts, kind="stable"):
        if counts[rare].sum() >= min_count:
            break
        rare[i] |= counts[i] > 0
    kept = [level for level, is_rare in zip(values.levels, rare, strict=True) if not is_rare]
    position = np.where(rare, len(kept), np.cumsum(~rare) - 1).astype(np.int32)
    return values.recoded(position, (*kept, RARE)), True


def refuse_levels_of_numbers(label: str, numeric: Sequence[str], reference_levels: Mapping[str, str]) -> None:
    """Refuse a reference level of a column of numbers (LL112), which would have no effect."""
    column = next((c for c in numeric if c in reference_levels), None)
    if column is not None:
        raise DataError("LL112.level_of_number", column=column, source=label, level=reference_levels[column])


def categorical_feature(
    source: Source, column: str, values: Codes, n: int, reference_levels: Mapping[str, str], *, pooled: bool = False
) -> tuple[CategoricalFeature, Codes]:
    """Drop unused levels and choose the reference: the most frequent level, unless one is chosen."""
    label, kind = source.label, source.level_kind(column)
    counts = values.counts()
    if values.size != counts.sum():
        msg = "rows with missing values are left out before"
        raise ValueError(msg)
    used = np.flatnonzero(counts)
    if used.size > _MANY_LEVELS and used.size > n / 2:
        look = numeric_look(values, untyped=source.untyped) if kind == "text" else None
        raise DataError(
            "LL125.many_levels",
            column=column,
            source=label,
            levels=used.size,
            n=n,
            remedy=look.remedy if look else "",
        )
    if used.size < counts.size:
        new = np.full(counts.size, -1, dtype=np.int32)
        new[used] = np.arange(used.size)
        values = values.recoded(new, tuple(values.levels[i] for i in used))
    levels = tuple(values.levels)
    reference = int(np.argmax(counts[used]))
    if column in reference_levels:
        wanted = named_level(reference_levels[column], levels, kind)
        if wanted not in levels:
            raise DataError(
                "LL112.level", level=wanted, column=column, source=label, near=nearest(wanted, levels), levels=levels
            )
        reference = levels.index(wanted)
    return CategoricalFeature(column, levels, reference, pooled, kind), values
