"""The table of coefficients of a fit, made when it is looked at: a fit of a million columns need not wait for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

import numpy as np

from loglik.cached import cached_property
from loglik.design.matrix import term_names
from loglik.inference.wald import Term, wald_terms

if TYPE_CHECKING:
    from loglik.array_types import Array, Indices, Matrix, Vector
    from loglik.design.features import Feature
    from loglik.inference.profile import Profiles


@dataclass(frozen=True, eq=False)
class Terms(Sequence[Term]):
    """Terms class by class in list order.

    Parameters
    ----------
    features : tuple of Feature
        Columns.
    labels : list of str
        Class names, the reference last.
    beta : ndarray of shape (K - 1, P)
        Coefficients in storage order.
    free : ndarray of int
        Storage positions of the estimated ones, in list order.
    symmetric : bool
        Whether to report all K classes.
    std_error : ndarray of shape ((K - 1) P,) or None
        Standard errors, None where inference is refused.
    conf_level : float
        Coverage of the intervals.
    profiles : Profiles or None
        Intervals and tests in the place of Wald's.
    """

    features: tuple[Feature, ...]
    labels: list[str]
    beta: Matrix
    free: Indices
    symmetric: bool
    std_error: Vector | None
    conf_level: float
    profiles: Profiles | None = None

    @cached_property
    def _made(self) -> tuple[Term, ...]:
        names, estimate = reported_terms(self.features, self.labels, self.beta, self.free, symmetric=self.symmetric)
        return tuple(wald_terms(names, estimate, self.std_error, self.conf_level, self.profiles))

    def __len__(self) -> int:
        return (len(self.labels) if self.symmetric else self.beta.shape[0]) * self.free.size

    @overload
    def __getitem__(self, index: int) -> Term: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Term, ...]: ...
    def __getitem__(self, index: int | slice) -> Term | tuple[Term, ...]:
        return self._made[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(self._made)


def reported_terms(
    features: tuple[Feature, ...], labels: list[str], beta: Matrix, free: Indices, *, symmetric: bool
) -> tuple[list[tuple[str, str]], Array]:
    """Names and values of the coefficients to report, class by class in list order.

    Penalised fits of three classes or more are reported in the symmetric form, in which the coefficients of all K
    classes sum to zero.
    """
    names = term_names(features)
    rows = [*beta]
    shown = labels[:-1]
    if symmetric:
        full = np.concatenate([beta, np.zeros((1, beta.shape[1]))])
        rows = [*(full - full.mean(axis=0))]
        shown = labels
    out = [(label, names[j]) for label in shown for j in free]
    return out, np.concatenate([row[free] for row in rows])
