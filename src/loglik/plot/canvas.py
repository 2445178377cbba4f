"""Figures whose look and bytes depend on nothing but what is drawn."""

from __future__ import annotations

import io
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from loglik.plot.extra import needed
from loglik.plot.labels import wide
from loglik.plot.svg import tidied

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Colours that stand out on white and on black; black itself becomes the colour of the text around the picture.
BLUE, ORANGE, GREEN, RED, VIOLET = ("#2f81c6", "#d9731a", "#3a9a55", "#d0433f", "#9264c9")
GREY = "#8a8a8a"

_STYLE = {
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "loglik",
    "path.simplify": False,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "axes.labelsize": 9.5,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "font.family": "DejaVu Sans",  # it comes with matplotlib: its widths are the same everywhere
    "font.size": 9.5,
    "lines.linewidth": 1.8,
    "axes.unicode_minus": True,
}


# Fonts with the signs of many languages, one of which most systems have.
_OF_MANY_LANGUAGES = (
    "Noto Sans CJK JP", "Noto Sans JP", "Hiragino Sans", "Yu Gothic", "Meiryo", "MS Gothic", "IPAexGothic", "IPAGothic",
    "TakaoGothic", "Arial Unicode MS",
)  # fmt: skip


class Canvas:
    """A figure and its axes, and what becomes of them.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure.
    axes : list of matplotlib.axes.Axes
        Its axes, from left to right and from above.
    """

    def __init__(self, figure: Any, axes: list[Any]) -> None:
        self.figure, self.axes = figure, axes

    def make_room(self, labels: Sequence[str], size: float = 9.0) -> None:
        """Leave room on the left for labels in signs that the font does not have, and so measures too narrow."""
        lacking = 0.45 * size * max(map(wide, labels), default=0) / 72.0 / self.figure.get_figwidth()
        self.figure.get_layout_engine().set(rect=(lacking, 0.0, 1.0 - lacking, 1.0))

    def svg(self, title: str) -> str:
        """The figure as an ``svg`` element that says `title` to those who cannot see it."""
        stream = io.StringIO()
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph .* missing")  # the reader's browser has them
            self.figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
        return tidied(stream.getvalue(), title)


@contextmanager
def canvas(width: float = 6.4, height: float = 3.4, columns: int = 1, rows: int = 1, **layout: Any) -> Iterator[Canvas]:
    """A figure in the style of the package, of inches wide and high, whatever the user's own style is.

    Parameters
    ----------
    width, height : float
        In inches of 72 units.
    columns, rows : int
        Axes beside and below each other.
    **layout
        Of `Figure.subplots`.

    Raises
    ------
    DataError
        LL431 matplotlib is not installed.
    """
    matplotlib, figures = needed("matplotlib"), needed("matplotlib.figure")
    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)
        figure = figures.Figure(figsize=(width, height), layout="constrained")
        yield Canvas(figure, list(figure.subplots(rows, columns, squeeze=False, **layout).flat))


@contextmanager
def readable(ax: Any, height: float) -> Iterator[Any]:
    """Axes to draw on, those given or new ones of the user's own style, with a font that has the names of columns.

    Parameters
    ----------
    ax : matplotlib.axes.Axes or None
        The axes; None for new ones.
    height : float
        Of new ones, in inches.

    Raises
    ------
    DataError
        LL431 matplotlib is not installed.
    """
    matplotlib = needed("matplotlib")
    known = set(needed("matplotlib.font_manager").get_font_names())
    own = list(matplotlib.rcParams["font.family"])
    more = [name for name in _OF_MANY_LANGUAGES if name in known][:1]
    with matplotlib.rc_context({"font.family": [*own, *more]}):
        if ax is None:
            ax = needed("matplotlib.pyplot").subplots(figsize=(6.4, height), layout="constrained")[1]
        yield ax
