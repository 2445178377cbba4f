"""Files to prose and formulas, with the place of each."""

from __future__ import annotations

import json

import pytest

from loglik.check.document import Formula, Position, Prose
from loglik.check.readers import read
from loglik.errors import DataError


def formulas(text, name="t.md"):
    return [f.tex for f in read(text, name).formulas]


MARKDOWN = [
    ("Let $x$ be and $$y$$ too", ["x", "y"]),
    ("costs $5 and $6, but $x = 1$ holds", ["x = 1"]),
    ("`$x$` is code, ``$y$`` too, $z$ is not", ["z"]),
    ("```\n$x$\n```\n\n    $y$\n\n$z$", ["z"]),
    ("```math\na = b\n```", ["a = b\n"]),
    ("$$\na = b\n\nc = d\n$$\n# $e$", ["\na = b\n\nc = d\n", "e"]),
    (r"\\( a \\) and \( b \) and \\[ c \\] and \[ d \]", [" a ", " b ", " c ", " d "]),
    ("\\begin{align*}\na &= b\n\\end{align*}", ["\\begin{align*}\na &= b\n\\end{align*}"]),
    ("確率$p$と$1-p$の和", ["p", "1-p"]),
    ("> $$\n> a\n> = b\n> $$", ["\na\n= b\n"]),
    ("| $a$ | $b$ |\n|---|---|\n| $c$ | $d|e$ |", ["a", "b", "c", "d|e"]),
    ("<!-- $x$ --> $y$", ["y"]),
    ("---\ntitle: $x$\n---\n$y$", ["y"]),
    # An unpaired dollar does no harm beyond its paragraph.
    ("price $ is here\n\nthen $x$ and $y$", ["x", "y"]),
    (
        "$$ is unpaired and this is a long text with many words that is certainly no formula at all\n\n# A\n\n$x$",
        ["x"],
    ),
    # What Markdown processors and editors eat.
    ("$$\\begin{aligned}\na &= b \\\n&= c\n\\end{aligned}$$", ["\\begin{aligned}\na &= b \\\\\n&= c\n\\end{aligned}"]),
    ("$x\\_i$", ["x_i"]),
    ("$$a \\\\\\\\ b$$", ["a \\\\ b"]),
    ("$a &lt; b$", ["a < b"]),
]


@pytest.mark.parametrize(("text", "found"), MARKDOWN)
def test_formulas_of_markdown(text, found):
    assert formulas(text) == found


def test_places_are_those_of_the_file():
    document = read("# One\n\ntext $a$\n\n> $$\n> b\n> $$\n", "t.md")
    a, b = document.formulas
    assert a.area.start == Position(3, 6)
    assert a.at(0) == Position(3, 7)
    assert b.at(b.tex.index("b")) == Position(6, 3)
    heading = document.parts[0]
    assert isinstance(heading, Prose)
    assert (heading.kind, heading.level, heading.text.strip()) == ("heading", 1, "One")


def test_places_of_a_notebook_are_those_of_its_json():
    source = ["a $x$\n", "$$\\frac{a}{b}$$ \\u3042"]
    text = json.dumps(
        {"cells": [{"cell_type": "code", "source": ["$no$"]}, {"cell_type": "markdown", "source": source}]}, indent=1
    )
    x, fraction = read(text, "n.ipynb").formulas
    lines = text.split("\n")
    for formula, sign in ((x, "x"), (fraction, "{b}")):
        place = formula.at(formula.tex.index(sign))
        assert lines[place.line - 1][place.column - 1 :].startswith(sign)
    assert fraction.cell == 2


@pytest.mark.parametrize("text", ["[1", "{}", '{"cells": 3}', "[" * 100_000, "3"])
def test_what_is_no_notebook_is_refused(text):
    with pytest.raises(DataError, match="LL402"):
        read(text, "n.ipynb")


def test_what_is_no_text_is_refused():
    with pytest.raises(DataError, match="LL401"):
        read(b"\xff\x00\x81", "t.md")


HTML = [
    ("<p>a \\(x &lt; y\\) b</p>", ["x < y"]),
    ("<pre>$x$</pre><code>$y$</code><p>$z$</p><script>'$w$'</script>", ["z"]),
    ('<script type="math/tex; mode=display">a = b</script>', ["a = b"]),
    (
        (
            '<span class="katex"><span class="katex-mathml"><math><semantics><mrow><mi>x</mi></mrow>'
            '<annotation encoding="application/x-tex">x^2</annotation></semantics></math></span>'
            '<span class="katex-html"><span>x</span></span></span>'
        ),
        ["x^2"],
    ),
    ("<math><msup><mi>x</mi><mn>2</mn></msup></math>", ["x^{ 2 }"]),
    ("<math><mfrac><mi>a</mi><mi>b</mi></mfrac></math>", ["\\frac{ a }{ b }"]),
    ("<p>$a<p>b$</p>", []),
]


@pytest.mark.parametrize(("text", "found"), HTML)
def test_formulas_of_html(text, found):
    assert formulas(text, "t.html") == found


TEX = [
    ("text $x$ % $y$\n\\[ z \\]", ["x", " z "]),
    ("\\begin{verbatim}$x$\\end{verbatim} $y$ \\$5", ["y"]),
    ("\\begin{equation} a = b \\end{equation}", ["\\begin{equation} a = b \\end{equation}"]),
    ("a $x\n\n b c $y$", ["y"]),
]


@pytest.mark.parametrize(("text", "found"), TEX)
def test_formulas_of_tex(text, found):
    assert formulas(text, "t.tex") == found


def test_a_tex_document_is_not_followed():
    document = read("\\input{secret}\n$x$", "t.tex")
    assert [(t.code, t.position) for t in document.troubles] == [("not-followed", Position(1, 1))]


@pytest.mark.parametrize(
    "text",
    [
        "$" * 5_000,
        "$a$ " * 2_000,
        "> " * 3_000 + "$a$",
        "$$" + "{" * 20_000,
        "- " * 2_000 + "$x$",
        "\\[" * 3_000,
        "$`" * 3_000,
    ],
    ids=["dollars", "many", "quotes", "braces", "lists", "brackets", "ticks"],
)
def test_hostile_markdown_is_read_to_an_end(text):
    assert all(isinstance(part, (Formula, Prose)) for part in read(text, "t.md").parts)
