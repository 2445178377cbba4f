"""Plain syntax, second half: recursive descent over the tokens. Nothing of the text is ever run.

::

    statement  = relations [ "<=>" relations ]
    relations  = sum { ("=" | "<=" | ">=" | "<" | ">" | "!=") sum }
    sum        = ["-"] product { ("+" | "-") product }
    product    = power { ("*" | "/") power }
    power      = operand [ "^" exponent ]
    exponent   = "-" exponent | power
    operand    = number | name | name "[" sum {"," sum} "]" | name "^[" sum "]" | call | derivative | "(" statement ")"
               | "|" sum "|"
    call       = "log(" sum ["," base] ")" | "exp(" sum ")" | "sqrt(" sum ")" | function "(" sum {"," sum} ")"
               | ("sum" | "product") "(" sum "," name "," lower "," upper ")"
               | "expectation(" sum "," name "," name "," lower "," upper ")"
               | "lim(" name "->" sum "," sum ")" | "at(" sum "," name "," sum ")"
    derivative = "d/d" name [ "[" sum {"," sum} "]" ] power
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from loglik.derive.expressions.domains import REAL, Domain
from loglik.derive.expressions.nodes import (
    MAX_DEPTH,
    MINUS_ONE,
    Add,
    At,
    Chain,
    Constant,
    Derivative,
    E,
    Equation,
    Expr,
    Function,
    Indexed,
    Limit,
    Log,
    Number,
    Pow,
    Product,
    Sum,
    Symbol,
    exp,
    product_of,
    reciprocal,
)
from loglik.derive.syntax.notations import HALF, NOTATIONS, expectation
from loglik.derive.syntax.tokens import FormulaError, Token, not_parsed, tokens
from loglik.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

#: Functions and their numbers of arguments.
FUNCTIONS = {"sigmoid": 1, "softmax": 3, "delta": 2, "abs": 1}
RESERVED = frozenset(
    {"d", "e", "log", "exp", "sqrt", "sum", "product", "lim", "at", "expectation", *FUNCTIONS, *NOTATIONS}
)
_RELATIONS = frozenset({"=", "<=", ">=", "<", ">", "!="})


def parse(text: str, symbols: Mapping[str, Domain] | None = None, functions: Collection[str] = ()) -> Expr:
    """Read a formula in plain syntax.

    Parameters
    ----------
    text : str
        The formula.
    symbols : mapping of str to Domain, optional
        The names that may occur, with the sets their values come from. Without it every name is a real number.
    functions : collection of str
        Names that may be used as functions beside the known ones.

    Raises
    ------
    DataError
        LL160: not a formula. LL161: a name that is not declared. LL162: too long, too deep or a number too large.

    Examples
    --------
    >>> parse("d/dx log(x, a)")
    Derivative(body=Log(argument=Symbol(name='x', ...), base=Symbol(name='a', ...)), variable=Symbol(name='x', ...))
    """
    return _Parser(text, symbols, functions).whole()


class _Parser:
    """The text, its tokens, and how far they are read: the state that all the functions below share."""

    def __init__(self, text: str, symbols: Mapping[str, Domain] | None, functions: Collection[str]) -> None:
        self.text, self.symbols, self.functions = text, symbols, functions
        self.tokens = tokens(text)
        self.at = 0
        self.depth = 0
        self.bound: list[str] = []
        self.calls: dict[str, Callable[[], Expr]] = {
            "log": self.log,
            "exp": lambda: exp(self.total()),
            "sqrt": lambda: Pow(self.total(), HALF),
            "expectation": self.expectation,
            "sum": lambda: Sum(*self.ranged()),
            "product": lambda: Product(*self.ranged()),
            "lim": self.limit,
            "at": self.evaluated,
        }

    # -- tokens

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self, *marks: str) -> str | None:
        if self.next.kind == "mark" and self.next.text in marks:
            self.at += 1
            return self.tokens[self.at - 1].text
        return None

    def expect(self, mark: str) -> None:
        if self.take(mark) is None:
            raise self.wrong("LL160.expected", mark=mark, found=self.next.text)

    def wrong(self, key: str, token: Token | None = None, **values: Any) -> FormulaError:
        return not_parsed(key, self.text, (token or self.next).place, **values)

    def deeper(self, token: Token, refusal: str = "LL162.nested") -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FormulaError(refusal, token.place, most=MAX_DEPTH)

    def unknown(self, key: str, token: Token, name: str, known: Collection[str]) -> FormulaError:
        return FormulaError(key, token.place, name=name, near=nearest(name, known), known=list(known))

    # -- from the loosest binding to the tightest

    def whole(self) -> Expr:
        found = self.statement()
        if self.next.kind != "end":
            raise self.wrong("LL160.left_over", found=self.next.text)
        return found

    def statement(self) -> Expr:
        left = self.relations()
        return Equation(left, "<=>", self.relations()) if self.take("<=>") else left

    def relations(self) -> Expr:
        terms, between = [self.total()], []
        while found := self.take(*_RELATIONS):
            between.append(found)
            terms.append(self.total())
        if not between:
            return terms[0]
        if len(between) == 1:
            return Equation(terms[0], between[0], terms[1])
        return Chain(tuple(terms), tuple(between))

    def total(self) -> Expr:
        self.deeper(self.next)
        terms = [self.term(negative=self.take("-") is not None)]
        while sign := self.take("+", "-"):
            terms.append(self.term(negative=sign == "-"))
        self.depth -= 1
        return Add(tuple(terms)) if len(terms) > 1 else terms[0]

    def term(self, *, negative: bool) -> Expr:
        factors = self.factors()
        if not negative:
            return product_of(factors)
        # A sign before a written number belongs to the number.
        if isinstance(factors[0], Number) and self.literal and factors[0].value:
            return product_of([Number(-factors[0].value), *factors[1:]])
        return product_of([MINUS_ONE, *factors])

    def factors(self) -> list[Expr]:
        first = self.literal_number()
        literal = first is not None
        factors: list[Expr] = []
        if first is None:
            factors.append(self.power())
        elif self.take("/"):
            below = self.literal_number()
            if below is not None:  # 2/3 is a number
                factors.append(Number(self.divided(first, below)))
            else:  # 1/x is a power, 2/x a product
                factors += [] if first.value == 1 else [first]
                literal = first.value != 1
                factors.append(reciprocal(self.power()))
        else:
            factors.append(first)
        while mark := self.take("*", "/"):
            if mark == "*":
                factors.append(self.power())
            elif (below := self.literal_number()) is not None:
                factors.append(Number(self.divided(Number(Fraction(1)), below)))
            else:
                factors.append(reciprocal(self.power()))
        self.literal = literal
        return factors

    def divided(self, above: Number, below: Number) -> Fraction:
        if not below.value:
            raise self.wrong("LL160.division", self.tokens[self.at - 1])
        return above.value / below.value

    def literal_number(self) -> Number | None:
        """A number that is not the base of a power."""
        following = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        if self.next.kind != "number" or following.text == "^":
            return None
        self.at += 1
        return Number(Fraction(self.tokens[self.at - 1].text))

    def power(self) -> Expr:
        base = self.operand()
        return Pow(base, self.exponent()) if self.take("^") else base

    def exponent(self) -> Expr:
        self.deeper(self.next, "LL162.exponents")
        if self.take("-"):
            below = self.exponent()
            found = Number(-below.value) if isinstance(below, Number) else product_of([MINUS_ONE, below])
        else:
            found = self.power()
        self.depth -= 1
        return found

    def operand(self) -> Expr:
        token = self.next
        if self.take("("):
            self.depth += 1
            inner = self.statement()
            self.depth -= 1
            self.expect(")")
            return inner
        if self.take("|"):
            inner = self.total()
            self.expect("|")
            return Function("abs", (inner,))
        if token.kind == "number":
            self.at += 1
            return Number(Fraction(token.text))
        if token.kind != "name":
            if token.text:
                raise self.wrong("LL160.operand", found=token.text)
            raise self.wrong("LL160.early_end")
        self.at += 1
        if token.text == "d":
            return self.derivative(token)
        if self.take("("):
            return self.call(token)
        if token.text == "e":
            return E
        return self.indexed(self.symbol(token))

    # -- names

    def symbol(self, token: Token, name: str | None = None) -> Symbol:
        name = name or token.text
        if name in RESERVED:
            raise self.wrong("LL160.reserved", token, name=name)
        if self.symbols is None:
            return Symbol(name, REAL)
        if name in self.symbols:
            return Symbol(name, self.symbols[name])
        if name in self.bound:
            return Symbol(name, REAL)
        raise self.unknown("LL161.not_declared", token, name, self.symbols)

    def indexed(self, base: Symbol) -> Symbol | Indexed:
        upper = self.next.text == "^" and self.tokens[self.at + 1].text == "["
        if upper:
            self.at += 1
        if not self.take("["):
            return base
        indices = self.several()
        self.expect("]")
        return Indexed(base, tuple(indices), upper)

    def derivative(self, token: Token) -> Expr:
        self.expect("/")
        by = self.next
        if by.kind != "name" or not by.text.startswith("d") or len(by.text) == 1:
            raise self.wrong("LL160.derivative")
        self.at += 1
        variable = self.indexed(self.symbol(by, by.text[1:]))
        self.deeper(token)
        found = Derivative(self.power(), variable)
        self.depth -= 1
        return found

    def new_bound(self) -> Symbol:
        token = self.next
        if token.kind != "name":
            raise self.wrong("LL160.name_expected")
        self.at += 1
        self.bound.append(token.text)
        return self.symbol(token)

    # -- calls; the opening bracket is read, the closing one is read in `call`

    def call(self, token: Token) -> Expr:
        name = token.text
        if name in self.calls:
            found = self.calls[name]()
        elif name in FUNCTIONS or name in self.functions or name in NOTATIONS:
            args = self.several()
            wanted = NOTATIONS[name][0] if name in NOTATIONS else FUNCTIONS.get(name, len(args))
            if len(args) != wanted:
                raise self.wrong("LL160.arguments", token, name=name, wanted=wanted, given=len(args))
            written = NOTATIONS[name][1](self.symbols or {}, *args) if name in NOTATIONS else None
            found = Function(name, tuple(args)) if written is None else written
        else:
            known = sorted({*self.calls, *FUNCTIONS, *NOTATIONS, *self.functions})
            raise self.unknown("LL161.no_function", token, name, known)
        self.expect(")")
        return found

    def several(self) -> list[Expr]:
        found = [self.total()]
        while self.take(","):
            found.append(self.total())
        return found

    def log(self) -> Expr:
        argument = self.total()
        base: Expr = self.total() if self.take(",") else Constant("e")
        return Log(argument, base)

    def ahead_for_names(self) -> None:
        """The variable of a sum stands after its body: note it before the body is read."""
        level, at = 1, self.at
        while level and self.tokens[at].kind != "end":
            text = self.tokens[at].text
            level += (text in {"(", "["}) - (text in {")", "]"})
            if text == "," and level == 1 and self.tokens[at + 1].kind == "name":
                self.bound.append(self.tokens[at + 1].text)
                return
            at += 1
        self.bound.append("")

    def ranged(self) -> tuple[Expr, Symbol, Expr, Expr]:
        return *self.body_and_name(), *self.ends()

    def expectation(self) -> Expr:
        body, index = self.body_and_name()
        family = self.total()
        self.expect(",")
        return expectation(body, index, family, *self.ends())

    def body_and_name(self) -> tuple[Expr, Symbol]:
        self.ahead_for_names()
        body = self.total()
        self.expect(",")
        variable = self.new_bound()
        del self.bound[-2:]
        self.expect(",")
        return body, variable

    def ends(self) -> tuple[Expr, Expr]:
        lower = self.total()
        self.expect(",")
        return lower, self.total()

    def limit(self) -> Expr:
        variable = self.new_bound()
        self.expect("->")
        self.bound.pop()
        point = self.total()
        self.expect(",")
        self.bound.append(variable.name)
        body = self.total()
        self.bound.pop()
        return Limit(body, variable, point)

    def evaluated(self) -> Expr:
        return At(*self.body_and_name(), self.total())
