"""Standard input, which may be closed or unreadable."""

from __future__ import annotations

import sys

from loglik.errors import DataError
from loglik.texts import Phrase


def standard_input(most: int = -1) -> bytes:
    """All of standard input.

    Parameters
    ----------
    most : int
        Bytes to read at most; -1 is all.

    Raises
    ------
    DataError
        LL101 where it is closed or cannot be read.
    """
    try:
        return sys.stdin.buffer.read(most)
    except (OSError, ValueError, AttributeError) as error:  # AttributeError: the interpreter found it closed
        why = getattr(error, "strerror", None) or Phrase("closed")
        raise DataError("LL101.standard_input", why=why) from error
