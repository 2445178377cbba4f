"""The methods of descent: each module here is one, and its `METHOD` is known by its name."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loglik.fit.descent.method import Method


@cache
def _methods() -> dict[str, Method]:
    modules = (import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    return {module.METHOD.name: module.METHOD for module in modules}


def register(method: Method) -> None:
    """Make a method known by its name, beside those of the modules here."""
    _methods()[method.name] = method


def method_named(name: str) -> Method:
    """Find a method."""
    return _methods()[name]


def offered() -> list[str]:
    """Names that users may ask for."""
    return [name for name, method in _methods().items() if method.offered]
