"""Formulas that texts agree on whatever the names are, as `forms.toml` has them: one edit away from one is suspicious."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import permutations, product
from time import thread_time
from typing import TYPE_CHECKING

from loglik.check.judge.claims import Claim, sampled
from loglik.check.judge.mending import edited
from loglik.check.judge.opaque import Opaque, unknown_functions
from loglik.check.judge.standard import plain_name
from loglik.check.judge.usual import is_usual
from loglik.check.result import Finding, said
from loglik.check.statement import with_domains
from loglik.derive.expressions import Constant, Expr, Indexed, Sum, Symbol, free_symbols, substitute, walk
from loglik.derive.expressions.domains import Domain, domain
from loglik.derive.syntax.parser import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loglik.check.judge.slips import Allowance
    from loglik.check.statement import Statement

_SECONDS = 0.2


@dataclass(frozen=True)
class Form:
    """An entry of the table."""

    name: str
    args: tuple[str, ...]
    formulas: tuple[Expr, ...]
    names: re.Pattern[str] | None
    only: re.Pattern[str] | None

    def fits(self, left: str, words: str) -> bool:
        """Whether what stands on the left, and the words around it, call a formula so."""
        named = self.names is None or self.names.fullmatch(left) is not None
        return named and (self.only is None or self.only.search(words) is not None)


@cache
def forms() -> tuple[Form, ...]:
    """The table."""
    text = files("loglik.check.judge").joinpath("forms.toml").read_text(encoding="utf-8")
    return tuple(_form(name, entry) for name, entry in tomllib.loads(text).items())


def _form(name: str, entry: Mapping[str, object]) -> Form:
    args = tuple(str(each) for each in entry["args"])  # type: ignore[attr-defined]
    given = entry.get("domains", {})
    domains = {"n": domain("size"), "i": domain("index 1..n"), "pi": domain("positive")}
    domains |= {each.rstrip("[]"): domain(str(given.get(each.rstrip("[]"), "real"))) for each in args}  # type: ignore[attr-defined]
    texts = [str(each) for each in entry["forms"]]  # type: ignore[attr-defined]
    formulas = tuple(substitute(parse(each, domains), {"pi": Constant("pi")}) for each in texts)
    patterns = (re.compile(str(entry[key])) if key in entry else None for key in ("names", "only"))
    return Form(name, args, formulas, *patterns)


def unlike_form(statement: Statement, index: int, words: str, allowance: Allowance) -> tuple[Finding, str] | None:
    """What a formula should be and is not, with the source of the relation that mends it; None if nothing is known."""
    right = statement.readings[0].terms[index + 1]
    if right is None or allowance.left <= 0 or statement.context.denied:
        return None
    left = plain_name(statement.terms[index].tex)
    known = [form for form in forms() if form.fits(left, words) and (form.names is not None or _telling(right))]
    if any(isinstance(part, Indexed) for _, part in walk(right)):  # mu_k beside one sigma for all k is no slip
        known = [form for form in known if any(each.endswith("[]") for each in form.args)]
    if not known or any(_is(right, form) for form in known):
        return None
    if r"\sum" not in statement.terms[index + 1].tex and is_usual(statement, index, (words,)):  # written with norms
        return None
    started = thread_time()
    until = started + min(allowance.each, allowance.left)
    edits = ((e, tex) for e, tex in edited(statement, index, until) if e is not None)
    found = next(((form, tex) for e, tex in edits for form in known if _is(e, form)), None)
    allowance.left -= thread_time() - started
    return None if found is None else (Finding("suspicious", said("unlike-form", what=found[0].name)), found[1])


def _telling(e: Expr) -> bool:
    """Whether there is a pi, and nothing of which nothing is known: then a formula is known without its name."""
    return not unknown_functions(e) and any((isinstance(part, Constant) and part.name == "pi") for _, part in walk(e))


def _is(e: Expr, form: Form) -> bool:
    """Whether an expression is one of the formulas, whatever its names are."""
    opaque = Opaque()
    e = opaque(e)
    families, scalars = _names(e)
    kinds = [each.endswith("[]") for each in form.args]
    if opaque.generic or len(families) != sum(kinds) or len(scalars) != len(kinds) - sum(kinds):
        return False
    until = thread_time() + _SECONDS
    own = iter(product(permutations(sorted(families)), permutations(sorted(scalars))))
    return any(_equal(e, form, iter(one), iter(other), until) for one, other in own)


def _equal(e: Expr, form: Form, families: Iterator[str], scalars: Iterator[str], until: float) -> bool:
    values: dict[str, Expr] = {}
    for each in form.args:
        values[each.rstrip("[]")] = Symbol(next(families if each.endswith("[]") else scalars))
    upper = {s.upper.name for _, s in walk(e) if isinstance(s, Sum) and isinstance(s.upper, Symbol)}
    if len(upper) > 1:
        return False
    if upper:
        values["n"] = Symbol(upper.pop(), Domain("size"))
    sets = {s.name: s.domain for formula in form.formulas for s in free_symbols(formula)}
    told = {v.name: sets[k] for k, v in values.items() if isinstance(v, Symbol) and k in sets}
    own = with_domains(e, told)
    return any(
        sampled(Claim(own, "=", with_domains(substitute(formula, values), told)), until).holds
        for formula in form.formulas
    )


def _names(e: Expr) -> tuple[set[str], set[str]]:
    """Families and scalars of an expression; sizes and indices do not count."""
    families = {part.base.name for _, part in walk(e) if isinstance(part, Indexed)}
    free = {s.name for s in free_symbols(e) if s.domain.kind not in {"size", "index"}}
    return families, free - families
