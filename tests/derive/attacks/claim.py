"""Claims: small derivations as text, each with one line of what is wrong about it (or, of the true ones, what is tricky).

::

    [A] what is wrong
      symbols n: integer, z: real
      given NAME: relation for every k
      part NAME                            (where there are several)
      begin given:NAME
          first term
        = next term    [rule; variable = meaning]
      proves relation                      (the first term and the last, where nothing is said)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loglik.derive.model import derivation

if TYPE_CHECKING:
    from loglik.derive.model import Derivation

HERE = Path(__file__).parent
#: Files of attacks; `true` is the file of claims that have to be verified.
ATTACKS = tuple(sorted(path.stem for path in HERE.glob("*.txt") if path.stem != "true"))
_STEP = re.compile(r"(=|<=|>=|<|>|!=|<=>) (.*?) {2,}\[(.*)\]")


@dataclass
class Claim:
    """What `loglik.derive.model.derivation` reads, with the cause it tries and why it is wrong."""

    cause: str
    why: str
    symbols: dict[str, str] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    proves: list[str] = field(default_factory=list)

    @property
    def shown(self) -> str:
        """One line for a report."""
        names = ", ".join(f"{name}: {domain}" for name, domain in self.symbols.items())
        given = {
            **self.given,
            **{f"{k} in {n}": g for n, p in self.parts.items() for k, g in p.get("given", {}).items()},
        }
        said = "; ".join(f"{name}: {relation}" for name, relation in given.items())
        return f"({self.cause}) {'; '.join(self.claims)} [{names}]{f' given {said}' if said else ''}"

    @property
    def claims(self) -> tuple[str, ...]:
        """What it says it proves."""
        if self.proves:
            return tuple(self.proves)
        start, *steps = next(iter(self.parts.values()))["steps"]
        strict = [step[0] for step in steps if step[0] != "="]
        return (f"{start} {strict[0] if strict else '='} {steps[-1][1]}",)

    def read(self) -> Derivation:
        """The derivation."""
        return derivation(
            "claim", symbols=self.symbols, parts=self.parts, proves=self.claims, example={}, given=self.given
        )


def claims(name: str) -> list[Claim]:
    """The claims of a file."""
    found: list[Claim] = []
    part: dict[str, Any] = {}
    for line in (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        text = line.strip()
        if text.startswith("["):
            cause, _, why = text[1:].partition("] ")
            found.append(Claim(cause, why))
            part = {}
        elif text:
            part = _line(text, found[-1], part)
    return found


def _line(text: str, claim: Claim, part: dict[str, Any]) -> dict[str, Any]:
    word, _, rest = text.partition(" ")
    if word == "symbols":
        claim.symbols = dict(each.split(": ") for each in rest.split(", "))
    elif word == "given":
        key, _, relation = rest.partition(": ")
        (part.setdefault("given", {}) if claim.parts else claim.given)[key] = relation
    elif word == "proves":
        claim.proves.append(rest)
    elif word == "part":
        part = claim.parts[rest] = {"steps": []}
    else:
        if not claim.parts:
            part = claim.parts["main"] = {"steps": []}
        if word == "begin":
            part["begin"] = rest
        elif step := _STEP.fullmatch(text):
            relation, term, rule = step.groups()
            part["steps"].append((relation, term, *rule.split("; ")))
        else:
            part["steps"].append(text)
    return part
