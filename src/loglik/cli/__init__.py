"""The command-line tool: ``loglik fit``, ``predict``, ``dice``, ``coin``, ``explain``, ``derive``.

Results go to stdout; progress, warnings and errors to stderr. Exit status: 0 fine, 1 a finding that means there is no
estimate (separation, not converged), 2 wrong usage or data; 128 + n where signal n ended it, as shells say: 130 Ctrl-C,
141 a reader of the output that went away (such as ``| head``), 143 SIGTERM.
"""

from __future__ import annotations

import os
import signal
import sys
import warnings
from itertools import pairwise
from typing import TYPE_CHECKING

from loglik.cli.interrupts import Interrupts, interrupts
from loglik.cli.streams import READER_GONE, ReaderGone, console, discard_output, open_streams, print_json
from loglik.errors import Finding, LoglikError
from loglik.texts import current, use
from loglik.texts.language import keeping_language, named, of_environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.texts import Language


def main(argv: Sequence[str] | None = None) -> int:
    """Run the tool and return its exit status.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments; by default those of the process, whose streams are then the tool's own.
    """
    if argv is None:
        open_streams()  # before a pipe takes the number of a closed one
    arguments = list(sys.argv[1:] if argv is None else argv)
    with use(_language(arguments)), interrupts(whole_process=argv is None) as interrupted:
        try:
            status = _status(arguments, interrupted)
        except KeyboardInterrupt:
            status = _interrupted(interrupted)
    if argv is None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # nothing is left to be tidied up
    return status


def _language(arguments: list[str]) -> Language:
    """Language of what is said: --lang where the command has it, else that of the environment."""
    for argument, value in pairwise([*arguments, ""]):
        if argument == "--lang" or argument.startswith("--lang="):
            return named(argument.partition("=")[2] or value) or of_environment()
    return of_environment()


def _status(arguments: list[str], interrupted: Interrupts) -> int:
    # What a user must know comes as a finding; NumPy's warnings name lines of source files.
    warnings.filterwarnings("ignore", category=RuntimeWarning)
    as_json = "--json" in arguments
    try:
        try:
            status = _run(arguments)
        except (Exception, SystemExit):
            if interrupted.signal is not None:  # DuckDB says "query interrupted", and cyclopts exits
                raise KeyboardInterrupt from None
            raise
        sys.stdout.flush()
    except (ReaderGone, BrokenPipeError):
        discard_output()
        return READER_GONE
    except LoglikError as error:
        return _refused(error, as_json=as_json)
    except MemoryError:
        return _refused(LoglikError("LL198.no_memory"), as_json=as_json)
    except OSError as error:
        return _refused(_lost(error), as_json=False)
    except Exception as unexpected:
        if os.environ.get("LOGLIK_DEBUG"):
            raise
        fault = LoglikError("LL199.unexpected", type=type(unexpected).__name__, said=unexpected)
        return _refused(fault, as_json=as_json)
    return status


def _interrupted(interrupted: Interrupts) -> int:
    discard_output()
    print(interrupted.word, file=sys.stderr)  # noqa: T201
    return interrupted.status


def _lost(error: OSError) -> LoglikError:
    """What is wrong where the system refuses: a full disk, a closed stream, a file that may not be read or written."""
    discard_output()
    if error.filename is None:
        return LoglikError("LL121.output", why=error.strerror or error)
    return LoglikError("LL121.file", path=os.fsdecode(error.filename), why=error.strerror)


def _refused(error: LoglikError, *, as_json: bool) -> int:
    """Report an error, wherever that is still possible."""
    try:
        report_error(error, as_json=as_json)
        sys.stdout.flush()
    except (ReaderGone, BrokenPipeError):
        discard_output()
        return READER_GONE
    except OSError:
        discard_output()
        report_error(error, as_json=False)
    return error.exit_status


def _run(arguments: list[str]) -> int:
    from cyclopts import CycloptsError

    from loglik.cli.app import COMMANDS, app
    from loglik.cli.help import asked, translated
    from loglik.cli.usage import said

    tool = translated(app, COMMANDS, arguments, current()) if asked(arguments) and current() != "en" else app
    try:
        result = tool(
            arguments, exit_on_error=False, print_error=False, result_action="return_value", help_on_error=False
        )
    except CycloptsError as error:
        text = " ".join(str(error).split())
        raise LoglikError("LL100.command_line", said=said(text)) from error
    return int(result) if isinstance(result, int) else 0


def report_error(error: LoglikError | Finding, *, as_json: bool) -> None:
    """Say what is wrong: for people on stderr, for programs as a ``loglik.error/1`` document on stdout."""
    if as_json:
        said = {"code": error.code, "message": error.message, "hint": error.hint, "values": error.said.plain_values()}
        print_json({"schema": "loglik.error/1", **said})
        return
    from rich.text import Text

    text = Text(f"{error.code} ", style="bold red").append(error.message, style="default not bold")
    if error.hint:
        text.append(f"\n  {keeping_language(error.hint)}", style="default not bold")
    text.append(f"\n  {keeping_language(f'loglik explain {error.code}')}", style="dim not bold")
    console(stderr=True, soft_wrap=True).print(text)
