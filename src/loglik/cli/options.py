"""Options that hold lists of names: ``a,b``, with quotes around names that contain a comma."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from loglik.errors import DataError

if TYPE_CHECKING:
    from loglik.design.reading import Reading


def names(option: str | None) -> list[str] | None:
    """Split a list of names.

    Examples
    --------
    >>> names('a,"b, c"')
    ['a', 'b, c']
    >>> names(None) is None
    True
    """
    if option is None:
        return None
    return [name.strip() for name in next(csv.reader([option], skipinitialspace=True), []) if name.strip()]


def pairs(option: str | None, flag: str) -> dict[str, str]:
    """Split ``column=level`` pairs.

    Examples
    --------
    >>> pairs("carrier=UA,origin=JFK", "--base")
    {'carrier': 'UA', 'origin': 'JFK'}
    """
    out = {}
    for item in names(option) or []:
        column, sign, level = item.partition("=")
        if not sign:
            raise DataError("LL118.base_level", flag=flag, item=item)
        out[column.strip()] = level.strip()
    return out


def reading(
    base: Reading | None, delimiter: str | None, decimal: str | None, thousands: str | None, encoding: str | None,
    missing_words: str | None,
) -> Reading:  # fmt: skip
    """Reading options: those given, in the place of those of `base`."""
    from loglik.design.reading import reading_of

    words = None if missing_words is None else names(missing_words)
    return reading_of(
        base, delimiter=delimiter, decimal=decimal, thousands=thousands, encoding=encoding, missing_words=words
    )


def free_name(wanted: str, *taken: str) -> str:
    """A name for an output file that is none of the files that are read.

    Examples
    --------
    >>> free_name("predictions.csv", "data.csv"), free_name("predictions.csv", "./predictions.csv")
    ('predictions.csv', 'predictions-2.csv')
    """
    from pathlib import Path

    used = {Path(name).resolve() for name in taken}
    stem, ending, n = Path(wanted).stem, Path(wanted).suffix, 1
    while Path(wanted).resolve() in used:
        n += 1
        wanted = f"{stem}-{n}{ending}"
    return wanted
