"""Rows cut into chains of terms and relations, each with what restricts it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from loglik.check.latex.relations import CLOSE, JOINING, OPEN, RELATIONS, depths_of, is_relation, relation_at
from loglik.check.latex.rows import rows_of
from loglik.check.latex.tokens import Token

if TYPE_CHECKING:
    from collections.abc import Sequence

_ARROWS = {"Rightarrow": "⇒", "Leftrightarrow": "⇔", "therefore": "∴", "because": "∵", "Leftarrow": "⇐"}
#: Words within a formula, by what the part behind them is.
IF = (
    "if", "when", "for", "whenever", "with", "s.t.", "s.t", "such that", "provided", "unless", "on", "given", "iff",
    "otherwise", "else", "とき", "の場合", "ならば", "すべての", "任意の", "その他", "それ以外", "若", "当", "对于", "其他",
)  # fmt: skip
WHERE = ("where", "with", "ここで", "ただし", "其中", "here", "let", "define", "denote", "但し", "set")


@dataclass(slots=True)
class Chain:
    """Terms with relations between them, as tokens.

    Parameters
    ----------
    terms : list of list of Token
        One more than relations.
    relations : list of (sign, Token)
        What stands between them.
    conditions : list of Chain
        What it is restricted to.
    lead : str
        The words or the arrow before it, within the formula.
    listed : list of list of Token
        Further members behind a comma: ``i = 1, ..., n``.
    unread : str
        Words that restrict it and were not cut into chains.
    dotted : bool
        Whether terms are left out: ``a_1 = ... = a_n``.
    carried : str
        The source of its first term, where that is the last term of the formula before.
    """

    terms: list[list[Token]]
    relations: list[tuple[str, Token]]
    conditions: list[Chain] = field(default_factory=list)
    lead: str = ""
    listed: list[list[Token]] = field(default_factory=list)
    unread: str = ""
    dotted: bool = False
    carried: str = ""

    @property
    def is_range(self) -> bool:
        """Whether it says what an index runs over: ``i = 1, ..., n``."""
        return bool(self.listed) and any(t.is_("dots", "vdots") for member in self.listed for t in member)


def chains(tokens: Sequence[Token]) -> list[Chain]:
    """All chains of a formula, in order."""
    found: list[Chain] = []
    for row in rows_of(tokens):
        for chain in _cut(row):
            found += _cases(chain)
    return found


def _cases(chain: Chain) -> list[Chain]:
    """A chain with a term that is given case by case, as a chain for each case with its condition."""
    at = next((i for i, term in enumerate(chain.terms) if term and _is_cases(term)), None)
    if at is None:
        return [chain]
    found = []
    for row in _split(chain.terms[at][1:-1], "\\\\"):
        value, *rest = _split(row, "&")
        restriction = [t for part in rest for t in part]
        while value and value[-1].is_(",", ".", ";"):
            value = value[:-1]
        if not value:
            continue
        terms = [*chain.terms[:at], value, *chain.terms[at + 1 :]]
        each = Chain(terms, chain.relations, list(chain.conditions), chain.lead, [], chain.unread)
        words = " ".join(t.text for t in restriction if t.kind in {"text", "word"})
        bare = [t for t in restriction if t.kind not in {"text", "gap"}]
        pieces = [piece for kind, piece in _pieces(bare) if kind == "piece" and _has_relation(piece)]
        stripped = [p[1:-1] if p[0].is_("(") and p[-1].is_(")") else p for p in pieces]
        each.conditions += [_chain(piece, "if") for piece in stripped]
        if not pieces:
            each.unread = words or "…"
        found.append(each)
    return found


def _is_cases(term: Sequence[Token]) -> bool:
    ends = term[0].kind == "environment" and term[-1].kind == "environment-end"
    return ends and term[0].text in {"cases", "dcases", "rcases"} and sum(t.kind == "environment" for t in term) == 1


def _split(tokens: Sequence[Token], mark: str) -> list[list[Token]]:
    """The stretches between the marks of rows or columns of an environment."""
    found: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == "inner" and token.text == mark:
            found.append([])
        else:
            found[-1].append(token)
    return [stretch for stretch in found if stretch]


def _cut(row: list[Token]) -> list[Chain]:
    found: list[Chain] = []
    role, lead, comma = "", "", False
    for kind, piece in _pieces(row):
        if kind == "text":
            words = piece[0].text
            role, lead = _role(words), words
            if role == "if" and found and not _has_relation(piece):
                found[-1].unread = (found[-1].unread + " " + words).strip()
            comma = False
        elif kind == "arrow":
            role, lead, comma = "", _ARROWS[piece[0].text], False
        elif kind == "comma":
            comma = True
        elif found and (inner := _whole_condition(piece)) is not None:
            first, *others = inner
            found[-1].conditions.append(_chain(first, "for"))
            found[-1].conditions[-1].listed += others
            comma = False
        else:
            stretch, modulus = _modulus(piece)
            bare, restriction = _condition_in_brackets(stretch)
            chain = _chain(bare, lead)
            chain.unread = modulus
            if found and not lead and _restricts(chain, found[-1]):
                found[-1].conditions.append(chain)
                comma = False
                continue
            if (
                found and not (lead or comma) and chain.relations and not chain.terms[0]
            ):  # a gap before the sign is none
                found[-1].terms += chain.terms[1:]
                found[-1].relations += chain.relations
                continue
            if restriction:
                members = [tokens for each, tokens in _pieces(restriction) if each == "piece"]
                chain.conditions.append(_chain(members[0], "for"))
                chain.conditions[-1].listed += members[1:]
            if comma and found and not chain.relations and (found[-1].relations or found[-1].listed):
                found[-1].listed.append(piece)
            elif role == "if" and found:
                found[-1].conditions.append(chain)
                found[-1].unread = ""
                comma = False
                continue
            elif found and found[-1].conditions and comma and not chain.relations:
                found[-1].conditions[-1].listed.append(piece)
            else:
                found.append(chain)
                lead = ""
            comma = False
    return found


def _restricts(chain: Chain, before: Chain) -> bool:
    """Whether a relation behind a comma says for which indices the one before holds: ``i != j``, ``k = 1``, ``x > 0``."""
    if not chain.relations or not before.relations or any(len(term) != 1 for term in chain.terms[:1]):
        return False
    simple = all(len(term) == 1 and term[0].kind in {"letter", "number", "command"} for term in chain.terms)
    letter = chain.terms[0][0]
    below = {t.text for term in before.terms for at, t in enumerate(term) if _is_script(term, at)}
    sign = chain.relations[0][0]
    if sign == "∈":
        return letter.text in below
    if sign == "=":
        return simple and letter.text in below
    return simple and sign in {"!=", "<", ">", "<=", ">="}


def _is_script(term: Sequence[Token], at: int) -> bool:
    """Whether a token stands in a subscript."""
    for i in range(at - 1, max(at - 8, -1), -1):
        if term[i].is_("_"):
            return True
        if term[i].is_("}", "^", "(", ")", "=", "+"):
            return False
    return False


#: Words within a term: ``1/2 of 1/3``; it cannot be read then.
_WITHIN = frozenset({"of", "out of", "per", "の", "のうち"})


#: Operators that are written as text, and a decimal comma.
_OPERATORS = re.compile(r"\s*(?:[+\-*/%=<>&|^~!#÷×−–]+|(?<!\s)[.,](?!\s))\s*")


def _role(words: str) -> str:
    low = words.strip().lower()
    if any(low.startswith(w) or (not w.isascii() and w in low) for w in WHERE):
        return "where"
    if any(low.startswith(w) or (not w.isascii() and w in low) for w in IF):
        return "if"
    return ""


def _has_relation(piece: Sequence[Token]) -> bool:
    return any(is_relation(t) for t in piece)


def _pieces(row: list[Token]) -> list[tuple[str, list[Token]]]:
    """Stretches between texts, gaps, arrows and commas that stand in no brackets."""
    out: list[tuple[str, list[Token]]] = []
    piece: list[Token] = []
    depths = depths_of(row)
    enumerator = 0

    def close() -> None:
        nonlocal piece
        if piece:
            out.append(("piece", piece))
        piece = []

    for i, token in enumerate(row):
        if (not i or row[i - 1].kind == "gap") and not depths[i] and _is_enumerator(row, i):
            close()
            enumerator = i + 2
        if i < enumerator:
            continue
        if depths[i] > 0:
            piece.append(token)
            continue
        after = row[i + 1] if i + 1 < len(row) else None
        beside = (piece and (is_relation(piece[-1]) or piece[-1].is_(*JOINING))) or (
            after is not None and (is_relation(after) or after.is_("+", "cdot", "times"))
        )
        if token.kind == "text":
            # Words are the name of a quantity where a relation or an operator stands beside them.
            joins = token.text.lower() in _WITHIN or (_between_numbers(row, i) and not _has_relation(piece))
            joins = joins or _OPERATORS.fullmatch(token.text) is not None
            if joins or (beside and not _role(token.text) and len(token.text) < 40):
                piece.append(token)
                continue
            close()
            out.append(("text", [token]))
        elif token.kind == "gap":
            if not beside:
                close()
        elif token.is_(":") and _divides(row, i) and not _is_value(piece):
            piece.append(replace(token, text="div", kind="command"))
        elif token.is_(":") and (_between_numbers(row, i) or _divides(row, i)):  # 3 : 4 : 5, a time, n = 1 : 3 = 3
            piece.append(token)
        elif token.is_(".") and _no_full_stop(row, i):
            times = row[i + 1].is_(*OPEN) or row[i - 1].is_(*CLOSE)  # np.log is no product
            piece.append(replace(token, text="cdot") if times else token)
        elif token.is_(".") and len(piece) > len("(1)") and _goes_on_unrelated(row, i, piece):
            piece.append(token)  # a factor behind a full stop, or something else: it is not known
        elif token.is_(*_ARROWS):
            close()
            out.append(("arrow", [token]))
        elif token.is_("forall", "exists"):
            close()
            out.append(("text", [Token("text", "for all", token.start, token.end)]))
        elif (
            token.is_(",", ";")
            or (token.is_(".") and i + 1 < len(row))
            or (token.is_(":") and not _colon_relation(row, i))
        ):
            close()
            out.append(("comma", [token]))
        else:
            piece.append(token)
    close()
    return out


def _is_enumerator(row: Sequence[Token], i: int) -> bool:
    """Whether ``a)`` or ``2)`` stands at a place, with a formula behind it."""
    if i + 2 >= len(row) or row[i].kind not in {"letter", "number"} or not row[i + 1].is_(")"):
        return False
    return not (is_relation(row[i + 2]) or row[i + 2].is_(*JOINING - {"-"}, "^", "_", ",", ")"))


def _divides(row: Sequence[Token], i: int) -> bool:
    """Whether a colon stands for division: between numbers or brackets, with the same space on both sides."""
    if not 0 < i < len(row) - 1 or row[i].spaced != row[i + 1].spaced:
        return False
    before, after = row[i - 1], row[i + 1]
    if any(0 <= j < len(row) and row[j].is_(":") for j in (i - 2, i + 2)):
        return False
    if before.kind == after.kind == "number":
        return row[i].spaced or len(after.text) == 1
    return (before.kind == "number" or before.is_(*CLOSE)) and (after.kind == "number" or after.is_("(", "[", "frac"))


def _is_value(piece: Sequence[Token]) -> bool:
    """Whether it is ``n = 1``: a colon behind it may divide, or begin what holds then."""
    return len(piece) == len("n=1") and piece[0].kind == "letter" and is_relation(piece[1])


def _no_full_stop(row: Sequence[Token], i: int) -> bool:
    r"""Whether a dot stands close between two factors, as in ``\frac{1}{6}.(1+2)`` and ``x.f(x)``."""
    if not 0 < i < len(row) - 1 or row[i].spaced or row[i + 1].spaced:
        return False
    after = row[i + 1]
    return after.kind in {"letter", "number", "word", "command"} or after.is_(*OPEN)


def _goes_on_unrelated(row: Sequence[Token], i: int, piece: Sequence[Token]) -> bool:
    """Whether there is no relation before a full stop behind a bracket, or none behind it: ``(h(x) - y). x``."""
    rest = row[i + 1 :]
    stop = next((at for at, t in enumerate(rest) if t.kind in {"gap", "text"} or t.is_(",", ";", ".")), len(rest))
    if not row[i - 1].is_(*CLOSE) or stop == 0 or rest[0].is_(*_ARROWS):
        return False
    return not (_has_relation(piece) and _has_relation(rest[:stop]))


def _between_numbers(row: Sequence[Token], i: int) -> bool:
    """Whether numbers stand on both sides of a token, as in ``3対2``."""
    return 0 < i < len(row) - 1 and row[i - 1].kind == row[i + 1].kind == "number" and not row[i + 1].spaced


def _colon_relation(row: Sequence[Token], i: int) -> bool:
    beside = (row[i + 1] if i + 1 < len(row) else None), (row[i - 1] if i else None)
    return any(t is not None and t.is_("=") for t in beside)


def _modulus(piece: list[Token]) -> tuple[list[Token], str]:
    """``7 + 5 = 2 [10]``: a number in square brackets at the end, apart from what stands before it."""
    number = piece[-3:]
    if len(piece) < 6 or not (number[0].is_("[") and number[1].kind == "number" and number[2].is_("]")):
        return piece, ""
    if not number[0].spaced or piece[-4].is_(*JOINING, *RELATIONS) or not _has_relation(piece):
        return piece, ""
    return piece[:-3], f"[{number[1].text}]"


def _condition_in_brackets(piece: list[Token]) -> tuple[list[Token], list[Token]]:
    """``a_i = b_i (i = 1, ..., n)``: the brackets at the end, apart from what stands before them."""
    if len(piece) < 5 or not piece[-1].is_(")"):
        return piece, []
    level = 0
    for at in range(len(piece) - 1, -1, -1):
        level += piece[at].is_(")") - piece[at].is_("(")
        if level == 0:
            break
    inner = piece[at + 1 : -1]
    depth = 0
    related = False
    for token in inner:
        depth += token.is_(*OPEN) - token.is_(*CLOSE)
        related = related or (depth == 0 and is_relation(token))
    before = piece[at - 1] if at else None
    called = before is not None and before.kind in {"letter", "word", "upright"} and not piece[at].spaced
    if not related or before is None or called or not _has_relation(piece[:at]) or before.is_(*JOINING, *RELATIONS):
        return piece, []
    return piece[:at], inner


def _whole_condition(piece: list[Token]) -> list[list[Token]] | None:
    """What stands in brackets that are the whole piece and hold a relation: ``(x > 0)``, ``(i = 1, ..., n)``."""
    if len(piece) < 5 or not piece[0].is_("(") or not piece[-1].is_(")"):
        return None
    inner = [token for token in piece[1:-1] if token.kind not in {"text", "gap"}]
    if any(t.is_("(", ")") for t in inner) or not _has_relation(inner):
        return None
    return [tokens for kind, tokens in _pieces(inner) if kind == "piece"]


def _chain(piece: list[Token], lead: str) -> Chain:
    terms: list[list[Token]] = [[]]
    relations: list[tuple[str, Token]] = []
    at = 0
    depths = depths_of(piece)
    while at < len(piece):
        token = piece[at]
        sign, after = relation_at(piece, at) if depths[at] == 0 else ("", at)
        if sign:
            first, last = token, piece[after - 1]
            relations.append((sign, Token("relation", sign, first.start, last.end, first.spaced)))
            terms.append([])
            at = after
        else:
            terms[-1].append(token)
            at += 1
    # a = b = ... = c: nothing is said of what the dots leave out.
    left_out = [i for i in range(1, len(terms) - 1) if len(terms[i]) == 1 and terms[i][0].is_("dots", "vdots")]
    for i in reversed(left_out):
        del terms[i], relations[i]
    return Chain(terms, relations, lead=lead, dotted=bool(left_out))
