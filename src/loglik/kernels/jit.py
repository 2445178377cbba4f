"""How kernels are compiled: without the GIL, without Python objects, kept on disk between processes."""

from __future__ import annotations

import contextlib
import os
from typing import Any

import numba
from llvmlite.binding import ffi
from numba.core.compiler_lock import global_compiler_lock

from loglik.kernels.disk_cache import KernelCache

_held: list[None] = []  # one for each fork that waited: one under way while this module is imported did not


def _wait_for_compiler() -> None:
    global_compiler_lock.acquire()
    ffi.lib._lock._lock.acquire()  # noqa: SLF001
    _held.append(None)


def _release_compiler() -> None:
    if _held:
        _held.pop()
        ffi.lib._lock._lock.release()  # noqa: SLF001
        global_compiler_lock.release()


# A child forked while another thread compiles would inherit Numba's locks with nobody to release them: a fork waits.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_wait_for_compiler, after_in_parent=_release_compiler, after_in_child=_release_compiler)


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
            dispatcher._cache = KernelCache(function)  # noqa: SLF001
        return dispatcher

    return decorate
