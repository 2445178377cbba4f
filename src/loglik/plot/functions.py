"""Pictures of functions: logarithm and exponential, the limit e, the sigmoid, the losses."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from loglik.plot.canvas import BLUE, GREY, ORANGE, canvas
from loglik.plot.figures import figure, words_of
from loglik.special import dlog, exp_base, log, log1p, log1pexp
from loglik.special import sigmoid as logistic

__all__ = ["limit_e", "logarithm_and_exponential", "losses", "sigmoid"]

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.texts import Language

    Vector = npt.NDArray[np.float64]

# Curves have so many points.
_POINTS = 241


def logarithm_and_exponential(language: Language, base: float = 2.0, at: float = 2.0) -> str:
    """``y = log_a x`` and ``y = a^x``, mirror images in ``y = x``, with the tangent of slope ``1/(x log a)``."""
    word = words_of("logarithm", language)
    low, high = -3.0, 5.0
    x = np.geomspace(base**low, high, _POINTS)
    y = log(x, base=base)
    slope, height = float(dlog(at, base=base)), float(log(at, base=base))
    steps = np.array([-1.7, 1.7])
    with canvas(4.6, 4.6) as made:
        (ax,) = made.axes
        ax.plot([low, high], [low, high], "--", color=GREY, linewidth=1.0, gid="curve:mirror")
        ax.plot(x, y, color=BLUE, gid="curve:logarithm")
        ax.plot(y, exp_base(y, base), color=ORANGE, gid="curve:exponential")
        ax.plot(at + steps, height + slope * steps, color="black", linewidth=1.2, gid="curve:tangent")
        ax.plot(height + slope * steps, at + steps, color="black", linewidth=1.2, gid="curve:mirrored-tangent")
        ax.plot([at, height], [height, at], "o", color="black", markersize=4, gid="curve:points")
        ax.annotate(word("slope", x=at, slope=slope), (at, height), (0.55, -1.3), arrowprops={"arrowstyle": "-"})
        ax.text(3.3, 1.3, word("log"), color=BLUE)
        ax.text(-1.9, 0.75, word("exp"), color=ORANGE)
        ax.text(-2.0, -2.55, "y = x", color=GREY)
        ax.set(xlim=(low, high), ylim=(low, high), aspect="equal", xlabel="x", ylabel="y")
        ax.axhline(0.0, color=GREY, linewidth=0.6)
        ax.axvline(0.0, color=GREY, linewidth=0.6)
        return figure(made, word, a=base, x=at, slope=slope)


def limit_e(language: Language) -> str:
    """``(1 + τ)^(1/τ)`` as τ goes to 0 from both sides, as curve and table."""
    word = words_of("limit_e", language)

    def power(t: Vector) -> Vector:
        return np.asarray(np.exp(log1p(t) / t))

    t = np.concatenate([np.linspace(-0.8, -1e-3, _POINTS // 2), np.linspace(1e-3, 2.0, _POINTS // 2)])
    shown = np.array([1.0, 0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6])
    with canvas(5.4, 3.2) as made:
        (ax,) = made.axes
        ax.axhline(math.e, color=GREY, linestyle="--", linewidth=1.0, gid="curve:e")
        ax.plot(t, power(t), color=BLUE, gid="curve:power")
        ax.plot([0.0], [math.e], "o", markerfacecolor="none", color=BLUE, markersize=5)
        ax.plot(shown[:2], power(shown[:2]), "o", color=ORANGE, markersize=4, gid="curve:shown")
        ax.text(1.55, math.e + 0.06, f"e = {math.e:.5f}", color=GREY)
        ax.set(xlabel="τ", ylabel="(1 + τ)^(1/τ)", xlim=(-0.85, 2.05), ylim=(1.5, 7.7))
        rows = "".join(
            f"<tr><td>{v:.{max(0, i)}f}</td><td>{a:.7f}</td><td>{'' if v == 1.0 else f'{b:.7f}'}</td></tr>"
            for i, (v, a, b) in enumerate(zip(shown, power(shown), power(-np.minimum(shown, 0.999)), strict=True))
        )
        head = "".join(f"<th>{escape(text)}</th>" for text in ("τ", "(1 + τ)^(1/τ)", "(1 − τ)^(−1/τ)"))
        return figure(made, word, f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>")


def sigmoid(language: Language) -> str:
    """``σ(u)`` and its derivative ``σ(u) (1 - σ(u))``."""
    word = words_of("sigmoid", language)
    u = np.linspace(-8.0, 8.0, _POINTS)
    p = logistic(u)
    with canvas(5.8, 3.2) as made:
        (ax,) = made.axes
        ax.axhline(0.25, color=GREY, linestyle=":", linewidth=1.0)
        ax.plot(u, p, color=BLUE, gid="curve:sigmoid")
        ax.plot(u, p * logistic(-u), color=ORANGE, gid="curve:derivative")
        ax.text(2.4, 0.84, "σ(u)", color=BLUE)
        ax.text(1.7, 0.17, "σ′(u) = σ(u)(1 − σ(u))", color=ORANGE)
        ax.set(xlabel="u", ylim=(-0.02, 1.02), yticks=[0.0, 0.25, 0.5, 0.75, 1.0])
        return figure(made, word)


def losses(language: Language, sure: float = 0.01) -> str:
    """``-log y`` and ``-log(1 - y)``, of the prediction and of the linear predictor, with the price of "sure and wrong"."""
    word = words_of("losses", language)
    y = np.concatenate([np.geomspace(1e-3, 0.1, 60), np.linspace(0.11, 0.89, _POINTS // 2)])
    y = np.concatenate([y, 1.0 - y[:60][::-1]])
    u = np.linspace(-8.0, 8.0, _POINTS)
    price = float(-log(sure))
    with canvas(7.4, 3.3, columns=2) as made:
        left, right = made.axes
        left.plot(y, -log(y), color=BLUE, gid="curve:one")
        left.plot(y, -log1p(-y), color=ORANGE, gid="curve:zero")
        left.plot([sure, 1.0 - sure], [price, price], "o", color="black", markersize=4, gid="curve:sure-and-wrong")
        left.annotate(
            word("sure", y=sure, price=price), (sure, price), (0.11, price - 0.1), arrowprops={"arrowstyle": "-"}
        )
        left.text(0.13, 2.35, word("one"), color=BLUE)
        left.text(0.87, 2.35, word("zero"), color=ORANGE, ha="right")
        left.set(xlabel="y", ylabel=word("axis"), xlim=(-0.02, 1.02), ylim=(0.0, 7.0))
        right.plot(u, log1pexp(-u), color=BLUE, gid="curve:one-u")
        right.plot(u, log1pexp(u), color=ORANGE, gid="curve:zero-u")
        right.text(-6.6, 7.4, "log(1 + e^(−u))", color=BLUE)
        right.text(6.5, 7.4, "log(1 + e^u)", color=ORANGE, ha="right")
        right.set(xlabel="u", ylim=(0.0, 8.4))
        return figure(made, word, y=sure, price=price)
