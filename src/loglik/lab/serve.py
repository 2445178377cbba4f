"""Start the server on an address of this machine, and the browser on it."""

from __future__ import annotations

import secrets
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

from loglik.errors import DataError
from loglik.lab.application import STATIC, Lab, application
from loglik.lab.uploads import opened

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from loglik.lab.course import Course
    from loglik.texts import Language

#: A fixed one: what a browser keeps (the reader's progress) it keeps for an address with its port, and links hold too.
PORT, _TRIED = 8647, 20
HOST = "127.0.0.1"


def serve(
    data: Path | None,
    course: Course | None,
    language: Language,
    port: int | None,
    tell: Callable[[str, int | None], None],
    *,
    browser: bool,
) -> None:
    """Run the lab until it is interrupted.

    Parameters
    ----------
    data : Path or None
        A data file of the reader, opened where it is.
    course : Course or None
        A teacher's chapters and derivations.
    language : {"en", "ja"}
        Language of the page.
    port : int or None
        Port; by default the first free one from 8647 on.
    tell : callable
        Called with the address, and the port if it is not the usual one, because that is taken; otherwise None.
    browser : bool
        Whether to open the page.

    Raises
    ------
    DataError
        LL421 the page is not built, LL424 the port is taken, LL1xx the data cannot be read.
    """
    import uvicorn

    if not (STATIC / "index.html").is_file():
        raise DataError("LL421.page")
    lab = Lab(course)
    try:
        if data is not None:
            lab.uploads.give(data)
            opened(lab.uploads.get("given"))  # what is wrong with it is said here
        bound = _bound(port)
        token = secrets.token_urlsafe(24)
        chosen = bound.getsockname()[1]
        address = f"http://{HOST}:{chosen}/#/{'data' if data else ''}?token={token}&lang={language}"
        config = uvicorn.Config(
            application(lab, token, chosen), log_level="warning", access_log=False, ws="none", server_header=False,
            timeout_graceful_shutdown=2,
        )  # fmt: skip
        tell(address, chosen if port is None and chosen != PORT else None)
        if browser:
            _open(address)
        with suppress(KeyboardInterrupt):  # the way to end it
            uvicorn.Server(config).run(sockets=[bound])
    finally:
        lab.close()


def _bound(port: int | None) -> socket.socket:
    """Return a socket on this machine's own address; what connects meanwhile waits."""
    for each in range(PORT, PORT + _TRIED) if port is None else [port]:
        # By its protocol asyncio knows that answers may go out at once (TCP_NODELAY): without it they wait 40 ms.
        made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind((HOST, each))
            made.listen()
        except (OSError, OverflowError):
            made.close()
            continue
        return made
    raise DataError("LL424.port", port=PORT if port is None else port)


def _open(address: str) -> None:
    import webbrowser

    with suppress(webbrowser.Error):
        webbrowser.open(address)
