"""The lab in the system's Chromium: no request to another host, no error in the console, and nothing in the way of axe."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from loglik.lab.application import STATIC

expect.set_options(timeout=20_000)


@contextmanager
def _started(*arguments: str):
    """A server of its own; yields its address."""
    command = [sys.executable, "-m", "loglik", "lab", "--no-browser", *arguments]
    command = [sys.executable, "-c", "import sys; from loglik.cli import main; sys.exit(main())", *command[3:]]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        line = process.stdout.readline()
        yield re.search(r"http://\S+", line)[0]
    finally:
        process.terminate()
        process.stdout.close()
        process.wait(10)


@pytest.fixture(scope="session")
def chromium():
    path = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    assert path, "no Chromium: apt-get install chromium fonts-noto-cjk"
    assert (STATIC / "index.html").is_file(), "the page is not built: make lab"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address():
    with _started() as found:
        yield found


@pytest.fixture
def watched(chromium):
    """Make pages that are watched: what they ask elsewhere, and what they complain of, fails the test."""
    complaints, contexts = [], []

    def make(address, path="", lang="en", **options):
        context = chromium.new_context(
            **{"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce", **options}
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        here = urlsplit(address).netloc
        page.on("request", lambda r: urlsplit(r.url).netloc in {here, ""} or complaints.append(f"asked {r.url}"))
        page.on("console", lambda m: m.type in {"error", "warning"} and complaints.append(f"{m.type}: {m.text}"))
        page.on("pageerror", lambda e: complaints.append(str(e)))
        token = re.search(r"token=([\w-]+)", address)[1]
        page.goto(f"http://{here}/#/{path}{'&' if '?' in path else '?'}token={token}&lang={lang}")
        page.wait_for_load_state("networkidle")
        return page

    make.complaints = complaints
    yield make
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def accessible():
    """Ask axe of a page as it stands."""

    def check(page):
        found = Axe().run(page).response["violations"]
        assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found] == []

    return check


@pytest.fixture
def started():
    """Start servers with arguments of their own."""
    return _started
