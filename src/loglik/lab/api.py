"""The numbers that the page shows: which function of the package answers which path."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from loglik.derive.catalogue import derivation
from loglik.lab import data_fit, points, throws, walks, worked
from loglik.lab.answers import answer, body_of
from loglik.lab.request_fields import text
from loglik.texts import current
from loglik.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from loglik.derive.model import Derivation
    from loglik.lab.course import Course
    from loglik.lab.request_fields import Body
    from loglik.lab.uploads import Upload, Uploads

    Document = dict[str, Any]


class Api:
    """What is computed, of the data files and the course that one server holds.

    Parameters
    ----------
    course : Course or None
        A teacher's chapters and derivations.
    uploads : Uploads
        Data files.
    """

    def __init__(self, course: Course | None, uploads: Uploads) -> None:
        self.course, self.uploads = course, uploads
        # The arithmetic of balls has one precision for the whole process, and fits of files may be large: one at a time.
        self._deriving, self._fitting = asyncio.Lock(), asyncio.Lock()

    def routes(self) -> list[Route]:
        """Every path, below /api."""
        return [
            Route("/start", self.start),
            _computed("/dice/throw", throws.throw),
            _computed("/dice/judge", throws.judge),
            _computed("/dice/needed", throws.needed),
            _computed("/points/fit", points.fit),
            _computed("/points/path", points.path),
            Route("/data", self.receive, methods=["POST"]),
            Route("/data/given", self.given),
            self._of_data("fit", data_fit.fit),
            self._of_data("report", data_fit.report),
            Route("/derivations/{name}", self.derivation),
            Route("/derivations/{name}/parts", self.parts),
            self._of_derivation("values", walks.at_numbers),
            self._of_derivation("lines", worked.shown_lines),
            self._of_derivation("answer", worked.judged),
            self._of_derivation("hints", worked.hinted),
        ]

    async def start(self, _: Request) -> Response:
        """What there is: derivations, chapters of the course, a data file."""
        language = current()

        def listed() -> Document:
            course = self.course
            return {
                "version": __version__,
                "derivations": [*walks.catalogue(language), *([] if course is None else course.listed(language))],
                "course": [] if course is None else course.chapters(language),
                "given": "given" in self.uploads,
            }

        return await self._derived(listed)

    async def derivation(self, request: Request) -> Response:
        """One derivation, checked."""
        name, language = request.path_params["name"], current()

        def lesson() -> Document:
            own = None if self.course is None else self.course.lesson(name, language)
            return own or walks.of_name(name, language)

        return await self._derived(lesson)

    async def parts(self, request: Request) -> Response:
        """What there is to work in a derivation."""
        return await self._derived(lambda: worked.parts(self._named(request)))

    async def receive(self, request: Request) -> Response:
        """A data file, which is the body; its name is in the query."""
        name, path = await self.uploads.receive(unquote(request.query_params.get("name", "")), request.stream())
        return await self._fitted(lambda: data_fit.columns(self.uploads.open(name, path)))

    async def given(self, _: Request) -> Response:
        """The file that the server was started with."""
        return await self._fitted(lambda: data_fit.columns(self.uploads.get("given")))

    def _of_derivation(self, what: str, compute: Callable[[Derivation, Body], Document]) -> Route:
        async def answered(request: Request) -> Response:
            body = await body_of(request)
            return await self._derived(lambda: compute(self._named(request), body))

        return Route(f"/derivations/{{name}}/{what}", answered, methods=["POST"])

    def _of_data(self, what: str, compute: Callable[[Upload, Body], Document]) -> Route:
        async def answered(request: Request) -> Response:
            body = await body_of(request)
            upload = self.uploads.get(text(body, "key"))
            return await self._fitted(lambda: compute(upload, body))

        return Route(f"/data/{what}", answered, methods=["POST"])

    def _named(self, request: Request) -> Derivation:
        name = request.path_params["name"]
        return (None if self.course is None else self.course.derivation(name)) or derivation(name)

    async def _derived(self, compute: Callable[[], Document]) -> Response:
        async with self._deriving:
            return answer(await run_in_threadpool(compute))

    async def _fitted(self, compute: Callable[[], Document]) -> Response:
        async with self._fitting:
            return answer(await run_in_threadpool(compute))


def _computed(path: str, compute: Callable[[Body], Document]) -> Route:
    async def answered(request: Request) -> Response:
        return answer(await run_in_threadpool(compute, await body_of(request)))

    return Route(path, answered, methods=["POST"])
