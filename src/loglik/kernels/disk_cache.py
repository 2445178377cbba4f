"""Compiled kernels on disk: what is damaged is as good as absent and written anew; what cannot be written costs time only.

Numba reads its cache files as they are: an empty or truncated one raises for ever, and two processes that write at once may
leave one's code under the other's signature. Here each file carries the digest of its content, and each kernel its key.
"""

from __future__ import annotations

import contextlib
import hashlib
import pickle
from functools import cache
from pathlib import Path
from typing import Any

from numba.core.caching import FunctionCache, IndexDataCacheFile

_DIGEST = hashlib.sha256
_DIGEST_BYTES = 32


@cache
def _sources_stamp() -> str:
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


class _CheckedFiles(IndexDataCacheFile):  # type: ignore[misc]
    """The index of a kernel's signatures and the files of its code."""

    def load(self, key: Any) -> Any:
        """Return the code kept for a key, or None."""
        name = self._load_index().get(key)
        kept = None if name is None else self._read(self._data_path(name))
        return kept[1] if kept is not None and kept[0] == key else None

    def save(self, key: Any, data: Any) -> None:
        """Keep the code of a key."""
        super().save(key, (key, data))

    def _load_index(self) -> Any:
        kept = self._read(self._index_path)
        return kept[2] if kept is not None and kept[:2] == (self._version, self._source_stamp) else {}

    def _save_index(self, overloads: Any) -> None:
        self._write(self._index_path, (self._version, self._source_stamp, overloads))

    def _save_data(self, name: str, data: Any) -> None:
        self._write(self._data_path(name), data)

    def _write(self, path: str, content: Any) -> None:
        payload = self._dump(content)
        with self._open_for_write(path) as stream:
            stream.write(_DIGEST(payload).digest() + payload)

    @staticmethod
    def _read(path: str) -> Any:
        try:
            data = Path(path).read_bytes()
        except OSError:
            return None
        payload = data[_DIGEST_BYTES:]
        return pickle.loads(payload) if data[:_DIGEST_BYTES] == _DIGEST(payload).digest() else None  # noqa: S301


class KernelCache(FunctionCache):  # type: ignore[misc]
    """Numba's cache with checked files, indexed by the sources of all kernels.

    The code of a kernel that calls another does not notice when the other changes; the stamp of all sources does.
    """

    def __init__(self, function: Any) -> None:
        super().__init__(function)
        self._cache_file = _CheckedFiles(
            self._cache_path, self._impl.filename_base, self._impl.locator.get_source_stamp()
        )

    def _index_key(self, sig: Any, codegen: Any) -> Any:
        return (*super()._index_key(sig, codegen), _sources_stamp())

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Load what is there and whole; code that cannot be linked again is compiled again."""
        with contextlib.suppress(Exception):
            return super().load_overload(sig, target_context)
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Save, unless the disk is full or read-only."""
        with contextlib.suppress(OSError):
            super().save_overload(sig, data)
