"""Pictures of descents: the loss of a small fit as a surface, with the ways of two methods; and weights that run away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loglik.design.features import NumericFeature
from loglik.design.matrix import Design
from loglik.fit.descent.loop import descend
from loglik.fit.descent.methods.gradient_descent import Bound
from loglik.fit.hessian.bound import safe_learning_rate
from loglik.fit.maximise import maximise
from loglik.fit.options import Options
from loglik.fit.problem import prepared
from loglik.plot.canvas import BLUE, GREY, ORANGE, canvas
from loglik.plot.figures import figure, words_of
from loglik.special import log1pexp

__all__ = ["loss_surface", "separation"]

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.fit.objective import Evaluation
    from loglik.texts import Language

    Vector = npt.NDArray[np.float64]

# Hours of study, and whether the examination was passed: two who studied more failed where others passed.
HOURS = np.array([0.5, 0.75, 1.0, 1.5, 1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0])
PASSED = np.array([0, 0, 0, 0, 1, 0, 1, 0, 1, 1, 1, 1])


def _design(x: Vector) -> Design:
    return Design.of((NumericFeature("x"),), x[:, None], np.zeros((x.size, 0), dtype=np.int32))


def _label(passed: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    return (1 - passed).astype(np.int32)  # the class that is modelled is number 0


def path(solver: str, most: int | None = None) -> tuple[Vector, Vector]:
    """Weights and losses of the package's own steps: (steps, 2) and (steps,)."""
    options = Options(solver=solver, trajectory=True, max_iter=most)  # type: ignore[arg-type]
    found = maximise(_design(HOURS), _label(PASSED), 2, np.ones(HOURS.size), None, options)
    steps = found.trajectory
    return np.array([step.weights[0] for step in steps]), np.array([step.loss for step in steps])


def surface(b: Vector, w: Vector) -> npt.NDArray[np.float64]:
    """The cross-entropy ``(1/n) sum_i log(1 + e^(-s_i u_i))`` at each intercept b and weight w."""
    u = b[None, :, None] + w[:, None, None] * HOURS
    return np.asarray(log1pexp(np.where(PASSED == 1, -u, u)).mean(axis=2))


def loss_surface(language: Language) -> str:
    """Contours of the loss over intercept and weight, and the steps of gradient descent and of Newton's method."""
    word = words_of("surface", language)
    (descent, _), (newton, _) = path("gd", 400), path("newton")
    b, w = np.linspace(-7.5, 1.5, 91), np.linspace(-0.5, 3.0, 91)
    with canvas(5.8, 4.2) as made:
        (ax,) = made.axes
        z = surface(b, w)
        levels = float(z.min()) + np.array([0.003, 0.012, 0.03, 0.06, 0.1, 0.16, 0.25, 0.4, 0.6, 0.9])
        ax.contour(b, w, z, levels=levels, colors=[GREY], linewidths=0.8)
        ax.plot(
            *descent.T, ".-", color=BLUE, markersize=5, linewidth=1.4, markevery=25, label=word("descent"),
            gid="curve:descent",
        )  # fmt: skip
        ax.plot(*newton.T, "o-", color=ORANGE, markersize=5, linewidth=1.4, label=word("newton"), gid="curve:newton")
        ax.plot(*newton[-1], "*", color="black", markersize=9, gid="curve:minimum")
        ax.set(xlabel=word("intercept"), ylabel=word("weight"))
        ax.legend(loc="upper left")
        return figure(made, word, newton=len(newton) - 1, descent=len(descent) - 1, n=len(HOURS))


def separation(language: Language, most: int = 4000) -> str:
    """Classes that a threshold separates: gradient descent lets the weight grow for ever while the loss falls to 0."""
    word = words_of("separation", language)
    x, passed = HOURS - HOURS.mean(), (HOURS.mean() < HOURS).astype(np.int64)
    problem = prepared(_design(x), _label(passed), 2, np.ones(x.size), None, Options(solver="gd"))
    objective, weights, values = problem.objective, [], []

    def seen(iteration: int, here: Evaluation, recent: tuple[Vector, ...]) -> bool:  # noqa: ARG001
        weights.append(float(problem.original_scale(here.theta)[0, 1]))
        values.append(here.value)
        return False

    known = Bound(objective, safe_learning_rate(objective, problem.criterion.scale))
    start = known.evaluate(np.zeros(objective.size))
    descend(known, start, problem.criterion, max_iter=most, callback=seen)
    shown = np.unique(np.geomspace(1, len(weights) - 1, 120).astype(np.int64))
    with canvas(7.2, 3.2, columns=2) as made:
        left, right = made.axes
        left.semilogx(shown, np.array(weights)[shown], color=BLUE, gid="curve:weight")
        left.set(xlabel=word("steps"), title=word("weight"))
        right.loglog(shown, np.array(values)[shown], color=ORANGE, gid="curve:loss")
        right.set(xlabel=word("steps"), title=word("loss"))
        return figure(made, word, steps=int(shown[-1]), weight=weights[-1], loss=values[-1])
