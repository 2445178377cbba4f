"""The data files of texts: both languages have the same keys and places for values, and what is no such file is refused."""

from __future__ import annotations

import re
import string

import pytest

from loglik.texts import LANGUAGES, names, placeholders, templates, words
from loglik.texts.files import document, pairs, parse

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
POLITE = re.compile(r"(です|ます|ました|ません|でした|でしょう|ましょう|ください)(か|が|ので|から)?[。、）\n]")
PAGES = names("loglik.texts", "words/en", ".txt")
CODES = names("loglik.texts", "messages/en", ".md")
MESSAGES = [
    f"{code}.{section}"
    for code in CODES
    for section in document("loglik.texts", f"messages/en/{code}.md").sections
    if section != "what_to_do"
]


def test_both_languages_have_the_same_files():
    for folder, ending in (("words", ".txt"), ("messages", ".md")):
        assert len({names("loglik.texts", f"{folder}/{language}", ending) for language in LANGUAGES}) == 1


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_have_the_same_words_with_the_same_values(page):
    en, ja = words(page, "en"), words(page, "ja")
    assert en.keys() == ja.keys()
    for key in en:
        assert placeholders(en[key]) == placeholders(ja[key]), key
        assert not JAPANESE.search(en[key]), key
        assert not POLITE.search(f"{ja[key]}\n"), key
        assert not re.search(r"[、。] ", ja[key]), key


@pytest.mark.parametrize("code", CODES)
def test_both_languages_have_the_same_messages(code):
    en, ja = (document("loglik.texts", f"messages/{language}/{code}.md") for language in LANGUAGES)
    assert en.front.keys() - {"example", "next"} == ja.front.keys() == {"title"}
    assert en.sections.keys() == ja.sections.keys()
    assert "what_to_do" in en.sections
    assert list(en.sections) == list(ja.sections)  # in the same order, so that they are read side by side


@pytest.mark.parametrize("key", MESSAGES)
def test_messages_have_the_same_values_in_both_languages(key):
    (en, en_hint), (ja, ja_hint) = templates(key, "en"), templates(key, "ja")
    assert placeholders(en) == placeholders(ja)
    assert placeholders(en_hint) == placeholders(ja_hint)
    assert bool(en_hint) == bool(ja_hint)
    assert not JAPANESE.search(en + en_hint)
    assert not re.search(r"\w\.$", en)
    assert JAPANESE.search(ja) or re.fullmatch(r"\{\w+\}", ja)
    assert not POLITE.search(f"{ja}\n{ja_hint}\n")
    assert not re.search(r"[、。] ", ja + ja_hint)
    # options, arguments and codes are the same in both
    named = r"--[a-z-]+[a-z]|LL\d{3}|[a-z_]+=(?=[\"\[{\d])"
    assert set(re.findall(named, f"{en} {en_hint}")) == set(re.findall(named, f"{ja} {ja_hint}"))
    for template in (en, en_hint, ja, ja_hint):
        for _, _, spec, _ in string.Formatter().parse(template):
            # a value with this sign in it would cut the words apart
            assert spec is None or "|" not in spec or "{" not in spec


@pytest.mark.parametrize("text", ["title", "title: one\ntitle: two", "A sentence. No key"])
def test_what_is_no_pair_is_refused(text):
    with pytest.raises(ValueError, match="neither a new key nor"):
        pairs(text)


@pytest.mark.parametrize("text", ["x\n---\na: b\n---\n", "---\na: b\n---\n\n## one\n\n1\n\n## one\n\n2\n", "no front"])
def test_what_is_no_document_is_refused(text):
    with pytest.raises(ValueError, match=r"before the front matter|two sections|not enough values"):
        parse(text)
