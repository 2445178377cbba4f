"""The table of usual formulas, `usual_formulas`: what each is called, the words it stands among, all ways to write it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from loglik.check.judge.outline import Part, flat, outline
from loglik.check.latex.chains import chains
from loglik.check.latex.hints import Hints
from loglik.check.latex.tokens import tokens
from loglik.check.latex.tree import Node
from loglik.check.model.parsed import sketched
from loglik.check.model.usage import hints_of

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What the patterns call functions.
_CALLED = dict.fromkeys(("P", "p", "q", "Q", "V", "R", "f", "g", "H", "I", "D", "L", "Var", "Cov", "softmax"), True)
_LEAST = 5
EQUAL = frozenset({"=", ":=", "≡", "←", "∝", "≈"})


@dataclass(frozen=True)
class Usual:
    """An entry of the table.

    Parameters
    ----------
    name : str
        How the reports call it.
    names : re.Pattern or None
        How what stands on the left, or what is called there, is named.
    only, unless : re.Pattern or None
        Words around it, or in the names on the left, without which, or words around it with which, nothing is compared.
    left : tuple of str
        What stands on the left; empty if the name alone counts.
    forms : tuple of str
        What stands on the right, in all the ways in which it is right.
    signs : frozenset of str
        Relations between the two sides.
    ordered : bool
        Whether factors are matrices.
    also : tuple of str
        Further ways, of which anything is a slip away.
    said : re.Pattern or None
        Words that call a displayed formula so which is no side of a relation.
    wrong : tuple of str
        Ways in which it is often written wrongly, and which are more than one slip away.
    least : int
        Names and numbers in a form below which anything is a slip away from it.
    letters : mapping of str to re.Pattern
        How what some letters stand for is called.
    either : bool
        Whether a slip may be on the left as well.
    """

    name: str
    names: re.Pattern[str] | None
    only: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    left: tuple[str, ...]
    forms: tuple[str, ...]
    also: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    signs: frozenset[str] = EQUAL
    ordered: bool = False
    least: int = _LEAST
    said: re.Pattern[str] | None = None
    letters: Mapping[str, re.Pattern[str]] = field(default_factory=dict, hash=False)
    either: bool = False

    @property
    def of_matrices(self) -> bool:
        """Whether there are transposes in it."""
        return any("^T" in form for form in self.forms)

    def is_called(self, called: frozenset[str]) -> bool:
        """Whether the names on the left are those of this formula."""
        return self.names is None or any(self.names.fullmatch(each) for each in called)

    def may_be(self, kind: str) -> bool:
        """Whether what is all of a left side may be of this kind."""
        return not self.left or self.either or not {"name", kind}.isdisjoint(pattern(tex).kind for tex in self.left)

    def fits_words(self, words: tuple[str, ...], *called: str) -> bool:
        """Whether the words around it, nearer ones first, speak of this formula; those that do must not forbid it."""
        if self.only is None:
            return not self._forbidden(words[0])
        if any(self.only.search(each) for each in called):
            return not self._forbidden(words[0])
        return any(self.only.search(each) and not self._forbidden(each) for each in words)

    def _forbidden(self, words: str) -> bool:
        return self.unless is not None and self.unless.search(words) is not None


@cache
def usual() -> tuple[Usual, ...]:
    """The table: all files of it, in the order of their names."""
    folder = files("loglik.check.judge").joinpath("usual_formulas")
    tables = [
        tomllib.loads(each.read_text(encoding="utf-8"))
        for each in sorted(folder.iterdir(), key=str)
        if each.name.endswith(".toml")
    ]
    shared = tomllib.loads(files("loglik.check.judge").joinpath("usual_shared.toml").read_text(encoding="utf-8"))
    return tuple(_entry(name, _joined(entry, shared)) for table in tables for name, entry in table.items())


def _joined(entry: Mapping[str, object], shared: Mapping[str, Mapping[str, object]]) -> Mapping[str, object]:
    """An entry with what it is like: it takes what it does not say itself, and more of each list."""
    found = dict(entry)
    for name in entry.get("like", ()):  # type: ignore[attr-defined]
        for key, value in shared[name].items():
            own = found.get(key)
            found[key] = [*own, *value] if isinstance(own, list) and isinstance(value, list) else own or value
    return found


def _entry(name: str, entry: Mapping[str, object]) -> Usual:
    names, only, unless, called = (
        re.compile(str(entry[key])) if key in entry else None for key in ("names", "only", "unless", "said")
    )
    listed = {key: tuple(map(str, entry.get(key, ()))) for key in ("left", "forms", "also", "wrong", "signs")}  # type: ignore[call-overload]
    signs = frozenset(listed.pop("signs")) or EQUAL
    return Usual(
        name,
        names,
        only,
        unless,
        **listed,
        signs=signs,
        least=int(str(entry.get("least", _LEAST))),
        ordered="ordered" in entry,
        said=called or only,
        letters={key: re.compile(text) for key, text in entry.get("letters", {}).items()},  # type: ignore[attr-defined]
        either="either" in entry,
    )


@cache
def pattern(tex: str) -> Part:
    """The outline of a formula of the table."""
    written = tokens(tex)
    (chain,) = chains(written)
    called = hints_of([(written, False)]).functions  # as in a document that has nothing else
    tree = sketched(chain.terms[0], Hints(functions={**called, **_CALLED}))
    if not isinstance(tree, Node):
        raise TypeError(tex, tree)
    return outline(tree)


@cache
def compared_pattern(tex: str, *, ordered: bool) -> Part:
    """The outline as it is compared: products of vectors are products unless factors are matrices."""
    return pattern(tex) if ordered else flat(pattern(tex))
