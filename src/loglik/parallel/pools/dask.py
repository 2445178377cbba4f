"""Workers of a Dask cluster: of this machine, bound to 127.0.0.1 alone, or wherever a scheduler runs."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Any

from loglik.errors import DataError
from loglik.parallel.machine import differences, machine
from loglik.parallel.pools.pool import LOST
from loglik.parallel.worker import forget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.parallel.pools.pool import Call

# Seconds: to reach a scheduler; to wait for workers where there are none, since a nanny starts a dead one again; and between
# two looks at whether the workers that are waited for are still there.
_TO_CONNECT, _TO_COME, _BETWEEN_LOOKS = 15.0, 60.0, 0.25
_IS_THERE = "__import__('importlib.util').util.find_spec('loglik') is not None"


def local_workers(number: int) -> DaskWorkers:
    """So many processes of this machine, each with one thread, which end with the fit."""
    distributed = _distributed()
    cluster = distributed.LocalCluster(
        n_workers=number, threads_per_worker=1, processes=True, host="127.0.0.1", silence_logs=50,
        dashboard_address="127.0.0.1:0", worker_dashboard_address=None,
        memory_limit=None,  # Dask would count files that are mapped, and end the worker
    )  # fmt: skip
    return DaskWorkers(distributed.Client(cluster, set_as_default=False), mine=True, cluster=cluster)


def workers_at(address: str) -> DaskWorkers:
    """The workers of the scheduler at an address."""
    distributed = _distributed()
    try:
        client = distributed.Client(address, timeout=_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError) as fault:
        raise DataError("LL533.no_scheduler", address=address, said=str(fault)) from fault
    return DaskWorkers(client, mine=True)


def _distributed() -> Any:
    try:
        import distributed
    except ImportError as fault:
        raise DataError("LL530.no_dask") from fault
    return distributed


class DaskWorkers:
    """Workers of a Dask client.

    Parameters
    ----------
    client : distributed.Client
        Whose workers.
    mine : bool
        Whether the client was made for this fit.
    cluster : distributed.LocalCluster or None
        Started for this fit.
    """

    def __init__(self, client: Any, *, mine: bool = False, cluster: Any = None) -> None:
        self._client, self._mine, self._cluster = client, mine, cluster
        self._known: set[str] = set()
        self._here = machine()

    def workers(self) -> list[str]:
        """Addresses, each as often as the worker has threads."""
        began, others = time.monotonic(), False
        while not (there := self._there()):
            waited = time.monotonic() - began
            if waited > _TO_COME:
                raise DataError("LL534.none", seconds=_TO_COME)
            if self._cluster is not None and waited > _TO_COME / 3 and not others:
                others = True  # a nanny whose worker died while it started gives up
                number = len(self._cluster.worker_spec)
                self._cluster.scale(0)
                self._cluster.scale(number)
            time.sleep(_BETWEEN_LOOKS)
        self._refuse_others([address for address in there if address not in self._known])
        return [address for address, threads in sorted(there.items()) for _ in range(threads)]

    def _there(self) -> dict[str, int]:
        found = self._client.scheduler_info(n_workers=-1)["workers"]
        return {address: said["nthreads"] for address, said in found.items() if said.get("status") != "closed"}

    def _refuse_others(self, new: list[str]) -> None:
        """Refuse workers without the package, and those that would compute other bits."""
        if not new:
            return
        has = self._client.run(eval, _IS_THERE, workers=new, on_error="return")
        lacking = [address for address in new if has.get(address) is False]
        found = {} if lacking else self._client.run(machine, workers=new, on_error="return")
        # Another version of the package, that cannot say what it is; one that has gone meanwhile says nothing either.
        lacking += [
            address for address, said in found.items() if not isinstance(said, dict) and address in self._there()
        ]
        if lacking:
            raise DataError("LL532.lacking", worker=lacking[0], more=len(lacking) - 1)
        for address in new:
            if isinstance(found.get(address), dict):
                differing = differences(self._here, found[address])
                if differing:
                    what = differing[0]
                    raise DataError(
                        "LL531.mixed", worker=address, what=", ".join(differing), here=_short(self._here[what]),
                        there=_short(found[address].get(what, "")),
                    )  # fmt: skip
                self._known.add(address)

    def run(self, calls: Sequence[Call]) -> list[Any]:
        """Call each function by its worker, all at once."""
        futures = [self._submitted(*call) for call in calls]
        waiting = {i for i, future in enumerate(futures) if future is not None}
        found: list[Any] = [LOST] * len(calls)
        looked = time.monotonic()
        while waiting:
            self._wait([futures[i] for i in waiting])
            for i in [i for i in waiting if futures[i].done()]:
                waiting.discard(i)
                found[i] = self._result(futures[i], calls[i][0])
            if waiting and time.monotonic() - looked > _BETWEEN_LOOKS:
                there, looked = self._there(), time.monotonic()
                gone = [i for i in waiting if calls[i][0] not in there]
                waiting.difference_update(gone)
                self._client.cancel([futures[i] for i in gone], force=True)
        return found

    def _submitted(self, worker: str, function: Any, given: tuple[Any, ...]) -> Any:
        large = [i for i, value in enumerate(given) if isinstance(value, bytes)]
        try:
            sent = list(given)
            for i in large:  # not through the scheduler
                sent[i] = self._client.scatter(given[i], workers=[worker], hash=False)
            return self._client.submit(function, *sent, workers=[worker], allow_other_workers=False, pure=False)
        except (OSError, KeyError, ValueError, TimeoutError):  # the worker has gone
            return None

    def _wait(self, futures: list[Any]) -> None:
        try:
            with self._client.as_current():
                _distributed().wait(futures, timeout=_BETWEEN_LOOKS, return_when="ALL_COMPLETED")
        except TimeoutError:
            return
        except Exception as fault:
            if type(fault).__name__ != "CancelledError":
                raise

    def _result(self, future: Any, worker: str) -> Any:
        """What was returned; a worker that died, or was told to go, has returned nothing."""
        from distributed import KilledWorker

        if future.status == "cancelled":
            return LOST
        try:
            for seconds in (2.0**i for i in count()):
                if future.status == "error":
                    return future.result()  # which raises it
                with suppress(TimeoutError, asyncio.TimeoutError):
                    return future.result(timeout=seconds)
                if worker not in self._there():  # it has died with what it had found, and nobody else may find that
                    self._client.cancel([future], force=True)
                    return LOST
        except KilledWorker:
            return LOST
        except Exception as fault:
            if type(fault).__name__ in {"CancelledError", "FutureCancelledError", "FuturesCancelledError"}:
                return LOST
            raise

    def close(self, name: str) -> None:
        """End what was started for the fit; the workers of others forget its rows."""
        if self._cluster is None and (worked := self._known & set(self._there())):
            self._client.run(forget, name, workers=list(worked), on_error="ignore")
        if self._mine:
            self._client.close()
        if self._cluster is not None:
            self._cluster.close()


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[:most] + "..."
