"""Derivations: every formula of the fit derived, every step named and checked by the machine.

The parts, from the bottom: `expressions` (trees that never evaluate themselves), `syntax` (reading and writing them as
text), `evaluate` (their values, in ball arithmetic), `rules` (what may be done in a
step), `kernel` (whether a certificate proves a step: the part that has to be trusted), `search` (which finds
certificates), `checker` (what is known of a derivation), `catalogue` (the derivations), `show` (how they are printed).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from loglik.derive.syntax import plain as _plain  # noqa: F401  # str(e) of all expressions

# Loaded when used: the catalogue alone is a hundred formulas to read, the checker needs python-flint.
_HOME = {
    "check": "loglik.derive.own.check",
    "connect": "loglik.derive.connection",
    "differentiate": "loglik.derive.differentiation",
    "get": "loglik.derive.show.document",
    "names": "loglik.derive.catalogue",
    "parse": "loglik.derive.syntax.parser",
}

__all__ = ["check", "connect", "differentiate", "get", "names", "parse"]

if TYPE_CHECKING:
    from loglik.derive.catalogue import names
    from loglik.derive.connection import connect
    from loglik.derive.differentiation import differentiate
    from loglik.derive.own.check import check
    from loglik.derive.show.document import get
    from loglik.derive.syntax.parser import parse


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'loglik.derive' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
