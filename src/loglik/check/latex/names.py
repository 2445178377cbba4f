r"""Names with what hangs on them: accents, indices below and above, primes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.check.latex.signs import GREEK
from loglik.check.latex.tree import Node, is_bold
from loglik.check.statement import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.check.latex.parser import Parser
    from loglik.check.latex.tokens import Token

#: Commands that change the look of a name, and what they add to its key; spaces add nothing.
ACCENTS = {
    "hat": "hat", "tilde": "tilde", "bar": "bar", "vec": "vec", "dot": "dot", "ddot": "ddot", "check": "check",
    "breve": "breve",
    "boldsymbol": "bold", "mathcal": "cal", "mathbb": "bb", "underline": "under", "mathring": "ring", "acute": "acute",
    "mathsf": "", "mathit": "", "mathrm": "", "mathtt": "", "operatorname": "", "mathop": "", "mathnormal": "",
}  # fmt: skip
_MARKS = {"*": "star", "star": "star", "dagger": "dagger", "+": "plus", "-": "minus", "prime": "prime", "ast": "star"}


def begins_name(p: Parser) -> bool:
    """Whether a name stands next."""
    token = p.next
    if token.kind in {"letter", "word", "upright"}:
        return True
    return token.kind == "command" and (token.text in GREEK or token.text in ACCENTS)


def base(p: Parser) -> tuple[str, bool]:
    """The key of a name without its indices, and whether it is of one letter."""
    token = p.step()
    if token.kind in {"word", "upright"}:
        return token.text, token.kind == "upright"
    if token.kind == "letter":
        return _letters(p, token)
    if token.text in GREEK:
        return token.text, True
    accent = ACCENTS[token.text]
    start, stop = p.argument()
    key = _accented(p, start, stop)
    if accent in {"hat", "bar", "tilde", "vec"}:
        return f"{key}{accent}", True
    return f"{key}_{accent}" if accent and f"_{accent}" not in key else key, True


def _accented(p: Parser, start: int, stop: int) -> str:
    """What is under an accent: one name, with its indices as part of it, or letters that are one name together."""
    inner = p.tokens[start:stop]
    if len(inner) > 1 and all(t.kind == "letter" for t in inner):
        return "".join(t.text for t in inner)
    kept = p.at, p.stop
    p.at, p.stop = start, stop
    try:
        if p.next.kind == "number" and p.at + 1 == p.stop and p.next.text in {"0", "1"}:
            return {"0": "zero", "1": "one"}[p.step().text]
        if not begins_name(p):
            raise p.unread("accent")
        key, _ = base(p)
        while p.next.is_("_"):  # \hat{y_i} is read as \hat{y}_i by `name`
            p.step()
            a, b = p.argument()
            p.pending.append((a, b))
        if p.at < p.stop:
            raise p.unread("accent")
    finally:
        p.at, p.stop = kept
    return key


def _letters(p: Parser, token: Token) -> tuple[str, bool]:
    """A letter, or letters without spaces between them that are known to be one name."""
    run = [token.text]
    at = p.at
    while at < p.stop and p.tokens[at].kind == "letter" and not p.tokens[at].spaced:
        run.append(p.tokens[at].text)
        at += 1
    for count in range(len(run), 1, -1):
        word = "".join(run[:count])
        if p.hints.is_word(word) and (count == len(run) or word in p.hints.words or count > 2):
            p.at += count - 1
            return word, False
    if len(run) == 2 and run[0] == "d" and not p.hints.plain_d and run[1] not in "dt":
        p.at += 1
        return "".join(run), False
    return token.text, True


def name(p: Parser) -> Node:
    """A name with its indices, as far as they are indices."""
    first = p.at
    if not begins_name(p):
        raise p.unread("name")
    pending = len(p.pending)
    key, _ = base(p)
    lower: list[Node] = []
    upper: list[Node] = []
    for a, b in p.pending[pending:]:
        lower += indices(p, a, b)
    del p.pending[pending:]
    while True:
        if p.next.is_("_"):
            p.step()
            start, stop = p.argument()
            label = _label(p, p.tokens[start:stop])
            if label:
                key = f"{key}_{label}"
            else:
                lower += indices(p, start, stop)
        elif p.next.is_("'") and not _differentiates(p, key):
            p.step()
            key += "_prime"
        elif p.next.is_("^") and (more := _above(p, key, upper)) is not None:
            key += more
        else:
            break
    return Node("name", p.span(first), (*upper, *lower), key, len(upper))


def _differentiates(p: Parser, key: str) -> bool:
    """Whether a prime is a derivative: it stands before brackets, or the name is a function."""
    at = p.at
    while at < p.stop and p.tokens[at].is_("'"):
        at += 1
    called = at < p.stop and p.tokens[at].is_("(", "[")
    return called and p.hints.functions.get(key, True)


def _label(p: Parser, inner: Sequence[Token]) -> str:
    """A subscript that is part of the name: words, capital letters together, letters that index nothing."""
    if not inner:
        return ""
    if all(t.kind in {"word", "text", "upright"} for t in inner):
        return "".join(c if c.isalnum() else "" for t in inner for c in t.text) or "x"
    letters = "".join(t.text for t in inner if t.kind == "letter")
    if len(letters) == len(inner):
        if len(inner) == 1:
            return "" if p.hints.is_index(letters) else letters
        unspaced = not any(t.spaced for t in inner[1:])
        if unspaced and (letters in p.hints.words or (letters.isupper() and not any(map(p.hints.is_index, letters)))):
            return letters
        if unspaced and len(letters) > 2 and not all(map(p.hints.is_index, letters)):
            return letters
        return ""
    if inner[0].is_("mathcal", "mathbb") and sum(t.kind != "sign" for t in inner) == 2:
        return f"{next(t.text for t in inner if t.kind == 'letter')}_cal" if inner[-2:][0].kind == "letter" else ""
    if len(inner) == 1 and inner[0].kind == "command" and inner[0].text in GREEK:
        return "" if p.hints.is_index(inner[0].text) else inner[0].text
    if len(inner) == 1 and inner[0].text in _MARKS:
        return _MARKS[inner[0].text]
    return ""


def _above(p: Parser, key: str, upper: list[Node]) -> str | None:
    """A superscript that is an index (added to `upper`) or part of the name (returned); None if it is something else."""
    first = p.at
    p.step()
    start, stop = p.argument()
    inner = p.tokens[start:stop]
    after, p.at = p.at, first
    more: str | None = None
    if len(inner) == 1 and inner[0].text in _MARKS and (inner[0].kind != "sign" or inner[0].text in "*+-"):
        more = f"_{_MARKS[inner[0].text]}"
    elif inner and all(t.is_("prime") for t in inner):
        more = "_prime" * len(inner)
    elif len(inner) > 1 and all(t.kind == "letter" and t.text.isupper() for t in inner):
        more = "_" + "".join(t.text for t in inner)
    elif inner and all(t.kind in {"word", "text"} for t in inner):
        more = "_" + "".join(c for t in inner for c in t.text if c.isalnum())
    elif len(inner) > 2 and _bracketed(inner) and index_like(inner[1:-1]) and key != "e":
        upper += indices(p, start + 1, stop - 1)
        more = ""
    elif key == "e" and len(inner) == 1 and inner[0].kind == "letter" and inner[0].text in p.hints.indices:
        # The i-th error, or the exponential of i.
        if p.choices.choose(f"e^{inner[0].text}", "power", "index") == "index":
            upper += indices(p, start, stop)
            more = ""
    elif is_bold(key) and key[0].islower() and index_like(inner) and inner[0].text != "T":
        upper += indices(p, start, stop)  # a vector has no powers
        more = ""
    elif index_like(inner) and inner[0].kind != "number" and key not in {"e", "pi"}:
        letter = inner[0].text
        if key in p.hints.uppers or (
            p.hints.is_index(letter) and letter in {"i", "j", "k", "l", "t"} and letter in p.hints.indices
        ):
            usual, other = ("index", "power") if key in p.hints.uppers else ("power", "index")
            if p.choices.choose(f"{key}^{letter}", usual, other) == "index":
                upper += indices(p, start, stop)
                more = ""
    if more is not None:
        p.at = after
    return more


def _bracketed(inner: Sequence[Token]) -> bool:
    ends = inner[0].text, inner[-1].text
    return ends in {("(", ")"), ("[", "]"), ("<", ">"), ("\\{", "\\}"), ("langle", "rangle")}


def index_like(inner: Sequence[Token]) -> bool:
    """A letter or number, with whole numbers added or taken away, or several with commas."""
    if not inner:
        return False
    at = 0
    while True:
        token = inner[at] if at < len(inner) else None
        if token is None or not (
            token.kind in {"letter", "number"} or (token.kind == "command" and token.text in GREEK)
        ):
            return False
        at += 1
        if (
            token.kind != "number"
            and at + 1 < len(inner)
            and inner[at].is_("+", "-")
            and inner[at + 1].kind == "number"
        ):
            at += 2
        if at == len(inner):
            return True
        if not inner[at].is_(",", ";"):
            return False
        at += 1


def is_transpose(p: Parser, inner: Sequence[Token], of: Node) -> bool:
    """Whether a superscript transposes."""
    if len(inner) != 1:
        return False
    token = inner[0]
    if token.is_("top") or (token.kind in {"upright", "word"} and token.text in {"T", "t"}):
        return True
    if token.kind == "command" and token.text == "mathsf":
        return True
    if token.kind != "letter" or token.text != "T" or of.kind == "number":
        return False
    return "T" not in p.hints.sizes or p.choices.choose("^T", "power", "transpose") == "transpose"


def indices(p: Parser, start: int, stop: int) -> tuple[Node, ...]:
    """The indices in a subscript: sums with commas between them, or letters side by side."""
    inner = p.tokens[start:stop]
    if not inner:
        raise p.unread("script", "{}")
    for token in inner:
        bar = p.sketched and token.is_("vert")
        if not bar and (
            token.is_(":", "cdot", "*", "bullet", "=", "sim", "in", "vert", "ne", "neg") or token.kind == "text"
        ):
            raise p.unread("script", token.text, token)
    found: list[Node] = []
    for a, b in _pieces(inner, *(("|", "vert", "mid") if p.sketched else ())):
        piece = inner[a:b]
        simple = all(t.kind in {"letter", "number"} or (t.kind == "command" and t.text in GREEK) for t in piece)
        padded = len(piece) == 1 and is_padded(piece[0])
        if ((simple and len(piece) > 1) or padded) and not (
            piece[0].kind == "number" and len(piece) == 2 and _factor_index(p)
        ):
            for token in piece:
                if is_padded(token):  # h_{01}: two indices
                    found += [Node("number", Span(token.start, token.end), (), digit) for digit in token.text]
                    continue
                kind = "number" if token.kind == "number" else "name"
                found.append(Node(kind, Span(token.start, token.end), (), token.text))
            continue
        if piece and piece[0].is_("-"):
            raise p.unread("script", "-", piece[0])
        found.append(p.within(start + a, start + b, p.total))
    return tuple(found)


def is_padded(token: Token) -> bool:
    """Whether a number is digits side by side: no one writes 1 as 01."""
    return token.kind == "number" and token.text.isdigit() and token.text.startswith("0") and len(token.text) > 1


def _factor_index(p: Parser) -> bool:
    """Whether ``x_{2k}`` is the element 2k."""
    return not p.hints.arity


def _pieces(inner: Sequence[Token], *others: str) -> list[tuple[int, int]]:
    edges = [-1, *(i for i, t in enumerate(inner) if t.is_(",", ";", *others)), len(inner)]
    return [(a + 1, b) for a, b in zip(edges, edges[1:], strict=False)]
