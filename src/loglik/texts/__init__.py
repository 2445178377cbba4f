"""Every text that users read, as data files in English and Japanese, and the one loader for them.

``messages/en/LL101.md`` explains a code and has the templates of its messages and hints; ``words/en/dice.txt`` has the
words around the numbers of a page. Each has its counterpart under ``ja`` with the same keys and the same placeholders.
"""

from loglik.texts.files import Document, document, names, pairs, read, words
from loglik.texts.language import LANGUAGES, Language, current, use
from loglik.texts.message import Message, Phrase, say, templates
from loglik.texts.template import placeholders, render

__all__ = [
    "LANGUAGES",
    "Document",
    "Language",
    "Message",
    "Phrase",
    "current",
    "document",
    "names",
    "pairs",
    "placeholders",
    "read",
    "render",
    "say",
    "templates",
    "use",
    "words",
]
