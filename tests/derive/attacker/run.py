"""Attacks made, judged and put to the checker, until a number or a time is reached."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from time import process_time

from independent import Judgement, judge, judge_statement
from independent.judge import WRONG

from attacker.forged import forged
from attacker.kinds import KINDS
from loglik.derive.checker import check
from loglik.errors import DataError

#: Points for what a few points do not show to be wrong, and the checker verifies.
_MORE = 30
# How often an attack is a forged certificate.
_FORGED = 0.45


@dataclass
class Tally:
    """What came of it, by kind.

    Parameters
    ----------
    tried : Counter
        Attacks: claims that the independent evaluator calls false, undefined, meaningless or vacuous.
    accepted : list of (kind, claim, Judgement)
        Those of them that the checker verified.
    by_kernel : list of (kind, claim, Judgement)
        Those that the step kernel took for proved, without any samples (but for what nothing satisfies).
    harmless, verified : int
        Claims that came out true, or of which nothing is known, and how many of these the checker verified.
    unread : int
        Claims that are no derivations: a name where a number has to stand.
    crashed : list of (claim, str)
        Claims at which the checker raised something else than a coded error.
    """

    tried: Counter = field(default_factory=Counter)
    accepted: list = field(default_factory=list)
    by_kernel: list = field(default_factory=list)
    harmless: int = 0
    verified: int = 0
    unread: int = 0
    crashed: list = field(default_factory=list)
    seconds: float = 0.0
    rounds: int = 0

    def add(self, other: Tally) -> None:
        """Count what came of further attacks."""
        self.tried += other.tried
        self.rounds += 1
        for name in ("accepted", "by_kernel", "crashed", "harmless", "verified", "unread", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def attack(seed, *, number=None, seconds=None, points=5) -> Tally:
    """Make claims and see what the checker says of them.

    Parameters
    ----------
    seed : int
        The same seed makes the same claims.
    number : int, optional
        When to stop: attacks tried.
    seconds : float, optional
        When to stop: seconds of one core.
    points : int
        Points at which a claim is judged at first; what the checker verifies is judged at more.
    """
    rng, tally, began = Random(seed), Tally(), process_time()
    makers, weights = zip(*KINDS, strict=True)
    while True:
        tally.seconds = process_time() - began
        if (number is not None and tally.tried.total() >= number) or (seconds is not None and tally.seconds >= seconds):
            return tally
        own = Random(rng.random())
        if rng.random() < _FORGED:
            _certificate(own, tally, points)
        else:
            _claim(rng.choices(makers, weights)[0], own, tally, points)


def _claim(maker, rng, tally, points):
    """A claim, put to the kernel without any samples, and to the whole checker if the kernel takes it."""
    try:
        claim = maker(rng)
        if claim is None:
            return
        derivation = claim.read()
    except (DataError, TypeError):
        tally.unread += 1
        return
    judged = judge(derivation, count=points, strict=True)
    try:
        alone = check(derivation, samples=False).verified
        report = check(derivation) if alone else None
        verified = report is not None and report.verified
    except DataError:
        alone = verified = False
    except Exception as fault:  # noqa: BLE001  # whatever it is, it is counted
        tally.crashed.append((claim.shown, f"{type(fault).__name__}: {fault}"))
        alone = verified = False
    if alone and judged.kind not in WRONG:
        judged = judge(derivation, count=_MORE, seed=1, strict=True)
    if judged.kind == "vacuous":  # harder to find what satisfies the givens
        judged = judge(derivation, count=20 * _MORE if verified else 2 * points, seed=1, strict=True)
        given = [g for part in (derivation, *derivation.parts) for g in part.given.values()]
        # What is given for every index is not solved for; and a step that says it has no sample promises no point.
        silent = verified and all(step.points == 0 for step in report.steps)
        if judged.kind == "vacuous" and verified and (silent or any(g.every for g in given)):
            judged = Judgement("cannot tell")
    _count(tally, claim.cause, claim.shown, judged, alone=alone, verified=verified)


def _certificate(rng, tally, points):
    """A certificate of our own for a single step, put to the step kernel."""
    try:
        made = forged(rng)
    except Exception as fault:  # noqa: BLE001
        tally.crashed.append(("a forged certificate", f"{type(fault).__name__}: {fault}"))
        return
    if made is None:
        tally.unread += 1
        return
    statement, symbols, rule, proved = made
    judged = judge_statement(statement, symbols, count=points, strict=True)
    if proved and judged.kind not in WRONG:
        judged = judge_statement(statement, symbols, count=_MORE, seed=1, strict=True)
    names = ", ".join(f"{name}: {d.kind}" for name, d in symbols.items())
    _count(tally, "forged", f"{statement} [{names}] by {rule}", judged, alone=proved, verified=proved)


def _count(tally, kind, shown, judged, *, alone, verified):
    if judged.kind in WRONG:
        tally.tried[kind] += 1
        if alone and judged.kind != "vacuous":  # whether anything satisfies what is given is for the samples to find
            tally.by_kernel.append((kind, shown, judged))
        if verified:
            tally.accepted.append((kind, shown, judged))
            sys.stderr.write(f"accepted ({kind}): {shown} is {judged.kind} at {judged.where}\n")
    else:
        tally.harmless += 1
        tally.verified += verified
