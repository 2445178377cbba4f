"""Values of fits, drawn on axes that are given: coefficients, calibration, ROC curves, residuals, the optimiser's steps."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtri

from loglik.plot.canvas import BLUE, GREEN, GREY, ORANGE, RED, VIOLET
from loglik.plot.labels import short
from loglik.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.metrics import BinnedResiduals, Calibration, QuantileResiduals, Roc

_CYCLE = (BLUE, ORANGE, GREEN, RED, VIOLET, GREY)
_LABEL = 32


def forest(
    ax: Any, names: Sequence[str], estimates: Sequence[float], intervals: Sequence[tuple[float | None, float | None]],
    label: str,
) -> None:  # fmt: skip
    """Estimates with their intervals, one below the other; an interval without end goes to the edge with an arrow.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    names : sequence of str
        What is estimated.
    estimates : sequence of float
        Estimates; infinite ones are arrows.
    intervals : sequence of (float or None, float or None)
        Bounds, None or NaN where there is none.
    label : str
        Of the axis of values.
    """
    place = np.arange(len(names))[::-1]
    finite = [v for v in (*estimates, *(b for pair in intervals for b in pair)) if v is not None and math.isfinite(v)]
    low, high = min([*finite, 0.0]), max([*finite, 0.0])
    margin = 0.06 * (high - low) or 1.0
    edges = low - margin, high + margin
    ax.axvline(0.0, color=GREY, linewidth=0.8)
    for y, value, (a, b) in zip(place, estimates, intervals, strict=True):
        known = [bound is not None and not math.isnan(bound) for bound in (a, b)]
        if all(known):
            ends = [min(max(float(bound), edges[0]), edges[1]) for bound in (a, b) if bound is not None]
            ax.plot(ends, [y, y], color=BLUE, linewidth=1.6)
            for bound, end, marker in zip((a, b), ends, ("<", ">"), strict=True):
                if bound is not None and math.isinf(bound):
                    ax.plot([end], [y], marker, color=BLUE, markersize=5, clip_on=False)
        if math.isfinite(value):
            ax.plot([value], [y], "o", color=BLUE, markersize=4.5)
        elif math.isinf(value):
            ax.plot([edges[value > 0]], [y], ">" if value > 0 else "<", color=RED, markersize=7, clip_on=False)
    points = [(v, y) for v, y in zip(estimates, place, strict=True) if math.isfinite(v)]
    if points:  # by name, so that what is drawn can be read
        ax.plot(*np.array(points).T, ".", color=BLUE, markersize=1, gid="curve:estimates")
    ax.set_yticks(place, [short(name, _LABEL) for name in names], parse_math=False)
    ax.set(xlim=edges, ylim=(-0.6, len(names) - 0.4), xlabel=label)
    ax.tick_params(axis="y", length=0)


def roc(ax: Any, curves: Sequence[tuple[str, Roc]]) -> None:
    """ROC curves with the areas below them.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    curves : sequence of (str, Roc)
        Name of the class of each, and the curve.
    """
    ax.plot([0, 1], [0, 1], "--", color=GREY, linewidth=0.9)
    for i, (name, curve) in enumerate(curves):
        x, y = thinned(np.stack([curve.false_positive, curve.true_positive]))
        text = say("plots", "auc", auc=f"{curve.auc:.4f}")
        ax.plot(
            x, y, color=_CYCLE[i % len(_CYCLE)], label=f"{short(name, _LABEL)}: {text}", gid=f"curve:roc-{i}",
            linestyle="-" if i < len(_CYCLE) else ":",
        )  # fmt: skip
    ax.set(
        xlabel=say("plots", "false_positive"), ylabel=say("plots", "true_positive"), xlim=(-0.02, 1.02),
        ylim=(-0.02, 1.02), aspect="equal",
    )  # fmt: skip
    for text in ax.legend(loc="lower right").get_texts():
        text.set_parse_math(False)


def thinned(points: Any, most: int = 400) -> Any:
    """Points of a path (2 x m) that tell it to a four-hundredth of its length: what no eye would miss is left out."""
    if points.shape[1] <= most:
        return points
    along = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(points, axis=1)).sum(axis=0))])
    kept = np.unique(np.searchsorted(along, np.linspace(0.0, along[-1], most)))
    return points[:, np.union1d(kept.clip(max=points.shape[1] - 1), [0, points.shape[1] - 1])]


def calibration(ax: Any, made: Calibration, title: str | None = None) -> None:
    """Frequencies beside probabilities: bins with their intervals, and the isotonic curve.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    made : Calibration
        The values.
    title : str, optional
        The class.
    """
    ax.plot([0, 1], [0, 1], "--", color=GREY, linewidth=0.9)
    x, y = thinned(np.stack([made.steps, made.recalibrated]))
    ax.plot(x, y, color=ORANGE, linewidth=1.4, gid="curve:isotonic")
    ax.vlines(made.predicted, made.low, made.high, color=BLUE, linewidth=1.2)
    ax.plot(made.predicted, made.observed, "o", color=BLUE, markersize=4.5, gid="curve:bins")
    ax.set(
        xlabel=say("plots", "predicted"), ylabel=say("plots", "observed"), xlim=(-0.03, 1.03), ylim=(-0.03, 1.03),
        aspect="equal",
    )  # fmt: skip
    _titled(ax, title)


def binned(ax: Any, made: BinnedResiduals, title: str | None = None) -> None:
    """Mean residuals of bins between twice their standard errors.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    made : BinnedResiduals
        The values.
    title : str, optional
        The class.
    """
    ax.axhline(0.0, color=GREY, linewidth=0.8)
    for sign in (-2.0, 2.0):
        ax.plot(made.predicted, sign * made.std_error, color=GREY, linewidth=1.0, linestyle=":")
    beyond = np.abs(made.residual) > 2.0 * made.std_error
    ax.plot(made.predicted, made.residual, "o", color=BLUE, markersize=4, gid="curve:residuals")
    ax.plot(made.predicted[beyond], made.residual[beyond], "o", color=RED, markersize=4.5)
    ax.set(xlabel=say("plots", "predicted"), ylabel=say("plots", "residual"))
    _titled(ax, title)


def quantiles(ax: Any, made: QuantileResiduals, conf_level: float = 0.95) -> None:
    """How far the distribution of the quantile residuals is from the uniform one, with a band for each place.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    made : QuantileResiduals
        The values.
    conf_level : float
        Coverage of the band, point by point.
    """
    reach = float(-ndtri((1.0 - conf_level) / 2.0)) * made.std_error
    ax.fill_between(made.u, -reach, reach, color=GREY, alpha=0.25, linewidth=0.0)
    ax.axhline(0.0, color=GREY, linewidth=0.8)
    ax.plot(made.u, made.share - made.u, color=BLUE, gid="curve:quantiles")
    ax.set(xlabel=say("plots", "quantile"), ylabel=say("plots", "share"), xlim=(0.0, 1.0))


def path(ax: Any, steps: Sequence[tuple[int, int, float, float]]) -> None:
    """How loss and gradient fell, on a logarithmic scale.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    steps : sequence of (iteration, passes, loss, gradient norm)
        The steps; the last is the end.
    """
    iteration, _, loss, gradient = (np.array(column, dtype=np.float64) for column in zip(*steps, strict=True))
    above = loss - loss.min()
    shown = above > 0.0
    ax.plot(
        iteration[shown], above[shown], "o-", color=BLUE, markersize=4, label=say("plots", "above"), gid="curve:loss"
    )
    some = gradient > 0.0
    ax.plot(
        iteration[some], gradient[some], "s-", color=ORANGE, markersize=4, label=say("plots", "gradient"),
        gid="curve:gradient",
    )  # fmt: skip
    if iteration[-1] > 500:
        ax.set_xscale("symlog", linthresh=10)
    else:
        ax.xaxis.get_major_locator().set_params(integer=True)
    if shown.any() or some.any():
        ax.set_yscale("log")
    ax.set(xlabel=say("plots", "iteration"))
    ax.legend()


def _titled(ax: Any, title: str | None) -> None:
    if title is not None:
        ax.set_title(short(title, _LABEL), parse_math=False)
