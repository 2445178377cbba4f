"""What documents say of their names: sets, kinds, definitions in scope, consequences, conditions."""

from __future__ import annotations

import pytest

from loglik.check.model import reread, statements_of, understand
from loglik.check.readers import read
from loglik.errors import DataError


def last(text, name="t.md", assumed=None):
    """The last statement with a relation."""
    return [s for s in understand(read(text, name), assumed) if s.relations][-1]


# Words, notation and use that say which set the values of a name come from.
DOMAINS = [
    ("Let $p$ be a probability. $$\\log p = a$$", "p", "probability"),
    ("the probability $p$ and $$q = 1 - p$$", "p", "probability"),
    ("$p$ is a probability. $$q = 1 - p$$", "p", "probability"),
    ("where $t$ is a one-hot vector: $$a = \\sum_k t_k$$", "t", "onehot"),
    ("probability distributions $p$ and $q$: $$a = \\sum_k p_k$$", "p", "simplex"),
    ("確率 $p$ について $$q = 1 - p$$", "p", "probability"),
    ("$p$ は確率である。 $$q = 1 - p$$", "p", "probability"),
    ("正の数 $a$ に対して $$b = \\sqrt{a^2}$$", "a", "positive"),
    ("$t$ は one-hot ベクトルである。 $$a = \\sum_k t_k$$", "t", "onehot"),
    ("$p$ は確率分布とする。 $$a = \\sum_k p_k$$", "p", "simplex"),
    ("for $x > 0$ we have $$y = x^2$$", "x", "positive"),
    ("with $y \\in \\{0, 1\\}$: $$a = y^2$$", "y", "label"),
    ("$p_i$ with $\\sum_i p_i = 1$: $$a = \\sum_i p_i$$", "p", "simplex"),
    ("$$y = \\log(x)$$", "x", "positive"),
    ("$$L = -y\\log(p) - (1-y)\\log(1-p)$$", "p", "probability"),
    ("$$y = \\log_b x$$", "b", "base"),
    ("$$y = \\sum_{i=1}^n x_i$$", "n", "size"),
    ("$$y_i = x_i$$", "i", "index"),
    ("$$y = x + 1$$", "x", "real"),
]


@pytest.mark.parametrize(("text", "name", "kind"), DOMAINS)
def test_sets_of_values(text, name, kind):
    assert last(text).context.names[name].domain.kind == kind


def test_a_set_comes_with_the_words_that_say_so():
    (source,) = last("the probability $p$ and $$q = 1 - p$$").context.names["p"].sources
    assert (source.by, source.text, source.line) == ("words", "probability", 1)


def test_what_is_assumed_counts_for_more_than_words():
    name = last("the probability $p$ and $$q = 1 - p$$", assumed={"p": "positive"}).context.names["p"]
    assert (name.domain.kind, name.sources[0].by) == ("positive", "note")


def test_notes_in_the_document_are_assumptions():
    assert last("<!-- loglik: t is onehot -->\n\n$$a = \\sum_k t_k$$").context.names["t"].domain.kind == "onehot"


def test_a_set_that_is_none_is_refused():
    with pytest.raises(DataError, match=r"LL161|LL403"):
        understand(read("$x$"), {"x": "hot"})


def test_a_word_of_one_chapter_says_nothing_of_the_next():
    text = "# A\n\nthe probability $p$ $$q = 1 - p$$\n\n# B\n\n$$r = p + 1$$"
    assert last(text).context.names["p"].domain.kind == "real"


DEFINITIONS = [
    ("$$z = w x + b$$", ("z", "first")),
    ("$$z := w x + b$$", ("z", ":=")),
    ("$$w x + b =: z$$", ("z", "=:")),
    ("Let $$x + h = Y$$", ("Y", "Let")),
    ("$$x + h = Y$$ とおく。", ("Y", "とおく")),
    ("$$\\log L = \\sum_i x_i$$", ("L", "through")),
    ("$$f(x) = x^2$$", ("f", "first")),
    ("$$z_k = w_k x$$", ("z", "first")),
    ("$$a + b = c + d$$", None),
    ("$$x = x^2$$", None),
]


