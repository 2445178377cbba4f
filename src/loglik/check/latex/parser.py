r"""The parser's trunk: sums, products, powers and brackets of one term, by recursive descent over its tokens.

::

    sum     = [sign] product { ("+" | "-") product }
    product = factor { [sign of a product] factor | "/" factor }
    factor  = operand { "^" | "!" }
    operand = number | name | brackets | bars | command | function factor | big operator product
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.check.latex import calls, derivatives, names, operators
from loglik.check.latex.signs import GREEK
from loglik.check.latex.tree import Node, UnreadError
from loglik.check.statement import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from loglik.check.latex.choices import Choices
    from loglik.check.latex.hints import Hints
    from loglik.check.latex.tokens import Token

#: Steps for one term, and nesting: what needs more is not read.
MAX_STEPS, MAX_NESTING = 6_000, 60

TIMES = ("*", "cdot", "times")
#: Products of elements in the place of vectors: for scalars products like any other.
ELEMENTWISE = ("odot", "circ", "star")
_OF_SETS = ("cup", "cap", "setminus")
_OPEN = {"(": ")", "[": "]", "\\{": "\\}", "{": "}", "lfloor": "rfloor", "lceil": "rceil", "langle": "rangle"}
_CLOSE = frozenset(_OPEN.values())


class Parser:
    """The tokens of a term, and how far they are read: the state that all functions share."""

    def __init__(self, tokens: Sequence[Token], hints: Hints, choices: Choices, *, sketched: bool = False) -> None:
        self.tokens = arguments_marked(tokens)
        self.hints, self.choices = hints, choices
        #: Whether what has no meaning for the check gets a tree as well: extremes, integrals, sets.
        self.sketched = sketched
        self.at = 0
        self.stop = len(self.tokens) - 1  # the token of kind "end"
        self.steps = 0
        self.nesting = 0
        #: What a bar that follows an operand ends: "abs", "norm", "call" or, within brackets, nothing.
        self.bars: list[str] = []
        #: Subscripts that stand under an accent and belong to the name with it.
        self.pending: list[tuple[int, int]] = []
        self.kept: dict[tuple[int, int, tuple[str, ...]], tuple[Node, int] | UnreadError] = {}

    # -- tokens

    @property
    def next(self) -> Token:
        """The token that is read next."""
        return self.tokens[self.at] if self.at < self.stop else self.ending

    @property
    def ending(self) -> Token:
        """The token that stands for the end of the stretch."""
        last = self.tokens[-1]
        place = self.tokens[self.stop].start if self.stop < len(self.tokens) else last.start
        return type(last)("end", "", place, place)

    def ahead(self, count: int = 1) -> Token:
        """A token further on."""
        return self.tokens[self.at + count] if self.at + count < self.stop else self.ending

    def take(self, *texts: str) -> Token | None:
        """Step over the next token if it is one of these signs."""
        token = self.next
        if token.is_(*texts):
            self.step()
            return token
        return None

    def step(self) -> Token:
        """Step over the next token, within the limit of steps."""
        token = self.next
        self.at += 1
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise UnreadError("limit", f"{MAX_STEPS} steps", self.span(0))
        return token

    def expect(self, text: str) -> None:
        """Step over a closing sign, which has to be there."""
        if not self.take(text):
            raise self.unread("brackets", text)

    def unread(self, code: str, detail: str = "", token: Token | None = None) -> UnreadError:
        """The error that something at a token is not understood."""
        token = token or self.next
        return UnreadError(code, detail or token.text, Span(token.start, token.end))

    def span(self, first: int) -> Span:
        """From a token to the last one that was read."""
        read = self.tokens[min(first, len(self.tokens) - 1) : max(self.at, first + 1)]
        start = read[0].start
        return Span(start, max(start, read[-1].end, read[-2].end if len(read) > 1 else 0))

    def within(self, start: int, stop: int, read: Callable[[], Node]) -> Node:
        """Read a stretch of tokens, all of it, whatever stands around it."""
        kept = self.at, self.stop, self.bars
        self.at, self.stop, self.bars = start, stop, []
        try:
            found = read()
            if self.at < self.stop:
                raise self.unread("left-over")
        finally:
            self.at, self.stop, self.bars = kept
        return found

    def argument(self) -> tuple[int, int]:
        """The stretch of tokens that is the argument of a command: a group in braces, or one sign; steps over it."""
        token = self.next
        if token.kind == "end":
            raise self.unread("brackets", "argument")
        start = self.at
        if not token.is_("{"):
            if token.kind == "number" and len(token.text) > 1:  # x^10 is printed as x^1 0
                raise self.unread("script")
            self.step()
            if token.kind == "command" and self.next.is_("{") and token.text in names.ACCENTS:
                self.argument()
            return start, self.at
        self.step()
        level = 1
        while level:
            if self.next.kind == "end":
                raise self.unread("brackets", "{", token)
            inner = self.step()
            level += inner.is_("{") - inner.is_("}")
        return start + 1, self.at - 1

    def group(self) -> Node:
        """The argument of a command, as a sum."""
        start, stop = self.argument()
        return self.within(start, stop, self.total)

    # -- sums and products

    def total(self) -> Node:
        """A sum."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise self.unread("limit", "nesting")
        first = self.at
        try:
            terms = [self.signed()]
            while sign := self.take("+", "-"):
                term = self.product()
                terms.append(term if sign.text == "+" else Node("neg", Span(sign.start, term.span.end), (term,)))
        finally:
            self.nesting -= 1
        if self.next.is_("pm", "mp"):
            raise self.unread("operator")
        return terms[0] if len(terms) == 1 else Node("add", self.span(first), tuple(terms))

    def signed(self) -> Node:
        """A product with its sign."""
        first = self.at
        if self.take("+"):
            return self.product()
        if self.take("-"):
            below = self.signed() if self.next.is_("-") else self.product()
            return Node("neg", self.span(first), (below,))
        return self.product()

    def product(self) -> Node:
        """A product; the same place in the same state is read once, however often it is tried."""
        key = self.at, self.stop, tuple(self.bars)
        if key not in self.kept:
            before = self.at
            try:
                found = self._product()
                self.kept[key] = found, self.at
            except UnreadError as error:
                self.kept[key] = error
                self.at = before
                raise
        kept = self.kept[key]
        if isinstance(kept, UnreadError):
            raise kept
        self.at = kept[1]
        return kept[0]

    def _product(self) -> Node:
        first = self.at
        found = derivatives.written_inline(self) or self.factor()
        while True:
            token = self.next
            if token.is_(*TIMES, *ELEMENTWISE):
                self.step()
                if self.next.is_("-"):  # a · -b
                    sign = self.step()
                    below = self.factor()
                    other = Node("neg", Span(sign.start, below.span.end), (below,))
                else:
                    other = self.factor()
                found = self.times(found, other, first, token.text)
            elif token.is_("/", "div"):
                found = self.divided(found, first)
            elif self.sketched and token.is_(*_OF_SETS):
                self.step()
                found = Node("set", self.span(first), (found, self.factor()), token.text)
            elif self.begins_factor():
                if found.kind == "number" and token.kind == "number":
                    raise self.unread("numbers")  # two numbers side by side are no product
                other = self.factor()
                mixed = found.kind == "number" and token.is_("frac") and all(e.kind == "number" for e in other.parts)
                if mixed and self.choices.choose(f"2 1/2 at {token.start}", "sum", "product") == "sum":
                    found = Node("add", self.span(first), (found, other))
                else:
                    found = self.times(found, other, first, "")
            else:
                return found

    def times(self, left: Node, right: Node, first: int, sign: str) -> Node:
        """The product of what is read and one factor more."""
        parts = left.parts if left.kind == "mul" and left.text == sign else (left,)
        return Node("mul", self.span(first), (*parts, right), sign)

    def divided(self, left: Node, first: int) -> Node:
        """The quotient of what is read and what follows the line."""
        sign = self.step()
        place = self.at
        below = self.negative_or_factor()
        if sign.text == "/" and below.kind != "group" and self.begins_factor() and not self.next.spaced:
            # a/bc: the whole product below the line, or b alone.
            usual = "first" if below.kind == "number" and left.kind == "number" else "all"
            other = "all" if usual == "first" else "first"
            if self.choices.choose(f"a/bc at {sign.start}", usual, other) == "all":
                while self.begins_factor() and not self.next.spaced:
                    below = self.times(below, self.factor(), place, "")
        return Node("div", self.span(first), (left, below))

    def negative_or_factor(self) -> Node:
        """A factor, with a minus before it or without."""
        if not self.next.is_("-"):
            return self.factor()
        sign = self.step()
        below = self.factor()
        return Node("neg", Span(sign.start, below.span.end), (below,))

    def begins_factor(self) -> bool:
        """Whether a factor stands next."""
        token = self.next
        if token.kind in {"letter", "number", "word", "upright", "environment"}:
            return True
        if token.kind not in {"sign", "command"}:
            return False
        if token.is_("vert", "|") or (token.kind == "sign" and token.text == "|"):
            return self.bar_opens()
        if token.kind == "sign":
            return token.text in {"(", "[", "{", "\\{"}
        return token.text not in _NOT_A_FACTOR

    def bar_opens(self) -> bool:
        """Whether a bar behind an operand begins an absolute value: nothing waits for a bar, and another one follows."""
        if self.bars and self.bars[-1]:
            return False
        text, level = self.next.text, 0
        for each in self.tokens[self.at + 1 : self.stop]:
            level += each.is_(*_OPEN) - each.is_(*_CLOSE)
            if level < 0:
                return False
            if each.text == text and not level:
                return True
        return False

    # -- factors

    def factor(self) -> Node:
        """An operand with what hangs on it."""
        first = self.at
        found = self.operand()
        while True:
            if self.next.is_("^"):
                found = self.raised(found, first)
            elif self.next.is_("!") and not self.ahead().is_("="):
                self.step()
                if self.next.is_("!"):
                    raise self.unread("operator", "!!")
                found = Node("factorial", self.span(first), (found,))
            elif self.next.is_("_") and found.kind == "name" and not found.parts:  # {x}_{i}
                self.step()
                found = Node("name", self.span(first), names.indices(self, *self.argument()), found.text)
            elif self.next.is_("_") and found.kind in {"group", "call"}:
                self.step()
                lower = names.indices(self, *self.argument())
                found = Node("element", self.span(first), (found, *lower))
            elif self.next.is_("'") and found.kind == "group":
                count = 0
                while self.take("'"):
                    count += 1
                found = Node("prime", self.span(first), (found,), "", count)
            else:
                return found

    def raised(self, base: Node, first: int) -> Node:
        """A power, a transpose, or a derivative by a prime."""
        self.step()
        start, stop = self.argument()
        inner = self.tokens[start:stop]
        if names.is_transpose(self, inner, base):
            return Node("transpose", self.span(first), (base,))
        if len(inner) == 1 and inner[0].is_("circ"):
            raise self.unread("operator", "^\\circ")
        if base.kind == "number" and len(inner) == 1 and inner[0].kind == "number" and self.next.kind == "number":
            raise self.unread("script", inner[0].text + self.next.text)  # 2^10 is printed as 2^1 0
        if inner and all(t.is_("prime", "'") for t in inner) and base.kind == "group":
            return Node("prime", self.span(first), (base,), "", len(inner))
        exponent = self.within(start, stop, self.total)
        return Node("power", self.span(first), (base, exponent))

    def operand(self) -> Node:
        """A number, a name, brackets, or what a command begins."""
        token = self.next
        if token.kind == "number":
            self.step()
            return Node("number", Span(token.start, token.end), (), token.text)
        if token.kind in {"letter", "word", "upright"}:
            return calls.name_or_call(self)
        if token.kind == "sign":
            return self.bracketed()
        if token.kind == "command":
            return operators.command(self)
        if token.kind == "environment":
            return operators.array(self)
        if token.kind in {"text", "limit"}:
            raise self.unread(token.kind)
        raise self.unread("ends" if token.kind == "end" else "sign")

    def bracketed(self) -> Node:
        """What stands in brackets of any kind."""
        token, first = self.next, self.at
        if token.text in {"(", "[", "{", "\\{"}:
            self.step()
            if token.text == "{":  # what TeX keeps together is not seen by the reader
                self.at = first
                return self.unseen(token)
            inside = self.inside(_OPEN[token.text])
            if inside.kind == "list" and token.text in {"(", "["} and set(inside.text) == {","}:
                return Node("array", self.span(first), inside.parts, "list", 1)
            if inside.kind in {"list", "relation"}:
                raise self.unread("set" if token.text == "\\{" else "list", token=token)
            return Node("group", self.span(first), (inside,), token.text)
        if token.text == "|":
            return self.absolute(first)
        raise self.unread("sign")

    def unseen(self, token: Token) -> Node:
        """What is in a group in braces."""
        start, stop = self.argument()
        if start == stop:
            raise self.unread("ends", "{}", token)
        return self.within(start, stop, self.total)

    def inside(self, *closing: str) -> Node:
        """What stands between brackets: a sum, or a list of sums with commas."""
        first = self.at
        self.bars.append("")
        try:
            found = [self.total()]
            separators = ""
            while sign := self.take(",", ";"):
                separators += sign.text
                found.append(self.total())
            if not self.take(*closing):
                raise self.unread("brackets" if self.next.kind == "end" or self.next.text in _CLOSE else "sign")
        finally:
            self.bars.pop()
        return found[0] if len(found) == 1 else Node("list", self.span(first), tuple(found), separators)

    def absolute(self, first: int) -> Node:
        """An absolute value, from its first bar."""
        self.step()
        self.bars.append("abs")
        try:
            inside = self.total()
        finally:
            self.bars.pop()
        if not (self.take("|") or self.take("vert")):
            raise self.unread("brackets", "|")
        return Node("abs", self.span(first), (inside,))


