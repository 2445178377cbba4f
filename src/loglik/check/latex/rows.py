"""Rows of a formula: arranged by environments, joined where one goes on, without numbers and comments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from loglik.check.latex.relations import CLOSE, JOINING, OPEN, RELATIONS, depths_of, is_relation
from loglik.check.latex.tokens import Token
from loglik.check.latex.wrappers import systems_as_rows, unwrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FLAT_TEXT = """
equation align aligned alignat alignedat gather gathered split eqnarray multline multlined flalign array subequations
math displaymath dmath empheq darray tabular CD displayquote IEEEeqnarray xalignat xxalignat numcases
"""
_FLAT = frozenset(_FLAT_TEXT.split())


_TABLES = frozenset({"array", "darray", "tabular"})
#: Environments with a place or a specification of columns behind their name.
_SPECIFIED = dict.fromkeys(_TABLES | {"IEEEeqnarray", "empheq"}, "[{")
_SPECIFIED |= dict.fromkeys(("alignat", "xalignat", "xxalignat", "numcases"), "{")
_SPECIFIED |= dict.fromkeys(("aligned", "gathered", "multlined"), "[") | {"alignedat": "[{"}
#: Environments of one formula.
_ALONE = frozenset({"equation", "subequations", "math", "displaymath", "dmath", "empheq", "displayquote"})


def _columns_of(name: str, specification: Sequence[Token]) -> str:
    """What stands in the columns of an environment: pairs that are aligned, cells, cells with lines between them."""
    if name in {"eqnarray", "IEEEeqnarray"}:
        return "one"
    if name not in _TABLES:
        return "pairs"
    return "ruled" if any(t.is_("|") or t.text == "|" for t in specification) else "cells"


def rows_of(tokens: Sequence[Token]) -> list[list[Token]]:
    """The rows of a formula, joined where one goes on from another, without enumerators and comments."""
    return [_without_enumerators(row) for row in _joined(_rows(_flat(systems_as_rows(unwrapped(tokens)))))]


def _flat(tokens: list[Token]) -> list[Token]:
    """Without environments that only arrange rows; tokens within others are kept, their rows and columns hidden."""
    out: list[Token] = []
    kept: list[str] = []  # environments that are open and mean something
    level = at = 0
    arranged = 0  # environments that are open and have rows
    braces = [t.is_("{") - t.is_("}") for t in tokens]
    within = list(accumulate(braces)) if sum(braces) == 0 else [0] * len(tokens)
    kind = "pairs"
    while at < len(tokens):
        token = tokens[at]
        if token.is_("begin", "end") and at + 1 < len(tokens) and tokens[at + 1].is_("{"):
            stop = at + 2
            while stop < len(tokens) - 1 and not tokens[stop].is_("}"):
                stop += 1
            name = "".join(t.text for t in tokens[at + 2 : stop]).rstrip("*")
            after = stop + 1
            if token.text == "begin" and (marks := _SPECIFIED.get(name)):
                after = _specification(tokens, after, marks)
            # An array within rows is a matrix, whatever stands before it.
            matrix = token.text == "begin" and name in _TABLES and arranged > 0
            if name in _FLAT and not kept and not matrix and level <= 0:
                arranged += (1 if token.text == "begin" else -1) * (name not in _ALONE)
                kind = _columns_of(name, tokens[stop + 1 : after]) if token.text == "begin" else "pairs"
                if token.text == "end" and out and out[-1].kind != "row" and name not in {"split", "aligned", "array"}:
                    out.append(Token("row", "", token.start, token.start))
                at = after
                continue
            place = Token("environment", name, token.start, tokens[stop].end, token.spaced)
            if token.text == "begin":
                kept.append(name)
                out.append(place)
            elif kept:
                kept.pop()
                if not kept:
                    out.append(Token("environment-end", name, token.start, tokens[stop].end))
            at = after
            continue
        if (kept and (token.kind == "row" or token.is_("&"))) or (token.kind == "row" and within[at] > 0):
            token = Token("inner", token.text, token.start, token.end)
        elif token.is_("&"):
            token = Token("column", kind, token.start, token.end)
        level += token.is_(*OPEN) - token.is_(*CLOSE) if not kept else 0
        out.append(token)
        at += 1
    return out


def _specification(tokens: Sequence[Token], at: int, marks: str) -> int:
    """Behind ``{lcl}``, ``[t]``."""
    for opening, closing in (("[", "]"), ("{", "}")):
        short = opening == "{" or (
            at + 2 < len(tokens) and tokens[at + 2].is_("]") and tokens[at + 1].text in {"t", "b", "c"}
        )
        if opening in marks and at < len(tokens) and tokens[at].is_(opening) and (short or "{" in marks):
            level = 1
            while at < len(tokens) - 1 and level:  # {r@{}l}
                at += 1
                level += tokens[at].is_(opening) - tokens[at].is_(closing)
            at += 1
    return at


@dataclass(frozen=True, slots=True)
class _Cell:
    """What stands in one row, in the columns of one formula.

    Parameters
    ----------
    tokens : list of Token
        Not empty.
    columns : range
        Those that it takes.
    alone : bool
        Whether it goes on from no row above.
    signed : bool
        Whether it begins with a sign, and has a relation: it goes on only from what has none yet, as in multline, or from
        rows that are aligned.
    aligned : bool
        Whether rows are aligned at a relation that begins one of its columns.
    """

    tokens: list[Token]
    columns: range = range(1)
    alone: bool = False
    signed: bool = False
    aligned: bool = False


def _rows(tokens: Sequence[Token]) -> list[_Cell]:
    rows: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == "row":
            rows.append([])
        elif token.kind not in {"end", "tag"}:
            rows[-1].append(token)
            if token.is_("}") and len(rows[-1]) > 1 and rows[-1][-2].is_("{"):
                del rows[-1][-2:]  # {} keeps signs apart and says nothing
    cells = [cell for row in rows for cell in _cells(row)]
    return cells if len(rows) == 1 else [replace(cell, tokens=_without_number(cell.tokens)) for cell in cells]


def _cells(row: Sequence[Token]) -> Iterator[_Cell]:
    """The formulas that stand side by side in a row."""
    columns: list[list[Token]] = [[]]
    kind = next((t.text for t in row if t.kind == "column"), "")
    for token in row:
        if token.kind == "column":
            columns.append([])
        else:
            columns[-1].append(token)
    found: list[list[Token]] = []
    starts: list[int] = []
    for at, column in enumerate(columns):
        if not column and (kind != "pairs" or at % 2):
            continue
        if not found or _begins_formula(found[-1], columns, at, kind):
            found.append([])
            starts.append(at)
        elif column and not found[-1]:  # the columns before it are empty
            starts[-1] = at - at % 2 if kind == "pairs" else at
        found[-1] += column
    for start, stop, cell in zip(starts, [*starts[1:], len(columns)], found, strict=False):
        if cell:
            written = [t for t in cell if t.kind != "gap"][:1]
            beside = columns[start + 1][:1] if start + 1 < stop and columns[start] else []
            first = start % 2 == 0 and any(map(is_relation, beside)) and not any(map(is_relation, written))
            signed = any(t.is_("+", "-") for t in written) and any(map(is_relation, cell))
            of_table = kind == "cells" and len(found) >= _CELLS and any(map(is_relation, written))
            own = first or of_table or (signed and kind == "cells")
            aligned = any(is_relation(t) for column in columns[start:stop] for t in column[:1])
            yield _Cell(cell, range(start, stop), own or kind == "ruled", signed, aligned)


def _begins_formula(before: Sequence[Token], columns: Sequence[Sequence[Token]], at: int, kind: str) -> bool:
    """Whether another formula begins in a column: none where a relation or an operator stands at its edge."""
    column = [t for t in columns[at] if t.kind != "gap"]
    if kind == "ruled" or [t.text for t in column[:3:2]] == ["(", ")"]:  # a column that counts the rows
        return True
    written = [t for t in before if t.kind != "gap"]
    beside = [t for t in columns[at + 1] if t.kind != "gap"] if at + 1 < len(columns) else []
    related = bool(beside) and is_relation(beside[0])
    adds = bool(beside) and beside[0].is_(*JOINING) and not any(map(is_relation, beside))
    if not column and written and (adds or (related and not any(map(is_relation, written)))):
        return False
    if not written or depths_of(before)[-1] > 0 or written[-1].is_(*JOINING) or is_relation(written[-1]):
        return False
    signed = bool(column) and column[0].is_("+", "-")
    if kind == "cells" and signed and any(map(is_relation, column)):
        return True
    if kind == "pairs" and at % 2 == 0 and signed and any(map(is_relation, written)):
        return related
    if kind == "cells" and len(column) > 1 and column[0].is_(*_BOUNDS) and _goes_on_as_table(columns[at + 1 :]):
        return True
    if column and (column[0].is_(*JOINING) or is_relation(column[0])):
        return False
    return (kind == "pairs" and at % 2 == 0) or kind == "cells"


def _goes_on_as_table(columns: Sequence[Sequence[Token]]) -> bool:
    r"""Whether a cell stands behind that begins with no sign and no words: ``4 & \geq 5 & 7``."""
    starts = [next((t for t in column if t.kind != "gap"), None) for column in columns]
    plain = [t is not None and t.kind != "text" and not (t.is_("(", *JOINING) or is_relation(t)) for t in starts]
    related = [t is not None and is_relation(t) for t in starts]
    return any(cell and not behind for cell, behind in zip(plain, [*related[1:], False], strict=False))


#: What cells of a table begin with that hold a bound.
_BOUNDS = ("<", ">", "le", "ge", "approx", "sim", "ll", "gg")
#: So many cells in a row are those of a table: one that begins with a relation (``\geq 5``) goes on from none.
_CELLS = 3
#: Words that explain a step beside it.
_COMMENTS = ("since", "because", "as ", "using", "by ", "from", "due to", "see", "note", "recall", "apply", "∵", "なぜなら",
             "より", "を用い", "を使", "から", "因为", "由", "利用", "根据")  # fmt: skip


def _commented(row: list[Token]) -> int:
    """Where the words at the end of a row begin that explain it, with the relations within them."""
    depths = depths_of(row)
    for at, token in enumerate(row):
        if not at or depths[at]:
            continue
        words = f"{token.text.lower()} " if token.kind == "text" else ""
        japanese = (
            bool(words) and not words.isascii() and any(word in words for word in _COMMENTS if not word.isascii())
        )
        if token.is_("because") or japanese or (words and words.startswith(tuple(w for w in _COMMENTS if w.isascii()))):
            return at
    return len(row)


def _joined(cells: Sequence[_Cell]) -> list[list[Token]]:
    out: list[list[Token]] = []
    comments: list[list[Token]] = []
    last: dict[int, int] = {}  # where the formula of each column stands
    inner: set[int] = set()  # columns whose rows are aligned at a relation
    for cell in cells:
        at = _commented(cell.tokens)
        row, comment = _without_indent(cell.tokens[:at]), cell.tokens[at:]
        if any(map(is_relation, comment)):
            comments.append(comment)
        if not row:
            continue
        first = row[0]
        place = max((last[column] for column in cell.columns if column in last), default=len(out) - 1)
        words = place > 0 and out[place][0].kind == "text" and not any(map(is_relation, out[place]))
        new = cell.signed and (len(cell.columns) == 1 or cell.aligned or cell.columns[0] not in inner)
        if place < 0 or (
            (cell.alone or (new and any(map(is_relation, out[place])))) and not out[place][-1].is_(*JOINING)
        ):
            goes_on = False
        elif is_relation(first) and words:
            place, goes_on = place - 1, True  # the row between is words
        else:
            goes_on = (
                _goes_on(out[place]) or is_relation(first) or (first.is_(*JOINING) and not _ends_statement(out[place]))
            )
        kept = inner if goes_on else inner - set(cell.columns)
        inner = kept | set(cell.columns if cell.aligned else ())
        if goes_on:
            out[place] = _without_seam(out[place], row)
        else:
            place = len(out)
            out.append(list(row))
        last |= dict.fromkeys(cell.columns, place)
    return out + comments


def _without_seam(before: list[Token], row: list[Token]) -> list[Token]:
    r"""A row and the one that goes on, without a repeated sign, brackets that are not there, and words beside it."""
    while len(before) > 1 and is_relation(row[0]) and before[-1].kind == "text" and before[-2].kind == "gap":
        before = before[:-2]
    if len(row) > 1 and (is_relation(row[0]) or row[0].is_(*JOINING)) and before[-1].is_(row[0].text):
        row = row[1:]
    while is_relation(row[0]) and len(before) > 1 and before[-1].is_(",", ";", "."):
        before = before[:-1]
    opening = next((i for i, token in enumerate(row) if token.kind != "gap"), 0)
    if row[opening].kind == before[-1].kind == "nothing":
        before, row = before[:-1], row[opening + 1 :]
    return [*before, *row]


def _without_indent(row: list[Token]) -> list[Token]:
    r"""A row that goes on with an operator or a relation without the space before it: ``&\quad + b``."""
    at = next((i for i, token in enumerate(row) if token.kind != "gap"), 0)
    return row[at:] if row[at].is_(*JOINING) or is_relation(row[at]) else row


def _goes_on(row: Sequence[Token]) -> bool:
    """Whether a bracket is open at the end of a row, or an operator or relation stands there."""
    level = sum(t.is_(*OPEN) - t.is_(*CLOSE) for t in row)
    return level > 0 or row[-1].is_(*JOINING) or is_relation(row[-1])


def _ends_statement(row: Sequence[Token]) -> bool:
    return row[-1].is_(",", ";", ".") or row[-1].kind == "text"


def _without_number(row: list[Token]) -> list[Token]:
    """Without ``(3)`` at the end, where it numbers the equation."""
    number, before = row[-3:], row[:-3]
    if len(number) < 3 or not before or not (number[0].is_("(") and number[2].is_(")")):
        return row
    if number[1].kind not in {"number", "letter"} or before[-1].is_(*JOINING, *RELATIONS):
        return row
    dotted = number[1].kind == "number" and before[-1].is_("dots")
    wide = before[-1].kind in {"gap", "text"} or before[-1].is_("dots", ",", ".", ";")
    if not (number[0].spaced or before[-1].kind == "gap" or dotted) or not (wide or number[1].kind == "number"):
        return row
    while before and (before[-1].is_("dots", ".", ",", ";") or before[-1].kind == "gap"):
        before.pop()
    return before


def _without_enumerators(row: list[Token]) -> list[Token]:
    """Without ``(3)`` at either end, and without the full stop."""
    row = list(row)
    while row and (row[-1].is_(".", ",", ";", "dots", ":") or row[-1].kind == "gap"):
        if (
            row[-1].is_("dots")
            and len(row) > 1
            and not row[-2].spaced
            and row[-2].is_("+", "-", ",", "cdot", "times", *RELATIONS)
        ):
            break
        if row[-1].is_("dots") and not (len(row) > 1 and row[-2].is_("dots")):
            break
        row.pop()
    row = _without_number(row)
    while (
        row
        and row[-1].is_("dots")
        and any(is_relation(t) for t in row)
        and row[-1].spaced
        and not (len(row) > 1 and row[-2].is_("+", "-", ",", "cdot", "times", "*", *RELATIONS))
    ):
        row.pop()
    if (
        len(row) > 3
        and row[0].is_("(")
        and row[1].kind == "number"
        and row[2].is_(")")
        and (row[3].spaced or row[3].kind == "gap")
    ):
        row = row[4:] if row[3].kind == "gap" else row[3:]
    return row
