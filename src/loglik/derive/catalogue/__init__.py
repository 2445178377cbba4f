"""The catalogue: one derivation a file, in plain syntax, as it would stand on paper."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from loglik.derive.catalogue import texts_en, texts_ja
from loglik.derive.model import Words
from loglik.errors import DataError, did_you_mean

if TYPE_CHECKING:
    from types import ModuleType

    from loglik.derive.model import Derivation
    from loglik.derive.show.document import Document

# In the order of reading: each derivation uses earlier ones only.
_NAMES = (
    "log-inverse",
    "log-of-one",
    "log-of-base",
    "log-product",
    "log-quotient",
    "log-reciprocal",
    "log-power",
    "change-of-base",
    "log-derivative",
    "natural-log-derivative",
    "exp-derivative",
    "log-tangent",
    "log-below-line",
    "log-of-range-product",
    "dice-likelihood",
    "one-throw",
    "categorical-cross-entropy",
    "why-take-the-log",
    "dice-mle",
    "dice-mle-is-maximum",
    "cross-entropy-is-entropy-plus-kl",
    "bernoulli-merge",
    "binary-cross-entropy",
    "binary-cross-entropy-derivative",
    "sigmoid-derivative",
    "cross-entropy-of-sigmoid",
    "logistic-gradient",
    "logistic-hessian",
    "logistic-convexity",
    "softmax-derivative",
    "softmax-cross-entropy-gradient",
    "softmax-hessian",
    "softmax-regression-gradient",
    "gradient-descent-step",
    "newton-step",
)


def names() -> tuple[str, ...]:
    """Names of all derivations, each after those it uses."""
    return _NAMES


@cache
def derivation(name: str) -> Derivation:
    """The derivation as data.

    Raises
    ------
    DataError
        LL163: there is none of this name.
    """
    if name not in _NAMES:
        raise DataError(
            "LL163", f'no derivation "{name}"{did_you_mean(name, _NAMES)}', "loglik derive lists all derivations."
        )
    found: Derivation = import_module(f"{__name__}.{name.replace('-', '_')}").DERIVATION
    return replace(found, words={"en": _words(found, texts_en), "ja": _words(found, texts_ja)})


def _words(found: Derivation, texts: ModuleType) -> Words:
    title, says = texts.TEXTS[found.name]
    given = dict.fromkeys([*found.given, *(name for part in found.parts for name in part.given)])
    return Words(
        title,
        says,
        {part.name: text for part in found.parts if (text := texts.PARTS.get((found.name, part.name)))},
        {name: texts.GIVEN[name] for name in given},
        {symbol: text for (name, symbol), text in texts.REASONS.items() if name == found.name},
    )


def get(name: str, lang: str = "en") -> Document:
    r"""A derivation, ready to be shown: in a notebook by itself, elsewhere by its methods.

    Parameters
    ----------
    name : str
        Such as ``log-derivative``; `names` lists them.
    lang : {"en", "ja"}
        Language of the text.

    Examples
    --------
    >>> print(get("log-of-one").latex().splitlines()[0])
    \begin{align*}
    """
    from loglik.derive.show.document import document

    return document(derivation(name), lang)


def uses(name: str) -> tuple[str, ...]:
    """Derivations whose results a derivation uses."""
    return used_in(derivation(name))


def used_in(found: Derivation) -> tuple[str, ...]:
    """Derivations of the catalogue whose results any derivation uses."""
    from loglik.derive.rules import RULES

    used = {RULES[step.rule].derivation for part in found.parts for step in part.steps if step.rule in RULES}
    return tuple(each for each in _NAMES if each in used and each != found.name)


def used_by(name: str) -> tuple[str, ...]:
    """Later derivations that use a derivation's results."""
    return tuple(each for each in _NAMES if name in uses(each))
