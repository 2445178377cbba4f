"""Arrays with an entry for each row: in memory, or while a fit is out of core, mapped from files of the spill directory."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from contextvars import ContextVar
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

_SMALL = 1 << 18  # what rows of files have beside them is larger, and workers map it too


@dataclass
class Spill:
    """Where the arrays of a fit go.

    Parameters
    ----------
    directory : Path or None
        A directory of its own; None for memory.
    """

    directory: Path | None = None


_spill: ContextVar[Spill | None] = ContextVar("spill", default=None)


@contextlib.contextmanager
def spilling() -> Iterator[Spill]:
    """Within, arrays go to a directory as soon as one is named; it is removed at the end."""
    spill = Spill()
    token = _spill.set(spill)
    try:
        yield spill
    finally:
        _spill.reset(token)
        if spill.directory is not None:
            shutil.rmtree(spill.directory, ignore_errors=True)


def current_spill() -> Spill | None:
    """That of the fit that is running, if it may go to disk."""
    return _spill.get()


def scratch(shape: tuple[int, ...], dtype: npt.DTypeLike = np.float64) -> npt.NDArray[Any]:
    """An array that is to be filled.

    Parameters
    ----------
    shape : tuple of int
        Its shape.
    dtype : dtype
        Its type.

    Raises
    ------
    DataError
        LL507 the disk is full, or files may not be so large.
    """
    spill, size = _spill.get(), prod(shape) * np.dtype(dtype).itemsize
    directory = None if spill is None else spill.directory
    if directory is None or size < _SMALL:
        return np.empty(shape, dtype)
    handle, name = tempfile.mkstemp(prefix="scratch-", suffix=".bin", dir=directory)
    try:
        # Reserved, where the system can: a page that cannot be written later would end the process.
        getattr(os, "posix_fallocate", lambda file, _, end: os.ftruncate(file, end))(handle, 0, size)
    except OSError as error:
        raise DataError("LL507.full", directory=str(directory), why=error.strerror or error) from error
    finally:
        os.close(handle)
    return np.memmap(name, dtype, "r+", shape=shape).view(np.ndarray)  # the class that kernels know at once
