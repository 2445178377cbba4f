"""Help in the language of the reader: what English docstrings say, in another language from ``texts/help``.

Cyclopts takes help from docstrings and has a few words of its own (headings, defaults, choices): all are exchanged where a
panel is printed, options by their names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cyclopts import App
from cyclopts.help import DefaultFormatter
from cyclopts.help.specs import DefaultStyled
from rich.text import Text

from loglik.cli.explain import wrapped
from loglik.texts import pairs, read
from loglik.texts import words as words_of_page

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        The arguments; the first command among them is the one whose help is asked for.
    language : {"ja"}
        Another language than English.
    """
    words = words_of_page("help", language)
    command = next((each for each in wanted if each in commands), None)
    options = {**words, **(texts(command, language) if command else {})}
    made = App(
        name=app.name, help=words["about"], version=app.version, version_flags=["--version"],
        help_formatter=_Formatter(options),
    )  # fmt: skip
    made["--help"].help = words["help_flag"]
    made["--version"].help = words["version_flag"]
    for name, (place, _) in commands.items():
        made.command(place, name=name, help=texts(name, language)["summary"])
    return made


def texts(command: str, language: Language) -> dict[str, str]:
    """The words of a command's help by option, with ``summary`` and ``about``; those common to commands included."""
    return {
        name: text
        for file in ("common", command)
        for name, text in pairs(read("loglik.texts", f"help/{language}/{file}.txt")).items()
    }


class _Formatter(DefaultFormatter):
    """The default formatter with its own words in another language."""

    def __init__(self, words: Mapping[str, str]) -> None:
        super().__init__()
        self.words = words

    def render_description(self, console: Console, options: ConsoleOptions, description: Any) -> None:
        del options, description  # whose paragraphs are lost
        for line in self.words["about"].split("\n"):
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

        name = key_of((*entry.positive_names, entry.positional_label or ""))
        said = InlineText(Text(self.words.get(name, str(entry.description or ""))))
        for key, values in (("choices", entry.choices), ("default", entry.default)):
            if values and str(values) != "False":
                shown = ", ".join(values) if key == "choices" else str(values)
                said.append(Text(self.words[key].format(shown), f"cyclopts.{key}"))
        if entry.required:
            said.append(Text(self.words["required"], "cyclopts.required"))
        return evolve(entry, description=said, choices=(), default=None, required=False)


def key_of(names: tuple[str, ...]) -> str:
    """By which name an option or argument is in the files of texts: its long name, with underscores."""
    return next((name.lstrip("-").replace("-", "_").lower() for name in names if len(name.lstrip("-")) > 1), "")
