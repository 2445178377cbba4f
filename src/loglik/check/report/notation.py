"""Formulas of the derivations in the names that the document uses."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from loglik.check.judge.opaque import restored
from loglik.derive.show.latex import RELATIONS, LatexStyle
from loglik.derive.show.mathml import MathMLStyle
from loglik.derive.show.render import render
from loglik.derive.syntax.characters import SPELLED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loglik.check.result import Judgement
    from loglik.check.statement import Statement
    from loglik.derive.expressions import Expr

_ACCENTS = {"hat": "^", "widehat": "^", "bar": "¯", "overline": "¯", "tilde": "~", "vec": "→", "dot": "˙"}


_MARKS = re.compile(r"\\\\(?:\[[^\]]*\])?|(?<!\\)&|\\(?:nonumber|notag)(?![a-zA-Z])|\\(?:label|tag\*?)\{[^{}]*\}")
_ENVIRONMENTS = re.compile(
    r"(\\begin\{(?:[bBpvV]?(?:small)?matrix|array)\}(?:(?!\\begin\{).)*?\\end\{(?:[bBpvV]?(?:small)?matrix|array)\})"
)


@dataclass(frozen=True)
class _DocumentLatex(LatexStyle):
    names: Mapping[str, str] = field(default_factory=dict)

    def name(self, name: str) -> str:
        return self.names.get(name) or super().name(name)


@dataclass(frozen=True)
class _DocumentMathML(MathMLStyle):
    names: Mapping[str, str] = field(default_factory=dict)

    def name(self, name: str) -> str:
        return _name(self.names[name]) if name in self.names else super().name(name)


def quoted(tex: str) -> str:
    r"""The source as it is quoted: on one line, without the marks of alignment, control characters and numbers of equations.

    Examples
    --------
    >>> quoted("a &= b \\\\\n &= c")
    'a = b = c'
    """
    # Control characters of an untrusted document are not sent to a terminal.
    plain = re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", tex)
    pieces = _ENVIRONMENTS.split(plain)  # those in odd places are matrices, of which the marks of rows and columns stay
    pieces[::2] = [_MARKS.sub(" ", piece) for piece in pieces[::2]]
    return " ".join("".join(pieces).split())


def latex(e: Expr, statement: Statement) -> str:
    """An expression in LaTeX, with the names of a statement as they are written there."""
    return render(e, _DocumentLatex(names=_names(statement)))


def mathml(e: Expr, statement: Statement, *, before: str = "", block: bool = True) -> str:
    """An expression as a ``<math>`` element, with the names of a statement as they are written there."""
    sign = f"<mo>{escape({'<=': '≤', '>=': '≥', '!=': '≠'}.get(before, before))}</mo>" if before else ""
    alt = escape(f"{before} {e}".strip(), quote=True)
    display = "block" if block else "inline"
    return (
        f'<math xmlns="http://www.w3.org/1998/Math/MathML" display="{display}" alttext="{alt}">'
        f"<mrow>{sign}{render(e, _DocumentMathML(names=_names(statement)))}</mrow></math>"
    )


def relation_tex(sign: str) -> str:
    """A relation of a chain of steps in LaTeX."""
    return RELATIONS.get(sign, sign)


def steps_of(judgement: Judgement) -> list[tuple[str, Expr, str]]:
    """The steps of a proof: relation, term, name of the rule; the first has neither relation nor rule."""
    if judgement.proof is None:
        return []
    chain, shown = judgement.proof.connection, judgement.proof.shown
    return [
        ("", restored(chain.start, shown), ""),
        *((step.relation, restored(step.term, shown), step.rule) for step in chain.steps),
    ]


def _names(statement: Statement) -> dict[str, str]:
    return {name: known.tex for name, known in statement.context.names.items() if known.tex}


def _name(tex: str) -> str:
    r"""A name in MathML: ``\hat{y}``, ``w_0``, ``\theta``; what is none of these as it is written."""
    tex = re.sub(r"\\(?:mathbf|boldsymbol|mathrm|mathit|text|bm|operatorname\*?|mathcal)\s*\{([^{}]*)\}", r"\1", tex)
    bare = tex.strip().strip("{}").strip()
    accent = re.fullmatch(r"\\([a-zA-Z]+)\s*\{?([^{}]+)\}?", bare)
    if accent and accent[1] in _ACCENTS:
        return f"<mover><mrow>{_name(accent[2])}</mrow><mo>{_ACCENTS[accent[1]]}</mo></mover>"
    if below := re.fullmatch(r"(.+?)_\{?([^{}]+)\}?", bare):
        return f"<msub><mrow>{_name(below[1])}</mrow><mrow>{_name(below[2])}</mrow></msub>"
    letter = bare.removeprefix("\\").removeprefix("var")
    return f"<mi>{escape(SPELLED.get(letter, bare.removeprefix(chr(92))))}</mi>"
