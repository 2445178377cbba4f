"""Japanese output is Japanese: no English sentence in any text, and on the pages of dice and fits only listed terms."""

from __future__ import annotations

import re

import pytest

from loglik.cli import main
from loglik.texts import names, words
from loglik.texts.files import document

#: Words that an English sentence hardly does without, and that are no names of options or values.
ENGLISH = re.compile(
    r"(?<![\w.\-'])(the|is|are|was|were|of|that|which|this|it|has|have|does|cannot|there)(?![\w.(=\-'])"
)
#: What a Japanese textbook writes in Latin letters: names of methods and people, signs, formats, commands and options.
TERMS = {
    *("Wilson", "Goodman", "Clopper", "Pearson", "Jeffreys", "Sison", "Glaz", "McFadden", "Tjur", "AIC", "BIC"),
    *("Intercept", "chi", "log", "inf", "alpha", "yes", "no", "LL", "json", "loglik", "dice", "coin", "derive"),
    *("mle", "is", "maximum", "lang", "ja", "help", "smoothing", "power", "model", "predict", "logistic", "gradient"),
}
CODE = re.compile(r"`[^`]*`|\"[^\"]*\"|「[^」]*」|（[^）]*=[^）]*）|\{[^{}]*\}|^ {4}.*$", re.MULTILINE)


@pytest.mark.parametrize("page", names("loglik.texts", "words/ja", ".txt"))
def test_words_of_pages_are_no_english_sentences(page):
    for key, text in words(page, "ja").items():
        assert not ENGLISH.search(CODE.sub("", text)), key


@pytest.mark.parametrize("code", names("loglik.texts", "messages/ja", ".md"))
def test_messages_are_no_english_sentences(code):
    found = document("loglik.texts", f"messages/ja/{code}.md")
    for name, text in {"": found.body, **found.sections}.items():
        assert not ENGLISH.search(CODE.sub("", text)), name


@pytest.mark.parametrize(
    "command",
    [
        "dice 3 5 2 4 1 5",
        "dice --throws 1,3,6",
        "dice 0 0 0",
        "dice 3 5 2 4 1 5 --power 10 --smoothing 1",
        "coin 7 3",
        "fit d.csv -t y -q",
        "fit d.csv -t y -q --explain",
        "fit d.csv -t y -q --plan",
        "fit d.csv -t y -q --alpha 0.1 --explain",
    ],
)
def test_pages_have_listed_terms_alone(command, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [f"{x},{'yes' if (x * 7) % 5 > 1 else 'no'}" for x in range(40)]
    (tmp_path / "d.csv").write_text("x,y\n" + "\n".join(rows) + "\n", encoding="utf-8")
    assert main([*command.split(), "--lang", "ja"]) == 0
    shown = re.sub(r"\d[\d.]*e[+\-−]?\d+", "0", capsys.readouterr().out)
    assert set(re.findall(r"[A-Za-z]{2,}", shown)) <= TERMS
