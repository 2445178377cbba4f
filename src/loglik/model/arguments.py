"""Checks of what a caller gives: each argument is refused by its name, with what it may be (LL118)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.errors import DataError
from loglik.fit.descent.methods import offered

if TYPE_CHECKING:
    from collections.abc import Callable

_BETWEEN = (lambda v: 0.0 < v < 1.0, "a number between 0 and 1, such as 0.95")
_NUMBERS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "alpha": (lambda v: v >= 0.0, "a finite number >= 0"),
    "conf_level": _BETWEEN,
    "level": _BETWEEN,  # as the command line calls it
    "tol": (lambda v: 0.0 < v <= 1e-3, "a small positive number, at most 1e-3, such as 1e-8"),
    "learning_rate": (lambda v: v > 0.0, "a positive number"),
}
_COUNTS = {"max_iter": 1, "threads": 1, "min_count": 0}
_OPTIONAL = {"learning_rate", "max_iter", "threads"}
_CHOICES = {
    "weight_kind": ("frequency", "sampling"),
    "missing": ("drop", "error"),
    "separation": ("warn", "raise"),
}


def checked_numbers(**given: Any) -> dict[str, Any]:
    """Options as Python's own numbers, whatever type they came in; those that are no numbers or out of range are refused."""
    return {
        name: None
        if value is None and name in _OPTIONAL
        else _count(name, value, _COUNTS[name])
        if name in _COUNTS
        else _real(name, value)
        for name, value in given.items()
    }


def _real(name: str, value: Any) -> float:
    try:
        number = float(value) if type(value) is not bool and isinstance(value, Real) else math.nan
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise DataError("LL118", f"{name} = {value!r} is not a finite number", "Give a number.")
    fine, wanted = _NUMBERS[name]
    if not fine(number):
        raise DataError("LL118", f"{name} = {value} is out of range", f"It must be {wanted}.")
    return number


def _count(name: str, value: Any, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise DataError("LL118", f"{name} = {value!r} is not a whole number", "Give a whole number.")
    if value < least:
        raise DataError("LL118", f"{name} = {value} is out of range", f"It must be a whole number >= {least}.")
    return int(value)


def check_choices(**given: Any) -> None:
    """Refuse values that an option does not have."""
    for name, value in given.items():
        choices = ("auto", *offered()) if name == "solver" else _CHOICES[name]
        if not isinstance(value, str) or value not in choices:
            raise DataError("LL118", f"{name} = {value!r} is not known", f"Choose one of {', '.join(choices)}.")


def check_switches(**given: Any) -> None:
    """Refuse what is neither True nor False."""
    for name, value in given.items():
        if not isinstance(value, bool | np.bool_):
            raise DataError("LL118", f"{name} = {value!r} is neither True nor False", "Give True or False.")


def check_reference_levels(given: Any) -> None:
    """Refuse reference levels that are not given by column."""
    if given is not None and not isinstance(given, Mapping):
        raise DataError(
            "LL118",
            f"reference_levels = {given!r} is no mapping",
            'Write it as reference_levels={"carrier": "UA"}.',
        )
