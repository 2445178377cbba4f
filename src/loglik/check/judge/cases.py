"""Cases: what a text says of one thing does not hold for the next one that it treats by the same letter.

``f(z) = z`` is the linear activation, and ``f'(z) = f(z) (1 - f(z))`` ten words later that of the sigmoid function.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loglik.check.model.words import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loglik.check.document import Prose

#: A name that the next formula belongs to: "Sigmoid:", "(b)", "tanh 激活函数：".
_LABEL = re.compile(
    r"(?:^|[.。;；\n])\s*(?:[-*•]\s*)?[^.。,，;；:：]{1,40}[:：]\s*$|\(\s*[a-hivx1-9]{1,3}\s*\)|^\s*[a-h1-9][.)]\s"
)


def another_case(between: Iterable[Prose]) -> str:
    """The words or the heading that begin another case in a piece of text; empty if there are none."""
    for each in between:
        if each.kind == "heading":
            return " ".join(each.text.split())[:40]
        if words := mentioned("another-case", each.text):
            return words
        if (label := _LABEL.search(each.text)) is not None:
            return " ".join(label[0].split())[:40]
    return ""
