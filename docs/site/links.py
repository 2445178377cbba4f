"""Links within a built site."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from pathlib import Path


def lost_links(html: Path) -> list[str]:
    """Links of the site's pages to pages, pictures or places in pages that are not there."""
    texts = {path: path.read_text(encoding="utf-8") for path in html.rglob("*.html") if "_static" not in path.parts}
    places = {path: set(re.findall(r'\bid="([^"]+)"', text)) for path, text in texts.items()}
    lost = []
    for path, text in texts.items():
        for link in set(re.findall(r'\b(?:href|src)="([^"]+)"', text)):
            address, _, place = unescape(link).partition("#")
            if re.match(r"\w+:|//|data:", address):
                continue
            target = (path.parent / unquote(address.partition("?")[0])).resolve() if address else path
            if not target.exists() or (place and target in places and unquote(place) not in places[target]):
                lost.append(f"{path.relative_to(html)}: {link}")
    return sorted(lost)
