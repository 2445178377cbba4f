"""The certificate that an estimate exists, from positive weights of the rows: checked with bounds of its rounding.

Let A hold the rows ``x_i (e_y - e_k)``. No direction separates (``A d >= 0`` and not 0 throughout), and A has full
column rank, if and only if some ``beta > 0`` has ``A' beta = 0`` (Stiemke, Mathematische Annalen 76, 1915). Numbers
that were computed never give 0, but near it is enough: with ``r = A' beta``, ``B = diag(beta)`` and

    delta = -B^2 A (A' B^2 A)^-1 r,    |delta_i| <= beta_i sqrt(r' (A' B^2 A)^-1 r)

(Cauchy and Schwarz), ``A' (beta + delta) = 0``. So where ``r' (A' B^2 A)^-1 r < 1``, ``beta + delta > 0`` is the proof.
Rows that are left out make no difference: those that remain have full column rank, and more rows only add conditions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.existence.ball import UNIT

if TYPE_CHECKING:
    from loglik.array_types import Matrix, Vector

# Of 1, how much the bound may reach: what is left pays for the rounding of the norms themselves.
_ENOUGH = 0.9
_CORRECTIONS = 3


def proves_existence(a: Matrix, beta: Vector, slack: Vector) -> bool:
    """Whether `beta` proves that no direction separates any data in the ball, and that they have full column rank.

    Parameters
    ----------
    a : ndarray of shape (m, D)
        Pairs, no number larger than 1.
    beta : ndarray of shape (m,)
        Weights > 0.
    slack : ndarray of shape (D,)
        How far each number other than 0 may be from what is stored.
    """
    if a.shape[0] < a.shape[1] or not (np.isfinite(beta).all() and (beta > 0.0).all()):
        return False
    beta = beta / beta.max()
    beta = np.maximum(beta, 1e-200)  # weights are ours to choose
    for _ in range(_CORRECTIONS):
        bound, corrected = _bound(a, beta, slack)
        if bound < _ENOUGH:
            return True
        if corrected is None:
            return False
        beta = corrected
    return False


def _bound(a: Matrix, beta: Vector, slack: Vector) -> tuple[float, Vector | None]:
    """Upper bound of ``sqrt(r' (A' B^2 A)^-1 r)`` in the whole ball, and better weights if there are some.

    In the basis ``T = R^-1`` from ``B A = Q R`` the matrix is nearly the identity, whatever its condition.
    """
    m, d = a.shape
    weighted = a * beta[:, None]
    triangle: Matrix = np.asarray(np.linalg.qr(weighted, mode="r"))
    diagonal = np.abs(triangle.diagonal())
    if not np.isfinite(triangle).all() or diagonal.min(initial=np.inf) <= 16.0 * d * UNIT * diagonal.max(initial=0.0):
        return np.inf, None
    basis = np.linalg.inv(triangle)
    if not np.isfinite(basis).all():
        return np.inf, None
    nearly = weighted @ basis
    size = np.abs(weighted) @ np.abs(basis)
    rounding = 2.0 * (d + 4) * UNIT
    product = nearly.T @ nearly
    # |N - I| <= |fl(N) - I| + rounding of the products; the norm of Frobenius bounds that of the matrix.
    apart = float(np.linalg.norm(product - np.eye(d))) + 2.0 * (m + 4) * UNIT * float(np.linalg.norm(nearly) ** 2)
    if not apart < 0.75:
        return np.inf, None
    unknown = np.abs(basis).T @ slack
    least = np.sqrt(1.0 - apart) - rounding * float(np.linalg.norm(size))
    least -= float(np.linalg.norm(beta)) * float(np.linalg.norm(unknown))
    if not least > 0.0:
        return np.inf, None
    r = a.T @ beta
    absolute = np.abs(a)
    error = 2.0 * (m + 4) * UNIT * (absolute.T @ beta) + slack * ((absolute > 0.0).T @ beta)
    in_basis = basis.T @ r
    length = float(np.linalg.norm(in_basis))
    length += float(np.linalg.norm(np.abs(basis).T @ (error + 2.0 * (d + 4) * UNIT * np.abs(r))))
    step = nearly @ in_basis  # delta = -beta * step
    better = beta * (1.0 - step) if np.abs(step).max(initial=0.0) < 1.0 else None
    return length / least, better
