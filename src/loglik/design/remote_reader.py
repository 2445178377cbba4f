"""Remote files as DuckDB reads them: a file system of fsspec with just those files, by their exact names."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fsspec.spec import AbstractFileSystem

from loglik.design.remote import PROTOCOL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.design.remote import RemoteFile


class RemoteReader(AbstractFileSystem):  # type: ignore[misc]
    """Gives DuckDB some files.

    Parameters
    ----------
    files : sequence of RemoteFile
        Which.
    """

    protocol = PROTOCOL
    cachable = False

    def __init__(self, files: Sequence[RemoteFile]) -> None:
        super().__init__()
        self._files = {file.address: file for file in files}

    def _at(self, path: str) -> RemoteFile:
        return self._files[path if path in self._files else f"{PROTOCOL}://{path}"]

    def open(self, path: str, mode: str = "rb", **_: Any) -> Any:
        """Open one of the files."""
        del mode
        return self._at(path).opened()

    def glob(self, path: str, **_: Any) -> list[str]:
        """A name is a name, whatever stands in it."""
        return [path]

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        """Size of one of the files."""
        return {"name": path, "size": self._at(path).size, "type": "file"}

    def modified(self, path: str) -> datetime:
        """The same for all: whether files have changed is found out by their marks."""
        del path
        return datetime(2000, 1, 1, tzinfo=UTC)