def arguments_marked(tokens: Sequence[Token]) -> list[Token]:
    r"""The tokens with ``\frac12`` as two arguments, and without braces around a name that scripts follow: ``{\bf w}_2``."""
    out: list[Token] = []
    for token in _called_without_braces(_functions_without_braces(_lower_scripts_first(tokens))):
        digits = token.kind == "number" and len(token.text) > 1 and token.text.isdigit()
        if digits and out and out[-1].is_("frac", "binom"):
            middle = token.start + 1
            out.append(type(token)("number", token.text[0], token.start, middle))
            out.append(type(token)("number", token.text[1:], middle, token.end))
        else:
            out.append(token)
        if token.is_("_", "^", "'", "(") and len(out) > 3 and out[-2].is_("}"):
            _unbraced(out)
    return out


def _called_without_braces(tokens: Sequence[Token]) -> list[Token]:
    r"""``\sigma{(z)}`` as ``\sigma(z)``."""
    out = list(tokens)
    at = 1
    while at < len(out) - 2:
        before = out[at - 1]
        name = before.kind in {"letter", "word", "upright"} or (before.kind == "command" and before.text in GREEK)
        if name and out[at].is_("{") and out[at + 1].is_("("):
            end = _script_end(out, at)
            script = at > 1 and out[at - 2].is_("_", "^")
            if out[end - 2].is_(")") and not script:
                del out[end - 1], out[at]
        at += 1
    return out


