"""The page that ``loglik dice`` and ``loglik coin`` print: the tables of the text with the numbers in."""

from __future__ import annotations

import math
from itertools import starmap
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from loglik.dice.likelihood_value import SMALLEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import RenderableType

    from loglik.dice.power import PowerTable
    from loglik.dice.result import DiceResult, Estimate
    from loglik.dice.words import Words

_BAR = 30
_MOST_TERMS = 8
_MOST_THROWS = 20
_MOST_COLUMNS = 20
_MOST_ROWS = 100
_ROUGH_BELOW = 5.0
_SHOWN_INTERVALS = (("single", "wilson"), ("simultaneous", "goodman"))


def page(
    result: DiceResult, throws: Sequence[Any] | None, words: Words, *, blocks: bool = True
) -> Iterator[RenderableType]:
    """Show a result: texts and tables, to be printed one after the other.

    Parameters
    ----------
    result : DiceResult
        What `loglik.dice.result.evaluate` found.
    throws : sequence, optional
        The single throws, where they are known.
    words : Words
        Of a language, for a die or a coin.
    blocks : bool
        Whether bars may be drawn in block characters.
    """
    die = result.die
    yield Text(words("title", k=die.n_classes, n=die.n), style="bold")
    yield words("symbols")
    yield ""
    yield _counts(result, words, blocks=blocks)
    if throws:
        yield from _one_hot(result, throws, words)
    if result.estimate is not None:
        yield from _likelihood(result, result.estimate, words)
    else:
        yield f"\n{words('empty_product')}"
    yield _heading(words("estimates"))
    yield _estimates(result, words)
    yield words("methods")
    yield from _tests(result, words)
    if result.power is not None:
        yield from _power(result, result.power, words)
    yield f"\n{words('next')}"


def underflow_note(result: DiceResult, words: Words) -> str:
    """Say that the largest likelihood is too small for a double; nothing if it is not."""
    if result.estimate is None or not result.estimate.at.likelihood.underflows:
        return ""
    best = result.estimate.at.likelihood
    return words("note", code="LL156", value=best.scientific(), least=f"{SMALLEST:.2g}", log=f"{best.log:.10g}")


def bar(share: float, largest: float, width: int = _BAR, *, blocks: bool = True) -> str:
    """Draw a share as a bar, the largest one as wide as there is room, in block characters where there are such.

    Examples
    --------
    >>> bar(0.5, 1.0, 4), bar(0.55, 1.0, 4), bar(0.0, 1.0)
    ('██', '██▎', '')
    """
    eighths = round(8 * width * share / largest) if largest else 0
    if not blocks:
        return "#" * round(eighths / 8)
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()


def product(p: Sequence[float], counts: Sequence[int]) -> str:
    """Write the likelihood as a product with the numbers in.

    Examples
    --------
    >>> product([0.25, 0.75], [1, 3])
    '0.25^1 · 0.75^3'
    """
    return " · ".join(_shortened([f"{y:.6g}^{t}" for y, t in zip(p, counts, strict=True)]))


def sum_of_logs(p: Sequence[float], counts: Sequence[int]) -> str:
    """Write the log-likelihood as a sum with the numbers in.

    Examples
    --------
    >>> sum_of_logs([0.25, 0.75, 0.0], [1, 3, 0])
    '1·(-1.38629) + 3·(-0.287682) + 0'
    """

    def term(y: float, t: int) -> str:
        if t == 0:
            return "0"
        return f"{t}·({math.log(y) + 0.0:.6g})" if y > 0 else f"{t}·(-inf)"

    return " + ".join(_shortened(list(starmap(term, zip(p, counts, strict=True)))))


def _shortened(terms: list[str]) -> list[str]:
    return terms if len(terms) <= _MOST_TERMS else [*terms[: _MOST_TERMS - 2], "...", terms[-1]]


def _table(*columns: tuple[str, str]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name, justify in columns:
        table.add_column(Text(name), justify="left" if justify == "left" else "right", no_wrap=True)
    return table


def _rows(table: Table, rows: Iterable[Sequence[str]]) -> None:
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))


def _cut(rows: Sequence[Sequence[str]], dots: Sequence[str]) -> Sequence[Sequence[str]]:
    """All rows; of too many the first ones, dots, and the last."""
    return rows if len(rows) <= _MOST_ROWS else [*rows[: _MOST_ROWS - 2], dots, rows[-1]]


def _heading(text: str) -> Text:
    return Text(f"\n{text}", style="bold")


def _name(label: Any, words: Words) -> str:
    return words(str(label)) if words.coin else str(label)


def _counts(result: DiceResult, words: Words, *, blocks: bool) -> Table:
    die = result.die
    shares = [0.0] * die.n_classes if result.estimate is None else result.estimate.at.p.tolist()
    table = _table(
        (words("face"), "left"), (words("count"), "right"), (words("share"), "right"), (words("expected"), "right"),
        ("", "left"),
    )  # fmt: skip
    rows = [
        (_name(c, words), f"{t:,}", f"{s:.6g}", f"{die.n * p:.6g}", bar(s, max(shares), blocks=blocks))
        for c, t, s, p in zip(die.classes, die.counts, shares, result.null.p, strict=True)
    ]
    _rows(table, _cut(rows, ["..."] * 4 + [""]))
    _rows(table, [(words("sum"), f"{die.n:,}", f"{sum(shares):.6g}", f"{die.n:.6g}", "")])
    return table


