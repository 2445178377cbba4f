"""A definition beside another one that decides it: the logarithm of a likelihood, the density of a distribution function.

``L(p) = prod_i f(x_i, p)`` and then ``l(p) = ...``: up to a constant, and a factor, the second is the logarithm of the first
as a function of p. ``F(x) = ...`` and then the density ``f(x) = ...``; ``f(x, y) = ...`` and then ``f_y = ...``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from time import thread_time
from typing import TYPE_CHECKING

from loglik.check.judge.claims import Claim, sampled
from loglik.check.judge.expansion import levels
from loglik.check.judge.mending import edited
from loglik.check.judge.moving import moved_with, values_moving
from loglik.check.judge.opaque import Opaque
from loglik.check.judge.solutions import before
from loglik.check.model.words import mentioned
from loglik.check.result import Finding, said
from loglik.derive.expressions import (
    Derivative,
    E,
    Expr,
    Indexed,
    Log,
    Pow,
    Product,
    Sum,
    free_symbols,
    number,
    substitute,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loglik.check.judge.surroundings import Surroundings
    from loglik.check.statement import Definition, Statement

#: Statements back to which the same name is the same thing where a consequence is announced.
_NEAR = 3
_ENOUGH = 3
_SECONDS = 0.3
_LIKELIHOOD = re.compile(r"(?:[LPpf]|L_cal|lik|Lik|likelihood|Likelihood)[|,;]*(?:_\w+)?")
_LOGARITHM = re.compile(r"(?:ell|l|N?LL|nll|loglik\w*|logL|[LJEC]|[LJEC]_cal|\w*[lL]oss)(?:_\w+)?")
_IS_LOG = re.compile(r"(?:ell|l|LL|loglik\w*|logL)(?:_\w+)?")
_CONSTANTS = re.compile(r"(?:[cCKk]|const\w*)_?")


@dataclass(frozen=True)
class _Kin:
    """What a right side is to be.

    Parameters
    ----------
    other : Expr
        What it is compared with.
    of : str
        The name that stands for that.
    moving : frozenset of str
        Names of which both are functions: they may differ by what does not depend on these. Empty: by nothing.
    scaled : bool
        Whether they may differ by a factor too.
    logarithm : bool
        Whether the logarithm of the right side is compared.
    key, line
        What is said if they differ.
    needs_edit : bool
        Whether it is said only where one edit makes them alike.
    """

    other: Expr
    of: str
    key: str
    line: int
    moving: frozenset[str] = frozenset()
    scaled: bool = False
    logarithm: bool = False
    needs_edit: bool = False


def unlike_kin(statement: Statement, around: Surroundings, until: float) -> tuple[Finding, str] | None:
    """What a definition is not, that the text has it be, with the edit with which it is; None if nothing is wrong."""
    right = statement.readings[0].terms[1]
    defined = next(iter(statement.defines), None)
    if defined is None or right is None or statement.relations[0].sign not in {"=", ":="} or statement.context.denied:
        return None
    earlier = before(statement, around)
    for kin in _kin(statement, defined, right, around.words(statement.formula), earlier):
        others = [d for d in earlier if d.name not in {defined.name, kin.of}]
        if _alike(right, kin, others) is not False:
            continue
        found = next(
            (tex for new, tex in edited(statement, 0, until) if new is not None and _alike(new, kin, others)), ""
        )
        if found or not kin.needs_edit:
            return Finding("suspicious", said(kin.key, line=str(kin.line))), found
    return None


def _kin(
    statement: Statement, defined: Definition, right: Expr, words: str, earlier: list[Definition]
) -> Iterator[_Kin]:
    """What there is before it that decides a definition, the nearest first."""
    named = [each for each in earlier if each.key == defined.key][:1]
    own = {p.name for p in defined.parameters}
    alike = [each for each in earlier if each.call and own and own == {p.name for p in each.parameters}]
    if defined.mark == "through":
        yield from _logarithm_of_itself(defined, named)
    elif statement.context.announced:
        yield from _written_again(statement, defined, right, named)
    elif _is_logarithm(defined.name, words):
        yield from _logarithm(defined, alike)
    if mentioned("density", words):
        yield from _density(defined, alike)
    if mentioned("likelihood", words):
        yield from _of_a_sample(defined, right, words, earlier)
    yield from _partial(defined, earlier)


def _logarithm_of_itself(defined: Definition, named: list[Definition]) -> Iterator[_Kin]:
    """``log L = ...`` behind ``L = ...``, which is a product or has powers: ``log z = a`` is another model than ``z = a``."""
    for each in named:
        if any(isinstance(part, (Product, Pow)) for _, part in walk(each.body)):
            moving = frozenset({p.name for p in defined.parameters} or _numbers(each.body))
            yield _Kin(_log(_called(each, defined)), each.name, "unlike-log", _line(each), moving)


def _written_again(statement: Statement, defined: Definition, right: Expr, named: list[Definition]) -> Iterator[_Kin]:
    """The same name, which is announced to be another way to write what it is."""
    for each in named:
        near = statement.number - each.number <= _NEAR and each.formula is not defined.formula
        # For an example a sum may run over other things: over {0, 1}, where it ran over all.
        if near and each.parameters == defined.parameters and _ranges(right) == _ranges(each.body):
            lost = _names(right) != _names(each.body)
            yield _Kin(each.body, each.name, "unlike-former", _line(each), needs_edit=lost)


def _logarithm(defined: Definition, alike: list[Definition]) -> Iterator[_Kin]:
    """``l(p) = ...`` behind the likelihood ``L(p) = ...``."""
    for each in alike:
        if _LIKELIHOOD.fullmatch(each.name) and each.name != defined.name and not _is_log(each):
            moving = frozenset(p.name for p in each.parameters)
            yield _Kin(_log(each.body), each.name, "unlike-log", _line(each), moving, scaled=True)
            return


def _density(defined: Definition, alike: list[Definition]) -> Iterator[_Kin]:
    """``f(x) = ...`` behind the distribution function ``F(x) = ...``."""
    for each in alike:
        if each.name == defined.name.upper() != defined.name:
            yield _Kin(Derivative(each.body, each.parameters[0]), each.name, "unlike-derivative", _line(each))
            return


def _ranges(e: Expr) -> set[tuple[Expr, Expr]]:
    return {(part.lower, part.upper) for _, part in walk(e) if isinstance(part, (Sum, Product))}


def _line(definition: Definition) -> int:
    return definition.formula.area.start.line


def _is_logarithm(name: str, words: str) -> bool:
    return bool(_IS_LOG.fullmatch(name) or (_LOGARITHM.fullmatch(name) and mentioned("logarithm", words)))


def _is_log(definition: Definition) -> bool:
    """Whether a definition is of a logarithm already: it has no product, no power of what is estimated, but logarithms."""
    whole = [part for _, part in walk(definition.body)]
    powers = any(isinstance(part, Product) or (isinstance(part, Pow) and part.base == E) for part in whole)
    return any(isinstance(part, Log) for part in whole) and not powers


def _log(e: Expr) -> Expr:
    return Log(e, E)


def _called(earlier: Definition, later: Definition) -> Expr:
    """The body of an earlier definition in the parameters of a later one."""
    names = zip(earlier.parameters, later.parameters, strict=True)
    return substitute(earlier.body, {a.name: b for a, b in names if a.name != b.name})


def _numbers(e: Expr) -> set[str]:
    """Names that are no families, sizes or indices."""
    families = {part.base.name for _, part in walk(e) if isinstance(part, Indexed)}
    return {s.name for s in free_symbols(e) if s.domain.kind not in {"index", "size"}} - families


def _of_a_sample(defined: Definition, right: Expr, words: str, earlier: list[Definition]) -> Iterator[_Kin]:
    """The likelihood of independent observations, from the density of one: ``f(x, a)``, then ``L(a)`` with all ``x_i``."""
    own = {p.name for p in defined.parameters}
    elements = [part for _, part in walk(right) if isinstance(part, Indexed) and len(part.indices) == 1]
    runs = [part for _, part in walk(right) if isinstance(part, (Sum, Product))]
    if not elements or not runs:
        return
    index, size = runs[0].index, runs[0].upper
    for each in earlier:
        if not (each.call and _LIKELIHOOD.fullmatch(each.name) and each.parameters):
            continue
        data, *rest = each.parameters
        of_sample = {p.name for p in rest} == own if defined.mark != "through" else each.name == defined.name
        family = next((e.base for e in elements if e.base.name == data.name), None)
        if family is None or not of_sample or data.name in own:
            continue
        one = substitute(each.body, {data.name: Indexed(family, (index,))})
        moving = frozenset(own) if defined.mark != "through" else frozenset(_numbers(one))
        log = defined.mark == "through" or _is_logarithm(defined.name, words)
        total = Sum(_log(one), index, number(1), size)
        yield _Kin(total, each.name, "unlike-sample", _line(each), moving, scaled=log, logarithm=not log)
        return


def _partial(defined: Definition, earlier: list[Definition]) -> Iterator[_Kin]:
    """A partial derivative by its subscript: ``f(x, y)``, then ``f_y``."""
    name, _, by = defined.name.partition("_")
    for each in earlier:
        variable = next((p for p in each.parameters if p.name == by), None)
        if each.call and each.name == name and variable is not None and len(each.parameters) > 1:
            yield _Kin(Derivative(each.body, variable), each.name, "unlike-derivative", _line(each), needs_edit=True)
            return


def _alike(right: Expr, kin: _Kin, others: list[Definition]) -> bool | None:
    """Whether a right side is what it is to be, with what the text defines put in; None if nothing is known."""
    way = levels(_log(right) if kin.logarithm else right, kin.other, others)[-1]
    opaque = Opaque()
    own, other = opaque(way.left), opaque(way.right)
    if opaque.generic:
        return None
    known = _names(other)
    extra = {name for name in _names(own) - known if not (kin.moving and _CONSTANTS.fullmatch(name))}
    if extra:
        return None
    if kin.moving:
        return _differ_by_constants(own, other, moved_with(opaque, kin.moving), scaled=kin.scaled)
    found = sampled(Claim(own, "=", other), _until())
    return True if found.holds and found.different > 1 else False if found.fails else None


def _until() -> float:
    return thread_time() + _SECONDS


def _names(e: Expr) -> set[str]:
    return {s.name for s in free_symbols(e) if s.domain.kind not in {"index", "size"}}


def _differ_by_constants(own: Expr, other: Expr, moving: frozenset[str], *, scaled: bool) -> bool | None:
    """Whether two functions of the moving names differ by what does not move alone, and by a factor if they may."""
    until = _until()
    found: list[bool] = []
    for (a0, b0), (a1, b1), (a2, b2) in values_moving(own, other, moving, 3):
        if (b1 - b0).contains(0) or (b2 - b0).contains(0):
            continue
        if scaled:
            crossed = (a1 - a0) * (b2 - b0) - (a2 - a0) * (b1 - b0)
            found.append(bool(crossed.contains(0)) and not (a1 - a0).contains(0))
        else:
            found.append(bool((a1 - a0 - b1 + b0).contains(0) and (a2 - a0 - b2 + b0).contains(0)))
        if len(found) >= _ENOUGH or thread_time() > until:
            break
    if len(found) < 2:
        return None
    return True if all(found) else False if found.count(False) > 1 else None
