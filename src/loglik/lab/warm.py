"""Compiled kernels and the checker's rules, loaded in a thread while the reader looks at the page."""

from __future__ import annotations


def warm() -> None:
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
