"""What has to be certain before a relation that fails is called refuted: every gate that is still open is named."""

from __future__ import annotations

import re
from time import thread_time
from typing import TYPE_CHECKING

from loglik.check.judge.cases import another_case
from loglik.check.judge.claims import Claim, sampled
from loglik.check.judge.doubts import doubts
from loglik.check.judge.kinds import composite, has_derivative, numbers_only
from loglik.check.judge.notation import ambiguities
from loglik.check.judge.opaque import Opaque, unknown_functions
from loglik.check.judge.otherwise import otherwise_computed
from loglik.check.judge.unknowns import one_sided
from loglik.check.judge.values import rounded
from loglik.check.model.shapes import UNIT
from loglik.check.model.words import mentioned
from loglik.check.result import Said, said
from loglik.check.statement import what_is_squared
from loglik.derive.expressions import (
    ZERO,
    Derivative,
    Expr,
    Indexed,
    Limit,
    Number,
    Symbol,
    free_symbols,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loglik.check.judge.expansion import Expanded
    from loglik.check.judge.surroundings import Surroundings
    from loglik.check.statement import Statement

# An index behind a call: the softmax function, and not the sigmoid of an element.
_CALL_WITH_INDEX = re.compile(r"\\sigma\s*(\\left)?\([^()]*\)\s*_")
# The index of a sum as an exponent of e, which may be the i-th error; of other names it is read in both ways.
_RUNS = re.compile(r"\\(?:sum|prod)(?:\\(?:no)?limits)?\s*_\s*\{?\s*([a-zA-Z])")
_ERROR = re.compile(r"(?<![a-zA-Z\\])e\s*\^\s*(?:\{\s*([a-zA-Z])\s*\}|([a-zA-Z]))")
_LIMIT = re.compile(r"\\lim(?![a-z])")
#: Equations of a paragraph that are tried, and seconds for each.
_MOST_ASKED, _SECONDS = 20, 0.1
_UNCERTAIN_REPAIRS = frozenset({"dollar", "brackets"})

#: Gates of what may stand for something else than was read: an edit of that says nothing.
_READ_OTHERWISE = frozenset({"gate-units", "gate-dots", "gate-annotated", "gate-repaired", "gate-implied"})
#: Gates behind which what is false is hardly ever a slip: of 138 such relations of notes and books that were right 67 had
#: one of them, of 60 errors 4. (Later, of 337 documents nobody had looked at, 100 of 237, and 9 of 49.)
_MEANT_OTHERWISE = frozenset(
    {"gate-annotated", "gate-apart", "gate-called", "gate-constant", "gate-language", "gate-nearly", "gate-numbered"}
    | {"gate-numerals", "gate-options", "gate-reading", "gate-redefined", "gate-sets", "gate-unread"}
)
#: The same of what stands alone.
_ALONE_AND = frozenset({"gate-arithmetic", "gate-only-if", "gate-signs", "gate-tied"})


def open_gates(
    statement: Statement, index: int, written: tuple[Expr, Expr], way: Expanded, around: Surroundings
) -> list[Said]:
    """The gates that are open for a relation whose every reading fails, under every assumption.

    Parameters
    ----------
    statement, index
        The relation.
    written : (Expr, Expr)
        Its sides as they are written.
    way : Expanded
        Its sides with all definitions put in.
    around : Surroundings
        What the rest of the document says of names.
    """
    expanded = (way.left, way.right)
    found = [
        *(said("gate-sigmoid", name=statement.context.tex(name)) for name in way.usual),
        *_spoken_of(statement, index, around),
        *otherwise_computed(statement, index, written, around),
        *doubts(statement, index, written, around),
        *ambiguities(statement, index, written, around.numbered, around.own),
        *([said("gate-rounded")] if rounded(*written, _between(statement, index)) else []),
        *_in_words(statement, written, around),
        *_no_claim(statement, index, written),
        *_names(statement, way, around),
        *_beyond(expanded),
    ]
    return found or list(_of_another_case(statement, way, around))


def meant_otherwise(gates: Sequence[Said]) -> bool:
    """Whether what fails behind these gates is likely to be right."""
    keys = {each.key for each in gates}
    return bool(keys & _MEANT_OTHERWISE) or ("gate-alone" in keys and bool(keys & _ALONE_AND))


def edit_says_nothing(gates: Sequence[Said]) -> bool:
    """Whether it may be read so differently that an edit which makes it true shows no slip."""
    return any(each.key in _READ_OTHERWISE | _MEANT_OTHERWISE for each in gates)


def speaks_for_itself(way: Expanded) -> bool:
    """Whether nothing outside of a relation decides it, so that numbers alone refute it.

    What letters stand for, that terms without them were dropped or both sides multiplied, may be said in words, or pages
    before.
    """
    return numbers_only(way.left, way.right) and not way.used


def _spoken_of(statement: Statement, index: int, around: Surroundings) -> Iterator[Said]:
    """What the words and the markup around it say."""
    if statement.context.denied:
        yield said("gate-denied", words=statement.context.denied)
    if statement.context.wanted:
        yield said("gate-wanted", words=statement.context.wanted)
    if _CALL_WITH_INDEX.search(statement.formula.tex):
        yield said("gate-sigmoid", name=r"\sigma")
    indices = set(_RUNS.findall(statement.formula.tex))
    if error := next((m for m in _ERROR.finditer(statement.formula.tex) if (m[1] or m[2]) in indices), None):
        yield said("gate-upper-index", tex=error[0])
    if any(each.relation is None for each in statement.conditions):
        yield said("gate-condition", tex=next(c.tex for c in statement.conditions if c.relation is None))
    if around.foreign and not (index and statement.formula.kind == "display"):
        yield said("gate-language")
    if _UNCERTAIN_REPAIRS & set(statement.formula.repairs):
        yield said("gate-repaired")
    if any(each.sign in {"⇒", "⇔", "→"} for each in statement.relations):
        yield said("gate-implied")


def _in_words(statement: Statement, written: tuple[Expr, Expr], around: Surroundings) -> Iterator[Said]:
    """What may be known of all of a chain, and is written once: values of labels, a limit, that it is set to 0."""
    squares = (what_is_squared(part) for e in written for _, part in walk(e))
    if around.signs and any(isinstance(base, (Symbol, Indexed)) for base in squares):
        yield said("gate-signs")
    if _LIMIT.search(statement.formula.tex) or mentioned("limit", around.block(statement.formula)):
        yield said("gate-lim")
    if len(statement.terms) > 2 and ZERO in statement.readings[0].terms and ZERO not in written:
        yield said("gate-zero")


def _no_claim(statement: Statement, index: int, written: tuple[Expr, Expr]) -> Iterator[Said]:
    """Whether it is said to follow: a later link of a chain, announced, a derivative, or numbers alone."""
    left, right = written
    later = index > 0 or (len(statement.relations) > 1 and composite(left) and composite(right))
    computed = has_derivative(left) and not has_derivative(right) and bool(free_symbols(right))
    numbers = all(s.name.startswith(UNIT) for e in written for s in free_symbols(e))  # matrices of them as well
    if not (later or computed or statement.context.announced or (numbers and not any(map(unknown_functions, written)))):
        yield said("gate-alone")
    # A name alone may be given a value, and the first link of a chain may be its definition.
    if not numbers_only(left, right) and not (composite(left) and composite(right)):
        yield said("gate-name-alone")


def _names(statement: Statement, way: Expanded, around: Surroundings) -> Iterator[Said]:
    """Names that stand on one side only, that something unread defines, or that an equation of the text ties."""
    put_in = {each.name for each in way.used}
    if any(not free_symbols(each.body) for each in way.used):
        yield said("gate-values")
    cases = (each for each in way.used if each.call and (each.restricted or each.name in around.cases))
    if (restricted := next(cases, None)) is not None:
        yield said("gate-only-if", name=statement.context.tex(restricted.name))
    if any(each.parameters and not (each.call or each.places) and each.name in around.members for each in way.used):
        yield said("gate-redefined")
    if differ := one_sided(way.left, way.right):
        yield said("gate-one-side", names=", ".join(differ))
    elif sizes := _sizes_for_numbers(way.left, way.right):
        yield said("gate-one-side", names=", ".join(sizes))
    free = {s.name for e in (way.left, way.right) for s in free_symbols(e) if s.domain.kind != "size"}
    for name in sorted(free & around.unread.keys()):
        if around.unread[name] != statement.number:
            yield said("gate-unread", name=statement.context.tex(name))
    for line, names in around.tied:
        if len(names & free) > 1 and line != statement.formula.area.start.line:
            yield said("gate-tied", line=str(line))
            break
    else:
        yield from _constrained(statement, free, around)
    # mu_N as a name and mu_{N+1} as an element: one sequence, of which a single member is defined.
    families = {part.base.name for e in (way.left, way.right) for _, part in walk(e) if isinstance(part, Indexed)}
    for name in sorted(name for name in free | put_in if name.partition("_")[0] in families - {name}):
        yield said("gate-sequence", name=statement.context.tex(name))
    keys = {each.key for each in way.used}
    if any(len({d.number for d in statement.context.definitions if d.key == key}) > 1 for key in keys):
        yield said("gate-redefined")
    kinds = {statement.context.names[name].kind for name in free if name in statement.context.names}
    if kinds & {"distribution", "set", "matrix", "function"}:
        yield said("gate-kind")


def _of_another_case(statement: Statement, way: Expanded, around: Surroundings) -> Iterator[Said]:
    """A definition that was put in, and between it and the relation words that go over to something else."""
    for each in way.used:
        if words := another_case(around.between(each.formula, statement.formula)):
            yield said("gate-case", name=statement.context.tex(each.name), words=words)
            return


def _constrained(statement: Statement, names: set[str], around: Surroundings) -> Iterator[Said]:
    """An equation before it in its paragraph that does not hold for all values: ``a + b = 1``, ``phi^2 = phi + 1``."""
    for other in around.asked.get(statement.formula.block, [])[:_MOST_ASKED]:
        if other.number >= statement.number:
            return
        left, right = other.readings[0].terms
        if left is None or right is None or not names & {s.name for e in (left, right) for s in free_symbols(e)}:
            continue
        opaque = Opaque()
        claim = Claim(opaque(left), "=", opaque(right))
        if not opaque.any and sampled(claim, thread_time() + _SECONDS).fails:
            yield said("gate-tied", line=str(other.formula.at(other.span.start).line))
            return


def _sizes_for_numbers(left: Expr, right: Expr) -> list[str]:
    """Sizes on one side only where the other has a number that stands on it alone: ``v/n = v/20``."""
    sizes = [{s.name for s in free_symbols(e) if s.domain.kind == "size"} for e in (left, right)]
    numbers = [
        {part.value for _, part in walk(e) if isinstance(part, Number) and abs(part.value) != 1} for e in (left, right)
    ]
    first, second = numbers[1] - numbers[0], numbers[0] - numbers[1]
    return sorted((sizes[0] - sizes[1] if first else set()) | (sizes[1] - sizes[0] if second else set()))


def _beyond(expanded: tuple[Expr, Expr]) -> Iterator[Said]:
    """What samples are no proof of."""
    unknown = sorted(set[str]().union(*map(unknown_functions, expanded)))
    if unknown:
        yield said("gate-function", names=", ".join(unknown))
    if any(isinstance(part, Limit) for e in expanded for _, part in walk(e)):
        yield said("gate-limit")
    for e in expanded:
        for _, part in walk(e):
            if isinstance(part, Derivative) and (names := _beside_variable(part)):
                yield said("gate-depends", names=", ".join(sorted(names)))
    symbols = {part.name for e in expanded for _, part in walk(e) if isinstance(part, Symbol)}
    families = {part.base.name for e in expanded for _, part in walk(e) if isinstance(part, Indexed)}
    bare = {part.name for e in expanded for part in _bare(e)}
    for name in sorted(symbols & families & bare):
        yield said("gate-bare", name=name)


def _beside_variable(e: Derivative) -> set[str]:
    """Names under a derivative that may depend on its variable as well, for all that is known: no index and no size."""
    own = e.variable.base.name if isinstance(e.variable, Indexed) else e.variable.name
    return {s.name for s in free_symbols(e.body) if s.name != own and s.domain.kind not in {"index", "size", "label"}}


def _bare(e: Expr) -> Iterator[Symbol]:
    """Symbols that are not the base of an element."""
    from loglik.derive.expressions import parts

    if isinstance(e, Symbol):
        yield e
    for part in e.indices if isinstance(e, Indexed) else parts(e):
        yield from _bare(part)


def _between(statement: Statement, index: int) -> str:
    """The source of both sides of a relation."""
    return " ".join(term.tex for term in statement.terms[index : index + 2])
