"""Checks of what a caller gives: each argument is refused by its name, with what it may be (LL118)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.errors import DataError
from loglik.fit.descent.methods import offered
from loglik.fit.plan import HESSIAN_FLOPS, HESSIAN_SIZE
from loglik.inference.covariance import usual_kind
from loglik.inference.kinds import VCOV_KINDS, VcovKind
from loglik.texts import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from loglik.design.model_spec import WeightKind
    from loglik.fit.options import Options

_BETWEEN = (lambda v: 0.0 < v < 1.0, "between")
_NUMBERS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "alpha": (lambda v: v >= 0.0, "not_negative"),
    "conf_level": _BETWEEN,
    "level": _BETWEEN,  # as the command line calls it
    "tol": (lambda v: 0.0 < v <= 1e-3, "small"),
    "learning_rate": (lambda v: v > 0.0, "positive"),
}
_COUNTS = {"max_iter": 1, "threads": 1, "min_count": 0}
_OPTIONAL = {"learning_rate", "max_iter", "threads"}
_CHOICES = {
    "weight_kind": ("frequency", "sampling"),
    "missing": ("drop", "error"),
    "separation": ("warn", "raise", "report"),
    "limit": ("raise", "report"),
    "vcov": VCOV_KINDS,
    "intervals": ("wald", "profile"),
}


def checked_numbers(**given: Any) -> dict[str, Any]:
    """Options as Python's own numbers, whatever type they came in; those that are no numbers or out of range are refused."""
    return {
        name: None
        if value is None and name in _OPTIONAL
        else _count(name, value, _COUNTS[name])
        if name in _COUNTS
        else _real(name, value)
        for name, value in given.items()
    }


def _real(name: str, value: Any) -> float:
    try:
        number = float(value) if type(value) is not bool and isinstance(value, Real) else math.nan
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise DataError("LL118.not_finite", name=name, value=value)
    fine, wanted = _NUMBERS[name]
    if not fine(number):
        raise DataError("LL118.out_of_range", name=name, value=value, wanted=Phrase(f"wanted_{wanted}"))
    return number


def _count(name: str, value: Any, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise DataError("LL118.not_whole_number", name=name, value=value)
    if value < least:
        raise DataError("LL118.too_small", name=name, value=value, least=least)
    return int(value)


def check_choices(**given: Any) -> None:
    """Refuse values that an option does not have."""
    for name, value in given.items():
        choices = ("auto", *offered()) if name == "solver" else _CHOICES[name]
        if not isinstance(value, str) or value not in choices:
            raise DataError("LL118.choice", name="separation" if name == "limit" else name, value=value, known=choices)


def checked_vcov(vcov: Any, clusters: Sequence[Any], weight_kind: WeightKind) -> VcovKind:
    """Kind of covariance: the one that is named, or that clusters or weights ask for.

    Raises
    ------
    DataError
        LL118 no such kind, LL234 clusters without their kind or the other way round, LL236 no kind for sampling weights.
    """
    if vcov is None:
        return "cluster" if clusters else usual_kind(weight_kind)
    check_choices(vcov=vcov)
    if vcov == "cluster" and not clusters:
        raise DataError("LL234.not_named")
    if vcov != "cluster" and clusters:
        raise DataError("LL234.other_kind", kind=vcov)
    if vcov == "model" and weight_kind == "sampling":
        raise DataError("LL236.sampling")
    return vcov  # type: ignore[no-any-return]


def check_switches(**given: Any) -> None:
    """Refuse what is neither True nor False."""
    for name, value in given.items():
        if not isinstance(value, bool | np.bool_):
            raise DataError("LL118.switch", name=name, value=value)


def check_reference_levels(given: Any) -> None:
    """Refuse reference levels that are not given by column."""
    if given is not None and not isinstance(given, Mapping):
        raise DataError("LL118.reference_levels", given=given)


def refuse_firth(
    options: Options, weight_kind: WeightKind, vcov: VcovKind | None, size: int, hessian_flops: float
) -> None:
    """Refuse what Firth's estimate does not go together with.

    Parameters
    ----------
    options : Options
        How to fit.
    weight_kind : str
        ``"frequency"`` or ``"sampling"``.
    vcov : str or None
        Covariance that is asked for.
    size : int
        Coefficients of all classes.
    hessian_flops : float
        Multiplications that a Hessian takes.

    Raises
    ------
    DataError
        LL240.
    """
    if options.alpha > 0.0:
        raise DataError("LL240.penalty", alpha=options.alpha)
    if options.solver != "auto":
        raise DataError("LL240.solver", solver=options.solver)
    if weight_kind == "sampling":
        raise DataError("LL240.sampling")
    if vcov not in (None, "model"):
        raise DataError("LL240.vcov", kind=vcov)
    if size > HESSIAN_SIZE or hessian_flops > HESSIAN_FLOPS:
        raise DataError("LL240.size", size=size)
