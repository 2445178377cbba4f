"""Probabilistic classifiers by maximum likelihood: fast, exact, with inference, and every step shown."""

from __future__ import annotations

import os
import threading
from importlib import import_module
from typing import TYPE_CHECKING, Any

from loglik.version import __version__

# Names are loaded when they are used: `import loglik` imports neither Numba nor scikit-learn.
_HOME = {
    "Bernoulli": "loglik.dice.bernoulli",
    "Categorical": "loglik.dice.categorical",
    "CollinearityWarning": "loglik.errors",
    "DataError": "loglik.errors",
    "DataWarning": "loglik.errors",
    "InferenceWarning": "loglik.errors",
    "FittedClassifier": "loglik.model.fitted",
    "LogisticRegression": "loglik.estimators",
    "LoglikError": "loglik.errors",
    "NotConvergedWarning": "loglik.errors",
    "SeparationError": "loglik.errors",
    "SeparationWarning": "loglik.errors",
    "UndecidedWarning": "loglik.errors",
    "UnderflowWarning": "loglik.errors",
    "fit_classifier": "loglik.model.train",
    "load_model": "loglik.model.fitted",
}

__all__ = [
    "Bernoulli",
    "Categorical",
    "CollinearityWarning",
    "DataError",
    "DataWarning",
    "FittedClassifier",
    "InferenceWarning",
    "LogisticRegression",
    "LoglikError",
    "NotConvergedWarning",
    "SeparationError",
    "SeparationWarning",
    "UndecidedWarning",
    "UnderflowWarning",
    "__version__",
    "fit_classifier",
    "load_model",
]

if TYPE_CHECKING:  # for type checkers and editors: what `_HOME` says at run time
    from loglik.dice.bernoulli import Bernoulli
    from loglik.dice.categorical import Categorical
    from loglik.errors import (
        CollinearityWarning,
        DataError,
        DataWarning,
        InferenceWarning,
        LoglikError,
        NotConvergedWarning,
        SeparationError,
        SeparationWarning,
        UndecidedWarning,
        UnderflowWarning,
    )
    from loglik.estimators import LogisticRegression
    from loglik.model.fitted import FittedClassifier, load_model
    from loglik.model.train import fit_classifier


_SUBMODULES = frozenset({"check", "derive", "losses", "metrics", "report", "special"})


# A child forked while another thread imports would wait for the locks of the modules half imported: a fork waits.
_importing = threading.RLock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_importing.acquire, after_in_parent=_importing.release, after_in_child=_importing.release
    )


def __getattr__(name: str) -> Any:
    with _importing:
        if name in _SUBMODULES:
            return import_module(f"loglik.{name}")
        if name in _HOME:
            return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'loglik' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
