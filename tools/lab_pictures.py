"""Pictures of every page of the lab, to be looked at: both languages, 360 and 1,280 pixels wide, light and dark.

``make lab-pictures`` (needs Chromium) writes them to ``build/lab``, and one sheet of each language, width and scheme.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

INTO = Path("build/lab")
HIGHEST = 3600  # of a sheet, so that it can be looked at
PAGES = {
    "logarithm": "logarithm",
    "dice": "dice",
    "cross-entropy": "cross-entropy?t=0.7&truth=soft",
    "logistic": "logistic?fit=yes&steps=12",
    "apart": "logistic?points=-2,-1,0;-1,0,0;0,-1,0;1,2,1;2,1,1&method=newton&steps=9",
    "classes": "classes?px=1.2&py=1.1",
    "data": "data",
    "separated": "data",
    "derivations": "derivations",
    "walk": "derivation/dice-mle?lines=18",
    "numbers": "derivation/log-product?lines=3",
    "work": "derivation/log-product?way=forwards",
    "gaps": "derivation/softmax-cross-entropy-gradient?way=gaps",
}
SEPARATED = "hours,course,passed\n" + "".join(f"{i},{'ab'[i % 2]},{['no', 'yes'][i > 9]}\n" for i in range(20))


def separated(page: Page) -> None:
    file = {"name": "exam.csv", "mimeType": "text/csv", "buffer": SEPARATED.encode()}
    page.locator("input[type=file]").set_input_files(file)
    page.locator(".workbench > .buttons button").click()
    page.locator(".fitted .refusal, .fitted article.bad").first.wait_for()


def fitted(page: Page) -> None:
    page.locator(".fitted figure svg").first.wait_for()


def worked(page: Page) -> None:
    line = page.locator(".work input")
    for typed in (r"\log_a X \cdot \log_a Y", "log(a^(log(X, a) + log(Y, a)), a)"):
        line.fill(typed)
        line.press("Enter")
        page.locator(".verdict").wait_for()
        page.wait_for_load_state("networkidle")
    page.locator(".work .buttons button").nth(1).click()
    page.locator(".hints li").wait_for()


DONE = {
    "data": fitted,
    "separated": separated,
    "work": worked,
    "walk": lambda page: page.locator(".rule").nth(1).click(),
    "numbers": lambda page: page.locator(".numbers button").click(),
}


def main() -> None:
    shutil.rmtree(INTO, ignore_errors=True)
    INTO.mkdir(parents=True)
    command = [sys.executable, "-c", "import sys; from loglik.cli import main; sys.exit(main())", "lab", "--no-browser"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        address = re.search(r"(http://[^/]+/)#.*token=([\w-]+)", server.stdout.readline())
        with sync_playwright() as playwright:
            path = shutil.which(os.environ.get("CHROMIUM", "chromium"))
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            for lang, width, scheme in product(("en", "ja"), (1280, 360), ("light", "dark")):
                name = f"{lang}-{width}-{scheme}"
                made = [photographed(browser, address, lang, width, scheme, each) for each in PAGES]
                sheet(made, width).save(INTO / f"{name}.png")
                print(INTO / f"{name}.png")
            browser.close()
    finally:
        server.terminate()
        server.wait(10)


def photographed(browser, address, lang: str, width: int, scheme: str, name: str) -> Path:
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme, "reduced_motion": "reduce"}
    with browser.new_context(**options) as context:
        page = context.new_page()
        where = PAGES[name]
        page.goto(f"{address[1]}#/{where}{'&' if '?' in where else '?'}token={address[2]}&lang={lang}")
        page.wait_for_load_state("networkidle")
        page.locator("[aria-busy]").wait_for(state="detached")
        DONE.get(name, lambda _: None)(page)
        page.wait_for_load_state("networkidle")
        path = INTO / f"{name}-{lang}-{width}-{scheme}.png"
        page.screenshot(path=path, full_page=True)
    return path


def sheet(paths: list[Path], width: int) -> Image.Image:
    """All pages beside each other, each half as large where it is wide."""
    shown = []
    for path in paths:
        with Image.open(path) as image:
            scale = 0.5 if width > 360 else 1.0
            small = image.convert("RGB").resize((int(image.width * scale), int(image.height * scale)))
            shown.append(small.crop((0, 0, small.width, min(small.height, HIGHEST))))
    made = Image.new("RGB", (sum(each.width + 12 for each in shown), max(each.height for each in shown)), "#888")
    at = 0
    for each in shown:
        made.paste(each, (at, 0))
        at += each.width + 12
    return made


if __name__ == "__main__":
    main()
