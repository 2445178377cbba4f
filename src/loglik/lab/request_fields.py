"""What a request asks for, field by field: of the right kind and size, or refused with the name of the field."""

from __future__ import annotations

import math
from typing import Any

from loglik.errors import DataError
from loglik.texts import Phrase

Body = dict[str, Any]


def whole(body: Body, name: str, low: int, high: int) -> int:
    """A whole number between two bounds."""
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value // 1:
        raise DataError("LL422.kind", field=name, kind=Phrase("asked_whole"))
    if not low <= value <= high:
        raise DataError("LL422.bounds", field=name, low=low, high=high)
    return int(value)


def real(body: Body, name: str, low: float, high: float) -> float:
    """A number between two bounds."""
    return _real(body.get(name), name, low, high)


def reals(body: Body, name: str, low: float, high: float, *, length: tuple[int, int]) -> list[float]:
    """A list of numbers between two bounds, with a least and a largest length."""
    return [_real(each, name, low, high) for each in listed(body.get(name), name, length)]


def text(body: Body, name: str, most: int = 10_000) -> str:
    """A text."""
    value = body.get(name)
    if not isinstance(value, str):
        raise DataError("LL422.kind", field=name, kind=Phrase("asked_text"))
    if len(value) > most:
        raise DataError("LL422.length", field=name, most=most)
    return value


def texts(body: Body, name: str, most: int = 1_000) -> list[str]:
    """A list of texts."""
    return [text({name: each}, name) for each in listed(body.get(name), name, (0, most))]


def listed(value: Any, name: str, length: tuple[int, int]) -> list[Any]:
    """A list of some length."""
    if not isinstance(value, list):
        raise DataError("LL422.kind", field=name, kind=Phrase("asked_list"))
    if not length[0] <= len(value) <= length[1]:
        raise DataError("LL422.entries", field=name, low=length[0], high=length[1])
    return value


def _real(value: Any, name: str, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise DataError("LL422.kind", field=name, kind=Phrase("asked_number"))
    if not low <= value <= high:
        raise DataError("LL422.bounds", field=name, low=low, high=high)
    return float(value)
