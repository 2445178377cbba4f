"""What is noticed about columns on the way in, and said though it is no error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loglik.design.lookalikes import Look, numeric_look
from loglik.design.stored.columns import StoredNumbers
from loglik.errors import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loglik.array_types import Vector
    from loglik.design.levels import Codes
    from loglik.design.source import Rounded, Source

EXACT = 2.0**53
"""Up to here every whole number is a double."""


def look_findings(source: Source, columns: Mapping[str, Codes]) -> list[Finding]:
    """Say which columns of text look like numbers written another way."""
    found = []
    for column, values in columns.items():
        if source.level_kind(column) == "text" and (look := numeric_look(values, untyped=source.untyped)) is not None:
            found.append(
                Finding(
                    "LL165.look",
                    columns=(column,),
                    column=column,
                    source=source.label,
                    levels=len(values.levels),
                    example=look.example,
                    remedy=look.remedy,
                )
            )
    return found


def look_of(source: Source, column: str) -> Look | None:
    """How a column that is not numeric looks like numbers written another way, if it does."""
    kind = source.kind(column)
    if kind not in {"category", "mixed"} or source.level_kind(column) != "text":
        return None
    look = numeric_look(source.codes(column), untyped=source.untyped)
    # Of numbers with a few words among them, the numbers need no remedy.
    return None if kind == "mixed" and look is not None and look.plain else look


def largest(values: Vector | StoredNumbers) -> float:
    """Largest size of the numbers that are not missing."""
    if isinstance(values, StoredNumbers):
        return np.inf if values.stats.infinite else values.stats.largest
    with np.errstate(invalid="ignore"):
        return float(np.fmax.reduce(np.abs(values), initial=0.0))


def rounding_findings(source: Source, numbers: Mapping[str, Vector | StoredNumbers]) -> list[Finding]:
    """Say which columns hold whole numbers that a double does not."""
    found = []
    for column, values in numbers.items():
        if not largest(values) >= EXACT:
            continue
        lost = source.rounded(column)
        if lost is not None:
            found.append(rounding_finding(column, source.label, lost))
    return found


def rounding_finding(column: str, label: str, lost: Rounded) -> Finding:
    """The finding that whole numbers lose digits."""
    return Finding("LL166.rounded", columns=(column,), column=column, source=label, n=lost.n, example=lost.example)
