"""Dice: throws that a seed gives again, and what is said of their counts."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.dice.categorical import Categorical
from loglik.dice.document import document
from loglik.dice.power import heavier, throws_needed
from loglik.dice.result import evaluate
from loglik.lab.request_fields import real, reals, whole

if TYPE_CHECKING:
    from loglik.lab.request_fields import Body

#: Throws that a page may ask for; the first ones shown one by one.
MOST_THROWS, _SHOWN = 100_000, 20


@lru_cache(maxsize=8)
def _thrown(p: tuple[float, ...], seed: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """So many throws that fewer of the same seed are the first of them."""
    die = Categorical.from_counts([1] * len(p), range(len(p)))
    return die.sample(MOST_THROWS, seed, p)


def throw(body: Body) -> dict[str, Any]:
    """The first n throws of a die whose seed is given, and their counts."""
    n, seed = whole(body, "n", 0, MOST_THROWS), whole(body, "seed", 0, 2**31)
    p = reals(body, "p", 0.0, 1.0, length=(2, 20))
    thrown = _thrown(tuple(p), seed)[:n]
    return {
        "counts": np.bincount(thrown, minlength=len(p)).tolist(),
        "first": (thrown[:_SHOWN] + 1).tolist(),
    }


def judge(body: Body) -> dict[str, Any]:
    """What ``loglik dice --json`` says of counts."""
    return document(evaluate(Categorical.from_counts(reals(body, "counts", 0, 2**53, length=(2, 20)))))


def needed(body: Body) -> dict[str, Any]:
    """How many throws find, with probability 0.8, that the last face is so many percent heavier."""
    fair = np.full(whole(body, "faces", 2, 20), 1.0 / whole(body, "faces", 2, 20))
    percent = real(body, "percent", 1.0, 100.0)
    return {"throws": throws_needed(heavier(fair, fair.size - 1, percent), fair)}
