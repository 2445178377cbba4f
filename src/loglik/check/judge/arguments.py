r"""``\arg\max_x f(x) = \arg\min_x g(x)``: f is to be large where g is small, in the same order."""

from __future__ import annotations

import re
from itertools import combinations, islice
from typing import TYPE_CHECKING, NamedTuple

from loglik.check.judge.expansion import levels
from loglik.check.judge.moving import moved_with, values_moving
from loglik.check.judge.opaque import Opaque
from loglik.check.judge.solutions import before
from loglik.check.model import reread
from loglik.check.result import Finding, said
from loglik.derive.expressions import Expr, free_symbols

if TYPE_CHECKING:
    from loglik.check.judge.surroundings import Surroundings
    from loglik.check.statement import Statement

_GROUP = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
_SET = (
    r"operatorname\*?|operatornamewithlimits|mathop|mathrm|mathit|mathsf|mathbf|text|textrm|textbf|rm|bf|displaystyle"
)
_ARG = re.compile(
    rf"^(?:[\s{{}}&]|\\(?:{_SET}|,|;|!|:)|\\underset\s*(?P<under>{_GROUP}))*\\?arg"
    rf"(?:[\s{{}}~-]|\\(?:,|;|!|:|\s|rm|mathrm|limits|operatorname))*\\?(?P<which>max|min)"
    rf"(?:[\s{{}}]|\\(?:no)?limits)*(?:_\s*(?P<below>{_GROUP}|\\?[a-zA-Z]+))?"
)
_NAME = re.compile(
    r"^[\s{]*((?:\\(?:mathbf|boldsymbol|vec|bm|hat|mathrm)\s*\{?\s*)?\\?[a-zA-Z]+\s*\}?(?:_\w|_\{\w+\})?)"
)
_PLACES, _DRAWS = 4, 6


class _Extreme(NamedTuple):
    which: str
    over: str
    body: str


def unlike_order(statement: Statement, index: int, around: Surroundings) -> tuple[Finding, str] | None:
    """What shows that two arguments of extremes are not one, with the source that mends it, if max for min does."""
    first, second = (_extreme(statement.terms[i].tex) for i in (index, index + 1))
    if first is None or second is None or statement.relations[index].sign != "=" or statement.context.denied:
        return None
    over = first.over or second.over
    new = reread(statement, f"{first.body} = {second.body} = {over}")
    if not over or new is None or not new.readings or len(new.terms) != 3:
        return None
    left, right, variable = new.readings[0].terms
    if left is None or right is None or variable is None:
        return None
    same = _orders(left, right, {s.name for s in free_symbols(variable)}, statement, around)
    if first.which != second.which:
        same = {not each for each in same}
    if False not in same:
        return None
    mended = f"{statement.terms[index].tex} = {_turned(statement.terms[index + 1].tex)}" if True not in same else ""
    return Finding("suspicious", said("unlike-order")), mended


def _extreme(tex: str) -> _Extreme | None:
    found = _ARG.match(tex)
    if found is None:
        return None
    below = (found["below"] or found["under"] or "").removeprefix("{").removesuffix("}")
    name = _NAME.match(below)
    return _Extreme(found["which"], "" if name is None else name[1], tex[found.end() :].strip().rstrip(" ,.;&\\\n"))


def _turned(tex: str) -> str:
    which = _ARG.match(tex)
    if which is None:
        return tex
    start, end = which.span("which")
    return tex[:start] + {"max": "min", "min": "max"}[tex[start:end]] + tex[end:]


def _orders(left: Expr, right: Expr, moving: set[str], statement: Statement, around: Surroundings) -> set[bool]:
    """Whether of two places the one where the left side is larger is that where the right side is: of some pairs."""
    way = levels(left, right, [each for each in before(statement, around) if each.name not in moving])[-1]
    opaque = Opaque()
    own, other = opaque(way.left), opaque(way.right)
    move = moved_with(opaque, moving)
    at = [{s.name for s in free_symbols(e)} & move for e in (own, other)]
    if opaque.generic or not at[0] or at[0] != at[1]:
        return set()  # what is left out, or stands for something else, may be constant
    found: set[bool] = set()
    for values in islice(values_moving(own, other, move, _PLACES), _DRAWS):
        for (a, b), (c, d) in combinations(values, 2):
            one, two = a - c, b - d
            if not one.contains(0) and not two.contains(0):
                found.add(bool(one > 0) == bool(two > 0))
    return found
