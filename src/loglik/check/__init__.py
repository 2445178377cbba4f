"""Documents checked: every formula of a text read, and what it is worth.

The parts, from the bottom: `document` and `statement` (what is handed from part to part), `readers` (files to prose and
formulas), `latex` (a formula's source to a tree), `model` (what the document's names mean, and so what a formula states),
`judge` (what each relation is worth), `result` and `report` (what is said of it), `checked` (all of it in one function).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

# Loaded when used: readers and the engine of derivations take a moment.
_HOME = {
    "Checked": "loglik.check.checked",
    "check": "loglik.check.checked",
    "display": "loglik.check.checked",
}

__all__ = ["Checked", "check", "display"]

if TYPE_CHECKING:
    from loglik.check.checked import Checked, check, display


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'loglik.check' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
