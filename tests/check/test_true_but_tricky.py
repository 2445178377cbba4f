"""What is right, or is said to be wrong, is never refuted: unusual notations, other arithmetics, damaged markup."""

from pathlib import Path

import pytest

from loglik.check.checked import checked_file
from loglik.check.model import words

_TEXTS = sorted((Path(__file__).parent / "data" / "true").iterdir())


def accused(text, name="-"):
    found = checked_file(text, name, explain=False)
    return [each.tex for each in found.judgements if each.verdict in {"refuted", "inconsistent"}]


@pytest.mark.parametrize("path", _TEXTS, ids=lambda path: path.stem)
@pytest.mark.parametrize("announced", [False, True], ids=["as written", "announced"])
def test_nothing_of_it_is_refuted(path, announced, monkeypatch):
    """With every formula announced too, so that no misreading hides behind the gate of equations to be solved."""
    if announced:
        monkeypatch.setattr(words, "announced", lambda *_: "thus")
    assert accused(path.read_text(encoding="utf-8"), path.name) == []


@pytest.mark.parametrize(
    "text",
    [
        "Thus $(1 + 2)^2 = 1 + 4$.",
        r"Thus $\sqrt{1+x} = 1 + x$.",
        r"Thus $\sin 30 = 0.75$.",
        r"Thus $5! = 115$.",
        "Thus $1.5e3 = 1600$.",
        "Thus $12 : 3 = 5$.",
        "Thus $3!=5$.",
        r"Thus $\ln 8/\ln 2 = 2.5$.",
        r"$$a\ln(b) = \ln(a^b) \text{ since } \cos^2(\theta) - 1 = \sin^2(\theta)$$",
        r"Thus $$\begin{array}{ll} 1 + 1 = 3 & 2 + 2 = 5 \end{array}$$",
        "Thus $410000/4 = 102.600$.",
        r"Thus $2 \times 1\frac{1}{2} = 4$.",
        r"Thus $\frac{1}{2} : \frac{1}{4} = \frac12 \cdot \frac42$.",
        "Thus $1 - 0,017 = 0,993$.",
        r"Thus $28 \times 28 = 754$.",
        r"Thus $\begin{pmatrix}5\\3\end{pmatrix} = \begin{pmatrix}5\\1\end{pmatrix}$.",
        "Thus $2.(3+4) = 15$.",
        r"Thus $$\sum_n (x_n - \mu) = 2 \sum_n (\mu - x_n)$$",
        r"Thus $$\frac{a}{b} = \frac{b}{a} \ \frac{a}{b}$$",
    ],
)
def test_what_is_wrong_beside_it_is_seen_or_left_open(text):
    """None of the gates makes a false relation true."""
    found = checked_file(text, "-", explain=False)
    assert {each.verdict for each in found.judgements} <= {
        "refuted",
        "suspicious",
        "not-understood",
        "not-decided",
        "lint",
    }


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Thus $(1 + 2)^2 = 1 + 4$.", "refuted"),
        ("In arithmetic modulo 5, thus $(1 + 2)^2 = 1 + 3$.", "suspicious"),
        (r"Thus $\sqrt{1+x} = 1 + x/2$.", "suspicious"),  # no small edit makes it true
        (r"To second order, thus $\log(1+x) = x - x^2/2$.", "not-decided"),
        (r"Thus $(2+i)(1-i) = 3 - i$ with the imaginary unit $i$.", "suspicious"),
        (r"Does $\exp(a+b) = \exp(a) + \exp(b)$?", "suspicious"),
        (r"Thus $\exp(a+b) = \exp(a) + \exp(b)$.", "refuted"),
        (r"Thus $2 \times 3 \times 4 = 2 \times 3$.", "suspicious"),
        (r"Thus $\frac{(106-100)/3}{100/(50-8)} = \frac{2}{2.38}$.", "verified-if"),  # 2.38 is rounded
        (
            r"Thus $\frac{(106-100)/3}{100/(50-8)} = \frac{2}{2.48}$.",
            "suspicious",
        ),  # near enough to be rounded on the way
        (r"Thus $\frac{(106-100)/3}{100/(50-8)} = \frac{2}{2.98}$.", "refuted"),
        (r"For odd $n$, thus $\frac{n-1}{2} = \lfloor \frac{n}{2} \rfloor$.", "suspicious"),
    ],
)
def test_words_around_it_leave_it_open(text, verdict):
    found = checked_file(text, "-", explain=False)
    assert found.judgements[0].verdict == verdict


@pytest.mark.parametrize(
    "relation",
    ["2.0 = 3.0", "0.1 + 0.2 = 0.4", "1 - 0.9 = 0.2", r"0.5 \cdot 1000 = 520", "10^{-3} = 0.002", "e^2 = 7.8",
     r"\lfloor 3.9 \rfloor = 4", r"-\log(0.7) = 0.457", "32^{0.4} = 5", r"-0.1 + 0.1 \times 0.289 = -0.081"],
)  # fmt: skip
def test_exact_decimals_are_not_taken_for_rounded(relation):
    found = checked_file(f"Thus ${relation}$.", "-", explain=False)
    assert found.judgements[0].verdict in {"suspicious", "refuted"}


@pytest.mark.parametrize(
    ("relation", "verdict"),
    [
        (r"\log 0.01 = -4.6", "supported"), ("2/3 = 0.67", "supported"), ("2/3 = 0.66", "supported"),
        (r"0.7 \log 0.7 = -0.2497", "supported"), (r"0.333 \times 3 = 1", "verified-if"), ("x/3 = 0.333 x", "verified-if"),
        (r"\sqrt2 \approx 1.41", "supported"), (r"\sqrt2 \approx 1.45", "verified-if"), (r"2^{10} \approx 1000", "supported"),
    ],
)  # fmt: skip
def test_a_result_is_rounded_or_cut_off_and_what_it_comes_from_only_if_it_is_said(relation, verdict):
    found = checked_file(f"Thus ${relation}$.", "-", explain=False)
    assert found.judgements[0].verdict == verdict
