"""What a fit leaves: columns, classes and coefficients, and what was found out about them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from loglik.design.features import Column, SparseFeatures
from loglik.design.input_spec import InputSpec
from loglik.design.matrix import term_names

if TYPE_CHECKING:
    from loglik.array_types import Array, Matrix
    from loglik.design.features import Feature
    from loglik.design.formula.recipe import Recipe
    from loglik.fit.planned import Plan
    from loglik.inference.kinds import Vcov
    from loglik.model.report import FitReport


@dataclass(frozen=True)
class Centering:
    """``x_j - c_j`` in the place of columns far from zero, which would cost predictors their digits.

    Parameters
    ----------
    centers : ndarray of shape (q,)
        ``c_j`` of each column of numbers, in storage order.
    intercepts : ndarray of shape (K - 1,)
        Intercepts that go with them.
    """

    centers: Array
    intercepts: Array


@dataclass(frozen=True, repr=False)
class Classifier:
    """The data of a fitted classifier, which predictions, tables and the model file are made of.

    Parameters
    ----------
    features : tuple of Feature
        Columns in list order.
    classes : tuple of str
        All classes, sorted.
    order : tuple of int
        Positions in `classes` of the free classes, then of the reference.
    coefficients : ndarray of shape (K - 1, P)
        Coefficients of the free classes in storage order (intercept, numbers, levels, sparse columns), against the
        reference class.
    report : FitReport
        Figures of the fit.
    input : InputSpec
        How rows are read.
    centering : Centering or None
        How predictors are computed where columns far from zero ask for it.
    recipe : Recipe or None
        How the features are made of the columns of the data, if by a formula.
    covariances : tuple of (Vcov, ndarray of shape (D, D))
        Covariances of the coefficients in the order of the report's terms: the one its table stands on, and the inverse
        information if that is another; none where they are refused, or too large to be kept without a request.
    """

    features: tuple[Feature, ...]
    classes: tuple[str, ...]
    order: tuple[int, ...]
    coefficients: Matrix
    report: FitReport
    input: InputSpec = field(default_factory=InputSpec)
    centering: Centering | None = None
    recipe: Recipe | None = None
    covariances: tuple[tuple[Vcov, Matrix], ...] = field(default=(), compare=False)

    @property
    def columns(self) -> tuple[Column, ...]:
        """What is read for a prediction."""
        if self.recipe is not None:
            return self.recipe.columns
        return tuple(f for f in self.features if isinstance(f, Column))

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns that are read for a prediction."""
        return tuple(n for c in self.columns for n in (c.names if isinstance(c, SparseFeatures) else (c.name,)))

    @property
    def term_names(self) -> tuple[str, ...]:
        """Names of the coefficients in storage order."""
        return term_names(self.features)

    @property
    def plan(self) -> Plan | None:
        """How the fit was planned, and why; None for a model read from a file, which does not keep it."""
        return self.report.plan

    @property
    def offset_column(self) -> str | None:
        """Column of the offset, if it was one."""
        return self.report.offset if self.input.offset_from == "column" else None

    @property
    def is_symmetric(self) -> bool:
        """Whether the coefficients of all classes are shown, which sum to zero: penalised, with three classes or more."""
        return self.report.reference is None

    def rows_of_classes(self) -> Matrix:
        """Coefficients as they are shown: of the second of two classes (1 x P), or of all classes (K x P)."""
        if len(self.classes) == 2:
            return self.coefficients if self.order[0] else -self.coefficients
        rows = np.concatenate([self.coefficients, np.zeros((1, self.coefficients.shape[1]))])
        return (rows - rows.mean(axis=0) if self.is_symmetric else rows)[np.argsort(self.order)]

    def with_rows_of_classes(self, rows: Matrix) -> Self:
        """The same classifier with other coefficients, given as `rows_of_classes` gives them."""
        changed = replace(self, centering=None, covariances=())
        if len(self.classes) == 2:
            return replace(changed, coefficients=rows if self.order[0] else -rows)
        *free, last = self.order
        return replace(changed, coefficients=rows[free] - rows[last])
