"""Smoothing of shares by pseudo-counts: the mean of the posterior under a Dirichlet (two faces: Beta) prior."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.errors import DataError

if TYPE_CHECKING:
    from loglik.array_types import Vector


def smoothed(counts: Vector, pseudo_counts: Any) -> Vector:
    r"""Shares after imagined throws have been added to the counts.

    .. math:: \frac{n_k + a_k}{n + A}, \qquad A = \sum_j a_j

    Parameters
    ----------
    counts : ndarray of shape (K,)
        Counts.
    pseudo_counts : float or array_like of shape (K,)
        Imagined throws a_k >= 0 of each face. 1 is Laplace's rule, 1/2 that of Krichevsky and Trofimov, 0 none.

    Returns
    -------
    ndarray of shape (K,)
        Probabilities. They are n/(n + A) parts the maximum-likelihood estimate and A/(n + A) parts the prior guess
        a_k/A; the weight of the guess vanishes as n grows.

    Raises
    ------
    DataError
        LL118 a pseudo-count that is negative or not finite, LL152 no throws, real or imagined.

    Notes
    -----
    It is the mean of the posterior when the prior is Dirichlet(a_1, ..., a_K), and its mode when the prior is
    Dirichlet(a_1 + 1, ..., a_K + 1). It is biased, and not the maximum of the likelihood; it is never 0 where a_k > 0,
    so a face not seen yet keeps a finite cross-entropy. P. S. Laplace, Essai philosophique sur les probabilites, 1814;
    R. Krichevsky, V. Trofimov, The performance of universal encoding, 1981.

    Examples
    --------
    >>> smoothed(np.array([3.0, 1.0, 0.0]), 1.0).round(4).tolist()
    [0.5714, 0.2857, 0.1429]
    """
    a = np.asarray(pseudo_counts)
    if a.dtype.kind not in "iuf" or a.shape not in {(), counts.shape}:
        raise DataError("LL118.pseudo_counts", size=counts.size)
    if not (np.isfinite(a) & (a >= 0)).all():
        raise DataError("LL118.pseudo_count")
    added = np.broadcast_to(a, counts.shape).astype(np.float64)
    total = counts.sum() + added.sum()
    if total == 0.0:
        raise DataError("LL152.nothing")
    return np.asarray((counts + added) / total)
