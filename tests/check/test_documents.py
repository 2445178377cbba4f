"""Documents from end to end: the command, its exit statuses and formats, notes, baselines, assumptions, hostile input."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from check.statements import verdicts
from loglik.check import check
from loglik.cli import main
from loglik.errors import DataError

WRONG = "The rules of logarithms give, thus\n\n$$\\log(b/c) = \\frac{\\log b}{\\log c}$$\n\nfor $b, c > 0$.\n"
RIGHT = "We get\n\n$$\\log(b/c) = \\log b - \\log c$$\n"
KNOWN = json.loads((Path(__file__).parent / "data" / "printed-errors.json").read_text(encoding="utf-8"))


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    status = main(["check", *arguments])
    said = capsys.readouterr()
    return status, said.out, said.err


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("wrong.md").write_text(WRONG, encoding="utf-8")
    Path("right.md").write_text(RIGHT, encoding="utf-8")
    return tmp_path


@pytest.mark.usefixtures("files")
def test_the_exit_status_says_whether_something_is_refuted(capsys):
    assert run(capsys, "right.md")[0] == 0
    status, out, _ = run(capsys, "wrong.md")
    assert status == 1
    assert "refuted" in out
    assert run(capsys, "right.md", "wrong.md", "--format", "github")[0] == 1
    assert run(capsys, "no-such.md")[0] == 2
    assert "LL411" in run(capsys, "no-such.md")[2]


@pytest.mark.usefixtures("files")
def test_json_alone_is_on_standard_output(capsys):
    status, out, _ = run(capsys, "wrong.md", "--json")
    assert status == 1
    document = json.loads(out)
    assert document["files"][0]["counts"]["refuted"] == 1
    (found,) = [each for each in document["files"][0]["formulas"] if each["verdict"] == "refuted"]
    assert found["line"] == 3
    assert found["counterexample"]["left"] != found["counterexample"]["right"]
    assert json.loads(run(capsys, "no-such.md", "--json")[1])["code"] == "LL411"


@pytest.mark.usefixtures("files")
def test_the_edit_that_is_suggested_makes_it_true(capsys):
    found = json.loads(run(capsys, "wrong.md", "--format", "json")[1])["files"][0]["formulas"][0]
    assert found["suggestion"] is not None
    again = WRONG.replace("\\log(b/c) = \\frac{\\log b}{\\log c}", found["suggestion"])
    assert again != WRONG
    assert set(verdicts(again)) <= {"verified", "supported", "condition"}


@pytest.mark.usefixtures("files")
def test_a_baseline_silences_what_is_known_and_nothing_else(capsys):
    Path("known.json").write_text(run(capsys, "wrong.md", "--json")[1], encoding="utf-8")
    assert run(capsys, "wrong.md", "--baseline", "known.json")[0] == 0
    Path("wrong.md").write_text("One more line.\n\n" + WRONG, encoding="utf-8")
    assert run(capsys, "wrong.md", "--baseline", "known.json")[0] == 0
    Path("wrong.md").write_text(WRONG + "\n" + WRONG, encoding="utf-8")
    assert run(capsys, "wrong.md", "--baseline", "known.json")[0] == 1
    status, _, err = run(capsys, "wrong.md", "--baseline", "wrong.md")
    assert status == 2
    assert "LL412" in err


@pytest.mark.usefixtures("files")
def test_a_relation_is_explained_by_its_number(capsys):
    status, out, _ = run(capsys, "right.md", "--explain", "1")
    assert status == 0
    assert "[log-quotient]" in out
    assert run(capsys, "right.md", "--explain", "99")[0] == 2


@pytest.mark.usefixtures("files")
def test_suspicion_fails_only_where_it_is_asked_to(capsys):
    Path("odd.md").write_text("$$e^t = 1 + t$$\n", encoding="utf-8")
    assert run(capsys, "odd.md")[0] == 0
    assert run(capsys, "odd.md", "--fail-on", "suspicious")[0] == 1


def test_standard_input_is_a_document(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(WRONG.encode())))
    status, out, _ = run(capsys, "-", "--format", "json")
    assert status == 1
    assert json.loads(out)["files"][0]["file"] == "-"


def test_an_assumption_may_be_given_in_the_command_or_in_the_document():
    text = "With classes $k = 1, \\dots, K$, thus\n\n$$\\sum_{k=1}^K t_k (a - x_k) = a - \\sum_{k=1}^K t_k x_k$$\n"
    assert verdicts(text)[-1] == "verified-if"
    assert verdicts(text, assume={"t": "onehot"})[-1] in {"verified", "supported"}
    assert verdicts("<!-- loglik: t is onehot -->\n\n" + text)[-1] in {"verified", "supported"}


def test_a_note_has_formulas_ignored():
    assert "refuted" in verdicts(WRONG)
    assert "refuted" not in verdicts(WRONG.replace("$$\\log(b/c)", "<!-- loglik: ignore -->\n\n$$\\log(b/c)"))
    assert verdicts("<!-- loglik: ignore file -->\n\n" + WRONG) == []


def test_a_bare_relation_behind_another_is_its_condition():
    softmax = "$$a_j = \\frac{e^{z_j}}{\\sum_{k=1}^K e^{z_k}}$$\n\n"
    apart = softmax + "$$\\frac{\\partial a_j}{\\partial z_i} = -a_i a_j, \\quad i \\neq j$$"
    assert verdicts(apart) == ["definition", "supported"]
    assert verdicts(apart.replace(", \\quad i \\neq j", "")) == ["definition", "verified-if"]


def test_the_same_mathematics_in_every_format(tmp_path):
    notebook = {"cells": [{"cell_type": "markdown", "metadata": {}, "source": WRONG}], "nbformat": 4, "metadata": {}}
    html = "<p>The rules of logarithms give, thus</p>\\[\\log(b/c) = \\frac{\\log b}{\\log c}\\]<p>for all.</p>"
    tex = "\\documentclass{article}\\begin{document}Thus \\[\\log(b/c) = \\frac{\\log b}{\\log c}\\]\\end{document}"
    for name, text in (
        ("a.md", WRONG),
        ("a.txt", WRONG),
        ("a.ipynb", json.dumps(notebook)),
        ("a.html", html),
        ("a.tex", tex),
    ):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        assert "refuted" in verdicts(str(path)), name


def test_what_cannot_be_asked_for_is_refused():
    for wrong in ({"lang": "fr"}, {"as_": "word"}):
        with pytest.raises(DataError, match="LL410"):
            check("$a = b$", **wrong)
    with pytest.raises(DataError, match="LL410"):
        check(3)


@pytest.mark.parametrize("each", KNOWN, ids=[each["id"] for each in KNOWN])
def test_no_correction_of_a_printed_error_is_refuted(each):
    found = verdicts(f"{each['context']}\n\n$${each['after']}$$\n")
    assert not {"refuted", "inconsistent"} & set(found)
    announced = verdicts(f"{each['context']}\n\nThus\n\n$${each['after']}$$\n")
    assert not {"refuted", "inconsistent"} & set(announced)


def test_most_printed_errors_are_found():
    found = [
        each["id"]
        for each in KNOWN
        if {"refuted", "inconsistent", "lint", "suspicious"}
        & set(verdicts(f"{each['context']}\n\n$${each['before']}$$\n"))
    ]
    assert len(found) >= 0.6 * len(KNOWN)


def test_a_document_without_an_end_is_checked_as_far_as_the_limits_go():
    from loglik.check.checked import checked_file
    from loglik.check.judge.document import Limits, judge_all
    from loglik.check.model import understand
    from loglik.check.readers import read

    document = read("\n\n".join(f"$$\\log(x^{{{i}}}) = {i} \\log x$$" for i in range(2, 400)))
    judgements, unfinished = judge_all(document, understand(document), Limits(total=0.0))
    assert judgements == ()
    assert unfinished == 398
    deep = checked_file("$$" + "(" * 3000 + "x" + ")" * 3000 + " = x$$", "-", explain=False)
    assert {each.verdict for each in deep.judgements} <= {"not-understood", "not-decided", "verified", "supported"}


@pytest.mark.parametrize(
    "tex",
    [
        "10^{10^{10}} = 1",
        "\\binom{10^9}{5 \\cdot 10^8} = 2",
        "2^{2^{2^{2^{2^{10}}}}} = 1",
        "((100!)!)! = 4",
        "\\prod_{i=1}^{100000} i! = 3",
    ],
)
def test_numbers_that_would_fill_the_memory_are_not_decided(tex):
    assert verdicts(f"$${tex}$$") == ["not-decided"]


def test_e_with_the_index_of_its_sum_may_be_an_error():
    assert verdicts(r"The error is thus $$\sum_{i=1}^{10} e^i = 31.9$$") == ["suspicious"]
    assert verdicts(r"It is thus $$\sum_{i=1}^{3} e^{2i} = 31.9$$") == ["refuted"]


def test_an_inequality_is_refuted_only_if_it_holds_nowhere():
    # Sauer's lemma needs a whole number m that is at least d: texts say so far away, or not at all.
    assert verdicts(r"Thus $$\sum_{i=0}^d \binom{m}{i} \leq \left(\frac{em}{d}\right)^d$$") == ["not-decided"]
    assert verdicts(r"Thus $$x^2 + 1 < x^2$$") == ["refuted"]
    assert verdicts(r"Thus $$3 < 2$$") == ["refuted"]


def test_what_is_assumed_is_no_excuse():
    # The squares of a vector of zeros and a one are its elements, and the sine of whole numbers proves nothing.
    assert verdicts(r"For a vector $u$, thus $$\| u \|=\sqrt{u_{1}^{2}+u_{2}}$$") == ["suspicious"]
    assert "verified-if" not in verdicts(r"Thus $$\frac{\sin\theta}{\theta} > \cos\theta$$")
    assert "verified-if" not in verdicts(r"Thus $$\sum_i w_i^2 = \sum_i w_i$$")
    assert verdicts(r"Thus $$\sum_{k=1}^K t_k^2 = \sum_{k=1}^K t_k$$") == ["verified-if"]


def test_what_is_not_read_is_told(capsys, tmp_path):
    path = tmp_path / "long.md"
    path.write_text("Thus $1 + 1 = 2$.\n\nThus $" + "9" * 300_000 + " = 1$.\n", encoding="utf-8")
    status, out, err = run(capsys, str(path), "--json")
    assert status == 0
    assert len(json.loads(out)["files"][0]["formulas"]) == 1
    assert "Line 3: a limit was reached" in err
    _, out, err = run(capsys, str(path), "--lang", "ja")
    assert "3 行目で上限に達した" in out
    assert not err


@pytest.mark.parametrize(
    "text",
    [
        "It takes $2 \\times 80 \\times 8192 \\times 2 = 2.62$ MB.",
        "Thus $65 \\times 10^9 \\times 2 = 130\\,\\text{GB}$.",
        "Thus $8192^2 = 67\\text{M}$.",
        "Thus $$u_1^2 x = \\dots = u_k^2 x$$",
        "Thus $$ac + bc\\varepsilon + \\underbrace{bd\\varepsilon^2}_{=0} = ac + bc\\varepsilon$$",
        "Thus $$(I_d \\cdot I_d)^{1/2} = (I_d)^{1/2}$$",
        "Thus $0\\text{x}2000 + 24 = 0\\text{x}2018$.",
        "Thus $$\\mathbf{w}^\\top \\mathbf{x} = w_0 + w_1 x_1$$",
        "Thus $$\\frac{x \\cdot y}{\\|x\\|_2 \\|y\\|_2} = x \\cdot y$$",
        "Thus $$\\beta h^{k-1} + (1-\\beta) w^k = \\beta(\\beta h^{k-2} + (1-\\beta)w^{k-1}) + (1-\\beta) w^k$$",
        "Thus $$1 + \\delta W = 1 + \\sum_{t=1}^T \\delta W^t$$",
        "Thus $$z^2 + 1 = 2 - z^1$$",
        "Thus $$\\pi^1 + 1 = 2$$ where $\\pi(a) = 1/2$.",
        "Thus $$T(k/2) = 2T(k/4) + k/2$$",
        "Thus $$c(n) + 1 = c - 0.7 \\frac{n}{2+n}$$",
        "We have $E(X) = \\mu$ and $E(X(X-1)) = \\mu^2$, thus $$E(X^2) = E(X(X-1)) + E(X) = \\mu^2 + \\mu$$",
        "Thus $$\\sum_{i=1}^{N+p} (y_i - b)^2 = \\sum_{i=1}^N (y_i - b)^2 + \\sum_{i=N+1}^{N+p} b^2$$",
        "Thus $$1 - \\frac{1}{2} ~\\mbox{of}~ \\frac{1}{3} = \\frac{1}{6}$$",
        "Thus $$5 \\cdot \\frac{1}{2} = 2 \\frac{1}{2}$$",
        "Thus $$\\frac{e^{ix} + e^{-ix}}{2} = \\frac{\\cos(x) + i \\sin(x) + \\cos(x) - i \\sin(x)}{2}$$",
        "Thus $$\\frac{\\partial e}{\\partial c} = -\\sin(c)$$",
        "Thus $$\\mathbf{b}(\\mathbf{b}^\\top\\mathbf{b})^{-1}\\mathbf{b}^\\top x = \\mathbf{b}\\mathbf{b}^\\top x$$",
        "Thus $$\\begin{aligned} a &= -e^{-z} \\\\ \\text{By (3)} => 2 b^2 &= 2 b b \\\\ &= b^2 + b^2\\end{aligned}$$",
    ],
)
def test_what_the_writing_leaves_open_is_not_refuted(text):
    assert not {"refuted", "inconsistent"} & set(verdicts(text))


@pytest.mark.parametrize(
    ("text", "stands_for"),
    [
        ("$$\\sum_{i=1}^n (x_i-\\mu)^2 = \\sum_{i=1}^n x_i^2 - n\\mu^2$$", "sum(x[i], i, 1, n)/n"),
        (
            "$$\\sum_{i=1}^N r_{ik}(x_i-\\mu_k)^2 = \\sum_{i=1}^N r_{ik} x_i^2 - \\mu_k^2 \\sum_{i=1}^N r_{ik}$$",
            "sum(r[i, k]*x[i], i, 1, N)/sum(r[i, k], i, 1, N)",
        ),
        ("$$c + \\frac{1}{Z}\\sum_{d=1}^D p_d = c + 1$$", "sum(p[d_], d_, 1, D)"),
        ("$$N_m (1 - a) = N_\\ell + N_r - a N_m$$", "N_ell + N_r"),
        ("$$n p + n^2p^2 - np^2 - n^2p^2 = npq$$", "1 - p"),
    ],
)
def test_a_name_may_stand_for_a_sum_that_the_text_does_not_give(text, stands_for):
    (found,) = check(f"Thus {text}").judgements
    assert found.verdict == "verified-if"
    assert dict(found.assumed[0].args)["tex"] == stands_for
    assert verdicts(f"Thus {text.replace('=', '= 2 +')}") != ["verified-if"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$$\\cos^2 x + \\sin^2 x = 2$$", "refuted"),  # no x solves it
        ("$$\\log(e^x) - x = 1$$", "refuted"),
        ("Solve $$\\cos^2 x + \\sin^2 x = 2$$", "condition"),
        ("$$L(0, 1000) - L(0, 999) = 1999$$", "condition"),
        ("$$\\cos^2 x - 1 = \\sin^2 x$$", "refuted"),  # an edit mends it
        ("$$e^x = 1 + x$$", "suspicious"),
        ("$$a + b = a - b$$", "suspicious"),
        ("$$f(x) = 1 - f(x)$$", "suspicious"),
    ],
)
def test_what_stands_alone_is_a_claim_where_it_cannot_be_an_equation_to_be_solved(text, expected):
    assert verdicts(text) == [expected]


def test_a_sigma_that_the_text_misdefines_may_be_the_sigmoid_function_all_the_same():
    text = "We have $\\sigma(x) = \\frac{\\tanh(x) + 1}{2}$. Thus $$1 - \\sigma(x) = 1 - \\frac{1}{1 + e^{-x}}$$"
    assert verdicts(text)[-1] == "supported"


def test_cases_do_not_contradict_each_other():
    text = "$$S(b, c) := \\begin{cases} b + c & \\text{if } b < -c \\\\ b - c & \\text{if } b > c \\end{cases}$$"
    assert "inconsistent" not in verdicts(text)


def test_a_family_that_counts_from_zero_is_a_vector_from_zero():
    assert verdicts("Thus $$\\sum_{j=0}^d \\theta_j x_j = \\theta^\\top x$$") == ["supported"]
    assert verdicts("Thus $$\\sum_{j=0}^d 2\\theta_j x_j = \\theta^\\top x$$") != ["supported"]


def test_a_sum_over_numbers_that_are_listed_runs_over_these():
    assert verdicts("Thus $$\\log \\sum_{x\\in\\{0,1\\}} e^{\\eta x} = \\log(1+e^\\eta)$$") == ["supported"]
    assert verdicts("Thus $$\\sum_{x\\in\\{-1,1\\}} a_x = \\sum_{x=1}^2 a_x$$") == ["not-understood"]


def test_one_member_of_a_sequence_that_is_defined_says_nothing_of_the_next():
    text = r"""Let $\mu_N = \frac{1}{N}\sum_{i=1}^N x_i$. Thus
