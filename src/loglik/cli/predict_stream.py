"""Predictions of a file of many rows, written as they are made: no more than some rows of them are in memory."""

from __future__ import annotations

import contextlib
import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from loglik.design import features
from loglik.design.batch_source import in_batches
from loglik.design.stored import chunks
from loglik.errors import DataError
from loglik.model.model_file import written_whole
from loglik.model.new_rows import columns_read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from loglik.design.batch_source import BatchSource
    from loglik.design.duckdb_source import FileSource
    from loglik.model.fitted import FittedClassifier

    Columns = dict[str, list[Any]]

_SHOWN = 10


@dataclass
class Tally:
    """What is said of predictions.

    Parameters
    ----------
    head : dict of str to list
        The first rows.
    n_rows, n_missing, n_unused : int
        Rows; those without a prediction; those of them with levels that only rows had which the fit left out.
    counts : Counter
        Rows of each class.
    """

    head: dict[str, list[Any]] = field(default_factory=dict)
    n_rows: int = 0
    n_missing: int = 0
    n_unused: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, columns: Columns, n_missing: int, n_unused: int) -> None:
        """Take some more rows into account."""
        predicted = columns["predicted"]
        if not self.head:
            self.head = {name: values[:_SHOWN] for name, values in columns.items()}
        self.n_rows += len(predicted)
        self.n_missing, self.n_unused = self.n_missing + n_missing, self.n_unused + n_unused
        self.counts.update(p for p in predicted if p is not None)


def may_stream(model: FittedClassifier, source: FileSource, carried: Sequence[str], offset: str | None) -> bool:
    """Whether a file is large, and its rows can be predicted apart.

    Columns of numbers must hold some, or all rows have to be seen; text that is carried along is read another way.
    """
    numeric = _split(model, offset)[0]
    return (
        source.n_rows > chunks.CHUNK_ROWS
        and find_spec("pyarrow") is not None
        and not (carried and source.untyped)
        and all(c in source.columns and source.kind(c) == "number" for c in numeric)
        and all(c in source.columns for c in columns_read(model.columns))
    )


def _split(model: FittedClassifier, offset: str | None) -> tuple[list[str], list[str]]:
    """Columns that are read as numbers, and as levels."""
    numeric = [f.name for f in model.columns if isinstance(f, features.NumericFeature)]
    levels = [f.name for f in model.columns if isinstance(f, features.CategoricalFeature)]
    return [*numeric, *([offset] if offset else [])], levels


def stream(
    model: FittedClassifier, source: FileSource, carried: Sequence[str], offset: str | None, output: str | None,
    predict: Callable[[Any], tuple[Columns, int, int]],
) -> Tally:  # fmt: skip
    """Predict a file piece by piece, and write what is made of each.

    Parameters
    ----------
    model : FittedClassifier
        The model.
    source : FileSource
        Rows, prepared.
    carried : sequence of str
        Columns to carry along.
    offset : str or None
        Column of the offset.
    output : str or None
        A ``.csv`` or ``.parquet`` file, which is there when it is complete; None writes none.
    predict : callable
        Makes the columns of some rows, and says how many are missing and unused.

    Raises
    ------
    DataError
        Those of predictions, with the number of the row in the file; LL121 the file cannot be written.
    """
    numeric, levels = _split(model, offset)
    source.refuse_words(numeric)
    source.bound(None)
    tally = Tally()
    with contextlib.ExitStack() as stack:
        write = None
        if output is not None:
            file = stack.enter_context(written_whole(output))
            write = _CsvRows(file) if output.lower().endswith(".csv") else _ParquetRows(file, carried)
            stack.callback(write.close)
        for batch in in_batches(source, numeric, levels, carried):
            try:
                columns, n_missing, n_unused = predict(batch)
            except DataError as error:
                raise _in_the_file(error, batch.first) from error
            columns["row"] = [number + batch.first for number in columns["row"]]
            tally.add(columns, n_missing, n_unused)
            if write is not None:
                write.add(columns, batch)
    return tally


def _in_the_file(error: DataError, before: int) -> DataError:
    """The same error with the number of the row in the file; how many more there are is not known."""
    values = dict(error.said.values)
    if "row" in values:
        values["row"] = int(values["row"]) + before
    if "more" in values:
        values["more"] = 0
    return DataError(error.said.key, columns=error.columns, **values)


class _CsvRows:
    def __init__(self, file: Any) -> None:
        self.text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        self.writer = csv.writer(self.text, lineterminator="\n")
        self.begun = False

    def add(self, columns: Columns, batch: BatchSource) -> None:
        del batch
        if not self.begun:
            self.writer.writerow(columns)
            self.begun = True
        self.writer.writerows(zip(*columns.values(), strict=True))

    def close(self) -> None:
        self.text.detach()


class _ParquetRows:
    def __init__(self, file: Any, carried: Sequence[str]) -> None:
        self.file, self.carried = file, carried
        self.writer: Any = None

    def add(self, columns: Columns, batch: BatchSource) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        own = dict(zip(self.carried, batch.carried, strict=True))
        kinds = {"row": pa.int64(), "predicted": pa.string()}
        table = pa.table(
            {
                name: own[name] if name in own else pa.array(v, kinds.get(name, pa.float64()))
                for name, v in columns.items()
            }
        )
        if self.writer is None:
            self.writer = pq.ParquetWriter(self.file, table.schema, write_page_checksum=True)
        self.writer.write_table(table)

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
