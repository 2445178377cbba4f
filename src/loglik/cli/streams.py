"""Where the tool reads and writes: streams that are closed, full, broken or of few characters."""

from __future__ import annotations

import io
import json
import os
import shlex
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

# What a shell says of a program that wrote to a pipe nobody reads (128 + SIGPIPE): `| head` wants no more, nothing failed.
READER_GONE = 141
# Piped output keeps its columns; a terminal has its own width.
_PIPED_WIDTH = 130


class ReaderGone(BaseException):
    """Whoever read the output has gone. No OSError: Rich would turn it into exit status 1, which is "no estimate"."""


class _Output(io.FileIO):
    def write(self, data: Any) -> int:
        try:
            return super().write(data) or 0
        except BrokenPipeError:
            raise ReaderGone from None


class _Notes(io.FileIO):
    """Standard error: that nobody can read it is no reason to stop."""

    def write(self, data: Any) -> int:
        with suppress(OSError):
            return super().write(data) or 0
        return len(data)


def open_streams() -> None:
    """Make the streams of a program that was started by a shell or another program safe to use.

    Closed ones are opened on the null device, so that no data file takes their number; what is printed to a closed
    standard output fails as on a full disk. Characters that the encoding lacks are escaped. Lines that a library writes
    to standard output by itself go to standard error: the results alone are the output.
    """
    for number, mode in ((0, os.O_WRONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):  # reading, writing then fails as closed
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, mode)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
    for name in ("COLUMNS", "LINES"):  # what is no size is taken for one by libraries
        if not os.environ.get(name, "1").isdecimal() or int(os.environ.get(name, "1")) < 1:
            del os.environ[name]
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    notes_encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    with suppress(OSError, ValueError, AttributeError):
        sys.stdout.flush()
    results = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = _text(_Output(results, "w"), encoding)
    sys.stderr = _text(_Notes(2, "w", closefd=False), notes_encoding, line_buffering=True)
    # None where the interpreter found a stream closed, which libraries do not expect.
    sys.stdin = sys.stdin or open(0, closefd=False)  # noqa: SIM115
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, f"__{name}__") is None:
            setattr(sys, f"__{name}__", getattr(sys, name))


def _text(raw: io.FileIO, encoding: str, *, line_buffering: bool = False) -> io.TextIOWrapper:
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding=encoding, errors="backslashreplace", line_buffering=line_buffering or raw.isatty()
    )  # fmt: skip


def discard_output() -> None:
    """Let what is still buffered go nowhere, so that the interpreter does not stumble over it at its end."""
    with suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)


def print_json(document: Any, *, indent: int | None = None) -> None:
    """Print one JSON document, in ASCII where the output has no other characters.

    Parameters
    ----------
    document : dict
        What to print.
    indent : int, optional
        Spaces by which each level is indented.
    """
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=indent)
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        text = json.dumps(document, allow_nan=False, indent=indent)
    print(text)  # noqa: T201


def console(*, stderr: bool = False, **options: Any) -> Console:
    """Make a Rich console for results, or for what is said beside them.

    Parameters
    ----------
    stderr : bool
        Write to standard error.
    **options
        Of the console; by default nothing is highlighted.
    """
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    made = Console(file=stream, **{"highlight": False, **options})
    if "width" in options:
        return made
    if not made.is_terminal:
        made.width = max(_PIPED_WIDTH, made.width)
    elif "COLUMNS" not in os.environ:
        with suppress(
            OSError, ValueError, AttributeError
        ):  # the terminal that is written to, not that of another stream
            made.width = max(1, os.get_terminal_size(stream.fileno()).columns)
    return made


def print_next(*words: str) -> None:
    """Say which command comes next, after an empty line; one that reads standard input is the end of a pipe."""
    from loglik.texts import say
    from loglik.texts.language import keeping_language

    command = ("... | " if "-" in words else "") + shlex.join(["loglik", *words])
    out = console(soft_wrap=True)
    out.print()
    out.print(keeping_language(say("command", "next", command=command)), markup=False)


def has_blocks(stream: Any = None) -> bool:
    """Whether the output has block characters and the like; ASCII-only terminals do not."""
    encoding = getattr(stream or sys.stdout, "encoding", None) or "utf-8"
    return encoding.lower().replace("-", "").startswith("utf")
