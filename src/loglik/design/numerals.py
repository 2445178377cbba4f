"""Which texts are numbers, in Python and in SQL, and the one spelling of a number that is a level.

A number is an optional sign, ASCII digits with at most one decimal sign, and an exponent; or an infinity, or NaN. Spaces
around it do not count. Digits are grouped only if a sign for that was named, and then in groups of three.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loglik.design.reading import Reading

_BLANKS = " \t\n\r\f\v"
_PLAIN = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?(inf|infinity|nan)", re.IGNORECASE)
# Beyond this exponent a number is written as 1e400 instead of in digits.
_LARGEST = 330


def plain_number(text: str, reading: Reading | None = None) -> str | None:
    """The text of a number as Python and C write it, or None where the text is no number.

    Examples
    --------
    >>> [plain_number(t) for t in ("01", " 1.50 ", "1e5", "0,5", "1_000", "")]
    ['01', '1.50', '1e5', None, None, None]
    >>> from loglik.design.reading import Reading
    >>> comma = Reading(decimal=",", thousands=".")
    >>> [plain_number(t, comma) for t in ("0,5", "1.000,5", "1.5", "1234")]
    ['0.5', '1000.5', None, '1234']
    """
    text = text.strip(_BLANKS)
    if reading is not None:
        marks = reading.thousands_marks
        if any(mark in text for mark in marks):
            if not re.fullmatch(_grouped(reading), text):
                return None
            text = "".join(c for c in text if c not in marks)
        if reading.decimal != ".":
            if "." in text:
                return None
            text = text.replace(reading.decimal, ".")
    return text if _PLAIN.fullmatch(text) else None


def _grouped(reading: Reading) -> str:
    mark, point = "[" + re.escape(reading.thousands_marks) + "]", re.escape(reading.decimal)
    return rf"[+-]?[0-9]{{1,3}}({mark}[0-9]{{3}})+({point}[0-9]*)?([eE][+-]?[0-9]+)?"


def number_sql(x: str, reading: Reading) -> str:
    """SQL for the number in a text column, NULL where the text is no number: `plain_number` in SQL.

    Parameters
    ----------
    x : str
        SQL of the text.
    reading : Reading
        Signs of decimals and thousands.
    """
    return f"try_cast({plain_sql(x, reading)} AS DOUBLE)"


def plain_sql(x: str, reading: Reading) -> str:
    """SQL for `plain_number` but for the grammar, which the cast checks."""
    inner = x
    no = [f"contains({x}, '_')"]  # DuckDB would read 1_000 as 1000
    marks = reading.thousands_marks
    if marks:
        pattern = _literal(f"[{_BLANKS}]*({_grouped(reading)})[{_BLANKS}]*")
        listed = _literal("[" + re.escape(marks) + "]")
        inside = f"regexp_matches(trim({x}, {_literal(_BLANKS)}), {listed})"
        no.append(f"({inside} AND NOT regexp_full_match({x}, {pattern}))")
        inner = f"regexp_replace({inner}, {listed}, '', 'g')"
    if reading.decimal != ".":
        # A point is no decimal sign here; as a sign for thousands it has been taken away before.
        no.append(f"contains({inner}, '.')")
        inner = f"replace({inner}, {_literal(reading.decimal)}, '.')"
    return f"CASE WHEN {' OR '.join(no)} THEN NULL ELSE {inner} END"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def number_spelling(value: Any) -> str | None:
    """The one spelling of a number as a level: its shortest decimal digits; None for NaN, which is missing.

    Whole numbers have no decimal point and every digit, also beyond 2^53; a double is spelled by the fewest digits that
    give it back.

    Parameters
    ----------
    value : int, float, Decimal, NumPy number, or str
        A number, or its text as `plain_number` gives it.

    Examples
    --------
    >>> [number_spelling(v) for v in (1, 1.0, "01", "1.50", 1e3, "-0", 10**18 + 1, "1e-7")]
    ['1', '1', '1', '1.5', '1000', '0', '1000000000000000001', '0.0000001']
    >>> number_spelling(float("nan")) is None
    True
    """
    try:
        number = Decimal(value if isinstance(value, int | str | Decimal) else str(value))
    except InvalidOperation:
        number = Decimal(repr(float(value)))
    if number.is_nan():
        return None
    if number.is_infinite():
        return "inf" if number > 0 else "-inf"
    if number == 0:
        return "0"
    sign, digits, exponent = number.as_tuple()
    while len(digits) > 1 and digits[-1] == 0:
        digits, exponent = digits[:-1], int(exponent) + 1
    number = Decimal((sign, digits, int(exponent)))
    return f"{number:f}" if abs(number.adjusted()) <= _LARGEST else str(number)


def nearest_double(value: Any) -> float:
    """The double nearest to a number; an infinity beyond the largest, for which `float` raises.

    Examples
    --------
    >>> nearest_double(-(10**400)), nearest_double(10**400), nearest_double(3)
    (-inf, inf, 3.0)
    """
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def number_order(level: str) -> Decimal | None:
    """What a level is sorted by if it is a number: its exact value, with no number for NaN."""
    text = plain_number(level)
    try:
        value = Decimal("nan" if text is None else text)
    except InvalidOperation:  # an exponent of twenty digits
        return None
    return None if value.is_nan() else value


def all_numbers(levels: Iterable[str]) -> bool:
    """Whether every level is the text of a number."""
    return all(number_order(level) is not None for level in levels)
