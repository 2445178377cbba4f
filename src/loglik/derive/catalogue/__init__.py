"""The catalogue: one derivation a file, in the text format, as it would stand on paper."""

from __future__ import annotations

import re
from functools import cache
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from loglik.errors import DataError, nearest

if TYPE_CHECKING:
    from loglik.derive.model import Derivation

FOLDER = Path(__file__).parent

_NUMBERS = re.compile(r"\[([0-9]+)\.([0-9]+)")


def names() -> tuple[str, ...]:
    """Names of all derivations, each after those it uses."""
    return tuple(_texts(FOLDER))


@cache
def _texts(folder: Path) -> dict[str, str]:
    """Texts by name, in the order of the formulas that they derive (docs/formulas.md); the others after them."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))}
    return dict(sorted(texts.items(), key=lambda each: _first_formula(each[1])))


def _first_formula(text: str) -> tuple[float, ...]:
    found = _NUMBERS.search(text.partition("\n")[0])
    return tuple(map(int, found.groups())) if found else (inf,)


def derivation(name: str) -> Derivation:
    """The derivation as data.

    Raises
    ------
    DataError
        LL163: there is none of this name.
    """
    return _derivation(text(name))


@cache
def _derivation(written: str) -> Derivation:
    from loglik.derive.text.reader import read

    (found,) = read(written)
    return found.derivation


def text(name: str) -> str:
    """The derivation as it is written, in the text format.

    Raises
    ------
    DataError
        LL163: there is none of this name.
    """
    texts = _texts(FOLDER)
    if name not in texts:
        raise DataError("LL163.derivation", name=name, near=nearest(name, texts))
    return texts[name]


def title(name: str, lang: str = "en") -> str:
    """What a derivation is called; its formulas are not read for that."""
    from loglik.derive.text.lines import statements

    return next(each.body.text for each in statements(text(name)) if each.kind == lang)


def uses(name: str) -> tuple[str, ...]:
    """Derivations whose results a derivation uses."""
    return used_in(derivation(name))


def used_in(found: Derivation) -> tuple[str, ...]:
    """Derivations of the catalogue whose results any derivation uses."""
    from loglik.derive.rules import RULES

    used = {RULES[step.rule].derivation for part in found.parts for step in part.steps if step.rule in RULES}
    return tuple(each for each in names() if each in used and each != found.name)


def used_by(name: str) -> tuple[str, ...]:
    """Later derivations that use a derivation's results."""
    return tuple(each for each in names() if name in uses(each))
