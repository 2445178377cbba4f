"""The prediction: linear predictors of rows, and what follows from them for each class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.arrays import offset_matrix
from loglik.errors import DataError
from loglik.families.canonical import family_for
from loglik.model.arguments import check_choices
from loglik.model.new_rows import new_rows
from loglik.parallel.blas import single_threaded_blas
from loglik.parallel.threads import default_threads, shared

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from loglik.design.matrix import Design
    from loglik.design.model_spec import Missing
    from loglik.design.source import Source
    from loglik.model.classifier import Classifier

    Mask = npt.NDArray[np.bool_]
    Matrix = npt.NDArray[np.float64]
    Quantity = Callable[[Matrix], Matrix]


def scores(eta: Matrix) -> Matrix:
    """Linear predictors of all classes: (K - 1) x n of the free ones, and the reference class's 0, which is the last."""
    return np.concatenate([eta, np.zeros((1, eta.shape[1]))])


def probabilities(eta: Matrix) -> Matrix:
    """Probabilities of all classes: ``sigmoid`` or ``softmax`` of `scores`."""
    return family_for(eta.shape[0] + 1).probabilities(eta)


def log_probabilities(eta: Matrix) -> Matrix:
    """Logarithms of `probabilities`, exact also where a probability is near 1 or below the smallest double."""
    from loglik.special import log_sigmoid, log_softmax

    if eta.shape[0] == 1:
        return np.concatenate([log_sigmoid(eta), log_sigmoid(-eta)])
    return np.asarray(log_softmax(scores(eta), axis=0))


def by_class(model: Classifier, design: Design, offset: Matrix | None, *quantities: Quantity) -> list[Matrix]:
    """Quantities of each row, n x K in the order of the classes.

    Parameters
    ----------
    model : Classifier
        The model.
    design : Design
        Rows.
    offset : ndarray of shape (1, n) or (K - 1, n), or None
        Added to the linear predictors of the classes other than the reference.
    *quantities : callable
        Of `scores`, `probabilities` and `log_probabilities`.
    """
    beta, back = model.coefficients, np.argsort(model.order)
    if model.centering is not None:
        design, beta = design.centered(model.centering.centers), beta.copy()
        beta[:, 0] = model.centering.intercepts
    out = [np.empty((design.n_rows, back.size)) for _ in quantities]

    def fill(lo: int) -> None:
        hi = min(lo + design.block_rows, design.n_rows)
        with np.errstate(over="ignore", invalid="ignore"):  # `refuse_lost` tells what was lost
            eta = design.predictor_of_rows(lo, hi, beta)
            if offset is not None:
                eta += offset[:, lo:hi]
            for quantity, rows in zip(quantities, out, strict=True):
                rows[lo:hi] = quantity(eta)[back].T

    starts = range(0, design.n_rows, design.block_rows)
    with single_threaded_blas():
        shared(fill, starts, default_threads() if len(starts) > 4 else 1)
    return out


@dataclass(frozen=True)
class Predictions:
    """Predictions in the order of the source's rows; NaN for rows without one.

    Parameters
    ----------
    quantities : list of ndarray of shape (n, K)
        Those that were asked for.
    kept : ndarray of bool
        Which rows have a prediction.
    n_unused : int
        How many of the others have a level that occurred only in rows that the fit left out.
    """

    quantities: list[Matrix]
    kept: Mask
    n_unused: int = 0

    @property
    def n_missing(self) -> int:
        """Rows without a prediction."""
        return int(self.kept.size - self.kept.sum())


def predictions(
    model: Classifier, source: Source, *quantities: Quantity, missing: Missing = "drop", offset: Any = None
) -> Predictions:
    """Predict the rows of a source.

    Parameters
    ----------
    model : Classifier
        The model.
    source : Source
        Rows.
    *quantities : callable
        What is wanted, as of `by_class`.
    missing : str
        ``"drop"`` or ``"error"``.
    offset : array-like of shape (n,) or (n, K - 1), optional
        Offset of each row, in the place of a column of them.

    Raises
    ------
    DataError
        LL129 numbers too large, LL167 no offset, and those of `new_rows` and of reading.
    """
    check_choices(missing=missing)
    rows = new_rows(model.columns, source, missing, offset_column(model, offset), model.recipe)
    shifts = offset_matrix(offset, source.n_rows, len(model.classes))
    shifts = rows.offset if shifts is None else shifts[:, rows.kept]
    if rows.kept.all():
        out = by_class(model, rows.design, shifts, *quantities)
    else:
        out = [np.full((source.n_rows, len(model.classes)), np.nan) for _ in quantities]
        for whole, made in zip(out, by_class(model, rows.design, shifts, *quantities), strict=True):
            whole[rows.kept] = made
    refuse_lost(out[0], rows.kept, source.label)
    return Predictions(out, rows.kept, rows.n_unused)


def refuse_lost(made: Matrix, kept: Mask, label: str) -> None:
    """Refuse rows whose linear predictors leave the range of doubles, so that there is no quantity of them (LL129)."""
    lost = kept & np.isnan(made).any(axis=1)
    if lost.any():
        raise DataError("LL129.prediction", row=int(lost.argmax()) + 1, source=label)


def most_probable(model: Classifier, score: Matrix) -> list[str | None]:
    """Class of each row with the largest of its `scores`, the first of equals; None where they are NaN."""
    best = np.where(np.isnan(score[:, 0]), len(model.classes), score.argmax(axis=1))
    names: list[str | None] = [*model.classes, None]
    return [names[i] for i in best.tolist()]


def offset_column(model: Classifier, given: Any) -> str | None:
    """The column that the offset is read from, if it is.

    Raises
    ------
    DataError
        LL167 the fit had an offset that was no column, and none is given.
    """
    if given is not None:
        return None
    if model.input.offset_from == "argument":
        raise DataError("LL167.no_offset")
    return model.offset_column
