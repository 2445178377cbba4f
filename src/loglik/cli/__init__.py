"""The command-line tool: ``loglik fit``, ``predict``, ``dice``, ``coin``, ``explain``, ``derive``.

Results go to stdout; progress, warnings and errors to stderr. Exit status: 0 fine, 1 a finding that means there is no
estimate (separation, not converged), 2 wrong usage or data.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
import warnings
from typing import TYPE_CHECKING

from loglik.errors import LoglikError

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the tool and return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    # What a user must know comes as a finding; NumPy's warnings name lines of source files.
    warnings.filterwarnings("ignore", category=RuntimeWarning)
    try:
        status = _run(arguments)
        sys.stdout.flush()
    except LoglikError as error:
        report_error(error, as_json="--json" in arguments)
        return error.exit_status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader has gone (such as `| head`): nothing is wrong, and nothing more can be said.
        _discard_stdout()
        return 0
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EIO, errno.EBADF}:
            raise
        _discard_stdout()
        lost = LoglikError("LL121", f"the output cannot be written: {error.strerror}", "Make room, or write elsewhere.")
        report_error(lost, as_json=False)
        return 2
    except MemoryError:
        short = LoglikError("LL198", "not enough memory for this fit", "Use fewer columns or levels.")
        report_error(short, as_json="--json" in arguments)
        return 2
    except Exception as unexpected:
        if os.environ.get("LOGLIK_DEBUG"):
            raise
        fault = LoglikError(
            "LL199",
            f"unexpected {type(unexpected).__name__}: {unexpected}",
            "This is a fault of loglik. LOGLIK_DEBUG=1 shows where; please report it.",
        )
        report_error(fault, as_json="--json" in arguments)
        return 2
    return status


def _discard_stdout() -> None:
    """Let what is still buffered go nowhere, so that the interpreter does not stumble over it at its end."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: list[str]) -> int:
    from cyclopts import CycloptsError

    from loglik.cli.app import app

    try:
        result = app(
            arguments, exit_on_error=False, print_error=False, result_action="return_value", help_on_error=False
        )
    except CycloptsError as error:
        text = " ".join(str(error).split())
        raise LoglikError(
            "LL100", text, "loglik --help shows the commands, loglik COMMAND --help its options."
        ) from error
    return int(result) if isinstance(result, int) else 0


def report_error(error: LoglikError, *, as_json: bool) -> None:
    """Say what is wrong: for people on stderr, for programs as a ``loglik.error/1`` document on stdout."""
    if as_json:
        document = {"schema": "loglik.error/1", "code": error.code, "message": error.message, "hint": error.hint}
        print(json.dumps(document, ensure_ascii=False))  # noqa: T201
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    text = Text(f"{error.code} ", style="bold red").append(error.message, style="default not bold")
    if error.hint:
        text.append(f"\n  {error.hint}", style="default not bold")
    text.append(f"\n  loglik explain {error.code}", style="dim not bold")
    console.print(text)
