"""The chapters as a reader uses them, in both languages: with the pointer, and with the keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

CHAPTERS = [
    "logarithm", "dice", "cross-entropy", "logistic", "classes", "data", "derivations", "derivation/log-product",
    "derivation/log-product?way=forwards", "derivation/dice-mle?way=gaps",
]  # fmt: skip
#: Text of the page without formulas, code and what stands in data.
WORDS_ALONE = """() => {
  const copy = document.querySelector("#page").cloneNode(true);
  for (const each of copy.querySelectorAll("math, code, pre, [lang=en], table")) each.remove();
  const walker = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode.data);
  return found.join(" ");
}"""
#: What is written in Latin letters in Japanese too.
LATIN = {"loglik", "CSV", "TSV", "Parquet", "Firth", "LaTeX", "Enter", "Delete", "log"}
LATIN |= {"AUC", "ROC", "Python", "csv", "McFadden", "Tjur", "AIC", "BIC", "chi"}
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("lang", "width", "scheme"),
    [
        (lang, *view)
        for lang in ("en", "ja")
        for view in ((360, "dark"), (1280, "light"), (360, "light"), (1280, "dark"))
    ],
)
def test_every_chapter_fits_its_page_and_is_accessible(watched, address, accessible, lang, width, scheme):
    page = watched(address, "logarithm", lang, viewport={"width": width, "height": 800}, color_scheme=scheme)
    for path in CHAPTERS:
        page.evaluate(f"location.hash = '#/{path}'")
        page.wait_for_load_state("networkidle")
        expect(page.locator("[aria-busy]")).to_have_count(0)
        expect(page.locator(".fitted figure svg")).to_have_count(3 if path == "data" else 0)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.locator("html").get_attribute("lang") == lang
        heading = page.locator("h1").inner_text()
        assert bool(JAPANESE.search(heading)) == (lang == "ja"), path
        assert heading in page.title()
        accessible(page)
        if lang == "ja":
            assert set(re.findall(r"[A-Za-z]{2,}", page.evaluate(WORDS_ALONE))) - LATIN == set(), path


def test_what_a_derivation_rests_on_is_drawn_and_lit(watched, address):
    page = watched(address, "derivations")
    used = page.evaluate("""async () => (await (await fetch("/api/start", {headers: {"x-loglik-token":
        localStorage.getItem("loglik-lab-token")}})).json()).derivations.flatMap((d) => d.uses).length""")
    lines = page.locator(".graph > svg > path")
    expect(lines).to_have_count(used)
    boxes = page.locator(".levels [data-name]").evaluate_all(
        "all => all.map((e) => e.getBoundingClientRect().toJSON())"
    )
    assert all(
        a is b
        or a["right"] <= b["left"]
        or b["right"] <= a["left"]
        or a["bottom"] <= b["top"]
        or b["bottom"] <= a["top"]
        for a in boxes
        for b in boxes
    )
    page.locator("[data-name=log-power] a").focus()
    expect(page.locator(".graph path.lit")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".prerequisites .graph > svg > path")).to_have_count(1)
    expect(page.locator(".prerequisites li.lit")).to_have_count(2)


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


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_derivation_is_worked_with_the_keyboard(watched, address, accessible, lang):
    page = watched(address, "derivation/log-product?way=forwards", lang)
    line = page.locator(".work input")
    line.focus()
    page.keyboard.type("log(X, a)*log(Y, a)")
    expect(page.locator(".preview math")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".verdict.wrong")).to_have_count(1)
    assert re.search(r"\d", page.locator(".verdict.wrong").inner_text())  # the numbers at which it fails
    for n in (1, 2, 3):
        page.locator(".work .buttons button").nth(1).press("Enter")
        expect(page.locator(".hints li")).to_have_count(n)
    line.fill(r"= \log_a \left(a^{\log_a X} a^{\log_a Y}\right)")
    line.press("Enter")
    expect(page.locator(".verdict.right")).to_have_count(1)
    expect(page.locator(".steps > li.own")).to_have_count(1)
    line.fill("log(X, a) + log(Y, a)")
    line.press("Enter")
    expect(page.locator(".verdict.bigger .steps > li")).to_have_count(2)
    expect(page.locator(".complete")).to_have_count(1)
    accessible(page)
    page.reload()  # what was written is kept
    expect(page.locator(".steps > li.own")).to_have_count(2)
    expect(page.locator(".complete")).to_have_count(1)


def test_lines_left_out_are_filled_in(watched, address):
    page = watched(address, "derivation/log-product?way=gaps")
    expect(page.locator(".steps > li.given")).to_have_count(1)
    line = page.locator(".work input")
    line.fill("log(((")
    expect(page.locator(".preview p")).to_have_count(1)
    line.fill("log(a^(log(X, a) + log(Y, a)), a)")
    line.press("Enter")
    expect(page.locator(".complete")).to_have_count(1)


def drag(page, handle, by):
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by[0], y + by[1], steps=5)
    page.mouse.up()


def test_points_are_dragged_added_and_taken_away(watched, address, accessible):
    page = watched(address, "logistic?fit=yes")
    fitted = page.locator(".workbench").first.locator(".figures .main dd")
    expect(fitted).to_have_text(re.compile(r"0\.\d+"))
    before = fitted.inner_text()
    handle = page.locator("g.handle").first
    handle.scroll_into_view_if_needed()
    drag(page, handle, (60, -40))
    expect(fitted).not_to_have_text(before)
    page.locator(".workbench .buttons button").nth(1).click()
    expect(page.locator("g.handle")).to_have_count(17)
    last = page.locator("g.handle").last
    last.focus()
    name = last.get_attribute("aria-label")
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Enter")  # another class
    expect(last).not_to_have_attribute("aria-label", name)
    assert " A " in last.get_attribute("aria-label")
    page.keyboard.press("Delete")
    expect(page.locator("g.handle")).to_have_count(16)
    page.get_by_role("button", name="Pull the classes apart").click()
    expect(page.locator(".refusal .code").first).to_have_text("LL201")
    accessible(page)


def test_the_ways_of_descent_and_newton(watched, address):
    page = watched(address, "logistic?method=newton&steps=0")
    figures = page.locator(".workbench").nth(1).locator(".figures dd")
    expect(figures.nth(1)).to_have_text("0.693147")
    page.get_by_role("button", name="Steps: 10 more").click()
    expect(figures.nth(3)).to_contain_text("×10")
    newton = number(figures.nth(1).inner_text())
    page.get_by_label("Gradient descent").check()
    page.get_by_role("slider", name="Learning rate").press("End")
    expect(figures.nth(1)).not_to_have_text(f"{newton:.6f}")
    assert number(figures.nth(1).inner_text()) > newton


FILE = "hours,course,passed\n" + "".join(
    f"{i % 9}.5,{'ab'[i % 2]},{['no', 'yes'][(i * 7 % 10) < i % 9 + 1]}\n" for i in range(80)
)


def give(page, name, data):
    file = {"name": name, "mimeType": "text/csv", "buffer": data.encode() if isinstance(data, str) else data}
    page.locator("input[type=file]").set_input_files(file)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_file_is_fitted_with_the_keyboard(watched, address, accessible, lang):
    page = watched(address, "data", lang)
    give(page, "exam.csv", FILE)
    expect(page.locator(".columns-seen tbody tr")).to_have_count(3)
    page.locator(".field select").focus()
    page.keyboard.press("End")
    fit = page.locator(".workbench .buttons button")
    fit.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#coefficients tbody tr")).to_have_count(3)
    expect(page.locator(".fitted > h2")).to_be_focused()
    command = page.locator(".fitted pre").first.inner_text()
    assert command == "loglik fit exam.csv --target passed --features hours,course"
    expect(page.locator(".fitted figure svg")).to_have_count(3)  # coefficients, calibration, ROC
    assert page.locator(".fitted figure svg").first.evaluate(
        "e => getComputedStyle(e).fontFamily === getComputedStyle(document.body).fontFamily"
    )
    accessible(page)
    page.evaluate("location.hash = '#/dice'")
    page.evaluate("location.hash = '#/data'")
    expect(page.locator(".columns-seen tbody tr")).to_have_count(3)  # the file is still there


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("d.csv", b"\x1f\x8b" + b"\0" * 100, "LL423"),
        ("d.exe", b"MZ", "LL423"),
        ("d.csv", b"x,y\n1,2\n1\n", "LL104"),
        ("d.parquet", b"PAR1" + b"\0" * 50, "LL105"),
    ],
)
def test_files_that_are_none_are_refused_on_the_page(watched, address, name, data, code):
    page = watched(address, "data")
    give(page, name, data)
    expect(page.locator(".refusal .code")).to_have_text(code)


@pytest.mark.parametrize(("lang", "said"), [("en", "proved to exist"), ("ja", "存在を証明した")])
def test_without_a_file_the_example_is_fitted_and_speaks_the_language_of_the_page(watched, address, lang, said):
    page = watched(address, "data", "ja" if lang == "en" else "en")
    expect(page.locator("#coefficients tbody tr")).to_have_count(5)
    page.locator("header button").click()
    expect(page.locator("#findings")).to_contain_text(said)


def test_scripts_in_names_are_shown_as_text(watched, address):
    page = watched(address, "data")
    name = "<img src=x onerror=document.title='caught'>"
    give(page, "<b>.csv", f'"{name}",y\n' + "".join(f"{i * 7 % 11},{'<b>a' if i % 3 else '<i>b'}\n" for i in range(40)))
    expect(page.locator(".columns-seen tbody th").first).to_have_text(name)
    page.locator(".workbench .buttons button").click()
    expect(page.locator("#coefficients tbody th").nth(1)).to_have_text(name)
    assert page.locator("main img").count() == 0
    assert "caught" not in page.title()


CHAPTER = """---
title: Doubling
shows: dice?n=30
derivations: twice
question: What?
answers: $x$ | b
right: 2
because: So.
---

One $log(2, 2) = 1$ <b>.
"""


def test_a_course_is_shown_before_the_chapters(watched, started, tmp_path):
    (tmp_path / "1.md").write_text(CHAPTER)
    (tmp_path / "twice.txt").write_text(
        "twice\nsymbols x: positive\n    log(2*x)\n  = log(2) + log(x)    log-product\n"
    )
    with started("--course", str(tmp_path)) as address:
        page = watched(address, "course/1")
        expect(page.locator("h1")).to_have_text("Doubling")
        expect(page.locator("main p math").first).to_be_visible()
        expect(page.locator("g.handle")).to_have_count(6)
        page.locator(".at-hand a", has_text="twice").click()
        expect(page.locator(".steps > li")).to_have_count(1)


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
