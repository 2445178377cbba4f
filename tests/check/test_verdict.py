"""Verdicts: what closes the gates of "refuted", and what each open gate makes of the same false relation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from check.statements import expression, statement, verdicts
from loglik.check import check
from loglik.check.judge.standard import standards
from loglik.check.judge.surroundings import Surroundings
from loglik.check.judge.verdict import Effort, judge
from loglik.check.statement import Condition, Definition, Misread, Name, Reading, Span
from loglik.texts.files import words

NOTHING = Surroundings()
FALSE = "log(b/c) = log(b)/log(c)"


def verdict(made, index: int = 0, around: Surroundings = NOTHING):
    return judge(made, index, around, Effort(10.0))


def keys(judgement) -> set[str]:
    return {each.key for each in judgement.assumed}


def test_a_false_relation_that_is_announced_is_refuted_with_small_numbers():
    (found,) = check(r"Thus $$\log\frac{b}{c} = \frac{\log b}{\log c}.$$", explain=False).judgements
    assert found.verdict == "refuted"
    assert found.suggestion.endswith(r"= \log b - \log c")
    assert found.counterexample is not None
    values = dict(found.counterexample.values)
    assert set(values) == {"b", "c"}
    assert set(values.values()) <= {"1", "2", "1/2", "3"}
    assert float(found.counterexample.left) != float(found.counterexample.right)


def test_a_later_link_of_a_chain_is_refuted_and_the_true_link_before_it_is_not():
    assert verdicts(r"$$\log b^2 = 2\log b = \log b$$") == ["supported", "refuted"]


@pytest.mark.parametrize(
    ("meant", "slip"),
    [
        (
            r"Thus $$\sum_{i=1}^n (x_i - m)^2 = \sum_{i=1}^n x_i^2 - n m^2.$$",
            r"Thus $$\sum_{i=1}^n (x_i - y_i) = \sum_{i=1}^n x_i + \sum_{i=1}^n y_i.$$",
        ),
        (r"Thus $$(a - b)^2 c = a^2 + b^2 - d c.$$", r"Thus $$(a + b)^2 = a^2 + b^2.$$"),
        (r"We put $s(x) = \sqrt{x}$. Thus $$s'(x) = \frac{2}{x^3}.$$", r"We put $s(x) = x^3$. Thus $$s'(x) = 2 x^2.$$"),
    ],
)
def test_where_letters_may_stand_for_something_said_elsewhere_an_edit_has_to_show_the_slip(meant, slip):
    """With m the mean of the x_i the first is true; nothing that a reader could mean makes the second one true."""
    assert verdicts(meant)[-1] in {
        "suspicious",
        "verified-if",
        "condition",
    }
    (*_, found) = check(slip, explain=False).judgements
    assert found.verdict == "refuted"
    assert found.suggestion


def test_a_sum_that_names_its_last_index_alone_begins_where_others_do():
    assert check(r"Thus $$\sum_{j=1}^n x_j = \sum_k^n x_k$$").judgements[0].verdict == "verified"
    assert check(r"Thus $$\sum_{j=0}^n x_j = x_i + \sum_{k\neq i}^n x_k$$").judgements[0].verdict in {
        "verified",
        "supported",
    }


def test_what_is_nothing_at_whole_numbers_is_not_nothing():
    """exp(-8000) differs from 0 in no digit that is computed: it is an equation to be solved all the same."""
    assert verdicts(r"Set $$e^{-2 \cdot 1000 t^2} = 0.025.$$") == ["condition"]
    assert verdicts(r"$$\cos^2 x + \sin^2 x = 2.$$") == ["refuted"]


def test_a_new_line_within_a_row_ends_it():
    (*_, found) = check(
        r"\begin{align} q &= \prod_{i=1}^n p_i \newline \log q &= \sum_{i=1}^n \log p_i \end{align}", as_="latex"
    ).judgements
    assert found.tex.startswith(r"\log q")


def test_numbers_alone_are_refuted():
    assert verdict(statement("log(1/100) = -100")).verdict == "refuted"
    assert verdict(statement("2 + 2 = 4")).verdict == "verified"
    assert verdict(statement("2 + 2 = 5")).verdict == "refuted"
    assert verdict(statement("28*28 = 754")).verdict == "refuted"
    assert verdict(statement("28*28 = 800")).verdict == "suspicious"
    assert verdict(statement("2*512*10^9 = 10^12")).verdict == "suspicious"


@pytest.mark.parametrize(
    ("made", "gate"),
    [
        (statement(FALSE), "gate-alone"),
        (statement(FALSE, announced="thus", denied="a common mistake"), "gate-denied"),
        (statement("f(x) = f(x)^2", announced="thus"), "gate-function"),
        (statement("log(n*b) = 2*b", "n: size", announced="thus"), "gate-name-alone"),
        (statement("lim(h -> 0, exp(h)*x) = 2*x", announced="thus"), "gate-limit"),
    ],
)
def test_an_open_gate_makes_it_suspicious_and_is_named(made, gate):
    found = verdict(made)
    assert found.verdict == "suspicious"
    assert gate in keys(found)


def test_a_condition_that_is_not_understood_keeps_a_gate_open():
    made = replace(statement(FALSE, announced="thus"), conditions=(Condition("b is small", Span(0, 1)),))
    assert verdict(made).verdict == "suspicious"
    assert "gate-condition" in keys(verdict(made))


def test_a_condition_that_is_understood_restricts_the_points():
    equal = Condition("b = c", Span(0, 1), expression("b = c*c"))
    made = replace(statement("log(b)/2 = log(c)", "b, c: positive", announced="thus"), conditions=(equal,))
    assert verdict(made).verdict in {"supported", "not-decided"}


def test_names_that_were_not_understood_or_are_tied_keep_a_gate_open():
    made = statement(FALSE, announced="thus")
    assert "gate-unread" in keys(verdict(made, around=Surroundings({"b": 3})))
    tied = Surroundings(tied=((12, frozenset({"b", "c"})),))
    assert "gate-tied" in keys(verdict(made, around=tied))


def test_every_reading_has_to_fail():
    made = statement("log(x)^2 = 2*log(x)", "x: positive", announced="thus")
    assert verdict(made).verdict == "suspicious"  # false, but there is no source for an edit
    other = Reading((expression("log(x^2)", "x: positive"), expression("2*log(x)", "x: positive")))
    found = verdict(replace(made, readings=(*made.readings, other)))
    assert found.verdict == "supported"


@pytest.mark.parametrize("text", ["sum(p[k], k, 1, 3) = 1", "d/dw (w^2 - 2*w) = 0", "x = 2", "x*y = 0"])
def test_what_may_be_asked_for_is_a_condition(text):
    assert verdict(statement(text)).verdict == "condition"


@pytest.mark.parametrize(
    "text", ["P(x, y) = P(x)*P(y)", "a*f(x) = f(a*x)", "w[2] = w[1] - h*g", "log(b/c) = log(b)/log(a)", "-log(2) = 4*b"]
)
def test_what_may_say_what_something_is_of_which_nothing_else_is_known_is_a_condition(text):
    found = verdict(statement(text, announced="thus"))
    assert (found.verdict, found.reason.key) == ("condition", "may-determine")


def test_a_wanted_relation_is_a_condition_even_if_it_is_true_nowhere():
    assert verdict(statement("x^2 + y^2 = x + 1", wanted="solve")).verdict == "condition"


def test_a_definition_is_one_and_is_compared_with_the_usual_one():
    made = statement("J = sum(y[i]*log(p[i]) + (1 - y[i])*log(1 - p[i]), i, 1, n)", "J: real; n: size; i: index 1..n")
    body = made.readings[0].terms[1]
    made = replace(
        made,
        defines=(Definition("J", (), body, "first", made.formula, made.number),),
        context=replace(made.context, names={"J": Name("J", "J")}),
    )
    found = verdict(made)
    assert found.verdict == "suspicious"
    assert found.reason.key == "unusual-sign"
    assert [each.verdict for each in found.notes] == ["definition"]
    body = expression("-(1/n)*sum(y[i]*log(p[i]) + (1 - y[i])*log(1 - p[i]), i, 1, n)", "n: size; i: index 1..n")
    right = replace(
        made,
        readings=(Reading((made.readings[0].terms[0], body)),),
        defines=(Definition("J", (), body, "first", made.formula, made.number),),
    )
    assert verdict(right).verdict == "definition"


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("1/(1 + exp(-u))", "definition"),
        ("1/(1 + exp(u))", "suspicious"),
        ("-1/(1 + exp(-u))", "suspicious"),
        ("exp(u)/(1 + exp(u))", "definition"),
    ],
)
def test_the_sigmoid_by_its_usual_definition(formula, expected):
    made = statement(["P(u)", formula], "P: real")
    body = made.readings[0].terms[1]
    name = Definition("P", (expression("u"),), body, "first", made.formula, made.number, call=True)
    made = replace(made, defines=(name,), context=replace(made.context, names={"P": Name("P", r"\sigma")}))
    assert verdict(made).verdict == expected


def test_what_is_not_understood_says_why():
    made = statement("a = b")
    trouble = Misread("macro", r"\foo", Span(0, 1))
    made = replace(made, readings=(), terms=(replace(made.terms[0], trouble=trouble), made.terms[1]))
    found = verdict(made)
    assert found.verdict == "not-understood"
    assert found.reason.key == "misread-macro"


@pytest.mark.parametrize(("tex", "expected"), [("(a) = f((b)", "lint"), ("a \\in (0, 1] = b", "not-understood")])
def test_brackets_are_odd_if_they_do_not_pair(tex, expected):
    made = statement("a = b")
    terms = [replace(term, span=Span(0, len(tex))) for term in made.terms]
    formula = replace(made.formula, tex=tex)
    made = replace(made, formula=formula, terms=tuple(terms), readings=(), misread=Misread("brackets", "(", Span(0, 1)))
    assert verdict(made).verdict == expected


def test_equal_elements_at_an_optimum_are_no_claim():
    made = statement("L = -log(x[1]) - a = -log(x[2]) - a", "L: real; x: positive", announced="thus")
    assert [verdict(made, i).verdict for i in (0, 1)] == ["condition", "condition"]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_each_usual_definition_has_a_name_in_both_languages(language):
    known = words("verdicts", language)
    assert all(f"usual-{each.name}" in known for each in standards())
    assert len(standards()) >= 30


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # What holds nearly holds so for some values, and texts do not say for which; of numbers it is a claim.
        (r"$$\ln n! \approx n \ln n - n$$", "not-decided"),
        (r"$$\sqrt{13667} \approx 370$$", "refuted"),
        (r"$$\frac{90}{223} \approx 40$$", "suspicious"),
        (r"$$\frac{2}{3} \approx 66.7$$", "suspicious"),
        (r"$$\log(5) + \ln(5) \approx 2.31$$", "not-decided"),
        # What stands behind a product may be within it, too.
        (r"$$\prod_{i=1}^n \frac{1}{x_i} e^{-t} = \frac{e^{-n t}}{\prod_{i=1}^n x_i}$$", "supported"),
        # Letters that are given numbers, classes of numbers, binary numbers; what a function is asked to be.
        (r"$e = 0.2056$", "not-decided"),
        (r"$$[2]^5 = [2]$$", "not-decided"),
        (r"$$1 + 1 + 1 = 11$$", "not-decided"),
        (r"$$10^2 \equiv 2$$", "not-decided"),
        (r"$$P(x)/Q(x) > 0$$", "condition"),
        (r"Thus $u_n(0) = 0$", "condition"),
        (r"Thus $a(b + c) = ab + ac$", "verified"),
        # A sum that goes on in the next display.
        ("$$0 + 1 \\cdot 0.26 = 0 + 0.26$$\n\n$$+ 3 \\cdot 0.17 + 4 \\cdot 0.09 = 1.13$$", "suspicious"),
        ("$$\\begin{array}{ccc} x & f & o \\\\ 4 & \\geq 5 & 7 \\end{array}$$", "not-understood"),
        # A unit that is not known; some constant, another one each time.
        (r"$(25\times10^9/8)/(8+64+12)=37.2$ Mpps", "suspicious"),
        (r"$\frac{4000 + 250}{1000} = 0.425$", "refuted"),
        (r"Thus $$\mathrm{const} \cdot 2\theta = \mathrm{const}\cdot\theta$$", "not-decided"),
        (r"Thus $$x^2 + 1 + C = x^2 + C$$", "not-decided"),
        (r"With a constant of integration, thus $$x^2 + 1 + c = x^2 + c$$", "not-decided"),
        (r"Thus $$x^2 + 1 + c = x^2 + c$$", "refuted"),
        # A cell of a table that begins with a relation.
        ("$$\\begin{array}{ccc} x & f & o \\\\ 4 & 0.5 & 9 \\\\ \\geq 5 & 0.2 & 7 \\end{array}$$", "not-understood"),
        (r"Thus $$\tan (180 - t) + 1 = 1 - \tan t$$", "suspicious"),
        # What is written of n, and meant of n = 1: no edit may leave out how far a sum runs.
        (r"Thus $$\sum_{i=1}^n i = \frac{n(n+1)}{2} = \sum_{i=1}^{1} i$$", "suspicious"),
        # Sets of which nothing is known; capitals are sets, events, matrices, points.
        (r"$$\sum_{x\in A} p_x \log p_x + \sum_{x\in B} p_x = \sum_{x \in C} p_x \log p_x$$", "not-decided"),
        (r"Thus $$|\mathbb{N}^2| = |\mathbb{N}|$$", "suspicious"),
        (r"Thus $$\log A^2 + y = \log A + y$$", "suspicious"),
        (r"Thus $$e^{i\theta} = \cos\theta + i\sin\theta$$", "not-decided"),
        # A decimal comma behind a relation, and in what is rounded; the bar of a condition in Markdown.
        (r"$$4 (1/2)^4 = 0,25$$", "verified"),
        (r"$$(2/3)^4 = 0,1975$$", "supported"),
        (r"$p(X,Y) = p(X\|Y) \cdot p(Y)$", "verified"),
    ],
)
def test_what_is_likely_to_be_meant_otherwise_is_not_accused(text, expected):
    assert verdicts(text)[-1] == expected
