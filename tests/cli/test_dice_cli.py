"""``loglik dice`` and ``loglik coin``: the JSON contract, the numbers on the page, both languages, bad input."""

from __future__ import annotations

import io
import json
import math
import re
import shlex
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from loglik import Categorical
from loglik.cli import main
from loglik.dice.page import bar, product, sum_of_logs
from loglik.dice.words import Words
from loglik.texts import words

KEYS = [
    "schema", "counts", "n", "mle", "std_errors", "intervals", "log_likelihood", "cross_entropy", "tests",
]  # fmt: skip
COUNTS = [3, 5, 2, 4, 1, 5]
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


def run(command: str, capsys: pytest.CaptureFixture, status: int = 0):
    assert main(shlex.split(command)) == status
    return capsys.readouterr()


def document(command: str, capsys: pytest.CaptureFixture):
    return json.loads(run(f"{command} --json", capsys).out)


def test_json_contract(capsys):
    made = document("dice 3 5 2 4 1 5", capsys)
    die = Categorical.from_counts(COUNTS)
    assert list(made) == KEYS
    assert made["schema"] == "loglik.dice/1"
    assert (made["counts"], made["n"]) == (COUNTS, 20)
    assert made["mle"] == die.mle().tolist()
    assert made["std_errors"] == die.standard_errors().tolist()
    assert made["log_likelihood"] == die.log_likelihood()
    assert made["cross_entropy"] == pytest.approx(stats.entropy(COUNTS))
    intervals = made["intervals"]
    assert list(intervals) == ["level", "wilson", "clopper_pearson", "jeffreys", "goodman", "sison_glaz"]
    assert intervals["level"] == 0.95
    assert intervals["sison_glaz"] == die.intervals(0.95, "sison-glaz").tolist()
    assert {k: list(v) for k, v in made["tests"].items()} == {
        "lr": ["statistic", "df", "p_value"],
        "pearson": ["statistic", "df", "p_value"],
        "exact": ["p_value", "std_error"],
    }
    expected = stats.power_divergence(COUNTS, lambda_="log-likelihood")
    assert made["tests"]["lr"]["statistic"] == pytest.approx(expected.statistic)
    assert made["tests"]["pearson"] == {"statistic": 4.0, "df": 5, "p_value": pytest.approx(stats.chi2.sf(4, 5))}
    assert made["tests"]["exact"]["std_error"] == 0.0


def test_options_reach_the_document(capsys):
    made = document("dice 3 5 2 --p0 1/2,1/4,1/4 --level 0.9 --smoothing 0.5 --power 2=-10", capsys)
    die = Categorical.from_counts([3, 5, 2])
    assert made["tests"]["pearson"]["statistic"] == pytest.approx(die.pearson_test([0.5, 0.25, 0.25]).statistic)
    assert made["intervals"]["goodman"] == die.intervals(0.9).tolist()
    assert made["smoothed"] == die.smoothed(0.5).tolist()
    power = made["power"]
    assert (power["face"], power["percent"], power["p0"], power["p1"]) == ("2", -10.0, 0.25, 0.225)
    assert power["throws"] == sorted(power["throws"])
    assert power["throws"][0] == 10
    assert all(p >= wanted for p, wanted in zip(power["power"][1:], (0.5, 0.8, 0.9, 0.99), strict=True))
    fair = document("dice 3 5 2 --fair", capsys)
    assert fair["tests"] == document("dice 3 5 2", capsys)["tests"]


def test_how_many_throws_show_a_six_that_is_ten_percent_heavier(capsys):
    made = document("dice 0 0 0 0 0 0 --power 10", capsys)["power"]
    assert made["face"] == "6"
    assert dict(zip((0.5, 0.8, 0.9, 0.99), made["throws"], strict=True))[0.8] == 6414
    assert "6,414  0.8000" in run("dice 0 0 0 0 0 0 --power 10", capsys).out


def test_what_does_not_exist_is_null(capsys):
    none = document("dice 0 0 0", capsys)
    assert none["mle"] is none["std_errors"] is none["cross_entropy"] is None
    assert none["log_likelihood"] == 0.0
    assert none["intervals"]["wilson"] == [[0.0, 1.0]] * 3
    assert none["tests"]["exact"]["p_value"] == 1.0
    impossible = document("dice 5 0 0 --p0 0,0.5,0.5", capsys)
    assert impossible["tests"]["lr"] == {"statistic": None, "df": 1, "p_value": 0.0}
    one = document("dice 7", capsys)
    assert (one["mle"], one["tests"]["lr"]["df"], one["tests"]["lr"]["p_value"]) == ([1.0], 0, 1.0)


def test_monte_carlo_is_seeded_and_gives_its_error(capsys):
    large = "dice 145 135 135 135 140 140"
    made = document(large, capsys)
    assert made == document(large, capsys)
    assert made["tests"]["exact"]["std_error"] > 0
    assert document(f"{large} --seed 1", capsys)["tests"]["exact"] != made["tests"]["exact"]
    assert "from 100,000 random experiments" in run(large, capsys).out


