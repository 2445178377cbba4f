"""``loglik explain``: what a code means, and what to do about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from loglik.cli.streams import console, print_json
from loglik.errors import DataError, nearest
from loglik.texts import Language, current, words
from loglik.texts.language import keeping_language

if TYPE_CHECKING:
    from loglik.errors.catalogue import Explanation

SCHEMA = "loglik.explain/1"

# Japanese lines do not begin with these, nor end with an opening bracket.
_NOT_FIRST = "。、）」』】：；？！ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
_NOT_LAST = "（「『【"
_PIPED_WIDTH = 100


def explain(
    code: str | None = None,
    /,
    *,
    lang: Language | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Explain in full what a code such as LL201 means, why it matters, and what to do about it.

    Without a code, list them all.

    Parameters
    ----------
    code
        Code of an error, a warning or a note, in upper or lower case.
    lang
        Language of the text; by default that of the locale, or of LOGLIK_LANG.
    as_json
        Print the loglik.explain/1 document.
    """
    from loglik.errors.catalogue import codes, explanation

    lang = lang or current()
    if code is None:
        return _list([explanation(each, lang) for each in codes()], lang, as_json=as_json)
    wanted = code.strip().upper()
    if wanted not in codes():
        raise DataError("LL100.no_code", code=code, near=nearest(wanted, codes()))
    found = explanation(wanted, lang)
    if as_json:
        _print_json(
            {
                "code": found.code,
                "title": found.title,
                "meaning": found.meaning,
                "what_to_do": found.what_to_do,
                "example": found.example,
            }
        )
        return 0
    _print(found, lang)
    return 0


def _print_json(content: dict[str, object]) -> None:
    print_json({"schema": SCHEMA, **content})


def _list(found: list[Explanation], lang: Language, *, as_json: bool) -> int:
    if as_json:
        _print_json({"codes": [{"code": each.code, "title": each.title} for each in found]})
        return 0

    out = console(markup=False, emoji=False, soft_wrap=True)
    for each in found:
        out.print(f"{each.code}  {each.title}")
    out.print("\n" + keeping_language(words("explain", lang)["next"].format("loglik explain LL201")))
    return 0


def _print(found: Explanation, lang: Language) -> None:
    from rich.text import Text

    out = console(markup=False, emoji=False, soft_wrap=True)
    width = out.width if out.is_terminal else _PIPED_WIDTH
    labels = words("explain", lang)
    out.print(Text(found.code, style="bold").append(f"  {found.title}"))
    for heading, text in (("meaning", found.meaning), ("what_to_do", found.what_to_do)):
        out.print(Text(f"\n{labels[heading]}", style="bold"))
        for line in text.split("\n"):
            out.print("\n".join(wrapped(line, width)))
    if found.example:
        out.print(Text(f"\n{labels['example']}", style="bold"))
        for line in found.example.split("\n"):
            out.print(f"    {line}")
    out.print("\n" + keeping_language(labels["next"].format(found.next_command)))


def wrapped(text: str, width: int) -> list[str]:
    """Break a paragraph into lines of at most `width` cells, between words or between Japanese characters.

    Lines that begin with a space are formulas and stay whole.

    Examples
    --------
    >>> wrapped("one two three", 8)
    ['one two', 'three']
    >>> wrapped("尤度は増加する。", 14)
    ['尤度は増加す', 'る。']
    """
    from rich.cells import cell_len

    if text.startswith(" "):
        return [text]
    lines, line, used = [], "", 0
    for unit in re.findall(
        rf"\s+|[{_NOT_LAST}]*(?:[!-~\u0080-\u02ff\u0370-\u03ff\u2010-\u2027]+|[^\s])[{_NOT_FIRST}]*", text
    ):
        size = cell_len(unit)
        if line and not unit.isspace() and used + size > width:
            lines.append(line.rstrip())
            line, used = "", 0
        if line or not unit.isspace():
            line, used = line + unit, used + size
    return [*lines, line.rstrip()]
