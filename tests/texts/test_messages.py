"""Messages keep their values and become text when they are read."""

from __future__ import annotations

import json
import pickle
import threading
from fractions import Fraction

import numpy as np
import pytest

from loglik.errors import DataError, Finding, SeparationError
from loglik.texts import Message, Phrase, current, render, use
from loglik.texts.files import document
from loglik.texts.language import named, of_environment


@pytest.fixture
def code(monkeypatch):
    """A code of its own: one pair of files."""
    from loglik.texts import message

    texts = {
        "en": "---\ntitle: T\n---\n\nBody.\n\n## what_to_do\n\nNothing.\n\n"
        "## lost\n\n{n:,} {n:row|rows} of {name}{near:similar} {n:is|are} lost\n\nLook for {what}.\n",
        "ja": "---\ntitle: 題\n---\n\n本文。\n\n## what_to_do\n\n何もしない。\n\n"
        "## lost\n\n{name} の {n:,} 行が失われた{near:similar}\n\n{what}を探す。\n",
    }
    from loglik.texts.files import parse

    monkeypatch.setattr(message, "document", lambda _, name: parse(texts[name.split("/")[1]]))
    return "LL999.lost"


def test_one_pair_of_files_makes_a_message(code):
    error = DataError(code, n=1234, name="a.csv", near="b.csv", what="them", columns=["c"])
    assert str(error) == 'LL999 1,234 rows of a.csv; did you mean "b.csv"? are lost\n  Look for them.'
    assert (error.code, error.columns, error.exit_status) == ("LL999", ("c",), 2)
    with use("ja"):
        assert error.message == "a.csv の 1,234 行が失われた（「b.csv」のことか）"
        assert error.hint == "themを探す。"
    assert Finding(code, n=1, name="x", near=None, what="it").message == "1 row of x is lost"


def test_errors_survive_pickling_whatever_their_values_are(code):
    made = SeparationError(code, n=2, name=lambda: 0, near=np.dtype("int64"), what=[1, (2, "x")], separation={"a": 1})
    again = pickle.loads(pickle.dumps(made))  # noqa: S301
    assert type(again) is SeparationError
    assert str(again) == str(made)
    assert again.separation == {"a": 1}
    assert again.said == made.said


def test_values_are_plain_in_json():
    values = {"n": np.int64(3), "x": np.float64(0.1), "bad": float("nan"), "f": Fraction(1, 3), "l": ("a", 1), "d": {}}
    plain = Message("LL999", values).plain_values()
    assert plain == {"n": 3, "x": 0.1, "bad": "nan", "f": "1/3", "l": ["a", 1], "d": "{}"}
    json.dumps(plain, allow_nan=False)


def test_values_are_as_they_were_when_the_message_was_made():
    rows = [1, 2]
    made = Message("LL999", {"rows": rows, "table": {"a": rows}})
    rows.append(3)
    assert made.plain_values() == {"rows": [1, 2], "table": "{'a': [1, 2]}"}


@pytest.mark.parametrize(
    ("template", "values", "en", "ja"),
    [
        ("{n:list 2}", {"n": ["a", "b", "c"]}, '"a", "b" and 1 more', "「a」、「b」ほか 1 個"),
        ("{n:list}", {"n": ["a|b", "{c}"]}, '"a|b", "{c}"', "「a|b」、「{c}」"),
        ("{n:list 4}", {"n": []}, "", ""),
        ("{n:names 2}", {"n": ["a", "b", "c"]}, "a, b, ... (1 more)", "a、b、…（ほか 1 個）"),
        ("{n:or}", {"n": ["a", "b", "c"]}, "a, b or c", "a、b または c"),
        ("{n:or}", {"n": ["a"]}, "a", "a"),
        ("{n:and}", {"n": []}, "", ""),
        ("{n:unless:none}{n:and}", {"n": ["a", "b"]}, "a and b", "a と b"),
        ("{n:unless:none}{n:and}", {"n": []}, "none", "none"),
        ("{n!r} {n}", {"n": "x"}, "'x' x", "'x' x"),
        ("{n:if: and {n:,} more}", {"n": 1000}, " and 1,000 more", " and 1,000 more"),
        ("{n:if: and {n:,} more}", {"n": 0}, "", ""),
        ("{n:one|many}", {"n": 0}, "many", "many"),
    ],
)
def test_templates(template, values, en, ja):
    assert render(template, values, "en") == en
    assert render(template, values, "ja") == ja


def test_japanese_words_as_values_are_joined_and_names_are_not():
    frame, file = (Message("LL119.no_feature", {"source": source}) for source in (Phrase("data_frame"), "標準 d.csv"))
    assert frame.text("ja").startswith("データフレームに説明変数")
    assert file.text("ja").startswith("標準 d.csv に説明変数")
    assert frame.text("en") == "no feature column is left in the data frame"


def test_language_belongs_to_the_context():
    seen = []
    with use("ja"):
        thread = threading.Thread(target=lambda: seen.append(current()))
        thread.start()
        thread.join()
        assert current() == "ja"
    assert seen == ["en"]
    assert current() == "en"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "ja_JP.UTF-8", "LC_MESSAGES": "en_GB"}, "en"),
        ({"LANG": "en_US.UTF-8", "LOGLIK_LANG": "ja"}, "ja"),
        ({"LANG": "ja_JP.UTF-8", "LOGLIK_LANG": "EN"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LOGLIK_LANG": "fr"}, "en"),
        ({"LANG": "japan"}, "en"),
    ],
)
def test_environment_decides(environment, language):
    assert of_environment(environment) == language


def test_names_of_languages():
    assert named("ja-JP") == "ja"
    assert named("") is None


def test_a_code_without_files_is_an_error():
    with pytest.raises(FileNotFoundError):
        document("loglik.texts", "messages/en/LL998.md")
