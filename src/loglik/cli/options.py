"""Options that hold lists of names: ``a,b``, with quotes around names that contain a comma."""

from __future__ import annotations

import csv

from loglik.errors import DataError


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
            raise DataError("LL118", f'{flag}: "{item}" is not COLUMN=LEVEL', "Write it as --base carrier=UA.")
        out[column.strip()] = level.strip()
    return out
