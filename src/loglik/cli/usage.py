"""What is wrong with a command line, in the language of the reader: Cyclopts says it in English alone."""

from __future__ import annotations

import re

from loglik.texts import Phrase

#: What Cyclopts says, by the ending of the phrase for it.
_SAID = {
    "missing": r'Command "(?P<command>[^"]*)" parameter (?P<name>\S+) requires an argument\.',
    "command": r'Unknown command "(?P<name>[^"]*)"\.(?: Did you mean "(?P<near>[^"]*)"\?)?(?: Available commands: .*)?',
    "option": r"Unknown option: (?P<name>.*?)\.(?: Did you mean (?P<near>\S+)\?)?",
    "kind": r"Invalid value for (?P<name>\S+): unable to convert \"(?P<value>.*)\" into (?P<kind>\w+)\.",
    "choice": r'Invalid value "(?P<value>.*)" for (?P<name>\S+)\. Choose from: (?P<choices>.*)\.',
    "unused": r"Unused Tokens: \[(?P<names>.*)\]\.",
    "twice": r"Parameter (?P<name>\S+) specified multiple times\.",
}


def said(text: str) -> str:
    """The phrase for a message of Cyclopts, or the message itself where there is none.

    Examples
    --------
    >>> said("Unknown option: --bogus. Did you mean --base?")
    'there is no option --bogus; did you mean "--base"?'
    """
    for kind, pattern in _SAID.items():
        if found := re.fullmatch(pattern, text):
            return Phrase(f"usage_{kind}", **found.groupdict())
    return text
