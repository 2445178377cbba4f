"""Words and signs by which a document says that it computes with other things than real numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Words of a document, and signs in its formulas, by what is computed with.
_WORDS = {
    "finite": re.compile(
        r"\bmod(?:ulo|ular|ulus)?\b|\bfinite fields?\b|\bGF\(|\bbinary (?:numbers?|digits?|system|representation|notation|"
        r"strings?|expansion|addition)\b|\bin binary\b|\bhexadecimal\b|\boctal\b|\bbitwise\b|\bXOR\b|\btwo's complement\b|"
        r"\btropical\b|\bmax-plus\b|合同|剰余|余りが|有限体|二進|2\s*進|16\s*進|十六進|進数|进制|同余|模运算|异或|排他的論理和|取模|除以.{0,8}余",
        re.IGNORECASE,
    ),
    "truth": re.compile(
        r"\bBoolean\b|\blogic(?:al)? (?:gates?|circuits?|operat\w+|variables?|express\w+)\b|\btruth tables?\b|\bde Morgan\b|"
        r"ブール代数|論理(?:演算|回路|式|和|積|代数)|真理値|真理表|布尔|逻辑(?:运算|代数|门|表达式)|真值表",
        re.IGNORECASE,
    ),
    "complex": re.compile(
        r"\bcomplex[- ](?:numbers?|valued|plane|conjugate|exponentials?|analysis|roots?|vectors?|scalars?|amplitudes?)\b|"
        r"\bimaginary\b|\bquaternions?\b|\bFourier\b|\bphasors?\b|\bdual numbers?\b|\bqubits?\b|\bquantum\b|\bGrassmann\b|"
        r"\bwedge products?\b|\bgeometric algebra\b|\bClifford\b|\bHamiltonian operator\b|"
        r"複素|虚数|虚部|四元数|二重数|双対数|フーリエ|量子|外積代数|幾何代数|复数|复平面|共轭|双四元|傅里叶",
        re.IGNORECASE,
    ),
}
_SIGNS = {
    "finite": re.compile(
        r"\\[pb]?mod(?![a-z])|\\mathbb\s*\{?\s*F\s*\}?\s*_|\\mathbb\s*\{?Z\}?\s*(?:_|/)|\\mathrm\{GF\}|"
        r"\\oplus(?![a-z])"
    ),
    "truth": re.compile(r"(?!)"),
    "complex": re.compile(
        r"(?<![a-zA-Z_{])[ijk]\s*\^\s*\{?\s*2\s*\}?\s*=\s*-\s*1|\\sqrt\s*\{?\s*-\s*1|(?<![a-zA-Z])e\s*\^\s*\{\s*-?\s*(?:2\s*\\pi\s*)?[ij](?![a-zA-Z_])|"
        r"\\(?:Re|Im)(?![a-zA-Z])|\\mathbb\s*\{?\s*[CH]|\\varepsilon\s*\^\s*\{?2\}?\s*=\s*0|\\epsilon\s*\^\s*\{?2\}?\s*=\s*0"
    ),
}


def arithmetics(words: Iterable[str], sources: Iterable[str]) -> dict[str, str]:
    """What a document computes with beside real numbers, each with the words or signs that say so."""
    found: dict[str, str] = {}
    for patterns, texts in ((_WORDS, words), (_SIGNS, sources)):
        for text in texts:
            for kind, pattern in patterns.items():
                if kind not in found and (match := pattern.search(text)) is not None:
                    found[kind] = " ".join(match[0].split())
    return found
