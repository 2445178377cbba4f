"""The ``loglik.dice/1`` document: a result in JSON."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loglik.dice.exact_test import ExactTest
    from loglik.dice.goodness_of_fit import ChiSquareTest
    from loglik.dice.power import PowerTable
    from loglik.dice.result import DiceResult

SCHEMA = "loglik.dice/1"


def document(result: DiceResult) -> dict[str, Any]:
    """Write a result as a document; what does not exist or is infinite is null.

    Parameters
    ----------
    result : DiceResult
        What `loglik.dice.result.evaluate` found.
    """
    die, found = result.die, result.estimate
    made: dict[str, Any] = {
        "schema": SCHEMA,
        "counts": list(die.counts),
        "n": die.n,
        "mle": found and found.at.p.tolist(),
        "std_errors": found and found.std_errors.tolist(),
        "intervals": {
            "level": result.level,
            **{method.replace("-", "_"): ends.tolist() for method, ends in result.intervals.items()},
        },
        "log_likelihood": found.at.likelihood.log if found else 0.0,
        "cross_entropy": found and found.at.cross_entropy,
        "tests": {"lr": _test(result.lr), "pearson": _test(result.pearson), "exact": _exact(result.exact)},
    }
    if result.smoothed is not None:
        made["smoothed"] = result.smoothed.tolist()
    if result.power is not None:
        made["power"] = _power(result.power, str(die.classes[result.power.face]))
    return made


def _test(test: ChiSquareTest) -> dict[str, Any]:
    statistic = test.statistic if math.isfinite(test.statistic) else None
    return {"statistic": statistic, "df": test.df, "p_value": test.p_value}


def _exact(test: ExactTest) -> dict[str, Any]:
    return {"p_value": test.p_value, "std_error": test.std_error}


def _power(table: PowerTable, face: str) -> dict[str, Any]:
    return {
        "face": face,
        "percent": table.percent,
        "p0": table.p0,
        "p1": table.p1,
        "level": table.level,
        "throws": list(table.throws),
        "power": list(table.power),
    }
