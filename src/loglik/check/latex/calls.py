r"""Names before brackets: called, or multiplied. Known functions, with brackets or without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.check.latex import means, names, sketches
from loglik.check.latex.hints import FUNCTION_LETTERS
from loglik.check.latex.tree import Node, UnreadError, is_bold
from loglik.check.statement import Span

if TYPE_CHECKING:
    from loglik.check.latex.parser import Parser
    from loglik.check.latex.tokens import Token

#: Commands and words that are functions of one number.
FUNCTIONS = {
    "exp": "exp", "sin": "sin", "cos": "cos", "tan": "tan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh",
    "arctan": "arctan", "arcsin": "arcsin", "arccos": "arccos", "sgn": "sign", "sign": "sign", "sigmoid": "sigmoid",
    "Sigmoid": "sigmoid", "relu": "relu", "ReLU": "relu", "logit": "logit", "softplus": "softplus", "tg": "tan",
    "th": "tanh", "abs": "abs", "sqrt": "sqrt", "cot": "cot", "sec": "sec", "csc": "csc", "arctanh": "arctanh",
    "erf": "erf", "logistic": "sigmoid", "expit": "sigmoid",
}  # fmt: skip
LOGARITHMS = {"log": "", "ln": "", "lb": "2"}
#: Functions of vectors, matrices, distributions: called whatever stands in the brackets.
_OTHERS_TEXT = """
softmax Softmax KL JS Var Cov Pr Bernoulli CE BCE MSE NLL tr Tr trace det diag rank LSE logsumexp LogSumExp lse dim
Ber Cat Beta Dir Dirichlet Categorical Multinomial Binomial Normal Poisson Gamma Uniform Exp Bin Mult Bern
"""
OTHERS = frozenset(_OTHERS_TEXT.split())
#: Numbers of a matrix, which stands behind them without brackets as well.
_OF_MATRICES = frozenset({"det", "tr", "Tr", "trace", "rank"})
_EXTREME = ("max", "min", "argmax", "argmin", "sup", "inf")
_ARGUMENT_ENDS = frozenset({"+", "-", "*", "cdot", "times", "/", "div", "odot", "circ", "pm", "mp"})


def name_or_call(p: Parser) -> Node:
    """A name, a call of it, or a known function that is written as a word."""
    token = p.next
    first = p.at
    if token.text in {"E", "mathbb"} and (found := means.expectation(p)) is not None:
        return found
    if token.kind == "letter":
        word = _function_word(p)
        if word is not None:
            return word
    if (
        token.kind == "word"
        and token.text in {*FUNCTIONS, *LOGARITHMS}
        and not p.ahead().is_("=", "^", "_")
        and _applied(p)
    ):
        p.step()
        return known(p, token.text, first)
    if token.kind == "word" and token.text in {"argmax", "argmin"}:
        raise p.unread("extreme", token.text, token)
    if token.kind == "upright" and token.text == "d" and not p.ahead().is_("_", "^", "(", "=", "'"):
        raise p.unread("derivative", "d", token)
    if token.kind == "upright" and token.text == "e":
        p.step()
        return Node("name", Span(token.start, token.end), (), "e")
    return called(p, names.name(p), first)


def _function_word(p: Parser) -> Node | None:
    """``log x`` without its backslash."""
    first = p.at
    run = ""
    at = p.at
    while at < p.stop and p.tokens[at].kind == "letter" and not (run and p.tokens[at].spaced):
        run += p.tokens[at].text
        at += 1
    for word in sorted({*FUNCTIONS, *LOGARITHMS, "max", "min", "argmax", "argmin"}, key=len, reverse=True):
        if run == word and len(word) > 1 and word not in {"th", "tg", "abs", "sec"}:
            token = p.tokens[at] if at < p.stop else p.ending
            if word in {"max", "min", "argmax", "argmin"}:
                if token.is_("("):
                    p.at = at
                    return _extreme_of(p, word, first)
                raise p.unread("extreme", word)
            if token.is_("(", "[", "{", "_", "^", "\\frac") or p.tokens[at : at + 1]:
                p.at = at
                return known(p, word, first)
    return None


def _applied(p: Parser) -> bool:
    after = p.ahead()
    return after.is_("(", "[", "{", "frac", "\\{") or after.kind in {"letter", "number"}


def called(p: Parser, name: Node, first: int) -> Node:
    """The name applied to what stands in brackets behind it, if it is a function; the name itself otherwise."""
    primes = 0
    while p.next.is_("'"):
        p.step()
        primes += 1
    if name.text in _OF_MATRICES and not primes and not p.next.is_("(", "[", "_", "^") and p.begins_factor():
        return _of_matrix(p, name, first)
    if not p.next.is_("(", "[") or not is_called(p, name, primes):
        if primes:
            raise p.unread("prime", name.text)
        return name
    found = arguments(p, name, first)
    if primes:
        found = Node("prime", found.span, found.parts, found.text, primes)
    return found


def _of_matrix(p: Parser, name: Node, first: int) -> Node:
    """``det A``, ``tr ABC``: of a trace all factors behind it, of a determinant those that stand close together."""
    begin = p.at
    inside = p.factor()
    while p.begins_factor() and p.next.text not in _OF_MATRICES and (name.text != "det" or not p.next.spaced):
        inside = p.times(inside, p.factor(), begin, "")
    return Node("call", p.span(first), (name, inside))


def is_called(p: Parser, name: Node, primes: int = 0) -> bool:
    """Whether the brackets behind a name hold its arguments."""
    key = name.text
    if primes or key in OTHERS or key in FUNCTIONS or key.startswith(("E_bb", "P_bb")):
        return True
    square = p.next.is_("[")
    listed = _has_separator(p)
    letter = key.split("_")[0]
    for accent in ("hat", "bar", "tilde"):
        letter = letter.removesuffix(accent) or letter
    if square and not p.next.spaced and key not in {"E", "H", "I", "Var", "V", "P", "D"} and _element_like(p, name):
        return True
    if square and key not in {"E", "H", "I", "Var", "V", "E_bb"}:
        upright = p.tokens[p.at - 1].kind in {"upright", "word"} or is_bold(key)
        return upright or listed or (p.hints.functions.get(key, letter in FUNCTION_LETTERS) and argument_like(p))
    if key in p.hints.functions:
        known_as = p.hints.functions[key]
        if not known_as and not listed:
            return False
        if listed or argument_like(p):
            return True
        if known_as:
            return key not in p.hints.mixed or p.choices.choose(f"call {key}", "call", "product") == "call"
    if listed or (letter in FUNCTION_LETTERS and _holds_relation(p)):
        return True
    if len(key) > 1 and p.tokens[p.at - 1].kind == "word":
        return True
    if (letter in FUNCTION_LETTERS or ("_" in key and letter[:1].isupper())) and argument_like(p):
        return True
    if letter in FUNCTION_LETTERS:
        usual = "call" if letter in {"f", "g", "h"} and not name.parts else "product"
        other = "product" if usual == "call" else "call"
        return p.choices.choose(f"call {key}", usual, other) == "call"
    if argument_like(p) and letter not in {
        "x",
        "y",
        "z",
        "n",
        "m",
        "k",
        "a",
        "b",
        "c",
        "i",
        "j",
        "t",
        "N",
        "alpha",
        "eta",
        "lambda",
    }:
        return p.choices.choose(f"call {key}", "product", "call") == "call"
    return False


def _closing(p: Parser) -> int:
    level = 0
    for at in range(p.at, p.stop):
        level += p.tokens[at].is_("(", "[") - p.tokens[at].is_(")", "]")
        if level == 0:
            return at
    return p.stop


def _has_separator(p: Parser) -> bool:
    """Whether a comma, a semicolon or a bar stands in the brackets, not within brackets of its own."""
    level = bars = 0
    for token in p.tokens[p.at + 1 : _closing(p)]:
        level += token.is_("(", "[", "{", "\\{") - token.is_(")", "]", "}", "\\}")
        if level == 0 and (token.is_(",", ";")):
            return True
        bars += level == 0 and token.is_("vert", "|")
    return bars % 2 == 1 or (
        bars == 2
        and any(p.tokens[at].is_("|", "vert") and p.tokens[at + 1].is_("|", "vert") for at in range(p.at, _closing(p)))
    )


def _holds_relation(p: Parser) -> bool:
    """Whether an event stands in the brackets: ``I(y = k)``."""
    return any(token.is_("=", "ne", "le", "ge", "<", ">") for token in p.tokens[p.at + 1 : _closing(p)])


def argument_like(p: Parser) -> bool:
    """Whether what stands in the brackets is one name, with what hangs on it, one number, or a call of a function."""
    inner = p.tokens[p.at + 1 : _closing(p)]
    if not inner:
        return False
    if len(inner) == 1:
        return inner[0].kind in {"letter", "number", "word", "upright"} or inner[0].kind == "command"
    kept = p.at, p.stop, p.bars
    p.at, p.stop, p.bars = p.at + 1, _closing(p), []
    try:
        if not names.begins_name(p):
            return False
        called = names.name(p).text.split("_")[0] in FUNCTION_LETTERS
        return p.at == p.stop or (called and p.next.is_("(") and _closing(p) == p.stop - 1)
    except UnreadError:
        return False
    finally:
        p.at, p.stop, p.bars = kept


def _element_like(p: Parser, name: Node) -> bool:
    """Whether square brackets hold an index, as programs write it: ``A[i-1]``."""
    inner = p.tokens[p.at + 1 : _closing(p)]
    letters = {t.text for t in inner if t.kind == "letter"}
    return names.index_like(inner) and letters <= set("ijklmnt") and name.text not in letters


def arguments(p: Parser, name: Node, first: int) -> Node:
    """Arguments in brackets, with what separates them: ``,``, ``;``, ``|`` or ``||``; relations are events."""
    opening = p.step()
    closing = {"(": ")", "[": "]", "{": "}", "\\{": "\\}"}[opening.text]
    found: list[Node] = []
    separators = ""
    p.bars.append("call")
    try:
        while True:
            found.append(_argument(p))
            if p.next.is_(",", ";", "vert", "|"):
                token = p.step()
                sign = "|" if token.text in {"vert", "|"} else token.text
                if token.kind == "command" and token.text == "|" and not _is_given(name, found[0]):
                    sign = "‖"
                if sign == "|" and p.next.is_("|", "vert"):
                    p.step()
                    sign = "‖"
                separators += sign
            elif p.take(closing, ")" if closing == "]" else "]"):
                break
            else:
                raise p.unread("brackets" if p.next.kind == "end" else "sign")
    finally:
        p.bars.pop()
    return Node("call", p.span(first), (name, *found), separators)


def _is_given(name: Node, first: Node) -> bool:
    r"""Whether ``\|`` is the bar of a condition, as tables of Markdown have to write it: ``P(X\|Y)``, ``H(X\|Y)``."""
    return name.text in {"p", "P", "q", "E", "Pr"} or (name.text in {"H", "I"} and first.text.isupper())


def _argument(p: Parser) -> Node:
    """A sum, or an event: a relation between two sums."""
    first = p.at
    if p.next.is_("cdot", "bullet") and p.ahead().is_(")", "]", ",", "|", "vert"):
        token = p.step()
        return Node("name", Span(token.start, token.end), (), "·")
    left = p.total()
    signs = {"=": "=", "le": "<=", "ge": ">=", "<": "<", ">": ">", "ne": "!=", "in": "∈", "sim": "~"}
    if p.next.is_(*signs):
        sign = signs[p.step().text]
        return Node("relation", p.span(first), (left, p.total()), sign)
    if p.next.is_("cup", "cap", "vee", "wedge", "neg", "setminus", "sim", "to", "mapsto", ":"):
        raise p.unread("operator")
    return left


# -- known functions


def known(p: Parser, name: str, first: int) -> Node:
    """A known function whose name is read: scripts, then its argument in brackets or without."""
    lower: Node | None = None
    upper: Node | None = None
    while p.next.is_("_", "^", "'"):
        mark = p.step()
        if mark.text == "'":
            raise p.unread("prime", name, mark)
        start, stop = p.argument()
        inner = p.within(start, stop, p.total)
        if mark.text == "_":
            lower = inner
        else:
            upper = inner
    if name in LOGARITHMS and lower is None and _base_behind(p):  # log2(8), as in code
        base = p.step()
        lower = Node("number", Span(base.start, base.end), (), base.text)
    argument, bracketed = _applied_to(p, name)
    found = _function(p, name, argument, lower, first)
    if bracketed and p.next.is_("^") and upper is None:
        # log(u)^p: a power of the logarithm, or of what stands in the brackets
        place = p.at
        p.step()
        exponent = p.within(*p.argument(), p.total)
        usual, other = ("outside", "inside") if bracketed else ("inside", "outside")
        if p.choices.choose(f"{name}(u)^p at {p.tokens[place].start}", usual, other) == "outside":
            return Node("power", p.span(first), (found, exponent))
        inside = Node("power", p.span(first), (argument, exponent))
        return _function(p, name, inside, lower, first)
    if upper is None:
        return found
    if name in {"sin", "cos", "tan", "sinh", "cosh", "tanh"} and upper.kind == "neg":
        raise p.unread("script", f"{name}^-1")
    return Node("power", p.span(first), (found, upper))


def _base_behind(p: Parser) -> bool:
    """Whether a 2 or 10 and a bracket follow without a space."""
    digits, bracket = p.tokens[p.at : p.at + 2] if p.at + 1 < p.stop else (p.next, p.next)
    return (
        digits.kind == "number"
        and digits.text in {"2", "10"}
        and bracket.is_("(")
        and not (digits.spaced or bracket.spaced)
    )


def _function(p: Parser, name: str, argument: Node, lower: Node | None, first: int) -> Node:
    span = p.span(first)
    if name in LOGARITHMS:
        if LOGARITHMS[name]:
            lower = Node("number", span, (), LOGARITHMS[name])
        return Node("log", span, (argument,) if lower is None else (argument, lower))
    if lower is not None:
        raise p.unread("script", name)
    return Node("function", span, (argument,), FUNCTIONS[name])


def _applied_to(p: Parser, name: str) -> tuple[Node, bool]:
    """The argument of a known function, and whether it stands in brackets of its own."""
    first = p.at
    if p.next.is_("(", "[", "\\{"):
        found = p.bracketed()
        return found, True
    if p.next.is_("{"):
        start, stop = p.argument()
        return p.within(start, stop, p.total), False
    if p.next.is_("-"):
        raise p.unread("sign", f"{name} -")
    found = p.factor()
    if not p.begins_factor() and not p.next.is_("/"):
        return found, False
    if found.kind in {"big", "limit", "log", "function"} or _ends_argument(p):
        return found, False
    if p.next.is_("/") and _is_function(p.ahead()):  # ln 8 / ln 2
        return found, False
    if p.next.is_("/"):
        if p.choices.choose(f"{name} a/b at {p.next.start}", "all", "first") == "all":
            found = p.divided(found, first)
        return found, False
    # log p(x) q(x): of the product, or of its first factor
    calls = found.kind in {"call", "abs", "power"} or p.next.is_("(", "[") or found.kind == "group"
    usual, other = ("first", "all") if calls or p.next.spaced else ("all", "first")
    if p.choices.choose(f"{name} ab at {p.next.start}", usual, other) == "all":
        while p.begins_factor() and not _ends_argument(p):
            found = p.times(found, p.factor(), first, "")
    return found, False


def _ends_argument(p: Parser) -> bool:
    """Whether what stands next begins a factor beside the function rather than within its argument."""
    token = p.next
    return _is_function(token) or token.is_("sum", "prod", "lim", "int", *_EXTREME)


def _is_function(token: Token) -> bool:
    return token.kind in {"word", "command"} and token.text in {*FUNCTIONS, *LOGARITHMS}


def _extreme_of(p: Parser, word: str, first: int) -> Node:
    """``max(a, b)``: the largest of several numbers."""
    if p.next.is_("("):
        p.step()
        inside = p.inside(")")
    elif p.next.is_("\\{"):
        p.step()
        inside = p.inside("\\}")
    else:
        raise p.unread("extreme", word)
    if inside.kind != "list" or word not in {"max", "min"}:
        raise p.unread("extreme", word)
    return Node("function", p.span(first), inside.parts, word)


def extreme(p: Parser, word: str, first: int) -> Node:
    """An extreme of several numbers; one over a set is not understood."""
    if p.next.is_("{") and p.ahead().is_("(", "\\{"):
        start, stop = p.argument()
        return p.within(start, stop, lambda: _extreme_of(p, word, start))
    if p.next.is_("(", "\\{"):
        return _extreme_of(p, word, first)
    if p.sketched:
        p.at = first
        return sketches.over(p)
    raise p.unread("extreme", f"\\{word}")
