"""The catalogue: one derivation a file, in plain syntax, as it would stand on paper."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from loglik.errors import DataError, did_you_mean

if TYPE_CHECKING:
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
    return found


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
    from loglik.derive.rules import RULES

    used = {RULES[step.rule].derivation for part in derivation(name).parts for step in part.steps if step.rule in RULES}
    return tuple(each for each in _NAMES if each in used and each != name)


def used_by(name: str) -> tuple[str, ...]:
    """Later derivations that use a derivation's results."""
    return tuple(each for each in _NAMES if name in uses(each))
