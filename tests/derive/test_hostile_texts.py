"""Texts that mean harm: each ends in a coded message, or is not verified, and none in anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from loglik import derive
from loglik.cli import main
from loglik.errors import DataError

REFUSED = {
    "nothing": ("", "LL185"),
    "spaces": (" \n\n \n", "LL185"),
    "a comment": ("# nothing\n", "LL185"),
    "a name alone": ("mine\n", "LL185"),
    "symbols alone": ("symbols x: positive\n", "LL185"),
    "a claim alone": ("mine\nproves 1 = 2\n", "LL185"),
    "a term alone": ("mine\n    x\n", "LL185"),
    "no steps in a part": ("mine\npart one\n    1 = 1    identity\nproves 1 = 2\n", "LL185"),
    "a million characters": ("mine\n    x\n  = " + "x" * 1_000_000, "LL162"),
    "a million lines": ("mine\n" + "\n" * 1_000_000, "LL162"),
    "a long formula": ("mine\n    x\n  = x" + "+x" * 50_000, "LL162"),
    "a formula over many lines": ("mine\n    (x\n" + "    + x\n" * 9_000, "LL162"),
    "too many steps": ("mine\n    x\n" + "  = x\n" * 3_000, "LL162"),
    "too many derivations": ("".join(f"d{i}\n  x\n = x\n" for i in range(300)), "LL162"),
    "brackets": ("mine\n    " + "(" * 4_000 + "x" + ")" * 4_000 + "\n  = x", "LL162"),
    "open brackets": ("mine\n    " + "(" * 4_000 + "\n  = x", "LL162"),
    "calls": ("mine\n    " + "log(" * 300 + "x" + ")" * 300 + "\n  = x", "LL162"),
    "indices": ("mine\n    " + "y[" * 300 + "1" + "]" * 300 + "\n  = x", "LL162"),
    "derivatives": ("mine\n    " + "d/dx " * 300 + "x\n  = 0", "LL162"),
    "exponents": ("mine\n    " + "2^" * 300 + "2\n  = 0", "LL162"),
    "minus signs": ("mine\n    " + "-" * 300 + "2\n  = 0", "LL160"),
    "digits": ("mine\n    " + "9" * 5_000 + "\n  = 0", "LL162"),
    "digits of an example": ("mine\n    x\n  = x\nexample x = " + "9" * 5_000, "LL185"),
    "a Greek question mark": ("mine\nsymbols x: real\u037e y: real\n    x\n  = x", "LL187"),
    "a Greek question mark in a title": ("mine\nen: x\u037e\n    x\n  = x", "LL187"),
    "an override of direction": ("mine\nen: x \u202e y\n    x\n  = x", "LL187"),
    "an isolate in a comment": ("mine\n# \u2066\n    x\n  = x", "LL187"),
    "no width": ("mine\n    x\u200b\n  = x", "LL187"),
    "a soft hyphen": ("mine\n    x\u00ad\n  = x", "LL187"),
    "a zero byte": ("mine\n    x\0\n  = x", "LL187"),
    "half a character": ("mine\n    x\ud800\n  = x", "LL187"),
    "a line separator": ("mine\n    x\u2028  = x", "LL187"),
    "a Cyrillic letter": ("mine\n    \u0430\n  = a", "LL187"),
    "a Greek capital": ("mine\n    \u0391\n  = A", "LL187"),
    "an omicron": ("mine\n    \u03bf\n  = o", "LL187"),
    "full-width signs": ("mine\n    x\uff0by\n  = y + x", "LL187"),
    "an italic letter": ("mine\n    \U0001d465\n  = x", "LL187"),
    "a digit of another alphabet": ("mine\n    \u0663\n  = 3", "LL187"),
    "a typeset relation": ("mine\n    x\n  \u2264 x + 1", "LL187"),
    "a full-width relation": ("mine\n    x\n  \uff1d x", "LL187"),
    "a typeset minus": ("mine\n    x \u2212 1\n  = x - 1", "LL187"),
    "nu and v": ("mine\n    \u03bd*v\n  = v*\u03bd", "LL188"),
    "lambda and its letter": ("mine\n    lambda*\u03bb\n  = \u03bb*lambda", "LL188"),
    "L0 and L_0": ("mine\n    L0*L_0\n  = L_0*L0", "LL188"),
    "a circle of one": ("lemma a\n    x\n  = y    a", "LL186"),
    "a circle of two": ("lemma a\n    x\n  = y    b\nlemma b\n    x\n  = y    a", "LL186"),
    "a circle of many": (
        "".join(f"lemma l{i}\n    x\n  = y    l{(i + 1) % 150}\n" for i in range(150)),
        "LL186",
    ),
    "a lemma named like a rule": ("lemma log-product\n    x\n  = y\nmine\n    x\n  = y    log-product", "LL188"),
    "a rule that there is not": ("mine\n    x\n  = x    log-prodct", "LL163"),
    "a rule with underscores": ("mine\n    x\n  = x    given:__class__", "LL163"),
    "a range that runs to itself": ("mine\nsymbols y: simplex 1..y\n    y[1]\n  = y[1]", "LL161"),
    "a range that runs to a family": ("mine\nsymbols y: simplex 1..k; k: index 1..y\n    y[k]\n  = y[k]", "LL161"),
    "a range that may be empty": ("mine\nsymbols K: size; y: simplex 3..K\n    y[3]\n  = y[3]", "LL161"),
    "a range from a huge number": (
        "mine\nsymbols K: size; y: simplex " + "9" * 500 + "..K\n    y[3]\n  = y[3]",
        "LL161",
    ),
    "a function of Python": ("mine\n    __import__('os')\n  = 1", "LL160"),
    "a division by a written zero": ("mine\n    1/0\n  = 1", "LL160"),
}


@pytest.mark.parametrize(("text", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_hostile_texts_are_refused_with_a_code(text, code):
    with pytest.raises(DataError) as refused:
        derive.check(text)
    assert refused.value.code == code
    assert refused.value.hint
    assert len(str(refused.value)) < 1_000


NOT_VERIFIED = {
    "a tower of powers": "mine\n    2^10^10^10\n  = 2^10^10^10 + 1",
    "a negative tower": "mine\n    2^(-10^10)\n  = 0",
    "a power of a tower": "mine\n    (2^10^10)^(10^10)\n  = 1",
    "exponentials": "mine\n    exp(exp(exp(exp(exp(10)))))\n  = 1",
    "large, and one more": "mine\n    exp(400)\n  = exp(400) + 1",
    "a huge range": "mine\n    sum(k, k, 1, 10^9)\n  = 1",
    "a range without end": "mine\n    sum(k, k, -10^50, 10^50)\n  = 0    arithmetic",
    "a power of a sum": "mine\n    ((x + y + z + w + 1)^12)^12\n  = 1",
    "what contradicts itself": "mine\ngiven h: 1 = 2\n    x\n  = x + 1",
    "what contradicts a domain": "mine\nsymbols x: positive\ngiven h: x < 0\n    x\n  = x + 1",
    "another claim": "mine\n    x\n  = x    arithmetic\nproves 1 = 2",
    "a false step of many terms": "mine\n    x\n  = " + "+".join(["x"] * 2_000),
    "a false step of many factors": "mine\nsymbols x: positive\n    x\n  = " + "*".join(["x"] * 2_000),
    "a chain up and down": (
        "mine\nsymbols x: positive\ngiven h: 1 <= x\n    1\n  <= x    given:h\n  >= 0    not-negative\nproves 1 <= 0"
    ),
    "a family as a number": "mine\nsymbols K: size; y: simplex 1..K\n    y\n  = y",
    "a range that is not the declared one": (
        "mine\nsymbols K: size; y: simplex 1..K-1\n    sum(y[k]*log(y[k]), k, 1, K)\n  = sum(log(y[k])*y[k], k, 1, K)"
    ),
    "many false steps": "mine\nsymbols x: positive\n    log(x)\n"
    + "".join(f"  = log(x) + {i}\n" for i in range(1, 30)),
}


@pytest.mark.parametrize("text", NOT_VERIFIED.values(), ids=NOT_VERIFIED.keys())
def test_hostile_texts_are_not_verified(text):
    try:
        found = derive.check(text)
    except DataError:  # as good
        return
    assert not found.verified
    assert str(found)
    assert found.json()
    assert found._repr_html_()


def test_contradictory_givens_are_told():
    """Everything follows from a contradiction, so a step may be verified; but the reader is told."""
    found = derive.check("mine\nsymbols x: positive\ngiven h: x = -1\n    x + 1\n  = -1 + 1    given:h\n")
    assert found.steps[0].points == 0
    assert any("contradict" in note for note in found.derivations[0].notes) or found.derivations[0].faults


def test_long_files_are_read():
    """What is long is not hostile: a file of a hundred lemmas, each resting on the next."""
    lemmas = "".join(f"lemma l{i}\n    x\n  = x + 0    l{i + 1}\n" for i in range(100))
    found = derive.check(lemmas + "lemma l100\n    x\n  = x + 0    arithmetic\n")
    assert found.verified
    assert len(found.steps) == 101


@pytest.mark.parametrize(
    "solution",
    [
        "x = y; y = x",
        "x = x",
        "x = y + 1; y = 2*x - 1",
        "y = x",
        "t[k] = t[k + 1]",
        "t[k] = t[k]",
        "t[k] = t[x]; x = t[1]",
    ],
)
def test_values_that_are_said_by_themselves_are_none(solution):
    text = "mine\nsymbols x, y, t: real\ngiven h: x = y\nsolution {}\n    x + t[1]\n  = y + t[1]    given:h\n"
    assert derive.check(text.format(solution)).steps[0].verdict.startswith("verified")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"mine\n    x\n  = \xff", "LL185"),
        ("mine\n    x\n  = x".encode("utf-16"), "LL185"),
        (b"", "LL185"),
        (b"\0" * 100, "LL187"),
        (b"x" * 3_000_000, "LL162"),
        (("あ" * 900_000).encode(), "LL162"),
    ],
)
def test_hostile_files_are_refused_with_a_code(content, code, tmp_path, capsys):
    path = tmp_path / "mine.txt"
    path.write_bytes(content)
    with pytest.raises(DataError) as refused:
        derive.check(path)
    assert refused.value.code == code
    assert main(["derive", str(path), "--check"]) == 2
    assert code in capsys.readouterr().err


@pytest.mark.parametrize("name", ["x" * 3_000, "x" * 300, "a\0b", "no/such/file.txt", ".", "x = " + "y" * 400, "mine"])
def test_names_of_no_files_are_refused_with_a_code(name, capsys):
    with pytest.raises(DataError):
        derive.check(name)
    assert main(["derive", name, "--check"]) == 2
    assert "LL" in capsys.readouterr().err
    with pytest.raises(DataError, match="LL101"):
        derive.check(Path(name))


def test_what_is_neither_text_nor_path_is_refused():
    for other in (None, 3, b"mine", ["mine"]):
        with pytest.raises(DataError, match="LL185"):
            derive.check(other)


@pytest.mark.parametrize(
    "formula",
    [
        "z*0 + z[k]*0",
        "sum(z[i], i, 1, K)*z",
        "z + softmax(z, k, K)",
        "sum(z[i], i, 1, K) + sum(z, z, 1, 2)",
        "at(z[k], k, z)",
    ],
)
def test_a_name_is_a_number_or_a_family(formula):
    with pytest.raises(DataError, match=r"LL188 .*is a number and a family"):
        derive.check(f"mine\nsymbols z: real; K: size; k: index 1..K\n    {formula}\n  = {formula}    arithmetic\n")
