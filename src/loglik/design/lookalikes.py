"""Texts that look like numbers written another way: 0,5 or 1,000 or 30% or $5. They would be levels without a word."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loglik.design.numerals import plain_number
from loglik.design.reading import Reading
from loglik.texts import Phrase

if TYPE_CHECKING:
    from loglik.design.levels import Codes

# Columns of which this share of the rows looks so are meant as numbers.
_NEARLY_ALL = 0.9
_GROUP = "[ \u00a0\u2009\u202f'\u2019_]"
_SIGNS = "\u2212\u2010\u2013"  # minus, hyphen, en dash

_DECIMAL_COMMA, _COMMA_GROUPS, _POINT_GROUPS, _SPACE_GROUPS = (
    Reading(decimal=","), Reading(thousands=","), Reading(decimal=",", thousands="."), Reading(thousands=" "),
)  # fmt: skip


@dataclass(frozen=True)
class Look:
    """What a column's texts look like.

    Parameters
    ----------
    example : str
        One of them.
    remedy : str
        What to do.
    plain : bool
        Whether they are plain numbers, in a column that is text all the same.
    """

    example: str
    remedy: str
    plain: bool = False


def numeric_look(values: Codes, *, untyped: bool) -> Look | None:
    """How nearly all texts of a column look like numbers, or None.

    Parameters
    ----------
    values : Codes
        The column.
    untyped : bool
        Whether it is text of a file without types, so that reading options help.
    """
    look = _look(values)
    if look is None or untyped or "--" not in look.remedy:
        return look
    return Look(look.example, Phrase("remedy_text"))


def _look(values: Codes) -> Look | None:
    counts = values.counts()
    words = (1.0 - _NEARLY_ALL) * int(counts.sum())  # this many rows may hold something else
    found: dict[str, tuple[str, int]] = {}
    for level, count in zip(values.levels, counts.tolist(), strict=True):
        way = _way(level) if count else "number"
        if way is None:
            words -= count
            if words < 0:
                return None
        elif way != "number":
            example, so_far = found.get(way, (level, 0))
            found[way] = example, so_far + count
    if not found:
        return None
    if set(found) == {"comma_or_groups"}:
        example, _ = found["comma_or_groups"]
        point, none = example.replace(",", "."), example.replace(",", "")
        return Look(example, Phrase("remedy_both", point=point, none=none))
    # Plain numbers stand beside those written another way, which are what there is to mend.
    telling = found.keys() - {"comma_or_groups", "text"} or found.keys()
    way = max(telling, key=lambda w: found[w][1])
    return Look(found[way][0], Phrase(f"remedy_{way}"), plain=way == "text")


def _way(text: str) -> str | None:
    """Which way a text is a number, if any."""
    if plain_number(text) == text:
        return "text" if re.search(r"[.eE]", text) and not text.lower().endswith(("inf", "e")) else "number"
    if re.fullmatch(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}", text):
        return "comma_or_groups"
    for way, reading in (("comma", _DECIMAL_COMMA), ("groups", _COMMA_GROUPS), ("point_groups", _POINT_GROUPS),
                         ("space_groups", _SPACE_GROUPS)):  # fmt: skip
        if plain_number(text, reading) is not None:
            return "spaces" if text.strip() != text and plain_number(text) else way
    if text.strip() != text and plain_number(text.strip()):  # spaces that ASCII does not have
        return "spaces"
    if plain_number(re.sub(f"(?<=[0-9]){_GROUP}(?=[0-9]{{3}})", "", text)):
        return "space_groups"
    bare = re.sub(r"[%\u2030\s]|\bEUR\b|\bUSD\b|\bJPY\b", "", text)
    bare = "".join(c for c in bare if unicodedata.category(c) != "Sc")
    bare = re.sub(r"^\((.*)\)$|^(.*[0-9])-$", r"\1\2", bare)
    if bare != text and _way(bare):
        return "unit"
    folded = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    folded = re.sub(f"[{_SIGNS}]", "-", unicodedata.normalize("NFKC", folded)).replace("\u066b", ".")
    return "digits" if folded != text and plain_number(folded) else None
