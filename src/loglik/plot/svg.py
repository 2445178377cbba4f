"""What matplotlib writes, as one ``svg`` element to be put into a page: small, of its colours, without names that clash."""

from __future__ import annotations

import hashlib
import re
from xml.etree import ElementTree as ET  # of matplotlib's own output

_SVG, _LINK = "http://www.w3.org/2000/svg", "{http://www.w3.org/1999/xlink}href"
# Groups that keep what they are, as classes: a reader of the picture, or a test, finds its axes.
_TICK = re.compile(r"[xy]tick_\d+")
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_LOOK = {"fill": "currentColor", "font-family": "inherit", "stroke-linejoin": "round"}


def tidied(text: str, title: str) -> str:
    """One ``svg`` element of a file of matplotlib's.

    Numbers keep two decimals (a seventieth of a hundredth of an inch), black becomes the colour of the page's text, fonts
    are those of the page, groups named ``curve:name`` get the attribute ``data-curve``, and other names begin with a digest
    of the picture, so that several can stand in one page. The look is in attributes: a strict policy of a page lets no
    element have a style of its own.

    Parameters
    ----------
    text : str
        The file.
    title : str
        What it shows, for those who do not see it.
    """
    root = ET.fromstring(text)  # noqa: S314
    for part in root.findall(f"{{{_SVG}}}metadata") + root.findall(f"{{{_SVG}}}defs[{{{_SVG}}}style]"):
        root.remove(part)  # the style would be one of the whole page
    used = set(re.findall(r'(?:url\(#|href="#)([^")]+)', text))
    prefix = "p" + hashlib.sha256(text.encode()).hexdigest()[:10]
    names = {name: f"{prefix}-{i}" for i, name in enumerate(sorted(used))}
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{_SVG}}}")
        _rename(element, names)
        _restyle(element)
        element.text, element.tail = _bare(element.text), _bare(element.tail)
    width, height = (float(root.attrib.pop(side).removesuffix("pt")) for side in ("width", "height"))
    root.attrib.pop("version", None)
    root.set("xmlns", _SVG)
    root.set("viewBox", f"0 0 {width:g} {height:g}")
    root.set("width", f"{width * 4 / 3:g}")  # of points in pixels
    root.attrib.update(_LOOK)
    root.set("role", "img")
    root.set("aria-label", title)
    return ET.tostring(root, encoding="unicode")


def _rename(element: ET.Element, names: dict[str, str]) -> None:
    name = element.attrib.pop("id", None)
    if name in names:
        element.set("id", names[name])
    elif name is not None and name.startswith("curve:"):
        element.set("data-curve", name.removeprefix("curve:"))
    elif name is not None and _TICK.fullmatch(name):
        element.set("class", name.partition("_")[0])
    link = element.attrib.pop(_LINK, None)
    if link is not None:
        element.set("href", f"#{names[link.removeprefix('#')]}")
    clip = element.get("clip-path")
    if clip is not None:
        element.set("clip-path", f"url(#{names[clip.removeprefix('url(#').removesuffix(')')]})")


def _restyle(element: ET.Element) -> None:
    for rule in element.attrib.pop("style", "").replace("#000000", "currentColor").split(";"):
        name, _, wanted = (part.strip() for part in rule.partition(":"))
        if wanted and name != "font-family":
            element.set(name, wanted)
    if element.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]
    for name in ("d", "transform", "x", "y", "points", "width", "height"):
        value = element.get(name)
        if value is not None:
            value = _NUMBER.sub(lambda m: f"{float(m[0]):.2f}".rstrip("0").rstrip("."), value)
            element.set(name, " ".join(value.split()))


def _bare(text: str | None) -> str | None:
    return text if text and text.strip() else None
