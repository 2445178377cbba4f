"""Whether what a fit says of existence is right, judged in whole numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from exact_oracle import Verdict, separated_within
from scipy.optimize import linprog

if TYPE_CHECKING:
    from small_design import SmallDesign

    from loglik.fit.solution import Solution

ROUNDING = 2.0**-53
# Numbers that are not whole are known to a few units in the last place of their column's largest, if they were computed.
# An estimate that is said to exist must exist whatever they are; a direction that separates may make use of some more.
_SURELY, _AT_MOST = 8 * ROUNDING, 64 * ROUNDING
_CLEAR_GAP = 1e-6
# Whole numbers up to here are taken as written; beyond they may be multiples of a unit.
_LARGEST_COUNT = 2.0**42


def found(solution: Solution) -> str:
    """What the fit says: exists, complete, quasi-complete (perhaps "at least") or undecided."""
    if solution.separation is not None:
        return solution.separation.kind
    return "undecided" if solution.undecided else "exists"


def complaints(small: SmallDesign, solution: Solution) -> list[str]:
    """What is wrong with the verdict; a refusal to give one is not."""
    truth, said = small.truth(solution.free), found(solution)
    if said == "undecided":
        return []
    if said == "exists":
        if truth != "exists":
            return [f"said to exist, is {truth}"]
        near = _separated_within(small, solution, _SURELY)
        return ["said to exist, but not for the data before rounding"] if near else []
    separation = solution.separation
    exact = separation.exact
    wrong = []
    if truth == "exists" and exact:
        wrong.append(f"said to be {said}, exists")
    whole = all(is_whole(c) for c in small.columns)
    if truth == "exists" and not exact and (whole or _separated_within(small, solution, _AT_MOST) is False):
        wrong.append(f"said to be {said} to rounding, exists whatever the rounding")
    if said == "at least quasi-complete":
        return wrong + direction_complaints(small, separation.direction)
    if truth not in {"exists", said} and (exact or truth == "complete") and not _close_call(small, truth):
        wrong.append(f"said to be {said}, is {truth}")
    return wrong + direction_complaints(small, separation.direction)


def hesitates(small: SmallDesign, solution: Solution) -> bool:
    """Whether what is said is true, but less than could be known."""
    if solution.separation is None:
        return False
    if solution.separation.kind == "at least quasi-complete":
        return not _close_call(small, small.truth(solution.free))
    return not solution.separation.exact and all(is_whole(c) for c in small.columns)


def is_whole(column: np.ndarray) -> bool:
    return bool((column == np.rint(column)).all() and np.abs(column).max() < _LARGEST_COUNT)


def _separated_within(small: SmallDesign, solution: Solution, known_to: float) -> bool | None:
    """Whether a member of the ball is separated; None where there are too many columns to see."""
    used = [small.columns[j - 1] for j in sorted(solution.free.tolist()) if j > 0]
    if small.n_classes > 2 or len(used) > 4:
        return None
    radii = [(c != 0) * (0.0 if is_whole(c) else known_to * np.abs(c).max()) for c in used]
    return separated_within(used, small.label, radii, intercept=0 in solution.free)


def _close_call(small: SmallDesign, truth: Verdict) -> bool:
    """Whether numbers that are not whole are completely separated by less than they are known to."""
    if all(is_whole(c) for c in small.columns):
        return False
    if truth == "quasi-complete":
        return False
    x = np.column_stack(
        [np.full(small.n_rows, float(small.intercept)), *(c / (abs(c).max() or 1) for c in small.columns)]
    )
    x[:, 1:] -= x[:, 1:].mean(axis=0) if small.intercept else 0.0
    rows = []
    for i, y in enumerate(small.label):
        for k in range(small.n_classes):
            if k != y:
                row = np.zeros((small.n_classes, x.shape[1]))
                row[y], row[k] = x[i], -x[i]
                rows.append(np.r_[-row[:-1].ravel(), 1.0])
    a = np.array(rows)
    best = linprog(
        np.r_[np.zeros(a.shape[1] - 1), -1.0], A_ub=a, b_ub=np.zeros(len(a)),
        bounds=[(-1, 1)] * (a.shape[1] - 1) + [(0, None)],
    )  # fmt: skip
    return bool(best.status == 0 and -best.fun < _CLEAR_GAP)


def direction_complaints(small: SmallDesign, direction: np.ndarray) -> list[str]:
    """A direction must lower no row and raise one, by more than what is not known of the numbers and its own rounding."""
    columns = [np.ones(small.n_rows), *small.columns]
    d = np.vstack([direction, np.zeros(direction.shape[1])])
    if not np.isfinite(d).all():
        return ["the direction is not finite"]
    used = [j for j in range(d.shape[1]) if d[:, j].any()]
    x, x_unit = _as_integers(np.column_stack([columns[j] for j in used]))
    b, b_unit = _as_integers(d[:, used])
    eta = x @ b.T
    sizes = np.array([np.abs(columns[j]).max() for j in used])
    slack = float(np.abs(d[:, used]).max(axis=0) @ sizes) * (_AT_MOST + 4 * len(used) * ROUNDING)
    margins = []
    for k in range(d.shape[0]):
        others = small.label != k
        margins += [float(v * x_unit * b_unit) for v in eta[others, small.label[others]] - eta[others, k]]
    wrong = (
        [f"the direction lowers a row by {-min(margins) / slack:.3g} times its rounding"]
        if min(margins) < -slack
        else []
    )
    return wrong + (["the direction raises no row"] if max(margins) <= slack else [])


def _as_integers(values: np.ndarray) -> tuple[np.ndarray, Fraction]:
    """Whole numbers and the unit in which they are the values."""
    ratios = [float(v).as_integer_ratio() for v in values.ravel()]
    denominator = max(q for _, q in ratios)
    numbers = [p * (denominator // q) for p, q in ratios]
    return np.array(numbers, dtype=object).reshape(values.shape), Fraction(1, denominator)
