"""Read an SVG as its reader does: by its axes, whose ticks say which place is which number."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import numpy as np

SVG = "{http://www.w3.org/2000/svg}"
NUMBER = r"-?\d+(?:\.\d+)?"


def parsed(figure: str) -> ET.Element:
    """A ``figure`` element; it has to be well-formed."""
    return ET.fromstring(figure)


def scales(axes: ET.Element):
    """What turns a place into a number, for both axes: from the first and last tick with a label."""
    made = []
    for side, at in (("xtick", "x"), ("ytick", "y")):
        ticks = []
        for tick in axes.iter(f"{SVG}g"):
            label = "".join("".join(each.itertext()) for each in tick.iter(f"{SVG}text")).replace("−", "-")
            use = next(tick.iter(f"{SVG}use"), None)
            if tick.get("class") == side and use is not None and re.fullmatch(NUMBER, label):
                ticks.append((float(use.get(at)), float(label)))
        (p0, v0), (p1, v1) = (ticks[0], ticks[-1]) if ticks else ((0.0, 0.0), (1.0, 1.0))  # names, not numbers
        made.append(lambda p, p0=p0, v0=v0, slope=(v1 - v0) / (p1 - p0): v0 + (p - p0) * slope)
    return made


def curves(figure: str) -> dict[str, np.ndarray]:
    """Each named curve of a picture as points (n, 2) in the numbers of its axes."""
    found = {}
    svg = parsed(figure).find(f"{SVG}svg") if figure.startswith("<figure") else parsed(figure)
    whole = svg.find(f"{SVG}g")
    for axes in whole.findall(f"{SVG}g"):
        if not any(each.get("data-curve") for each in axes.iter()):
            continue
        x, y = scales(axes)
        for group in axes.iter(f"{SVG}g"):
            name = group.get("data-curve")
            if name is None:
                continue
            path = group.find(f"{SVG}path")
            if path is not None:
                places = re.findall(rf"({NUMBER}) ({NUMBER})", path.get("d"))
            else:
                places = [(use.get("x"), use.get("y")) for use in group.iter(f"{SVG}use")]
            found[name] = np.array([(x(float(a)), y(float(b))) for a, b in places])
    return found
