"""The pictures of a derivation, by its name."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from loglik.plot.extra import is_there

if TYPE_CHECKING:
    from loglik.texts import Language

PICTURES = {
    "logarithm_and_exponential": "functions",
    "limit_e": "functions",
    "sigmoid": "functions",
    "losses": "functions",
    "likelihood_of_a_die": "likelihoods",
    "simplex": "likelihoods",
    "loss_surface": "descents",
    "separation": "descents",
}
"""Names of all pictures, and the module whose function of that name draws each."""

OF_DERIVATIONS = {
    "log-inverse": ("logarithm_and_exponential",),
    "log-derivative": ("limit_e", "logarithm_and_exponential"),
    "log-tangent": ("logarithm_and_exponential",),
    "natural-log-derivative": ("logarithm_and_exponential",),
    "exp-derivative": ("logarithm_and_exponential",),
    "why-take-the-log": ("likelihood_of_a_die",),
    "dice-likelihood": ("likelihood_of_a_die",),
    "dice-mle": ("simplex",),
    "dice-mle-is-maximum": ("simplex",),
    "binary-cross-entropy": ("losses",),
    "binary-cross-entropy-derivative": ("losses",),
    "cross-entropy-of-sigmoid": ("losses",),
    "sigmoid-derivative": ("sigmoid",),
    "gradient-descent-step": ("loss_surface",),
    "newton-step": ("loss_surface",),
    "logistic-convexity": ("loss_surface",),
    "logistic-gradient": ("separation",),
}
"""Derivations, and the pictures that belong to them."""


def drawn(picture: str, language: Language) -> str:
    """Draw a picture: a ``figure`` element, well-formed XML.

    Parameters
    ----------
    picture : str
        One of `PICTURES`.
    language : {"en", "ja"}
        Language of its words.

    Raises
    ------
    DataError
        LL431 matplotlib is not installed.
    """
    draw = getattr(import_module(f"loglik.plot.{PICTURES[picture]}"), picture)
    return str(draw(language))


def picture(name: str, language: Language = "en") -> str | None:
    """The pictures of a derivation; None where it has none, or matplotlib is not installed.

    Parameters
    ----------
    name : str
        Of the derivation, such as ``"log-tangent"``.
    language : {"en", "ja"}
        Language of the words.

    Returns
    -------
    str or None
        ``figure`` elements, well-formed XML, whose ``svg`` takes the colours of the page.
    """
    wanted = OF_DERIVATIONS.get(name, ())
    if not wanted or not is_there("matplotlib"):
        return None
    return "\n".join(drawn(each, language) for each in wanted)
