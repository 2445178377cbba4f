"""Rules read from text: a block for each, written as the derivations are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from loglik.derive.expressions import domain
from loglik.derive.rules.model import Rule
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

_BASES = ("definition", "derived", "law")
_LINES = {"", "en", "ja", "symbols", "when", "sample", "kind", "pointwise", *_BASES}


def read(text: str) -> Iterator[Rule]:
    """The rules of a text, see docs/derivation-format.md: its name first, then lines that begin with what they say.

    Raises
    ------
    DataError
        LL161: a set of values that there is not.
        LL185: a line that is none of a rule, and would go unheard. LL188: a symbol that is declared twice.
    """
    for block in re.split(r"\n\s*\n", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).strip()):
        name, *lines = block.splitlines()
        if name in _LINES or not re.fullmatch(r"[\w-]+", name):
            raise DataError("LL185.name_of_rule", name=name)
        said: dict[str, list[str]] = {each: [] for each in _LINES}
        for line in lines:
            begins, rest = re.findall(r"^(\w*):?\s*(.*)$", line)[0]
            if begins not in _LINES:
                raise DataError("LL185.line_of_rule", name=name, line=line, known=sorted(_LINES))
            said[begins].append(rest)
        symbols = [(n.strip(), domain(of)) for names, of in _pairs(said["symbols"], ":") for n in names.split(",")]
        if len(dict(symbols)) < len(symbols):
            raise DataError("LL188.symbol_of_rule", name=name)
        basis: Any = next((each for each in _BASES if said[each]), "law")
        yield Rule(
            name,
            " ".join(said[""]),
            dict(symbols),
            tuple(each.strip() for line in said["when"] for each in line.split(";")),
            basis,
            "".join(said[basis]),
            tuple(dict(_pairs([line], "=")) for line in said["sample"]),
            " ".join(said["kind"]) or "pattern",  # type: ignore[arg-type]  # one of the kinds, or it is never applied
            bool(said["pointwise"]),
            words={k: ("".join(said[k][:1]), gap.join(said[k][1:])) for k, gap in (("en", " "), ("ja", ""))},
        )


def _pairs(lines: list[str], sign: str) -> Iterator[tuple[str, str]]:
    for entry in ";".join(lines).split(";") if lines else ():
        first, _, second = entry.partition(sign)
        yield first.strip(), second.strip()
