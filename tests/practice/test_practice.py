"""A reader works every derivation: right lines are taken, skipped ones bridged, false ones refused with numbers."""

from __future__ import annotations

import json
import random
from itertools import islice

import pytest
from mutants import really_false, wrong_terms

from loglik.cli import main
from loglik.derive.catalogue import derivation, names
from loglik.derive.expressions import Equation
from loglik.derive.model import Step
from loglik.derive.rules.arrangement import arrangement_key
from loglik.derive.show.latex import latex
from loglik.derive.show.text import text
from loglik.derive.text.reader import read
from loglik.errors import DataError
from loglik.practice import answer, exercises, hints, read_line
from loglik.practice.answer import judged
from loglik.practice.hints import next_step
from loglik.practice.session import practise
from loglik.texts import words

_SIGNS = {"=": "=", "<=": r"\le", ">=": r"\ge", "<": "<", ">": ">", "<=>": r"\iff"}


@pytest.fixture(autouse=True)
def _kept_apart(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def written(exercise):
    return [f"{step.relation} {step.term}" for step in exercise.lines]


@pytest.mark.parametrize("name", names())
def test_every_line_of_the_catalogue_is_right_and_the_last_one_complete(name):
    found = derivation(name)
    for exercise in exercises(found):
        lines = written(exercise)
        answers = [answer(found, exercise.part, lines[:i], line) for i, line in enumerate(lines)]
        assert [each.verdict for each in answers] == ["right"] * len(lines)
        assert [each.complete for each in answers][-1:] == [True]


@pytest.mark.parametrize("name", names())
def test_skipped_lines_are_bridged_by_named_rules(name):
    found = derivation(name)
    for exercise in exercises(found):
        lines = written(exercise)
        for i in range(len(lines) - 2):
            if len({step.relation for step in exercise.lines[i : i + 3]}) == 1:
                said = answer(found, exercise.part, lines[:i], lines[i + 2])
                assert said.verdict in {"bigger", "right"}
                assert said.steps[-1].term == exercise.lines[i + 2].term
                assert all(step.rule for step in said.steps)


def false_lines(count):
    """Lines of the catalogue with one thing wrong, false by an evaluator that the checker does not use."""
    rng = random.Random(20261125)
    for name in names():
        for exercise in exercises(derivation(name)):
            given = (*exercise.derivation.given.values(), *exercise.work.given.values())
            for before, step in zip(exercise.terms, exercise.lines, strict=False):
                mutants = [wrong for _, wrong in wrong_terms(step.term, exercise.derivation.symbols)]
                for wrong in rng.sample(mutants, min(count, len(mutants))):
                    if really_false(before, step, wrong, exercise.work, given):
                        yield exercise, before, Step(step.relation, wrong, "")


def test_false_lines_are_refused_with_a_counterexample():
    accepted, undecided, refused = [], [], 0
    for exercise, before, step in islice(false_lines(2), 520):
        verdict, _, at, _, _ = judged(exercise, before, step, 0.0)
        if verdict in {"right", "bigger", "same"}:
            accepted.append((exercise.derivation.name, str(before), step.relation, str(step.term)))
        elif verdict != "wrong":
            undecided.append((exercise.derivation.name, str(step.term)))
        else:
            refused += 1
            assert at.at == "everywhere" or "=" in at.at
            assert at.left != at.right
    assert not accepted
    assert refused >= 500, undecided


def test_numbers_of_a_counterexample_are_those_of_both_lines():
    said = answer(derivation("log-product"), 0, [], "log(X, a)*log(Y, a)")
    assert said.verdict == "wrong"
    found = said.content("en")["counterexample"]
    values = {name: float(value) for name, value in found["values"].items()}
    from math import log

    x, y, a = values["X"], values["Y"], values["a"]
    assert float(found["left"]) == pytest.approx(log(x * y, a), rel=1e-5)
    assert float(found["right"]) == pytest.approx(log(x, a) * log(y, a), rel=1e-5)


def test_a_rule_is_not_used_to_prove_itself():
    said = answer(derivation("log-product"), 0, [], "log(X, a) + log(Y, a)")
    assert said.verdict == "bigger"
    assert said.complete
    assert "log-product" not in {step.rule for step in said.steps}


def test_what_is_true_under_a_condition_says_which():
    found = read("own\nsymbols x: real\n    log(x^2)\n  = 2*log(abs(x))\n", "own")[0].derivation
    said = answer(found, 0, [], "2*log(x)")
    assert said.verdict in {"condition", "wrong"}
    found = read("own\nsymbols x, y: real\ngiven g: x*y > 0\n    log(x*y)\n  = log(x*y)\n", "own")[0].derivation
    assert answer(found, 0, [], "log(x) + log(y)").verdict in {"condition", "wrong"}


def test_lines_in_latex_are_read_as_they_are_written():
    found, misread = 0, []
    for name in names():
        for exercise in exercises(derivation(name)):
            for before, step in zip(exercise.terms, exercise.lines, strict=False):
                typed = f"{_SIGNS[step.relation]} {latex(step.term, exercise.derivation.natural)}"
                try:
                    relation, term = read_line(exercise, typed, before)
                except DataError:
                    continue
                if (relation, arrangement_key(term)) == (step.relation, arrangement_key(step.term)):
                    found += 1
                else:
                    misread.append((name, typed, str(term)))
    assert not misread
    assert found >= 260


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_third_hint_is_a_right_line(language):
    for name in ("log-power", "sigmoid-derivative", "dice-mle", "log-below-line"):
        found = derivation(name)
        for exercise in exercises(found):
            lines = written(exercise)
            for i, step in enumerate(exercise.lines):
                first, second, third = hints(found, exercise.part, lines[:i], language=language)
                assert first
                assert second
                line = text(step.term, found.natural)
                assert line in third


def test_the_first_hint_is_why_the_step_is_taken():
    found = derivation("log-product")
    assert hints(found, 0, [], language="en")[0] == found.words["en"].steps["main.1"]


def test_a_hint_leads_on_from_a_way_of_ones_own():
    found = derivation("log-power")
    exercise = exercises(found)[0]
    own = f"= {exercise.start} + 0"
    assert answer(found, 0, [], own).verdict == "right"
    step = next_step(exercise, read_line(exercise, own)[1])
    assert answer(found, 0, [own], f"{step.relation} {step.term}").accepted


def typed_by(exercise, wrong="= 1 + 1 +"):
    yield "?"
    yield wrong  # cannot be read: said so, and nothing is lost
    yield from written(exercise)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_session_ends_at_the_goals(language):
    for name in ("log-product", "dice-mle", "log-inverse"):
        found = derivation(name)
        said = []
        typed = [line for exercise in exercises(found) for line in typed_by(exercise)]
        done = practise(found, typed, said.append, language)
        assert done.complete == len(exercises(found))
        total = sum(len(exercise.lines) for exercise in exercises(found))
        assert words("practice", language)["done"].format(worked=total, total=total) in said
        said.clear()
        practise(found, [""], said.append, language)
        before = words("practice", language)["worked_before"]
        assert said[0] == before.format(parts=done.complete, total=done.complete)


@pytest.mark.parametrize("name", names())
def test_lines_that_are_left_out_can_be_filled_in(name):
    found = derivation(name)
    typed = [written(e)[number - 1] for e in exercises(found) for number in e.left_out(2)]
    assert practise(found, typed, lambda _: None, "en", every=2).complete == len(exercises(found))


def test_lines_are_taken_back_and_shown():
    found, said = derivation("log-product"), []
    lines = written(exercises(found)[0])
    done = practise(found, [lines[0], "<", "<", lines[0], "!", lines[2]], said.append, "en")
    assert done.complete == 1
    texts = words("practice", "en")
    assert "  " + texts["taken_back"] in said
    assert "  " + texts["nothing_back"] in said
    assert texts["done"].format(worked=2, total=3) in said


def test_progress_that_was_damaged_counts_as_none(tmp_path):
    file = tmp_path / "loglik" / "practice.json"
    file.parent.mkdir()
    found = derivation("log-of-one")
    for damaged in ("{", "[]", '{"log-of-one": 7}', '{"log-of-one": ["x"]}'):
        file.write_text(damaged, encoding="utf-8")
        said = []
        practise(found, [], said.append, "en")
        assert said[0] == ""
    practise(found, written(exercises(found)[0]), lambda _: None, "en")
    assert json.loads(file.read_text(encoding="utf-8"))["log-of-one"] == [0]


@pytest.mark.parametrize(
    ("line", "key"),
    [("=", "empty"), ("= X = Y", "term"), (r"\frac{1}{", "latex"), ("= nobody(X)", None), ("= X\u200b", None), ("", "empty")],
)  # fmt: skip
def test_lines_that_cannot_be_read_have_a_code(line, key):
    with pytest.raises(DataError) as error:
        answer(derivation("log-product"), 0, [], line)
    assert error.value.code == "LL226" if key else error.value.code in {"LL160", "LL161", "LL187"}


@pytest.mark.parametrize(
    "line",
    [
        "＝ ｌｏｇ（X，a）＋ｌｏｇ（Y，a）", "log(X, a)\u3000+ log(Y, a)。",
        "log_a X + log_a Y", "log_a(X) + log_a(Y).", r"\[\log_a X + \log_a Y\]", r"$= \log_a X + \log_a Y$",
        "log(X, a) + log(Y, a),",
        "log(X*Y, a) = log(X, a) + log(Y, a)", "log_a(XY) = log_a X + log_a Y", r"\log_a(YX) = \log_a X + \log_a Y",
    ],
)  # fmt: skip
def test_lines_are_read_as_people_write_them(line):
    relation, term = read_line(exercises(derivation("log-product"))[0], line)
    assert (relation, str(term)) == ("=", "log(X, a) + log(Y, a)")


def test_raised_digits_are_powers_and_signs_of_their_own_stay_refused():
    (worked,) = exercises(derivation("log-product"))
    assert str(read_line(worked, "X²·Y¹⁰ − 1÷a")[1]) == "X^2*Y^10 - 1/a"
    for line in ("Х", "∞", "X₁", "log(X, а)"):  # a Cyrillic X and a
        with pytest.raises(DataError, match="LL187"):
            read_line(worked, line)


@pytest.mark.parametrize("relation", ["<=", "≧", ">="])
def test_what_is_equal_is_at_most_and_at_least_so_much(relation):
    found = answer(derivation("log-product"), 0, [], f"{relation} log(X, a) + log(Y, a)")
    assert found.accepted
    assert not found.complete  # less is said than the goal says
    assert not answer(derivation("log-product"), 0, [], f"{relation} log(X, a)").accepted


@pytest.mark.parametrize("relation", ["<", ">", "!=", "<=>"])
def test_a_relation_that_no_line_goes_on_with_is_refused(relation):
    with pytest.raises(DataError) as error:
        answer(derivation("log-product"), 0, [], f"{relation} log(X, a) + log(Y, a)")
    assert error.value.said.key == "LL226.relation"


def test_an_equation_is_asked_for_where_there_are_equations():
    name = next(n for n in names() if any(isinstance(e.start, Equation) for e in exercises(derivation(n))))
    part = next(e.part for e in exercises(derivation(name)) if isinstance(e.start, Equation))
    with pytest.raises(DataError, match="LL226"):
        answer(derivation(name), part, [], "1 + 1")
    with pytest.raises(DataError, match="LL226"):
        answer(derivation("log-product"), 7, [], "1 + 1")


def run(arguments, typed, monkeypatch, capsys):
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    status = main(arguments)
    out, err = capsys.readouterr()
    return status, out, err


def test_the_command_line_prints_json_and_nothing_else(monkeypatch, capsys):
    lines = "\n".join(written(exercises(derivation("log-product"))[0]))
    status, out, _ = run(["derive", "log-product", "--practice", "--json"], lines, monkeypatch, capsys)
    found = json.loads(out)
    assert status == 0
    assert found["complete"]
    assert [each["verdict"] for each in found["answers"]] == ["right"] * 3
    status, out, _ = run(["derive", "log-product", "--practice"], "= log(X, a)\n", monkeypatch, capsys)
    assert status == 1
    assert "loglik derive log-product --practice" in out


@pytest.mark.parametrize("arguments", [["derive", "--practice"], ["derive", "log-product", "--left-out", "0"]])
def test_the_command_line_refuses_by_code(arguments, monkeypatch, capsys):
    status, out, err = run(arguments, "", monkeypatch, capsys)
    assert status == 2
    assert not out
    assert "LL226" in err


def test_the_goal_is_reached_when_it_is_written():
    found = derivation("exp-derivative")
    lines = written(exercises(found)[0])
    early, last = (answer(found, 0, lines[:i], lines[i]) for i in (len(lines) - 2, len(lines) - 1))
    assert early.accepted
    assert (early.complete, last.complete) == (False, True)
