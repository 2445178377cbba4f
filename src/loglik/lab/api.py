"""The numbers that the page shows: which function of the package answers which path."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from loglik.derive.catalogue import derivation
from loglik.errors import LoglikError
from loglik.lab import data_fit, points, throws, walks, worked
from loglik.lab.answers import answer, body_of
from loglik.lab.course import read_course
from loglik.lab.request_fields import text
from loglik.texts import current
from loglik.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

    from loglik.derive.model import Derivation
    from loglik.lab.course import Course
    from loglik.lab.request_fields import Body
    from loglik.lab.uploads import Upload, Uploads
    from loglik.lab.worker import Worker

    Document = dict[str, Any]


class Api:
    """What is computed, of the data files and the course that one server holds.

    Parameters
    ----------
    course : Course or None
        A teacher's chapters and derivations.
    uploads : Uploads
        Data files.
    judging, fitting : Worker
        What judges lines, and what fits files.
    """

    def __init__(self, course: Course | None, uploads: Uploads, judging: Worker, fitting: Worker) -> None:
        self.course, self.uploads = course, uploads
        self._judging, self._fitting = judging, fitting
        # The arithmetic of balls has one precision for the whole process: one at a time.
        self._deriving = asyncio.Lock()

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
        return await self._derived(lambda: worked.parts(named(self.course, request.path_params["name"])))

    async def receive(self, request: Request) -> Response:
        """A data file, which is the body; its name is in the query."""
        upload = await self.uploads.receive(unquote(request.query_params.get("name", "")), request.stream())
        try:
            return answer(await self._fitting.ask(data_fit.columns, upload))
        except LoglikError:
            self.uploads.forget(upload.key)
            raise

    async def given(self, _: Request) -> Response:
        """The file that the server was started with."""
        return answer(await self._fitting.ask(data_fit.columns, self.uploads.get("given")))

    def _of_derivation(self, what: str, compute: Callable[[Derivation, Body], Document]) -> Route:
        async def answered(request: Request) -> Response:
            folder = None if self.course is None else self.course.folder
            body = await body_of(request)
            return answer(await self._judging.ask(of_named, compute, request.path_params["name"], folder, body))

        return Route(f"/derivations/{{name}}/{what}", answered, methods=["POST"])

    def _of_data(self, what: str, compute: Callable[[Upload, Body], Document]) -> Route:
        async def answered(request: Request) -> Response:
            body = await body_of(request)
            return answer(await self._fitting.ask(compute, self.uploads.get(text(body, "key")), body))

        return Route(f"/data/{what}", answered, methods=["POST"])

    async def _derived(self, compute: Callable[[], Document]) -> Response:
        async with self._deriving:
            return answer(await run_in_threadpool(compute))


def named(course: Course | None, name: str) -> Derivation:
    """The derivation of this name, of the course or of the catalogue."""
    return (None if course is None else course.derivation(name)) or derivation(name)


def of_named(compute: Callable[[Derivation, Body], Document], name: str, folder: Path | None, body: Body) -> Document:
    """What is computed of a derivation, where only its name has come."""
    return compute(named(None if folder is None else _course(folder), name), body)


_course = cache(read_course)


def _computed(path: str, compute: Callable[[Body], Document]) -> Route:
    async def answered(request: Request) -> Response:
        return answer(await run_in_threadpool(compute, await body_of(request)))

    return Route(path, answered, methods=["POST"])
