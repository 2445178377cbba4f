"""``loglik predict``: the classes and probabilities of new rows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from loglik.cli.options import AS_IT_IS, Input, free_name, names
from loglik.cli.streams import console, print_json
from loglik.errors import DataError, nearest
from loglik.texts import Language, say
from loglik.texts.language import keeping_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.array_types import Array
    from loglik.cli.predict_stream import Tally
    from loglik.design.duckdb_source import FileSource
    from loglik.design.source import Source
    from loglik.errors import Finding
    from loglik.model.predict_intervals import Intervals

SCHEMA = "loglik.predict/1"


def predict(
    model: str,
    data: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    output: Annotated[str | None, Parameter(name=["--output", "-o"])] = None,
    keep: str | None = None,
    intervals: Annotated[bool, Parameter(name="--intervals", negative="")] = False,
    level: float | None = None,
    missing: Literal["drop", "error"] = "drop",
    rows: Annotated[Input, Parameter(name="*")] = AS_IT_IS,
    lang: Language | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Predict the rows of a data file with a kept model.

    One line per row of the data, in its order: row number, predicted class, probability of each class. Rows with a
    missing value, or with a level that occurred in the fit only in rows that it left out, get an empty prediction and
    are counted.

    Parameters
    ----------
    model
        Model file written by loglik fit -o.
    data
        Data with the columns of the fit: a file, directory or pattern as of loglik fit; - reads standard input.
    output
        Write all predictions to this .csv or .parquet file.
    keep
        Columns of the data to carry along, as a,b,c.
    intervals
        Add a confidence interval of each probability, conf_low[class] and conf_high[class].
    level
        Coverage of the intervals (default: as in the fit).
    missing
        Leave rows with a missing value without a prediction, or refuse them.
    lang
        Language of the output; by default that of the locale, or of LOGLIK_LANG.
    as_json
        Print the loglik.predict/1 document.
    """
    del lang  # that of the context by now, as for the errors of every command
    from loglik.cli.predict_stream import Tally, may_stream, stream
    from loglik.model.arguments import checked_numbers
    from loglik.model.fitted import load_model
    from loglik.model.model_file import refuse_output
    from loglik.model.new_rows import columns_read, fixed_kinds
    from loglik.model.predict import offset_column, predictions, probabilities
    from loglik.model.predict_intervals import intervals_of

    if level is not None:
        checked_numbers(level=level)
    refuse_output(output, data, model, endings=(".csv", ".parquet"))
    fitted = load_model(model)
    column = offset_column(fitted, None)
    source = rows.open(data, fitted.input.reading)
    carried = names(keep) or []
    for name in carried:
        if name not in source.columns:
            raise DataError(
                "LL103.no_such_column", column=name, source=source.label, near=nearest(name, source.columns)
            )
    added = [f"{what}[{name}]" for what in ("p", *(("conf_low", "conf_high") * intervals)) for name in fitted.classes]
    _refuse_clashes([*carried, "row", "predicted", *added], output)
    read = [c for c in columns_read(fitted.columns, column) if c in source.columns]
    source.prepare([*carried, *read], fixed_kinds(fitted.columns, column))
    found: list[Finding | None] = []

    def table_of(some: Source) -> _Table:
        made = predictions(fitted, some, probabilities, classes=True, missing=missing)
        ends = None
        if intervals:
            share = fitted.report.conf_level if level is None else level
            ends = intervals_of(fitted, some, conf_level=share, missing=missing)
            found.append(ends.finding)
        return _Table(fitted.classes, made.predicted, made.quantities[0], made.n_missing, made.n_unused, ends)

    if (output is not None or not as_json) and may_stream(fitted, source, carried, column):

        def predict_some(batch: Source) -> tuple[dict[str, list[Any]], int, int]:
            some = table_of(batch)
            return some.columns(batch, carried), some.n_missing, some.n_unused

        tally = stream(fitted, source, carried, column, output, predict_some)
        document = document_of(fitted.classes, fitted.report.target, output, tally)
    else:
        made = table_of(source)
        columns, tally = made.columns(source, carried), Tally()
        tally.add(columns, made.n_missing, made.n_unused)
        if output is not None:
            _write(output, columns, source, carried)
        document = document_of(fitted.classes, fitted.report.target, output, tally)
        if output is None:
            document |= made.document()
    if as_json:
        print_json(document)
        return 0
    _print(tally, output, data, model)
    lost = next((finding for finding in found if finding is not None), None)
    if lost is not None:
        note = say("command", "note", code=lost.code, said=lost.message)
        console(stderr=True, soft_wrap=True).print(note, markup=False)
    return 0


def document_of(classes: Sequence[str], target: str, output: str | None, tally: Tally) -> dict[str, Any]:
    """The ``loglik.predict/1`` document without the predictions."""
    return {
        "schema": SCHEMA, "target": target, "classes": list(classes), "n_rows": tally.n_rows,
        "n_missing": tally.n_missing, "n_unused_levels": tally.n_unused, "output": output,
    }  # fmt: skip


