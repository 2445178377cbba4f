"""Who reads the rows of a fit: this process, which may go on where another one ended, or workers."""

from __future__ import annotations

import hashlib
import json
import pickle
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from loglik.design.contents import contents
from loglik.design.rows import Rows
from loglik.parallel.journal import Journal
from loglik.parallel.machine import machine
from loglik.parallel.pools.chosen import pool_of
from loglik.parallel.reading import Reading
from loglik.parallel.spread import Supply
from loglik.parallel.threads import default_threads
from loglik.parallel.worker import Held

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loglik.design.matrix import Design
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
    workers = None
    if options.workers is not None:
        pool = pool_of(options.workers)
        workers = pool, _supply(rows, same_machine=pool.same_machine)
    try:
        reader = Reading(rows, journal, workers, options.tell)
        yield replace(frame, design=replace(frame.design, reader=reader))
        if journal is not None:
            journal.finish()
    finally:
        if workers is not None:
            workers[0].close(workers[1].name)


@dataclass(frozen=True)
class Mapped:
    """A piece of rows whose columns are in a file that workers open themselves; what stands beside them is sent."""

    design: Design
    first: int
    beside: Rows

    def rows(self) -> Mapped:
        """The rows."""
        return self

    def block(self, lo: int, hi: int) -> Rows:
        """Rows lo..hi of the piece."""
        some = self.beside.block(lo, hi)
        return Rows(self.design.block(self.first + lo, self.first + hi), some.label, some.weight, some.offset)


def reads_made(frame: ModelFrame) -> dict[str, int]:
    """How often all rows were read, by what for; empty where nobody counts."""
    reader = frame.design.reader
    found: Counter[str] = Counter()
    for name, count in reader.reads.items() if isinstance(reader, Reading) else ():
        found[next((kind for prefix, kind in _KINDS if name.startswith(prefix)), "likelihood")] += count
    return {kind: found[kind] for kind in dict.fromkeys((*(kind for _, kind in _KINDS), "likelihood")) if found[kind]}


def _supply(rows: Rows, *, same_machine: bool) -> Supply:
    """Pieces of rows: where their file is, if workers can open it, or as they are."""
    bytes_per_row = 16 + sum(block.bytes_per_row for block in rows.design.blocks)
    piece_rows = max(1, _PIECE_BYTES // (_PIECE * bytes_per_row)) * _PIECE

    mapped = same_machine and rows.design.is_mapped

    def piece(i: int) -> bytes:
        lo, hi = i * piece_rows, min((i + 1) * piece_rows, rows.n_rows)
        if mapped:
            beside = Rows(rows.design.without_columns(), rows.label, rows.weight, rows.offset).alone(lo, hi)
            return pickle.dumps(Mapped(rows.design, lo, beside), protocol=5)
        return pickle.dumps(Held(rows.alone(lo, hi)), protocol=5)

    return Supply(rows.n_rows, piece_rows, piece)


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
