"""What the fit asks of a family: the terms of each row, given its linear predictors.

Classes are numbered so that the K - 1 free classes come first and the reference class is the last: its linear
predictor is 0 in every row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from loglik.kernels.rows import likelihood

if TYPE_CHECKING:
    from loglik.array_types import Labels, Matrix, Vector


@dataclass(frozen=True)
class RowTerms:
    """Terms of B rows with C linear predictors.

    Parameters
    ----------
    loss : ndarray of shape (B,)
        Weighted negative log-likelihood of each row, in nats.
    residual : ndarray of shape (C, B)
        Its derivative by the linear predictors, ``w (p - t)``.
    margin : ndarray of shape (B,)
        Linear predictor of the class that came up minus the largest other one; all > 0 means completely separated.
    probability : ndarray of shape (C, B)
        Probability of each free class; left empty by families that need only `variance`.
    variance : ndarray of shape (B,)
        ``w p (1 - p)`` for the binary family.
    weight : ndarray of shape (B,)
        The rows' weights.
    """

    loss: Vector
    residual: Matrix
    margin: Vector
    probability: Matrix
    variance: Vector
    weight: Vector


class RowLikelihood(Protocol):
    """A likelihood with its canonical link, evaluated on blocks of rows."""

    n_predictors: int

    def rows(self, eta: Matrix, label: Labels, weight: Vector) -> RowTerms:
        """Loss, residual and margin of each row."""

    def curvature(self, terms: RowTerms, k: int, l: int) -> Vector:  # noqa: E741
        """Size of the second derivative of each row's loss by predictors k and l; its sign is - where k != l."""

    def probabilities(self, eta: Matrix) -> Matrix:
        """Class probabilities, (C + 1) x B, the reference class last."""


class BernoulliLogit:
    """Two classes, sigmoid link (formula 7.1): ``p = sigmoid(eta)`` is the probability of class 0, the free one."""

    n_predictors = 1

    def rows(self, eta: Matrix, label: Labels, weight: Vector) -> RowTerms:
        """Terms of the binary cross-entropy."""
        sign = 1.0 - 2.0 * label
        loss, variance, residual = np.empty_like(sign), np.empty_like(sign), np.empty_like(eta)
        likelihood.bernoulli_rows(eta[0], sign, weight, loss, residual[0], variance)
        return RowTerms(loss, residual, sign * eta[0], eta[:0], variance, weight)

    def curvature(self, terms: RowTerms, k: int, l: int) -> Vector:  # noqa: ARG002, E741
        """``p (1 - p)``."""
        return terms.variance

    def probabilities(self, eta: Matrix) -> Matrix:
        """``[sigmoid(eta), sigmoid(-eta)]``, each to full relative accuracy."""
        from scipy.special import expit

        return np.concatenate([expit(eta), expit(-eta)])


class CategoricalSoftmax:
    """K classes, softmax link: ``p_k = exp(eta_k) / (1 + sum_j exp(eta_j))`` with the last class as the reference.

    Parameters
    ----------
    n_classes : int
        K.
    """

    def __init__(self, n_classes: int) -> None:
        self.n_predictors = n_classes - 1

    def rows(self, eta: Matrix, label: Labels, weight: Vector) -> RowTerms:
        """Terms of the multiclass cross-entropy."""
        n = eta.shape[1]
        loss, margin = np.empty(n), np.empty(n)
        probability, residual = np.empty_like(eta), np.empty_like(eta)
        likelihood.categorical_rows(
            eta, label, weight, loss, probability, residual, margin,
            np.empty(n), np.empty(n), np.empty(n), np.empty(n, dtype=np.int64),
        )  # fmt: skip
        return RowTerms(loss, residual, margin, probability, loss[:0], weight)

    def curvature(self, terms: RowTerms, k: int, l: int) -> Vector:  # noqa: E741
        """``p_k (1 - p_k)`` on the diagonal, ``-p_k p_l`` off it."""
        p = terms.probability
        if k == l:
            return np.asarray(terms.weight * p[k] * (1.0 - p[k]))
        return np.asarray(terms.weight * p[k] * p[l])

    def probabilities(self, eta: Matrix) -> Matrix:
        """Softmax with the reference class last."""
        return softmax(np.concatenate([eta, np.zeros((1, eta.shape[1]))]))


def softmax(eta: Matrix) -> Matrix:
    """``exp(eta_k) / sum_j exp(eta_j)`` of the linear predictors of all classes, K x n."""
    p = np.exp(eta - eta.max(axis=0))
    return np.asarray(p / p.sum(axis=0))


def family_for(n_classes: int) -> RowLikelihood:
    """Bernoulli for two classes, Categorical for more."""
    return BernoulliLogit() if n_classes == 2 else CategoricalSoftmax(n_classes)
