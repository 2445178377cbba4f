"""How kernels are compiled: without the GIL, without Python objects, kept on disk between processes.

A cache that cannot be written only costs time: kernels are then compiled anew. The cache of a kernel that calls another
kernel does not notice when the other changes; so each index is stamped with the sources of all kernels.
"""

from __future__ import annotations

import contextlib
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import numba
from numba.core.caching import FunctionCache


@cache
def _sources_stamp() -> str:
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


class _TolerantCache(FunctionCache):  # type: ignore[misc]
    """Numba's cache, indexed by the sources of all kernels, for which a full or read-only disk is no error."""

    def _index_key(self, sig: Any, codegen: Any) -> Any:
        return (*super()._index_key(sig, codegen), _sources_stamp())

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        with contextlib.suppress(OSError, EOFError):
            return super().load_overload(sig, target_context)
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        with contextlib.suppress(OSError):
            super().save_overload(sig, data)


def njit(**options: Any) -> Any:
    """Decorate a kernel.

    Parameters
    ----------
    **options
        Further options of ``numba.njit``.
    """

    def decorate(function: Any) -> Any:
        # What only other kernels call needs no way in from Python or C, which would be a good part of its compilation.
        inner = function.__name__.startswith("_")
        wrappers = {"no_cpython_wrapper": inner, "no_cfunc_wrapper": True}
        dispatcher = numba.njit(nogil=True, error_model="numpy", **wrappers, **options)(function)
        # RuntimeError: Numba found no directory that it may write to.
        with contextlib.suppress(RuntimeError, OSError):
            dispatcher._cache = _TolerantCache(function)  # noqa: SLF001
        return dispatcher

    return decorate
