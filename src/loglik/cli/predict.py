"""``loglik predict``: the classes and probabilities of new rows."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from loglik.cli.options import names
from loglik.errors import DataError, did_you_mean

if TYPE_CHECKING:
    from loglik.design.source import Source
    from loglik.model.predict import Predictions

SCHEMA = "loglik.predict/1"


def predict(
    model: str,
    data: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    output: Annotated[str | None, Parameter(name=["--output", "-o"])] = None,
    keep: str | None = None,
    missing: Literal["drop", "error"] = "drop",
    table: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Predict the rows of a data file with a kept model.

    One line per row of the data, in its order: row number, predicted class, probability of each class. Rows with a
    missing value get an empty prediction and are counted.

    Parameters
    ----------
    model
        Model file written by loglik fit -o.
    data
        CSV, TSV, Parquet, JSON lines or DuckDB file with the columns of the fit; - reads standard input.
    output
        Write all predictions to this .csv or .parquet file.
    keep
        Columns of the data to carry along, as a,b,c.
    missing
        Leave rows with a missing value without a prediction, or refuse them.
    table
        Table of a database with several.
    as_json
        Print the loglik.predict/1 document.
    """
    from loglik.model.model_file import load_model, refuse_output
    from loglik.model.predict import needed_columns, probabilities
    from loglik.model.train import any_source

    refuse_output(output, data, model, endings=(".csv", ".parquet"))
    fitted = load_model(model)
    source = any_source(data, table)
    carried = names(keep) or []
    for column in carried:
        if column not in source.columns:
            raise DataError("LL103", f'column "{column}" not in {source.label}{did_you_mean(column, source.columns)}')
    _refuse_clashes([*carried, "row", "predicted", *(f"p[{name}]" for name in fitted.classes)], output)
    source.prepare([*carried, *(c for c in needed_columns(fitted) if c in source.columns)])
    made = probabilities(fitted, source, missing=missing)
    columns = prediction_columns(made, list(fitted.classes), source, carried)
    if output is not None:
        _write(output, columns)
    if as_json:
        print(json.dumps(_document(fitted.report.target, list(fitted.classes), made, output), allow_nan=False))  # noqa: T201
        return 0
    _print(columns, made, output)
    return 0


def prediction_columns(
    made: Predictions, classes: list[str], source: Source | None = None, carried: list[str] | None = None
) -> dict[str, list[Any]]:
    """Columns ``row``, the carried ones, ``predicted`` and ``p[class]``; None where there is no prediction."""
    out: dict[str, list[Any]] = {"row": list(range(1, len(made.predicted) + 1))}
    for column in carried or []:
        if source is not None:
            out[column] = source.values(column)
    out["predicted"] = made.predicted
    for k, name in enumerate(classes):
        out[f"p[{name}]"] = [
            None if given is None else float(p) for p, given in zip(made.probability[:, k], made.predicted, strict=True)
        ]
    return out


def _document(target: str, classes: list[str], made: Predictions, output: str | None) -> dict[str, Any]:
    document: dict[str, Any] = {
        "schema": SCHEMA, "target": target, "classes": classes, "n_rows": len(made.predicted),
        "n_missing": made.n_missing, "output": output,
    }  # fmt: skip
    if output is None:
        document["predicted"] = made.predicted
        document["probabilities"] = [
            None if given is None else [float(v) for v in row]
            for row, given in zip(made.probability, made.predicted, strict=True)
        ]
    return document


def _write(output: str, columns: dict[str, list[Any]]) -> None:
    from loglik.model.model_file import write_atomically

    if output.lower().endswith(".csv"):
        write_atomically(output, _csv(columns))
    else:
        write_atomically(output, _parquet(columns))


def _csv(columns: dict[str, list[Any]]) -> str:
    import csv
    import io

    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return stream.getvalue()


def _parquet(columns: dict[str, list[Any]]) -> bytes:
    import tempfile

    import duckdb

    # DuckDB writes Parquet from a file it reads: by way of a CSV whose types are given.
    with tempfile.TemporaryDirectory(prefix="loglik-") as directory:
        text, made = Path(directory) / "rows.csv", Path(directory) / "rows.parquet"
        text.write_text(_csv(columns), encoding="utf-8")
        kinds = {name: _parquet_type(values) for name, values in columns.items()}
        fields = ", ".join(f"'{name.replace(chr(39), chr(39) * 2)}': '{kind}'" for name, kind in kinds.items())
        duckdb.connect().execute(
            f"COPY (SELECT * FROM read_csv('{text}', header=true, auto_detect=false, delim=',', quote='\"', escape='\"', "
            f"columns={{{fields}}})) TO '{made}' (FORMAT parquet)"
        )
        return made.read_bytes()


def _parquet_type(values: list[Any]) -> str:
    present = [v for v in values if v is not None]
    if present and all(isinstance(v, int) and not isinstance(v, bool) for v in present):
        return "BIGINT"
    return "DOUBLE" if present and all(isinstance(v, int | float) for v in present) else "VARCHAR"


def _refuse_clashes(names_out: list[str], output: str | None) -> None:
    """Refuse two columns of one name; in Parquet files names that differ in case only are one."""
    parquet = output is not None and output.lower().endswith(".parquet")
    seen: set[str] = set()
    for name in names_out:
        key = name.lower() if parquet else name
        if key in seen:
            raise DataError(
                "LL117", f'the output would have two columns "{name}"', "Rename the column, or do not keep it."
            )
        seen.add(key)


def _print(columns: dict[str, list[Any]], made: Predictions, output: str | None) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    out = Console(highlight=False)
    if not out.is_terminal:
        out = Console(highlight=False, width=max(130, out.width))
    shown = 10
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in columns:
        table.add_column(Text(name), justify="right", no_wrap=True)
    for row in list(zip(*columns.values(), strict=True))[:shown]:
        table.add_row(*(Text("" if v is None else f"{v:.6g}" if isinstance(v, float) else str(v)) for v in row))
    out.print(table)
    n = len(made.predicted)
    if n > shown:
        out.print(f"... and {n - shown:,} more rows")
    counts = Counter(p for p in made.predicted if p is not None)
    listed = ", ".join(f"{name} {count:,}" for name, count in counts.most_common(8))
    out.print(f"\n{n:,} rows: {listed}; {made.n_missing:,} without a prediction (missing values)", markup=False)
    if output is not None:
        out.print(f"Predictions written to {output}.", markup=False)
    else:
        out.print("Next: the same command with -o predictions.csv writes all of them.", markup=False)