@pytest.mark.parametrize(("text", "found"), DEFINITIONS)
def test_definitions(text, found):
    defines = [(d.name, d.mark) for d in last(text).defines]
    assert defines == ([] if found is None else [found])


def test_definitions_in_scope_are_those_before_nearest_first():
    text = "$$a = x$$\n\n$$a = y$$\n\n$$b = a + c$$\n\n$$a = z$$"
    statement = [s for s in understand(read(text)) if s.relations][2]
    assert [str(d.body) for d in statement.context.definitions if d.name == "a"] == ["y", "x"]


def test_definitions_are_followed_into_each_other():
    text = "$$z = w x$$\n\n$$a = \\sigma(z)$$\n\n$$L = -\\log a$$\n\n$$c = L + 1$$"
    assert {d.name for d in last(text).context.definitions} >= {"L", "a", "z"}


WORDS = [
    ("Therefore $$a + b = c$$", "announced"),
    ("よって $$a + b = c$$", "announced"),
    ("$$a + b = c$$ となる。", "announced"),
    ("因此 $$a + b = c$$", "announced"),
    ("A common mistake is $$a + b = c$$", "denied"),
    ("次は誤りである: $$a + b = c$$", "denied"),
    ("minimise subject to $$a + b = c$$", "wanted"),
    ("$$a + b = c$$ を満たす", "wanted"),
]


@pytest.mark.parametrize(("text", "what"), WORDS)
def test_words_around_a_formula(text, what):
    context = last(text).context
    said = {each for each in ("announced", "denied", "wanted") if getattr(context, each)}
    assert said == {what}


def test_conditions_behind_a_formula():
    (statement,) = statements_of(r"\frac{\partial a_j}{\partial z_i} = -a_i a_j, \quad i \neq j.")
    (condition,) = statement.conditions
    assert (str(condition.relation.left), condition.relation.relation) == ("i", "!=")


def test_cases_are_a_statement_each():
    one, other = statements_of(r"y = \begin{cases} a & \text{if } x > 0 \\ b & \text{otherwise} \end{cases}")
    assert [str(s.readings[0].terms[1]) for s in (one, other)] == ["a", "b"]
    assert one.conditions[0].relation is not None
    assert other.conditions[0].relation is None


def test_a_formula_that_begins_with_a_relation_goes_on():
    text = "$$a = b + c$$\n$$= g$$"
    statement = last(text)
    assert [str(e) for e in statement.readings[0].terms] == ["b + c", "g"]


@pytest.mark.parametrize(
    ("tex", "readings"),
    [
        (r"a = \log p(x) q(x)", {"log(p(x))*q(x)", "log(p(x)*q(x))"}),
        (r"a = \log(u)^2", {"log(u)^2", "log(u^2)"}),
        (r"a = 1/2x", {"1/2*x", "1/(2*x)"}),
    ],
)
def test_what_notation_leaves_open_is_read_in_all_ways(tex, readings):
    (statement,) = statements_of(tex)
    assert {str(r.terms[1]) for r in statement.readings} == readings
    assert statement.readings[0].choices


def test_readings_are_at_most_sixteen():
    tex = " + ".join(rf"\log p_{{{k}}}(x) q(x)" for k in range(12)) + " = a"
    (statement,) = statements_of(tex)
    assert 1 < len(statement.readings) <= 16


def test_parts_know_where_they_stand():
    (statement,) = statements_of(r"L = -\sum_{i=1}^n t_i \log y_i")
    tex = statement.formula.tex
    spans = {path: tex[s.start : s.end] for path, s in statement.readings[0].spans.items()}
    assert spans[0,] == "L"
    assert r"\log y_i" in spans.values()
    assert "t_i" in spans.values()


def test_another_source_is_read_in_the_same_context():
    statement = last("the probability $p$ and $$q = 1 - p$$")
    again = reread(statement, "q = 1 + p")
    assert str(again.readings[0].terms[1]) == "1 + p"
    assert again.context.names["p"].domain.kind == "probability"
    assert reread(statement, "q") is None


