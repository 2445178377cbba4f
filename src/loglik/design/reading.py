"""How the text of a CSV file is read: fixed at the fit, kept in the model file, and used again at prediction."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

MISSING_WORDS = ("", "NA", "N/A", "NaN", "nan", "NULL", "null")
"""Values of text files that mean a missing value, unless others are named. An empty field always does."""

_SPACES = " \u00a0\u2009\u202f"  # space, no-break space, thin space, narrow no-break space: all group digits


@dataclass(frozen=True)
class Reading:
    """Options of reading text files; files that carry types of their own (Parquet, databases) do not need them.

    Parameters
    ----------
    delimiter : str or None
        Between the fields; by default what the header line shows.
    decimal : str
        Between the whole part and the fraction of a number: ``.`` or ``,``.
    thousands : str or None
        Between groups of three digits, if any.
    encoding : str
        Encoding of the text, by Python's name for it.
    missing_words : tuple of str
        Fields that mean a missing value.
    """

    delimiter: str | None = None
    decimal: str = "."
    thousands: str | None = None
    encoding: str = "utf-8"
    missing_words: tuple[str, ...] = MISSING_WORDS

    @property
    def thousands_marks(self) -> str:
        """All characters that group digits; every kind of space does if one does."""
        if not self.thousands:
            return ""
        return _SPACES if self.thousands in _SPACES else self.thousands


def reading_of(
    base: Reading | None = None,
    *,
    delimiter: str | None = None,
    decimal: str | None = None,
    thousands: str | None = None,
    encoding: str | None = None,
    missing_words: Sequence[str] | None = None,
) -> Reading:
    """Check reading options and put those given in the place of those of `base`.

    Raises
    ------
    DataError
        LL118 an option out of range.
    """
    made = base or Reading()
    options = {"delimiter": delimiter, "decimal": decimal, "thousands": thousands, "encoding": encoding}
    odd = next((name for name, value in options.items() if value is not None and not isinstance(value, str)), None)
    if odd is not None:
        raise DataError("LL118.no_text", name=odd, value=options[odd])
    given: dict[str, Any] = {}
    if delimiter is not None:
        given["delimiter"] = {"\\t": "\t", "tab": "\t"}.get(delimiter, delimiter)
    if decimal is not None:
        given["decimal"] = decimal
    if thousands is not None:
        given["thousands"] = thousands or None
    if encoding is not None:
        given["encoding"] = encoding
    if missing_words is not None:
        words: Any = [missing_words] if isinstance(missing_words, str) else missing_words
        if not isinstance(words, list | tuple | set) or not all(isinstance(word, str) for word in words):
            raise DataError("LL118.missing_words", missing_words=missing_words)
        given["missing_words"] = tuple(dict.fromkeys(["", *words]))
    made = replace(made, **given)
    _refuse(made)
    return made


def _refuse(reading: Reading) -> None:
    if reading.delimiter is not None and (len(reading.delimiter) != 1 or reading.delimiter in '"\n\r\0'):
        raise DataError("LL118.delimiter", delimiter=reading.delimiter)
    if reading.decimal not in {".", ","}:
        raise DataError("LL118.decimal", decimal=reading.decimal)
    marks = reading.thousands
    if marks is not None and (len(marks) != 1 or marks in '"\n\r\0+-' or marks.isalnum() or marks == reading.decimal):
        raise DataError("LL118.thousands", thousands=marks, decimal=reading.decimal)  # fmt: skip
    try:
        codecs.lookup(reading.encoding)
        "".encode(reading.encoding)
    except (LookupError, TypeError, ValueError) as error:
        raise DataError("LL118.encoding", encoding=reading.encoding) from error  # fmt: skip
