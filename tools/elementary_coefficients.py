"""Find the polynomial coefficients of ``loglik/kernels/elementary.py`` by Remez exchange, in 60-digit arithmetic.

Run ``python tools/elementary_coefficients.py``: it prints each polynomial, rounded to double precision, with the largest
relative error that the rounded polynomial makes in the function it serves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from mpmath import cos, exp, findroot, log, lu_solve, matrix, mp, mpf, pi, sqrt

if TYPE_CHECKING:
    from collections.abc import Callable

mp.dps = 60


def remez(f: Callable, weight: Callable, low: mpf, high: mpf, degree: int) -> list[mpf]:
    """Polynomial p of a degree that minimises ``max |weight (p - f)|`` on [low, high], by Remez exchange."""
    n = degree + 2
    points = [(low + high) / 2 - (high - low) / 2 * cos(pi * i / (n - 1)) for i in range(n)]
    coefficients: list[mpf] = []
    for _ in range(12):
        system, right = matrix(n, n), matrix(n, 1)
        for i, x in enumerate(points):
            for j in range(degree + 1):
                system[i, j] = x**j
            system[i, degree + 1] = (-1) ** i / weight(x)
            right[i] = f(x)
        solution = lu_solve(system, right)
        coefficients = [solution[j] for j in range(degree + 1)]

        def error(x: mpf, c: list[mpf] = coefficients) -> mpf:
            return weight(x) * (sum(a * x**j for j, a in enumerate(c)) - f(x))

        points = _extrema(error, points, low, high)
    return coefficients


def _extrema(error: Callable, points: list[mpf], low: mpf, high: mpf) -> list[mpf]:
    """Move each interior point to the extremum of the error near it."""
    zeros = [
        findroot(error, (a, b), solver="anderson", tol=1e-80, verify=False)
        for a, b in zip(points, points[1:], strict=False)
    ]
    edges = [low, *zeros, high]
    moved = []
    for a, b in zip(edges, edges[1:], strict=False):
        grid = [a + (b - a) * i / 40 for i in range(41)]
        moved.append(max(grid, key=lambda x: abs(error(x))))
    return moved


def exp_tail(r: mpf) -> mpf:
    """``(exp(r) - 1 - r) / r^2``, the part of exp that is a polynomial in the kernel."""
    if abs(r) < mpf("1e-15"):
        return mpf(1) / 2 + r / 6
    return (exp(r) - 1 - r) / r**2


def log_tail(w: mpf) -> mpf:
    """``(2 atanh(s) / s - 2) / w`` with ``w = s^2``: the series 2/3 + 2/5 w + 2/7 w^2 + ..."""
    if w < mpf("1e-12"):
        return mpf(2) / 3 + w * 2 / 5 + w * w * 2 / 7
    s = sqrt(w)
    return (log((1 + s) / (1 - s)) / s - 2) / w


def exp_polynomial() -> tuple[list[float], float]:
    """Coefficients of `exp_tail` on [-log 2 / 2, log 2 / 2], and the relative error they make in exp."""
    bound = log(mpf(2)) / 2 * mpf("1.0001")
    c = [float(a) for a in remez(exp_tail, lambda r: r**2 / exp(r) + mpf("1e-12"), -bound, bound, 9)]
    return c, exp_error(c)


def exp_error(c: list[float], points: int = 400) -> float:
    """Largest relative error of ``1 + r + r^2 c(r)`` against exp."""
    bound = log(mpf(2)) / 2
    grid = [-bound + 2 * bound * i / points for i in range(points + 1)]
    return float(max(abs((1 + r + r * r * sum(mpf(a) * r**j for j, a in enumerate(c))) / exp(r) - 1) for r in grid))


def log_polynomial(degree: int, rounded: Callable[[mpf], float]) -> tuple[list[float], float]:
    """Coefficients of `log_tail` on [0, 1/9] (that is, 1 <= 1 + a <= 2), and the relative error they make in log."""
    c = [rounded(a) for a in remez(log_tail, lambda w: w + mpf("1e-3"), mpf(0), mpf(1) / 9, degree)]
    return c, log_error(c)


def log_error(c: list[float], points: int = 400) -> float:
    """Largest relative error of ``2 s + s w c(w)`` against ``2 atanh(s)``."""
    grid = [mpf(i) / points / 9 for i in range(1, points + 1)]
    return float(
        max(abs((2 + w * sum(mpf(a) * w**j for j, a in enumerate(c))) / (2 + w * log_tail(w)) - 1) for w in grid)
    )


def main() -> None:
    """Print the polynomials."""
    polynomials = {
        "exp": exp_polynomial(),
        "log": log_polynomial(9, float),
        "log in float32": log_polynomial(3, lambda a: float(np.float32(float(a)))),
    }
    for name, (coefficients, error) in polynomials.items():
        print(f"{name}: largest relative error {error:.2e}")
        for a in coefficients:
            print(f"    {a!r},")


if __name__ == "__main__":
    main()
