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
from loglik.check.latex.cursor import Cursor
from loglik.check.latex.tree import Node, UnreadError
from loglik.check.statement import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.check.latex.choices import Choices
    from loglik.check.latex.hints import Hints
    from loglik.check.latex.tokens import Token

#: What is nested deeper is not read.
MAX_NESTING = 60

TIMES = ("*", "cdot", "times")
#: Products of elements in the place of vectors: for scalars products like any other.
ELEMENTWISE = ("odot", "circ", "star")
_OF_SETS = ("cup", "cap", "setminus")
_OPEN = {"(": ")", "[": "]", "\\{": "\\}", "{": "}", "lfloor": "rfloor", "lceil": "rceil", "langle": "rangle"}
_CLOSE = frozenset(_OPEN.values())


class Parser(Cursor):
    """A term that is read: the state that all functions share."""

    def __init__(self, tokens: Sequence[Token], hints: Hints, choices: Choices, *, sketched: bool = False) -> None:
        super().__init__(tokens)
        self.hints, self.choices = hints, choices
        #: Whether what has no meaning for the check gets a tree as well: extremes, integrals, sets.
        self.sketched = sketched
        self.nesting = 0
        #: Subscripts that stand under an accent and belong to the name with it.
        self.pending: list[tuple[int, int]] = []
        self.kept: dict[tuple[int, int, tuple[str, ...]], tuple[Node, int] | UnreadError] = {}

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
            while (sign := self.take("+", "-")) or self.signed_group():
                term = self.product()
                minus = sign is not None and sign.text == "-"
                terms.append(Node("neg", Span(sign.start, term.span.end), (term,)) if sign and minus else term)
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
            elif self.begins_factor() and not self.signed_group():
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

    def signed_group(self) -> bool:
        r"""Whether a group stands next that begins with a sign, and goes on as a sum does: ``a \textcolor{red}{- b}``."""
        at = self.at
        if self.next.kind == "command" and self.next.text in _GROUPING:
            at += 1
            if self.next.is_("textcolor", "mathcolor"):
                while at < self.stop and not self.tokens[at].is_("}"):
                    at += 1
                at += 1
        opens = at + 1 < self.stop and self.tokens[at].is_("{")
        return opens and self.tokens[at + 1].is_("+", "-")

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
        if base.kind == "group" and len(inner) > 2 and inner[0].is_("(") and inner[-1].is_(")"):
            raise self.unread("derivative", "(n)")  # (f g)^{(n)} is the nth derivative
        exponent = self.within(start, stop, self.total)
        return Node("power", self.span(first), (base, exponent))

    def operand(self) -> Node:
        """A number, a name, brackets, or what a command begins."""
        token = self.next
        if token.kind == "number":
            if names.is_padded(token):  # 2024-01-31
                raise self.unread("digits")
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
        if token.kind == "outside":
            raise self.unread("outside")
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


#: Commands that only show a group in another way.
_GROUPING = frozenset(
    {"textcolor", "mathcolor", "boxed", "underline", "boldsymbol", "underbrace", "overbrace", "cancel"}
)
_NOT_A_FACTOR_TEXT = """
le ge ne approx propto sim equiv in notin to leftarrow Rightarrow Leftrightarrow coloneq leftrightarrow mapsto subset
subseteq supset ni rfloor rceil rangle pm mp cdot times div odot circ star otimes oplus cup cap setminus vert | wedge
vee mod therefore because forall exists ll gg perp models vdots : < > prec succ preceq succeq overset underset
stackrel neg bullet oslash bigcirc amalg dagger pmod xrightarrow xleftarrow end begin_end downarrow uparrow Downarrow
"""
_NOT_A_FACTOR = frozenset(_NOT_A_FACTOR_TEXT.split())