$$x_{N+1} - \mu_{N+1} = (N+1)\mu_{N+1} - N\mu_N - \mu_{N+1} = \sum_{i=1}^{N+1} x_i - \sum_{i=1}^N x_i - \mu_{N+1}$$
"""
    assert "refuted" not in verdicts(text)


def test_functions_written_as_text_are_functions():
    text = r"""$$\sum_i \ln e^{x_i} = \sum_i \text{ln exp}\left(\frac{x_i}{2}\right) = \sum_i \frac{x_i}{2}$$"""
    assert verdicts(text)[1] in {"supported", "verified"}


def test_a_gap_before_a_sign_parts_no_chain():
    # The chain does not go on from the display formula before, of which 17.775 is the last term.
    text = r"""$$\begin{aligned} s & = a+b \\ & =17.775 \end{aligned}$$

$$\begin{aligned}
& x - y = 77.2-75.3=1.9 \\
& t \sqrt{\frac{S}{n}} \\
&\quad=2.92 \sqrt{\left(\frac{1}{8}+\frac{1}{10}\right)(17.775)} \\
&=5.840
\end{aligned}$$
"""
    assert "refuted" not in verdicts(text)


def test_what_does_not_speak_of_events_needs_no_independence():
    text = r"""$$P(A, B) = P(A) P(B) = s^2 + s^2/n = s^2 (1 - 1/n)$$"""
    assert verdicts(text)[-1] == "refuted"
    assert verdicts(r"Thus $$E[XY] = E[X]E[Y]$$ for these.")[0] != "refuted"
    assert verdicts(r"Therefore $$Var[XY] - 1 = Var[X]Var[Y] - 1$$")[0] != "refuted"


def test_a_long_word_that_is_no_word_is_read_at_once():
    assert verdicts("Thus $$a = \\text{" + "Ab1" * 200 + "!}$$") == ["not-understood"]
