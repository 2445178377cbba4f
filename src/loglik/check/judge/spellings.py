"""Numbers as they are written elsewhere: thousands points, decimal commas, mixed numbers, ratios (`spellings.toml`)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from loglik.check.judge.kinds import numbers_only
from loglik.check.judge.mending import holds_as_written
from loglik.check.judge.values import rounded
from loglik.check.model import reread
from loglik.derive.expressions import free_symbols

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loglik.check.statement import Statement
    from loglik.derive.expressions import Domain, Expr


def other_spelling(statement: Statement, index: int, sides: Sequence[Expr], told: Mapping[str, Domain]) -> str:
    """The source of a relation as it may be meant, where it holds so; empty if there is none."""
    tex = [term.tex for term in statement.terms[index : index + 2]]
    numbers = all(s.name.startswith("unit") for side in sides for s in free_symbols(side))
    found, replaced = _spellings()
    for pattern in found if numbers else ():
        if where := next((each[0] for side in tex if (each := pattern.search(side))), ""):
            return where
    span, whole = statement.span, statement.formula.tex
    for source in (whole[span.start : span.end], whole):
        for spelling in replaced:
            new = spelling.of(source) if numbers or spelling.letters else source
            if new != source and _holds(reread(statement, new), told, near=spelling.rounded):
                return new
    return ""


def _holds(statement: Statement | None, told: Mapping[str, Domain], *, near: bool) -> bool:
    """Whether all of a chain holds, or is near enough, but for what names are set equal to."""
    if statement is None or not statement.readings:
        return False
    terms = statement.readings[0].terms
    every = range(len(terms) - 1)
    links = [i for i in every if not any(e is None or free_symbols(e) for e in terms[i : i + 2])]
    return all(_is_so(statement, i, told, near=near) for i in links or every)


def _is_so(statement: Statement, index: int, told: Mapping[str, Domain], *, near: bool) -> bool:
    left, right = statement.readings[0].terms[index : index + 2]
    if left is None or right is None:
        return False
    tex = "".join(term.tex for term in statement.terms)
    return (near and numbers_only(left, right) and rounded(left, right, tex)) or holds_as_written(
        statement, index, told
    )


@dataclass(frozen=True, slots=True)
class _Spelling:
    """Replacements in the source, as an entry of the file has them."""

    replace: tuple[tuple[re.Pattern[str], str], ...]
    letters: bool = False
    rounded: bool = False

    def of(self, source: str) -> str:
        """The source with all of them."""
        for pattern, new in self.replace:
            source = pattern.sub(new, source)
        return source


@cache
def _spellings() -> tuple[list[re.Pattern[str]], list[_Spelling]]:
    text = files("loglik.check.judge").joinpath("spellings.toml").read_text(encoding="utf-8")
    entries = tomllib.loads(text).values()
    found = [re.compile(each["found"]) for each in entries if "found" in each]
    replaced = [
        _Spelling(**{**each, "replace": tuple((re.compile(a), b) for a, b in each["replace"])})
        for each in entries
        if "replace" in each
    ]
    return found, replaced
