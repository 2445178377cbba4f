"""Names as labels: short, on one line, and as wide as the reader's browser will set them."""

from __future__ import annotations

import re
from unicodedata import east_asian_width

# Signs that no page may contain, and those that turn the direction of what follows them.
_NO_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def short(name: str, most: int) -> str:
    """A name with its middle left out where it is long, and without signs that would break a line or turn its direction.

    Parameters
    ----------
    name : str
        Any name.
    most : int
        Most characters.

    Examples
    --------
    >>> short("sepal_length", 32)
    'sepal_length'
    >>> short("a very long name of a column", 12)
    'a very…olumn'
    """
    if len(name) > most:
        half = (most - 1) // 2
        name = f"{name[: most - 1 - half]}…{name[-half:]}"
    return _TURNING.sub("", _NO_TEXT.sub("\ufffd", name))


def wide(text: str) -> int:
    """How many characters take a whole em, which the font that labels are measured in does not have.

    Examples
    --------
    >>> wide("切片 b")
    2
    """
    return sum(east_asian_width(c) in "WF" for c in text)
