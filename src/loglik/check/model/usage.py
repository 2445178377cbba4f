"""How a document uses its letters, from its tokens alone: what the parser has to know before it can read."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from loglik.check.latex.hints import FUNCTION_LETTERS, VARIABLE_LETTERS, WORDS, Hints
from loglik.check.latex.signs import GREEK

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from loglik.check.latex.tokens import Token

_FEW = 2


def hints_of(formulas: Iterable[tuple[Sequence[Token], bool]]) -> Hints:
    """What is known of the names, from the tokens of all formulas; the flag says whether one is inline."""
    hints = Hints()
    called: Counter[str] = Counter()
    multiplied: Counter[str] = Counter()
    subscripts: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    stepped: defaultdict[str, set[str]] = defaultdict(set)
    numbered: defaultdict[str, set[str]] = defaultdict(set)
    pairs: defaultdict[str, set[str]] = defaultdict(set)
    for tokens, inline in formulas:
        if inline:
            _word(tokens, hints)
        for at, token in enumerate(tokens):
            if token.is_("sum", "prod"):
                _range(tokens, at, hints)
            elif token.is_("=") and _enumerates(tokens, at):
                hints.indices.add(tokens[at - 1].text)
                hints.sizes.update(_last_listed(tokens, at))
            if not _is_letter(token):
                continue
            before = tokens[at - 1] if at else None
            if before is not None and before.is_("_"):
                subscripts[token.text] += 1
            elif before is None or not (before.is_("{") and at > 1 and tokens[at - 2].is_("_", "^")):
                alone[token.text] += 1
            after = _behind_scripts(tokens, at + 1)
            if after < len(tokens) and tokens[after].is_("(", "["):
                (called if _argument_like(tokens, after) else multiplied)[token.text] += 1
        _steps(tokens, stepped)
        _numbered(tokens, numbered, pairs)
    hints.indices |= {
        letter
        for letter, names in numbered.items()
        if any(hints.is_index(other) for other in pairs[letter])
        or any(hints.is_index(o) for o, others in numbered.items() if o != letter and names & others)
    }
    for key in {*called, *multiplied}:
        if any({letter, f"{letter}+1"} <= stepped[key] or {letter, f"{letter}-1"} <= stepped[key] for letter in "tnki"):
            hints.functions[key] = True  # w(t + 1) = w(t) - ...
            continue
        if (
            called[key]
            and (key in FUNCTION_LETTERS or (key not in VARIABLE_LETTERS and called[key] >= multiplied[key]))
        ) or (called[key] >= _FEW and not multiplied[key] and called[key] > alone[key] / 2):
            hints.functions[key] = True
        elif key in VARIABLE_LETTERS:
            hints.functions[key] = False
    hints.mixed = {key for key in called if alone[key] > called[key] + multiplied[key]}
    hints.labels = {key for key in subscripts if key not in hints.indices and alone[key] > 2 * subscripts[key]}
    return hints


def _steps(tokens: Sequence[Token], stepped: defaultdict[str, set[str]]) -> None:
    """Names before brackets that hold a letter, or a letter and a step: what is in the brackets, by name."""
    for at, token in enumerate(tokens):
        after = _behind_scripts(tokens, at + 1) if _is_letter(token) else len(tokens)
        if after >= len(tokens) or not tokens[after].is_("("):
            continue
        end = next((i for i in range(after, min(after + 5, len(tokens))) if tokens[i].is_(")")), after)
        if end > after + 1:
            stepped[token.text].add("".join(t.text for t in tokens[after + 1 : end]))


def _numbered(tokens: Sequence[Token], numbered: dict[str, set[str]], pairs: dict[str, set[str]]) -> None:
    """Letters below names that are transposed or stand behind a transpose, and pairs of letters below a name: r_{ui}."""
    for at, token in enumerate(tokens[:-1]):
        if not token.is_("_") or not at:
            continue
        end = at + 2
        while tokens[at + 1].is_("{") and end < len(tokens) and not tokens[end - 1].is_("}"):
            end += 1
        inner = [t.text for t in tokens[at + 1 : end] if not t.is_("{", "}", ",")]
        if len(inner) == _FEW:
            pairs[inner[0]].add(inner[1])
            pairs[inner[1]].add(inner[0])
        elif len(inner) == 1 and len(inner[0]) == 1 and inner[0].islower():
            behind = at > _FEW and tokens[at - 3].is_("^") and _transposes(tokens[at - 2])
            if behind or (end + 1 < len(tokens) and tokens[end].is_("^") and _transposes(tokens[end + 1])):
                numbered[inner[0]].add(tokens[at - 1].text)


def _transposes(token: Token) -> bool:
    return token.is_("top") or (token.kind == "letter" and token.text == "T")


def _is_letter(token: Token) -> bool:
    return token.kind == "letter" or (token.kind == "command" and token.text in GREEK)


def _word(tokens: Sequence[Token], hints: Hints) -> None:
    """A formula of letters only is a name."""
    letters = [t for t in tokens if t.kind != "end"]
    if len(letters) < 2 or any(t.kind != "letter" for t in letters) or any(t.spaced for t in letters[1:]):
        return
    word = "".join(t.text for t in letters)
    if word.isupper() or len(word) > 3 or word in WORDS:
        hints.words.add(word)


def _range(tokens: Sequence[Token], at: int, hints: Hints) -> None:
    """Indices that a sum binds, and the name of its last value."""
    at += 1
    while at + 1 < len(tokens) and tokens[at].is_("_", "^"):
        below = tokens[at].text == "_"
        end = at + 2
        if tokens[at + 1].is_("{"):
            level = 1
            while end < len(tokens) and level:
                level += tokens[end].is_("{") - tokens[end].is_("}")
                end += 1
        inner = [t for t in tokens[at + 1 : end] if not t.is_("{", "}")]
        if below:
            for i, token in enumerate(inner):
                if token.is_("=", "in", "ne", "le", "<"):
                    break
                if _is_letter(token) and not (i and inner[i - 1].is_("_", "^")):
                    hints.indices.add(token.text)
        elif inner and _is_letter(inner[0]):
            hints.sizes.add(inner[0].text)
        at = end


def _enumerates(tokens: Sequence[Token], at: int) -> bool:
    """``i = 1, ..., n``."""
    if at < 1 or not _is_letter(tokens[at - 1]) or at + 3 >= len(tokens):
        return False
    return (
        tokens[at + 1].kind == "number"
        and tokens[at + 2].is_(",", "dots")
        and any(t.is_("dots") for t in tokens[at : at + 7])
    )


def _last_listed(tokens: Sequence[Token], at: int) -> set[str]:
    for i in range(at, min(at + 9, len(tokens) - 2)):
        if tokens[i].is_("dots"):
            after = tokens[i + 2] if tokens[i + 1].is_(",") else tokens[i + 1]
            return {after.text} if _is_letter(after) else set()
    return set()


def _behind_scripts(tokens: Sequence[Token], at: int) -> int:
    while at + 1 < len(tokens) and tokens[at].is_("_", "^", "'"):
        if tokens[at].is_("'"):
            at += 1
            continue
        at += 1
        if tokens[at].is_("{"):
            level = 1
            at += 1
            while at < len(tokens) and level:
                level += tokens[at].is_("{") - tokens[at].is_("}")
                at += 1
        else:
            at += 1
    return at


def _argument_like(tokens: Sequence[Token], at: int) -> bool:
    """Whether what stands in the brackets looks like arguments: names and numbers with commas and bars, no sums."""
    level = 0
    for i in range(at, len(tokens)):
        token = tokens[i]
        level += token.is_("(", "[", "{") - token.is_(")", "]", "}")
        if level == 0:
            return i > at + 1
        if level == 1 and token.is_(",", ";", "vert", "|"):
            return True
        if level == 1 and (
            token.is_("+", "-", "*", "cdot", "/", "frac", "log", "ln", "sum", "exp")
            or (token.kind == "number" and i != at + 1)
        ):
            return False
    return False
