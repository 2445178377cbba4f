"""Attacks made, judged and put to the checker, until a number or a time is reached."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from time import process_time

from fuzz.kinds import KINDS
from independent import judge
from independent.judge import WRONG

from loglik.derive.checker import check
from loglik.errors import DataError

#: Points for what a few points do not show to be wrong, and the checker verifies.
_MORE = 40


@dataclass
class Tally:
    """What came of it, by kind.

    Parameters
    ----------
    tried : Counter
        Attacks: claims that the independent evaluator calls false, undefined, meaningless or vacuous.
    accepted : list of (Claim, Judgement)
        Those of them that the checker verified.
    harmless, verified : int
        Claims that came out true, or of which nothing is known, and how many of these the checker verified.
    unread : int
        Claims that are no derivations: a name where a number has to stand.
    crashed : list of (Claim, str)
        Claims at which the checker raised something else than a coded error.
    """

    tried: Counter = field(default_factory=Counter)
    accepted: list = field(default_factory=list)
    harmless: int = 0
    verified: int = 0
    unread: int = 0
    crashed: list = field(default_factory=list)
    seconds: float = 0.0


def attack(seed, *, number=None, seconds=None, points=6) -> Tally:
    """Make claims and see what the checker says of them.

    Parameters
    ----------
    seed : int
        The same seed makes the same claims.
    number : int, optional
        When to stop: attacks tried.
    seconds : float, optional
        When to stop.
    points : int
        Points at which a claim is judged at first; what the checker verifies is judged at more.
    """
    rng, tally, began = Random(seed), Tally(), process_time()
    makers, weights = zip(*KINDS, strict=True)
    while True:
        tally.seconds = process_time() - began
        if (number is not None and tally.tried.total() >= number) or (seconds is not None and tally.seconds >= seconds):
            return tally
        maker = rng.choices(makers, weights)[0]
        _one(maker, Random(rng.random()), tally, points)


def _one(maker, rng, tally, points):
    try:
        claim = maker(rng, None)
        if claim is None:
            return
        derivation = claim.read()
    except (DataError, TypeError):
        tally.unread += 1
        return
    judged = judge(derivation, count=points, strict=True)
    if judged.kind == "vacuous":
        judged = judge(derivation, count=3 * _MORE, strict=True)
    try:
        verified = check(derivation).verified
    except DataError:
        verified = False
    except Exception as fault:  # noqa: BLE001  # whatever it is, it is counted
        tally.crashed.append((claim, f"{type(fault).__name__}: {fault}"))
        verified = False
    if verified and judged.kind not in WRONG:
        judged = judge(derivation, count=3 * _MORE, seed=1, strict=True)
    if judged.kind in WRONG:
        tally.tried[claim.cause] += 1
        if verified:
            tally.accepted.append((claim, judged))
    else:
        tally.harmless += 1
        tally.verified += verified
