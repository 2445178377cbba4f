"""False, meaningless and vacuous claims: none is verified. True ones with tricky scopes: all are. Nothing crashes."""

from __future__ import annotations

import pytest
from attacker import attack
from attacks.claim import ATTACKS, claims

from loglik.derive.checker import check
from loglik.derive.model import derivation
from loglik.errors import DataError

#: Attacks of the fuzzer that `make test` makes; `make attack` makes as many as it has time for.
A_FEW = 250


def outcome(read):
    """Whether a derivation is verified; a coded error says that it is none."""
    try:
        return check(read()).verified
    except DataError:
        return False


@pytest.mark.parametrize("name", ATTACKS)
def test_no_attack_is_verified(name):
    accepted = [f"{claim.shown}: {claim.why}" for claim in claims(name) if outcome(claim.read)]
    assert not accepted


def test_every_cause_is_attacked_in_several_ways():
    causes = [claim.cause for name in ATTACKS for claim in claims(name)]
    assert len(causes) >= 500
    assert all(causes.count(letter) >= 5 for letter in "ABCDEFGHIJKLM")


@pytest.mark.parametrize("samples", [True, False])
def test_true_claims_are_verified(samples):
    refused = []
    for claim in claims("true"):
        report = check(claim.read(), samples=samples)
        if not report.verified:
            refused.append(
                f"{claim.shown}: {claim.why}: {[(s.verdict, s.reason) for s in report.steps]} {report.faults}"
            )
    assert not refused


def test_random_attacks_are_refused():
    tally = attack(20, number=A_FEW)
    assert tally.tried.total() >= A_FEW
    assert len(tally.tried) >= 15  # kinds
    assert not tally.accepted
    assert not tally.by_kernel
    assert not tally.crashed
    assert tally.verified >= 20  # what is true is verified: it does not just refuse


def chain(*steps, proves="x = x", **more):
    return derivation(
        "hostile", symbols={"x": "real"}, parts={"main": {"steps": steps, **more}}, proves=(proves,), example={}
    )


@pytest.mark.parametrize(
    "read",
    [
        lambda: derivation("empty", symbols={}, parts={}, proves=(), example={}),
        lambda: derivation("nothing proved", symbols={"x": "real"}, parts={}, proves=("x = x + 1",), example={}),
        lambda: chain("x", proves="x = x + 1"),
        lambda: chain("x", ("~", "x + 1", "arithmetic"), proves="x = x + 1"),
        lambda: chain("x", ("", "x + 1", "arithmetic"), proves="x = x + 1"),
        lambda: chain("x", ("=", "x = 1", "arithmetic"), proves="x = 1"),
        lambda: chain("x = 1", ("<=>", "x", "both-sides"), proves="x = 1"),
        lambda: chain("x < 1 < 2", ("<=>", "x < 2", "arithmetic"), proves="x < 2"),
        lambda: chain("x", ("=", "x + 1", "arithmetik"), proves="x = x + 1"),
        lambda: chain("x", ("=", "x + 1", "given:"), proves="x = x + 1"),
        lambda: chain("x", ("=", "x + 1", "part:main:main"), proves="x = x + 1"),
        lambda: chain("x", ("=", "x + 1", ":"), proves="x = x + 1"),
        lambda: chain("x", ("=", "x + 1", "arithmetic", "c = x"), proves="x = x + 1"),
        lambda: chain("x = x + 1", ("<=>", "x + 1 = x", "swap-sides"), begin="identity", proves="x + 1 = x"),
        lambda: chain("x = x + 1", ("<=>", "x + 1 = x", "swap-sides"), begin="so it is", proves="x + 1 = x"),
        lambda: chain("x^(10^(10^10))", ("=", "x^(10^(10^10)) + 1", "arithmetic"), proves="x = x + 1"),
        lambda: chain("(x + 1)^12*(x + 2)^12*(x + 3)^12", ("=", "1", "expand"), proves="x = x + 1"),
        lambda: chain("(" * 70 + "x" + ")" * 70, ("=", "x + 1", "arithmetic"), proves="x = x + 1"),
        lambda: chain("(" * 500 + "x" + ")" * 500, ("=", "x", "arithmetic"), proves="x = x + 1"),
        lambda: chain("+".join(["x"] * 4000), ("=", "x", "arithmetic"), proves="x = x + 1"),
        lambda: chain("*".join(["(x + 1)"] * 600), ("=", "x", "expand"), proves="x = x + 1"),
        lambda: chain("sum(k, k, 1, 10^9)", ("=", "0", "arithmetic"), proves="x = x + 1"),
        lambda: chain(
            "sum(sum(sum(i*j*k, i, 1, 900), j, 1, 900), k, 1, 900)", ("=", "0", "arithmetic"), proves="0 = 1"
        ),
        lambda: chain("x" * 1_000_000, ("=", "x", "arithmetic"), proves="x = x + 1"),
        lambda: chain("x" + chr(0x37E) + "y", ("=", "x", "arithmetic"), proves="x = x + 1"),
        lambda: chain("x[x[x[x[x]]]]", ("=", "x", "arithmetic"), proves="x = x + 1"),
        lambda: chain("d/dx d/dx d/dx d/dx d/dx exp(exp(exp(x)))", ("=", "0", "derivative-of-constant")),
        lambda: chain("lim(h -> 0, lim(h -> 0, lim(h -> 0, h)))", ("=", "1", "definition-of-e"), proves="x = x + 1"),
    ],
)
def test_hostile_derivations_are_no_proofs_and_no_crashes(read):
    assert not outcome(read)