def _one_hot(result: DiceResult, throws: Sequence[Any], words: Words) -> Iterator[RenderableType]:
    faces = result.die.classes
    if len(faces) > _MOST_COLUMNS:
        return
    yield _heading(words("one_hot"))
    table = _table((words("throw"), "right"), (words("face"), "right"), *((str(face), "right") for face in faces))
    rows = enumerate(throws[:_MOST_THROWS], start=1)
    _rows(table, [(f"{i}", f"{t}", *("1" if face == t else "0" for face in faces)) for i, t in rows])
    if len(throws) <= _MOST_THROWS:
        _rows(table, [(words("sum"), "", *(f"{t}" for t in result.die.counts))])
    yield table
    if len(throws) > _MOST_THROWS:
        yield words("more_throws", n=len(throws) - _MOST_THROWS)


def _likelihood(result: DiceResult, estimate: Estimate, words: Words) -> Iterator[RenderableType]:
    counts = result.die.counts
    lines = [
        (words("fair" if result.fair else "p0"), result.null, ""),
        (words("estimate"), estimate.at, words("least")),
    ]

    yield _heading(words("product"))
    yield "  L(y) = Π_k y_k^t_k"
    remark = f"  ({words('underflow')})"
    yield from _lines(
        (
            name,
            f"L = {product(at.p.tolist(), counts)} = {at.likelihood.scientific()}{remark * at.likelihood.underflows}",
        )
        for name, at, _ in lines
    )
    yield _heading(words("sum_of_logs"))
    yield "  log L(y) = Σ_k t_k log y_k"
    yield from _lines(
        (name, f"log L = {sum_of_logs(at.p.tolist(), counts)} = {at.likelihood.log:.8g}") for name, at, _ in lines
    )
    if 0 in counts:
        yield f"  {words('never')}"

    yield _heading(words("cross_entropy"))
    yield from _lines(
        (name, f"-log L/n = {words('nats', **_nats_and_bits(at.cross_entropy))}  {least}".rstrip())
        for name, at, least in lines
    )


def _nats_and_bits(nats: float) -> dict[str, str]:
    return {"nats": f"{nats:.6g}", "bits": f"{nats / math.log(2.0):.6g}"}


def _lines(named: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Named lines, the text after the names aligned; Japanese letters are two cells wide."""
    rows = list(named)
    width = max(cell_len(name) for name, _ in rows)
    for name, text in rows:
        yield f"  {name}{' ' * (width - cell_len(name))}  {text}"


def _estimates(result: DiceResult, words: Words) -> Table:
    level = f"{100 * result.level:.10g}"
    columns = [(words("face"), "left")]
    cells: list[Sequence[str]] = [[_name(c, words) for c in result.die.classes]]
    if result.estimate is not None:
        columns += [(words("estimate_column"), "right"), (words("std_error"), "right")]
        cells += [_numbers(result.estimate.at.p), _numbers(result.estimate.std_errors)]
    for key, method in _SHOWN_INTERVALS[: 1 if words.coin else 2]:
        columns.append((words(key, level=level), "right"))
        cells.append([f"[{low:.6g}, {high:.6g}]" for low, high in result.intervals[method]])
    if result.smoothed is not None:
        columns.append((words("smoothed", a=f"{result.pseudo_count:g}"), "right"))
        cells.append(_numbers(result.smoothed))
    table = _table(*columns)
    _rows(table, _cut(list(zip(*cells, strict=True)), ["..."] * len(columns)))
    return table


def _numbers(values: Iterable[float]) -> list[str]:
    return [f"{v:.6g}" for v in values]


def _tests(result: DiceResult, words: Words) -> Iterator[RenderableType]:
    die = result.die
    yield _heading(words("test_fair" if result.fair else "test_p0"))
    table = _table(
        (words("test"), "left"), (words("statistic"), "right"), (words("df"), "right"), (words("p_value"), "right"),
        ("", "left"),
    )  # fmt: skip
    for key, test in (("lr", result.lr), ("pearson", result.pearson)):
        _rows(table, [(words(key), f"{test.statistic:.6g}", f"{test.df}", f"{test.p_value:.4g}", "")])
    drawn = words("drawn", draws=result.exact.draws, error=f"{result.exact.std_error:.2g}")
    how = drawn if result.exact.draws else words("enumerated")
    _rows(table, [(words("exact"), "", "", f"{result.exact.p_value:.4g}", how)])
    yield table
    least = min((die.n * p for p in result.null.p if p > 0), default=0.0)
    if die.n and die.n_classes > 1 and least < _ROUGH_BELOW:
        yield words("small", least=f"{least:.4g}")
    if result.estimate is not None:
        size = result.estimate.effect
        yield words("effect", w=f"{size.w:.6g}", **_nats_and_bits(size.kl))


def _power(result: DiceResult, table: PowerTable, words: Words) -> Iterator[RenderableType]:
    numbers = {"p0": f"{table.p0:.6g}", "p1": f"{table.p1:.6g}", "percent": f"{table.percent:+g}"}
    alpha = f"{100 * (1 - result.level):.6g}"
    yield _heading(words("power", alpha=alpha, face=_name(result.die.classes[table.face], words), **numbers))
    made = _table((words("throws"), "right"), (words("power_column"), "right"))
    _rows(made, [(f"{n:,}", f"{p:.4f}") for n, p in zip(table.throws, table.power, strict=True)])
    yield made
