"""Words of the page: the same keys and placeholders in both languages, formulas that can be read, Japanese in Japanese."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from loglik.lab.page_texts import html, marked_words, words
from loglik.texts import LANGUAGES

EN, JA = words("en"), words("ja")
#: What is written in Latin letters in Japanese too: names, commands, symbols.
TERMS = {
    "loglik", "lab", "Newton", "CSV", "csv", "TSV", "Parquet", "Python", "Firth", "Wilson", "LaTeX", "MB", "Ctrl", "Enter",
    "Delete", "Shift", *"ABCXYKaxhekwytnpz",
}  # fmt: skip


def test_both_languages_have_the_same_keys_and_placeholders():
    assert list(EN) == list(JA)
    for key, text in EN.items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", JA[key])), key


def test_both_languages_show_the_same_formulas():
    for key, text in EN.items():
        formulas = [Counter(re.findall(r"\$+([^$]+)\$", each)) for each in (text, JA[key])]
        assert formulas[0] == formulas[1], key


@pytest.mark.parametrize("language", LANGUAGES)
def test_formulas_can_be_read_and_marks_are_closed(language):
    for key, text in marked_words(language).items():
        bare = re.sub(r"<math.*?</math>|<code>.*?</code>", "", text)
        assert not re.search(r"[$*`]", bare), (key, bare)


def test_no_english_word_in_japanese():
    for key, text in JA.items():
        bare = re.sub(r"\$+[^$]+\$+|`[^`]+`|\{\w+\}|https?://\S+", " ", text)
        assert not set(re.findall(r"[A-Za-z][A-Za-z0-9]*", bare)) - TERMS, key
        assert (
            EN[key] == text or re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", text) or not re.search(r"[A-Za-z]{3}", text)
        ), key


def test_words_are_escaped():
    assert html("<script>alert(1)</script> $x < 1$").startswith("&lt;script&gt;")
    assert 'alttext="x &lt; 1"' in html("$x < 1$")
