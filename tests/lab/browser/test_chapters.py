"""The chapters as a reader uses them, in both languages: with the pointer, and with the keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

CHAPTERS = [
    "logarithm",
    "dice",
    "cross-entropy",
    "logistic",
    "classes",
    "data",
    "derivations",
    "derivation/log-product",
]
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_every_chapter_fits_its_page_and_is_accessible(watched, address, accessible, lang, width, scheme):
    page = watched(address, "logarithm", lang, viewport={"width": width, "height": 800}, color_scheme=scheme)
    for path in CHAPTERS:
        page.evaluate(f"location.hash = '#/{path}'")
        page.wait_for_load_state("networkidle")
        expect(page.locator("[aria-busy]")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.locator("html").get_attribute("lang") == lang
        heading = page.locator("h1").inner_text()
        assert bool(JAPANESE.search(heading)) == (lang == "ja"), path
        assert heading in page.title()
        accessible(page)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_dice_are_thrown_and_dragged_to_the_maximum(watched, address, lang):
    page = watched(address, "dice?n=0", lang)
    likelihood = page.locator(".workbench").first.locator(".figures .second dd")
    assert likelihood.inner_text() == "0"
    page.locator(".buttons button").nth(1).click()
    page.locator(".buttons button").nth(2).click()
    expect(page.locator(".throws span")).to_have_count(21)
    assert "n=1010" in wait_for_hash(page, "n=1010")
    before = number(likelihood.inner_text())
    face = page.locator("g.handle").nth(5)
    box = face.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 10, box["y"] - 25, steps=4)
    page.mouse.up()
    after = number(likelihood.inner_text())
    assert after > before  # the six is the likeliest face of this die
    page.locator(".buttons").nth(1).locator("button").nth(1).click()
    assert number(likelihood.inner_text()) > after
    divergence = page.locator(".workbench").first.locator(".figures dd").nth(4)
    assert abs(number(divergence.inner_text())) < 1e-6
    page.locator(".buttons button").nth(3).click()
    expect(likelihood).to_have_text("0")


def test_a_link_to_a_state_is_a_link_to_the_state(watched, address):
    page = watched(address, "dice?n=500&seed=9&die=subtle")
    counts = [h.get_attribute("aria-label") for h in page.locator("g.handle").all()]
    again = watched(address, "dice?n=500&seed=9&die=subtle", "ja")
    other = [h.get_attribute("aria-label") for h in again.locator("g.handle").all()]
    assert [re.findall(r"0\.\d+", c) for c in counts] == [re.findall(r"0\.\d+", c) for c in other]
    assert "token" not in page.evaluate("location.href")


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_with_the_keyboard_alone(watched, address, lang):
    page = watched(address, "logarithm", lang)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # skips to the content
    assert page.evaluate("document.activeElement.tagName") == "H1"
    page.keyboard.press("Tab")
    assert "handle" in page.evaluate("document.activeElement.getAttribute('class')")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    assert "x=8.8" in wait_for_hash(page, "x=8.8")
    page.keyboard.press("Tab")
    page.keyboard.press("End")
    assert "a=16" in wait_for_hash(page, "a=16")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")  # the question
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator(".question .right input").is_checked()
    # the guess is kept, and other data do not touch it
    page.evaluate("location.hash = '#/dice?n=7'")
    page.evaluate("location.hash = '#/logarithm?a=3'")
    assert page.locator(".question .right").count() == 1
    page.reload()
    assert page.locator(".question .right").count() == 1


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_derivation_is_walked_with_the_keyboard(watched, address, accessible, lang):
    page = watched(address, "derivation/log-product", lang)
    page.locator(".buttons button").first.focus()
    for n in range(1, 4):
        page.keyboard.press("Enter")
        assert page.locator("ol.steps > li").count() == n + 1
    assert page.locator(".proved math").count() == 1
    rule = page.locator(".rule").first
    rule.focus()
    page.keyboard.press("Enter")
    assert rule.get_attribute("aria-expanded") == "true"
    assert page.locator(".more").first.is_visible()
    page.locator(".numbers button").click()
    page.locator(".numbers input").nth(1).fill("1/3")
    page.locator(".value", has_text="1.415037").nth(3).wait_for()
    page.locator(".numbers input").nth(1).fill("one")
    page.locator(".refusal").wait_for()
    accessible(page)


def test_words_change_their_language_and_numbers_stay(watched, address):
    page = watched(address, "logarithm?x=5")
    page.locator("header button").click()
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    page.wait_for_load_state("networkidle")
    assert "x=5" in page.evaluate("location.hash")
    assert page.locator("h1").inner_text() == "対数"
    assert page.locator("main p math").count() > 3


def test_an_old_address_says_what_to_do(watched, address):
    page = watched(address, "logarithm")
    page.evaluate("localStorage.setItem('loglik-lab-token', 'old')")
    page.reload()
    page.locator(".refusal .code").wait_for()
    assert page.locator(".refusal .code").inner_text() == "LL424"
    watched.complaints[:] = [c for c in watched.complaints if "403" not in c]


def number(text: str) -> float:
    text = text.replace("−", "-").replace(",", "")
    mantissa, _, exponent = text.partition("×10")
    digits = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    return float(mantissa) * 10.0 ** int(exponent.translate(digits) or 0)


def wait_for_hash(page, part: str) -> str:
    expect(page).to_have_url(re.compile(re.escape(part)))
    return page.evaluate("location.hash")
