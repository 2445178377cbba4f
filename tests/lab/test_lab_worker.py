"""The process beside the server: what takes too long or too much is ended, and the next one is computed."""

from __future__ import annotations

import asyncio
import os
import socket
import tempfile
import time
from pathlib import Path

import pytest

from loglik.errors import DataError, LoglikError
from loglik.lab import worker as of_lab
from loglik.lab.serve import _bound
from loglik.lab.worker import Worker
from loglik.texts import current, use


@pytest.fixture
def worker():
    made = Worker(20)
    yield made
    made.end()


def ask(worker, compute, *given):
    return asyncio.run(worker.ask(compute, *given))


def refused(code):
    raise DataError(code)


def of_process():
    return os.getpid(), current()


def held(size):
    return len(bytearray(size))


def test_it_computes_elsewhere_in_the_language_of_who_asks(worker):
    with use("ja"):
        process, language = ask(worker, of_process)
    assert (process != os.getpid(), language) == (True, "ja")
    assert ask(worker, of_process) == (process, "en")


def test_what_is_refused_there_is_refused_here(worker):
    with pytest.raises(DataError, match="LL426"):
        ask(worker, refused, "LL426.gone")
    with pytest.raises(LoglikError, match="LL199 unexpected ValueError"):
        ask(worker, int, "one")


@pytest.mark.parametrize(
    ("compute", "given", "key"),
    [(time.sleep, 600, "LL426.time"), (os._exit, 1, "LL426.memory"), (held, 2 * of_lab.MOST_MEMORY, "LL426.memory")],
)
def test_what_takes_too_long_or_too_much_is_ended_and_the_next_is_computed(worker, compute, given, key):
    first, _ = ask(worker, of_process)
    worker.seconds = 1
    with pytest.raises(DataError) as error:
        ask(worker, compute, given)
    assert error.value.said.key == key
    worker.seconds = 20
    second, _ = ask(worker, of_process)
    assert first != second
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


def staged():
    with tempfile.NamedTemporaryFile(delete=False) as file:
        return file.name


def test_it_ends_with_the_server_and_leaves_nothing(worker):
    process, _ = ask(worker, of_process)
    path = Path(ask(worker, staged))
    assert path.is_file()
    worker.end()
    assert not path.parent.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_answers_do_not_wait_for_acknowledgement():
    """Nagle's algorithm and a delayed acknowledgement together cost 40 ms an answer."""

    async def waits():
        set_ = asyncio.get_running_loop().create_future()

        def connected(_, writer):
            set_.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        with _bound(0) as listening:
            async with await asyncio.start_server(connected, sock=listening):
                _, writer = await asyncio.open_connection(*listening.getsockname())
                found = await set_
                writer.close()
                await writer.wait_closed()
                return found

    assert asyncio.run(waits())
