"""Printers: well-formed, complete, in two languages that say the same; and the command."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from trees import statements

from loglik.cli import main
from loglik.derive import get, names, parse
from loglik.derive.catalogue import derivation
from loglik.derive.expressions.domains import Kind
from loglik.derive.rules import RULES
from loglik.derive.rules.model import PREDICATES
from loglik.derive.show.latex import latex
from loglik.derive.show.mathml import mathml
from loglik.derive.show.text import text
from loglik.errors import DataError
from loglik.texts import words

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\u3001\u3002]")
MATH = "{http://www.w3.org/1998/Math/MathML}math"


@settings(max_examples=150, deadline=None)
@given(statements)
def test_any_tree_is_printed(e):
    assert text(e)
    written = latex(e)
    assert written.count("{") == written.count("}")
    assert written.count("\\left") == written.count("\\right")
    ET.fromstring(mathml(e))


@pytest.mark.parametrize(
    ("plain", "unicode", "tex"),
    [
        (
            "-1/N*sum(t[k]*log(y[k]), k, 1, K)",
            "−1/N · ∑ₖ₌₁ᴷ tₖ log yₖ",
            r"-\frac{1}{N} \, \sum_{k=1}^{K} t_{k} \, \log y_{k}",
        ),
        ("d/dx log(x, a)", "d/dx logₐ x", r"\frac{d}{dx} \log_{a} x"),
        ("d/dw[j] (w[j]*x)", "∂/∂wⱼ (wⱼ x)", r"\frac{\partial}{\partial w_{j}} \left(w_{j} \, x\right)"),
        ("lim(h -> 0, (1 + h)^(1/h)) = e", "lim[h→0] (1 + h)^(1/h) = e", None),
        ("(a + b)/(c*d_1)", "(a + b)/(c d₁)", r"\frac{a + b}{c \, d_{\mathrm{1}}}"),
        ("a/b/c", "a/(b c)", r"\frac{a}{b \, c}"),
        ("a/(b/c)", "a/(b/c)", r"\frac{a}{\frac{b}{c}}"),
        ("(x^2)^y", "(x²)ʸ", r"\left(x^{2}\right)^{y}"),
        ("log(x)^2", "(log x)²", r"\left(\log x\right)^{2}"),
        ("log(x)*y", "log(x) y", r"\log\left(x\right) \, y"),
        ("log(x)/y", "log(x)/y", r"\frac{\log x}{y}"),
        ("log(x)*y/log(a)", "log(x) y/log a", r"\frac{\log\left(x\right) \, y}{\log a}"),
        ("y*log(x)*log(z)", "y log x log z", r"y \, \log x \, \log z"),
        ("a - (b - c)", "a − (b − c)", r"a - \left(b - c\right)"),
        ("x*sum(y[k], k, 1, 2)*z", None, r"x \, \left(\sum_{k=1}^{2} y_{k}\right) \, z"),
        ("P^[m]", "P⁽ᵐ⁾", r"P^{(m)}"),
        ("log(x) <= x - 1", "log x ≤ x − 1", r"\log x \le x - 1"),
        ("softmax(z, k, K)*delta(j, k)", "softmax(z)ₖ δⱼₖ", None),
        ("(-2)^n", "(−2)ⁿ", r"\left(-2\right)^{n}"),
        ("2/3*x^(1/2)", "2/3 · √x", r"\frac{2}{3} \, \sqrt{x}"),
        ("sqrt(x)^3/sqrt(1 + |x|)", "(√x)³/√(1 + |x|)", r"\frac{\sqrt{x}^{3}}{\sqrt{1 + \left|x\right|}}"),
        ("2/3*x^(1/3)", "2/3 · x^(1/3)", r"\frac{2}{3} \, x^{\frac{1}{3}}"),
    ],
)
def test_notation(plain, unicode, tex):
    if unicode is not None:
        assert text(parse(plain)) == unicode
    if tex is not None:
        assert latex(parse(plain)) == tex


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("name", names())
def test_every_format_of_every_derivation(name, lang):
    shown = get(name, lang)
    steps = derivation(name).steps
    page = ET.fromstring(shown.html())
    assert page.attrib["lang"] == lang
    section = ET.fromstring(shown.mathml())
    formulas = list(section.iter(MATH))
    assert len(formulas) > steps
    for formula in formulas:
        assert formula.attrib["alttext"]
        assert not JAPANESE.search("".join(formula.itertext()) + formula.attrib["alttext"])
    found = json.loads(shown.json())
    assert found["schema"] == "loglik.derivation/1"
    assert sum(len(part["steps"]) for part in found["parts"]) == found["steps"] == found["verified"] == steps
    assert shown.text().count("\n") > steps
    tex = shown.latex()
    assert tex.count("\\begin{align*}") == len(derivation(name).parts)
    # Symbols first; no letter or sign that LaTeX lacks, but for Japanese.
    assert tex.partition("\\begin")[0].count("\\par\n") == len(found["symbols"])
    assert lang == "ja" or tex.isascii()
    assert shown.markdown().startswith("# ")
    assert shown._repr_html_() == shown.mathml()
    assert shown._repr_latex_().startswith("$$")
    assert "{0}" not in shown.html() + shown.text()
    for each in (shown.html(), shown.text(), shown.markdown()):
        assert bool(JAPANESE.search(each)) is (lang == "ja")


@pytest.mark.parametrize("name", names())
def test_worked_examples_come_out(name):
    example = get(name).lesson.example
    assert example is not None
    if example.statement.relation == "=":
        assert example.left == example.right
    elif example.statement.relation == "<=":
        assert float(example.left) <= float(example.right)
    else:
        assert example.statement.relation == ">="
        assert float(example.left) >= float(example.right)


def test_every_domain_and_condition_has_its_words():
    assert words("domains", "en").keys() == words("domain_reasons", "en").keys() == set(Kind.__args__)
    assert {"near"} | PREDICATES - {"label"} == set(words("conditions", "en"))


@pytest.mark.parametrize("name", names())
def test_every_derivation_has_its_words_in_both_languages(name):
    found = derivation(name)
    en, ja = found.words["en"], found.words["ja"]
    assert all((en.title, en.says, ja.title, ja.says))
    assert (en.parts.keys(), en.given.keys(), en.reasons.keys()) == (
        ja.parts.keys(),
        ja.given.keys(),
        ja.reasons.keys(),
    )
    assert len(found.parts) == 1 or en.parts.keys() == {part.name for part in found.parts}
    assert en.given.keys() == {*found.given, *(g for part in found.parts for g in part.given)}


def test_japanese_is_plain_style_throughout():
    sentences = [each for pair in (r.words["ja"] for r in RULES.values()) for each in pair]
    sentences += [*words("domains", "ja").values(), *words("domain_reasons", "ja").values()]
    for said in (derivation(name).words["ja"] for name in names()):
        sentences += [said.title, said.says, *said.given.values(), *said.reasons.values()]
    for sentence in sentences:
        assert not re.search(r"(です|ます|ました|ません|でした|でしょう|ください)(か|が|ので|から)?[。、]", sentence)
        assert not re.search(r"[、。] ", sentence)


def test_steps_can_be_left_to_the_reader():
    shown = get("log-derivative")
    some = type(shown)(shown.derivation, "en", 3)
    assert "3 of 15 steps shown" in some.text()
    assert "Proved" not in some.text()
    assert json.loads(some.json())["steps_shown"] == 3


def test_nothing_is_called_verified_that_is_not():
    from dataclasses import replace

    from loglik.derive.show.document import document

    found = derivation("log-of-one")
    part = found.parts[0]
    wrong = replace(found, parts=(replace(part, steps=(part.steps[0], replace(part.steps[1], term=parse("1")))),))
    assert "1 of 2 steps are verified." in document(wrong).text()
    assert "refuted at" in document(wrong).text()
    assert "Proved" not in document(wrong).text()
    unproved = replace(found, parts=(replace(part, steps=(replace(part.steps[0], rule="log-power"), part.steps[1])),))
    assert "not proved" in document(unproved).text()
    assert "Proved" not in document(unproved).text()


def test_the_command(capsys):
    assert main(["derive"]) == 0
    listed = capsys.readouterr().out
    assert [line.split()[0] for line in listed.splitlines()] == list(names())
    assert main(["derive", "log-derivative", "--lang", "ja"]) == 0
    assert capsys.readouterr().out.startswith("対数関数の微分\n")
    for form, begins in (
        ("latex", "$a$ --- base of the logarithm"),
        ("markdown", "# The derivative"),
        ("mathml", "<section"),
        ("html", "<!DOCTYPE html>"),
        ("json", "{"),
    ):
        assert main(["derive", "log-derivative", "--format", form]) == 0
        assert capsys.readouterr().out.startswith(begins)
    assert main(["derive", "--format", "json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["derivations"]) == len(names())


def test_the_command_checks_all(capsys):
    assert main(["derive", "--check"]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    total = shown.out.splitlines()[-1].split()
    steps = sum(derivation(name).steps for name in names())
    assert total == ["total", str(steps), str(steps), "0", "0", "0", "0"]


def test_unknown_names_are_refused(capsys):
    assert main(["derive", "log-derivativ"]) == 2
    assert 'did you mean "log-derivative"?' in capsys.readouterr().err
    with pytest.raises(DataError, match="LL100"):
        get("log-product", "de")


def test_terminal_text_fits(capsys):
    from rich.cells import cell_len

    for lang in ("en", "ja"):
        main(["derive", "log-derivative", "--lang", lang])
        for line in capsys.readouterr().out.splitlines():
            assert cell_len(line) <= 110


def test_help_and_import_stay_light():
    code = (
        "import sys, loglik\nfrom loglik.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print([m for m in ('sympy', 'flint', 'numba', 'sklearn') if m in sys.modules], file=sys.stderr)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stderr.strip() == "[]"
