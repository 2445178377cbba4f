"""Small edits of a formula's source, as slips are made: a sign, an index, a bracket, a function, a factor.

They work on the document's own source, so that what is suggested is in its own notation.
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(r"\\[a-zA-Z]+\*?|\\.|\d+(?:\.\d+)?|\s+|.", re.DOTALL)
_OPEN, _CLOSE = {"(": ")", "[": "]", "{": "}", r"\{": r"\}"}, {")", "]", "}", r"\}"}
_LOGS = (r"\log", r"\ln")
_EXCHANGED = {
    r"\sin": (r"\cos",),
    r"\cos": (r"\sin",),
    r"\sum": (r"\prod",),
    r"\prod": (r"\sum",),
    r"\max": (r"\min",),
    r"\min": (r"\max",),
}
_ORDERS = {
    r"\leq": r"\geq", r"\geq": r"\leq", r"\le": r"\ge", r"\ge": r"\le", "<": ">", ">": "<",
    r"\leqslant": r"\geqslant", r"\geqslant": r"\leqslant", "≤": "≥", "≥": "≤",
}  # fmt: skip


_TRANSPOSE = re.compile(r"\s*(?:T|\\top|\\intercal|\\mathsf\s*\{?T\}?|\\mathrm\s*\{T\})\s*")

Tokens = tuple[str, ...]


def tokens(tex: str) -> Tokens:
    r"""The source in commands, numbers, characters and spaces; joined they give it back.

    Examples
    --------
    >>> tokens(r"\log x_{12}")
    ('\\log', ' ', 'x', '_', '{', '12', '}')
    """
    return tuple(each[0] for each in _TOKEN.finditer(tex))


def paired(tex: str) -> bool:
    r"""Whether all brackets have their counterparts; ``\left.`` and half-open intervals do.

    Examples
    --------
    >>> paired(r"f(x_{(1)}]"), paired(r"a \in (0, 1]"), paired("f((x)")
    (False, True, False)
    """
    plain = re.sub(r"\\(left|right|[bB]igg?[lr]?)\s*(\\[{}]|\\[a-zA-Z]+|.)", _sized, tex)
    return _balanced(tokens(re.sub(r"[(\[][^()\[\]]*,[^()\[\]]*[)\]]", "", plain)))


def _sized(found: re.Match[str]) -> str:
    return found[2] if found[2] in {*_OPEN, *_CLOSE} else ""


def turned(sign: str) -> str:
    """The relation the other way round, as it is written; empty for one that has no direction."""
    return _ORDERS.get(sign.strip(), "")


def edits(tex: str, beside: str) -> Iterator[str]:
    """The term with one small edit, the likeliest first.

    Parameters
    ----------
    tex : str
        Source of the term.
    beside : str
        Source of the term on the other side: names and factors that are missing may come from there.
    """
    own = tokens(tex)
    seen = {tex}
    for move in (
        _whole_sign,
        _signs,
        _indices,
        _by_one,
        _exchanged,
        _brackets,
        _swapped,
        _logs,
        _terms_left_out,
        _mixed_term,
        _numbers,
        _left_out,
        _powers,
        lambda t: _operators(t, tokens(beside)),
        lambda t: _factors(t, tokens(beside)),
        _means,
        lambda t: _letters(t, tokens(beside)),
        lambda t: _names(t, tokens(beside)),
    ):
        for new in move(own):
            text = "".join(new)
            if text not in seen:
                seen.add(text)
                yield text


def exchanges(tex: str, beside: str) -> Iterator[str]:  # noqa: ARG001
    """The term with two indices exchanged, below one name or everywhere, or a transpose less.

    Nothing comes from the other side.
    """
    own = tokens(tex)
    letters = dict.fromkeys(x for a, b in _below(own) if "=" not in own[a:b] for x in own[a:b] if _LETTER.fullmatch(x))
    summed = {x for a, b in _below(own) if "=" in own[a:b] for x in own[a:b]}
    for one, other in combinations([x for x in letters if x not in summed], 2):
        turn, inside = {one: other, other: one}, {i for a, b in _below(own) for i in range(a, b)}
        yield "".join(turn.get(x, x) if i in inside else x for i, x in enumerate(own))
    for a, b in _below(own):
        inner = [i for i in range(a, b) if own[i] in letters]
        if len(inner) == 2 and "=" not in own[a:b]:
            i, j = inner
            yield "".join((*own[:i], own[j], *own[i + 1 : j], own[i], *own[j + 1 :]))
    for i, each in enumerate(own[:-1]):
        if each == "^" and (end := _group_end(own, i + 1)) and _TRANSPOSE.fullmatch("".join(_bare(own[i + 1 : end]))):
            yield "".join((*own[:i], " ", *own[end:]))


def _whole_sign(t: Tokens) -> Iterator[Tokens]:
    for i, each in enumerate(t):
        if each == "-" and ("".join(t[:i]).strip()[-1:] in {"", "(", "[", "{", "&", "="}):  # a sign, no difference
            yield (*t[:i], *t[i + 1 :])
    yield ("-", *t)
    yield ("-", "(", *t, ")")
    start = next((i for i, each in enumerate(t) if each.strip()), 0)
    if t[start : start + 1] == ("-",):
        yield ("1", *t)


def _signs(t: Tokens) -> Iterator[Tokens]:
    places = [i for i, each in enumerate(t) if each in {"+", "-"}]
    for i in places:
        yield (*t[:i], "-" if t[i] == "+" else "+", *t[i + 1 :])
    for i in places:
        if not "".join(t[i + 1 :]).lstrip()[:1].isdigit():  # 2 + 3 is no 23
            yield (*t[:i], *t[i + 1 :])
    for i, each in enumerate(t):
        if each in _OPEN or each == "=":
            yield (*t[: i + 1], "-", *t[i + 1 :])
        if each in {r"\sum", r"\frac", r"\log", r"\ln", r"\exp"}:
            yield (*t[:i], "-", *t[i:])
    for i, each in enumerate(t):  # two products beside each other were a sum
        if each in {"(", r"\frac"} and i and "".join(t[:i]).strip()[-1:] in {")", "}"}:
            yield (*t[:i], "+", *t[i:])
            yield (*t[:i], "-", *t[i:])


def _below(t: Tokens) -> list[tuple[int, int]]:
    """Where indices stand: start and end of what follows each ``_``."""
    found = []
    for i, each in enumerate(t[:-1]):
        if each == "_":
            end = _group_end(t, i + 1)
            found.append((i + 1, end))
    return found


def _group_end(t: Tokens, start: int) -> int:
    """The end of the group, or of the one token, that begins at `start`."""
    if start >= len(t) or t[start] not in _OPEN:
        return min(start + 1, len(t))
    depth, closing = 0, _OPEN[t[start]]
    for i in range(start, len(t)):
        depth += (t[i] == t[start]) - (t[i] == closing)
        if not depth:
            return i + 1
    return len(t)


def _indices(t: Tokens) -> Iterator[Tokens]:
    places = _below(t)
    letters = list(
        dict.fromkeys(x for a, b in places for x in t[a:b] if re.fullmatch(r"[a-zA-Z]|\\[a-z]+", x) and x != r"\text")
    )
    # Bounds of sums name their index: ``\sum_{j=1}``.
    for a, b in places:
        inner = [i for i in range(a, b) if t[i] in letters]
        if "=" in t[a:b]:
            continue
        if len(inner) == 2:
            i, j = inner
            yield (*t[:i], t[j], *t[i + 1 : j], t[i], *t[j + 1 :])
        for i in inner:
            for other in letters:
                if other != t[i]:
                    yield (*t[:i], other, *t[i + 1 :])


def _by_one(t: Tokens) -> Iterator[Tokens]:
    """An index that is one too large or too small."""
    for a, b in _below(t):
        inner = "".join(_bare(t[a:b]))
        if shifted := re.fullmatch(r"\s*([a-zA-Z])\s*[-+]\s*1\s*", inner):
            yield (*t[:a], shifted[1], *t[b:])
        elif re.fullmatch(r"[a-zA-Z]", inner) and not "".join(t[:a]).rstrip("_ ").endswith(
            ("\\sum", "\\prod", "\\limits")
        ):
            yield from ((*t[:a], "{", inner, sign, "1", "}", *t[b:]) for sign in "-+")


def _operators(t: Tokens, other: Tokens) -> Iterator[Tokens]:
    """A derivative that is taken on the other side alone."""
    for operator in dict.fromkeys(found[0] for found in _DIFFERENTIATE.finditer("".join(other))):
        made = (*tokens(operator), " ")
        yield (*made, *t)
        yield (*made, "(", *t, ")")
        for i, each in enumerate(t):
            if each in {r"\log", r"\ln", r"\sum", "("}:
                yield (*t[:i], *made, *t[i:])


_DIFFERENTIATE = re.compile(
    r"\\nabla(?:\s*_\s*(?:\{[^{}]*\}|\\[a-zA-Z]+|[a-zA-Z]))?|"
    r"\\[dt]?frac\s*\{\s*(?P<d>\\partial|d|\\mathrm\{d\})\s*\}\s*\{\s*(?P=d)[^{}]*(?:\{[^{}]*\})?[^{}]*\}"
)


def _exchanged(t: Tokens) -> Iterator[Tokens]:
    for i, each in enumerate(t):
        for other in _EXCHANGED.get(each, ()):
            yield (*t[:i], other, *t[i + 1 :])


def _logs(t: Tokens) -> Iterator[Tokens]:
    for i, each in enumerate(t):
        if each in _LOGS:
            yield (*t[:i], *t[i + 1 :])
    for i, each in enumerate(t):
        if each in {r"\frac", r"\sum", r"\prod"} or (each == "(" and not "".join(t[:i]).strip().endswith(tuple(_LOGS))):
            yield (*t[:i], r"\log", " ", *t[i:])
    for i, each in enumerate(t):
        if re.fullmatch(r"[a-zA-Z]", each) and (i == 0 or t[i - 1] not in {"_", "^", "{"}):
            yield (*t[:i], r"\log", " ", *t[i:])


def _swapped(t: Tokens) -> Iterator[Tokens]:
    """Numerator and denominator, base and exponent; a quotient that should be a difference."""
    for i, each in enumerate(t):
        if each in {r"\frac", r"\dfrac", r"\tfrac"}:
            a = _after_space(t, i + 1)
            b = _after_space(t, _group_end(t, a))
            end = _group_end(t, b)
            above, below = t[a : _group_end(t, a)], t[b:end]
            yield (*t[: i + 1], *below, *above, *t[end:])
            yield (*t[:i], *_bare(above), " - ", *_bare(below), *t[end:])
            yield (*t[:i], *_bare(above), *t[end:])
        if each == "^" and 0 < i < len(t) - 1 and re.fullmatch(r"[a-zA-Z0-9]", t[i - 1]):
            end = _group_end(t, i + 1)
            yield (*t[: i - 1], *_bare(t[i + 1 : end]), "^", "{", t[i - 1], "}", *t[end:])


def _after_space(t: Tokens, i: int) -> int:
    while i < len(t) and not t[i].strip():
        i += 1
    return i


def _bare(group: Tokens) -> Tokens:
    return group[1:-1] if group[:1] == ("{",) else group


def _brackets(t: Tokens) -> Iterator[Tokens]:
    """A bracket that opens or closes a few tokens too early or too late."""
    solid = [i for i, each in enumerate(t) if each.strip()]
    for i, each in enumerate(t):
        if each not in {"(", ")", "[", "]"} or (i and t[i - 1] in {r"\left", r"\right", r"\big", r"\Big", r"\bigl"}):
            continue
        without = (*t[:i], *t[i + 1 :])
        for j in solid:
            at = j if j < i else j - 1 if j > i else -1
            if at >= 0 and abs(j - i) <= 14 and _balanced((*without[:at], each, *without[at:])):
                yield (*without[:at], each, *without[at:])
                if j > i and at + 1 <= len(without):
                    yield (*without[: at + 1], each, *without[at + 1 :])


def _balanced(t: Tokens) -> bool:
    stack = []
    for each in t:
        if each in _OPEN:
            stack.append(_OPEN[each])
        elif each in _CLOSE and (not stack or stack.pop() != each):
            return False
    return not stack


def _numbers(t: Tokens) -> Iterator[Tokens]:
    for i, each in enumerate(t):
        if each.isdigit():
            yield (*t[:i], *t[i + 1 :])
            for other in ("1", "2", str(int(each) + 1), str(max(0, int(each) - 1))):
                if other != each:
                    yield (*t[:i], other, *t[i + 1 :])
    for i, each in enumerate(t):
        if each in {"(", "[", "{"}:
            yield (*t[: i + 1], "2", *t[i + 1 :])
            yield (*t[: i + 1], "1", "-", *t[i + 1 :])
    yield ("2", " ", *t)
    yield ("1", "-", *t)
    yield ("1", "+", *t)
    yield (*t, "+", "1")
    yield (*t, "-", "1")


def _left_out(t: Tokens) -> Iterator[Tokens]:
    """A letter with its index that is one too many."""
    for i, each in enumerate(t):
        if re.fullmatch(r"[a-zA-Z]", each):
            end = i + 1
            while end < len(t) and t[end] in {"_", "^"}:
                end = _group_end(t, end + 1)
            yield (*t[:i], *t[end:])


def _terms_left_out(t: Tokens) -> Iterator[Tokens]:
    """A term of a sum that is one too many, with its sign."""
    for i, each in enumerate(t):
        if each in {"+", "-"}:
            end = next((j for j in _ends(t, i + 1)), len(t))
            yield (*t[:i], *t[end:])


def _mixed_term(t: Tokens) -> Iterator[Tokens]:
    """The mixed term of a square: ``x^2 + y^2`` for ``x^2 + 2 x y + y^2``."""
    names = [t[a : b - 2] for a, b in _named(t) if t[b - 2 : b] == ("^", "2")]
    for i, first in enumerate(names):
        for second in names[i + 1 :]:
            yield from ((*t, sign, "2", " ", *first, " ", *second) for sign in "+-")


def _ends(t: Tokens, start: int) -> Iterator[int]:
    """Where a term ends that begins at `start`: at the next sign, or where its brackets close."""
    depth = 0
    for i in range(start, len(t)):
        depth += (t[i] in _OPEN) - (t[i] in _CLOSE)
        if depth < 0 or (not depth and t[i] in {"+", "-", "=", "&"}):
            yield i


def _powers(t: Tokens) -> Iterator[Tokens]:
    ends = _upper_ends(t)
    for i, each in enumerate(t):
        if each == "^" and i not in ends:
            yield (*t[:i], *t[_group_end(t, i + 1) :])
        if each in {")", "]"} or re.fullmatch(r"[a-zA-Z]", each):
            yield (*t[: i + 1], "^", "2", *t[i + 1 :])


def _upper_ends(t: Tokens) -> set[int]:
    """Where the upper ends of sums and products are: without one it is not said how far they run, and anything may hold."""
    found = set()
    for i, each in enumerate(t):
        if each in {r"\sum", r"\prod", r"\int"}:
            at = i + 1
            while at < len(t) and (not t[at].strip() or t[at] in {r"\limits", r"\nolimits", "_"}):
                at = _group_end(t, at + 1) if t[at] == "_" else at + 1
            found.add(at)
    return found


def _factors(t: Tokens, other: Tokens) -> Iterator[Tokens]:
    """A factor that was lost: a letter or a call that stands elsewhere in the relation."""
    for factor in _atoms((*t, " ", *other)):
        yield (*factor, " ", "(", *t, ")")
        for i, each in enumerate(t):
            if each in {"(", r"\log", r"\ln", r"\frac"} and (i == 0 or not t[i - 1].startswith("\\")):
                yield (*t[:i], *factor, " ", *t[i:])
    for factor in _atoms((*t, " ", *other)):
        for i, each in enumerate(t):
            if each == ")":
                yield (*t[: i + 1], " ", *factor, *t[i + 1 :])


def _means(t: Tokens) -> Iterator[Tokens]:
    """A sum that should be a mean, or the other way round."""
    for i, each in enumerate(t):
        if each == r"\sum" and (last := _last_index(t, i)):
            yield (*t[:i], r"\frac", "{", "1", "}", "{", *last, "}", *t[i:])
        if each in {r"\frac", r"\dfrac", r"\tfrac"}:
            below = _after_space(t, _group_end(t, _after_space(t, i + 1)))
            end = _group_end(t, below)
            if len(_bare(t[below:end])) == 1:
                yield (*t[:i], *t[end:])


def _last_index(t: Tokens, i: int) -> Tokens:
    """What a sum runs to."""
    i += 1
    while i < len(t) and (t[i] in {"_", "^", r"\limits"} or not t[i].strip()):
        end = _group_end(t, _after_space(t, i + 1)) if t[i] in {"_", "^"} else i + 1
        if t[i] == "^":
            return _bare(t[_after_space(t, i + 1) : end])
        i = end
    return ()


def _names(t: Tokens, other: Tokens) -> Iterator[Tokens]:
    """A name with its accents and indices for another one of the relation, or for 1."""
    places = _named(t)
    known = [*dict.fromkeys([*(t[a:b] for a, b in places), *(other[a:b] for a, b in _named(other))])][:8]
    for a, b in places:
        if b - a > 1:
            yield from ((*t[:a], *name, *t[b:]) for name in (*known, ("1",)) if name != t[a:b])


def _named(t: Tokens) -> list[tuple[int, int]]:
    """Where names stand: a letter, or what is below an accent, with the indices behind it."""
    found, i = [], 0
    while i < len(t):
        end = i + 1
        if t[i] in _ACCENTS:
            end = _group_end(t, _after_space(t, i + 1))
        elif not _LETTER.fullmatch(t[i]):
            i += 1
            continue
        while end < len(t) and t[end] in {"_", "^"} and end + 1 < len(t):
            end = _group_end(t, end + 1)
        found.append((i, end))
        i = end
    return found


_ACCENTS = frozenset([r"\hat", r"\bar", r"\tilde", r"\widehat", r"\overline", r"\vec", r"\dot"])


def _letters(t: Tokens, other: Tokens) -> Iterator[Tokens]:
    """One name for another of the relation; conditions exchanged with what they are conditions of."""
    for i, each in enumerate(t[1:-1], start=1):
        if each in {"|", r"\mid", r"\vert"}:
            before, behind = i - 1, i + 1
            while before > 0 and not t[before].strip():
                before -= 1
            while behind < len(t) - 1 and not t[behind].strip():
                behind += 1
            yield (*t[:before], t[behind], *t[before + 1 : behind], t[before], *t[behind + 1 :])
    names = [each for each in dict.fromkeys((*t, *other)) if _LETTER.fullmatch(each)]
    for i, each in enumerate(t):
        if _LETTER.fullmatch(each):
            yield from ((*t[:i], name, *t[i + 1 :]) for name in names[:8] if name != each)


_LETTER = re.compile(r"[a-zA-Z]|\\(?:alpha|beta|gamma|delta|theta|lambda|mu|sigma|tau|phi|pi|omega|epsilon|eta|rho)")


def _atoms(t: Tokens) -> list[Tokens]:
    found: dict[Tokens, None] = {}
    for i, each in enumerate(t):
        if not re.fullmatch(r"[a-zA-Z]|\\[a-zA-Z]+", each) or each in {r"\sum", r"\frac", r"\left", r"\right"}:
            continue
        end = i + 1
        while end < len(t) and t[end] in {"_", "^"}:
            end = _group_end(t, end + 1)
        if end < len(t) and t[end] == "(":
            end = _group_end(t, end)
        if end - i <= 10 and _balanced(t[i:end]):
            found[t[i:end]] = None
    return list(found)[:12]
