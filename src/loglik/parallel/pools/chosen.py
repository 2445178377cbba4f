"""From what the user says to workers: ``local:4``, ``processes:2``, ``tcp://host:8786``, or a Dask client."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loglik.errors import DataError
from loglik.parallel.pools.dask import DaskWorkers, local_workers, workers_at
from loglik.parallel.pools.processes import Processes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loglik.parallel.pools.pool import Pool

_MOST = 1024
_SCHEMES = ("tcp://", "tls://", "ws://", "wss://", "inproc://", "ucx://")


@dataclass(frozen=True)
class Workers:
    """Who works for a fit.

    Parameters
    ----------
    pool : Pool
        The workers.
    name : str
        Under which they keep what is of this fit.
    """

    pool: Pool
    name: str


_workers: ContextVar[Workers | None] = ContextVar("workers", default=None)


@contextmanager
def working(workers: Any) -> Iterator[None]:
    """Within, files are encoded and rows are read by workers, as the user says them; None for nobody but this process."""
    found = None if workers is None else Workers(pool_of(workers), uuid.uuid4().hex)
    token = _workers.set(found)
    try:
        yield
    finally:
        _workers.reset(token)
        if found is not None:
            found.pool.close(found.name)


def current_workers() -> Workers | None:
    """Those of the fit that is running."""
    return _workers.get()


def pool_of(workers: Any) -> Pool:
    """Workers as the user says them.

    Raises
    ------
    DataError
        LL530 Dask is not installed, LL533 no scheduler answers, LL535 nobody knows what is meant.
    """
    if not isinstance(workers, str):
        if not (hasattr(workers, "scheduler_info") and hasattr(workers, "scatter")):
            raise DataError("LL535.what", given=type(workers).__name__)
        return DaskWorkers(workers)
    if workers.startswith(_SCHEMES):
        return workers_at(workers)
    kind, _, number = workers.partition(":")
    if kind not in {"local", "processes"} or not (number.isascii() and number.isdigit() and 1 <= int(number) <= _MOST):
        raise DataError("LL535.what", given=workers)
    return local_workers(int(number)) if kind == "local" else Processes(int(number))
