"""Pages of derivations as a reader meets them: symbols introduced, "for every" said, each step explained, one language."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from fractions import Fraction
from itertools import product

import pytest

from loglik.derive import get, names, parse
from loglik.derive.catalogue import derivation
from loglik.derive.checker import check
from loglik.derive.checker.sampling import truth
from loglik.derive.evaluate.points import contains
from loglik.derive.expressions import Function, Indexed, Limit, Log, Product, Sum, Symbol, free_symbols, walk
from loglik.derive.rules import RULES
from loglik.derive.show import page_html
from loglik.derive.show.example import example_point
from loglik.derive.show.lesson import lesson
from loglik.derive.show.marks import Marked, changed, unmarked
from loglik.derive.show.mathml import broken, mathml
from loglik.derive.show.symbols import formulas_of
from loglik.derive.show.text import END, START, text
from loglik.derive.show.values import part_point, values_of
from loglik.derive.text.reader import read
from loglik.texts import words

LANGUAGES = ("en", "ja")
#: Words in Latin letters that a Japanese textbook writes in them too.
TERMS = {"log", "exp", "lim", "e", "SVG"}
HTML = "{http://www.w3.org/1999/xhtml}"
MATH = "{http://www.w3.org/1998/Math/MathML}math"


@pytest.fixture(scope="module")
def lessons():
    """All pages' words; each derivation is checked once for both languages."""
    reports = {name: check(derivation(name)) for name in names()}
    return {
        (name, lang): lesson(derivation(name), lang, report=reports[name]) for name in names() for lang in LANGUAGES
    }


@pytest.mark.parametrize("name", names())
def test_each_symbol_on_a_page_is_introduced_on_it(name, lessons):
    used = {each.name for e in formulas_of(derivation(name)) for _, each in walk(e) if isinstance(each, Symbol)}
    nodes = [each for e in formulas_of(derivation(name)) for _, each in walk(e)]
    signs = {"sum": Sum, "product": Product, "limit": Limit, "log": Log}
    for lang in LANGUAGES:
        rows = {row.name: row for row in lessons[name, lang].symbols}
        assert used <= rows.keys()
        assert all(row.says for row in rows.values()), [row.name for row in rows.values() if not row.says]
        for sign, kind in signs.items():
            assert (sign in rows or f"{sign}_base" in rows) is any(isinstance(each, kind) for each in nodes)
        assert {each.name for each in nodes if isinstance(each, Function)} <= rows.keys()
    shown = {row.name for row in lessons[name, "en"].symbols}
    assert shown - used <= {key.removeprefix("sign_") for key in words("symbols", "en")}  # nothing that is not there


def test_one_letter_has_one_meaning():
    """The catalogue has one list of symbols; where a page says more of one, it is an index."""
    own = {(name, key) for name in names() for key in derivation(name).words["en"].meanings}
    assert all(derivation(name).symbols[key].kind in {"index", "integer"} for name, key in own)
    letters = [
        key
        for key in words("symbols", "en")
        if not key.startswith(("sign_", "index")) and key != "variable" and not key.endswith("_indexed")
    ]
    assert len(letters) == len(set(letters))
    declared = {key for name in names() for key, domain in derivation(name).symbols.items() if domain.kind != "index"}
    indices = {key for name in names() for key, domain in derivation(name).symbols.items() if domain.kind == "index"}
    assert declared - {key for _, key in own} <= set(letters)
    assert indices & set(letters) <= {"s"}  # a family of indices: what was observed


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", names())
def test_every_for_every_is_printed(name, lang, lessons):
    found, said = derivation(name), lessons[name, lang]
    mark = {"en": "for every", "ja": "すべての"}[lang]
    given = {id(each.relation): each for each in (*said.given, *(g for part in said.parts for g in part.given))}
    for each in (*found.given.values(), *(g for part in found.parts for g in part.given.values())):
        phrase = next(g.said for g in given.values() if g.relation == each.relation)
        assert (mark in phrase.template) is bool(each.every)
        assert {s.name for s in phrase.formulas[1:]} == set(each.every)
    for row in said.symbols:
        if isinstance(row.shown, Indexed) and row.domain is not None and row.assumed:
            one_for_all = derivation(name).symbols[row.name].kind in {"simplex", "distribution", "onehot"}
            letters = any(isinstance(i, Symbol) for i in row.shown.indices)
            assert one_for_all or (mark in row.domain.template) is letters
    for result in said.proves:
        indices = {n for n in _free(result.relation) if n in found.symbols and found.symbols[n].kind == "index"}
        cases = {n for g in result.given for n in _free(g)} - {n for g in _all_given(found) for n in g.every}
        claimed = {s.name for s in result.said.formulas if isinstance(s, Symbol)}
        assert indices - cases <= claimed
        assert not result.given or set(map(str, result.given)) <= set(map(str, result.said.formulas))


