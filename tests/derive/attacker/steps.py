"""A claim of one step."""

from __future__ import annotations

from attacks.claim import Claim

from attacker.words import declare


def one_step(rng, kind, before, relation, after, rule, *uses, given=None, fixed=None, begin="", proves=None):
    symbols = declare(rng, before, after, *(given or {}).values(), *(u.split(" = ")[1] for u in uses), fixed=fixed)
    part = {"steps": [before, (relation, after, rule, *uses)]}
    if begin:
        part["begin"] = begin
    return Claim(
        kind, f"{kind} by {rule}", symbols, given or {}, {"main": part}, [proves or f"{before} {relation} {after}"]
    )
