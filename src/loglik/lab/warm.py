"""Compiled kernels, the checker's rules and what draws pictures, loaded while the reader looks at the page."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module


def server() -> None:
    """Fit, step and throw once; the first time compiles for seconds."""
    from loglik.lab import points, throws, walks
    from loglik.lab.page_texts import marked_words
    from loglik.texts import LANGUAGES

    some = [[i % 5, i % 3, (i * i) % 3 % 2] for i in range(20)]
    body = {"points": some, "start": [0, 0, 0], "method": "newton", "steps": 1, "rate": 1}
    for language in LANGUAGES:
        marked_words(language)
    for language in LANGUAGES:
        walks.catalogue(language)
    throws.throw({"n": 1, "seed": 0, "p": [0.5, 0.5]})
    points.path(body)
    points.fit(body)
    points.fit({"points": [[x, y, i % 3] for i, (x, y, _) in enumerate(some)]})


def judging() -> None:
    """Judge a line."""
    from loglik.derive.catalogue import derivation
    from loglik.practice import answer

    answer(derivation("log-product"), 0, [], "log(X, a) + log(Y, a)")


def fitting() -> None:
    """Load what fits a file and draws its report."""
    for name in ("loglik.lab.data_fit", "loglik.fit", "matplotlib.figure"):
        with suppress(ImportError):  # who fits is told what is not installed
            import_module(name)
