"""``loglik lab``: the page on which the mathematics is moved and tried."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from loglik.cli.streams import console
from loglik.errors import DataError
from loglik.texts import Language, current, say


def lab(
    data: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    /,
    *,
    lang: Language | None = None,
    port: int | None = None,
    browser: bool = True,
    course: str | None = None,
) -> int:
    """Open the lab in the browser: dice, losses, fits and derivations to move, try and work; with your own data too.

    It runs on this machine alone, until Ctrl-C. Nothing is fetched from anywhere, and nothing leaves the machine.

    Parameters
    ----------
    data
        A CSV, TSV or Parquet file to begin with.
    lang
        Language of the page; by default that of the locale, or of LOGLIK_LANG.
    port
        Port of 127.0.0.1; by default 8647, or the next that is free.
    browser
        Open the page in the browser; --no-browser prints its address alone.
    course
        Directory with chapters and derivations of your own, as text files (docs/lab.md).
    """
    if any(find_spec(name) is None for name in ("starlette", "uvicorn")):
        raise DataError("LL421.extra")
    from loglik.lab.serve import serve
    from loglik.lab.uploads import ending, refuse_others

    path = None if data is None else Path(data)
    if path is not None:
        from loglik.design.any_source import any_source

        any_source(path)  # what cannot be read is refused in the words of every command
        ending(path.name)
        refuse_others(path, path.name)
    taught = None
    if course is not None:
        from loglik.lab.course import read_course

        taught = read_course(Path(course))
    out = console(soft_wrap=True)

    def tell(address: str, other: int | None) -> None:
        if other is not None:
            console(stderr=True, soft_wrap=True).print(say("command", "lab_port", port=other), markup=False)
        for finding in [] if taught is None else taught.findings():
            console(stderr=True, soft_wrap=True).print(finding, markup=False)
        out.print(say("command", "lab_at", address=address), markup=False)
        out.print(say("command", "lab_end"), markup=False)
        out.file.flush()

    serve(path, taught, lang or current(), port, tell, browser=browser)
    return 0