def _functions_without_braces(tokens: Sequence[Token]) -> list[Token]:
    r"""``{{\cos}^{2}}x`` as ``\cos^{2}x``: a function alone in braces, with its scripts or without."""
    out = list(tokens)
    at = len(out) - 2
    while at >= 0:
        inner = out[at + 1]
        if (
            out[at].is_("{")
            and inner.kind == "command"
            and inner.text in {*calls.FUNCTIONS, *calls.LOGARITHMS} - {"sqrt"}
        ):
            end = at + 2
            while end < len(out) - 1 and out[end].is_("^", "_"):
                end = _script_end(out, end + 1)
            before = out[at - 1] if at else None
            argument = before is not None and (before.is_("_", "^", "}", *names.ACCENTS, *_TAKING))
            if end < len(out) and out[end].is_("}") and not argument:
                del out[end], out[at]
        at -= 1
    return out


def _lower_scripts_first(tokens: Sequence[Token]) -> list[Token]:
    """``x^2_i`` as ``x_i^2``: what is below belongs to the name, what is above may be a power of the whole."""
    out = list(tokens)
    at = 0
    while at < len(out) - 3:
        if out[at].is_("^") and (middle := _script_end(out, at + 1)) < len(out) and out[middle].is_("_"):
            end = _script_end(out, middle + 1)
            out[at:end] = [*out[middle:end], *out[at:middle]]
            at = end
        at += 1
    return out


