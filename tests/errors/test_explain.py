"""Every code is explained in both languages, the examples give their codes, and the command prints what it should."""

from __future__ import annotations

import gc
import io
import json
import re
import shlex
import sys
from pathlib import Path

import pytest

import loglik
from loglik.cli import main
from loglik.cli.explain import wrapped
from loglik.errors.catalogue import codes, explanation

SOURCE = Path(loglik.__file__).parent
EXAMPLES = {code: explanation(code).example for code in codes()}
# Codes that may be explained before anything gives them.
NOT_IN_SOURCE: set[str] = set()
MATHEMATICAL = ("LL201", "LL202", "LL203", "LL301", "LL302", "LL304")
FINDINGS = {"LL201", "LL203", "LL211"}  # exit status 1
NOTES = {"LL156", "LL165", "LL166", "LL202", "LL204", "LL212", "LL214", "LL301", "LL302"}  # exit status 0
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


def codes_in_source() -> set[str]:
    return {
        code for p in SOURCE.rglob("*.py") for code in re.findall(r'"(LL\d{3})["\.]', p.read_text(encoding="utf-8"))
    }


def test_every_code_of_the_source_is_explained_and_no_other():
    used = codes_in_source()
    assert len(used) > 40
    assert used - set(codes()) == set()
    assert set(codes()) - used == NOT_IN_SOURCE


@pytest.mark.parametrize("code", codes())
def test_titles_are_one_short_line(code):
    for language, longest in (("en", 80), ("ja", 40)):
        title = explanation(code, language).title
        assert "\n" not in title
        assert len(title) <= longest
        assert not title.endswith((".", "。"))


@pytest.mark.parametrize("code", codes())
def test_both_languages_name_the_same_options_arguments_and_codes(code):
    def named(text):
        arguments = re.findall(r"[a-z_]+=[\"\[{\d][^\s,。、）)]*", text)
        return set(re.findall(r"--[a-z-]+[a-z]|LL\d{3}", text)) | {a.rstrip(".;:") for a in arguments}

    en, ja = explanation(code, "en"), explanation(code, "ja")
    assert named(f"{en.meaning} {en.what_to_do}") == named(f"{ja.meaning} {ja.what_to_do}")


@pytest.mark.parametrize("code", MATHEMATICAL)
def test_mathematics_has_formulas_and_at_most_three_paragraphs(code):
    for language in ("en", "ja"):
        meaning = explanation(code, language).meaning
        assert 2 <= len(meaning.split("\n\n")) <= 3
        assert re.search(r"[=<>]", meaning)
        assert len(re.findall(r"^ {4}\S", meaning, re.MULTILINE)) == len(
            re.findall(r"^ {4}\S", explanation(code, "en").meaning, re.MULTILINE)
        )


@pytest.mark.parametrize("code", codes())
def test_japanese_is_plain_style_throughout(code):
    found = explanation(code, "ja")
    for text in (found.title, found.meaning, found.what_to_do):
        assert JAPANESE.search(text)
        # The polite style at the end of a sentence; the plain ます of 励ます and the like does not occur.
        assert not re.search(
            r"(です|ます|ました|ません|でした|でしょう|ましょう|ください)(か|が|ので|から)?[。、）\n]", f"{text}\n"
        )
        assert not re.search(r"[、。] ", text)
    for text in (found.meaning, found.what_to_do):
        assert text.endswith(("。", ")")) or text.split("\n")[-1].startswith("    ")


@pytest.mark.parametrize("code", codes())
def test_english_has_no_japanese(code):
    found = explanation(code, "en")
    assert not JAPANESE.search(f"{found.title}{found.meaning}{found.what_to_do}{found.example}{found.next_command}")


@pytest.fixture
def files(tmp_path, monkeypatch):
    import duckdb

    monkeypatch.chdir(tmp_path)
    Path("data.csv").write_text("y,x\n0,1\n1,2\n0,3\n1,4\n", encoding="utf-8")
    with duckdb.connect("two-tables.duckdb") as connection:
        connection.execute("CREATE TABLE one (y INT, x INT); CREATE TABLE two (y INT, x INT)")


