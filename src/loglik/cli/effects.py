"""``loglik effects``: what columns do to the probabilities, on average or at chosen values."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from loglik.cli.options import AS_IT_IS, Input, names
from loglik.cli.streams import console, print_json, print_next
from loglik.errors import DataError
from loglik.texts import Language, say

if TYPE_CHECKING:
    from loglik.model.effects import Effects


def effects(
    model: str,
    data: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    columns: str | None = None,
    at: str | None = None,
    by: str | None = None,
    change: str | None = None,
    weights: str | None = None,
    no_weights: Annotated[bool, Parameter(name="--no-weights", negative="")] = False,
    vcov: Literal["model", "sampling", "HC0", "HC1", "HC3", "cluster"] | None = None,
    cluster: str | None = None,
    level: float | None = None,
    rows: Annotated[Input, Parameter(name="*")] = AS_IT_IS,
    lang: Language | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Effects of the columns on the probabilities, averaged over the rows of a data file.

    For a number the average slope of the probability, an exact derivative through the formula; for levels the average
    difference from the reference level. Standard errors by the delta method.

    Parameters
    ----------
    model
        Model file written by loglik fit -o.
    data
        CSV, TSV, Parquet, JSON lines, DuckDB or SQLite file, usually that of the fit; - reads standard input.
    columns
        Columns whose effects are wanted, as a,b,c (default: all).
    at
        Predictions and effects at these values, as "x=1,2;g=a", other columns at their mean or most frequent level; means
        takes all there.
    by
        Column whose values group the rows.
    change
        Steps of numbers in the place of slopes: "x=1" is p(x + 1) - p(x), "x=0:1" is p(1) - p(0).
    weights
        Column of weights (default: that of the fit).
    no_weights
        Rows count alike.
    vcov
        Covariance of the coefficients (default: as in the fit); HC0, HC1, HC3 and cluster take the data as those of the fit.
    cluster
        Column, or two as a,b, of rows that belong together.
    level
        Coverage of the confidence intervals (default: as in the fit).
    lang
        Language of the output; by default that of the locale, or of LOGLIK_LANG.
    as_json
        Print the loglik.effects/1 document.
    """
    del lang  # that of the context by now, as for the errors of every command
    from loglik.model.arguments import checked_numbers
    from loglik.model.effects import EffectsSpec, effects_of
    from loglik.model.fitted import load_model

    if level is not None:
        checked_numbers(level=level)
    if weights is not None and no_weights:
        raise DataError("LL245.two_weights")
    fitted = load_model(model)
    spec = EffectsSpec(
        names(columns),
        None if at is None else {} if at.strip() == "means" else values(at, "--at"),
        by,
        {} if change is None else {c: _step(v) for c, v in values(change, "--change").items()},
        False if no_weights else weights or True,
        vcov,
        names(cluster),
        fitted.report.conf_level if level is None else level,
    )
    with warnings.catch_warnings(record=True) as noticed:
        warnings.simplefilter("always", UserWarning)
        made = effects_of(fitted, rows.open(data, fitted.input.reading), spec)
    for warning in noticed:
        console(stderr=True, soft_wrap=True).print(str(warning.message), markup=False)
    if as_json:
        print_json(made.as_json())
        return 0
    _print(made, model, data, rows, at)
    return 0


def values(text: str, flag: str) -> dict[str, list[str]]:
    """Split ``x=1,2;g=a``; quotes around what contains a separator.

    Examples
    --------
    >>> values('x=1,2; g="a,b"', "--at")
    {'x': ['1', '2'], 'g': ['a,b']}
    """
    out: dict[str, list[str]] = {}
    for item in _split(text, ";"):
        column, sign, given = item.partition("=")
        column = column.strip()
        if not sign or not column:
            raise DataError("LL245.text", flag=flag, item=item.strip())
        if column in out:
            raise DataError("LL245.twice", flag=flag, column=column)
        out[column] = names(given) or []
    if not out:
        raise DataError("LL245.text", flag=flag, item=text)
    return out


def _split(text: str, separator: str) -> list[str]:
    """Parts between separators that stand outside of quotes."""
    parts, quoted = [""], False
    for sign in text:
        quoted ^= sign == '"'
        if sign == separator and not quoted:
            parts.append("")
        else:
            parts[-1] += sign
    return [part for part in parts if part.strip()]


def _step(given: list[str]) -> Any:
    """``1``, or ``0:1``."""
    text = given[0] if len(given) == 1 else ",".join(given)
    low, sign, high = text.partition(":")
    return (low, high) if sign else text


def _print(made: Effects, model: str, data: str, rows: Input, at: str | None) -> None:
    from rich.table import Table
    from rich.text import Text

    from loglik.model.effects import at_text
    from loglik.model.summary import p_text

    out = console()
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    several = len({row.class_ for row in made.rows}) > 1
    shown = [
        name for name, wanted in (("by", made.by is not None), ("at", at is not None), ("class", several)) if wanted
    ]
    percent = f"{100.0 * made.conf_level:g} %"
    for name in [*shown, "term", "contrast", "estimate", "std_error", "z", "p", "low", "high"]:
        left = name in {"by", "at", "class", "term", "contrast"}
        grid.add_column(
            Text(made.by or "" if name == "by" else say("effects", name, percent=percent)),
            justify="left" if left else "right", no_wrap=True,
        )  # fmt: skip
    for row in made.rows:
        first = {"by": row.by or "", "at": at_text(row.at), "class": row.class_}
        term = say("effects", "prediction") if row.contrast is None else row.term
        contrast = "" if row.contrast is None else say("effects", "slope") if row.contrast == "slope" else row.contrast
        figures = [row.estimate, row.std_error, row.statistic, row.conf_low, row.conf_high]
        b, error, z, low, high = ("" if v is None else f"{v:.5g}" for v in figures)
        p = "" if row.p_value is None else p_text(row.p_value)
        grid.add_row(*(Text(t) for t in [*(first[n] for n in shown), term, contrast, b, error, z, p, low, high]))
    if not several and made.rows:
        out.print(say("effects", "of", name=made.rows[0].class_), markup=False)
    out.print(grid)
    said = say(
        "effects", "averaged" if at is None else "at_values", n=made.n_rows, dropped=made.n_dropped, weights=made.weights,
        vcov=made.vcov,
    )  # fmt: skip
    out.print(said, markup=False)
    if made.refused is not None:
        out.print(say("summary", "no_errors", why=made.refused), markup=False)
    err = console(stderr=True, soft_wrap=True)
    for finding in made.findings:
        err.print(say("command", "note", code=finding.code, said=finding.message), markup=False)
    paths = [f"./{path}" if path.startswith("-") and path != "-" else path for path in (model, data)]
    ask = ["--at", "means"] if at is None else ["--json"]
    print_next("effects", *paths, *rows.words, *ask)
