"""The sums of a fit's reads, kept in a folder as they are found: a fit that is begun again goes on from the last of them.

A fit is a function of the sums that it asks for, one after another. So these are all that has to be kept: with the same sums
it comes to the same place, to the last bit, and goes on reading from there.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import shutil
import zipfile
import zlib
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from loglik.array_types import Array

_SCHEMA, _HEADER = "loglik.reads/1", "fit.json"


class Journal:
    """The reads of one fit, in their order.

    Parameters
    ----------
    folder : Path
        Where they are; made if it is not there.
    identity : mapping of str to str
        What makes it this fit: rows, model, options, and what the bits of a sum depend on.

    Raises
    ------
    DataError
        LL536 the folder has the reads of another fit, LL537 it is something else, or cannot be written.
    """

    def __init__(self, folder: Path, identity: Mapping[str, str]) -> None:
        self._folder, self._place = folder, 0
        header = folder / _HEADER
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if header.exists():
                self._compare(header, identity)
            elif any(folder.iterdir()):
                raise DataError("LL537.not_reads", path=folder)
            else:
                _write(header, json.dumps({"schema": _SCHEMA, **identity}, indent=1).encode())
        except OSError as fault:
            raise DataError("LL537.cannot", path=folder, said=fault.strerror or str(fault)) from fault

    def _compare(self, header: Path, identity: Mapping[str, str]) -> None:
        try:
            found = json.loads(header.read_text("utf-8"))
        except ValueError as fault:
            raise DataError("LL537.not_reads", path=self._folder) from fault
        if not isinstance(found, dict) or found.get("schema") != _SCHEMA:
            raise DataError("LL537.not_reads", path=self._folder)
        other = [name for name, value in identity.items() if found.get(name) != value]
        if other:
            raise DataError("LL536.another", path=self._folder, what=other[0])

    def recall(self, key: str, zeros: Any) -> Any | None:
        """The sums of the next read, if it was made before; `zeros` is an accumulator of their kind."""
        self._place += 1
        try:
            with np.load(io.BytesIO(self._file().read_bytes()), allow_pickle=False) as found:
                if str(found["key"]) != key:
                    return None
                leaves = [found[f"sum{i}"] for i in range(len(found.files) - 1)]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
            return None  # it is read again
        remaining = iter(leaves)
        try:
            total = _together(zeros, remaining)
        except StopIteration:
            return None
        return total if next(remaining, None) is None else None

    def note(self, key: str, total: Any) -> None:
        """Keep the sums of the read that was asked for last."""
        held = io.BytesIO()
        leaves: dict[str, Any] = {f"sum{i}": leaf for i, leaf in enumerate(_apart(total))}
        np.savez(held, key=np.array(key), **leaves)
        try:
            _write(self._file(), held.getvalue())
        except OSError as fault:
            raise DataError("LL537.cannot", path=self._folder, said=fault.strerror or str(fault)) from fault

    def _file(self) -> Path:
        return self._folder / f"{self._place:05d}.npz"

    def finish(self) -> None:
        """Remove it: the fit is done."""
        shutil.rmtree(self._folder, ignore_errors=True)


def key_of(*asked: Any) -> str:
    """Digest of a question."""
    return hashlib.sha256(pickle.dumps(asked, protocol=5)).hexdigest()


def _write(path: Path, content: bytes) -> None:
    """Write all of it or nothing, and have it on the disk."""
    beside = path.with_name(path.name + ".tmp")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _apart(total: Any) -> Iterator[Array]:
    """The numbers of an accumulator, whatever it is made of."""
    if isinstance(total, (tuple, list)):
        for part in total:
            yield from _apart(part)
    elif is_dataclass(total):
        for place in fields(total):
            yield from _apart(getattr(total, place.name))
    elif isinstance(total, (np.ndarray, float, int, np.generic)):
        yield np.asarray(total)


def _together(like: Any, leaves: Iterator[Array]) -> Any:
    """The opposite of `_apart`, for an accumulator of the same kind."""
    if isinstance(like, (tuple, list)):
        return type(like)(_together(part, leaves) for part in list(like))
    if is_dataclass(like):
        for place in fields(like):
            object.__setattr__(like, place.name, _together(getattr(like, place.name), leaves))
        return like
    if isinstance(like, np.ndarray):
        return next(leaves)
    return type(like)(next(leaves)) if isinstance(like, (float, int, np.generic)) else like
