"""Which columns a model reads, and as what: numbers, levels, or what they hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from loglik.design.formula.terms import name_of
from loglik.design.formula.transforms import columns_in
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loglik.design.formula.grammar import Formula
    from loglik.design.formula.terms import Terms


@dataclass(frozen=True)
class Parts:
    """Columns of a model.

    Parameters
    ----------
    either : list of str
        Those whose kind says whether they are numbers or levels.
    numbers, levels : list of str
        Those that must be numbers, and those that are taken as levels.
    reference_levels : mapping of str to str
        Reference levels that the formula chooses.
    """

    either: list[str]
    numbers: list[str] = field(default_factory=list)
    levels: list[str] = field(default_factory=list)
    reference_levels: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """All of them, each once."""
        return list(dict.fromkeys([*self.either, *self.numbers, *self.levels]))


def parts_of(terms: Terms) -> Parts:
    """Columns of a formula.

    Raises
    ------
    DataError
        LL250 levels of what is no column; LL258 two reference levels of one.
    """
    either, levels = [], []
    numbers = [c for offset in terms.offsets for c in columns_in(offset)]
    reference_levels: dict[str, str] = {}
    for tree in terms.factors.values():
        if tree[0] == "col":
            either.append(tree[1])
        elif tree[0] == "C":
            if tree[1][0] != "col":
                raise DataError("LL250.levels")
            levels.append(tree[1][1])
            if len(tree) > 2:
                column, level = tree[1][1], tree[2]["ref"]
                if reference_levels.setdefault(column, level) != level:
                    raise DataError("LL258.references", column=column, levels=[reference_levels[column], level])
        else:
            numbers += columns_in(tree)
    return Parts(
        list(dict.fromkeys(either)), list(dict.fromkeys(numbers)), list(dict.fromkeys(levels)), reference_levels
    )


def target_of(formula: Formula, given: str | None) -> str:
    """The target's column: the formula's left side, or the one that is given beside a formula without one.

    Raises
    ------
    DataError
        LL257 there is none, there are two, or it is no column.
    """
    if not formula.left:
        if given is None:
            raise DataError("LL257.none", formula=formula.text)
        return given
    if given is not None:
        raise DataError("LL257.two", formula=formula.text, target=given)
    if formula.counted:
        return target_name(formula)
    if formula.left[0][0] != "col":
        raise DataError("LL257.no_column", formula=formula.text)
    return str(formula.left[0][1])


def target_name(formula: Formula) -> str:
    """Name of a target of counts, as the formula writes it."""
    first, second = (name_of(tree) for tree in formula.left)
    return f"cbind({first}, {second})" if formula.counted == "failures" else f"{first} | {second}"


def count_columns(formula: Formula | None) -> list[str]:
    """Columns that a target of counts reads; none for other targets."""
    if formula is None or not formula.counted:
        return []
    return list(dict.fromkeys(c for tree in formula.left for c in columns_in(tree)))
