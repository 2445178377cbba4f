"""Presentation MathML, as far as it is simple, to the TeX that says the same."""

from __future__ import annotations

from dataclasses import dataclass, field

_MANY = 5_000
_ACCENTS = {
    "^": "hat",
    "ˆ": "hat",
    "¯": "bar",
    "‾": "bar",
    "~": "tilde",
    "˜": "tilde",
    "→": "vec",
    "⃗": "vec",
    "˙": "dot",
}
_INVISIBLE = {"\u2061": "", "\u2062": " ", "\u2063": ",", "\u2064": "+"}
_FUNCTIONS = frozenset(
    ["log", "ln", "exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "lim", "max", "min", "arg", "det", "sup", "inf"]
)


@dataclass
class Element:
    """An element of a formula: its children are elements or texts."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def elements(self) -> list[Element]:
        """The children that are elements, annotations left out."""
        return [c for c in self.children if isinstance(c, Element) and not c.tag.startswith("annotation")]

    def text(self) -> str:
        """All text within."""
        return "".join(c if isinstance(c, str) else c.text() for c in self.children)


def tex_of(element: Element, depth: int = 0) -> str:
    """The TeX of an element; what is not known is a command that no one knows.

    Examples
    --------
    >>> tex_of(Element("msup", {}, [Element("mi", {}, ["x"]), Element("mn", {}, ["2"])]))
    'x^{ 2 }'
    """
    if depth > 80:
        return "\\toodeep"
    parts = [tex_of(each, depth + 1) for each in element.elements()[:_MANY]]
    match element.tag, parts:
        case "mi", _:
            return _identifier(element)
        case (("mn" | "mo" | "ms"), _):
            text = element.text().strip()
            return f" {''.join(_INVISIBLE.get(c, c) for c in _escaped(text))} "
        case "mtext", _:
            return f"\\text{{{element.text()}}}"
        case "mfrac", _ if element.attributes.get("linethickness", "1").startswith("0"):
            return "\\atop"
        case "mfrac", [above, below]:
            return f"\\frac{{{above}}}{{{below}}}"
        case "msqrt", _:
            return f"\\sqrt{{{''.join(parts)}}}"
        case "mroot", [inner, index]:
            return f"\\sqrt[{index}]{{{inner}}}"
        case "msup", [base, upper]:
            return f"{_based(base)}^{{{upper}}}"
        case (("msub" | "munder"), [base, lower]):
            return f"{_based(base)}_{{{lower}}}"
        case (("msubsup" | "munderover"), [base, lower, upper]):
            return f"{_based(base)}_{{{lower}}}^{{{upper}}}"
        case "mover", [base, upper]:
            accent = _ACCENTS.get(upper.strip())
            return f"\\{accent}{{{base}}}" if accent else f"{_based(base)}^{{{upper}}}"
        case "mfenced", _:
            attributes = element.attributes
            inside = attributes.get("separators", ",")[:1].join(parts)
            return f"{attributes.get('open', '(')}{inside}{attributes.get('close', ')')}"
        case (("mspace" | "mphantom" | "none" | "mprescripts"), _):
            return " "
        case (("mtable" | "mmultiscripts" | "menclose" | "maction"), _):
            return f"\\{element.tag}"
        case _:
            return "".join(parts) or element.text().strip()


def _identifier(element: Element) -> str:
    text = element.text().strip()
    if text in _FUNCTIONS:
        return f"\\{text} "
    if len(text) > 1 and text.isascii():
        return f"\\mathrm{{{text}}}"
    bold = "bold" in element.attributes.get("mathvariant", "")
    return f"\\mathbf{{{text}}}" if bold else f" {text} "


def _based(base: str) -> str:
    bare = base.strip()
    return bare if len(bare) == 1 or bare in {"\\lim", "\\log"} else f"{{{bare}}}"


def _escaped(text: str) -> str:
    return "".join(f"\\{c}" if c in "{}%#$&_" else "\\backslash" if c == "\\" else c for c in text)
