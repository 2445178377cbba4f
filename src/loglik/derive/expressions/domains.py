"""What is known of a symbol: the set its values come from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from loglik.errors import DataError

Kind = Literal[
    "real",
    "nonzero",
    "positive",
    "nonnegative",
    "base",  # positive and not 1: what a logarithm can be taken to
    "probability",  # strictly between 0 and 1
    "unit",  # 0 and 1 included: a soft label
    "label",  # 0 or 1, nothing between
    "simplex",  # a family of positive numbers that sum to 1 over its range
    "distribution",  # the same with zeros allowed: soft or one-hot labels
    "onehot",  # a family of zeros with a single 1
    "integer",
    "size",  # a whole number, 2 or more: of classes, of samples
    "index",  # a whole number within its range
]

#: Sets of whole numbers; of families, sets whose elements are whole.
WHOLE = frozenset({"integer", "size", "index", "label", "onehot"})
_WITH_RANGE = {"simplex", "distribution", "onehot", "index"}


@dataclass(frozen=True)
class Range:
    """Whole numbers from `lower` to ``size + offset``, both included.

    Parameters
    ----------
    lower : int
        First value.
    size : str
        Name of the symbol that the last value depends on.
    offset : int
        0 in ``1..K``, -1 in ``0..M-1``.
    """

    lower: int
    size: str
    offset: int = 0


@dataclass(frozen=True)
class Domain:
    """A set of values, and for families and indices the range they run over."""

    kind: Kind
    range: Range | None = None


REAL = Domain("real")


def domain(text: str) -> Domain:
    """Read a domain such as ``positive``, ``simplex 1..K`` or ``index 0..M-1``.

    Examples
    --------
    >>> domain("base").kind
    'base'
    >>> domain("index 0..M-1").range
    Range(lower=0, size='M', offset=-1)
    """
    found = re.fullmatch(r"(\w+)(?: (\d+)\.\.([A-Za-z]\w*)(-1)?)?", text)
    if found is None or found[1] not in get_args(Kind) or (found[1] in _WITH_RANGE) != (found[2] is not None):
        raise DataError("LL161.domain", text=text, known=get_args(Kind))
    if found[2] is None:
        return Domain(found[1])  # type: ignore[arg-type]  # the membership was tested above
    return Domain(found[1], Range(int(found[2]), found[3], -1 if found[4] else 0))  # type: ignore[arg-type]
