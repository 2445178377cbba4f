r"""Commands: fractions, roots, sums and products over a range, limits, norms, matrices; anything else is not understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.check.latex import calls, derivatives, means, names, sketches
from loglik.check.latex.signs import GREEK
from loglik.check.latex.tree import Node, UnreadError, occurs, written
from loglik.check.statement import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from loglik.check.latex.parser import Parser

_NOT_READ = {
    "int": "integral", "iint": "integral", "oint": "integral", "max": "extreme", "min": "extreme", "arg": "extreme",
    "sup": "extreme", "inf": "extreme", "argmax": "extreme", "argmin": "extreme", "begin": "array", "mathbb":
    "operator", "bigcup": "operator", "bigcap": "operator", "coprod": "operator", "langle": "operator", "emptyset":
    "set", "reals": "set", "forall": "text", "exists": "text", "neg": "operator", "mapsto": "operator",
}  # fmt: skip


def command(p: Parser) -> Node:
    """What begins with a command."""
    token, first = p.next, p.at
    name = token.text
    if name == "mathbb" and (found := means.expectation(p)) is not None:
        return found
    if name in GREEK or name in names.ACCENTS:
        return calls.called(p, names.name(p), first)
    if (name in calls.FUNCTIONS and name != "sqrt") or name in calls.LOGARITHMS:
        p.step()
        return calls.known(p, name, first)
    if name in calls.OTHERS:
        p.step()
        return calls.called(p, Node("name", Span(token.start, token.end), (), name), first)
    if name in {"max", "min"}:
        p.step()
        return calls.extreme(p, name, first)
    if p.sketched and name in sketches.OVER:
        return sketches.over(p)
    reader = _READERS.get(name)
    if reader is None:
        code = _NOT_READ.get(name, "operator" if not name.isascii() or len(name) == 1 else "macro")
        raise p.unread(code, f"\\{name}" if name.isascii() else name)
    p.step()
    return reader(p, first)


def _fraction(p: Parser, first: int) -> Node:
    above = p.argument()
    below = p.argument()
    found = derivatives.written_as_fraction(p, above, below, first)
    if found is not None:
        return found
    numerator = p.within(*above, p.total)
    denominator = p.within(*below, p.total)
    return Node("div", p.span(first), (numerator, denominator))


def _root(p: Parser, first: int) -> Node:
    index: tuple[Node, ...] = ()
    if p.next.is_("["):
        start = p.at + 1
        while p.next.kind != "end" and not p.next.is_("]"):
            p.step()
        index = (p.within(start, p.at, p.total),)
        p.expect("]")
    return Node("root", p.span(first), (p.group(), *index))


def _binomial(p: Parser, first: int) -> Node:
    return Node("function", p.span(first), (p.group(), p.group()), "binomial")


def _half(p: Parser, first: int) -> Node:
    span = p.span(first)
    return Node("div", span, (Node("number", span, (), "1"), Node("number", span, (), "2")))


def _infinity(p: Parser, first: int) -> Node:
    return Node("infinity", p.span(first))


def _dots(p: Parser, first: int) -> Node:
    return Node("dots", p.span(first))


def _norm(p: Parser, first: int) -> Node:
    p.bars.append("norm")
    try:
        inside = p.total()
    finally:
        p.bars.pop()
    if not p.take("|"):
        raise p.unread("brackets", "\\|")
    index: tuple[Node, ...] = ()
    if p.next.is_("_"):
        p.step()
        index = (p.within(*p.argument(), p.total),)
    return Node("norm", p.span(first), (inside, *index))


def _absolute(p: Parser, first: int) -> Node:
    p.at -= 1
    return p.absolute(first)


def _floor(p: Parser, first: int) -> Node:
    return Node("function", p.span(first), (p.inside("rfloor"),), "floor")


def _ceiling(p: Parser, first: int) -> Node:
    return Node("function", p.span(first), (p.inside("rceil"),), "ceil")


def _decorated(p: Parser, first: int) -> Node:  # noqa: ARG001
    r"""``\underbrace{a}_{text}``, ``\boxed{a}``, ``\cancel{a}``: what is decorated, alone."""
    found = p.group()
    while p.next.is_("_", "^"):
        p.step()
        p.argument()
    return found


def _coloured(p: Parser, first: int) -> Node:  # noqa: ARG001
    p.argument()
    return p.group()


def _big(kind: str) -> Callable[[Parser, int], Node]:
    def read(p: Parser, first: int) -> Node:
        lower: tuple[int, int] | None = None
        upper: tuple[int, int] | None = None
        while p.next.is_("_", "^"):
            if p.step().text == "_":
                lower = p.argument()
            else:
                upper = p.argument()
        over_both = _unequal(p, lower) if upper is None else None
        lower, excluded = _excluded(p, lower)
        bounds = [*_bounds(p, lower, upper, first), *([] if over_both is None else [(over_both,)])]
        indices = [written(each[0]) for each in bounds if each]
        body = reaching(p, kind, indices)
        for index, value in excluded:
            body = _without(body, index, value, kind)
        found = body
        for each in reversed(bounds):
            found = Node("big", p.span(first), (found, *each), kind, 1 + len(each))
        return found

    return read


def _bounds(
    p: Parser, lower: tuple[int, int] | None, upper: tuple[int, int] | None, first: int
) -> list[tuple[Node, ...]]:
    """What a sum runs over: (index, lower, upper), (index) alone, or nothing; one for each of several indices."""
    if lower is None:
        if upper is not None:
            raise p.unread("bounds", p.tokens[first].text, p.tokens[first])
        return [()]
    start, stop = lower
    inner = p.tokens[start:stop]
    top = () if upper is None else (p.within(*upper, p.total),)
    equal = next((i for i, t in enumerate(inner) if t.is_("=")), None)
    if any(t.is_("ne", "le", "ge", "<", ">", "vert", "subset", "to", "sim") for t in inner):
        if p.sketched and (of := _conditioned(p, start, stop)) is not None:
            return [(of,)]
        raise UnreadError("bounds", "condition", Span(inner[0].start, inner[-1].end))
    within = next((i for i, t in enumerate(inner) if t.is_("in")), None)
    if equal is not None:
        commas = [i for i, t in enumerate(inner[:equal]) if t.is_(",")]
        begin = p.within(start + equal + 1, stop, p.total)
        edges = [0, *(c + 1 for c in commas), equal]
        keys = [
            _index(p, start + a, start + (b - 1 if b != equal else b)) for a, b in zip(edges, edges[1:], strict=False)
        ]
        if not top:
            return [(key, begin) for key in keys]
        return [(key, begin, *top) for key in keys]
    if within is not None:
        if top:
            raise UnreadError("bounds", "set", Span(inner[0].start, inner[-1].end))
        edges = [0, *(i + 1 for i, t in enumerate(inner[:within]) if t.is_(",")), within + 1]
        ends = _listed(p, start + within + 1, stop)
        return [(_index(p, start + a, start + b - 1), *ends) for a, b in zip(edges, edges[1:], strict=False)]
    if top:
        if len(inner) == 1 and names_index(inner[0].kind, inner[0].text):
            return [(_index(p, start, stop), Node("last", top[0].span, top))]  # where it begins is said elsewhere
        raise UnreadError("bounds", "index", Span(inner[0].start, inner[-1].end) if inner else p.span(first))
    edges = [0, *(i + 1 for i, t in enumerate(inner) if t.is_(",")), len(inner) + 1]
    return [(_index(p, start + a, start + b - 1),) for a, b in zip(edges, edges[1:], strict=False)]


def _conditioned(p: Parser, start: int, stop: int) -> Node | None:
    r"""What a condition below a sum counts: the index of what is compared, ``i`` in ``t_i \le t``."""
    at = next((i for i in range(start, stop) if p.tokens[i].is_("le", "ge", "<", ">")), None)
    found = None if at is None else p.within(start, at, p.total)
    while found is not None and found.kind == "name" and len(found.parts) == 1:
        found = found.parts[0]
    return found if found is not None and found.kind == "name" and not found.parts else None


def _listed(p: Parser, start: int, stop: int) -> tuple[Node, ...]:
    r"""First and last of the whole numbers that a set lists, ``\{1, ..., K\}``; nothing for a set by its name."""
    inner = p.tokens[start:stop]
    if not any(t.is_("\\{", "[", "(") for t in inner):
        return ()
    edges = [start, *(start + i for i, t in enumerate(inner) if t.is_(",")), stop - 1]
    pieces = [(a + 1, b) for a, b in zip(edges, edges[1:], strict=False)]
    values = [p.tokens[a].text if b == a + 1 else "" for a, b in pieces]
    dotted = len(values) > 2 and values[-2] == "dots"
    whole = all(each.isdigit() for each in (values[:-2] if dotted else values))
    if not (inner[0].is_("\\{") and inner[-1].is_("\\}") and whole):
        raise UnreadError("bounds", "set", Span(inner[0].start, inner[-1].end))
    counted = [int(each) for each in (values[:-2] if dotted else values)]
    if counted != [*range(counted[0], counted[0] + len(counted))] or (not dotted and len(counted) < 2):
        raise UnreadError("bounds", "set", Span(inner[0].start, inner[-1].end))
    first, last = pieces[0], pieces[-1]
    return p.within(*first, p.total), p.within(*last, p.total)


def _excluded(p: Parser, lower: tuple[int, int] | None) -> tuple[tuple[int, int] | None, list[tuple[Node, Node]]]:
    """Bounds without ``k != i``, and the pairs that are left out: an index, and the value that it does not take."""
    if lower is None:
        return None, []
    start, stop = lower
    edges = [start, *(i + 1 for i in range(start, stop) if p.tokens[i].is_(",")), stop + 1]
    pieces = [(a, b - 1) for a, b in zip(edges, edges[1:], strict=False)]
    found: list[tuple[Node, Node]] = []
    kept: list[tuple[int, int]] = []
    for a, b in pieces:
        at = next((i for i in range(a, b) if p.tokens[i].is_("ne")), None)
        if at is None:
            kept.append((a, b))
            continue
        found.append((_index(p, a, at), p.within(at + 1, b, p.total)))
        if len(pieces) == 1:
            return (a, at), found
    if not found:
        return lower, []
    if len(kept) != 1 or kept[0][0] != start:
        raise UnreadError("bounds", "condition", Span(p.tokens[start].start, p.tokens[stop - 1].end))
    return kept[0], found


def _unequal(p: Parser, lower: tuple[int, int] | None) -> Node | None:
    """The second index of ``i != j`` below a sum, where the sum runs over both rather than over the first."""
    if lower is None or lower[1] - lower[0] != 3 or not p.tokens[lower[0] + 1].is_("ne"):
        return None
    other = p.tokens[lower[0] + 2]
    if not names_index(other.kind, other.text):
        return None
    if p.choices.choose(f"over i != {other.text} at {other.start}", "first", "both") == "first":
        return None
    return _index(p, lower[0] + 2, lower[1])


def _without(body: Node, index: Node, value: Node, kind: str) -> Node:
    """The body of a sum (0) or product (1) where an index has the value that is left out."""
    span = body.span
    same = Node("function", span, (index, value), "delta")
    others = Node("add", span, (Node("number", span, (), "1"), Node("neg", span, (same,))))
    return Node("mul", span, (others, body)) if kind == "sum" else Node("power", span, (body, others))


def names_index(kind: str, text: str) -> bool:
    """Whether a token can be an index by itself."""
    return kind == "letter" or text in GREEK


def _index(p: Parser, start: int, stop: int) -> Node:
    return p.within(start, stop, lambda: names.name(p))


def reaching(p: Parser, kind: str, indices: list[str]) -> Node:
    """The body of a sum, product or limit: the product behind it, and terms after it as far as its index is free in them."""
    first = p.at
    negative = p.take("-")
    body = _multiplied(p, indices) if kind == "prod" and any(indices) else p.product()
    if negative:
        body = Node("neg", p.span(first), (body,))
    indices = [key for key in indices if key]
    if not indices:
        return body
    best, end = body, p.at
    terms = [body]
    while p.next.is_("+", "-"):
        sign = p.step()
        try:
            term = p.product()
        except UnreadError:
            break
        terms.append(term if sign.text == "+" else Node("neg", Span(sign.start, term.span.end), (term,)))
        if any(occurs(key, term) for key in indices):
            best, end = Node("add", p.span(first), tuple(terms)), p.at
    p.at = end
    if best is not body and kind != "limit" and any(occurs(key, body) for key in indices):
        # Where the first term closes itself in brackets, the author may have meant the sum to end there.
        usual, other = ("all", "first")
        if p.choices.choose(f"{kind} over + at {p.tokens[first].start}", usual, other) == "first":
            p.at = first
            return p.product()
    return best


def _factors(node: Node) -> list[Node]:
    return [f for part in node.parts for f in _factors(part)] if node.kind == "mul" else [node]


def _multiplied(p: Parser, indices: list[str]) -> Node:
    """The factors of a product over a range, up to the last one in which an index is free, or all of them."""
    first, at = p.at, p.at
    whole = p.product()
    factors = _factors(whole)
    last = max((i for i, f in enumerate(factors) if any(occurs(key, f) for key in indices)), default=len(factors) - 1)
    behind = "behind"
    if last == len(factors) - 1 or p.choices.choose(f"factors at {p.tokens[first].start}", behind, "within") != behind:
        return whole
    p.at = first
    end = factors[last].span.end
    while p.at < p.stop and p.tokens[p.at].start < end:
        p.at += 1
    stop, at = p.at, p.at
    p.at = first
    found = p.within(first, stop, p.product)
    p.at = at
    return found


def _limit(p: Parser, first: int) -> Node:
    if not p.next.is_("_"):
        raise p.unread("bounds", "\\lim")
    p.step()
    start, stop = p.argument()
    arrow = next((i for i in range(start, stop) if p.tokens[i].is_("to")), None)
    if arrow is None:
        raise p.unread("bounds", "\\lim")
    variable = _index(p, start, arrow)
    end = stop
    if p.tokens[stop - 1].is_("+", "-") and stop - 1 > arrow + 1:
        raise p.unread("bounds", "\\lim")
    point = p.within(arrow + 1, end, p.total)
    body = reaching(p, "limit", [written(variable)])
    return Node("limit", p.span(first), (body, variable, point))


_MATRICES = frozenset({"matrix", "pmatrix", "bmatrix", "array", "smallmatrix", "vmatrix"})
_MOST_CELLS = 36


def array(p: Parser) -> Node:
    """A matrix that is written out, cell by cell."""
    opening, first = p.next, p.at
    stop = p.at + 1
    level = 1
    while stop < p.stop and level:
        level += (p.tokens[stop].kind == "environment") - (p.tokens[stop].kind == "environment-end")
        stop += 1
    cells: list[list[tuple[int, int]]] = [[]]
    start = p.at + 1
    for at in range(p.at + 1, stop):
        token = p.tokens[at]
        if (
            token.kind == "environment"
            or token.is_("dots", "vdots", "ddots")
            or (token.kind == "inner" and token.text not in {"&", "\\\\"})
        ):
            raise p.unread("array", opening.text, opening)
        if token.kind in {"inner", "environment-end"}:
            cells[-1].append((start, at))
            start = at + 1
            if token.text == "\\\\" and token.kind == "inner":
                cells.append([])
    if level or opening.text not in _MATRICES:
        raise p.unread("array", opening.text, opening)
    rows = [row for row in cells if any(b > a for a, b in row)]
    if not rows or len({len(row) for row in rows}) > 1 or len(rows) * len(rows[0]) > _MOST_CELLS:
        raise p.unread("array", opening.text, opening)
    found = [p.within(a, b, p.total) for row in rows for a, b in row]
    p.at = stop
    return Node("array", p.span(first), tuple(found), opening.text, len(rows[0]))


def _inner(p: Parser, first: int) -> Node:
    r"""``\langle x, y \rangle``: a product of two vectors; of one thing, a mean that is not computed."""
    inside = p.inside("rangle")
    if inside.kind != "list" or len(inside.parts) != 2 or inside.text != ",":
        raise p.unread("operator", "\\langle", p.tokens[first])
    return Node("inner", p.span(first), inside.parts)


def _nothing(p: Parser, first: int) -> Node:  # noqa: ARG001
    return p.operand()


_READERS: dict[str, Callable[[Parser, int], Node]] = {
    "frac": _fraction,
    "sqrt": _root,
    "binom": _binomial,
    "half": _half,
    "infty": _infinity,
    "dots": _dots,
    "|": _norm,
    "vert": _absolute,
    "lfloor": _floor,
    "lceil": _ceiling,
    "sum": _big("sum"),
    "prod": _big("prod"),
    "lim": _limit,
    "langle": _inner,
    "partial": derivatives.partial,
    "nabla": derivatives.nabla,
    "underbrace": _decorated,
    "overbrace": _decorated,
    "boxed": _decorated,
    "bbox": _decorated,
    "fcolorbox": _decorated,
    "mathcolor": _coloured,
    "textcolor": _coloured,
    "displaylines": _decorated,
    "substack": _nothing,
}