def _script_end(tokens: Sequence[Token], at: int) -> int:
    """Behind a group in braces or one sign."""
    if at >= len(tokens) or not tokens[at].is_("{"):
        return at + 1
    level = 0
    for i in range(at, len(tokens)):
        level += tokens[i].is_("{") - tokens[i].is_("}")
        if level == 0:
            return i + 1
    return len(tokens)


def _unbraced(out: list[Token]) -> None:
    """Take away the braces that end before the last token, if a single name is in them and they are no argument."""
    level = 0
    for at in range(len(out) - 2, max(len(out) - 9, -1), -1):
        level += out[at].is_("}") - out[at].is_("{")
        if level == 0:
            break
    else:
        return
    before = out[at - 1] if at else None
    inner = out[at + 1 : -2]
    accented = len(inner) > 1 and inner[0].kind == "command" and inner[0].text in names.ACCENTS
    if before is not None and (before.is_("_", "^", "}", "]", *names.ACCENTS) or before.is_(*_TAKING)):
        return
    if (len(inner) == 1 and inner[0].kind in {"letter", "word", "upright", "command"}) or accented:
        del out[-2], out[at]


_TAKING = ("frac", "sqrt", "binom", "underbrace", "overbrace", "boxed", "textcolor", "overset", "underset", "stackrel")
_NOT_A_FACTOR_TEXT = """
le ge ne approx propto sim equiv in notin to leftarrow Rightarrow Leftrightarrow coloneq leftrightarrow mapsto subset
subseteq supset ni rfloor rceil rangle pm mp cdot times div odot circ star otimes oplus cup cap setminus vert | wedge
vee mod therefore because forall exists ll gg perp models vdots : < > prec succ preceq succeq overset underset
stackrel neg bullet oslash bigcirc amalg dagger pmod xrightarrow xleftarrow end begin_end downarrow uparrow Downarrow
"""
_NOT_A_FACTOR = frozenset(_NOT_A_FACTOR_TEXT.split())
