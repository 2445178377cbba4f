"""The grammar of formulas: what `y ~ a*b + bs(x, df=4) - 1` says, as a tree of plain lists.

Precedence is R's: ``^``, then ``:``, ``%in%``, ``*`` and ``/``, ``+`` and ``-``, ``~``. Inside a function's brackets signs
mean arithmetic.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from loglik.design.formula.tokens import Token, refuse, tokens
from loglik.errors import nearest

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
            self.stop("sign", sign=sign)

    def stop(self, what: str, at: int | None = None, **values: Any) -> NoReturn:
        refuse(self.text, self.here.at if at is None else at, what, **values)

    def formula(self) -> Formula:
        left: tuple[Tree, ...] = ()
        counted = ""
        if self.sign("~") is None:
            first = self.arithmetic()
            if first[0] == "cbind":
                if len(first) != 3:
                    self.stop("cbind", at=0)
                left, counted = (first[1], first[2]), "failures"
            elif self.sign("|"):
                left, counted = (first, self.arithmetic()), "trials"
            else:
                left = (first,)
            self.need("~")
        right = self.sum()
        if self.here.kind != "end":
            self.stop("tilde" if self.here.text == "~" else "stray", sign=self.here.text)
        return Formula(self.text, left, counted, right)

    def nested(self) -> None:
        self.depth += 1
        if self.depth > _MOST_NESTED:
            self.stop("nested", most=_MOST_NESTED)

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
            tree = [sign, tree, self.inside()]
        return tree

    def inside(self) -> Tree:
        tree = self.interaction()
        while self.sign("%in%") is not None:
            tree = ["%in%", tree, self.interaction()]
        return tree

    def interaction(self) -> Tree:
        tree = self.power()
        while self.sign(":") is not None:
            tree = [":", tree, self.power()]
        return tree

    def power(self) -> Tree:
        tree = self.factor()
        while self.sign("^", "**") is not None:
            token = self.here
            if token.kind != "number" or not token.text.isdigit() or not 1 <= int(token.text[:4]) <= MOST_POWER:
                self.stop("power", most=MOST_POWER)
            self.i += 1
            tree = ["^", tree, int(token.text)]
        return tree

    def factor(self) -> Tree:
        token = self.here
        if token.kind == "number":
            if token.text not in {"0", "1"}:
                self.stop("number_alone", number=token.text)
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
        return self.stop("term")

    # Names and calls, and the arithmetic inside.

    def named(self) -> Tree:
        token = self.here
        self.i += 1
        if token.quoted or self.here.kind != "sign" or self.here.text != "(":
            if not token.text:
                self.stop("empty_name", at=token.at)
            return ["col", token.text]
        if token.text not in FUNCTIONS:
            self.stop("function", at=token.at, name=token.text, near=nearest(token.text, FUNCTIONS))
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
                    self.stop("argument", name=function.text, argument=token.text, known=names)
                self.i += 2
                options[token.text] = self.value(function, token.text)
            elif not arguments or function.text == "cbind":
                arguments.append(self.arithmetic())
            else:
                free = [n for n in names if n not in options]
                if not free:
                    self.stop("too_many", name=function.text)
                options[free[0]] = self.value(function, free[0])
            if self.sign(")"):
                break
            self.need(",")
        if not arguments or (len(arguments) != 2 and function.text == "cbind"):
            self.stop("no_column", at=function.at, name=function.text)
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
                self.stop("ref")
            self.i += 1
            return token.text
        if name == "intercept":
            self.i += 1
            if token.text.lower() not in {"true", "false", "t", "f"}:
                self.stop("true_or_false", name=name)
            return token.text.lower() in {"true", "t"}
        number = self.number()
        if not number.is_integer() or not 1 <= number <= 1_000:
            self.stop("whole", at=token.at, name=name, function=function.text)
        return int(number)

    def number(self) -> float:
        minus = self.sign("-") is not None
        token = self.here
        if token.kind != "number" or not math.isfinite(float(token.text)):
            self.stop("number")
        self.i += 1
        return -float(token.text) if minus else float(token.text)

    def arithmetic(self) -> Tree:
        tree = self.plus()
        if (sign := self.sign("<", "<=", ">", ">=", "==", "!=")) is not None:
            tree = [sign, tree, self.text_or(self.plus)]
        return tree

    def text_or(self, other: Any) -> Tree:
        if self.here.kind == "text":
            self.i += 1
            return ["text", self.tokens[self.i - 1].text]
        return list(other())

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
        return self.stop("arithmetic")
