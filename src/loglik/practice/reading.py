"""A line as it is typed: plain syntax or LaTeX, with its relation to the line before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loglik.derive.expressions import Equation, Expr, Function, Symbol, parts, product_of, rebuild
from loglik.derive.rules.arrangement import arrangement_key
from loglik.derive.show.latex import latex
from loglik.derive.syntax.characters import as_typed
from loglik.derive.syntax.parser import parse
from loglik.derive.text.lines import RELATIONS
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from loglik.derive.expressions import Domain
    from loglik.derive.model import Derivation
    from loglik.practice.exercise import Exercise

_TYPED = {
    "==": "=", r"\le": "<=", r"\leq": "<=", r"\leqq": "<=", r"\ge": ">=", r"\geq": ">=", r"\geqq": ">=",
    r"\iff": "<=>", r"\Leftrightarrow": "<=>",
}  # fmt: skip
# Around a line, and at its end: it may be copied out of a text.
_AROUND = re.compile(r"^(?:\$+|\\[\[(])\s*|\s*(?:\$+|\\[\])])$|(?<!\\)[.,;\s]+$")
_FUNCTIONS = re.compile(r"(?<![\\A-Za-z])(ln|log|exp)(?![A-Za-z])")
_GO_ON = ("=", "<=", ">=")
_RELATION = re.compile(
    "|".join(
        re.escape(each) + (r"(?![A-Za-z])" if each[0] == "\\" else "")
        for each in sorted((*RELATIONS, *_TYPED), key=len, reverse=True)
    )
)
_LATEX = re.compile(r"[\\{}$]|_(?![A-Za-z0-9]*\b)")
# What `loglik.check` calls the end of a range that no formula tells, by the name that runs over it.
_UNTOLD = re.compile(r"#(\w+)")
_MOST_CHARACTERS = 4_000


def read_line(exercise: Exercise, text: str, before: Expr | None = None) -> tuple[str, Expr]:
    """Read a line.

    Parameters
    ----------
    exercise : Exercise
        What is worked: its names, and whether it is a chain of equations.
    text : str
        ``= log(x) + log(y)``, or the same in LaTeX; a relation left out is ``=``, between equations ``<=>``. The line
        before may stand on the left, signs may be those of print or of a Japanese keyboard.
    before : Expr, optional
        The line before, for LaTeX, which is read by its neighbours; by default the first one.

    Returns
    -------
    relation : str
        One of ``=``, ``<=``, ``>=``, ``<=>``.
    term : Expr
        The term, or the equation.

    Raises
    ------
    DataError
        LL160 to LL162, LL187: the line cannot be read. LL226: it is empty, or not of the kind of the line before.
    """
    typed = as_typed(text).strip()
    if len(typed) > _MOST_CHARACTERS:
        raise DataError("LL162.characters", n=len(typed), most=_MOST_CHARACTERS)
    typed = _AROUND.sub("", _AROUND.sub("", typed))
    before, equations = before or exercise.start, isinstance(exercise.start, Equation)
    relation = "<=>" if equations else "="
    found = _RELATION.match(typed)
    if found and not (equations and _TYPED.get(found[0], found[0]) != "<=>"):
        relation, typed = _TYPED.get(found[0], found[0]), typed[found.end() :].lstrip("& ")
    if not typed:
        raise DataError("LL226.empty")
    term = _term(exercise.derivation, typed, before, equations=equations)
    if isinstance(term, Equation) and not equations and arrangement_key(term.left) == arrangement_key(before):
        relation, term = term.relation, term.right
    if not equations and relation not in _GO_ON:
        raise DataError("LL226.relation", relation=relation)
    if isinstance(term, Equation) != equations:
        raise DataError("LL226.equation" if equations else "LL226.term", text=typed)
    return relation, term


def read_lines(exercise: Exercise, lines: Sequence[str]) -> list[tuple[str, Expr]]:
    """Read lines one after another, each behind the one before; parameters and errors are those of `read_line`."""
    found: list[tuple[str, Expr]] = []
    for each in lines:
        found.append(read_line(exercise, each, found[-1][1] if found else None))
    return found


def _term(derivation: Derivation, typed: str, before: Expr, *, equations: bool) -> Expr:
    if _LATEX.search(typed):
        return _of_latex(derivation, typed, before, equations=equations)
    try:
        return parse(typed, derivation.symbols)
    except DataError as error:
        if error.code not in {"LL160", "LL161"}:
            raise
        try:  # ln x, log_a(x), 2 x: LaTeX but for the backslashes
            return _of_latex(derivation, _FUNCTIONS.sub(r"\\\1", typed), before, equations=equations)
        except DataError:
            raise error from None


def _of_latex(derivation: Derivation, typed: str, before: Expr, *, equations: bool) -> Expr:
    for whole in (True,) if equations else (False, True):
        for text in _plain(derivation, typed, latex(before, derivation.natural), equations=whole):
            try:
                return parse(_as_declared(text, derivation.symbols), derivation.symbols)
            except DataError:
                continue
    raise DataError("LL226.latex", text=typed)


def _plain(derivation: Derivation, typed: str, before: str, *, equations: bool) -> Iterator[str]:
    """What a line in LaTeX may say, the likeliest first, in plain syntax."""
    from loglik.check.model.understand import statements_of

    # Behind a name of its own, so that the term is one side of a relation; an equation is one already.
    for statement in statements_of(typed if equations else rf"\Upsilon = {typed}", (before,)):
        for reading in statement.readings:
            terms = [_factors(e, derivation.symbols) for e in reading.terms[0 if equations else 1 :] if e is not None]
            if len(terms) != (2 if equations else 1):
                continue
            yield f" {statement.relations[0].sign} ".join(map(str, terms)) if equations else str(terms[0])


def _as_declared(text: str, symbols: Mapping[str, Domain]) -> str:
    """With the ends of ranges as they are declared (the index's, or the only one)."""
    sizes = [name for name, declared in symbols.items() if declared.kind == "size"]

    def told(found: re.Match[str]) -> str:
        declared = symbols.get(found[1])
        if declared is not None and declared.range is not None:
            return declared.range.size
        return sizes[0] if len(sizes) == 1 else found[0]

    return _UNTOLD.sub(told, text)


def _factors(e: Expr, symbols: Mapping[str, Domain]) -> Expr:
    """A name of the derivation before a bracket is a factor, however much it looks like a function."""
    below = parts(e)
    whole = rebuild(e, tuple(_factors(each, symbols) for each in below)) if below else e
    if isinstance(whole, Function) and whole.name in symbols and len(whole.args) == 1:
        return product_of([Symbol(whole.name, symbols[whole.name]), whole.args[0]])
    return whole