def _all_given(found):
    return [*found.given.values(), *(g for part in found.parts for g in part.given.values())]


def _free(e):
    return {s.name for s in free_symbols(e)}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", names())
def test_each_step_says_why_it_is_taken(name, lang, lessons):
    steps = [step for part in lessons[name, lang].parts for step in part.steps]
    for step in steps:
        assert step.why, step.number
        assert step.why.endswith({"en": ".", "ja": "。"}[lang])
    assert len({step.number for step in steps}) == len(steps)


def test_words_of_steps_are_there_in_both_languages():
    for name in names():
        en, ja = (derivation(name).words[lang] for lang in LANGUAGES)
        assert en.steps.keys() == ja.steps.keys()
        assert en.meanings.keys() == ja.meanings.keys()
        assert en.results.keys() == ja.results.keys()


@pytest.mark.parametrize("name", names())
def test_marks_change_nothing_but_the_marks(name):
    for part in derivation(name).parts:
        before = part.start
        for step in part.steps:
            marked = changed(before, step.term)
            assert unmarked(marked) == step.term
            assert text(marked).replace(START, "").replace(END, "") == text(step.term)
            before = step.term


def test_marks_are_around_what_changed():
    def shown(before, after):
        return text(changed(parse(before), parse(after))).replace(START, "[").replace(END, "]")

    assert shown("log(x + h, a) - log(x, a)", "log((x + h)/x, a)") == "[logₐ((x + h)/x)]"
    assert shown("x + log(y^2)", "x + 2*log(y)") == "x + 2 [log y]"
    assert shown("-x*y/z", "-x*y/u") == "−x y/[u]"
    assert not any(isinstance(e, Marked) for _, e in walk(changed(*[derivation("log-product").parts[0].start] * 2)))


@pytest.mark.parametrize("name", names())
def test_lines_of_a_chain_of_equalities_have_one_value(name):
    """At the example; and every line of every part has one, but for limits and what the example leaves open."""
    found = derivation(name)
    for part in found.parts:
        values = values_of(found, part)
        for step, before, after in zip(part.steps, values, values[1:], strict=False):
            if step.relation == "=" and before and after:
                assert float(before) == pytest.approx(float(after), rel=1e-9, abs=1e-9), (part.name, step.rule)
        assert any(values) or (name, part.name) == ("categorical-cross-entropy", "mean")  # its y have two indices


@pytest.mark.parametrize("name", names())
def test_examples_satisfy_what_is_assumed(name):
    """Every number of an example is in the set that it is declared to come from, and what is given holds with them."""
    found = derivation(name)
    point = example_point(found)
    for key, declared in found.symbols.items():
        values = [point.numbers[key]] if key in point.numbers else [*point.families.get(key, {}).values()]
        assert all(contains(declared.kind, value) for value in values), key
        if declared.kind in {"simplex", "distribution", "onehot"} and values:
            assert sum(values) == 1
        if declared.kind == "index" and declared.range is not None and values and declared.range.size in point.numbers:
            last = point.numbers[declared.range.size] + declared.range.offset
            assert all(declared.range.lower <= value <= last for value in values)
    part = next(p for p in found.parts if p.proves == found.proves[found.example.statement])
    at = part_point(found, part)
    for each in (*found.given.values(), *part.given.values()):
        known = {*at.numbers, *at.families, *_bound(each.relation), *each.every}
        if {s.name for s in _symbols(each.relation)} - known:
            continue  # the example does not speak of it
        for index in _values_of_indices(each.every, found, at):
            at.numbers.update(index)
            assert truth(each.relation, at) is not False, each


