"""Names as they are written: Greek letters, hats, and what stands after an underscore as an index."""

from __future__ import annotations

import re

from loglik.derive.syntax.characters import SPELLED

__all__ = ["FUNCTIONS", "HATTED", "SPELLED", "split_name"]

#: Letters with a hat, and what is below it.
HATTED = {"ŷ": "y"}
#: Functions of one letter, by their names in formulas.
FUNCTIONS = {"sigmoid": "sigma"}


def split_name(name: str) -> tuple[str, str]:
    """The letter and what is written below it.

    Examples
    --------
    >>> split_name("w_new"), split_name("L0"), split_name("yp")
    (('w', 'new'), ('L', '0'), ('yp', ''))
    """
    letter, _, below = name.partition("_")
    if below:
        return letter, below
    digits = re.fullmatch(r"([A-Za-z]+)(\d+)", name)
    return (digits[1], digits[2]) if digits else (name, "")