@dataclass(frozen=True)
class _Table:
    """Predictions as they are printed and written; None where there is none."""

    classes: tuple[str, ...]
    predicted: list[str | None]
    probability: Array
    n_missing: int
    n_unused: int
    intervals: Intervals | None = None

    def columns(self, source: Source, carried: Sequence[str]) -> dict[str, list[Any]]:
        """Columns ``row``, the carried ones, ``predicted`` and ``p[class]``."""
        out: dict[str, list[Any]] = {"row": list(range(1, len(self.predicted) + 1))}
        out |= dict(zip(carried, source.values(carried), strict=True))
        out["predicted"] = self.predicted
        for name, column in zip(self.classes, self.probability.T, strict=True):
            out[f"p[{name}]"] = [
                None if given is None else p for p, given in zip(column.tolist(), self.predicted, strict=True)
            ]
        for what, ends in self._ends().items():
            for name, column in zip(self.classes, ends.T, strict=True):
                out[f"{what}[{name}]"] = [None if math.isnan(v) else v for v in column.tolist()]
        return out

    def _ends(self) -> dict[str, Array]:
        return {} if self.intervals is None else {"conf_low": self.intervals.low, "conf_high": self.intervals.high}

    def document(self) -> dict[str, Any]:
        """The predictions in the ``loglik.predict/1`` document."""
        rows = zip(self.probability.tolist(), self.predicted, strict=True)
        document: dict[str, Any] = {"predicted": self.predicted}
        document["probabilities"] = [None if given is None else row for row, given in rows]
        for what, ends in self._ends().items():
            document[what] = [None if any(map(math.isnan, row)) else row for row in ends.tolist()]
        return document


def _write(output: str, columns: dict[str, list[Any]], source: FileSource, carried: list[str]) -> None:
    from loglik.model.model_file import write_atomically

    if output.lower().endswith(".csv"):
        write_atomically(output, _csv(columns))
    else:
        write_atomically(output, _parquet(columns, source, carried))


def _csv(columns: dict[str, list[Any]]) -> str:
    import csv
    import io

    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return stream.getvalue()


def _parquet(columns: dict[str, list[Any]], source: FileSource, carried: list[str]) -> bytes:
    """Columns of the data with the types that they have there; the others by way of a CSV whose types are given."""
    import tempfile

    from loglik.design.sql import literal, quoted_name

    with tempfile.TemporaryDirectory(prefix="loglik-") as directory:
        own = {name: values for name, values in columns.items() if name not in carried}
        text, made = Path(directory) / "rows.csv", Path(directory) / "rows.parquet"
        text.write_text(_csv(own), encoding="utf-8", newline="")
        types = {name: "BIGINT" if name == "row" else "VARCHAR" if name == "predicted" else "DOUBLE" for name in own}
        fields = ", ".join(f"{literal(name)}: '{kind}'" for name, kind in types.items())
        read = (
            f"read_csv({literal(str(text))}, header=true, auto_detect=false, delim=',', quote='\"', escape='\"', "
            f"columns={{{fields}}})"
        )
        rest = ", ".join(quoted_name(name) for name in own if name != "row")
        source.write_parquet(str(made), carried, f"SELECT row FROM {read}", f"SELECT {rest} FROM {read}")
        return made.read_bytes()


def _refuse_clashes(names_out: list[str], output: str | None) -> None:
    """Refuse two columns of one name; in Parquet files names that differ in case only are one."""
    parquet = output is not None and output.lower().endswith(".parquet")
    seen: set[str] = set()
    for name in names_out:
        key = name.lower() if parquet else name
        if key in seen:
            raise DataError("LL117.output_column_twice", name=name)
        seen.add(key)


def _print(tally: Tally, output: str | None, data: str, model: str) -> None:
    from rich.table import Table
    from rich.text import Text

    out = console()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in tally.head:
        table.add_column(Text(name), justify="right", no_wrap=True)
    for row in zip(*tally.head.values(), strict=True):
        table.add_row(*(Text("" if v is None else f"{v:.6g}" if isinstance(v, float) else str(v)) for v in row))
    out.print(table)
    n, shown = tally.n_rows, len(tally.head["row"])
    if n > shown:
        out.print(say("command", "more_rows", n=n - shown))
    listed = ", ".join(f"{name} {count:,}" for name, count in tally.counts.most_common(8))
    absent = {"missing": tally.n_missing, "others": tally.n_missing - tally.n_unused, "unused": tally.n_unused}
    out.print("\n" + say("command", "predicted", n=n, counts=listed, **absent), markup=False)
    if output is not None:
        out.print(say("command", "written", path=output), markup=False)
    else:
        free = free_name("predictions.csv", data, model)
        out.print(keeping_language(say("command", "write", path=free)), markup=False)