def test_macros_are_expanded_and_their_loops_end():
    text = "$\\newcommand{\\half}{\\frac{1}{2}}\\newcommand{\\a}{\\a\\a}$ $y = \\half x$ and $y = \\a$"
    first, second = [s for s in understand(read(text)) if s.relations or s.misread][-2:]
    assert str(first.readings[0].terms[1]) == "1/2*x"
    assert second.misread is not None
    assert second.misread.code == "endless"


def test_sigma_is_the_sigmoid_unless_the_document_says_otherwise():
    assert "sigmoid" in str(last("$$a = \\sigma(z)$$").readings[0].terms[1])
    relu = "$$\\sigma(z) = \\max(0, z)$$ then $$a = \\sigma(b)$$"
    assert "sigmoid" not in str(last(relu).readings[0].terms[1])


def test_a_bound_that_a_section_states_restricts_what_follows():
    text = "# A\n\nAssume $0 < t < 2$. Then\n\n$$t^2 < 4$$\n\n# B\n\n$$t^3 < 8$$"
    inside, outside = [s for s in understand(read(text)) if s.formula.kind == "display"]
    said = [f"{c.relation.left} {c.relation.relation} {c.relation.right}" for c in inside.conditions]
    assert said == ["0 < t", "t < 2"]
    assert outside.conditions == ()


def test_comments_beside_a_step_are_no_links():
    tex = r"\begin{align*} x - x &= 1 - 1 && \quad \text{since } \cos(0) = 1 \\ &= 0 && \end{align*}"
    statement, comment = statements_of(tex)
    assert [str(e) for e in statement.readings[0].terms] == ["x - x", "1 - 1", "0"]
    assert [str(e) for e in comment.readings[0].terms] == ["cos(0)", "1"]


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\begin{align} a &= 1 & b &= 2 \\ &= 3 & &= 4\end{align}", [["a", "1", "3"], ["b", "2", "4"]]),
        (r"\begin{alignat}{2} a &= 1 &\quad b &= 2 \\ &= 3 & &= 4\end{alignat}", [["a", "1", "3"], ["b", "2", "4"]]),
        (
            r"\begin{aligned} 5 & = 6 \\ -1 + x & = 0 \\ -x &= 2\end{aligned}",
            [["5", "6"], ["-1 + x", "0"], ["-x", "2"]],
        ),
        (r"\begin{array}{lcr} x & = & 5 \\ -x & = & 0 \end{array}", [["x", "5"], ["-x", "0"]]),
        (r"\begin{array}{c|c} + & 9 + x = 5 \\ - & 9 \end{array}", [["9 + x", "5"]]),
        (
            r"\begin{array}{ccc} 2 & a = 5 & 1 \\ & -a = -5 & 1 \\ 3 & -b = -7 & x = 5 \end{array}",
            [["a", "5"], ["-a", "-5"], ["-b", "-7"], ["x", "5"]],
        ),
        (r"\begin{array}{rcl} a &=& 1 \\ && + x \\ &=& 3 \end{array}", [["a", "1 + x", "3"]]),
        (r"\begin{array}{c|c} 3 & 0 \\ 2 & -a = 5 \end{array}", [["-a", "5"]]),
        (r"\begin{multline} a + b \\ + c = 10 \end{multline}", [["a + b + c", "10"]]),
        (r"\begin{array}{r@{}l} a &{}= 1 \\ &{}= 2 \end{array}", [["a", "1", "2"]]),
        (r"\begin{eqnarray} a &=& 1 \\ && + x \\ &=& 3 \end{eqnarray}", [["a", "1 + x", "3"]]),
        (r"\begin{align} a & = & 1 \\ & = & 3 \end{align}", [["a", "1", "3"]]),
        (r"\begin{aligned} a &= 1 \\ &\quad + x \\ &= 3 \end{aligned}", [["a", "1 + x", "3"]]),
    ],
)
def test_columns_are_formulas_of_their_own_and_go_on_below(tex, expected):
    found = [[str(e) for e in s.readings[0].terms] for s in statements_of(tex) if s.relations]
    assert found == expected
