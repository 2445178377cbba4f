"""Every place that raises, warns or finds names a message that exists, with the values of its templates and no words."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import loglik
from loglik.texts import LANGUAGES, document, names, placeholders, render, templates, words

SOURCE = Path(loglik.__file__).parent
KEY = re.compile(r"LL\d{3}\.\w+")
# What an error or a finding has besides the values of its sentence.
OWN = {"columns", "separation", "serious"}
# What functions add to the values that they are given.
ADDED = {
    "not_parsed": {"shown"},
    "self.wrong": {"shown"},
    "self.deeper": {"most"},
    "self.unknown": {"name", "near", "known"},
}
MESSAGES = [
    f"{code}.{section}"
    for code in names("loglik.texts", "messages/en", ".md")
    for section in document("loglik.texts", f"messages/en/{code}.md").sections
    if section != "what_to_do"
]


def nodes():
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            yield path, node


def test_what_commands_say_exists_with_the_values_of_its_site():
    for path, node in nodes():
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "say" and isinstance(node.args[-1], ast.Constant):
            page, key = (each.value for each in node.args)
            given = {keyword.arg for keyword in node.keywords}
            assert None in given or given == placeholders(words(page, "en")[key]), (path, key)


def test_words_that_are_values_exist_with_the_values_of_their_site():
    known = words("values", "en")
    used = set()
    for path, node in nodes():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Phrase":
            if len(node.args) != 1 or not isinstance(key := node.args[0], ast.Constant | ast.JoinedStr):
                continue  # of another kind
            keys = (
                [key.value]
                if isinstance(key, ast.Constant)
                else [k for k in known if k.startswith(key.values[0].value)]
            )
            given = {keyword.arg for keyword in node.keywords}
            assert keys, (path, node.lineno)
            assert isinstance(key, ast.JoinedStr) or placeholders(known[keys[0]]) == given, keys
            used |= set(keys)
    assert used == set(known)


def is_key(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(KEY.fullmatch(node.value))


def sites():
    for path, node in nodes():
        if isinstance(node, ast.Call) and node.args:
            key = node.args[0]
            for each in (key.body, key.orelse) if isinstance(key, ast.IfExp) else (key,):
                if is_key(each):
                    yield pytest.param(each.value, node, id=f"{path.relative_to(SOURCE)}:{node.lineno}:{each.value}")


SITES = list(sites())


@pytest.mark.parametrize(("key", "call"), SITES)
def test_the_message_exists_and_its_values_are_those_of_the_site(key, call):
    asked = {language: placeholders("".join(templates(key, language))) for language in LANGUAGES}
    given = {keyword.arg for keyword in call.keywords} - OWN | ADDED.get(ast.unparse(call.func), set())
    assert None not in given  # ** would hide what is passed
    assert asked == dict.fromkeys(LANGUAGES, frozenset(given))


@pytest.mark.parametrize(("key", "call"), SITES)
def test_values_are_no_sentences(key, call):
    for keyword in call.keywords:
        for each in ast.walk(keyword.value):
            assert not isinstance(each, ast.JoinedStr) or not any(
                isinstance(piece, ast.Constant) and re.search(r"[A-Za-z]{3,} ", str(piece.value))
                for piece in each.values
            ), (key, keyword.arg)
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                assert not re.search(r"[A-Za-z] [A-Za-z]", each.value), (key, each.value)


def test_every_message_has_a_site():
    constants = {node.value for _, node in nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    # A reader that shows the place in a text names what it says by the section alone.
    prefixes = {text for text in constants if re.fullmatch(r"LL\d{3}\.", text)}
    assert {text for text in constants if KEY.fullmatch(text)} <= set(MESSAGES)
    assert [m for m in MESSAGES if not (m in constants or (m[:6] in prefixes and m[6:] in constants))] == []


@pytest.mark.parametrize("key", MESSAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_templates_take_what_their_specifications_say(key, language):
    """Texts and numbers by their specifications; `conftest.every_message_is_rendered` does it with those of real sites."""
    for template in templates(key, language):
        values = {name: sample(template, name) for name in placeholders(template)}
        said = render(template, values, language)
        assert not re.search(r"\{\w+[:!}]", said)


def sample(template: str, name: str) -> object:
    found = set(re.findall(rf"{{{name}(?:!r)?(?::([^{{}}]*))?", template))
    if any(re.match(r"list|names|or$|and$", spec) for spec in found):
        return ["a", "b", "c"]
    return (
        2 if any(re.search(r"[,gfde|]$|\|", spec) and not spec.startswith(("if", "unless")) for spec in found) else "x"
    )
