"""The words of an attack: names with domains drawn anew each time, terms with poles and gaps, awkward ranges."""

from __future__ import annotations

import re

SCALARS = ("x", "u", "n", "p", "a", "c", "h", "t", "k", "j", "i", "K", "m")
FAMILIES = ("z", "y", "w")
_PLAIN = (
    "real",
    "real",
    "real",
    "nonzero",
    "positive",
    "positive",
    "nonnegative",
    "base",
    "probability",
    "unit",
    "label",
    "integer",
)
_INDEX = ("index 1..K", "index 1..K", "index 0..K", "index 0..K-1", "integer", "real")
_OF_FAMILY = (
    "real",
    "real",
    "positive",
    "nonzero",
    "simplex 1..K",
    "simplex 1..K-1",
    "distribution 1..K",
    "onehot 1..K",
    "label",
    "integer",
)
_NAME = re.compile(r"[A-Za-z]\w*")
_WORDS = frozenset(
    {
        "log",
        "exp",
        "sum",
        "product",
        "lim",
        "at",
        "abs",
        "sqrt",
        "sigmoid",
        "softmax",
        "delta",
        "e",
        "d",
        "for",
        "every",
    }
)


def domain_of(rng, name):
    """A domain for a name: what it suggests, more often than not."""
    if name == "K":
        return rng.choice(("size", "size", "size", "integer"))
    if name in FAMILIES:
        return rng.choice(_OF_FAMILY)
    if name in {"k", "j", "i"}:
        return rng.choice(_INDEX)
    if name in {"n", "m"}:
        return rng.choice(("integer", "integer", "size", "real"))
    return rng.choice(_PLAIN)


def declare(rng, *texts, fixed=None):
    """Domains for all names that occur."""
    found = dict(fixed or {})
    for text in texts:
        for name in _NAME.findall(text):
            base = name[1:] if len(name) > 1 and f"d/{name}" in text else name
            if base not in _WORDS and base not in found:
                found[base] = domain_of(rng, base)
    for each in list(found.values()):
        if ".." in each:
            size = each.split("..")[1].removesuffix("-1")
            if found.get(size) != "integer" or rng.random() < 0.9:  # else the whole is refused
                found[size] = "size"
    return found


def number(rng):
    """A small number."""
    return rng.choice(("0", "1", "2", "-1", "3", "1/2", "-2"))


def name(rng):
    """A scalar name."""
    return rng.choice(SCALARS)


def index(rng):
    """What may stand as an index."""
    return rng.choice(("k", "j", "i", "1", "K", "n", "0", "K + 1", "j + 1"))


def leaf(rng):
    """A name, a number, an element."""
    kind = rng.random()
    if kind < 0.5:
        return name(rng)
    if kind < 0.7:
        return f"{rng.choice(FAMILIES)}[{index(rng)}]"
    return f"({number(rng)})"


def term(rng, depth=2):
    """A term; often one that has no value somewhere."""
    if depth == 0 or rng.random() < 0.25:
        return leaf(rng)
    one = term(rng, depth - 1)
    match rng.randrange(14):
        case 0 | 1:
            return f"({one} + {leaf(rng)})"
        case 2:
            return f"({one} - {leaf(rng)})"
        case 3 | 4:
            return f"({one}*{leaf(rng)})"
        case 5:
            return f"(1/({one}))"
        case 6:
            return f"log({one})"
        case 7:
            return f"exp({one})"
        case 8:
            return f"({one})^{rng.choice(('2', '0', '(-1)', '(1/2)', '3', '(-2)'))}"
        case 9:
            return f"sum({one}, {name(rng)}, {bounds(rng)})"
        case 10:
            return f"at({one}, {name(rng)}, {leaf(rng)})"
        case 11:
            return f"lim({name(rng)} -> {number(rng)}, {one})"
        case 12:
            return f"{rng.choice(('sigmoid', 'abs', 'sqrt'))}({one})"
        case _:
            return f"log({one}, {leaf(rng)})"


def bounds(rng):
    """The ends of a range, empty and broken ones among them."""
    return rng.choice(
        (
            "1, K",
            "1, K",
            "1, K",
            "0, K",
            "1, K - 1",
            "2, K",
            "1, 0",
            "1, n",
            "0, n",
            "n, n",
            "1, 3",
            "-1, 1",
            "1, 1/2",
            "3, 1",
            "k, K",
            "x, x",
        )
    )


def place(rng, v):
    """A term with the name `v` in it: the F(k) of a rule."""
    return rng.choice(
        (
            f"z[{v}]",
            f"y[{v}]",
            f"log(z[{v}])",
            f"{v}*x",
            f"1/{v}",
            f"x^{v}",
            f"({v} - k)",
            f"z[{v}]*w[{v}]",
            f"log({v})",
            f"z[k]*{v}",
            f"({v} + h)",
            f"1/({v} - j)",
            f"exp({v}*u)",
            f"({v} + sum(z[k], k, 1, K))",
            f"{v}^2",
            f"log(x + {v})",
            f"sum(z[{v}]*y[k], k, 1, K)",
            f"(z[{v}] + c)",
            f"{v}",
            "x",
            "c",
        )
    )
