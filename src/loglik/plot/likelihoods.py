"""Pictures of likelihoods: of more and more throws of a die, and over all dice of three faces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loglik.plot.canvas import BLUE, GREEN, GREY, ORANGE, RED, VIOLET, canvas
from loglik.plot.figures import figure, words_of
from loglik.special import log, xlogy

__all__ = ["likelihood_of_a_die", "simplex"]

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.texts import Language

# Twenty throws, as in the examples of ``loglik dice``.
_COUNTS = (3, 5, 2, 4, 1, 5)


def likelihood_of_a_die(language: Language, counts: Sequence[int] = _COUNTS, throws: int = 480) -> str:
    """The likelihood of the first n throws, ``y_1 y_2 ... y_n``, beside its logarithm, the sum."""
    word = words_of("die", language)
    total = sum(counts)
    # The same twenty throws again and again, faces in turn as far as they go.
    order = [k for turn in range(max(counts)) for k, t in enumerate(counts) if turn < t]
    faces = np.resize(np.array(order), throws)
    y = np.array(counts) / total
    logs = np.concatenate([[0.0], np.cumsum(log(y)[faces])])
    with np.errstate(under="ignore"):
        product = np.cumprod(np.concatenate([[1.0], y[faces]]))  # what a computer makes of it: 0 in the end
    n = np.arange(throws + 1)
    lost = int(np.argmax(product == 0.0))
    small = int(np.argmax(logs < -300.0 * np.log(10.0)))
    with canvas(7.4, 3.2, columns=2) as made:
        left, right = made.axes
        left.plot(n[:41], product[:41], color=ORANGE, gid="curve:likelihood")
        left.annotate(
            word("twenty", n=total, value=f"{product[total]:.1e}"), (total, product[total]), (total - 9, 0.35),
            arrowprops={"arrowstyle": "-"},
        )  # fmt: skip
        left.set(xlabel=word("throws"), ylabel="L", ylim=(-0.03, 1.03), title=word("product"))
        right.plot(n, logs, color=BLUE, gid="curve:log-likelihood")
        right.plot([small, lost], logs[[small, lost]], "o", color="black", markersize=4, gid="curve:marks")
        right.annotate(
            word("small", n=small),
            (small, logs[small]),
            (small - 330, logs[small] - 60),
            arrowprops={"arrowstyle": "-"},
        )
        right.annotate(
            word("lost", n=lost), (lost, logs[lost]), (lost - 120, logs[lost] + 420), arrowprops={"arrowstyle": "-"}
        )
        right.set(xlabel=word("throws"), ylabel="log L", title=word("sum"))
        return figure(made, word, small=small, lost=lost)


def simplex(language: Language, counts: Sequence[int] = (5, 3, 2)) -> str:
    """``sum_k t_k log y_k`` over all dice of three faces, greatest at ``y_k = t_k / N``."""
    word = words_of("simplex", language)
    t = np.array(counts, dtype=np.float64)
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(0.75)]])
    grid = np.array([[i, j, 120 - i - j] for i in range(1, 119) for j in range(1, 120 - i)]) / 120.0
    below = xlogy(t, grid).sum(axis=1) - xlogy(t, t / t.sum()).sum()
    best, even = (t / t.sum()) @ corners, np.full(3, 1.0 / 3.0) @ corners
    with canvas(5.4, 3.5) as made:
        (ax,) = made.axes
        place = grid @ corners
        levels = [-8.0, -4.0, -2.0, -1.0, -0.5, -0.1]
        drawn = ax.tricontour(
            *place.T, below, levels=levels, colors=[GREY, GREY, VIOLET, BLUE, GREEN, ORANGE], linewidths=1.3
        )
        ax.clabel(drawn, fmt="%g", fontsize=8)
        outline = np.vstack([corners, corners[:1]])
        ax.plot(*outline.T, color="black", linewidth=1.2, gid="curve:simplex")
        ax.plot(*best, "o", color=RED, markersize=6, gid="curve:maximum")
        ax.plot(*even, "x", color="black", markersize=6, gid="curve:fair")
        ax.annotate(
            word("best", y=[f"{v:g}" for v in t / t.sum()]),
            best,
            (0.75, 0.72),
            color=RED,
            arrowprops={"arrowstyle": "-", "color": RED},
        )
        ax.annotate(word("fair"), even, (0.9, 0.5), arrowprops={"arrowstyle": "-"})
        for k, (x, y, across) in enumerate(((-0.02, -0.03, "right"), (1.02, -0.03, "left"), (0.5, 0.9, "center"))):
            ax.text(x, y, f"y{'₁₂₃'[k]} = 1", ha=across, va="center")
        ax.set(aspect="equal", xlim=(-0.25, 1.45), ylim=(-0.08, 0.96))
        ax.axis("off")
        return figure(made, word, counts=list(counts), best=[f"{v:g}" for v in t / t.sum()])
