"""The pictures of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.model.plots import MOST_CLASSES, draw_effects, foremost, names_of
from loglik.plot import of_fits
from loglik.plot.canvas import canvas
from loglik.plot.labels import short
from loglik.texts import say

if TYPE_CHECKING:
    from loglik.report.content import Content

MOST_ROWS = 40


def coefficients(content: Content, title: str) -> str | None:
    """Forest plot of the coefficients, without the intercepts; None where there is nothing else."""
    model = content.model
    shown = foremost(model, MOST_ROWS)
    if not shown:
        return None
    names = names_of(model, shown)
    percent = f"{100.0 * model.report.conf_level:g} %"
    with canvas(6.6, 0.24 * len(shown) + 0.8) as made:
        made.make_room([short(name, 32) for name in names])
        of_fits.forest(
            made.axes[0], names, [t.estimate for t in shown], [(t.conf_low, t.conf_high) for t in shown],
            say("plots", "coefficient", percent=percent),
        )  # fmt: skip
        return made.svg(title)


def effects(content: Content, title: str) -> str | None:
    """Forest plot of the average effects."""
    found = content.effects
    if found is None or not found.rows:
        return None
    with canvas(6.6, 0.24 * min(MOST_ROWS, len(found.rows)) + 0.8) as made:
        made.make_room([short(f"{r.term} ({r.contrast})", 32) for r in found.rows[:MOST_ROWS]])
        draw_effects(made.axes[0], content.model, found, MOST_ROWS)
        return made.svg(title)


def roc(content: Content, title: str) -> str | None:
    """ROC curves of the classes that are shown."""
    curves = [(each.name, each.roc) for each in content.classes[:MOST_CLASSES] if each.roc is not None]
    if not curves:
        return None
    with canvas(4.6, 4.4) as made:
        of_fits.roc(made.axes[0], curves)
        return made.svg(title)


def calibration(content: Content, title: str) -> list[str]:
    """One picture for each class."""
    pictures = []
    for each in content.classes[:MOST_CLASSES]:
        if each.calibration is not None:
            with canvas(3.5, 3.6) as made:
                of_fits.calibration(made.axes[0], each.calibration, each.name)
                pictures.append(made.svg(f"{title}: {short(each.name, 80)}"))
    return pictures


def residuals(content: Content, title: str) -> list[str]:
    """Binned residuals of each class; of two classes the distribution of the quantile residuals too."""
    pictures = []
    for each in content.classes[:MOST_CLASSES]:
        with canvas(3.5, 3.0) as made:
            of_fits.binned(made.axes[0], each.binned, each.name)
            pictures.append(made.svg(f"{title}: {short(each.name, 80)}"))
        if each.quantiles is not None:
            with canvas(3.5, 3.0) as made:
                of_fits.quantiles(made.axes[0], each.quantiles)
                pictures.append(made.svg(title))
    return pictures


def path(content: Content, title: str) -> str | None:
    """How the optimiser got to the end; None in models of older versions."""
    steps = content.model.report.path
    if len(steps) < 2:
        return None
    with canvas(5.6, 3.2) as made:
        of_fits.path(made.axes[0], steps)
        return made.svg(title)
