"""The grammar of formulas: what `y ~ a*b + bs(x, df=4) - 1` says, as a tree of plain lists.

Precedence is R's: ``^``, then ``:``, ``%in%``, ``*`` and ``/``, ``+`` and ``-``, ``~``. Inside a function's brackets signs
mean arithmetic.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loglik.design.formula.tokens import Token, around, tokens
from loglik.errors import DataError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

Tree = list[Any]
"""``["col", name]``, ``["num", value]``, or ``[operation, argument, ..., {option: value}]``; what JSON can hold."""

_PLAIN = ("I", "log", "log2", "log10", "log1p", "exp", "expm1", "sqrt", "abs", "center", "scale", "offset", "cbind")
FUNCTIONS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_PLAIN, ()),
    "poly": ("degree",),
    "bs": ("df", "degree", "knots", "intercept"),
    "ns": ("df", "knots", "intercept"),
    "C": ("ref",),
}
"""Functions, and the names of what may stand after their first argument, in order."""
_MOST_NESTED = 40
MOST_POWER = 8


@dataclass(frozen=True)
class Formula:
    """A formula that was read.

    Parameters
    ----------
    text : str
        As it was given.
    left : tuple of Tree
        The target: none, one, or successes and trials.
    counted : str
        How successes are counted: ``"trials"`` for ``successes | trials``, ``"failures"`` for ``cbind(successes, failures)``,
        else empty.
    right : Tree
        What explains it, in the signs of formulas: ``["+", a, b]``, ``["-", ...]``, ``["*", ...]``, ``["/", ...]``,
        ``[":", ...]``, ``["%in%", ...]``, ``["^", a, n]``, ``["1"]``, ``["0"]``, ``["."]`` or a factor's tree.
    """

    text: str
    left: tuple[Tree, ...]
    counted: str
    right: Tree


def read(formula: str) -> Formula:
    """Read a formula.

    Raises
    ------
    DataError
        LL250 what is wrong, and where; LL251 it is too long.
    """
    return _Reader(formula).formula()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: Sequence[Token] = list(tokens(text))
        self.i = 0
        self.depth = 0

    @property
    def here(self) -> Token:
        return self.tokens[self.i]

    def sign(self, *signs: str) -> str | None:
        """Take one of these signs, if it comes next."""
        token = self.here
        if token.kind == "sign" and token.text in signs:
            self.i += 1
            return token.text
        return None

    def need(self, sign: str) -> None:
        if self.sign(sign) is None:
            raise DataError("LL250.sign", character=self.character, shown=self.shown, sign=sign)

    @property
    def character(self) -> int:
        """Where the reader stands."""
        return self.here.at + 1

    @property
    def shown(self) -> str:
        """The formula around that place."""
        return around(self.text, self.here.at)

    def back_to(self, token: Token) -> None:
        """Stand at an earlier token, to say that it is the one that is wrong."""
        self.i = self.tokens.index(token)

    def formula(self) -> Formula:
        left: tuple[Tree, ...] = ()
        counted = ""
        if self.sign("~") is None:
            first = self.arithmetic()
            if first[0] == "cbind":
                if len(first) != 3:
                    self.back_to(self.tokens[0])
                    raise DataError("LL250.cbind", character=self.character, shown=self.shown)
                left, counted = (first[1], first[2]), "failures"
            elif self.sign("|"):
                left, counted = (first, self.arithmetic()), "trials"
            else:
                left = (first,)
            self.need("~")
        right = self.sum()
        if self.here.kind != "end":
            if self.here.text == "~":
                raise DataError("LL250.tilde", character=self.character, shown=self.shown, sign="~")
            raise DataError("LL250.stray", character=self.character, shown=self.shown, sign=self.here.text)
        return Formula(self.text, left, counted, right)

    def nested(self) -> None:
        self.depth += 1
        if self.depth > _MOST_NESTED:
            raise DataError("LL250.nested", character=self.character, shown=self.shown, most=_MOST_NESTED)

    # Formula signs, from the loosest to the tightest.

    def sum(self) -> Tree:
        first = self.sign("+", "-")
        tree = self.product()
        if first == "-":
            tree = ["-", ["1"], tree] if tree != ["1"] else ["0"]
        while (sign := self.sign("+", "-")) is not None:
            tree = [sign, tree, self.product()]
        return tree

    def product(self) -> Tree:
        tree = self.inside()
        while (sign := self.sign("*", "/")) is not None:
            tree = self.joined(sign, tree, self.inside())
        return tree

    def joined(self, sign: str, a: Tree, b: Tree) -> Tree:
        """A product of terms, of which neither is 0 or 1."""
        if a[0] in {"0", "1"} or b[0] in {"0", "1"}:
            number = a[0] if a[0] in {"0", "1"} else b[0]
            raise DataError("LL250.number_alone", character=self.character, shown=self.shown, number=number)
        return [sign, a, b]

    def inside(self) -> Tree:
        tree = self.interaction()
        while self.sign("%in%") is not None:
            tree = self.joined("%in%", tree, self.interaction())
        return tree

    def interaction(self) -> Tree:
        tree = self.power()
        while self.sign(":") is not None:
            tree = self.joined(":", tree, self.power())
        return tree

    def power(self) -> Tree:
        tree = self.factor()
        while self.sign("^", "**") is not None:
            token = self.here
            if token.kind != "number" or not token.text.isdigit() or not 1 <= int(token.text[:4]) <= MOST_POWER:
                raise DataError("LL250.power", character=self.character, shown=self.shown, most=MOST_POWER)
            self.i += 1
            tree = ["^", tree, int(token.text)]
        return tree

    def factor(self) -> Tree:
        token = self.here
        if token.kind == "number":
            if token.text not in {"0", "1"}:
                raise DataError("LL250.number_alone", character=self.character, shown=self.shown, number=token.text)
            self.i += 1
            return [token.text]
        if self.sign("."):
            return ["."]
        if self.sign("("):
            self.nested()
            tree = self.sum()
            self.need(")")
            self.depth -= 1
            return tree
        if token.kind == "name":
            return self.named()
        raise DataError("LL250.term", character=self.character, shown=self.shown)

    # Names and calls, and the arithmetic inside.

    def named(self) -> Tree:
        token = self.here
        self.i += 1
        if token.quoted or self.here.kind != "sign" or self.here.text != "(":
            if not token.text:
                self.back_to(token)
                raise DataError("LL250.empty_name", character=self.character, shown=self.shown)
            return ["col", token.text]
        if token.text not in FUNCTIONS:
            self.back_to(token)
            raise DataError(
                "LL250.function",
                character=self.character,
                shown=self.shown,
                name=token.text,
                near=nearest(token.text, FUNCTIONS),
            )
        self.need("(")
        self.nested()
        arguments, options = self.arguments(token)
        self.depth -= 1
        return [token.text, *arguments, *([options] if options else [])]

    def arguments(self, function: Token) -> tuple[list[Tree], dict[str, Any]]:
        arguments: list[Tree] = []
        options: dict[str, Any] = {}
        names = FUNCTIONS[function.text]
        while True:
            token, after = self.here, self.tokens[min(self.i + 1, len(self.tokens) - 1)]
            if token.kind == "name" and after.kind == "sign" and after.text == "=":
                if token.text not in names or token.text in options:
                    raise DataError(
                        "LL250.argument",
                        character=self.character,
                        shown=self.shown,
                        name=function.text,
                        argument=token.text,
                        known=names,
                    )
                self.i += 2
                options[token.text] = self.value(function, token.text)
            elif not arguments or function.text == "cbind":
                arguments.append(self.arithmetic())
            else:
                free = [n for n in names if n not in options]
                if not free:
                    raise DataError("LL250.too_many", character=self.character, shown=self.shown, name=function.text)
                options[free[0]] = self.value(function, free[0])
            if self.sign(")"):
                break
            self.need(",")
        if not arguments or (len(arguments) != 2 and function.text == "cbind"):
            self.back_to(function)
            raise DataError("LL250.no_column", character=self.character, shown=self.shown, name=function.text)
        return arguments, options

    def value(self, function: Token, name: str) -> Any:
        """What an option is: a number, a text, or for knots a list of numbers."""
        token = self.here
        if name == "knots":
            bracket = token.kind == "name" and token.text == "c"
            self.i += bracket
            if self.sign("("):
                numbers = [self.number()]
                while self.sign(","):
                    numbers.append(self.number())
                self.need(")")
                return numbers
            return [self.number()]
        if name == "ref":
            if token.kind not in {"text", "number", "name"}:
                raise DataError("LL250.ref", character=self.character, shown=self.shown)
            self.i += 1
            return token.text
        if name == "intercept":
            self.i += 1
            if token.text.lower() not in {"true", "false", "t", "f"}:
                raise DataError("LL250.true_or_false", character=self.character, shown=self.shown, name=name)
            return token.text.lower() in {"true", "t"}
        number = self.number()
        if not number.is_integer() or not 1 <= number <= 1_000:
            self.back_to(token)
            raise DataError(
                "LL250.whole", character=self.character, shown=self.shown, name=name, function=function.text
            )
        return int(number)

    def number(self) -> float:
        minus = self.sign("-") is not None
        token = self.here
        if token.kind != "number" or not math.isfinite(float(token.text)):
            raise DataError("LL250.number", character=self.character, shown=self.shown)
        self.i += 1
        return -float(token.text) if minus else float(token.text)

    def arithmetic(self) -> Tree:
        tree = self.plus()
        if (sign := self.sign("<", "<=", ">", ">=", "==", "!=")) is not None:
            tree = [sign, tree, self.plus()]
        return tree

    def plus(self) -> Tree:
        tree = self.times()
        while (sign := self.sign("+", "-")) is not None:
            tree = [sign, tree, self.times()]
        return tree

    def times(self) -> Tree:
        tree = self.unary()
        while (sign := self.sign("*", "/")) is not None:
            tree = [sign, tree, self.unary()]
        return tree

    def unary(self) -> Tree:
        if self.sign("-"):
            self.nested()
            tree = ["neg", self.unary()]
            self.depth -= 1
            return tree
        self.sign("+")
        base = self.atom()
        if self.sign("^", "**"):
            self.nested()
            base = ["^", base, self.unary()]
            self.depth -= 1
        return base

    def atom(self) -> Tree:
        token = self.here
        if token.kind == "number":
            return ["num", self.number()]
        if self.sign("("):
            self.nested()
            tree = self.arithmetic()
            self.need(")")
            self.depth -= 1
            return tree
        if token.kind == "name":
            return self.named()
        raise DataError("LL250.arithmetic", character=self.character, shown=self.shown)
