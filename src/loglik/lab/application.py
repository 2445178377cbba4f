"""The server: the page at once, and what it asks for as soon as the package is loaded."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route, Router
from starlette.staticfiles import StaticFiles

from loglik.errors import DataError, LoglikError
from loglik.lab.answers import answer
from loglik.lab.guard import Guard, refusal
from loglik.lab.uploads import Uploads
from loglik.lab.worker import Worker
from loglik.texts import current

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from loglik.lab.course import Course

STATIC = Path(__file__).parent / "static"
#: Seconds that may go by until a line is judged, and a file fitted.
_A_LINE, _A_FIT = 20, 60


class Lab:
    """One server's data files and course; it answers what is asked below /api.

    Parameters
    ----------
    course : Course, optional
        A teacher's chapters and derivations.
    """

    def __init__(self, course: Course | None = None) -> None:
        self.course, self.uploads = course, Uploads()
        self.judging, self.fitting = Worker(_A_LINE), Worker(_A_FIT)
        self._api: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; the package is loaded in a thread first, which takes a second or two."""
        if self._api is None:
            self._api = await run_in_threadpool(self._load)
        await self._api(scope, receive, send)

    def _load(self) -> ASGIApp:
        from loglik.lab.api import Api

        return Router(routes=Api(self.course, self.uploads, self.judging, self.fitting).routes())

    async def _warm(self) -> None:
        """The server first, then the processes beside it."""
        self._api = self._api or await run_in_threadpool(self._load)
        from loglik.lab import warm

        await run_in_threadpool(warm.server)
        await self.judging.ask(warm.judging)
        await self.fitting.ask(warm.fitting)

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Warm up while the page loads; delete the data files in the end."""
        task = asyncio.create_task(self._warm())
        try:
            yield
        finally:
            task.cancel()
            self.close()
            with suppress(asyncio.CancelledError, LoglikError):
                await task

    def close(self) -> None:
        """End what computes, and delete the data files."""
        for each in (self.judging, self.fitting):
            each.end()
        self.uploads.close()


def application(lab: Lab, token: str, port: int) -> ASGIApp:
    """The whole server as an ASGI application."""
    refusals: dict[Any, Callable[[Request, Any], Awaitable[Response]]] = {
        LoglikError: _refused,
        HTTPException: _not_there,
        ClientDisconnect: _gone,
        Exception: _unexpected,
    }
    routes = [
        Route("/", _page),
        Route("/api/words", _words),
        Mount("/api", lab),
        Mount("/", StaticFiles(directory=STATIC, check_dir=False)),
    ]
    return Guard(Starlette(routes=routes, lifespan=lab.lifespan, exception_handlers=refusals), token, port)


async def _page(_: Request) -> Response:
    return FileResponse(STATIC / "index.html")


async def _words(_: Request) -> Response:
    """The words that have formulas; little has to be loaded for them."""
    from loglik.lab.page_texts import marked_words

    return answer({"words": await run_in_threadpool(marked_words, current())})


async def _gone(_: Request, _error: ClientDisconnect) -> Response:
    return Response(status_code=400)  # which nobody reads


async def _refused(_: Request, error: LoglikError) -> Response:
    # An answer like any other: browsers would write another status into the console as a fault of the page.
    return answer(refusal(error), status=413 if error.said.key == "LL423.too_large" else 200)


async def _not_there(request: Request, error: HTTPException) -> Response:
    return answer(refusal(DataError("LL422.path", path=request.url.path[:100])), status=error.status_code)


async def _unexpected(_: Request, error: Exception) -> Response:
    fault = LoglikError("LL199.unexpected", type=type(error).__name__, said=str(error)[:1000])
    return answer(refusal(fault), status=500)
