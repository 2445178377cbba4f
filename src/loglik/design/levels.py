"""Levels: what a column with levels holds, how a value is spelled as a level, and the order of levels.

The kind is fixed at the fit. Text is compared as it is written; a number and a boolean have one spelling each (``1.5``,
``True``), from whatever source they come.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from loglik.design.numerals import all_numbers, number_order, number_spelling, plain_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from loglik.design.reading import Reading

LevelKind = Literal["text", "number", "boolean", "mixed"]
"""What the values of a column with levels are; ``"mixed"``: numbers, booleans and texts, each spelled by its own kind."""

Held = LevelKind | Literal["untyped"]
"""What a source says its values are; ``"untyped"``: text of a file without types, which may be meant as any of them."""

_BOOLEANS = {"true": "True", "false": "False"}


@dataclass(frozen=True)
class Codes:
    """A column as the positions of its values among its levels; -1 where the value is missing.

    Parameters
    ----------
    codes : ndarray of int32, shape (n,)
        Positions.
    levels : tuple of str
        Sorted: numbers by value, false before true, text by code point.
    """

    codes: npt.NDArray[np.int32]
    levels: tuple[str, ...]

    @property
    def size(self) -> int:
        """Number of rows n."""
        return int(self.codes.size)

    @property
    def n_missing(self) -> int:
        """Rows without a level."""
        return int((self.codes < 0).sum())

    def absent(self, lo: int, hi: int) -> npt.NDArray[np.bool_]:
        """Which of the rows lo..hi have no level."""
        return self.codes[lo:hi] < 0

    def counts(self) -> npt.NDArray[np.int64]:
        """How many rows have each level."""
        from loglik.kernels.rows.products import count_codes

        found = np.zeros(len(self.levels) + 1, dtype=np.int64)  # the last for the code -1
        count_codes(self.codes, found)
        return found[:-1]

    def recoded(self, table: npt.NDArray[np.integer[Any]], levels: Sequence[str]) -> Codes:
        """The same rows with other codes, ``table[code]``; what is missing stays so."""
        return Codes(np.append(table.astype(np.int32), np.int32(-1))[self.codes], tuple(levels))

    def taken(self, used: npt.NDArray[Any]) -> Codes:
        """Some of the rows."""
        return Codes(self.codes[used], self.levels)

    def whole(self) -> npt.NDArray[np.int32]:
        """The codes, one for each row."""
        return self.codes


def fits(held: Held, wanted: LevelKind) -> bool:
    """Whether values of one kind can be levels of another without a guess how they would have been written.

    A text may spell a number; but the number 1 may have been the text ``01``, ``1`` or ``1.0``.
    """
    return held == wanted or held in {"untyped", "text"} or wanted == "mixed"


def spelled(value: Any, held: Held, wanted: LevelKind, reading: Reading | None = None) -> str | None:
    """The level that a value is, None where it is missing.

    Parameters
    ----------
    value : object
        A value, or the text of a number or boolean.
    held : str
        What the source says it is; ``"mixed"``: what its type says.
    wanted : str
        Kind of the levels.
    reading : Reading, optional
        How untyped text spells numbers.

    Examples
    --------
    >>> [spelled("01", "untyped", kind) for kind in ("text", "number", "mixed")]
    ['01', '1', '01']
    >>> [spelled(v, "mixed", "mixed") for v in (1.0, True, "01")]
    ['1', 'True', '01']
    >>> spelled("TRUE", "untyped", "boolean")
    'True'
    """
    if held == "mixed":
        held = kind_of_value(value)
    if held == "boolean":
        return _BOOLEANS[str(value).lower()]
    if held == "number":
        return number_spelling(value)
    text = str(value)
    if wanted == "number":
        plain = plain_number(text, reading if held == "untyped" else None)
        return text if plain is None else number_spelling(plain)
    if wanted == "boolean":
        return _BOOLEANS.get(text.lower(), text)
    return text


def kind_of_value(value: object) -> LevelKind:
    """What the type of a value says it is."""
    if isinstance(value, bool | np.bool_):
        return "boolean"
    return "number" if isinstance(value, int | float | Decimal | np.integer | np.floating) else "text"


def level_text(value: object) -> str:
    """Spell a value that a caller names, such as a reference level.

    Examples
    --------
    >>> [level_text(v) for v in (1, 1.0, "1.0", True, "a b")]
    ['1', '1', '1.0', 'True', 'a b']
    """
    if isinstance(value, str):
        return value
    try:
        return spelled(value, "mixed", "mixed") or str(value)
    except (TypeError, ValueError):
        return str(value)


def named_level(name: str, levels: Sequence[str], kind: LevelKind) -> str:
    """The level that a caller means by a name: the name itself if there is such a level, else its spelling.

    Examples
    --------
    >>> named_level("true", ("False", "True"), "boolean"), named_level("01", ("1", "2"), "number")
    ('True', '1')
    """
    return name if name in levels or kind not in {"number", "boolean"} else spelled(name, "text", kind) or name


def sort_levels(levels: Iterable[str]) -> tuple[str, ...]:
    """Sort numbers by their exact value if all are numbers, text otherwise.

    Examples
    --------
    >>> sort_levels({"10", "9", "-1"})
    ('-1', '9', '10')
    >>> sort_levels({"b", "a", "10"})
    ('10', 'a', 'b')
    """
    levels = set(levels)
    if all_numbers(levels):
        return tuple(sorted(levels, key=lambda t: (number_order(t), t)))
    return tuple(sorted(levels))


def codes_of(place: npt.NDArray[np.integer[Any]], names: Sequence[str | None]) -> Codes:
    """Codes of a column from the place of each row's value among distinct values, and the level that each of these is.

    Parameters
    ----------
    place : ndarray of int, shape (n,)
        Places; -1 where the value is missing.
    names : sequence of str or None
        Level of each distinct value, None for one that means missing; several may be one level, and some may occur in
        no row.
    """
    from loglik.kernels.rows.products import count_codes, look_up

    counts = np.zeros(len(names) + 1, dtype=np.int64)  # the last for the place -1
    count_codes(place, counts)
    code, levels = places_of([name if n else None for name, n in zip(names, counts.tolist(), strict=False)])
    out = np.empty(place.size, dtype=np.int32)
    look_up(place, code, out)
    return Codes(out, levels)


def places_of(names: Sequence[str | None]) -> tuple[npt.NDArray[np.int32], tuple[str, ...]]:
    """Sorted levels, and the position of each name among them; -1 for those that are None, and once more at the end."""
    levels = sort_levels({name for name in names if name is not None})
    position = {level: i for i, level in enumerate(levels)}
    return np.array([*(-1 if name is None else position[name] for name in names), -1], dtype=np.int32), levels