def _symbols(e):
    return [each for _, each in walk(e) if isinstance(each, Symbol)]


def _bound(e):
    return {each.index.name for _, each in walk(e) if isinstance(each, (Sum, Product))}


def _values_of_indices(every, found, at):
    runs = []
    for name in every:
        run = found.symbols[name].range
        runs.append([(name, Fraction(i)) for i in range(run.lower, int(at.numbers[run.size]) + run.offset + 1)])
    return [dict(pairs) for pairs in product(*runs)]


@pytest.mark.parametrize("name", names())
def test_no_english_word_is_on_a_japanese_page(name, lessons):
    """Outside formulas and code there are Japanese words, and of Latin letters single names, numbers and listed terms."""
    page = ET.fromstring(page_html.page(lessons[name, "ja"]))
    body = page.find(f"{HTML}body")
    for parent in list(body.iter()):
        for child in list(parent):
            if child.tag in {MATH, f"{HTML}code", f"{HTML}figure"}:
                child.text = child.text and ""
                for inner in list(child):
                    child.remove(inner)
    said = " ".join(piece.strip() for piece in body.itertext() if piece.strip())
    found = set(re.findall(r"[A-Za-z]{2,}", said))
    assert found <= TERMS, found - TERMS


@pytest.mark.parametrize("name", names())
def test_no_japanese_word_is_on_an_english_page(name, lessons):
    assert not re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", page_html.page(lessons[name, "en"]))


@pytest.mark.parametrize("name", names())
def test_pages_say_what_they_rest_on_with_links(name, lessons):
    shown = lessons[name, "en"]
    used = {step.rule for part in shown.parts for step in part.steps if step.rule in RULES}
    assert {each.rule for each in shown.rests_on} == {rule for rule in used if RULES[rule].kind == "pattern"}
    page = page_html.page(shown)
    for each in shown.rests_on:
        assert each.basis in {"definition", "law", "derived"}
        if each.basis == "derived":
            assert f'href="{each.source}.html"' in page
    for other in shown.used_by:
        assert f'href="{other}.html"' in page


def test_links_of_one_page_lead_to_it(lessons):
    page = page_html.pages([lessons[name, "en"] for name in names()])
    ids = set(re.findall(r'\bid="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= ids
    assert not re.search(r'href="[a-z-]+\.html"', page)


def test_names_print_as_the_field_prints_them():
    page = get("logistic-gradient").text() + get("binary-cross-entropy").text()
    assert "σ(" in page
    assert "ŷ" in page
    assert not re.search(r"sigmoid\(|\byp\b|\byt\b", page)
    tex = get("logistic-gradient").latex() + get("binary-cross-entropy").latex()
    assert "\\sigma" in tex
    assert "\\hat{y}" in tex


def test_brackets_grow_only_around_what_is_tall():
    assert 'stretchy="false">(' in mathml(parse("log(x + h)"))
    assert 'stretchy="false">(' not in mathml(parse("log((x + h)/x)"))
    assert "movablelimits" not in mathml(parse("sum(y[k], k, 1, K)"))


def test_your_own_derivation_says_what_its_letters_are():
    (written,) = read(
        "symbols x: positive\nwhere x\n  en: a price\n    log(x^2)\n  = 2*log(x)    log-power\n      en: Out with it.\n"
    )
    shown = lesson(written.derivation, "en")
    assert next(row for row in shown.symbols if row.name == "x").says == "a price"
    assert shown.parts[0].steps[0].why == "Out with it."


@pytest.mark.parametrize("name", names())
def test_formulas_in_pieces_say_what_they_say_in_one(name):
    """Signs and brackets are the same, marked or not; only where a line may be broken is new."""

    def letters(written):
        return "".join("".join(ET.fromstring(f"<x>{written}</x>").itertext()).split()).replace("\u2062", "")

    for part in derivation(name).parts:
        before = part.start
        for step in part.steps:
            for e in (step.term, changed(before, step.term)):
                assert letters(broken(e)) == letters(mathml(step.term)), str(step.term)
            before = step.term
