"""Notation that means one thing here and another there: superscripts, brackets behind a name, letters of constants and means.

What was read may not be what is meant; no number refutes that.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loglik.check.result import Said, said
from loglik.derive.expressions import (
    ONE,
    ZERO,
    Add,
    Constant,
    Derivative,
    E,
    Expr,
    Function,
    Indexed,
    Log,
    Mul,
    Number,
    Pow,
    Product,
    Sum,
    Symbol,
    free_symbols,
    negative,
    parts,
    walk,
)
from loglik.derive.expressions.walk import binder
from loglik.derive.rules.arrangement import arrangement_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from loglik.check.statement import Statement

_NAME = r"(?:\\(?!left|right|big|Big|log|ln|exp|frac|cdot|times|sum|prod|quad)[a-zA-Z]+|(?<![a-zA-Z\\])[a-zA-Z])"
_SCRIPT = r"(?:\s*[_^]\s*(?:\{[^{}]*\}|\\[a-zA-Z]+|[^{}\\\s]))"
_OPENS = re.compile(
    rf"(?<![_^])(?P<accent>\\(?:wide)?(?:hat|tilde)\s*\{{\s*|\\(?:bar|overline|vec|dot|mathcal|mathbf)\s*\{{\s*)?"
    rf"(?P<name>{_NAME})(?(accent)\s*\}}){_SCRIPT}*\s*(?:\\(?:left|bigg?l?|Bigg?l?)\s*)?[(\[](?P<inside>[^()\[\]]*)[)\]]?"
)
_NUMBERED = re.compile(
    rf"(?P<name>{_NAME})(?:\s*_\s*(?:\{{[^{{}}]*\}}|[^{{}}\\\s]))?\s*\^\s*\{{?\s*[01]\s*\}}?(?![0-9])"
)
_SINGLE = re.compile(rf"\s*(?:{_NAME}{_SCRIPT}*|[0-9.]+)\s*")
#: A side that is a name with one thing in brackets behind it: ``u(0)``.
_ALONE = re.compile(
    rf"[\s&]*(?P<name>{_NAME}){_SCRIPT}*\s*(?:\\left)?\((?:\s*(?:{_NAME}{_SCRIPT}*|[0-9.]+)\s*)(?:\\right)?\)[\s&]*"
)
_NAMED = {
    "pi": re.compile(r"\\pi\s*(?:[_(|']|\\left\(|\\theta|\^\s*\{?\s*[a-zA-Z*\\(01])|^\s*\\pi\s*(?:&\s*)?(?:=|$)"),
    "e": re.compile(r"(?<![a-zA-Z\\{])e\s*(?:_|&?\s*[=<>]|\\(?:le|ge|in)(?![a-z]))|^\s*e\s*$"),
}
#: Labels that are 1 or -1, or 1 or 0: their squares are 1, or they themselves.
TWO_VALUES = re.compile(
    r"(?:\\?\{|[\[(（])\s*(?:-\s*1\s*,\s*\+?\s*1|\+?\s*1\s*,\s*-\s*1|0\s*,\s*1)\s*(?:\\?\}|[\])）])|\\pm\s*1(?!\d)|±\s*1(?!\d)"
)
#: A plus in front, and nothing before it.
GOES_ON = re.compile(r"(?:[\s&{}~]|\\(?:quad|qquad|begin\s*\{[a-z]+\*?\}|[,;:! ]|hspace\*?\{[^{}]*\}))*\+")
#: Where pi is the number: circles, normal densities.
_CIRCULAR = re.compile(
    r"\\(?:sin|cos|tan|arctan|arcsin|arccos)(?![a-zA-Z])|2\s*\\pi|\\sqrt\s*\{?\s*\\pi|\\pi\s*\^\s*\{?\s*2"
)
#: A differential: ``2 x y dy``.
_DIFFERENTIAL = re.compile(r"(?<![a-zA-Z\\])d\s*(?:\\[a-zA-Z]+|[a-zA-Z])(?![a-zA-Z(])")
_CONSTANT = re.compile(r"[Cc]onst(?:ant)?|[Kk]onst|cst|cte")
_MEANS = frozenset({"mu", "m"})
_FITTED = ("bar", "hat")


def numbered_above(sources: Iterable[str]) -> frozenset[str]:
    """Names that a document writes with a superscript 1 or 0: it counts something, and so does 2 then."""
    return frozenset(found["name"] for tex in sources for found in _NUMBERED.finditer(tex))


def own_letters(sources: Iterable[str]) -> frozenset[str]:
    """Letters of constants by which a document calls quantities of its own: a policy pi, an error e."""
    texts = tuple(sources)
    return frozenset(each for each, pattern in _NAMED.items() if any(map(pattern.search, texts)))


def ambiguities(
    statement: Statement, index: int, sides: tuple[Expr, Expr], numbered: frozenset[str], own: frozenset[str]
) -> Iterator[Said]:
    """What in the notation of a relation may be meant otherwise."""
    tex = [each.tex for each in statement.terms[index : index + 2]]
    if (above := _superscript(sides)) is not None:
        yield said("gate-superscript", tex=_tex(statement, above))
    elif both := {found["name"] for each in tex for found in _POWERS.finditer(each)} & numbered:
        yield said("gate-superscript", tex=min(both))
    for name, whole in called(tex, sides).items():
        yield said("gate-called" if whole else "gate-call", name=name)
    if any(_is_sandwich(part) for side in sides for _, part in walk(side)):
        yield said("gate-kind")
    if any(map(_reaches, sides)) and not all(map(_reaches, sides)):
        yield said("gate-reach")
    alone = not any(free_symbols(side) for side in sides)
    constants = {part for side in sides for _, part in walk(side) if part in {_PI, E}}
    if _PI in constants and ("pi" in own or (alone and not any(map(_CIRCULAR.search, tex)))):
        yield said("gate-constant", name=r"\pi")
    if E in constants and ((alone and "e" in own) or _is_a_factor(sides)):
        yield said("gate-constant", name="e")
    for name in sorted(_constants(sides)):
        yield said("gate-constant", name=name)
    if "d" in {s.name for side in sides for s in free_symbols(side)} and any(map(_DIFFERENTIAL.search, tex)):
        yield said("gate-constant", name="d")
    for name in sorted(_some_constant(sides)):
        yield said("gate-constant", name=statement.context.tex(name))
    for name in sorted(_means(sides)):
        yield said("gate-mean", name=statement.context.tex(name))


def called(tex: Sequence[str], sides: tuple[Expr, Expr]) -> dict[str, bool]:
    """Names before brackets that were read as factors though they may be called, and whether that is all of a side."""
    whole = {found["name"] for each in tex if (found := _ALONE.fullmatch(each))}
    return {name: name in whole for name in sorted({n for each in tex for n in _called(each, " ".join(tex), sides)})}


def read_as_factors(statement: Statement, index: int, sides: tuple[Expr, Expr]) -> list[str]:
    """Functions that a relation holds for as factors, and is thus not verified: ``u(0) = 0`` says what u is."""
    tex = [term.tex for term in statement.terms[index : index + 2]]
    factors = {s.name.partition("_")[0] for e in sides for s in free_symbols(e) if not s.name.endswith("_joint")}
    return [name for name, whole in called(tex, sides).items() if whole and name.removeprefix("\\") in factors]


def _is_sandwich(e: Expr) -> bool:
    """Whether something stands between a factor and its inverse: ``A x A^{-1}`` is x for numbers alone."""
    match e:
        case Mul(factors=(Pow(base=a, exponent=p), _, *_, Pow(base=b, exponent=q))):
            return a == b and arrangement_key(p) == arrangement_key(negative(q))
        case Mul(factors=(a, _, *_, Pow(base=b, exponent=Number() as q))):
            return a == b and q.value == -1
        case _:
            return False


def _reaches(e: Expr) -> bool:
    """Whether a term stands behind a derivative that may belong to it: ``d/dx x^2 + 3 x``."""
    return isinstance(e, Add) and any(isinstance(each, Derivative) for each in e.terms[:-1])


def _is_a_factor(sides: tuple[Expr, Expr]) -> bool:
    """Whether e stands for itself, and not as what is raised: the identity of a group in ``a e a^{-1} = a a^{-1}``."""
    found = [part for side in sides for _, part in walk(side)]
    known = any(isinstance(part, Log) or (isinstance(part, Number) and part.value.denominator > 1) for part in found)
    return not known and found.count(E) > sum(isinstance(part, Pow) and part.base == E for part in found)


_PI = Constant("pi")
_POWERS = re.compile(rf"(?P<name>{_NAME})(?:\s*_\s*(?:\{{[^{{}}]*\}}|[^{{}}\\\s]))?\s*\^")


def _superscript(sides: tuple[Expr, Expr]) -> Expr | None:
    """The base of a superscript that may count rather than raise: ``w^k`` where ``k`` is nowhere a number.

    It is a number where it stands as a factor or term, or raises what is no name: ``p^y (1-p)^(1-y)``.
    """
    counted = {name for side in sides for name in _counted(side)}
    for side in sides:
        for _, part in walk(side):
            if isinstance(part, Pow) and _is_name(part.base):
                letters = {s.name for s in free_symbols(part.exponent)}
                whole = part.exponent in {ONE, ZERO}
                elements = any(isinstance(inner, Indexed) for _, inner in walk(part.exponent))
                if whole or (letters and not elements and not letters & counted):
                    return part.base
    return None


def _is_name(e: Expr) -> bool:
    return isinstance(e, (Symbol, Indexed)) or (isinstance(e, Constant) and e == _PI)


def _counted(e: Expr) -> Iterator[str]:
    """Names that stand for numbers: not only as an index, a bound, or above a name."""
    match e:
        case Symbol():
            yield e.name
        case Indexed():
            yield e.base.name
        case Pow() if _is_name(e.base):
            yield from _counted(e.base)
        case Sum() | Product():
            yield from _counted(e.body)
        case _:
            bound = binder(e)
            for part in parts(e):
                if part != bound:
                    yield from _counted(part)


def _called(tex: str, both: str, sides: tuple[Expr, Expr]) -> Iterator[str]:
    """Names before brackets that were read as factors though they may be called: ``c(n)``, ``T(k/2)``."""
    functions = {part.name for side in sides for _, part in walk(side) if isinstance(part, Function)}
    for found in _OPENS.finditer(tex):
        name, inside = found["name"], found["inside"]
        if name.removeprefix("\\") in functions or name in {r"\sigma", r"\Gamma", r"\Phi"} or not inside:
            continue
        bare = re.search(rf"{re.escape(name)}(?![a-zA-Z]){_SCRIPT}*(?!\s*(?:[_^(]|\\left\(|\\big))", both)
        if _SINGLE.fullmatch(inside) or bare is None:
            yield name


def _means(sides: tuple[Expr, Expr]) -> Iterator[str]:
    """Names that may be the mean of what is summed, or fitted to it: then they are tied to it by an equation."""
    sums = [part for side in sides for _, part in walk(side) if isinstance(part, Sum)]
    differentiated = {_base(part.variable) for side in sides for _, part in walk(side) if isinstance(part, Derivative)}
    logarithms = any(isinstance(part, Log) for side in sides for _, part in walk(side))
    summed = {part.base.name for each in sums for _, part in walk(each.body) if isinstance(part, Indexed)}
    for name in {s.name for side in sides for s in free_symbols(side)} - differentiated:
        if name.removesuffix("bar") in summed - {name}:  # the mean of what is summed beside it
            yield name
    for each in sums:
        for _, part in walk(each.body):
            for name in {s.name for s in free_symbols(part)} - differentiated if isinstance(part, Add) else ():
                first = name.split("_")[0].removesuffix("vec").removesuffix("bold")
                if first in _MEANS or (first.endswith(_FITTED) and not logarithms):
                    yield name


def _constants(sides: tuple[Expr, Expr]) -> Iterator[str]:
    """Letters that were read as a number, or as any number: ``e`` that is differentiated, ``i`` beside exponentials."""
    places = [part for side in sides for _, part in walk(side)]
    if any(isinstance(part, Derivative) and not free_symbols(part.body) for part in places):
        yield "e"
    circular = any(isinstance(part, Function) and part.name in {"sin", "cos", "sinh", "cosh"} for part in places)
    powers = [part.base for part in places if isinstance(part, Pow)]
    if circular or any(e == E or getattr(e, "name", "") in {"i", "j"} for e in powers):
        free = {s.name for side in sides for s in free_symbols(side) if s.domain.kind != "index"}
        yield from free & {"i", "j"}


def _some_constant(sides: tuple[Expr, Expr]) -> set[str]:
    """Names of a constant that may be another one on each side: ``const``, the C that integrals end with."""
    found = {s.name for side in sides for s in free_symbols(side) if _CONSTANT.fullmatch(s.name)}
    return found | (added_to_both(sides) & {"C", "K"})


def added_to_both(sides: tuple[Expr, Expr]) -> set[str]:
    """Names that are a whole term of each side."""
    one, other = (
        {e.name for e in side.terms if isinstance(e, Symbol)} if isinstance(side, Add) else set() for side in sides
    )
    return one & other


def _base(e: Symbol | Indexed) -> str:
    return e.base.name if isinstance(e, Indexed) else e.name


def _tex(statement: Statement, e: Expr) -> str:
    return statement.context.tex(_base(e) if isinstance(e, (Symbol, Indexed)) else r"\pi")
