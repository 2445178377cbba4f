"""The text format: it holds the whole catalogue, says where it cannot be read, and is checked by the checker alone."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace

import pytest

from loglik import derive
from loglik.cli import main
from loglik.derive.catalogue import derivation, names
from loglik.derive.catalogue import text as catalogue_text
from loglik.derive.checker import check as check_derivation
from loglik.derive.expressions import domain
from loglik.derive.rules import RULES
from loglik.derive.text.reader import read
from loglik.derive.text.writer import write
from loglik.errors import DataError

PRODUCT = """log-product  [2.3]
en: The logarithm of a product
ja: 積の対数
symbols a: base; X, Y: positive
    log(X*Y, a)
  = log(a^log(X, a)*a^log(Y, a), a)        power-of-log
  = log(a^(log(X, a) + log(Y, a)), a)      exponent-sum
  = log(X, a) + log(Y, a)                  log-of-power
proves log(X*Y, a) = log(X, a) + log(Y, a)
example a = 2; X = 4; Y = 8
"""


@pytest.mark.parametrize("name", names())
def test_the_format_holds_the_catalogue(name):
    """Formulas, rules, symbols, what is given, values to sample at, examples, and the words of both languages."""
    found = derivation(name)
    assert found.words.keys() == {"en", "ja"}
    assert write(found) == catalogue_text(name)
    (written,) = read(write(found))
    assert written.derivation == found
    assert written.undeclared == ()
    assert max(map(len, write(found).splitlines())) < 160


def test_all_of_the_catalogue_in_one_text():
    text = "\n".join(write(derivation(name)) for name in names())
    assert [w.derivation for w in read(text)] == [derivation(name) for name in names()]


def test_the_example_of_the_format():
    found = derive.check(PRODUCT)
    assert found.verified
    assert [(s.line, s.column, s.rule, s.verdict) for s in found.steps] == [
        (6, 5, "power-of-log", "verified"),
        (7, 5, "exponent-sum", "verified"),
        (8, 5, "log-of-power", "verified"),
    ]
    assert all(step.points >= 4 and not step.reason for step in found.steps)
    (written,) = read(PRODUCT)
    assert written.derivation.words["ja"].title == "積の対数"
    assert written.derivation.formulas == ("2.3",)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_and_a_byte_order_mark_do_not_matter(end):
    assert read("\ufeff" + PRODUCT.replace("\n", end)) == read(PRODUCT)


def test_a_file_and_its_text_are_the_same(tmp_path):
    path = tmp_path / "mine.txt"
    path.write_text(PRODUCT, encoding="utf-8")
    for given in (path, str(path)):
        found = derive.check(given)
        assert found.verified
        assert found.name == "mine.txt"
    assert derive.check(PRODUCT).derivations[0].derivation == found.derivations[0].derivation


# -- what may be left out


def test_rules_left_out_are_found_and_named():
    without = "\n".join(line.split("    ")[0] if line.startswith("  =") else line for line in PRODUCT.splitlines())
    assert "exponent-sum" not in without
    found = derive.check(without)
    assert found.verified
    assert [step.rule for step in found.steps] == ["power-of-log", "exponent-sum", "log-of-power"]
    assert all(step.searched for step in found.steps)


def test_several_rules_are_found_for_one_step():
    found = derive.check("symbols x, y: positive\n    log(x^2/y)\n  = 2*log(x) - log(y)")
    (step,) = found.steps
    assert found.verified
    assert step.rule == "log-quotient, log-power"
    assert [str(s.term) for s in step.chain] == ["log(x^2) - log(y)", "2*log(x) - log(y)"]


def test_what_was_found_goes_through_the_checker():
    """The report is that of the checker on the steps that were put in, not of the search."""
    found = derive.check("symbols x, y: positive\n    log(x^2/y)\n  = 2*log(x) - log(y)\n  = log(x)")
    one = found.derivations[0]
    assert one.report == check_derivation(one.derivation)
    assert [step.verdict for step in found.steps] == ["verified", "refuted"]
    assert not found.verified


@pytest.mark.parametrize(
    "name", ["log-product", "log-quotient", "sigmoid-derivative", "dice-likelihood", "change-of-base"]
)
def test_catalogue_derivations_without_their_rules(name):
    """Every step of these is found again: what is given and proved in earlier parts is used too."""
    found = derivation(name)
    parts = tuple(replace(p, steps=tuple(replace(s, rule="", uses={}) for s in p.steps)) for p in found.parts)
    report = derive.check(write(replace(found, parts=parts)))
    assert [step.verdict for step in report.steps] == ["verified"] * len(report.steps)
    assert report.verified


@pytest.mark.parametrize(
    ("symbols", "before", "after", "add"),
    [
        ("", "x/x", "1", {"x ≠ 0": "symbols x: nonzero"}),
        ("", "log(x^2)", "2*log(x)", {"x > 0": "symbols x: positive"}),
        ("", "log(x*y)", "log(x) + log(y)", {"x > 0": "symbols x: positive", "y > 0": "symbols y: positive"}),
        ("symbols x: positive", "log(x^y, a)", "y*log(x, a)", {"a > 0, a ≠ 1": "symbols a: base"}),
        ("", "(x^2 - y^2)/(x - y)", "x + y", {"x - y ≠ 0": "given x - y != 0"}),
        ("symbols x: real", "x^0", "1", {"x ≠ 0": "symbols x: nonzero"}),
    ],
)
def test_missing_domains_are_suggested_and_help(symbols, before, after, add):
    text = f"mine\n{symbols}\n    {before}\n  = {after}\n"
    found = derive.check(text)
    assert not found.verified
    assert {each.add: each.write for each in found.suggestions} == add
    assert all(each.add in found.steps[0].reason for each in found.suggestions)
    declared = symbols.replace("x: real", "") if "x" in str(add) else symbols
    lines = [line for line in [declared, *add.values()] if line.strip() != "symbols"]
    assert derive.check("\n".join(["mine", *lines, f"    {before}", f"  = {after}"])).verified


def test_nothing_is_suggested_for_what_is_false():
    found = derive.check("mine\n    log(x)\n  = log(x) + 1\n")
    assert found.suggestions == ()
    assert not found.verified


def test_undeclared_names_are_real_numbers_and_are_told():
    found = derive.check("mine\nsymbols x: positive\n    x*yp\n  = yp*x\n")
    assert found.verified
    assert "yp" in found.derivations[0].notes[0]


# -- lemmas

SQUARE = """lemma log-of-square
symbols x: positive
    log(x^2)
  = 2*log(x)    log-power
