"""Libraries that are no part of the core: found where they are used, or refused with what installs them."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from loglik.errors import DataError


def is_there(library: str) -> bool:
    """Whether a library is installed, without importing it."""
    return find_spec(library) is not None


def needed(module: str, extra: str = "plot") -> Any:
    """Import a module of an extra.

    Parameters
    ----------
    module : str
        Such as ``"matplotlib.figure"``.
    extra : str
        The extra that installs its library.

    Raises
    ------
    DataError
        LL431 the library is not installed.
    """
    library = module.partition(".")[0]
    if not is_there(library):
        raise DataError("LL431.extra", library=library, extra=extra)
    return import_module(module)
