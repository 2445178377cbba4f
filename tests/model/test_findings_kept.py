"""Findings of a model file are said in the language of the reader; those that were changed stand as they are."""

from __future__ import annotations

import json

import pytest

from loglik.errors import Finding
from loglik.model.finding_document import finding_document, finding_from
from loglik.texts import Phrase, use

REPEATS = Finding("LL202.repeats", columns=("b", "a"), name="b", sum="b = +2 a", more=0)


def kept_of(finding):
    return json.loads(json.dumps(finding_document(finding)))


def test_a_finding_comes_back_in_both_languages():
    kept = kept_of(REPEATS)
    found = finding_from(kept)
    assert found == REPEATS
    for language in ("en", "ja"):
        with use(language):
            assert found.message == REPEATS.message
            assert found.hint == REPEATS.hint


@pytest.mark.parametrize(
    "change",
    [
        {"values": {}}, {"values": {"name": "c", "sum": "b = +2 a", "more": 0}}, {"key": "LL202.no_such"}, {"key": 5},
        {"key": "LL204.constant"}, {"values": {"name": "b", "sum": "b = +2 a", "more": {}}}, {"values": [1]},
        {"values": {"name": "b", "sum": "b = +2 a", "more": 0, "key": "x"}},
    ],
)  # fmt: skip
def test_what_does_not_give_the_sentence_is_not_believed(change):
    found = finding_from({**kept_of(REPEATS), **change})
    assert found.message == REPEATS.message
    with use("ja"):
        assert found.message == REPEATS.said.text("en")


def test_words_that_are_said_otherwise_elsewhere_are_not_kept_as_values():
    spoken = Finding("LL202.repeats", name=Phrase("data_frame"), sum="", more=0)
    assert "values" not in finding_document(spoken)
    assert finding_from(kept_of(spoken)).message == spoken.message
