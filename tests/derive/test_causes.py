"""Thirteen causes by which a false claim was once verified, each tried in variants, and beside each what is true.

The false ones are refused by the kernel alone, with nothing sampled; the true ones are verified, so that nothing is
refused for being near.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from loglik.derive.catalogue import derivation as catalogued
from loglik.derive.checker import check
from loglik.derive.model import Given, derivation
from loglik.errors import DataError


def claim(symbols, *steps, given=(), proves=None, parts=None, begin=""):
    """A derivation of one part, to be read: ``x: positive, n: integer``; steps as in the catalogue; givens by place."""
    start, *rest = steps
    main = {"steps": (start, *rest), "begin": begin}
    relation = next((step[0] for step in rest if step[0] != "="), "=")
    return partial(
        derivation,
        "claim",
        symbols=dict(each.split(": ") for each in symbols.split(", ")),
        given={f"g{i}": text for i, text in enumerate(given, start=1)},
        parts={**(parts or {}), "main": main},
        proves=(proves or f"{start} {relation} {rest[-1][1]}",),
        example={},
    )


def equal(symbols, left, right, rule, *uses, given=(), relation="="):
    """A claim of one step."""
    return claim(symbols, left, (relation, right, rule, *uses), given=given)


# Conditions were judged under the rule's own bound index.
A = [
    equal("k: integer, z: real", "sum(z[k], k, 1, k + 1)", "sum(z[k], k, 1, k) + z[k + 1]", "last-term"),
    equal("k: integer, z: real", "product(z[k], k, 1, k + 1)", "product(z[k], k, 1, k)*z[k + 1]", "last-factor"),
    equal("K: size, k: integer, z: real", "sum(delta(k, i)*z[i], i, 1, K)", "z[k]", "select-term"),
    equal("K: size, k: integer, z: nonzero", "product(z[i]^delta(k, i), i, 1, K)", "z[k]", "select-factor"),
    equal("K: size, k: real, z: real", "product(k^z[i], i, 1, K)", "k^sum(z[i], i, 1, K)", "product-of-powers"),
    equal(
        "k: integer",
        "sum(lim(h -> 0, (1 + h)^(1/h)), k, 0, 3)",
        "sum(lim(t -> 0, (1 + k*t)^(1/(k*t))), k, 0, 3)",
        "limit-substitution",
        "c = k",
    ),
    equal("K: size, k: index 1..K", "log(product(k - 1, k, 1, K))", "sum(log(k - 1), k, 1, K)", "log-of-range-product"),
]
A_TRUE = [
    equal("k: size, z: real", "sum(z[k], k, 1, k + 1)", "sum(z[k], k, 1, k) + z[k + 1]", "last-term"),
    equal("K: size, k: index 1..K, z: real", "sum(delta(k, i)*z[i], i, 1, K)", "z[k]", "select-term"),
    equal("K: size, k: positive, z: real", "product(k^z[i], i, 1, K)", "k^sum(z[i], i, 1, K)", "product-of-powers"),
]


def through(first, second, proves):
    """x, y, z with two given relations between neighbours, and what is made of them."""
    given = f"x {first} y", f"y {second} z"
    steps = "x", (first, "y", "given:g1"), (second, "z", "given:g2")
    return claim("x: real, y: real, z: real", *steps, given=given, proves=proves)


# Relations were chained that do not add up.
B = [
    through("<", ">", "x < z"),
    through("<", ">", "x > z"),
    through("!=", "!=", "x != z"),
    through("<=", ">=", "x <= z"),
    through("<=", "<", "x >= z"),
    through("<=", "<=", "x < z"),
    through("!=", "<", "x < z"),
    through("=", "<", "x = z"),
]
B_TRUE = [
    through("<", "<=", "x < z"),
    through("<=", "<=", "x <= z"),
    through(">", ">=", "x > z"),
    through("=", "!=", "x != z"),
]

# A "for every" lost the set of its name.
C = [
    equal("x: positive, t: real", "-1", "t", "given:g1", "x = -1", given=["x > t for every x"], relation=">"),
    equal("K: size, k: index 1..K, z: real", "z[K + 1]", "0", "given:g1", "k = K + 1", given=["z[k] = 0 for every k"]),
    equal("M: size, m: index 0..M-1, z: real", "z[M]", "0", "given:g1", "m = M", given=["z[m] = 0 for every m"]),
    equal("p: probability, a: real", "a*2", "1", "given:g1", "p = 2", given=["a*p < 1 for every p"], relation="<"),
    equal("n: size, t: real", "1*t", "1", "given:g1", "n = 1", given=["n*t > 1 for every n"], relation=">"),
    equal("b: label, q: real", "2*(2 - 1)*q", "0", "given:g1", "b = 2", given=["b*(b - 1)*q = 0 for every b"]),
    equal("x: positive, t: real, n: integer", "n", "t", "given:g1", "x = n", given=["x > t for every x"], relation=">"),
    equal("x: nonzero, t: real", "1/(1 - 1)*t", "0", "given:g1", "x = 0", given=["1/x*t = 0 for every x"]),
]
C_TRUE = [
    equal("K: size, k: index 1..K, z: real", "z[K]", "0", "given:g1", "k = K", given=["z[k] = 0 for every k"]),
    equal("x: positive, t: real", "2", "t", "given:g1", "x = 2", given=["x > t for every x"], relation=">"),
]


def minus_cube(u, x, c):
    """The tangent of -u^3, which is concave for u > 0 only."""
    second = {
        "steps": (
            "d/du d/du (-u^3)",
            ("=", "d/du (-d/du (u^3))", "constant-factor"),
            ("=", "d/du (-(3*u^(3 - 1)*d/du (u)))", "power-rule"),
            ("=", "d/du (-(3*u^(3 - 1)*1))", "derivative-of-variable"),
            ("=", "d/du (-3*u^2)", "arithmetic"),
            ("=", "-3*d/du (u^2)", "constant-factor"),
            ("=", "-3*(2*u^(2 - 1)*d/du (u))", "power-rule"),
            ("=", "-3*(2*u^(2 - 1)*1)", "derivative-of-variable"),
            ("=", "-6*u", "arithmetic"),
        )
    }
    step = ("<=", "-c^3 + at(d/du (-u^3), u, c)*(x - c)", "tangent-of-concave")
    return claim(f"u: {u}, x: {x}, c: {c}", "-x^3", step, parts={"second": second})


# Concave on one set, used on another.
D = [
    minus_cube("positive", "real", "real"),
    minus_cube("positive", "real", "positive"),
    minus_cube("positive", "positive", "real"),
    minus_cube("positive", "nonzero", "nonzero"),
    minus_cube("probability", "positive", "probability"),
    minus_cube("nonzero", "positive", "positive"),
]
D_TRUE = [minus_cube("positive", "positive", "positive"), minus_cube("probability", "probability", "probability")]

# A name bound by at or lim was taken for the free one, or the other way round.
E = [
    equal("x: positive, u: real", "at(log(x^2), x, u)", "at(2*log(x), x, u)", "log-power"),
    equal("x: positive", "lim(x -> -1, log(x^2))", "lim(x -> -1, 2*log(x))", "log-power"),
    equal("x: nonzero", "at(x/x, x, 0)", "at(1, x, 0)", "cancel"),
    equal("x: positive, y: positive", "at(at(log(x^2), x, y), y, -1)", "at(at(2*log(x), x, y), y, -1)", "log-power"),
    equal("x: nonzero, u: real", "at(x^0, x, u)", "at(1, x, u)", "power-zero"),
    equal("x: positive", "lim(x -> 0, (x^2)^(1/2))", "lim(x -> 0, x^(2*(1/2)))", "power-of-power"),
    equal("x: real", "at(x + 1, x, 2)", "at(x + 1, x, 3)", "given:g1", given=["x = 2"]),
]
E_TRUE = [
    equal("x: real, u: positive", "at(log(x^2), x, u)", "at(2*log(x), x, u)", "log-power"),
    equal("x: real", "lim(x -> 1, log(x^2))", "lim(x -> 1, 2*log(x))", "log-power"),
]

# What has no value cancelled.
F = [
    equal("n: integer", "log(n) - log(n)", "0", "cancel"),
    equal("n: integer", "1", "(1/n)^0", "power-zero"),
    equal("x: real", "x/x", "1", "cancel"),
    equal("x: real", "0*log(x)", "0", "arithmetic"),
    equal("x: real", "lim(h -> 0, 1/h) - lim(h -> 0, 1/h)", "0", "cancel"),
    equal("x: real", "d/dx log(x) - d/dx log(x)", "0", "cancel"),
    equal("z: real", "z[1/2] - z[1/2]", "0", "cancel"),
    equal("x: real", "0*sum(1/k, k, 0, 3)", "0", "arithmetic"),
    equal("x: real", "delta(x, 1) - delta(x, 1)", "0", "cancel"),
    equal("x: real", "lim(h -> 0, 1/h)", "lim(t -> 0, 1/(-1*t))", "limit-substitution", "c = -1"),
    equal("K: size, y: simplex 1..K", "y[0]/y[0]", "1", "cancel"),
]
F_TRUE = [
    equal("x: positive", "log(x) - log(x)", "0", "cancel"),
    equal("n: size", "1", "(1/n)^0", "power-zero"),
    equal("x: positive", "d/dx log(x) - d/dx log(x)", "0", "cancel"),
]

# A name that is given by others was differentiated as a constant.
G = [
    equal("x: real, f: real", "d/dx f", "0", "derivative-of-constant", given=["f = x^2"]),
    equal("x: real, f: real", "d/dx f", "0", "derivative-of-constant", given=["f - x^2 = 0"]),
    equal("x: real, f: real, g: real", "d/dx f", "0", "derivative-of-constant", given=["f = g", "g = x"]),
    equal("x: real, f: real", "d/dx (f*x)", "f*d/dx (x)", "constant-factor", given=["f = x"]),
    equal("x: real, f: real", "d/dx f", "0", "derivative-of-constant", given=["f <= x", "f >= x"]),
    equal(
        "K: size, k: index 1..K, z: real",
        "d/dz[1] (z[2])",
        "delta(2, 1)",
        "derivative-of-element",
        given=["z[2] = 3*z[1]"],
    ),
    equal("x: positive, n: integer", "d/dx x^n", "n*x^(n - 1)*d/dx (x)", "power-rule", given=["n = x"]),
    partial(
        derivation,
        "claim",
        symbols={"x": "real", "f": "real", "v": "real"},
        parts={
            "free": {
                "steps": (
                    "d/dx (f + x)",
                    ("=", "d/dx f + d/dx (x)", "derivative-of-sum"),
                    ("=", "0 + d/dx (x)", "derivative-of-constant"),
                )
            },
            "main": {"given": {"g": "f = v^2"}, "steps": ("d/dv (f + v)", ("=", "0 + d/dv (v)", "part:free"))},
        },
        proves=("d/dv (f + v) = 0 + d/dv (v)",),
        example={},
    ),
]
G_TRUE = [
    equal("x: real, f: real", "d/dx f", "0", "derivative-of-constant"),
    equal("x: real, f: real, y: real", "d/dx f", "0", "derivative-of-constant", given=["f = y^2"]),
]

# A name put in was caught by a sum, a limit or an at.
_J = "K: size, k: index 1..K, j: index 1..K, x: real, z: real"
H = [
    equal(
        _J,
        "sum(z[k], k, 1, K)",
        "sum(sum(x[k]*k, k, 1, K), k, 1, K)",
        "given:g1",
        given=["z[j] = sum(x[k]*j, k, 1, K) for every j"],
    ),
    equal(_J, "z[k]", "sum(x[k]*k, k, 1, K)", "given:g1", given=["z[j] = sum(x[k]*j, k, 1, K) for every j"]),
    equal(
        "K: size, u: index 1..K, j: index 1..K, z: real",
        "z[u]",
        "at(u*u, u, 2)",
        "given:g1",
        given=["z[j] = at(u*j, u, 2) for every j"],
    ),
    equal("K: size, k: integer, z: real", "sum(k*z[k], k, 1, K)", "k*sum(z[k], k, 1, K)", "sum-constant-factor"),
    equal("K: size, k: integer, z: real", "at(sum(u*z[k], k, 1, K), u, k)", "sum(k*z[k], k, 1, K)", "value-at"),
    equal(
        "K: size, i: integer, z: real",
        "sum(sum(z[k], k, 1, i), i, 1, K)",
        "sum(sum(z[k], i, 1, K), k, 1, i)",
        "swap-sums",
    ),
    equal("h: real", "lim(h -> 0, h*(1 + h))", "h*lim(h -> 0, 1 + h)", "limit-constant-factor"),
    equal("x: real, u: real", "d/dx (x*x)", "at(d/du (x*u), u, x)*d/dx (x)", "chain-rule"),
]
H_TRUE = [
    equal(_J, "z[k]", "sum(x[i]*k, i, 1, K)", "given:g1", given=["z[j] = sum(x[k]*j, k, 1, K) for every j"]),
    equal("K: size, k: integer, z: real", "at(sum(u*z[k], k, 1, K), u, k)", "sum(k*z[i], i, 1, K)", "value-at"),
]


def once(part, *names):
    """dice-mle, in one part of which something is given for one index only."""
    found = catalogued("dice-mle")
    changed = [
        replace(p, given={n: Given(g.relation) if n in names else g for n, g in p.given.items()})
        if p.name == part
        else p
        for p in found.parts
    ]
    return partial(replace, found, parts=tuple(changed))


def rests(first, second):
    """A result that rests on one given, used where another is given."""
    return partial(
        derivation,
        "claim",
        symbols={"K": "size", "k": "index 1..K", "j": "index 1..K", "z": "real"},
        parts={
            "first": {
                "given": {"g": first},
                "solution": {"z[k]": "1"},
                "steps": ("sum(z[k], k, 1, K)", ("=", "sum(1, k, 1, K)", "given:g")),
            },
            "main": {
                "given": {"g": second},
                "solution": {"z[k]": "1"},
                "steps": ("2*sum(z[k], k, 1, K)", ("=", "2*sum(1, k, 1, K)", "part:first")),
            },
        },
        proves=("2*sum(z[k], k, 1, K) = 2*sum(1, k, 1, K)",),
        example={},
    )


# "For every" did not count in what a result rests on.
RESULTS = [
    once("proportional", "lagrange"),
    once("multiplier", "lagrange"),
    once("estimate", "lagrange"),
    rests("z[k] = 1 for every k", "z[k] = 1"),
    rests("z[k] = 1 for every k", "z[j] = 1"),
    rests("z[k] = 1 for every k", "z[1] = 1"),
]
RESULTS_TRUE = [partial(catalogued, "dice-mle"), rests("z[k] = 1 for every k", "z[k] = 1 for every k")]

_Z = "K: size, k: index 1..K, j: index 1..K, z: real"
_LOGS = "sum(log(z[k]^2), k, 1, K)", "sum(2*log(z[k]), k, 1, K)", "log-power"
# What is given of one element was used for all.
J = [
    equal(_Z, *_LOGS, given=["z[k] > 0"]),
    equal(_Z, *_LOGS, given=["z[1] > 0"]),
    equal(_Z, "sum(z[k]/z[k], k, 1, K)", "sum(1, k, 1, K)", "cancel", given=["z[k] != 0"]),
    equal(_Z, "log(z[j]^2)", "2*log(z[j])", "log-power", given=["z[k] > 0"]),
    equal(_Z, "log(product(z[k], k, 1, K))", "sum(log(z[k]), k, 1, K)", "log-of-range-product", given=["z[k] > 0"]),
    equal(_Z, "sum(z[k], k, 1, K)", "sum(z[j], k, 1, K)", "given:g1", given=["z[k] = z[j]"]),
    equal(_Z, "sum(log(z[k]^2), k, 0, K)", "sum(2*log(z[k]), k, 0, K)", "log-power", given=["z[k] > 0 for every k"]),
]
J_TRUE = [
    equal(_Z, *_LOGS, given=["z[k] > 0 for every k"]),
    equal(_Z, "log(z[k]^2)", "2*log(z[k])", "log-power", given=["z[k] > 0"]),
]

# The declared set of a name was trusted where the name is bound again.
K = [
    equal("p: probability", "sum((1 - p)^0, p, 1, 3)", "sum(1, p, 1, 3)", "power-zero"),
    equal("a: base", "at(log(a, a), a, 1)", "at(1, a, 1)", "log-of-base"),
    equal("K: size, z: real", "sum(sum(softmax(z, k, K), k, 1, K), K, 0, 2)", "sum(1, K, 0, 2)", "softmax-sums-to-one"),
    equal(
        "K: size, k: index 1..K, z: real",
        "sum(softmax(z, k, K), k, 0, K)",
        "sum(exp(z[k])/sum(exp(z[i]), i, 1, K), k, 0, K)",
        "softmax-definition",
    ),
    equal("K: size, y: simplex 1..K", "at(sum(y[k], k, 1, K), K, 1)", "at(1, K, 1)", "probabilities-sum-to-one"),
    equal("x: nonzero", "sum(x/x, x, 0, 3)", "sum(1, x, 0, 3)", "cancel"),
    equal("x: positive", "sum(log(x^2), x, -2, -1)", "sum(2*log(x), x, -2, -1)", "log-power"),
]
K_TRUE = [
    equal("x: real", "sum(x/x, x, 1, 3)", "sum(1, x, 1, 3)", "cancel"),
    equal("K: size, z: real", "sum(sum(softmax(z, k, K), k, 1, K), K, 1, 2)", "sum(1, K, 1, 2)", "softmax-sums-to-one"),
]

# A sign "near the limit" was not the sign near that limit.
L = [
    equal(
        "x: real",
        "lim(h -> 1, lim(t -> 1/h, log((1 - h*t)^2)))",
        "lim(h -> 1, lim(t -> 1/h, 2*log(1 - h*t)))",
        "log-power",
    ),
    equal(
        "x: real", "lim(h -> 1, at(log((1 - h*u)^2), u, 2/h))", "lim(h -> 1, at(2*log(1 - h*u), u, 2/h))", "log-power"
    ),
    equal("x: real", "lim(h -> 0, log((x + h)^2))", "lim(h -> 0, 2*log(x + h))", "log-power"),
    equal("x: real", "lim(h -> 0, lim(t -> h, log((h + t)^2)))", "lim(h -> 0, lim(t -> h, 2*log(h + t)))", "log-power"),
    equal("x: real", "lim(h -> 0, (h^2)^(1/2))", "lim(h -> 0, h^(2*(1/2)))", "power-of-power"),
    equal("x: real", "lim(h -> 0, h*(1/h - 1/h))", "lim(h -> 0, h)*lim(h -> 0, 1/h - 1/(h - 1))", "arithmetic"),
    equal(
        "x: real", "lim(h -> 0, sum(log((h - k)^2), k, 0, 2))", "lim(h -> 0, sum(2*log(h - k), k, 0, 2))", "log-power"
    ),
]
L_TRUE = [
    equal("x: positive", "lim(h -> 0, log((x + h)^2))", "lim(h -> 0, 2*log(x + h))", "log-power"),
    equal(
        "x: real", "lim(h -> 0, sum(log((k - h)^2), k, 1, 2))", "lim(h -> 0, sum(2*log(k - h), k, 1, 2))", "log-power"
    ),
]

_GIBBS = "sum(t[k]*log(q[k]), k, 1, K)", "sum(t[k]*log(t[k]), k, 1, K)", "gibbs-inequality"
_TANGENT = "x^2", ("<=", "c^2 + at(d/du (u^2), u, c)*(x - c)", "tangent-of-concave")
# Concavity from what is given at a point, families with zeros where positive ones are needed, equations as terms.
M = [
    claim("u: real, x: real, c: real", *_TANGENT, given=["d/du d/du (u^2) = -1"]),
    claim("u: real, x: real, c: real", *_TANGENT, given=["d/du d/du (u^2) = -1 for every u"]),
    equal("K: size, t: onehot 1..K, q: simplex 1..K", *_GIBBS, relation="<="),
    equal("K: size, t: simplex 1..K, q: distribution 1..K", *_GIBBS, relation="<="),
    equal("K: size, t: positive, q: simplex 1..K", *_GIBBS, relation="<="),
    equal("x: real", "(x = 1) - (x = 1)", "0", "cancel"),
    equal("x: real", "(x = 1)^1", "(x = 1)", "power-one"),
    equal("x: real", "1*(x < 1)", "(x < 1)*1", "arithmetic"),
]
M_TRUE = [equal("K: size, t: simplex 1..K, q: simplex 1..K", *_GIBBS, relation="<=")]

FALSE = {"A": A, "B": B, "C": C, "D": D, "E": E, "F": F, "G": G, "H": H, "I": RESULTS, "J": J, "K": K, "L": L, "M": M}
TRUE = [
    *A_TRUE,
    *B_TRUE,
    *C_TRUE,
    *D_TRUE,
    *E_TRUE,
    *F_TRUE,
    *G_TRUE,
    *H_TRUE,
    *RESULTS_TRUE,
    *J_TRUE,
    *K_TRUE,
    *L_TRUE,
    *M_TRUE,
]


def verified(claimed, *, samples):
    """Whether it is; what is refused with a code is not."""
    try:
        return check(claimed(), samples=samples).verified
    except DataError:
        return False


@pytest.mark.parametrize(("cause", "number"), [(c, i) for c, claims in FALSE.items() for i in range(len(claims))])
def test_no_variant_of_a_cause_is_verified(cause, number):
    found = FALSE[cause][number]
    assert not verified(found, samples=False)
    assert not verified(found, samples=True)


@pytest.mark.parametrize("number", range(len(TRUE)))
def test_what_is_true_beside_them_is_verified(number):
    found = TRUE[number]()
    report = check(found)
    assert report.verified, f"{found.proves[0]}: {report.faults} {[(s.verdict, s.reason) for s in report.steps]}"


@pytest.mark.parametrize(
    ("symbols", "given"),
    [
        ("x: positive", ["x = -1"]),
        ("x: real", ["x^2 = -1"]),
        ("x: real", ["exp(x) = 0"]),
        ("x: real", ["x = 1", "x = 2"]),
        ("x: real", ["x > 3", "x < 2"]),
        ("x: base", ["log(x) = 0"]),
        ("x: nonzero", ["1/x = 0"]),
        ("x: real", ["1/(x^2 - 2) = 0"]),
        ("x: label", ["x = 2"]),
        ("x: integer", ["x != 7 for every x"]),
        ("K: size, x: real, k: index 1..K", ["k = K + 1"]),
    ],
)
def test_what_nothing_satisfies_is_a_fault(symbols, given):
    """Anything would follow from it."""
    report = check(claim(symbols, "x", ("=", "1*x", "arithmetic"), given=given)())
    assert not report.verified
    assert any(fault.startswith("LL189") for fault in report.faults)


@pytest.mark.parametrize(
    ("symbols", "given"),
    [
        ("x: positive", ["x = 1/3"]),
        ("x: real, y: real", ["x^2 + y^2 = 1"]),
        ("x: base", ["log(x) = 1"]),
        ("x: real, y: real", ["x + y = 1", "x - y = 3"]),
        ("x: real, y: positive", ["x > y^2", "x < 2*y^2"]),
        ("K: size, x: positive", ["sum(x[k], k, 1, K) = 1"]),
        ("p: size, i: index 0..p, x: real, H: real", ["x[i] + sum(H[i, k]*x[k], k, 0, p)*0 = 0 for every i"]),
    ],
)
def test_what_something_satisfies_is_none(symbols, given):
    report = check(claim(symbols, "x", ("=", "1*x", "arithmetic"), given=given)())
    assert report.verified, report.faults


def test_agreement_of_large_numbers_supports_nothing():
    for other in ("exp(400) + 1", "exp(400) + exp(-400)"):
        (step,) = check(equal("x: real", "exp(400)", other, "arithmetic")()).steps
        assert step.verdict == "not decided"


def test_a_step_without_a_point_says_so():
    (step,) = check(equal("x: real", "x^3", "2", "given:g1", given=["x^3 = 2"])()).steps
    assert (step.verdict, step.points) == ("verified (no sample)", 0)
    assert "no point" in step.reason


@pytest.mark.parametrize("rule", ["log-powr", "given:g2", "part:man"])
def test_names_that_are_none_are_an_error(rule):
    with pytest.raises(DataError, match="LL163"):
        check(equal("x: positive", "log(x^2)", "2*log(x)", rule, given=["x > 1"])())
