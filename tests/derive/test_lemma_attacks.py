"""False claims by way of lemmas that are true: none is verified."""

from __future__ import annotations

import pytest

from loglik import derive
from loglik.derive.checker import check as check_derivation
from loglik.derive.own.lemmas import rule_of
from loglik.derive.rules import RULES
from loglik.errors import DataError

ATTACKS = {
    "beside its domain": (
        "lemma one\nsymbols x: nonzero\n    x/x\n  = 1    arithmetic\n"
        "main\nsymbols u: real\n    (u - u)/(u - u)\n  = 1    one"
    ),
    "at the end of its domain": (
        "lemma half\nsymbols p: probability\n    log(p) + log(1 - p)\n  = log(p*(1 - p))    log-product\n"
        "main\nsymbols p: unit\n    log(p) + log(1 - p)\n  = log(p*(1 - p))    half"
    ),
    "a hypothesis in another arrangement": (
        "lemma fix\nsymbols x: real\npart one\n  given h: x = 1\n    0 + x\n  = 0 + 1    given:h\n"
        "part two\n    x\n  = x + 0    arithmetic\nproves x = 1\nmain\nsymbols u: real\n    u\n  = 1    fix"
    ),
    "a hypothesis of an earlier part": (
        "lemma fix\nsymbols x, y: real\npart one\n  given h: x = 1\n    x\n  = 1    given:h\n"
        "part two\n    y\n  = y + 0    arithmetic\nproves x = 1\nmain\nsymbols u: real\n    u\n  = 1    fix"
    ),
    "a hypothesis for every index": (
        "lemma ones\nsymbols K: size; y: real; k: index 1..K\ngiven h: y[k] = 1 for every k\n"
        "    sum(y[k], k, 1, K)\n  = sum(1, k, 1, K)    given:h\n"
        "main\nsymbols K: size; y: real; k: index 1..K\ngiven h: y[k] = 1\n"
        "    sum(y[k], k, 1, K)\n  = sum(1, k, 1, K)    ones"
    ),
    "a hypothesis for every index, given in another part": (
        "lemma first\nsymbols K: size; y: real; k: index 1..K\ngiven h: y[k] > 0 for every k\n"
        "    y[1]\n  >= 0    not-negative\n"
        "main\nsymbols K: size; y: real; k: index 1..K\n"
        "part all\n  given h: y[k] > 0 for every k\n    y[1]\n  >= 0    first\n"
        "part one\n  given h: y[k] > 0\n    y[1]\n  >= 0    first\nproves y[1] >= 0"
    ),
    "a hypothesis for every index, given in another part, searched for": (
        "lemma first\nsymbols K: size; y: real; k: index 1..K\ngiven h: y[k] > 0 for every k\n"
        "    y[1]\n  >= 0    not-negative\n"
        "main\nsymbols K: size; y: real; k: index 1..K\n"
        "part all\n  given h: y[k] > 0 for every k\n    y[1]\n  >= 0    first\n"
        "part one\n  given h: y[k] > 0\n    y[1]\n  >= 0\nproves y[1] >= 0"
    ),
    "a hypothesis that contradicts": (
        "lemma all\nsymbols x, y: real\ngiven h: x = x + 1\n    y\n  = y + (x + 1 - x) - 1    arithmetic\n"
        "main\nsymbols u: real\n    u\n  = u + 1    all"
    ),
    "a contradiction in the lemma": (
        "lemma zero\nsymbols x: positive\ngiven h: x = -x\n    x\n  = -x    given:h\n"
        "main\nsymbols u: real\n    u\n  = -u    zero"
    ),
    "the index of a sum caught": (
        "lemma twice\nsymbols c: real\n    sum(c, i, 1, 2)\n  = c*sum(1, i, 1, 2)    sum-constant-factor\n"
        "main\nsymbols K: size\n    sum(sum(i, i, 1, 2), j, 1, K)\n  = sum(i*sum(1, i, 1, 2), j, 1, K)    twice"
    ),
    "the outer index in the place of the inner one": (
        "lemma twice\nsymbols c: real\n    sum(c*i, i, 1, 2)\n  = c*sum(i, i, 1, 2)    sum-constant-factor\n"
        "main\n    sum(i*i, i, 1, 2)\n  = sum(i, i, 1, 2)*sum(i, i, 1, 2)    twice"
    ),
    "a constant that moves": (
        "lemma line\nsymbols c, x: real\n    d/dx (c*x)\n  = c    \nmain\nsymbols x: real\n    d/dx (x*x)\n  = x    line"
    ),
    "a constant that moves with a function": (
        "lemma line\nsymbols c, x: real\n    d/dx (c*x)\n  = c    \n"
        "main\nsymbols x: real\n    d/dx (exp(x)*x)\n  = exp(x)    line"
    ),
    "a constant that something given ties": (
        "lemma line\nsymbols c, x: real\n    d/dx (c*x)\n  = c    \n"
        "main\nsymbols x, y: real\ngiven h: y = x\n    d/dx (y*x)\n  = y    line"
    ),
    "an element in the place of a number": (
        "lemma line\nsymbols n: size; y, x: real\n    d/dx (x*y[1])\n  = y[1]    \n"
        "main\nsymbols n: size; y, x: real\n    d/dy[1] (y[1]*y[1])\n  = y[1]    line"
    ),
    "elements that something given ties": (
        "lemma slope\nsymbols K: size; y: real; j: index 1..K\n    d/dy[j] sum(y[k], k, 1, K)\n  = 1    \n"
        "main\nsymbols K: size; y: real; j: index 1..K\ngiven h: sum(y[k], k, 1, K) = 1\n"
        "    d/dy[j] sum(y[k], k, 1, K)\n  = 1    slope"
    ),
    "a point in the place of a neighbourhood": (
        "lemma edge\nsymbols x: nonnegative\n    |x|\n  = x    absolute-value-if-not-negative\n"
        "main\nsymbols x: nonnegative\n    d/dx |x|\n  = d/dx x    edge"
    ),
    "a constraint under a derivative": (
        "lemma total\nsymbols K: size; p: simplex 1..K\n    sum(p[k], k, 1, K)\n  = 1    probabilities-sum-to-one\n"
        "main\nsymbols K: size; p: simplex 1..K; j: index 1..K\n    d/dp[j] sum(p[k], k, 1, K)\n  = d/dp[j] 1    total"
    ),
    "another range": (
        "lemma total\nsymbols K: size; p: simplex 1..K\n    sum(p[k], k, 1, K)\n  = 1    probabilities-sum-to-one\n"
        "main\nsymbols K, M: size; p: simplex 1..K\n    sum(p[k], k, 1, M)\n  = 1    total"
    ),
    "a whole number that is none": (
        "lemma whole\nsymbols n: size; x: real\n    x^n*x^n\n  = x^(n + n)    whole-exponent-sum\n"
        "main\nsymbols x, y: real\n    x^y*x^y\n  = x^(y + y)    whole"
    ),
    "a whole number that is too small": (
        "lemma whole\nsymbols n: size; x: real\n    x^n*x^n\n  = x^(n + n)    whole-exponent-sum\n"
        "main\nsymbols x: real; m: integer\n    x^m*x^m\n  = x^(m + m)    whole"
    ),
    "what has no value": (
        "lemma nothing\nsymbols x: real\n    x - x\n  = 0    arithmetic\n"
        "main\nsymbols u: real\n    log(u) - log(u)\n  = 0    nothing"
    ),
    "an inequality turned round": (
        "lemma below\nsymbols x: positive\n    log(x)\n  <= x - 1    log-below-line\n"
        "main\nsymbols x: positive\n    x - 1\n  <= log(x)    below"
    ),
    "an inequality under a minus": (
        "lemma below\nsymbols x: positive\n    log(x)\n  <= x - 1    log-below-line\n"
        "main\nsymbols x: positive\n    -log(x)\n  <= -(x - 1)    below"
    ),
    "an inequality as an equation": (
        "lemma below\nsymbols x: positive\n    log(x)\n  <= x - 1    log-below-line\n"
        "main\nsymbols x: positive\n    log(x)\n  = x - 1    below"
    ),
    "an inequality under a derivative": (
        "lemma below\nsymbols x: positive\n    log(x)\n  <= x - 1    log-below-line\n"
        "main\nsymbols x: positive\n    d/dx log(x)\n  <= d/dx (x - 1)    below"
    ),
    "a lemma that is not proved": (
        "lemma false\nsymbols x: real\n    x\n  = x + 1    \nmain\nsymbols u: real\n    u\n  = u + 1    false"
    ),
    "a lemma that claims another thing": (
        "lemma false\nsymbols x: real\n    x\n  = x + 0    arithmetic\nproves x = x + 1\n"
        "main\nsymbols u: real\n    u\n  = u + 1    false"
    ),
    "a bound name of the lemma as its own": (
        "lemma value\nsymbols x, c: real\n    at(x*c, x, c)\n  = c*c    value-at\n"
        "main\nsymbols x: real\n    at(x*x, x, 2)\n  = x*x    value"
    ),
    "a label that is no condition": (
        "lemma square\nsymbols t: label\ngiven h: t^2 = t\n    t^2\n  = t    given:h\n"
        "main\nsymbols u: real\n    u^2\n  = u    square"
    ),
}


@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS.keys())
def test_false_claims_by_lemmas_are_not_verified(text):
    """Neither with samples nor by the kernel alone, which is to need none."""
    try:
        found = derive.check(text)
    except DataError:
        return
    *lemmas, main = found.derivations
    assert not found.verified, str(found)
    assert not main.verified, str(found)
    if all(each.verified for each in lemmas):
        rules = {**RULES, **{each.name: rule_of(each.derivation, RULES) for each in lemmas}}
        report = check_derivation(main.derivation, rules, samples=False)
        assert not report.verified, [(step.verdict, step.reason) for step in report.steps]
