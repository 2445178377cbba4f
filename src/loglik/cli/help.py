"""Help in the language of the reader: what English docstrings say, in another language from ``texts/help``.

Cyclopts takes help from docstrings, so a command gets a copy of its function with a docstring in that language; the few
words of its own (headings, defaults, choices) are exchanged where a panel is printed.
"""

from __future__ import annotations

import inspect
from importlib import import_module
from types import FunctionType
from typing import TYPE_CHECKING, Any

from cyclopts import App
from cyclopts.help import DefaultFormatter
from cyclopts.help.specs import DefaultStyled
from rich.text import Text

from loglik.cli.explain import wrapped
from loglik.texts import pairs, read
from loglik.texts import words as words_of_page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cyclopts.help import HelpPanel
    from rich.console import Console, ConsoleOptions

    from loglik.texts import Language

_FLAGS = frozenset({"--help", "-h"})


def asked(arguments: list[str]) -> bool:
    """Whether the arguments ask for help: by a flag, or by there being none."""
    return not arguments or not _FLAGS.isdisjoint(arguments)


def translated(app: App, commands: Mapping[str, tuple[str, str]], wanted: list[str], language: Language) -> App:
    """The application with its help in a language.

    Parameters
    ----------
    app : App
        In English.
    commands : mapping of str to (str, str)
        Name of each command to where its function is, and its line of help.
    wanted : list of str
        The arguments: the functions of other commands than these are left alone.
    language : {"ja"}
        Another language than English.
    """
    words = words_of_page("help", language)
    command = next((each for each in wanted if each in commands), None)
    about = words["about"] if command is None else texts(command, language)["about"]
    made = App(
        name=app.name, help=about, version=app.version, version_flags=["--version"],
        help_formatter=_Formatter(words, about),
    )  # fmt: skip
    made["--help"].help = words["help_flag"]
    made["--version"].help = words["version_flag"]
    for name, (place, _) in commands.items():
        said = texts(name, language)
        target: Any = place
        if name == command:
            module, _, function = place.partition(":")
            target = _with_docstring(getattr(import_module(module), function), said)
        made.command(target, name=name, help=None if name == command else said["summary"])
    return made


def texts(command: str, language: Language) -> dict[str, str]:
    """The words of a command's help by parameter, with ``summary`` and ``about``; those common to commands included."""
    return {
        name: text
        for file in ("common", command)
        for name, text in pairs(read("loglik.texts", f"help/{language}/{file}.txt")).items()
    }


def _with_docstring(function: Callable[..., int], said: Mapping[str, str]) -> Callable[..., int]:
    copy = FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    copy.__kwdefaults__, copy.__annotations__ = function.__kwdefaults__, function.__annotations__
    copy.__module__ = function.__module__
    lines = [f"{name}\n    {said[name]}" for name in inspect.signature(function).parameters if name in said]
    copy.__doc__ = "\n".join([said["about"], "", "Parameters", "----------", *lines])
    return copy


class _Formatter(DefaultFormatter):
    """The default formatter with its own words in another language."""

    def __init__(self, words: Mapping[str, str], about: str) -> None:
        super().__init__()
        self.words, self.about = words, about

    def render_description(self, console: Console, options: ConsoleOptions, description: Any) -> None:
        del options, description  # whose paragraphs are lost
        for line in self.about.split("\n"):
            console.print("\n".join(wrapped(line, console.width)), markup=False)
        console.print()

    def render_usage(self, console: Console, options: ConsoleOptions, usage: Any) -> None:
        del options
        if usage:
            line = Text(self.words["usage"].format(str(usage).strip()) + "\n", style="cyclopts.usage")
            console.print(DefaultStyled(line))

    def __call__(self, console: Console, options: ConsoleOptions, panel: HelpPanel) -> None:
        entries = [self._translated(entry) for entry in panel.entries]
        title = self.words.get(str(panel.title).lower(), str(panel.title))
        super().__call__(console, options, panel.copy(entries=entries, title=title))

    def _translated(self, entry: Any) -> Any:
        """An entry with its choices and its default among the words of its description."""
        from attrs import evolve
        from cyclopts.help.inline_text import InlineText

        said = (
            entry.description
            if isinstance(entry.description, InlineText)
            else InlineText(Text(str(entry.description or "")))
        )
        for key, values in (("choices", entry.choices), ("default", entry.default)):
            if values and str(values) != "False":
                shown = ", ".join(values) if key == "choices" else str(values)
                said.append(Text(self.words[key].format(shown), f"cyclopts.{key}"))
        if entry.required:
            said.append(Text(self.words["required"], "cyclopts.required"))
        return evolve(entry, description=said, choices=(), default=None, required=False)
