"""Findings in a model file: the sentence as it was, and what it was made of, so that it can be said in another language."""

from __future__ import annotations

from typing import Any

from loglik.errors import Finding
from loglik.model.document_fields import is_a, text, texts
from loglik.texts import LANGUAGES


def finding_document(finding: Finding) -> dict[str, Any]:
    """A finding as JSON; `key` and `values` only where the values are plain numbers and texts."""
    said = finding.said
    made = {"code": finding.code, "message": said.text("en"), "columns": finding.columns, "serious": finding.serious}
    if said.fixed is None and all(map(_is_plain, said.values.values())):
        made |= {"key": said.key, "values": dict(said.values)}
    return made


def _is_plain(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    return value is None or type(value) in {str, int, float, bool}  # no word that is said otherwise in another language


def finding_from(document: Any) -> Finding:
    """The finding of a document, in the language of the reader if its parts give the sentence that stands there.

    Raises
    ------
    WrongDocumentError
        A field is missing or of a wrong type.
    """
    is_a(document, dict, "fit.findings")
    code, message, columns = text(document, "code"), text(document, "message"), texts(document, "columns")
    serious = bool(document.get("serious"))
    key, values = document.get("key"), document.get("values")
    if isinstance(key, str) and key.startswith(f"{code}.") and isinstance(values, dict):
        try:
            found = Finding(key, columns=columns, serious=serious, **values)
            said = {language: (found.said.text(language), found.said.hint(language)) for language in LANGUAGES}
            if said["en"][0] == message:
                return found
        except (LookupError, TypeError, ValueError, AttributeError, OSError):
            pass  # a document that was changed: the sentence stands by itself
    return Finding.stored(code, message, columns, serious=serious)