proves log(x^2) = 2*log(x)
"""


def test_a_lemma_is_used_as_a_rule():
    found = derive.check(SQUARE + "mine\nsymbols u, v: positive\n    log((u*v)^2)\n  = 2*log(u*v)    log-of-square")
    assert found.verified
    assert [each.lemma for each in found.derivations] == [True, False]


def test_a_lemma_may_stand_below_its_use():
    found = derive.check("mine\nsymbols u: positive\n    log(u^2)\n  = 2*log(u)    log-of-square\n" + SQUARE)
    assert found.verified
    assert [each.name for each in found.derivations] == ["mine", "log-of-square"]


def test_a_lemma_is_used_with_its_hypotheses():
    """It was proved for positive x; for any real x it is false."""
    found = derive.check(SQUARE + "mine\n    log(u^2)\n  = 2*log(u)    log-of-square")
    assert not found.verified
    assert found.steps[-1].verdict in {"conditional", "refuted"}
    assert [each.write for each in found.suggestions] == ["symbols u: positive"]


def test_what_a_lemma_has_given_is_asked_for():
    lemma = "lemma less\nsymbols x, y: real\ngiven h: x = y + 1\n    x - 1\n  = y + 1 - 1    given:h\n"
    lemma += "  = y    arithmetic\n"
    used = "mine\nsymbols u, v: real\n{0}    u - 1\n  = v    less\n"
    assert derive.check(lemma + used.format("given k: u = v + 1\n")).verified
    assert not derive.check(lemma + used.format("")).verified


def test_what_rests_on_an_open_lemma_is_not_verified():
    false = "lemma wrong\nsymbols x: real\n    x\n  = x + 1    arithmetic\n"
    found = derive.check(false + "mine\nsymbols u: real\n    u\n  = u + 1    wrong\n  = u + 1 + 0    arithmetic")
    assert not found.verified
    assert not found.derivations[1].verified
    assert found.steps[1].verdict in {"conditional", "refuted"}


def test_what_rests_on_a_lemma_that_only_lacks_a_condition_is_conditional():
    lemma = "lemma one\nsymbols x: real\n    x/x\n  = 1    arithmetic\n"
    found = derive.check(lemma + "mine\nsymbols u: positive\n    u/u\n  = 1    one")
    assert [step.verdict for step in found.steps] == ["conditional", "conditional"]
    assert "one" in found.steps[1].reason


def test_a_lemma_on_derivatives_keeps_its_constants_constant():
    """d/dx (c*x) = c for a fixed c; with c = x it would give x for the derivative of x^2."""
    lemma = "lemma line\nsymbols c, x: real\n    d/dx (c*x)\n  = c*d/dx x    constant-factor\n"
    lemma += "  = c*1    derivative-of-variable\n  = c    arithmetic\n"
    assert derive.check(lemma + "mine\nsymbols b, u: real\n    d/du (b*u)\n  = b    line").verified
    found = derive.check(lemma + "mine\nsymbols u: real\n    d/du (u*u)\n  = u    line")
    assert not found.verified
    assert found.steps[-1].verdict != "verified"


def test_a_lemma_that_holds_at_points_only_says_nothing_of_derivatives():
    lemma = "lemma at-one\nsymbols x: real\ngiven h: x = 1\n    x^2\n  = 1^2    given:h\n  = 1    arithmetic\n"
    wrong = "mine\nsymbols x: real\ngiven h: x = 1\n    d/dx x^2\n  = d/dx (1)    at-one\n"
    assert RULES.get("at-one") is None
    found = derive.check(lemma + wrong)
    assert found.steps[-1].verdict not in {"verified", "supported"}


def test_families_of_a_lemma_have_to_be_declared_alike():
    lemma = "lemma total\nsymbols K: size; y: simplex 1..K\n    sum(y[k], k, 1, K)\n  = 1    probabilities-sum-to-one\n"
    used = "mine\nsymbols K: size; y: {}\n    2*sum(y[k], k, 1, K)\n  = 2*1    total\n"
    assert derive.check(lemma + used.format("simplex 1..K")).verified
    with pytest.raises(DataError, match='LL185 line 8, column 12: "y" is not declared as in "total"'):
        derive.check(lemma + used.format("positive"))


# -- what cannot be read

PLACES = [
    # text, code, line, column, words
    ("mine\n    x + \n  = x", "LL160", 2, 8, "ends too early"),
    ("mine\n    x + (y\n  = x", "LL160", 2, 11, '")" is expected'),
    ("mine\n    x\n  = x y z", "LL160", 3, 7, "left over"),
    ("mine\n    x\n  = sqr(x)", "LL161", 3, 5, "not a function"),
    ("mine\n    x\n  = x    arithmetc", "LL163", 3, 10, 'did you mean "arithmetic"?'),
    ("mine\ngiven half: x = 1/2\n    x\n  = 1/2    given:hlf", "LL163", 4, 12, 'did you mean "given:half"?'),
    ("mine\n    x\n  = x    part:one", "LL163", 3, 10, "earlier part"),
    ("mine\nsymbols x: positiv\n    x\n  = x", "LL161", 2, 12, "not a domain"),
    ("mine\nsymbols x\n    x\n  = x", "LL185", 2, 9, "names: domain"),
    ("mine\nsymbols x: real; y, x: real\n    x\n  = x", "LL188", 2, 21, "declared twice"),
    ("mine\nsymbols given: real\n    x\n  = x", "LL185", 2, 9, "not a name"),
    ("mine\nsymbols y: simplex 1..K\n    x\n  = x", "LL161", 1, 1, "not declared as a size"),
    ("mine\n  = x", "LL185", 2, 5, "before the first term"),
    ("mine\n    x\n    y\n  = x", "LL185", 3, 5, "without a relation"),
    ("mine\n    x", "LL185", 2, 5, "no steps"),
    ("mine\npart one\npart two\n    x\n  = x", "LL185", 2, 6, "no steps"),
    ("mine\npart one\n    x\n  = x\npart one\n    x\n  = x", "LL188", 5, 6, "two parts"),
    ("mine\n    x\n  = x\nmine\n    x\n  = x", "LL188", 4, 1, "two derivations"),
    ("lemma log-product\n    x\n  = x", "LL188", 1, 7, "a rule is called"),
    ("mine\n    x\n  = x\nproves x + 1", "LL185", 4, 8, "not a relation"),
    ("mine\n    x\n  = x\nexample x = one", "LL185", 4, 13, "not a number"),
    ("mine\n    x\n  = x\nexample y = 1", "LL161", 1, 1, "does not occur"),
    ("mine\n    x = 1\n  = x", "LL185", 2, 5, "from an equation to a term"),
    ("mine\n    x\n  = (x +\n     y +\n     $)", "LL160", 5, 6, "no meaning"),
    ("mine\n    log(x,\n        y +\n        )\n  = x", "LL160", 4, 9, "cannot begin"),
    ("mine\nsymbols x: real; y: real;\n    z: positve\n    x\n  = x", "LL161", 3, 8, "not a domain"),
]


@pytest.mark.parametrize(("text", "code", "line", "column", "words"), PLACES)
def test_refusals_name_line_and_column(text, code, line, column, words):
    with pytest.raises(DataError) as refused:
        derive.check(text)
    assert refused.value.code == code
    assert refused.value.message.startswith(f"line {line}, column {column}: ")
    assert words in refused.value.message
    assert refused.value.hint


def test_rules_beside_terms():
    """Spaces do not matter where the name is known, and brackets are as `connect` prints them."""
    head = "mine\nsymbols x, y: positive\ngiven h: x = y\n    log(x^2)\n"
    for step in ("= 2*log(x)  log-power", "= 2*log(x) log-power", "= 2*log(x)\tlog-power", "= 2*log(x)    [log-power]"):
        assert read(f"{head}  {step}")[0].derivation.parts[0].steps[0].rule == "log-power"
    for step in ("= log(y^2)  given:h", "= log(y^2)  given: h", "= log(y^2) given h"):
        assert read(f"{head}  {step}")[0].derivation.parts[0].steps[0].rule == "given:h"
    (step,) = read(f"{head}  = d/dx y")[0].derivation.parts[0].steps
    assert (str(step.term), step.rule) == ("d/dx (y)", "")


# -- how it is shown


def test_the_report_shows_itself():
    found = derive.check(PRODUCT.replace("+ log(Y, a)    ", "+ log(Y, a) + 1"), lang="ja")
    assert "検証できなかった" in str(found)
    page = found._repr_html_()
    assert page.startswith("<section")
    assert "<math" in page
    for format_ in ("text", "latex", "markdown", "mathml", "html"):
        assert found.page(format_)


def test_words_in_titles_are_text_and_nothing_else():
    found = derive.check("mine\nen: <script>{0.__class__}</script>\n    x\n  = x    arithmetic\n")
    assert found.verified
    assert "<script>" not in found._repr_html_() + found.page("html")
    assert "{0.__class__}" in found.page("text")


def test_the_json_document(tmp_path, capsys):
    path = tmp_path / "mine.txt"
    path.write_text(PRODUCT + SQUARE, encoding="utf-8")
    assert main(["derive", str(path), "--check", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "loglik.derivation/1"
    assert document["verified"] is True
    assert [step["verdict"] for step in document["steps"]] == ["verified"] * 4
    assert document["steps"][0]["line"] == 6
    assert [each["name"] for each in document["derivations"]] == ["log-product", "log-of-square"]
    assert document["derivations"][0]["title"] == "The logarithm of a product"


def test_the_command(tmp_path, capsys):
    path = tmp_path / "mine.txt"
    path.write_text("mine\n    x/x\n  = 1\n", encoding="utf-8")
    assert main(["derive", str(path), "--check"]) == 1
    shown = capsys.readouterr().out
    assert "conditional" in shown
    assert "add x ≠ 0    (write: symbols x: nonzero)" in shown
    assert main(["derive", str(path)]) == 0
    capsys.readouterr()
    assert main(["derive", str(tmp_path / "other.txt"), "--check"]) == 2
    assert "LL101" in capsys.readouterr().err
    path.write_text(PRODUCT, encoding="utf-8")
    for command in ("--lang ja", "--format latex", "--format html", "--upto 1", "--check --format markdown"):
        assert main(["derive", str(path), *shlex.split(command)]) == 0
        assert capsys.readouterr().out


def test_an_example_that_cannot_be_computed_is_told():
    """Values that are missing are not made up."""
    text = "mine\nsymbols K: size; y: positive\n    sum(y[k], k, 1, K)\n  = sum(y[j], j, 1, K)    arithmetic\n"
    found = derive.check(text + "example K = 3; y = [1, 2]")
    assert found.verified
    assert any("y[3]" in note for note in found.derivations[0].notes)
    assert '"example": null' in found.json()
    assert "5" in derive.check(text + "example K = 3; y = [1, 2, 2]").page("text")


def test_connect_prints_steps_that_the_format_reads():
    declared = {"x": domain("positive"), "y": domain("positive")}
    found = derive.connect("log(x^2/y)", "2*log(x) - log(y)", declared)
    assert derive.check(f"mine\nsymbols x, y: positive\n{found}\n").verified
