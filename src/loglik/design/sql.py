"""Texts and names in SQL."""

from __future__ import annotations


def literal(text: str) -> str:
    """SQL of a text."""
    return "'" + text.replace("'", "''") + "'"


def quoted_name(column: str) -> str:
    """SQL of a column's name."""
    return '"' + column.replace('"', '""') + '"'
