"""All rules, by id."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from loglik.derive.rules.reader import read
from loglik.errors import DataError

if TYPE_CHECKING:
    from loglik.derive.rules.model import Rule


def library(folder: Path = Path(__file__).parent) -> dict[str, Rule]:
    """The rules of all text files of a folder, in their order; formulas are parsed when they are first used."""
    rules: dict[str, Rule] = {}
    for path in sorted(folder.glob("*.txt")):
        for each in read(path.read_text(encoding="utf-8")):
            if rules.setdefault(each.id, each) is not each:
                raise DataError("LL188.rules_alike", name=each.id)
    return rules


RULES = library()
