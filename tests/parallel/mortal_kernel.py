"""A kernel that ends its process in the middle of the rows, in a module of its own: workers import it with nothing beside."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from loglik.parallel.executor import MatrixSum, RowKernel

if TYPE_CHECKING:
    from loglik.design.rows import Rows

DIED = "died"


def _zeros(rows: Rows, folder: str) -> MatrixSum:  # noqa: ARG001
    return MatrixSum(np.zeros(2))


def _dies_once(block: Rows, folder: str, total: MatrixSum) -> None:
    """As a machine does that is switched off: the first time alone."""
    mark = Path(folder) / DIED
    if block.first >= 50_000 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    total.sums += np.array([1.0, block.weight @ block.design.dense[:, 0]])


DIES_ONCE = RowKernel(_zeros, _dies_once)
