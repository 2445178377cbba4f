"""How long the page of the lab takes: to be usable, and from a slider's move to the frame that shows it.

``python benchmarks/lab.py`` (after `make lab`; needs Chromium). Times are taken in the page, by its clock: from the start of
the navigation until the first chapter can be moved, with its formulas there; and from the event of a slider until the frame
after the one that painted what it changed. Medians over the repetitions.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys

from playwright.sync_api import sync_playwright

READY = """() => new Promise((done) => {
  const look = () => document.querySelector('main p math') && document.querySelector('input[type=range]')
    ? requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))) : setTimeout(look, 2);
  look();
})"""
# Until what the slider changed is on the page (an answer of the server too, where `changed` waits for one), and painted.
MOVED = """([selector, value, changed]) => new Promise((done) => {
  const slider = document.querySelectorAll('input[type=range]')[selector];
  const seen = () => document.querySelector(changed).textContent;
  const before = seen(), start = performance.now();
  slider.value = value;
  slider.dispatchEvent(new Event('input', { bubbles: true }));
  const look = () => seen() !== before
    ? requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start))) : setTimeout(look, 0);
  look();
})"""
MOVES = [
    ("logarithm, x", "logarithm", 1, [3, 9], ".figures .main dd"),
    ("cross-entropy, p", "cross-entropy", 0, [0.2, 0.9], ".figures .second dd"),
    ("logistic, weight by hand", "logistic", 0, [-2, 2], ".figures .second dd"),
    ("logistic, learning rate (server)", "logistic?steps=50", 3, [-1, 0.5], ".workbench ~ section .figures .second dd"),
    ("dice, heavier six (server)", "dice", 0, [20, 40], ".workbench ~ section .figures .main dd"),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=15)
    repeat = parser.parse_args().repeat
    command = [sys.executable, "-c", "import sys; from loglik.cli import main; sys.exit(main())", "lab", "--no-browser"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        address = re.search(r"http://\S+", server.stdout.readline())[0]
        base, token = address.split("#")[0], re.search(r"token=([\w-]+)", address)[1]
        with sync_playwright() as playwright:
            path = shutil.which(os.environ.get("CHROMIUM", "chromium"))
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            usable = []
            for _ in range(repeat):
                page = browser.new_context().new_page()
                page.goto(f"{base}#/logarithm?token={token}", wait_until="commit")
                usable.append(page.evaluate(READY))
                page.context.close()
            report("page usable", usable, 1000)
            page = browser.new_page()
            for name, where, slider, values, changed in MOVES:
                page.goto("about:blank")
                page.goto(f"{base}#/{where}{'&' if '?' in where else '?'}token={token}")
                page.wait_for_load_state("networkidle")
                times = [page.evaluate(MOVED, [slider, str(values[i % 2]), changed]) for i in range(repeat)]
                report(f"slider to frame: {name}", times, 50)
            browser.close()
    finally:
        server.terminate()
        server.wait(10)


def report(name: str, times: list[float], wanted: float) -> None:
    median = statistics.median(times)
    print(
        f"{name:<52} {median:7.1f} ms   worst {max(times):7.1f} ms   {'' if median < wanted else f'over {wanted} ms'}"
    )


if __name__ == "__main__":
    main()