@pytest.mark.parametrize("code", [c for c in codes() if EXAMPLES[c] and "import" not in EXAMPLES[c]])
@pytest.mark.usefixtures("files")
@pytest.mark.filterwarnings("ignore:Implicitly cleaning up:ResourceWarning")
def test_command_lines_of_the_examples_give_their_code(code, monkeypatch, capsys):
    example = explanation(code).example
    before, written, after = re.fullmatch(r"(?:printf ('.*?') (?:> (\S+); |\| ))?(loglik .*)", example).groups()[0:3]
    if before is not None:
        text = shlex.split(before)[0].replace("\\n", "\n")
        if written:
            Path(written).write_text(text, encoding="utf-8")
        else:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    status = main(shlex.split(after)[1:])
    gc.collect()  # the copy of standard input goes here, not in some later test
    shown = capsys.readouterr()
    assert re.findall(r"LL\d{3}", shown.out + shown.err)[0] == code
    assert status == (1 if code in FINDINGS else 0 if code in NOTES else 2)


@pytest.mark.parametrize("code", [c for c in codes() if "import" in EXAMPLES[c]])
def test_python_lines_of_the_examples_give_their_code(code, capsys):
    pytest.importorskip("pandas")
    lines = compile(explanation(code).example, code, "exec")
    try:
        exec(lines, {})  # noqa: S102
    except loglik.LoglikError as error:
        given = [error.code]
    else:
        given = re.findall(r"LL\d{3}", capsys.readouterr().out)
    assert given == [code]


def test_explain_prints_meaning_remedy_example_and_next_step(capsys):
    assert main(["explain", "LL201"]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    assert shown.out.startswith("LL201  The classes are separated")
    assert "increases with t for ever" in " ".join(shown.out.split())
    assert "    x_i'd >= 0 for all rows of class 1,  x_i'd <= 0 for all rows of class 0,\n" in shown.out
    assert "\nWhat to do\n" in shown.out
    assert EXAMPLES["LL201"] in shown.out
    assert shown.out.endswith("\nNext: loglik fit DATA --target COL --alpha 0.01\n")


def test_markup_in_the_texts_is_not_interpreted(capsys):
    assert main(["explain", "LL106"]) == 0
    assert 'exclude=["COL"]' in capsys.readouterr().out


def test_codes_may_be_in_lower_case(capsys):
    main(["explain", "LL204"])
    upper = capsys.readouterr().out
    assert main(["explain", "ll204"]) == 0
    assert capsys.readouterr().out == upper


def test_japanese(capsys):
    assert main(["explain", "LL201", "--lang", "ja"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("LL201  クラスが分離しており")
    assert "準完全分離" in "".join(out.split())
    assert "\n対処\n" in out


@pytest.mark.parametrize("language", ["en", "ja"])
def test_piped_lines_fit_in_100_cells(language, capsys):
    from rich.cells import cell_len

    for code in codes():
        main(["explain", code, "--lang", language])
        found = explanation(code, language)
        formulas = [f"    {line}" for line in found.example.split("\n")]
        for line in capsys.readouterr().out.split("\n"):
            assert line in formulas or cell_len(line) <= 100
            assert not line.startswith(tuple("。、）」"))


def test_wrapping_loses_no_character():
    text = explanation("LL201", "ja").meaning.split("\n\n")[1]
    lines = wrapped(text, 40)
    assert len(lines) > 5
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_json_of_one_code(capsys):
    assert main(["explain", "LL201", "--lang", "ja", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert list(document) == ["schema", "code", "title", "meaning", "what_to_do", "example"]
    assert document["schema"] == "loglik.explain/1"
    assert document["code"] == "LL201"
    assert document["meaning"] == explanation("LL201", "ja").meaning


@pytest.mark.parametrize("language", ["en", "ja"])
def test_without_a_code_all_are_listed(language, capsys):
    assert main(["explain", "--lang", language]) == 0
    lines = capsys.readouterr().out.split("\n")
    assert lines[: len(codes())] == [f"{code}  {explanation(code, language).title}" for code in codes()]
    assert main(["explain", "--lang", language, "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["codes"]
    assert [each["code"] for each in listed] == list(codes())


def test_unknown_codes_are_refused_with_the_nearest(capsys):
    assert main(["explain", "LL21"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith('LL100 no code "LL21"; did you mean "LL')
    assert main(["explain", "LL21", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "LL100"
