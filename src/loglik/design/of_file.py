"""What a source says of its columns, where its rows come from a file and another one says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.design.duckdb_source import FileSource
    from loglik.design.levels import LevelKind
    from loglik.design.reading import Reading
    from loglik.design.source import Kind


class OfFile:
    """A source whose rows stand elsewhere than in the file, which is asked what its columns are."""

    source: FileSource
    label: str
    reading: Reading

    def asks(self, source: FileSource) -> None:
        """Ask this file; a name for messages, and how text is read, are its own."""
        self.source, self.label, self.reading = source, source.label, source.reading

    @property
    def untyped(self) -> bool:
        """Whether it is text that does not say what it holds."""
        return self.source.untyped

    @property
    def columns(self) -> Sequence[str]:
        """Column names in order."""
        return self.source.columns

    def prepare(self, columns: Sequence[str], fixed: Any = None) -> None:
        """Everything has been read."""

    def kind(self, column: str) -> Kind:
        """What a column holds."""
        return self.source.kind(column)

    def level_kind(self, column: str) -> LevelKind:
        """What its levels are."""
        return self.source.level_kind(column)

    def describe(self, column: str) -> str:
        """Say more of a column's type."""
        return self.source.describe(column)
