"""The catalogue: one derivation a file, in the text format, as it would stand on paper."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from loglik.errors import DataError, did_you_mean

if TYPE_CHECKING:
    from loglik.derive.model import Derivation
    from loglik.derive.show.document import Document

_FOLDER = Path(__file__).parent

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
    from loglik.derive.text.reader import read

    (found,) = read(text(name))
    return found.derivation


def text(name: str) -> str:
    """The derivation as it is written, in the text format.

    Raises
    ------
    DataError
        LL163: there is none of this name.
    """
    if name not in _NAMES:
        raise DataError(
            "LL163", f'no derivation "{name}"{did_you_mean(name, _NAMES)}', "loglik derive lists all derivations."
        )
    return (_FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def title(name: str, lang: str = "en") -> str:
    """What a derivation is called; its formulas are not read for that."""
    from loglik.derive.text.lines import statements

    return next(each.body.text for each in statements(text(name)) if each.kind == lang)


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
