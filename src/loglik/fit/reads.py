"""Who reads the rows of a fit: this process, which may go on where another one ended, or workers."""

from __future__ import annotations

import hashlib
import json
import pickle
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from loglik.design.contents import contents
from loglik.design.rows import Rows
from loglik.design.stored.rows import by_name
from loglik.parallel.journal import Journal
from loglik.parallel.machine import machine
from loglik.parallel.pools.chosen import current_workers
from loglik.parallel.reading import Reading
from loglik.parallel.spread import Supply
from loglik.parallel.threads import default_threads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loglik.design.model_frame import ModelFrame
    from loglik.fit.options import Options

# Rows of a piece that is sent: a multiple of those of any block, and about so many bytes.
_PIECE, _PIECE_BYTES = 65_536, 64 * 1024 * 1024
_NOT_SAID = {"callback", "tell", "planned", "threads", "workers", "resume", "trajectory"}  # no number depends on them

# What a read is for, by the module of its kernel; all others are of the likelihood and its derivatives.
_KINDS = (
    ("loglik.fit.column_stats:", "statistics"),
    ("loglik.fit.loss:_add_class_weights", "classes"),
    ("loglik.fit.null_model:", "classes"),
    ("loglik.fit.existence.separation:", "levels"),
    ("loglik.fit.residual_columns:", "collinearity"),
    ("loglik.fit.gram:", "collinearity"),
    ("loglik.fit.recoding:", "collinearity"),
    ("loglik.fit.existence.", "existence"),
    ("loglik.inference.", "inference"),
)


@contextmanager
def read_for(frame: ModelFrame, options: Options) -> Iterator[ModelFrame]:
    """The same frame, whose rows are read as the options say, as long as this lasts."""
    rows = Rows(frame.design, frame.target.label, frame.weight, frame.offset)
    journal = None if options.resume is None else Journal(Path(options.resume), _identity(frame, rows, options))
    workers = current_workers()
    supplied = None if workers is None else (workers.pool, _supply(frame, rows, workers.name))
    reader = Reading(rows, journal, supplied, options.tell)
    yield replace(frame, design=replace(frame.design, reader=reader))
    if journal is not None:
        journal.finish()


def reads_made(frame: ModelFrame) -> dict[str, int]:
    """How often all rows were read, by what for; empty where nobody counts."""
    reader = frame.design.reader
    found: Counter[str] = Counter()
    for name, count in reader.reads.items() if isinstance(reader, Reading) else ():
        found[next((kind for prefix, kind in _KINDS if name.startswith(prefix)), "likelihood")] += count
    return {kind: found[kind] for kind in dict.fromkeys((*(kind for _, kind in _KINDS), "likelihood")) if found[kind]}


def _supply(frame: ModelFrame, rows: Rows, name: str) -> Supply:
    """The rows for workers: those that can open the files they are in are sent nothing but these files' names."""
    bytes_per_row = 16 + sum(block.bytes_per_row for block in rows.design.blocks)
    piece_rows = max(1, _PIECE_BYTES // (_PIECE * bytes_per_row)) * _PIECE

    def piece(i: int) -> bytes:
        return pickle.dumps(rows.alone(i * piece_rows, min((i + 1) * piece_rows, rows.n_rows)), protocol=5)

    scaled = frame.weights_from is not None and frame.weight_kind == "sampling"  # by the sum of all
    label = None if scaled or frame.target.stored is None else frame.target.stored.codes
    return Supply(name, rows.n_rows, piece_rows, piece, by_name(rows, label, frame.weights_from, frame.offset_from))


def _identity(frame: ModelFrame, rows: Rows, options: Options) -> dict[str, str]:
    """What makes it this fit and no other: rows, model, options, and what the last bits depend on."""
    said = {name: value for name, value in vars(options).items() if name not in _NOT_SAID}
    terms = json.dumps([frame.target.classes, frame.target.order, frame.design.term_names], default=str)
    return {
        "rows": contents(rows, options.threads or default_threads()),
        "terms": hashlib.sha256(terms.encode()).hexdigest(),
        "options": json.dumps(said, sort_keys=True, default=str),
        "machine": json.dumps(machine(), sort_keys=True),
    }
