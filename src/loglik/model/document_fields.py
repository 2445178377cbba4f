"""Fields of a JSON document, each checked: what is missing, of another type or at odds is named."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class WrongDocumentError(ValueError):
    """What is wrong, and where in the document."""


def is_double(value: Any) -> bool:
    """Whether a value is a number that a double holds; JSON allows whole numbers of any size."""
    return isinstance(value, float) or (
        isinstance(value, int) and not isinstance(value, bool) and abs(value) < _TOO_LARGE
    )


_TOO_LARGE = 1 << 1023
# What JSON may hold for a field, by its annotation; others are checked where they are made.
_TYPES: dict[str, Callable[[Any], bool]] = {
    "str": lambda v: isinstance(v, str),
    "str | None": lambda v: v is None or isinstance(v, str),
    "bool": lambda v: isinstance(v, bool),
    "int": lambda v: isinstance(v, int) and not isinstance(v, bool) and v >= 0,
    "int | None": lambda v: v is None or (isinstance(v, int) and not isinstance(v, bool)),
    "float": is_double,
    "float | None": lambda v: v is None or is_double(v),
    "dict[str, int]": lambda v: isinstance(v, dict) and all(isinstance(n, int) for n in v.values()),
    "dict[str, str]": lambda v: isinstance(v, dict) and all(isinstance(n, str) for n in v.values()),
    "WeightKind": lambda v: v in ("frequency", "sampling"),
}

_DOUBLES = (_TYPES["float"], _TYPES["float | None"])


def record(kind: type[T], document: Any, where: str) -> T:
    """A dataclass from a document that has its fields, each of the type that its annotation says."""
    assert is_dataclass(kind)  # noqa: S101
    is_a(document, dict, where)
    given = {}
    for field in fields(kind):
        if field.name not in document:
            continue  # one that later versions have added has a default
        value = document[field.name]
        if isinstance(value, list):
            value = tuple(value)
        check = _TYPES.get(str(field.type))
        must(check is None or check(value), f"{where}.{field.name} is {str(value)[:40]}")
        if check in _DOUBLES and value is not None:
            value = float(value)
        given[field.name] = value
    try:
        return kind(**given)
    except TypeError as error:
        raise WrongDocumentError(f"{where}: {error}") from error


def must(holds: bool, message: str) -> None:  # noqa: FBT001
    """Refuse a document in which something does not hold."""
    if not holds:
        raise WrongDocumentError(message)


def is_a(value: Any, kind: type, where: str) -> Any:
    """A value of a type."""
    must(isinstance(value, kind), f"{where} is not a {kind.__name__}")
    return value


def get(document: dict[str, Any], key: str, kind: type) -> Any:
    """A field of a type."""
    must(key in document, f"{key} is missing")
    return is_a(document[key], kind, key)


def text(document: dict[str, Any], key: str) -> str:
    """A field that is a text."""
    return str(get(document, key, str))


def texts(document: dict[str, Any], key: str, *, at_least: int = 0) -> tuple[str, ...]:
    """A field that is a list of texts, none twice."""
    found = get(document, key, list)
    must(all(isinstance(t, str) for t in found), f"{key} has something else than texts")
    must(len(set(found)) == len(found) >= at_least, f"{key} has one twice, or too few")
    return tuple(found)


def numbers(row: Any, where: str, width: int) -> list[float]:
    """A list of so many finite numbers."""
    is_a(row, list, where)
    must(len(row) == width, f"{where}: {len(row)} numbers for {width} terms")
    fine = all(is_double(v) and math.isfinite(v) for v in row)
    must(fine, f"{where}: not all are finite numbers")
    return [float(v) for v in row]
