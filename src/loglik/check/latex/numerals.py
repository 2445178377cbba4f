r"""Numbers as they are written: thousands in groups, decimal commas, repeating decimals, other bases, exponents."""

from __future__ import annotations

import re
from fractions import Fraction

#: Between groups of three digits; a comma in braces may also be a decimal comma.
_THIN = r"(?:\\,|,\\!|\\!,|\{\\,\})"
_COMMA = r"\{(?:[,.]|\\cdot)\}"
_REPEATED = (
    r"\\(?:overline|bar)\s*(?:\{(?P<over>\d+)\}|(?P<single>\d))"
    r"|\\dot\s*\{?(?P<first>\d)\}?(?:\s*(?P<within>\d*)\\dot\s*\{?(?P<last>\d)\}?)?"
)
#: A number, from its first digit or its decimal point.
NUMERAL = (
    r"(?:0x\d[0-9A-Fa-f]*(?![a-zA-Z])|0x[0-9A-F]{2,}(?![a-zA-Z])|0b[01]{2,}(?!\d)"
    rf"|\d+(?:\.|{_COMMA})\d*\\(?:overline|bar|dot)\s*(?:\{{\d+\}}|\d)(?:\s*\d*\\dot\s*\{{?\d\}}?)?"
    r"|(?:\d*\.\d+[eE][+-]?|\d+E[+-]?|\d+e\+|\d+e(?=\d)|1e-)\d{1,3}(?![\d.a-zA-Z^_])"
    rf"|[1-9]\d{{0,2}}(?:(?:\.|{_THIN})\d{{3}})+\{{,\}}\d+"
    rf"|[1-9]\d{{0,2}}(?:(?:{_THIN}|\{{,\}})\d{{3}})+(?!\d|\{{,\}}\d)(?:\.\d+)?"
    rf"|\d+{_COMMA}\d+|\d+\.\d{{3}}(?:\\,\d{{3}})*\\,\d{{1,3}}(?!\d)"
    r"|0,(?:0\d+|\d{3,})"
    r"|(?:(?<=[=≈])|(?<=[=≈] )|(?<=approx )|(?<=approx))0,\d\d(?![\d,])"
    r"|(?:[1-9]\d*(?:,\d{3}(?!\d))+|\d+)(?:\.\d+)?|\.\d+)"
)
#: What shows that commas in braces are decimal commas throughout a formula.
_DECIMAL = re.compile(r"(?<!\d)0\{,\}\d|\d\{,\}(?:\d{1,2}|\d{4,})(?!\d|\{,\})|\d\.\d{3}\{,\}")
_FORM = re.compile(rf"(?P<whole>\d+)(?:\.|{_COMMA})(?P<before>\d*)(?:{_REPEATED})")


def has_decimal_commas(tex: str) -> bool:
    """Whether a comma in braces stands for the decimal point somewhere in a formula."""
    return _DECIMAL.search(tex) is not None


def plain_numeral(written: str, *, comma: bool) -> str:
    r"""A number in digits with a decimal point, or as a fraction.

    Parameters
    ----------
    written : str
        As it is written.
    comma : bool
        Whether commas in braces are decimal commas, whatever stands behind them.

    Examples
    --------
    >>> [plain_numeral(each, comma=False) for each in ("1{,}234.5", r"12\,500", "3{,}14", "1.234{,}5", "0x1F")]
    ['1234.5', '12500', '3.14', '1234.5', '31']
    >>> plain_numeral(r"0.1\overline{6}", comma=False)
    '1/6'
    """
    if written[:2] in {"0x", "0b"}:
        return str(int(written, 0))
    if (found := _FORM.fullmatch(written)) is not None:
        return str(_repeating(found))
    text = re.sub(_THIN, "", written)
    if "{,}" in text:
        whole, _, digits = text.rpartition("{,}")
        groups = re.fullmatch(r"\d{3}(?:\.\d+)?", digits) and not whole.startswith("0")
        decimal = comma or "." in whole or not groups
        if decimal:
            return f"{whole.replace('.', '').replace('{,}', '')}.{digits}"
        text = text.replace("{,}", "")
    text = text.replace("{.}", ".").replace(r"{\cdot}", ".")
    return text.replace(",", "." if text.startswith("0,") else "")  # 0,017; (0,1) are two numbers


def _repeating(found: re.Match[str]) -> Fraction:
    """``0.1666...``: the digits that repeat stand for a fraction with nines below."""
    digits = found["over"] or found["single"] or f"{found['first']}{found['within'] or ''}{found['last'] or ''}"
    before = found["before"]
    nines = Fraction(10 ** len(digits) - 1)
    return Fraction(int(found["whole"])) + (int(before or 0) + int(digits) / nines) / Fraction(10 ** len(before))
