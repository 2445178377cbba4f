"""``loglik lab``: it starts, says where, ends; and says what is missing."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from importlib import util

import pytest

from loglik.cli import main
from loglik.lab import serve
from loglik.lab.application import STATIC

COMMAND = [sys.executable, "-c", "import sys; from loglik.cli import main; sys.exit(main())", "lab", "--no-browser"]


def test_a_missing_package_says_what_to_install(monkeypatch, capsys):
    found = util.find_spec
    monkeypatch.setattr("loglik.cli.lab.find_spec", lambda name: None if name == "uvicorn" else found(name))
    assert main(["lab", "--no-browser"]) == 2
    said = capsys.readouterr().err
    assert "LL421" in said
    assert 'pip install "loglik[lab]"' in said


def test_a_missing_page_says_how_to_build_it(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(serve, "STATIC", tmp_path)
    assert main(["lab", "--no-browser"]) == 2
    assert "make lab" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["no.csv"], "LL101"),
        (["d.db"], "LL101"),
        (["--course", "nowhere"], "LL425"),
        (["--port", "99999"], "LL424"),
        (["--port", "-1"], "LL424"),
    ],
)
def test_what_cannot_be_had_is_said_before_anything_starts(in_tmp, monkeypatch, capsys, arguments, code):
    (in_tmp / "index.html").write_text("")
    monkeypatch.setattr(serve, "STATIC", in_tmp)
    assert main(["lab", "--no-browser", *arguments]) == 2
    assert code in capsys.readouterr().err


def test_a_taken_port_is_told(in_tmp, monkeypatch, capsys):
    (in_tmp / "index.html").write_text("")
    monkeypatch.setattr(serve, "STATIC", in_tmp)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["lab", "--no-browser", "--port", str(port)]) == 2
        assert f"port {port} cannot be had" in capsys.readouterr().err


@pytest.mark.skipif(not (STATIC / "index.html").is_file(), reason="the page is not built: make lab")
def test_it_answers_where_it_says_and_ends_with_ctrl_c(in_tmp):
    (in_tmp / "d.csv").write_text("x,y\n" + "".join(f"{i},{'ab'[i % 2]}\n" for i in range(20)))
    process = subprocess.Popen(
        [*COMMAND, "d.csv", "--lang", "ja", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        address = re.search(r"http://127\.0\.0\.1:\d+/", line := process.stdout.readline())[0]
        token = re.search(r"token=([\w-]+)&lang=ja", line)[1]
        with urllib.request.urlopen(address, timeout=20) as page:  # noqa: S310
            assert b'<div id="page">' in page.read()
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(f"{address}api/words", timeout=20)  # noqa: S310
        asked = urllib.request.Request(f"{address}api/data/given", headers={"x-loglik-token": token})  # noqa: S310
        with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
            assert b'"name": "d.csv", "rows": 20' in answer.read()
    finally:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    assert said == ""