def test_coin(capsys):
    made = document("coin 7 3 --p0 3/5", capsys)
    assert list(made) == KEYS
    assert made["counts"] == [7, 3]
    assert made["tests"]["exact"]["p_value"] == pytest.approx(stats.binomtest(7, 10, 0.6).pvalue)
    assert made["tests"]["lr"]["df"] == 1
    out = run("coin 7 3 --power 10", capsys).out
    assert "heads has the probability 0.55 in place of 0.5 (+10 %)" in out
    assert "0.7^7 · 0.3^3" in out
    assert "die" not in out
    assert "throw" not in out


def evaluated(term: str) -> float:
    count, _, log = term.partition("·")
    return int(count) * float(log.strip("()") or 0)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_numbers_on_the_page_give_the_results(language, capsys):
    """The product and the sum, evaluated as they are printed, are the likelihood and its logarithm."""
    out = run(f"dice 3 5 2 0 1 5 --lang {language}", capsys).out
    products = re.findall(r"  L = (.*) = (\S+)", out)
    sums = re.findall(r"log L = (.*) = (\S+)", out)
    assert len(products) == len(sums) == 2
    die = Categorical.from_counts([3, 5, 2, 0, 1, 5])
    for (factors, value), (terms, log), p in zip(products, sums, [[1 / 6] * 6, None], strict=True):
        pairs = [factor.split("^") for factor in factors.split(" · ")]
        assert math.prod(float(y) ** int(t) for y, t in pairs) == pytest.approx(float(value), rel=1e-4)
        assert math.fsum(map(evaluated, terms.split(" + "))) == pytest.approx(float(log), rel=1e-5)
        assert float(log) == pytest.approx(die.log_likelihood(p), rel=1e-7)
    (nats, bits) = re.findall(r"-log L/n = (\S+) \S+ = (\S+) ", out)[0]
    assert (float(nats), float(bits)) == (pytest.approx(math.log(6), rel=1e-5), pytest.approx(math.log2(6), rel=1e-5))


def test_one_hot_table_of_single_throws(capsys):
    out = run("dice --throws 1,3,6,3", capsys).out
    rows = [line.split() for line in out[out.index("one-hot") :].splitlines()[1:7]]
    assert rows == [
        ["Throw", "Face", *"123456"],
        ["1", "1", *"100000"],
        ["2", "3", *"001000"],
        ["3", "6", *"000001"],
        ["4", "3", *"001000"],
        ["Sum", *"102001"],
    ]
    many = run("dice --throws " + ",".join("123456" * 5), capsys).out
    assert "... and 10 more throws" in many
    assert "one-hot" not in run("dice 1 0 2 0 0 1", capsys).out


def test_bars_and_long_products():
    assert [len(bar(s, 0.4)) for s in (0.4, 0.2, 0.0)] == [30, 15, 0]
    assert bar(1 / 16, 1.0, 2) == "▏"
    assert product([0.25] * 4, [1, 0, 2, 3]) == "0.25^1 · 0.25^0 · 0.25^2 · 0.25^3"
    assert product([0.1] * 10, range(10)).split(" · ")[-2:] == ["...", "0.1^9"]
    assert sum_of_logs([0.0, 0.5], [2, 1]) == "2·(-inf) + 1·(-0.693147)"


@pytest.mark.usefixtures("in_tmp")
def test_throws_from_files_and_standard_input(capsys, monkeypatch):
    Path("throws.txt").write_text("1 3\n6,3\n", encoding="utf-8")
    assert document("dice --file throws.txt", capsys)["counts"] == [1, 0, 2, 0, 0, 1]
    Path("table.csv").write_text("day,face\n1,red\n2,blue\n3,red\n", encoding="utf-8")
    assert document("dice --file table.csv --column face", capsys)["counts"] == [1, 2]
    assert document("dice --file table.csv --column face --faces red,green,blue", capsys)["counts"] == [2, 0, 1]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"2\n2\n5\n")))
    assert document("dice --file - --faces 20", capsys)["counts"] == [0, 2, 0, 0, 1, *[0] * 15]
    assert document("dice --throws H,T,H", capsys)["counts"] == [2, 1]
    assert document("dice 3,5,2", capsys)["counts"] == [3, 5, 2]


def test_underflow_is_shown_and_noted(capsys):
    shown = run("dice 300 500 200 400 100 500", capsys)
    assert "= 1.1923e-1459  (below the smallest double" in shown.out
    assert shown.err.startswith("note LL156: the likelihood is 1.1923e-1459, below the smallest double (2.2e-308)")
    assert run("dice 3 5 2 4 1 5", capsys).err == ""
    assert run("dice 300 500 200 400 100 500 --lang ja", capsys).err.startswith("注意 LL156：尤度 1.1923e-1459 は")


def test_rough_approximation_is_said(capsys):
    assert "The smallest expected count is 3.333." in run("dice 3 5 2 4 1 5", capsys).out
    assert "smallest expected" not in run("dice 30 30 20 40 20 40", capsys).out


