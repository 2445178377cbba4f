"""The look of a derivation within another page."""

from __future__ import annotations

import re

from loglik.texts import read

_BODY = re.compile(r"(?<![\w.-])body {[^}]*}")


def style_within(selector: str) -> str:
    """The style of derivations for what stands in an element of another page, whose own look is left to that page.

    Parameters
    ----------
    selector : str
        Of the element, such as ``".derivation"``.
    """
    css = read("loglik.derive.show", "style.css").replace("color-scheme: light dark; ", "").replace(":root", selector)
    colours, rest = css.split("}", 1)  # of the root
    return f"{colours}}}\n{selector} {{{_BODY.sub('', rest)}}}\n"
