"""Texts that compute with other things than real numbers, or that say nearly where they write equal.

``3 + 4 = 2`` is right modulo 5, ``A + A = A`` for truth values, ``(1 + i)^2 = 2i`` for complex numbers, and
``sqrt(1 + x) = 1 + x/2`` to first order: what real numbers say against it refutes none of these.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loglik.check.judge.kinds import numbers_only
from loglik.check.judge.matrices import written_out
from loglik.check.judge.notation import GOES_ON, added_to_both
from loglik.check.model.words import mentioned
from loglik.check.result import Said, said
from loglik.derive.expressions import (
    Add,
    Constant,
    Derivative,
    Expr,
    Function,
    Log,
    Mul,
    Number,
    free_symbols,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loglik.check.judge.surroundings import Surroundings
    from loglik.check.statement import Statement

#: Signs in a formula that its logarithms have another base than e: ``ln`` beside ``log``, ``log e``.
_BARE_LOG = re.compile(r"\\l(?:og|g)(?![a-zA-Z])(?!\s*_)|(?<![a-zA-Z\\])log(?![a-zA-Z_0-9])")
_LOG_BESIDE = re.compile(
    r"\\ln(?![a-zA-Z])|\\log\s*(?:_|\{?\s*\(?\s*e\b(?!\s*\^))|\\lg(?![a-zA-Z])|2\.30|1\.44|3\.32|0\.69|0\.43"
)


def otherwise_computed(
    statement: Statement, index: int, sides: tuple[Expr, Expr], around: Surroundings
) -> Iterator[Said]:
    """Whether a relation may be meant in another arithmetic, or nearly."""
    kinds = around.arithmetics
    if "finite" in kinds and _whole(sides):
        yield said("gate-arithmetic", words=kinds["finite"])
    elif "truth" in kinds and (numbers_only(*sides) or _of_sums_and_products(sides)):
        yield said("gate-arithmetic", words=kinds["truth"])
    free = {s.name.partition("_")[0] for e in sides for s in free_symbols(e)}
    if "complex" in kinds and free & {"i", "j", "k", "epsilon", "varepsilon", "I", "omega", "zeta", "z", "Z", "X", "Y"}:
        yield said("gate-arithmetic", words=kinds["complex"])
    whole = statement.formula.tex[statement.span.start : statement.span.end]
    nearby, block = around.words(statement.formula), around.block(statement.formula)
    if _BARE_LOG.search(whole) and (_LOG_BESIDE.search(whole) or mentioned("base", nearby)):
        yield said("gate-base")
    for subject in ("nearly", "restricted"):
        if words := mentioned(subject, block):
            yield said(f"gate-{subject}", words=words)
    tex = [term.tex for term in statement.terms[index : index + 2]]
    sign = statement.relations[index].sign
    equal = sign == "="
    if sign == "≡" and numbers_only(*sides):
        yield said("gate-arithmetic", words="≡")
    if sign == "!=" and not numbers_only(*sides):  # that they do not commute, or are no linear functions
        yield said("gate-kind")
    if equal and all(isinstance(e, Number) for e in sides) and all(_NUMBER.fullmatch(each) for each in tex):
        yield said("gate-two-numbers")
    elif equal and _is_short(statement, sides):
        yield said("gate-short")
    if (
        numbers_only(*sides)
        and _whole(sides)
        and (digits := [n for each in tex for n in re.findall(r"\d+", each)])
        and _of_two_digits(digits)
    ):
        yield said("gate-numerals", tex=max(digits, key=len))
    elif equal and statement.formula.kind == "inline" and (modulus := _modulus(*sides)):
        yield said("gate-arithmetic", words=f"mod {modulus}")
    if equal and _is_range(tex[0]) and "-" not in tex[1]:
        yield said("gate-units")
    if numbers_only(*sides) and all(_SIZES.fullmatch(each) for each in tex):
        yield said("gate-sizes")
    if numbers_only(*sides) and (odd := next((each for each in tex if _NUMERAL.search(each)), "")):
        yield said("gate-numerals", tex=odd.strip())
    if numbers_only(*sides) and any(map(_by_convention, sides)):
        yield said("gate-rounded")
    source, first, last = statement.formula.tex, statement.terms[index], statement.terms[index + 1]
    if _COMMA.search(source[: first.span.start]) or re.match(r",\d", source[last.span.end :]):
        yield said("gate-comma")
    if written_out(sides) and any(_OF_LISTS.search(each) for each in tex):
        yield said("gate-array")
    if operation := next((found[0] for each in tex if (found := _OPERATION.search(each))), ""):
        yield said("gate-operation", tex=operation)
    if len({pair for each in tex for pair in _SEGMENTS.findall(each)}) > 1:
        yield said("gate-kind")
    if any(map(_PRIMED.search, tex)):
        yield said("gate-prime")
    if any(map(_SLASH.search, tex)):
        yield said("gate-slash")
    if mentioned("options", nearby) or len(_LETTERED.findall(block)) > 1:
        yield said("gate-options")
    if any(map(_NUMBER_BEHIND.search, tex)):
        yield said("gate-numbered")
    if any(_WIDE.search(outside_groups(each)) for each in tex):
        yield said("gate-apart")
    if mentioned("constant", nearby):
        yield from (said("gate-constant", name=name) for name in sorted(added_to_both(sides) & {"c", "k"}))
    goes_on = index + 2 == len(statement.terms) and statement.formula.area.start in around.continued
    if goes_on or any(map(GOES_ON.match, tex)):
        yield said("gate-continued")


def _is_short(statement: Statement, sides: tuple[Expr, Expr]) -> bool:
    """Whether it is one sum of small whole numbers within a sentence: scores, clocks, puzzles; nobody slips in it."""
    within = statement.formula.kind == "inline" and len(statement.relations) == 1
    found = [part for side in sides for _, part in walk(side)]
    values = [part.value for part in found if isinstance(part, Number)]
    whole = all(isinstance(part, Number | Add | Mul) for part in found) and numbers_only(*sides)
    return within and whole and len(values) <= _FEW and all(v.denominator == 1 and abs(v) < _SMALL for v in values)


def _is_range(tex: str) -> bool:
    """Whether it may be from a number to a larger one, as pages and years are: ``10-20 = 11``, ``1990-95 = 5``."""
    if (ends := _RANGE.fullmatch(tex)) is None:
        return False
    first, last = ends[1], ends[2]
    return int(first) < int(last) or (len(first) == len("1990") and int(first[-len(last) :]) < int(last))


def _modulus(left: Expr, right: Expr) -> int:
    """What a sum or product of two whole numbers may be computed modulo of: the clock, the last digit, a field; or 0."""
    operands = left.terms if isinstance(left, Add) else left.factors if isinstance(left, Mul) else ()
    values = [e.value for e in (*operands, right) if isinstance(e, Number) and e.value.denominator == 1]
    if len(operands) != 2 or len(values) != 3 or min(values[:2]) < 0:
        return 0
    a, b, result = map(int, values)
    difference = (a + b if isinstance(left, Add) else a * b) - result
    most = max(a, b, abs(result) + 1)
    return next((m for m in range(max(most, 2), abs(difference) + 1) if difference % m == 0), 0)


_RANGE = re.compile(r"[\s&]*(\d+)\s*-\s*(\d+)[\s&]*")
#: So many numbers, each below a hundred, are a short sum.
_FEW, _SMALL = 4, 100
#: A number alone, however it is written: what it counts, or what it numbers, may be lost.
_NUMBER = re.compile(r"[\s{}~]*[-+]?[\s{}~]*[\d.,]+[\s{}~]*")
#: Whole numbers with crosses between them: the size of a picture or matrix.
_SIZES = re.compile(
    r"[\s()\[\]]*\d+(?:[\s()\[\]]*(?:\\times|\\cdot|×|\*|x|(?<=\d)\s*[+\-](?=\s*\d+\s*(?:\\times|×))|\)\s*(?:\\(?:times|cdot)\s*)?\()[\s()\[\]]*\d+)+[\s()\[\]]*"
)
#: A number in brackets may be rounded down, or a class of numbers; one that begins with 0 may be binary.
_NUMERAL = re.compile(r"^[\s&]*\[\s*-?[\d.]+\s*\](?:\s*\^\s*(?:\d|\{\d+\}))?[\s\\&]*$|(?<![\d.,])0\d+(?![\d.,])")
#: A number from or to a decimal comma is cut in two.
_COMMA = re.compile(r"\d,$")
#: A wide space between two factors: what stands behind it may be the next statement.
_NO_FACTOR = r"\\?(?:cdot|times|div|left|text|mathrm|d(?![a-z])|[+\-*/=,.;:)\]}^_]|$)"
_WIDE = re.compile(rf"[^\s=+\-*/(\[{{,;&^_\\]\s*(?:\\[ ;:]|(?<!\\)~)+\s*(?!{_NO_FACTOR})\S")


#: From one point to another: ``AO + OB``.
_SEGMENTS = re.compile(r"(?<![A-Za-z\\{_^])[A-Z]{2}(?![A-Za-z_^(])")
#: A derivative by what is not said: ``(c)' = 0``; how far a slash reaches: ``1/2 s^2``.
_PRIMED = re.compile(r"[)\]}]\s*(?:'|\^\s*\{?\s*(?:'|\\prime))")
_SLASH = re.compile(r"/\s*\d+\s*(?:\\(?!cdot|times|pm|left|right|[bB]ig|quad)[a-zA-Z]+|[a-zA-Z])")
#: Answers to be chosen from, each with its letter.
_LETTERED = re.compile(r"(?:^|[\s　])(?:[(（\[]?[A-Ea-eアイウエオ][.)）\]、．:：]|[(（\[][xX ]?[)）\]])(?=\s|$)")
#: A number in brackets at the end, which may be that of the equation.
_NUMBER_BEHIND = re.compile(r"[^a-zA-Z}^_\s(=]\s*[(（]\s*\d{1,2}(?:[.\-]\d{1,2})?\s*[)）][\s\\&]*$")


#: Signs for products of elements, and for other things: one function after another, the product of a group.
_OPERATION = re.compile(
    r"\\(?:circ|star|bullet|diamond|ast)(?![a-zA-Z])|∘|⋆|(?<=[a-zA-Z}])\s*(?:\\times(?![a-zA-Z])|×)\s*(?=\(?\\?[a-zA-Z])"
)


#: Not matrices alone, with products and sums of them: lists, and other products.
_OF_LISTS = re.compile(r"\*|\\(?:odot|circ|otimes|oplus|times|cdot|ast|star)(?![a-zA-Z])|[(\[][^()\[\]&]*,")


def _by_convention(e: Expr) -> bool:
    """Whether its value is agreed on, such as the sign of 0."""
    return any(isinstance(part, Function) and part.name == "sign" for _, part in walk(e))


def _of_two_digits(numbers: list[str]) -> bool:
    """Whether numbers may be binary: ``10 + 10 = 100``."""
    return set("".join(numbers)) <= {"0", "1"} and any(len(each) > 1 for each in numbers)


def outside_groups(tex: str) -> str:
    """What stands in no braces and no brackets."""
    out, level = [], 0
    for char in tex:
        level += char in "{(["
        if level <= 0:
            out.append(char)
        level -= char in "})]"
    return "".join(out)


def _whole(sides: tuple[Expr, Expr]) -> bool:
    """Whether only whole numbers, sums, products and powers are on both sides."""
    return _of_sums_and_products(sides) and all(
        part.value.denominator == 1 for e in sides for _, part in walk(e) if isinstance(part, Number)
    )


def _of_sums_and_products(sides: tuple[Expr, Expr]) -> bool:
    return all(
        not isinstance(part, (Log, Derivative, Constant)) and (not isinstance(part, Function) or part.name == "floor")
        for e in sides
        for _, part in walk(e)
    )
