"""The reports on results made by hand: contracts for programs, escaping of what comes from documents, both languages."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import fastjsonschema
import pytest

from check.statements import statement
from loglik.check.checked import Checked
from loglik.check.document import Document, Position
from loglik.check.judge.proofs import prove
from loglik.check.judge.relation import outcome
from loglik.check.result import VERDICTS, Counterexample, FileResult, Finding, Judgement, Proof, said

DATA = Path(__file__).parent / "data"
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
KEYS = {
    "line", "column", "tex", "verdict", "reason", "reading", "assumed", "counterexample", "suggestion", "steps", "notes",
}  # fmt: skip


def judged(terms: str, verdict: str, reason: str = "is-definition", line: int = 1, **more) -> Judgement:
    made = statement(terms)
    finding = Finding(verdict, said(reason, **more.pop("values", {})))
    return Judgement(made, 0, Position(line, 3), made.span, (finding,), terms, **more)


def proof(terms: str) -> Proof:
    holds = outcome(statement(terms), 0, float("inf")).holds
    chain = prove(holds.claim, 5)
    return Proof(chain, holds.opaque.stands_for)


@pytest.fixture(scope="module")
def results() -> tuple[FileResult, ...]:
    wrong = judged(
        "log(b/c) = log(b)/log(c)",
        "refuted",
        "fails",
        2,
        counterexample=Counterexample((("b", "1"), (r"\hat{c}", "2")), "-0.6931", "0"),
        suggestion=r"\log \frac{b}{c} = \log b - \log c",
    )
    odd = Finding("lint", said("lint-unused-index", index="j"))
    right = judged("log(b/c) = log(b) - log(c)", "verified", "follows", 3, values={"rules": "log-quotient"})
    judgements = (
        wrong.found(odd),
        replace(right, proof=proof("log(b/c) = log(b) - log(c)")),
        judged("sqrt(x^2) = x", "verified-if", "holds-if", 4, assumed=(said("assume-positive", name="x"),),
               values={"points": "8", "proved": "yes", "sampled": ""}),
        judged("a = b", "definition", line=9),
    )  # fmt: skip
    names = ("notes, 100%: <b>.md", "empty.md")
    first, second = (Document(name, "markdown", ()) for name in names)
    return FileResult(first, judgements), FileResult(second, ())


def test_the_json_contract(results):
    document = Checked(results).content()
    assert document["schema"] == "loglik.check/1"
    first, second = document["files"]
    assert set(first) == {"file", "counts", "formulas"}
    assert list(first["counts"]) == list(VERDICTS)
    assert sum(first["counts"].values()) == len(first["formulas"]) == 4
    assert second["formulas"] == []
    for each in first["formulas"]:
        assert set(each) == KEYS
    wrong, right, conditional, _ = first["formulas"]
    assert (wrong["verdict"], wrong["line"], wrong["column"]) == ("refuted", 2, 3)
    assert wrong["counterexample"] == {"values": {"b": "1", r"\hat{c}": "2"}, "left": "-0.6931", "right": "0"}
    assert wrong["suggestion"] == r"\log \frac{b}{c} = \log b - \log c"
    assert [note["verdict"] for note in wrong["notes"]] == ["lint"]
    assert [step["rule"] for step in right["steps"]] == ["", "log-quotient"]
    assert conditional["assumed"] == ["x > 0"]
    json.dumps(document, allow_nan=False)


def test_precedence_is_that_of_the_contract():
    wrong = ("refuted", "inconsistent", "suspicious", "lint")
    assert VERDICTS[:6] == (*wrong, "not-decided", "not-understood")
    assert VERDICTS[6:] == ("verified-if", "supported", "verified", "condition", "definition")


def test_the_log_is_sarif(results):
    validate = fastjsonschema.compile(json.loads((DATA / "sarif-2.1.0-part.json").read_text(encoding="utf-8")))
    log = Checked(results).sarif()
    validate(log)
    found = log["runs"][0]["results"]
    assert [each["level"] for each in found] == ["error", "note"]
    assert all(log["runs"][0]["tool"]["driver"]["rules"][each["ruleIndex"]]["id"] == each["ruleId"] for each in found)
    with pytest.raises(fastjsonschema.JsonSchemaException):
        validate({**log, "runs": [{"results": []}]})


def test_annotations_keep_to_their_lines(results):
    lines = Checked(results).github().split("\n")
    assert len(lines) == 2
    assert lines[0].startswith("::error file=notes%2C 100%25%3A <b>.md,line=2,col=3,title=loglik%3A refuted::")
    assert "%0A" in lines[0]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_page_is_well_formed_and_escapes_the_document(results, language):
    page = Checked(results, language).html()
    root = ET.fromstring(page.split("\n", 1)[1])
    assert not list(root.iter("{http://www.w3.org/1999/xhtml}script"))
    assert "<b>.md" not in page
    assert not re.search(r'(src|href)="', page)
    classes = [each.get("class") for each in root.iter("{http://www.w3.org/1999/xhtml}article")]
    assert classes == ["refuted", "verified", "verified-if", "definition"]
    assert len(list(root.iter("{http://www.w3.org/1999/xhtml}details"))) == 1
    assert list(root.iter("{http://www.w3.org/1998/Math/MathML}math"))
    assert bool(JAPANESE.search(page.split("</style>")[1])) == (language == "ja")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_terminal_shows_what_is_wrong_with_its_numbers(results, language):
    text = Checked(results, language).text()
    assert "b = 1, \\hat{c} = 2" in text
    assert "-0.6931" in text
    assert "\\log b - \\log c" in text
    assert "loglik check 'notes, 100%: <b>.md' --explain 1" in text
    assert bool(JAPANESE.search(text)) == (language == "ja")


def test_control_characters_do_not_reach_a_terminal_or_a_page():
    made = judged("a = b", "supported", "holds-at", values={"points": "8"})
    formula = replace(made.statement.formula, tex="a\x1b[31m = \x00b")
    found = replace(
        made, statement=replace(made.statement, formula=formula, span=replace(made.span, end=len(formula.tex)))
    )
    checked = Checked((FileResult(Document("x\x1b.md", "markdown", ()), (replace(found, span=found.statement.span),)),))
    assert "\x1b" not in checked.text()
    assert "\x1b" not in checked.html()
    ET.fromstring(checked.html().split("\n", 1)[1])