def test_both_languages_name_the_same_options_and_methods():
    en, ja = words("dice", "en"), words("dice", "ja")
    for key in en:
        assert JAPANESE.search(ja[key]), key
        named = r"--[a-z0-9]+|Wilson|Goodman|Jeffreys|Clopper-Pearson|Sison-Glaz|LL\d{3}|[ty]_k(?:/n)?"
        language = {"--lang"}  # English tells of Japanese; Japanese adds it to the commands that it names
        assert set(re.findall(named, en[key])) - language == set(re.findall(named, ja[key])) - language, key
    assert all(key.removeprefix("coin_") in en for key in en)
    assert Words("en", coin=False)("fair") == "fair die"
    assert Words("en", coin=True)("fair") == "fair coin"


def test_both_languages_show_the_same_numbers(capsys):
    for command in (
        "dice 3 5 0 4 1 5 --power 10 --smoothing 1",
        "dice --throws 1,3,6",
        "coin 7 3 --p0 0.6",
        "dice 0 0",
    ):
        en, ja = (run(f"{command} --lang {language}", capsys).out for language in ("en", "ja"))
        table_rows = r"^ *(?:[\d,]+|heads|tails|表|裏) +[\d.,e+\-\[\] █▏▎▍▌▋▊▉]+$"
        numbers = [
            re.findall(r"\d[\d.,e+-]*", "\n".join(re.findall(table_rows, text, re.MULTILINE))) for text in (en, ja)
        ]
        assert numbers[0] == numbers[1]
        assert len(numbers[0]) > 5
        logs = [re.findall(r"log L = .*", text) for text in (en, ja)]
        assert logs[0] == logs[1]


BAD = [
    ("dice", "LL100", "exactly one of counts, --throws and --file"),
    ("dice 3 4 --throws 1,2", "LL100", "counts and --throws"),
    ("dice 3 4 --column x", "LL100", "--column"),
    ("dice 3 4 --fair --p0 0.5,0.5", "LL100", "--fair and --p0"),
    ("dice 3 4 --lang fr", "LL100", "fr"),
    ("coin 7", "LL100", "TAILS"),
    ("dice --file no-such-file", "LL101", "no-such-file"),
    ("dice 1 2 --level 95", "LL118", "level = 95"),
    ("dice 1 2 --power 0", "LL118", "0 % heavier"),
    ("dice 1 2 --power 300", "LL118", "the probability 2"),
    ("dice 1 2 --power x", "LL118", "no percentage"),
    ("dice 1 2 --power 3=10", "LL118", "no face '3'"),
    ("dice 7 --power 10", "LL118", "one face"),
    ("dice 1 2 --smoothing=-1", "LL118", "smoothing = -1"),
    ("dice 1 2 --seed=-1", "LL118", "seed = -1"),
    ("dice 3 -1 2", "LL150", "count 2 is -1"),
    ("dice 3 2.5", "LL150", "count 2 is 2.5"),
    ("dice 3 nan", "LL150", "count 2 is nan"),
    ("dice three", "LL150", "'three' is not a number"),
    ("dice 1 2 3 --faces 4", "LL150", "3 counts for 4 faces"),
    ("coin -1 2", "LL150", "count 1 is -1"),
    ("dice 1e16 2", "LL151", "throws"),
    ("dice 1 2 --p0 0.5,0.6", "LL153", "sums to 1.1"),
    ("dice 1 2 --p0 1/0,1", "LL153", "1/0"),
    ("dice 1 2 --p0 1", "LL153", "2 numbers"),
    ("coin 1 2 --p0 1.5", "LL153", "1.5"),
    ("dice --throws 1,3,7", "LL154", "throw 3 shows 7"),
    ("dice --throws 1,x --faces 6", "LL154", "throw 2 shows 'x'"),
    ("dice --throws face,1,3", "LL154", "throw 1 shows 'face'"),
    ("dice --throws a,b --faces a,c", "LL154", "throw 2 shows 'b'"),
]


@pytest.mark.parametrize(("command", "code", "words"), BAD)
def test_bad_input(command, code, words, capsys):
    shown = run(command, capsys, status=2)
    assert shown.err.startswith(code)
    assert words in " ".join(shown.err.split())
    assert shown.out == ""
    assert json.loads(run(f"{command} --json", capsys, status=2).out)["code"] == code


@pytest.mark.usefixtures("in_tmp")
def test_bad_files(capsys):
    Path("empty").write_text(" \n", encoding="utf-8")
    Path("latin").write_bytes(b"caf\xe9")
    Path("gap.csv").write_text("face,x\nred,1\n,2\n", encoding="utf-8")
    assert "LL102" in run("dice --file empty", capsys, 2).err
    assert "LL104" in run("dice --file latin", capsys, 2).err
    assert "LL154 throw 2" in run("dice --file gap.csv --column face", capsys, 2).err
    assert "LL103" in run("dice --file gap.csv --column fase", capsys, 2).err


def test_many_faces_are_shortened(capsys):
    out = run("dice " + " ".join(str(i % 7) for i in range(300)), capsys).out
    assert len(out.splitlines()) < 260
    assert max(map(len, out.splitlines())) < 260
    assert np.isclose(document("dice " + " ".join(["1"] * 300), capsys)["log_likelihood"], -300 * math.log(300))
