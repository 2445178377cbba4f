"""Definitions of a document beside those that texts agree on: the table is `standard.toml`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from itertools import islice
from time import thread_time
from typing import TYPE_CHECKING

from loglik.check.judge.claims import Claim, sampled
from loglik.check.judge.expansion import levels
from loglik.check.judge.opaque import KNOWN, Opaque
from loglik.check.judge.points import generic, symbols_of
from loglik.check.judge.values import value
from loglik.check.result import Finding, said
from loglik.check.statement import Definition, with_domains
from loglik.derive.expressions import (
    REAL,
    Add,
    Domain,
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
    negative,
    substitute,
    walk,
)
from loglik.derive.expressions.domains import Range, domain
from loglik.derive.syntax.parser import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loglik.check.statement import Statement

_SECONDS = 0.3
_POINTS = 12
_LOSS = re.compile(
    r"[Ll]oss|[Cc]ost|[Mm]inimi[sz]|NLL|[Nn]egative log|[Cc]ross.?[Ee]ntropy|損失|コスト|交差|最小化|损失|代价|交叉熵"
)
_UNIT, _PROBABILITY = Domain("unit"), Domain("probability")


@dataclass(frozen=True)
class Standard:
    """A definition that texts agree on.

    Parameters
    ----------
    name : str
        How the reports call it.
    names : re.Pattern
        How documents call it.
    args : tuple of str
        What it is a function of; families end with ``[]``.
    formula : Expr or None
        What it stands for.
    negative : {"", "never", "always"}
        What its sign is for probabilities and labels, where there is no formula.
    unless, only : re.Pattern or None
        Words around it that forbid the comparison, and without which there is none.
    """

    name: str
    names: re.Pattern[str]
    args: tuple[str, ...] = ()
    formula: Expr | None = None
    negative: str = ""
    unless: re.Pattern[str] | None = None
    only: re.Pattern[str] | None = None
    domains: dict[str, Domain] = field(default_factory=dict)


@cache
def standards() -> tuple[Standard, ...]:
    """The table."""
    text = files("loglik.check.judge").joinpath("standard.toml").read_text(encoding="utf-8")
    return tuple(_standard(name, entry) for name, entry in tomllib.loads(text).items())


def _standard(name: str, entry: dict[str, object]) -> Standard:
    args = tuple(str(each) for each in entry.get("args", ()))  # type: ignore[attr-defined]
    given = entry.get("domains", {})
    domains: dict[str, Domain] = {"K": domain("size"), "k": domain("index 1..K")}
    for each in args:
        kind = given.get(each.rstrip("[]"), "real")  # type: ignore[attr-defined]
        domains[each.rstrip("[]")] = domain(f"{kind} 1..K" if kind == "simplex" else str(kind))
    formula = parse(str(entry["formula"]), domains) if "formula" in entry else None
    unless, only = (re.compile(str(entry[key]), re.IGNORECASE) if key in entry else None for key in ("unless", "only"))
    pattern = re.compile(str(entry["names"]))
    return Standard(name, pattern, args, formula, str(entry.get("negative", "")), unless, only, domains)


def unusual(statement: Statement, words: str) -> list[Finding]:
    """How a definition differs from the usual one; nothing if it does not, or if there is none.

    Parameters
    ----------
    statement : Statement
        What defines.
    words : str
        The text around the formula.
    """
    until = thread_time() + _SECONDS
    found: list[Finding] = []
    for each in statement.defines:
        name = plain_name(statement.context.tex(each.name))
        for standard in standards():
            if not standard.names.fullmatch(name) or (standard.unless and standard.unless.search(words)):
                continue
            if standard.only and not standard.only.search(f"{words} {statement.terms[0].tex}"):
                continue
            if standard.formula is not None:
                found += _beside_formula(statement, each, standard, until)
            else:
                found += _by_sign(each, standard, words)
            if found:
                return found
    return found


def unusual_value(statement: Statement, left: Expr, right: Expr, words: str) -> list[Finding]:
    """The same of an equation whose left side is a name or a call of which nothing is known."""
    match left:
        case Function():
            parameters = tuple(arg for arg in left.args if isinstance(arg, Symbol))
            name, call = left.name, True
        case Symbol():
            name, parameters, call = left.name, (), False
        case _:
            return []
    said_of = Definition(name, parameters, right, "stated", statement.formula, statement.number, call)
    return unusual(replace(statement, defines=(said_of,)), words)


def plain_name(tex: str) -> str:
    r"""A name without the commands that only say how it is set.

    Examples
    --------
    >>> plain_name(r"\mathrm{D}_{\text{KL}}")
    'D_KL'
    """
    bare = re.sub(r"\\(text|mathrm|mathit|mathbf|boldsymbol|operatorname\*?|textrm|textbf|rm|bf)(?![a-zA-Z])", "", tex)
    return re.sub(r"[{}\s\\]", "", bare)


def _beside_formula(
    statement: Statement, definition: Definition, standard: Standard, until: float
) -> Iterator[Finding]:
    """Compare with a formula of as many arguments: equal, the negative, the reciprocal, or another."""
    if not definition.call or len(definition.parameters) != len(standard.args) or standard.formula is None:
        return
    usual, own = _aligned(statement, definition, standard)
    if usual is None or own is None:
        return
    if sampled(Claim(own, "=", usual), until).fails and sampled(Claim(own, "=", negative(usual)), until).holds:
        yield Finding("suspicious", said("unusual-sign", what=standard.name))
    elif standard.args[0].endswith("[]"):
        return
    elif sampled(Claim(own, "=", usual), until).fails and _mirrored(own, usual, definition, until):
        yield Finding("suspicious", said("unusual-argument", what=standard.name))


def _mirrored(own: Expr, usual: Expr, definition: Definition, until: float) -> bool:
    """Whether it is the usual one of minus the argument: ``1/(1 + e^x)``."""
    (parameter,) = definition.parameters
    try:
        other = substitute(usual, {parameter.name: negative(Symbol(parameter.name, parameter.domain))})
    except Exception:  # noqa: BLE001  # a name that cannot be put there
        return False
    return sampled(Claim(own, "=", other), until).holds


def _aligned(statement: Statement, definition: Definition, standard: Standard) -> tuple[Expr | None, Expr | None]:
    """The usual formula in the document's names, and the document's with usual ones put in for calls in it."""
    if standard.formula is None:
        return None, None
    names = {
        arg.rstrip("[]"): Symbol(parameter.name, standard.domains[arg.rstrip("[]")])
        for arg, parameter in zip(standard.args, definition.parameters, strict=True)
    }
    usual = substitute(standard.formula, dict(names))
    deepest = levels(definition.body, usual, _others(statement, definition))[-1]
    body = _usual_calls(deepest.left)
    body = with_domains(body, {s.name: s.domain for s in names.values()})
    size = {part.upper.name for _, part in walk(body) if isinstance(part, Sum) and isinstance(part.upper, Symbol)}
    if len(size) == 1 and any(arg.endswith("[]") for arg in standard.args):
        (upper,) = size
        usual = substitute(usual, {"K": Symbol(upper, Domain("size"))})
        run = Range(1, upper)
        both = {s.name: Domain("simplex", run) for s in names.values()}
        body, usual = with_domains(body, both), with_domains(usual, both)
    opaque = Opaque()
    own = opaque(body)
    return usual, None if opaque.any else own


def _others(statement: Statement, definition: Definition) -> list[Definition]:
    return [each for each in statement.context.definitions if each.name != definition.name]


def _usual_calls(e: Expr) -> Expr:
    """Calls such as ``H(p, q)`` by what they usually stand for, where the document does not say it."""
    from loglik.derive.expressions import parts, rebuild

    if isinstance(e, Function) and e.name not in KNOWN:
        name = plain_name(e.name)
        for standard in standards():
            if standard.formula is None or len(standard.args) != len(e.args) or not standard.names.fullmatch(name):
                continue
            if all(isinstance(arg, Symbol) for arg in e.args):
                values = {a.rstrip("[]"): arg for a, arg in zip(standard.args, e.args, strict=True)}
                return substitute(standard.formula, values)
    below = parts(e)
    return rebuild(e, tuple(_usual_calls(each) for each in below)) if below else e


def _by_sign(definition: Definition, standard: Standard, words: str) -> Iterator[Finding]:
    """A loss of logarithms of probabilities is never negative, whatever the labels."""
    opaque = Opaque()
    body = opaque(definition.body)
    if _of_likelihood(definition.body) or (_of_density(definition) and not _LOSS.search(words)):
        return  # the logarithm of a likelihood, by any name
    domains = _as_probabilities(body)
    if domains is None:
        terms = body.terms if standard.negative == "never" and isinstance(body, Add) else ()
        if any(_rewards_likelihood(term) for term in terms):
            yield Finding("suspicious", said("unusual-sign", what=standard.name))
        return
    body = with_domains(body, domains)
    signs = set()
    for i, point in enumerate(generic([body])):
        x = value(body, point)
        if x is not None and not x.contains(0):
            signs.add(bool(x > 0))
        if i >= _POINTS:
            break
    wrong = standard.negative == "always"
    if signs == {wrong}:
        yield Finding("suspicious", said("unusual-sign", what=standard.name))
    elif signs == {True, False}:
        yield Finding("suspicious", said("unusual-both-signs", what=standard.name))


def _of_likelihood(e: Expr) -> bool:
    """Whether it is the logarithm of what is called a likelihood: ``log L``."""
    inner = e.argument if isinstance(e, Log) else None
    name = inner.name if isinstance(inner, (Symbol, Function)) else ""
    return plain_name(name).removeprefix("mathcal").rstrip("_cal") in {"L", "ell", "l"}


def _of_density(definition: Definition) -> bool:
    """Whether it is a logarithm, or a mean or sum of those of densities of which it has a parameter: ``log p(x; theta)``."""
    own = {each.name for each in definition.parameters}
    return isinstance(definition.body, Log) or any(
        isinstance(part, Log)
        and isinstance(part.argument, Function)
        and len(part.argument.args) > 1
        and any(isinstance(each, Symbol) and each.name in own for each in part.argument.args)
        for _, part in walk(definition.body)
    )


def _rewards_likelihood(term: Expr) -> bool:
    """A term of a loss that is a sum of logarithms of probabilities with other weights, and no minus."""
    domains = _as_probabilities(term)
    inner = term
    while isinstance(inner, Sum):
        inner = inner.body
    if domains is None or not isinstance(term, Sum) or not isinstance(inner, Mul):
        return False
    logs = [each for each in inner.factors if isinstance(each, Log)]
    inside, beside = (_families(e for e in inner.factors if (e in logs) is where) for where in (True, False))
    own = with_domains(term, domains)
    found = [x for point in islice(generic([own]), _POINTS) if (x := value(own, point)) is not None]
    signs = {bool(x > 0) for x in found if not x.contains(0)}
    return bool(inside) and not inside & beside and signs == {False}


def _families(factors: Iterable[Expr]) -> set[str]:
    """Names of what has indices."""
    return {part.base.name for e in factors for _, part in walk(e) if isinstance(part, Indexed)}


def _as_probabilities(body: Expr) -> dict[str, Domain] | None:
    """Sets for the names of a sum of logarithms of probabilities with labels or counts as weights; None if it is none."""
    logs = [part for _, part in walk(body) if isinstance(part, Log)]
    if not logs or any(isinstance(part, (Pow, Product)) and not _fraction(part) for _, part in walk(body)):
        return None
    inside: set[str] = set()
    for each in logs:
        names = _probability_names(each.argument)
        if names is None:
            return None
        inside |= names
    if not _sums_of_logs(body):
        return None
    found: dict[str, Domain] = {}
    for name, symbol in symbols_of([body]).items():
        if name in inside:
            found[name] = _PROBABILITY
        elif symbol.domain == REAL or symbol.domain.kind in {"label", "nonnegative", "positive"}:
            found[name] = _UNIT
    return found


def _fraction(e: Expr) -> bool:
    """``1/n``: a mean."""
    return isinstance(e, Pow) and isinstance(e.base, Symbol) and isinstance(e.exponent, Number)


def _probability_names(e: Expr) -> set[str] | None:
    """Names whose values are probabilities if the expression is the argument of a logarithm: ``p``, ``1 - p_i``, ``σ(z)``."""
    match e:
        case Symbol():
            return {e.name} if e.domain.kind in {"real", "positive", "probability", "unit", "simplex"} else None
        case Indexed():
            return _probability_names(e.base)
        case Function(name="sigmoid") | Function(name="softmax"):
            return set()
        case Add(terms=(Number() as one, Mul() as rest)) if one.value == 1:
            factor, *others = rest.factors
            if isinstance(factor, Number) and factor.value == -1 and len(others) == 1:
                return _probability_names(others[0])
            return None
        case _:
            return None


def _sums_of_logs(e: Expr) -> bool:
    """Whether each term has one logarithm as a factor, so that the whole has the sign of the logarithms."""
    match e:
        case Add():
            return all(_sums_of_logs(each) for each in e.terms)
        case Sum():
            return _sums_of_logs(e.body)
        case Mul():
            with_log = [each for each in e.factors if any(isinstance(part, Log) for _, part in walk(each))]
            return len(with_log) == 1 and _sums_of_logs(with_log[0])
        case Log():
            return True
        case _:
            return False


__all__ = ["Standard", "plain_name", "standards", "unusual"]
