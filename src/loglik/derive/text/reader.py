"""The text format, read: ``docs/derivation-format.md`` describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.derive.rules import RULES
from loglik.derive.text.lines import Passage, Statement, refused, statements
from loglik.derive.text.one import Written, one
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

__all__ = ["MAX_DERIVATIONS", "MAX_STEPS", "Written", "read"]

MAX_STEPS = 2_000
MAX_DERIVATIONS = 200


def read(text: str, name: str = "derivation", rules: Collection[str] = RULES) -> tuple[Written, ...]:
    """Read all derivations of a text.

    Parameters
    ----------
    text : str
        In the text format.
    name : str
        What a derivation is called that begins without a name.
    rules : collection of str
        The rules that steps may name, beside the derivations of the text.

    Raises
    ------
    DataError
        With line and column: LL160, LL161 and LL162 for formulas, LL163 for an unknown rule, LL185 for anything else
        that cannot be read, LL187 for characters and LL188 for names that are taken for others.
    """
    found: list[Written] = []
    groups = list(_groups(statements(text), name))
    if not groups:
        raise refused("LL185.empty", (1, 1))
    if len(groups) > MAX_DERIVATIONS:
        raise DataError("LL162.derivations", n=len(groups), most=MAX_DERIVATIONS)
    known = {*rules, *(head.body.text.split()[0] for head, _ in groups if head.body.text)}
    steps = 0
    for head, body in groups:
        written = one(head, body, known)
        if written.lemma and written.derivation.name in RULES:
            raise refused("LL188.name_of_a_rule", written.place, name=written.derivation.name)
        steps += written.derivation.steps
        if steps > MAX_STEPS:
            raise refused("LL162.steps", written.place, most=MAX_STEPS)
        if any(each.derivation.name == written.derivation.name for each in found):
            raise refused("LL188.derivations_alike", written.place, name=written.derivation.name)
        found.append(written)
    return tuple(found)


def _groups(all_of: Iterable[Statement], name: str) -> Iterator[tuple[Statement, list[Statement]]]:
    """Each header with the statements below it; before the first one a name is made up."""
    head: Statement | None = None
    body: list[Statement] = []
    for each in all_of:
        if each.kind == "header":
            if head is not None:
                yield head, body
            head, body = each, []
        else:
            head = head or Statement("header", "", Passage(name, ((0, *each.place),)))
            body.append(each)
    if head is not None:
        yield head, body
