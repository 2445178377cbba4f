"""Help, hints and mistakes of usage in Japanese: of every command, every parameter, and nothing in English left."""

from __future__ import annotations

import re

import pytest

from loglik.cli import main
from loglik.cli.app import COMMANDS, app
from loglik.cli.help import key_of, texts
from loglik.cli.usage import said
from loglik.texts import names, words
from loglik.texts.language import keeping_language, use

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
#: Words in Latin letters that stand in Japanese help: names of formats, commands, options, columns and values.
ENGLISH = re.compile(r"\b(the|of|and|or|with|default|choices|required|Usage|Commands|Parameters|Arguments)\b")


def options(name):
    found = app[name].assemble_argument_collection()
    return {key_of(each.names) for each in found if each.parameter.show is not False} - {""}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_parameter_has_its_words(name):
    said = texts(name, "ja")
    parameters = options(name)
    assert parameters | {"summary", "about"} <= said.keys()
    own = set(texts(name, "ja")) - set(texts("common", "ja"))
    assert own <= parameters | {"summary", "about"}  # nothing of an option that is gone
    assert all(JAPANESE.search(text) for text in said.values())


def test_every_command_has_its_file():
    assert set(names("loglik.texts", "help/ja", ".txt")) == {"common", *COMMANDS}


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_has_no_english_words(name, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    assert main([*name.split(), "--help", "--lang", "ja"]) == 0
    shown = capsys.readouterr().out
    assert not ENGLISH.search(re.sub(r"「.*?」|\"[^\"]*\"|(?<=[=,])[a-z,]+", "", shown)), shown
    assert words("help", "ja")["usage"].format("loglik") in shown
    if name:
        for parameter in texts(name, "ja")["about"].split():
            assert parameter[:10] in shown.replace("\n", "")


def test_english_help_is_as_it_was(capsys):
    assert main(["dice", "--help"]) == 0
    shown = capsys.readouterr().out
    assert "Usage: loglik dice" in shown
    assert not JAPANESE.search(shown)


@pytest.mark.parametrize(
    "line",
    [
        "fit",
        "fitt x",
        "fit a --bogus",
        "fit a --alpha x",
        "fit a --missing foo",
        "coin 1",
        "coin 1 2 3",
        "fit a --tol 1 --tol 2",
    ],
)
def test_mistakes_of_usage_are_said_in_japanese(line, capsys):
    assert main([*line.split(), "--lang", "ja"]) == 2
    first = capsys.readouterr().err.splitlines()[0]
    assert not re.search(r"requires|Unknown|Invalid|Unused|specified|unable", first)
    assert JAPANESE.search(first)


def test_what_cyclopts_may_say_otherwise_stands_as_it_is():
    assert said("Something new.") == "Something new."


def test_hints_keep_the_language(capsys, monkeypatch):
    for variable in ("LOGLIK_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    assert main(["fit", "nothing.csv", "-t", "y", "--lang", "ja"]) == 2
    assert "loglik explain LL101 --lang ja" in capsys.readouterr().err
    assert main(["fit", "nothing.csv", "-t", "y"]) == 2
    assert "--lang" not in capsys.readouterr().err
    monkeypatch.setenv("LANG", "ja_JP.UTF-8")  # the terminal's own language needs no flag
    assert main(["fit", "nothing.csv", "-t", "y"]) == 2
    assert "--lang" not in capsys.readouterr().err
    assert main(["fit", "nothing.csv", "-t", "y", "--lang", "en"]) == 2
    assert "loglik explain LL101 --lang en" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("一覧は loglik derive で表示される。", "一覧は loglik derive --lang ja で表示される。"),
        ("loglik fit DATA -o m.json、", "loglik fit DATA -o m.json --lang ja、"),
        ("loglik dice --lang ja で", "loglik dice --lang ja で"),
        ("loglik の不具合である。", "loglik の不具合である。"),
        ('（loglik fit DATA "成功数 | 試行数 ~ x"）', '（loglik fit DATA "成功数 | 試行数 ~ x"）'),
    ],
)
def test_where_a_command_ends(text, kept, monkeypatch):
    monkeypatch.setenv("LOGLIK_LANG", "en")
    with use("ja"):
        assert keeping_language(text) == kept


def test_one_kind_of_colon():
    """In Japanese sentences the colon is the wide one; the narrow one belongs to code, ratios and times."""
    for page in names("loglik.texts", "words/ja", ".txt"):
        for key, text in words(page, "ja").items():
            assert not re.search(r"[\u3040-\u30ff\u4e00-\u9fff」）]: ", text), (page, key)
