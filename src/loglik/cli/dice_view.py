"""The page that ``loglik dice`` and ``loglik coin`` print: the tables of the text with the numbers in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import starmap
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from loglik.cli.dice_words import Words
from loglik.cli.streams import console, has_blocks
from loglik.dice.likelihood_value import SMALLEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

    from loglik.cli.dice_input import Given
    from loglik.dice.exact_test import ExactTest
    from loglik.dice.goodness_of_fit import ChiSquareTest
    from loglik.texts import Language

_BAR = 30
_MOST_TERMS = 8
_MOST_THROWS = 20
_MOST_COLUMNS = 20
_MOST_ROWS = 100
_WIDEST = 10_000
_ROUGH_BELOW = 5.0


@dataclass(frozen=True)
class Shown:
    """What the page shows.

    Parameters
    ----------
    given : Given
        The die and its throws.
    p0 : list of float or None
        What is tested; None is a fair die.
    level, smoothing : float
        Coverage; imagined throws per face.
    lr, pearson : ChiSquareTest
        Tests of p0.
    exact : ExactTest
        Exact test of p0.
    power : dict or None
        Throws and power, if asked for.
    coin : bool
        Whether the die is a coin.
    language : str
        ``"en"`` or ``"ja"``.
    """

    given: Given
    p0: list[float] | None
    level: float
    smoothing: float
    lr: ChiSquareTest
    pearson: ChiSquareTest
    exact: ExactTest
    power: dict[str, Any] | None
    coin: bool
    language: Language


def show(shown: Shown) -> None:
    """Print the page to stdout, and a note on underflow to stderr."""
    # Lines are long rather than cut where the terminal is narrow.
    out = console(markup=False, emoji=False, soft_wrap=True, width=_WIDEST)
    words = Words(shown.language, coin=shown.coin)
    die = shown.given.die
    out.print(Text(words("title", k=die.n_classes, n=die.n), style="bold"))
    out.print()
    out.print(_counts(shown, words))
    if shown.given.throws:
        _one_hot(out, shown, words)
    if die.n:
        _likelihood(out, shown, words)
    else:
        out.print(f"\n{words('empty_product')}")
    _heading(out, words("estimates"))
    out.print(_estimates(shown, words))
    out.print(words("methods"))
    _tests(out, shown, words)
    if shown.power is not None:
        _power(out, shown, words)
    out.print(f"\n{words('next')}")
    best = die.likelihood()
    if best.underflows:
        note = words("note", code="LL156", value=best.scientific(), least=f"{SMALLEST:.2g}", log=f"{best.log:.10g}")
        console(stderr=True, markup=False, soft_wrap=True).print(note)


def bar(share: float, largest: float, width: int = _BAR) -> str:
    """Draw a share as a bar, the largest one as wide as there is room.

    Examples
    --------
    >>> bar(0.5, 1.0, 4), bar(0.55, 1.0, 4), bar(0.0, 1.0)
    ('██', '██▎', '')
    """
    eighths = round(8 * width * share / largest) if largest else 0
    if not has_blocks():
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


def _heading(out: Console, text: str) -> None:
    out.print(Text(f"\n{text}", style="bold"))


def _name(shown: Shown, label: Any, words: Words) -> str:
    return words(str(label)) if shown.coin else str(label)


def _null(shown: Shown) -> list[float]:
    k = shown.given.die.n_classes
    return shown.p0 if shown.p0 is not None else [1.0 / k] * k


def _counts(shown: Shown, words: Words) -> Table:
    die = shown.given.die
    shares = [c / die.n if die.n else 0.0 for c in die.counts]
    table = _table(
        (words("face"), "left"), (words("count"), "right"), (words("share"), "right"), (words("expected"), "right"),
        ("", "left"),
    )  # fmt: skip
    rows = [
        (_name(shown, c, words), f"{t:,}", f"{s:.6g}", f"{die.n * p:.6g}", bar(s, max(shares)))
        for c, t, s, p in zip(die.classes, die.counts, shares, _null(shown), strict=True)
    ]
    _rows(table, rows if len(rows) <= _MOST_ROWS else [*rows[: _MOST_ROWS - 2], ("...",) * 4 + ("",), rows[-1]])
    _rows(table, [(words("sum"), f"{die.n:,}", f"{sum(shares):.6g}", f"{die.n:.6g}", "")])
    return table


def _one_hot(out: Console, shown: Shown, words: Words) -> None:
    throws, faces = shown.given.throws or (), shown.given.die.classes
    if len(faces) > _MOST_COLUMNS:
        return
    _heading(out, words("one_hot"))
    table = _table((words("throw"), "right"), (words("face"), "right"), *((str(face), "right") for face in faces))
    rows = enumerate(throws[:_MOST_THROWS], start=1)
    _rows(table, [(f"{i}", f"{t}", *("1" if face == t else "0" for face in faces)) for i, t in rows])
    if len(throws) <= _MOST_THROWS:
        _rows(table, [(words("sum"), "", *(f"{t}" for t in shown.given.die.counts))])
    out.print(table)
    if len(throws) > _MOST_THROWS:
        out.print(words("more_throws", n=len(throws) - _MOST_THROWS))


def _likelihood(out: Console, shown: Shown, words: Words) -> None:
    die = shown.given.die
    null = words("fair" if shown.p0 is None else "p0")
    lines = [(null, _null(shown), None), (words("estimate"), die.mle().tolist(), die)]
    values = [(name, p, die.likelihood(None if best else p)) for name, p, best in lines]

    _heading(out, words("product"))
    out.print("  L(y) = Π_k y_k^t_k")
    remarks = [f"  ({words('underflow')})" if value.underflows else "" for *_, value in values]
    texts = [f"L = {product(p, die.counts)} = {value.scientific()}" for _, p, value in values]
    _lines(out, [(name, text + remark) for (name, *_), text, remark in zip(values, texts, remarks, strict=True)])

    _heading(out, words("sum_of_logs"))
    out.print("  log L(y) = Σ_k t_k log y_k")
    _lines(out, [(name, f"log L = {sum_of_logs(p, die.counts)} = {value.log:.8g}") for name, p, value in values])
    if 0 in die.counts:
        out.print(f"  {words('never')}")

    _heading(out, words("cross_entropy"))
    rows = []
    for name, p, best in lines:
        given = None if best else p
        nats, bits = die.cross_entropy(given), die.cross_entropy(given, base=2.0)
        text = words("nats", nats=f"{nats:.6g}", bits=f"{bits:.6g}")
        rows.append((name, f"-log L/n = {text}" + (f"  {words('least')}" if best else "")))
    _lines(out, rows)


def _lines(out: Console, rows: list[tuple[str, str]]) -> None:
    """Print named lines, the text after the names aligned; Japanese letters are two cells wide."""
    width = max(cell_len(name) for name, _ in rows)
    for name, text in rows:
        out.print(f"  {name}{' ' * (width - cell_len(name))}  {text}")


def _estimates(shown: Shown, words: Words) -> Table:
    die = shown.given.die
    level = f"{100 * shown.level:.10g}"
    columns = [(words("face"), "left")]
    cells: list[Sequence[str]] = [[_name(shown, c, words) for c in die.classes]]
    if die.n:
        columns += [(words("estimate_column"), "right"), (words("std_error"), "right")]
        cells += [_numbers(die.mle()), _numbers(die.standard_errors())]
    methods = [("single", "wilson")] + ([] if shown.coin else [("simultaneous", "goodman")])
    for key, method in methods:
        columns.append((words(key, level=level), "right"))
        cells.append([f"[{low:.6g}, {high:.6g}]" for low, high in die.intervals(shown.level, method)])
    if shown.smoothing:
        columns.append((words("smoothed", a=f"{shown.smoothing:g}"), "right"))
        cells.append(_numbers(die.smoothed(shown.smoothing)))
    table = _table(*columns)
    rows = list(zip(*cells, strict=True))
    _rows(table, rows if len(rows) <= _MOST_ROWS else [*rows[: _MOST_ROWS - 2], ("...",) * len(columns), rows[-1]])
    return table


def _numbers(values: Iterable[float]) -> list[str]:
    return [f"{v:.6g}" for v in values]


def _tests(out: Console, shown: Shown, words: Words) -> None:
    die = shown.given.die
    _heading(out, words("test_fair" if shown.p0 is None else "test_p0"))
    table = _table(
        (words("test"), "left"), (words("statistic"), "right"), (words("df"), "right"), (words("p_value"), "right"),
        ("", "left"),
    )  # fmt: skip
    for key, test in (("lr", shown.lr), ("pearson", shown.pearson)):
        _rows(table, [(words(key), f"{test.statistic:.6g}", f"{test.df}", f"{test.p_value:.4g}", "")])
    drawn = words("drawn", draws=shown.exact.draws, error=f"{shown.exact.std_error:.2g}")
    how = drawn if shown.exact.draws else words("enumerated")
    _rows(table, [(words("exact"), "", "", f"{shown.exact.p_value:.4g}", how)])
    out.print(table)
    least = min((die.n * p for p in _null(shown) if p > 0), default=0.0)
    if die.n and die.n_classes > 1 and least < _ROUGH_BELOW:
        out.print(words("small", least=f"{least:.4g}"))
    if die.n:
        size = die.effect_sizes(shown.p0)
        nats, bits = f"{size.kl:.6g}", f"{size.kl / math.log(2.0):.6g}"
        out.print(words("effect", w=f"{size.w:.6g}", nats=nats, bits=bits))


def _power(out: Console, shown: Shown, words: Words) -> None:
    table = shown.power or {}
    numbers = {"p0": f"{table['p0']:.6g}", "p1": f"{table['p1']:.6g}", "percent": f"{table['percent']:+g}"}
    alpha = f"{100 * (1 - shown.level):.6g}"
    _heading(out, words("power", alpha=alpha, face=_name(shown, table["face"], words), **numbers))
    made = _table((words("throws"), "right"), (words("power_column"), "right"))
    _rows(made, [(f"{n:,}", f"{p:.4f}") for n, p in zip(table["throws"], table["power"], strict=True)])
    out.print(made)
