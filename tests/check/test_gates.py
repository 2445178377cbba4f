"""Each gate alone keeps open what a number or an edit would refute, and what the text of a formula may make true."""

from __future__ import annotations

import pytest

from loglik.check import check
from loglik.check.judge import verdict

OPEN = [
    ("array", r"The list three times, thus $$3 \times \begin{pmatrix}1\\2\end{pmatrix} = \begin{pmatrix}1\\2\end{pmatrix}$$"),
    ("bare", r"Thus $$2 (x + x_i) = 2 x + x_i$$"),
    ("condition", r"Thus $$\log x^2 = \log x \quad \text{for the unit}$$"),
    ("denied", r"Thus it is wrong that $$\log x^2 = \log x$$"),
    ("continued", r"Thus $$+ 3 + 4 \cdot 5 + 6 = 28$$"),
    ("depends", r"Thus $$\frac{d}{dx} (x y) = y + x$$"),
    ("dots", r"Thus $$1^2 + 2^2 + \dots + n^2 = n^2 + \sum_{k=1}^{n} k^2$$"),
    ("elements", r"Thus $$\sum_{i=1}^n x_i^2 = x_1^2 + \sum_{i=2}^n x_i^2 + x_2$$"),
    ("function", r"Thus $$2 f(x + y) + 2 f(x) = f(x + y) + 2 f(x)$$"),
    ("implied", r"Thus $1 + 1/2 = 3/2 \to 7/4 = 3/4 + 1/2$"),
    ("kind", r"Let $A$ be a matrix. Thus $$2 A + \log c = A + \log c$$"),
    ("lim", r"By l'Hôpital's rule, thus $$\frac{x^2 - x}{x} = 2 x - 1$$"),
    ("norm", r"Thus $$\log \sqrt{\sum_{i=1}^n x_i^2} = \log \sum_{i=1}^n x_i^2$$"),
    ("numbered", r"Thus $2^x + 2 (4) = 2^x + 2$"),
    ("sets", r"Thus $$\sum_{x \in A} x^2 + 1 = \sum_{x \in B} x^2$$"),
    ("short", "Thus $11 + 3 = 2 + 1$"),
    ("one-side", r"Of one, thus $$\frac{d}{dx} \log x = \frac{1}{n x}$$"),
    ("only-if", r"Let $$\phi(p) = p - 1 \quad \text{if } p \text{ is a prime}.$$ Thus $$\phi(4) + 1 = 2 + 1$$"),
    ("operation", r"Thus $$x \star y + 1 = 2 x y + 1$$"),
    ("range", r"Thus $$\exp(x) \geq 1 + 2 x$$"),
    ("redefined", r"Let $$a_n = n^2 + 1$$ and $$a_0 = 5.$$ Thus $$a_1 + 1 = 5 + 1$$"),
    ("sequence", r"The $\mu_i$ end with $\mu_N$. Thus $$\log \mu_N^2 + \log \mu_i = \log \mu_N + \log \mu_i$$"),
    ("sigmoid", r"With one class, thus $$2 \log\sigma(x)_1 = \log \sigma(x)_1$$"),
    ("signs", r"The labels are $\{0, 1\}$. Thus $$\log f + 2 y^2 = \log f + 2 y$$"),
    ("slash", r"Thus $$1/2 s + c = 1/(2 s) + c$$"),
    ("superscript", r"The weights are $w^0, w^1, w^2$. Thus $$\log (3 w^2) = \log w + \log 3$$"),
    ("values", r"Let $$a = 2$$ Thus $$a \log b = 3 \log b$$"),
]  # fmt: skip
LIKELY = {"numbered", "redefined", "sets"}  # that it is meant otherwise


def last(text):
    return check(text, explain=False).judgements[-1]


@pytest.mark.parametrize(("gate", "text"), OPEN, ids=[gate for gate, _ in OPEN])
def test_without_the_gate_it_would_be_refuted(gate, text, monkeypatch):
    found = last(text)
    assert found.verdict == ("not-decided" if gate in LIKELY else "suspicious")
    assert {each.key for each in found.assumed if each.key.startswith("gate-")} == {f"gate-{gate}"}
    monkeypatch.setattr(verdict, "_gates", lambda *_: [])
    assert last(text).verdict == "refuted"
