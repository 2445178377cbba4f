"""Cases: what a text says of one thing does not hold for the next one that it treats by the same letter.

``f(z) = z`` is the linear activation, and ``f'(z) = f(z) (1 - f(z))`` ten words later that of the sigmoid function.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loglik.check.document import Prose

_CASE = re.compile(
    r"\b(?:for (?!all\b|any\b|each\b|every\b|now\b|example\b)|with (?!respect\b)|if|when|cases?|instead|another|"
    r"others?|some|conventions?|sign|whereas|alternative\w*|similarly|likewise|consider|next|on the other hand|"
    r"example|exercise|problem|part|step|version|variant|model|suppose|assum\w+|using|take|say)\b|"
    r"形式|流儀|也有|他の|符号|場合|なら|一方|次に|では|とき|例題|問題|について|に対して|用い|使う|考え|如果|对于|对|时|若|情况|例|接下来|另|使用|考虑",
    re.IGNORECASE,
)
#: A name that the next formula belongs to: "Sigmoid:", "(b)", "tanh 激活函数：".
_LABEL = re.compile(
    r"(?:^|[.。;；\n])\s*(?:[-*•]\s*)?[^.。,，;；:：]{1,40}[:：]\s*$|\(\s*[a-hivx1-9]{1,3}\s*\)|^\s*[a-h1-9][.)]\s"
)


def another_case(between: Iterable[Prose]) -> str:
    """The words or the heading that begin another case in a piece of text; empty if there are none."""
    for each in between:
        if each.kind == "heading":
            return " ".join(each.text.split())[:40]
        found = _CASE.search(each.text) or _LABEL.search(each.text)
        if found is not None:
            return " ".join(found[0].split())[:40]
    return ""
