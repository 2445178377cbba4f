"""What counts as a fault: LL199, an error without a code, NaN in silence, JSON that is none, an unknown exit status."""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import sys
import tempfile
import traceback
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loglik.cli import main
from loglik.errors import LoglikError
from loglik.errors.catalogue import codes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STATUSES = {0, 1, 2}


class Fault(AssertionError):  # noqa: N818
    """A finding of an attack."""


def refuse_constant(text: str) -> Any:
    raise Fault(f"JSON holds {text}")


def run(arguments: list[str]) -> tuple[int, str]:
    """Run the tool in this process; return its exit status and what it printed.

    Raises
    ------
    Fault
        If it ended otherwise than documented.
    """
    errors = io.StringIO()
    os.environ["LOGLIK_DEBUG"] = "1"
    with captured() as printed, contextlib.redirect_stderr(errors):
        try:
            status = main(arguments)
        except BaseException as unexpected:
            if isinstance(unexpected, KeyboardInterrupt | Fault):
                raise
            raise Fault(f"{arguments}: {traceback.format_exc(limit=-6)}") from unexpected
    text = printed[0]
    if status not in STATUSES:
        raise Fault(f"{arguments}: exit status {status}")
    if "LL199" in text + errors.getvalue() and "explain" not in arguments:
        raise Fault(f"{arguments}: LL199\n{errors.getvalue()}")
    if "Traceback" in errors.getvalue():
        raise Fault(f"{arguments}: {errors.getvalue()}")
    if "--json" in arguments:
        try:
            document = json.loads(text, parse_constant=refuse_constant)
        except ValueError as error:
            raise Fault(f"{arguments}: stdout is no JSON ({error}): {text[:300]!r}") from error
        if (document["schema"] == "loglik.error/1") != (status == 2):
            raise Fault(f"{arguments}: status {status} with {document['schema']}")
        if status == 2 and document["code"] not in codes():
            raise Fault(f"{arguments}: unexplained code {document['code']}")
    elif status == 2 and not any(line.startswith("LL") for line in errors.getvalue().splitlines()):
        raise Fault(f"{arguments}: status 2 without a code: {errors.getvalue()!r}")
    return status, text


@contextlib.contextmanager
def captured() -> Iterator[list[str]]:
    """What is written to standard output, by Python or by a library below it."""
    printed = [""]
    sys.stdout.flush()
    kept = os.dup(1)
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 1)
        stream = io.TextIOWrapper(
            io.FileIO(1, "w", closefd=False), encoding="utf-8", errors="backslashreplace", write_through=True
        )
        try:
            with contextlib.redirect_stdout(stream):
                yield printed
        finally:
            stream.flush()
            os.dup2(kept, 1)
            os.close(kept)
            file.seek(0)
            printed[0] = file.read().decode(errors="replace")


def call(
    what: str, function: Callable[[], Any], *, others: tuple[type[Exception], ...] = (), quiet: bool = True
) -> Any:
    """Call a function of the library; return what it returns, or None if it refused with a code.

    Parameters
    ----------
    what : str
        How to name the call.
    function : callable
        The call.
    others : tuple of exception types
        What scikit-learn's own checks may raise.
    quiet : bool
        Whether warnings are ignored.
    """
    try:
        with warnings.catch_warnings() if quiet else contextlib.nullcontext():
            if quiet:
                warnings.simplefilter("ignore")
            return function()
    except LoglikError as error:
        if error.code not in codes() or error.code == "LL199":
            raise Fault(f"{what}: {error.code} {error.message}") from error
        return None
    except (MemoryError, Fault) as error:
        if isinstance(error, Fault):
            raise
        return None
    except others as error:
        frames = traceback.extract_tb(error.__traceback__)
        if any("sklearn" in Path(frame.filename).parts for frame in frames):
            return None
        raise Fault(f"{what}: {traceback.format_exc(limit=-6)}") from error
    except Exception as error:
        raise Fault(f"{what}: {traceback.format_exc(limit=-6)}") from error


def finite(what: str, values: Any) -> None:
    """Refuse NaN and infinity among floats, however they are nested."""
    if isinstance(values, dict):
        for value in values.values():
            finite(what, value)
    elif isinstance(values, list | tuple):
        for value in values:
            finite(what, value)
    elif isinstance(values, float) and not math.isfinite(values):
        raise Fault(f"{what}: {values}")
