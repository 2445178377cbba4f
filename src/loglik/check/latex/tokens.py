r"""Formulas cut into tokens: commands, letters, numbers, words, texts, signs.

Comments, spaces and commands that only set type are left out; Unicode mathematics becomes the commands that mean the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from loglik.check.latex.numerals import NUMERAL, has_decimal_commas, plain_numeral
from loglik.check.latex.signs import ALIASES, is_word_character, plain_sign

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Token:
    r"""A token and its stretch of the formula.

    Parameters
    ----------
    kind : str
        ``command`` (without its backslash), ``letter``, ``word`` (upright letters that are one name), ``text``, ``number``,
        ``row`` (``\\``), ``gap`` (``\quad`` and wider), ``end``, or ``sign``.
    text : str
        What it says.
    start, end : int
        Offsets.
    spaced : bool
        Whether a space stands before it.
    """

    kind: str
    text: str
    start: int
    end: int
    spaced: bool = False

    def is_(self, *texts: str) -> bool:
        """Whether it is one of these signs or commands."""
        return self.kind in {"sign", "command"} and self.text in texts


_LEX = re.compile(
    r"(?P<space>(?:[ \t\n\u3000\u200b\xa0]|(?<!\\)%[^\n]*\n|(?<!\\)~)+)"
    r"|\\(?P<row>\\|(?:newline|cr)(?![A-Za-z]))(?:\*|\[[ \t]*-?[\d.]+[ \t]*(?:pt|em|ex|cm|mm|in)[ \t]*\])?"
    r"|\\(?P<command>[A-Za-z]+)\*?|\\(?P<escaped>.)"
    rf"|(?P<dots>\.\.\.+|・・+|…+|⋯+)|(?P<number>{NUMERAL})"
    r"|(?P<letter>[A-Za-z])|(?P<norm>\|\|)|(?P<other>.)",
    re.DOTALL,
)
_IGNORED_TEXT = """
displaystyle limits nolimits nonumber notag left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr
scriptstyle scriptscriptstyle rm it sf tt normalsize small large Large centering noindent hfill hline bigm
Bigm mathstrut strut quad0 allowbreak nobreak relax middle boldmath ensuremath mathopen mathclose mathord footnotesize
tiny pause protect unicode mathbin mathrel mathinner checkmark blacksquare qed qedhere footnotemark IEEEyesnumber
IEEEeqnarraynumspace lefteqn
"""
_IGNORED = frozenset(_IGNORED_TEXT.split())
_BEFORE_BRACKETS = frozenset(["left", "right", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "Biggl", "Biggr"])
_GAPS = frozenset(
    {"quad", "qquad", "hspace", "hskip", "enspace", "hphantom", "phantom", "vspace", "mspace", "kern", "enskip"}
)
_WITH_ARGUMENT = frozenset({
    "label", "hspace", "vspace", "phantom", "hphantom", "color", "cite", "mspace", "vphantom", "tag", "ref", "eqref",
    "hypertarget", "class", "cssId", "htmlClass", "htmlId", "footnote", "style", "htmlStyle", "htmlData", "eqno", "leqno",
})  # fmt: skip
_FUNCTIONS = frozenset({"ln", "log", "exp", "sin", "cos", "tan", "tanh", "max", "min"})
_TEXTS = frozenset(
    {
        "text",
        "textrm",
        "textbf",
        "textit",
        "mbox",
        "hbox",
        "textnormal",
        "textsf",
        "texttt",
        "textsc",
        "textup",
        "fbox",
        "intertext",
        "shortintertext",
        "colorbox",
        "fcolorbox",
    }
)
_UPRIGHT = frozenset(
    {"mathrm", "operatorname", "mathsf", "mathtt", "mathit", "mathop", "rm", "mathnormal", "text", *_TEXTS}
)
#: Texts of one word that join formulas, rather than name something.
_CONNECTIVES_TEXT = """
where if for and or otherwise with when else iff then so since because let is are be in by of as such that s.t. st s.t
on the an also hence thus therefore while but to from at thus, i.e. e.g. cf respectively subject that all any not
const constant const. bit bits nat nats w.r.t. wrt given assuming assume note both each every only unless implies
after before using via during until once here there which this these they we it otherwise usually always never
approximately about roughly
"""
CONNECTIVES = frozenset(_CONNECTIVES_TEXT.split())
#: Commands of slides, with the numbers of those on which they work.
_OVERLAID = frozenset(
    {"alert", "only", "onslide", "uncover", "visible", "invisible", "pause", "color", "textbf", "structure"}
)
_SLIDE = re.compile(r"\s*<[\d\-,|+. ]+>")
_FORMULA = re.compile(r"\s*\{\s*\$([^$]+)\$\s*\}", re.DOTALL)
_NUMBER_ASIDE = re.compile(r"\s*\([^()]*\)")
#: As many spaces side by side are a gap.
_WIDE = 3
#: Tokens of ``x^{(i)T}`` less one.
_SHORTEST, _BRACED = 7, 3
#: Operators whose range may stand below them.
_LIMITS = frozenset({"lim", "max", "min", "sup", "inf", "sum", "prod", "int", "argmax", "argmin", "limsup", "liminf"})
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_ ][A-Za-z0-9]+)*")


def tokens(tex: str) -> list[Token]:
    """All tokens of a formula; the last one is of kind ``end``."""
    found: list[Token] = []
    at, spaced, count = 0, False, 0
    blanks = count_of_blanks = 0
    comma = has_decimal_commas(tex)
    while at < len(tex):
        spaced = spaced and len(found) == count  # a space stays until a token has it
        count = len(found)
        match = _LEX.match(tex, at)
        if match is None:
            break
        start, at = match.span()
        if match["space"] is not None:
            spaced = True
            if match["space"].count("~") >= _WIDE:
                found.append(Token("gap", "quad", start, at, spaced))
            continue
        if match["command"] is not None:
            at = _command(tex, start, at, match["command"], spaced, found)
        elif match["row"] is not None:
            found.append(Token("row", "\\\\", start, at, spaced))
        elif match["escaped"] is not None:
            if match["escaped"] in ",;:!> \n/":
                spaced = spaced or match["escaped"] in " ;:>"
                blanks = blanks + 1 if len(found) == count_of_blanks else 1
                count_of_blanks = len(found)
                if blanks == _WIDE and match["escaped"] in " ;:":
                    found.append(Token("gap", "quad", start, at, spaced))
                continue
            char = match["escaped"]
            found.append(Token("command", "|", start, at, spaced) if char == "|" else _escaped(char, start, at, spaced))
        elif match["dots"] is not None:
            found.append(Token("command", "dots", start, at, spaced))
        elif match["norm"] is not None:
            if sum(t.kind == "sign" and t.text == "|" for t in found) % 2:  # |a||b|
                found += [Token("sign", "|", start, start + 1, spaced), Token("sign", "|", start + 1, at)]
            else:
                found.append(Token("command", "|", start, at, spaced))
        elif match["number"] is not None:
            found.append(Token("number", plain_numeral(match["number"], comma=comma), start, at, spaced))
        elif match["letter"] is not None:
            found.append(Token("letter", match["letter"], start, at, spaced))
        else:
            at = _other(tex, start, at, spaced, found)
        if found and found[-1].is_("}"):
            _scripts_apart(found)
            _below(found)
            _differential(found)
            _sign_alone(found)
            _underlined(found)
        _primes(found)
    found.append(Token("end", "", len(tex), len(tex), spaced))
    return found


def _scripts_apart(found: list[Token]) -> None:
    r"""``x^{(i)T}`` is the transpose of ``x^{(i)}``."""
    mark = found[-2] if len(found) > _SHORTEST else found[-1]
    if not (mark.is_("top") or (mark.kind == "letter" and mark.text == "T")) or not found[-3].is_(")"):
        return
    start = next((at for at in range(len(found) - 4, 0, -1) if found[at].is_("{", "}", "(", ")")), 0)
    if found[start].is_("(") and found[start - 1].is_("{") and found[start - 2].is_("^"):
        found[-2:] = [Token("sign", sign, mark.start, mark.start) for sign in "}^"] + [mark]


def _below(found: list[Token]) -> None:
    r"""``\underset{h \to 0}{\lim}`` is ``\lim_{h \to 0}``."""
    opening = _opening(found, len(found) - 1)
    inner = found[opening + 1 : -1]
    if opening < 1 or not found[opening - 1].is_("}") or not inner or inner[-1].text.replace(" ", "") not in _LIMITS:
        return
    start = _opening(found, opening - 1)
    if start > 0 and found[start - 1].is_("underset"):
        mark = found[start]
        inner[0] = replace(inner[0], start=found[start - 1].start)
        found[start - 1 :] = [*inner, Token("sign", "_", mark.start, mark.start), *found[start:opening]]


def _differential(found: list[Token]) -> None:
    r"""``{\rm d} x`` is ``d x``: the braces only keep the type to themselves."""
    if len(found) < _BRACED or not found[-_BRACED].is_("{"):
        return
    mark, before = found[-2], found[-_BRACED - 1] if len(found) > _BRACED else None
    alone = (
        before is None or before.kind in {"letter", "number"} or before.is_("{", "(", ")", "=", "+", "-", "*", "cdot")
    )
    if alone and (mark.is_("partial") or (mark.kind in {"letter", "upright"} and mark.text == "d")):
        found[-_BRACED:] = [mark]


def _sign_alone(found: list[Token]) -> None:
    r"""``p {<} 0.05``, ``3\mathbin{:}4``: braces around a sign only take the space beside it away."""
    if len(found) <= _BRACED or not found[-_BRACED].is_("{"):
        return
    before, sign = found[-_BRACED - 1], found[-2]
    after_operand = before.kind in {"letter", "number", "word", "upright"} or before.is_(")", "]", "|")
    signs = sign.is_(":", "=", "<", ">", "+", "-", "le", "ge", "cdot", "times")
    # {\\phantom{=}}, where it is the argument of nothing
    blank = sign.kind == "gap" and before.kind != "command" and not before.is_("}", "^", "_")
    if blank or (signs and after_operand):
        found[-_BRACED:] = [sign]


def _underlined(found: list[Token]) -> None:
    r"""``\underline{a + b}`` only draws a line; below one name it may be part of it."""
    start = _opening(found, len(found) - 1)
    if (
        start > 0
        and found[start - 1].is_("underline")
        and any(t.is_("+", "-", "times", "cdot", "/", "=") for t in found[start:])
    ):
        del found[start - 1]


def _opening(found: Sequence[Token], at: int) -> int:
    """Where the braces begin that end at a place; -1 if nowhere."""
    level = 0
    for i in range(at, -1, -1):
        level += found[i].is_("}") - found[i].is_("{")
        if level == 0:
            return i
    return -1


def _primes(found: list[Token]) -> None:
    r"""``f^{'}`` and ``f^\prime`` are ``f'``."""
    if len(found) > 1 and found[-1].is_("prime") and found[-2].is_("^"):
        found[-2:] = [Token("sign", "'", found[-1].start, found[-1].end)]
    elif found and found[-1].is_("}"):
        inner = _opening(found, len(found) - 1)
        primes = found[inner + 1 : -1]
        if inner > 0 and found[inner - 1].is_("^") and primes and all(t.is_("'", "prime") for t in primes):
            found[inner - 1 :] = [Token("sign", "'", t.start, t.end) for t in primes]


def _escaped(char: str, start: int, end: int, spaced: bool) -> Token:  # noqa: FBT001
    return Token("sign" if char in "{}%#$&_" else "command", f"\\{char}" if char in "{}" else char, start, end, spaced)


def _command(tex: str, start: int, end: int, name: str, spaced: bool, found: list[Token]) -> int:  # noqa: FBT001
    name = ALIASES.get(name, name)
    if name in _OVERLAID and (slide := _SLIDE.match(tex, end)) is not None:
        end = slide.end()
    if name in _WITH_ARGUMENT:
        stop = _argument(tex, end)
        inner = tex[end:stop].strip().removeprefix("{").removesuffix("}")
        if name in {"eqno", "leqno"}:
            aside = _NUMBER_ASIDE.match(tex, end)
            stop = max(stop, aside.end() if aside is not None else stop)
        if name in {"tag", "eqno", "leqno"}:
            found.append(Token("tag", inner, start, stop, spaced))
        elif name in _GAPS and (name != "hspace" or _wide(inner)):
            found.append(Token("gap", name, start, stop, spaced))
        return stop
    if name in _GAPS:
        found.append(Token("gap", name, start, end, spaced))
        return end
    if name == "rm":  # upright until the end of the group
        run = re.compile(r"[ \t]*([A-Za-z]{2,})(?=\s*[}^_(])").match(tex, end)
        if run is None:
            return end
        found.append(Token("word", run[1], start, run.end(), spaced))
        return run.end()
    if name in _UPRIGHT and name not in _TEXTS:
        stop = _argument(tex, end)
        inner = (
            tex[end:stop].strip().removeprefix("{").removesuffix("}").replace("\\,", " ").replace("\\ ", " ").strip()
        )
        if re.fullmatch(r"[A-Za-z][A-Za-z0-9 ._-]*", inner) and (len(inner) > 1 or name in {"mathrm", "operatorname"}):
            kind = "upright" if len(inner) == 1 else "word"
            found.append(Token(kind, inner.replace(" ", "").replace("-", ""), start, stop, spaced))
            return stop
        return end  # a group like any other
    if name in {"colorbox", "fcolorbox"}:
        for _ in range(1 if name == "colorbox" else 2):
            end = _argument(tex, end)
    if name == "bbox" and (option := re.compile(r"\s*\[[^\]]*\]").match(tex, end)):
        return option.end()
    if name in _TEXTS:
        stop = _argument(tex, end)
        if (formula := _FORMULA.fullmatch(tex, end, stop)) is not None:  # \fbox{$a = b$}
            at = formula.start(1)
            found.append(Token("sign", "{", start, at, spaced))
            found += [replace(t, start=t.start + at, end=t.end + at) for t in tokens(formula[1])[:-1]]
            found.append(Token("sign", "}", stop - 1, stop))
            return stop
        inner = tex[end:stop].strip().removeprefix("{").removesuffix("}")
        bold = re.fullmatch(r"\{?\s*\\bf\s*\{?([A-Za-z])\}?\s*\}?", inner.strip())
        if bold is not None:
            found += [Token("command", "boldsymbol", start, end, spaced), Token("letter", bold[1], end, stop)]
            return stop
        bare = re.sub(r"\\(?:bf|it|rm|sf|tt|em|tiny|small|large)\b", "", inner).strip()
        if _WORD.fullmatch(bare) and bare.lower() not in CONNECTIVES and " " not in bare:
            found.append(Token("word" if len(bare) > 1 else "upright", bare.replace("-", ""), start, stop, spaced))
        elif bare and set(bare.split()) <= _FUNCTIONS:  # \text{ln exp} is mathematics
            found += [Token("command", each, start, stop, spaced) for each in bare.split()]
        elif bare:
            found.append(Token("text", bare, start, stop, spaced))
        return stop
    if name in {"textcircled", "circled"}:
        stop = _argument(tex, end)
        found.append(Token("tag", tex[end:stop].strip("{} "), start, stop, spaced))
        return stop
    if name in _IGNORED:
        # \left. and \right. are brackets that are not there.
        if angle := re.compile(r"[ \t\n]*([<>])").match(tex, end) if name in _BEFORE_BRACKETS else None:
            found.append(Token("command", {"<": "langle", ">": "rangle"}[angle[1]], start, angle.end(), spaced))
            return angle.end()
        if name in {"left", "right", "middle"} and (dot := re.compile(r"[ \t\n]*\.").match(tex, end)):
            found.append(Token("nothing", name, start, dot.end(), spaced))
            return dot.end()
        return end
    sign = name in {"<", ">", "[", "]", "*", ":", "("}
    if name in {"{", "}"}:
        name = f"\\{name}"
        sign = True
    found.append(Token("sign" if sign else "command", name, start, end, spaced))
    return end


def _other(tex: str, start: int, end: int, spaced: bool, found: list[Token]) -> int:  # noqa: FBT001
    char = tex[start]
    if char.isascii():
        found.append(Token("sign", char, start, end, spaced))
        return end
    plain = char if "\u2460" <= char <= "\u2473" else plain_sign(char)
    if plain[:1] in "^_" and len(plain) > 1:
        stop = start
        texts: list[str] = []
        while stop < len(tex) and (next_plain := plain_sign(tex[stop]))[:1] == plain[0] and len(next_plain) > 1:
            texts.append(next_plain[1:])
            stop += 1
        found += [Token("sign", plain[0], start, start, spaced), Token("sign", "{", start, start)]
        found += _plain_tokens(" ".join(texts).replace("top", "\\top"), start)
        found.append(Token("sign", "}", stop, stop))
        return stop
    if plain != char:
        found += _plain_tokens(plain, start, spaced=spaced)
        return end
    if "\u2460" <= char <= "\u2473":  # circled numbers
        found.append(Token("tag", char, start, end, spaced))
        return end
    if is_word_character(char):
        stop = start
        while stop < len(tex) and not tex[stop].isascii() and (tex[stop] == "・" or plain_sign(tex[stop]) == tex[stop]):
            stop += 1
        found.append(Token("text", tex[start:stop].strip(), start, stop, spaced))
        return stop
    found.append(Token("command", char, start, end, spaced))
    return end


def _plain_tokens(text: str, start: int, *, spaced: bool = False) -> Iterator[Token]:
    for token in tokens(text)[:-1]:
        yield Token(token.kind, token.text, start, start + 1, spaced)


def _argument(tex: str, at: int) -> int:
    """Behind the argument in braces that begins at a place, or behind the one sign that is the argument."""
    while at < len(tex) and tex[at] in " \t\n*":
        at += 1
    if at >= len(tex) or tex[at] != "{":
        return min(at + 1, len(tex))
    level = 0
    for found in re.compile(r"\\.|[{}]", re.DOTALL).finditer(tex, at):
        level += (found[0] == "{") - (found[0] == "}")
        if level == 0:
            return found.end()
    return len(tex)


def _wide(length: str) -> bool:
    found = re.match(r"\s*(\d*\.?\d+)\s*(em|cm|in|pt|mm)", length)
    return found is not None and float(found[1]) >= {"em": 0.8, "cm": 0.3, "in": 0.1, "pt": 9, "mm": 3}[found[2]]
