"""What the server answers: the page, and the numbers that it shows."""

from __future__ import annotations

import asyncio
import json
import math
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from loglik.errors import DataError, LoglikError
from loglik.lab.guard import Guard, refusal
from loglik.lab.request_fields import text
from loglik.lab.uploads import Uploads
from loglik.texts import current
from loglik.version import __version__

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from loglik.derive.model import Derivation
    from loglik.lab.course import Course
    from loglik.lab.request_fields import Body
    from loglik.lab.uploads import Upload

STATIC = Path(__file__).parent / "static"


class Lab:
    """The routes of one server, with the data files and the course that it holds.

    Parameters
    ----------
    course : Course, optional
        A teacher's chapters and derivations.
    """

    def __init__(self, course: Course | None = None) -> None:
        self.course, self.uploads = course, Uploads()
        # The arithmetic of balls has one precision for the whole process, and fits of files may be large: one at a time.
        self._deriving, self._fitting = asyncio.Lock(), asyncio.Lock()

    def routes(self) -> list[Route | Mount]:
        """Every path that is answered."""
        from loglik.lab import data_fit, points, throws, walks, worked

        def computed(path: str, compute: Callable[[Body], dict[str, Any]]) -> Route:
            async def answer(request: Request) -> Response:
                return _json(await run_in_threadpool(compute, await _body(request)))

            return Route(path, answer, methods=["POST"])

        return [
            Route("/api/words", _words),
            Route("/api/start", self.start),
            computed("/api/dice/throw", throws.throw),
            computed("/api/dice/judge", throws.judge),
            computed("/api/points/fit", points.fit),
            computed("/api/points/path", points.path),
            Route("/api/data", self.receive, methods=["POST"]),
            Route("/api/data/given", self.given),
            self.of_data("fit", data_fit.fit),
            self.of_data("report", data_fit.report),
            Route("/api/derivations/{name}", self.derivation),
            self.of_derivation("values", walks.at_numbers),
            Route("/api/derivations/{name}/parts", self.parts),
            self.of_derivation("lines", worked.shown_lines),
            self.of_derivation("answer", worked.judged),
            self.of_derivation("hints", worked.hinted),
            Route("/", _page),
            Mount("/", StaticFiles(directory=STATIC, check_dir=False)),
        ]

    async def start(self, request: Request) -> Response:
        """What there is: derivations, chapters of the course, a data file."""
        from loglik.lab.walks import catalogue

        del request
        language = current()
        course = self.course
        async with self._deriving:
            derivations = await run_in_threadpool(catalogue, language)
            chapters = [] if course is None else course.chapters(language)
            if course is not None:
                derivations = [*derivations, *course.listed(language)]
        given = "given" in self.uploads
        return _json({"version": __version__, "derivations": derivations, "course": chapters, "given": given})

    async def derivation(self, request: Request) -> Response:
        """One derivation, checked."""
        from loglik.lab.walks import of_name

        name = request.path_params["name"]
        own = None if self.course is None else self.course.lesson(name, current())
        async with self._deriving:
            return _json(own or await run_in_threadpool(of_name, name, current()))

    def of_derivation(self, what: str, compute: Callable[[Derivation, Body], dict[str, Any]]) -> Route:
        """A route that computes something of a derivation."""

        async def answer(request: Request) -> Response:
            body, found = await _body(request), self._named(request)
            async with self._deriving:
                return _json(await run_in_threadpool(compute, found, body))

        return Route(f"/api/derivations/{{name}}/{what}", answer, methods=["POST"])

    async def parts(self, request: Request) -> Response:
        """What there is to work in a derivation."""
        from loglik.lab.worked import parts

        async with self._deriving:
            return _json(await run_in_threadpool(lambda: parts(self._named(request))))

    def _named(self, request: Request) -> Derivation:
        from loglik.derive.catalogue import derivation

        name = request.path_params["name"]
        own = None if self.course is None else self.course.derivation(name)
        return own or derivation(name)

    async def receive(self, request: Request) -> Response:
        """A data file, which is the body; its name is in the query."""
        from loglik.lab.data_fit import columns

        name, path = await self.uploads.receive(unquote(request.query_params.get("name", "")), request.stream())
        async with self._fitting:
            return _json(await run_in_threadpool(lambda: columns(self.uploads.open(name, path))))

    async def given(self, request: Request) -> Response:
        """The file that the server was started with."""
        from loglik.lab.data_fit import columns

        del request
        async with self._fitting:
            return _json(await run_in_threadpool(lambda: columns(self.uploads.get("given"))))

    def of_data(self, what: str, compute: Callable[[Upload, Body], dict[str, Any]]) -> Route:
        """A route that computes something of a data file."""

        async def answer(request: Request) -> Response:
            body = await _body(request)
            upload = self.uploads.get(text(body, "key"))
            async with self._fitting:
                return _json(await run_in_threadpool(compute, upload, body))

        return Route(f"/api/data/{what}", answer, methods=["POST"])

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Warm up while the page loads; delete the data files in the end."""
        from loglik.lab.warm import warm

        task = asyncio.create_task(asyncio.to_thread(warm))
        try:
            yield
        finally:
            self.uploads.close()
            await asyncio.shield(task)


def application(lab: Lab, token: str, port: int) -> ASGIApp:
    """The whole server as an ASGI application."""
    refusals: dict[Any, Callable[[Request, Any], Awaitable[Response]]] = {
        LoglikError: _refused,
        HTTPException: _not_there,
        Exception: _unexpected,
    }
    made = Starlette(routes=lab.routes(), lifespan=lab.lifespan, exception_handlers=refusals)
    return Guard(made, token, port)


async def _page(_: Request) -> Response:
    return FileResponse(STATIC / "index.html")


async def _words(_: Request) -> Response:
    from loglik.lab.page_texts import marked_words

    return _json({"words": await run_in_threadpool(marked_words, current())})


async def _body(request: Request) -> Body:
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise DataError("LL422.json") from None
    if not isinstance(body, dict):
        raise DataError("LL422.json")
    return body


async def _refused(_: Request, error: LoglikError) -> Response:
    # An answer like any other: browsers would write another status into the console as a fault of the page.
    return _json(refusal(error), status=413 if error.said.key == "LL423.too_large" else 200)


async def _not_there(request: Request, error: HTTPException) -> Response:
    return _json(refusal(DataError("LL422.path", path=request.url.path[:100])), status=error.status_code)


async def _unexpected(_: Request, error: Exception) -> Response:
    fault = LoglikError("LL199.unexpected", type=type(error).__name__, said=str(error)[:1000])
    return _json(refusal(fault), status=500)


def _json(document: Any, status: int = 200) -> Response:
    body = json.dumps(_finite(document), ensure_ascii=False, allow_nan=False)
    return Response(body, status, media_type="application/json")


def _finite(value: Any) -> Any:
    """JSON has no infinity and no NaN: they are null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(each) for each in value]
    return value
