"""Points of a plane in two classes or more: the fit, and the way that gradient descent or Newton's method takes to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.arrays import array_design, array_frame
from loglik.design.features import NumericFeature
from loglik.design.target import array_target
from loglik.errors import DataError
from loglik.fit.options import Options
from loglik.lab.request_fields import listed, reals, text, whole
from loglik.losses import binary_cross_entropy_hvp, binary_cross_entropy_value_and_grad
from loglik.model.summary import coefficient_tables
from loglik.model.train import fit_frame

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.lab.request_fields import Body

    Vector = npt.NDArray[np.float64]
    Matrix = npt.NDArray[np.float64]

CLASSES = np.array(["A", "B", "C"])
MOST_POINTS, _MOST_STEPS, _REACH = 2_000, 500, 1e6


def fit(body: Body) -> dict[str, Any]:
    """Fit the points by maximum likelihood, with A as the reference; one thread, for there is little to share.

    Returns
    -------
    dict
        ``cross_entropy`` in nats, ``tables`` as the summary has them, ``findings``; ``coefficients``: for each class w_0,
        w_1, w_2 (zeros for A), or null where there is no estimate; ``direction``: the same for the direction that
        separates, where one does.
    """
    x, label = _points(body)
    classes, present = np.unique(label, return_inverse=True)
    design = array_design((NumericFeature("x1"), NumericFeature("x2")), x)
    target = array_target(CLASSES[classes], present.astype(np.int32), "A" if classes[0] == 0 else None)
    frame = array_frame(design, target, None, None, weight_kind="frequency")
    outcome = fit_frame(frame, Options(threads=1))
    report, solution = outcome.classifier.report, outcome.solution
    free = [int(classes[i]) for i in target.order[:-1]]

    def of_classes(rows: Matrix) -> list[list[float]]:
        made = np.zeros((CLASSES.size, 3))
        made[free] = rows[:, frame.design.list_order]
        return [row.tolist() for row in made]

    separation = solution.separation
    return {
        "cross_entropy": report.overall and report.overall.cross_entropy,
        "tables": [dict(zip(("title", "headings", "rows"), each, strict=True)) for each in coefficient_tables(report)],
        "findings": [{"code": f.code, "message": f.message, "hint": f.hint} for f in report.findings],
        "coefficients": None if report.serious else of_classes(solution.beta),
        "direction": None if separation is None else of_classes(np.asarray(separation.direction)),
    }


def path(body: Body) -> dict[str, Any]:
    """Steps of gradient descent or of Newton's method from given weights, two classes (formulas 8.3, 9.1, 9.2).

    Gradient descent: ``w <- w - rate * g``; Newton: ``w <- w - H^-1 g`` with ``g = X' (p - y) / n`` and the Hessian
    ``H = X' diag(p (1 - p)) X / n``, column by column from products with it.

    Returns
    -------
    dict
        ``steps``: weights, loss (nats) and gradient at the start and after each step; ``ended``: "singular" where Newton's
        step does not exist, "far" where the weights have run away, otherwise null.
    """
    x, label = _points(body)
    rows, y = np.column_stack([np.ones(len(x)), x]), (label == 1).astype(np.float64)
    weights = np.array(reals(body, "start", -_REACH, _REACH, length=(3, 3)))
    newton = text(body, "method") == "newton"
    rate = 1.0 if newton else reals({"rate": [body.get("rate")]}, "rate", 0.0, 1e4, length=(1, 1))[0]
    steps: list[dict[str, Any]] = []
    ended = None
    for _ in range(whole(body, "steps", 0, _MOST_STEPS) + 1):
        loss, slope = binary_cross_entropy_value_and_grad(logits=rows @ weights, targets=y, threads=1)
        gradient = np.asarray(rows.T @ slope, dtype=np.float64)
        steps.append({"weights": weights.tolist(), "loss": float(loss), "gradient": gradient.tolist()})
        step = _newton_step(rows, y, weights, gradient) if newton else rate * gradient
        if step is None or np.abs(weights - step).max() > _REACH:
            ended = "singular" if step is None else "far"
            break
        weights = weights - step
    return {"steps": steps, "ended": ended}


def _newton_step(rows: Matrix, y: Vector, weights: Vector, gradient: Vector) -> Vector | None:
    products = [
        rows.T @ binary_cross_entropy_hvp(np.ascontiguousarray(column), logits=rows @ weights, targets=y)
        for column in rows.T
    ]
    hessian = np.column_stack(products)
    if not np.isfinite(hessian).all() or np.linalg.cond(hessian) > 1e14:
        return None
    return np.asarray(np.linalg.solve(hessian, gradient))


def _points(body: Body) -> tuple[Matrix, npt.NDArray[np.int64]]:
    given = listed(body.get("points"), "points", (1, MOST_POINTS))
    rows = [reals({"points": each}, "points", -1e6, 1e6, length=(3, 3)) for each in given]
    table = np.array(rows)
    label = table[:, 2].astype(np.int64)
    if (label != table[:, 2]).any() or label.min() < 0 or label.max() >= CLASSES.size:
        raise DataError("LL422.bounds", field="points", low=0, high=CLASSES.size - 1)
    return np.ascontiguousarray(table[:, :2]), label
