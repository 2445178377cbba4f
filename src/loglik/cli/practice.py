"""``loglik derive NAME --practice``: the reader writes the lines, here or from a file, and hears what each is worth."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from loglik.cli.streams import print_json
from loglik.derive.catalogue import derivation
from loglik.errors import DataError
from loglik.texts import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loglik.texts import Language


def practise(name: str | None, language: Language, *, every: int | None, as_json: bool) -> int:
    """Work a derivation: exit status 0 if its goals were reached, 1 if not."""
    from loglik.practice.exercise import exercises
    from loglik.practice.session import practise as work

    if name is None:
        raise DataError("LL226.no_name")
    if every is not None and every < 1:
        raise DataError("LL226.left_out", every=every)
    found = derivation(name)
    answers = work(
        found, _typed(words("practice", language)["prompt"]), _quiet if as_json else _say, language, every=every
    )
    goals = len(exercises(found))
    complete = answers.complete == goals
    if as_json:
        print_json(
            {"schema": "loglik.practice/1", "name": name, "complete": complete,
             "answers": [each.content(language) for each in answers.given]}, indent=1,
        )  # fmt: skip
    return 0 if complete else 1


def _typed(prompt: str) -> Iterator[str]:
    """Lines of the standard input; a terminal is asked for each."""
    asked = sys.stdin is not None and sys.stdin.isatty()
    while True:
        if asked:
            print(f"{prompt}> ", end="", file=sys.stderr, flush=True)  # noqa: T201
        try:
            line = sys.stdin.readline()
        except (OSError, ValueError, AttributeError):  # closed
            return
        if not line:
            return
        yield line.rstrip("\n")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


def _quiet(line: str) -> None:
    del line
