"""The prediction: linear predictors of rows, and what follows from them for each class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from loglik.design.arrays import offset_matrix
from loglik.design.rows import Rows
from loglik.errors import DataError
from loglik.families.canonical import family_for
from loglik.model.arguments import check_choices
from loglik.model.new_rows import new_rows
from loglik.parallel.blas import single_threaded_blas
from loglik.parallel.executor import Nothing, RowKernel, Threads, nothing
from loglik.parallel.threads import default_threads

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from loglik.array_types import Mask, Matrix
    from loglik.design.matrix import Design
    from loglik.design.model_spec import Missing
    from loglik.design.source import Source
    from loglik.model.classifier import Classifier

    Indices = npt.NDArray[np.intp]
    Quantity = Callable[[Matrix], Matrix]

T = TypeVar("T", bound=np.generic)

# So many linear predictors are computed at a time.
_PREDICTORS = 1 << 15


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
    k = len(model.order)
    made = _collected(model, design, offset, QUANTITIES, quantities, k * len(quantities))
    return [np.ascontiguousarray(made[:, i * k : (i + 1) * k]) for i in range(len(quantities))]


def most_probable(model: Classifier, design: Design, offset: Matrix | None) -> Indices:
    """Place of each row's class with the largest of its `scores`, the first of equals; -1 where one is NaN."""
    return _collected(model, design, offset, MOST_PROBABLE, (), 1)[:, 0].astype(np.intp)


def _collected(
    model: Classifier,
    design: Design,
    offset: Matrix | None,
    kernel: RowKernel[Rows, Wanted, Nothing],
    quantities: tuple[Quantity, ...],
    width: int,
) -> Matrix:
    beta = model.coefficients
    if model.centering is not None:
        design, beta = design.centered(model.centering.centers), beta.copy()
        beta[:, 0] = model.centering.intercepts
    with single_threaded_blas():
        executor = Threads(Rows(design, offset=offset), default_threads())
        return executor.collect(kernel, Wanted(beta, tuple(model.order), quantities), width, by_row=True)


@dataclass(frozen=True, eq=False)
class Wanted:
    """Coefficients, the place of each class of the fit in the order of the classes, and the quantities that are wanted."""

    coefficients: Matrix
    order: tuple[int, ...]
    quantities: tuple[Quantity, ...] = ()


def _predictors(block: Rows, wanted: Wanted) -> Matrix:
    with np.errstate(over="ignore", invalid="ignore"):  # `refuse_lost` tells what was lost
        eta = block.design.matvec_of_rows(wanted.coefficients)
        if block.offset is not None:
            eta += block.offset
    return eta


def _fill_quantities(block: Rows, wanted: Wanted, total: Nothing) -> None:  # noqa: ARG001
    eta, kept = _predictors(block, wanted), block.kept
    with np.errstate(over="ignore", invalid="ignore"):
        for i, quantity in enumerate(wanted.quantities):
            for k, values in zip(wanted.order, quantity(eta), strict=True):
                kept[i * len(wanted.order) + k] = values


def _fill_most_probable(block: Rows, wanted: Wanted, total: Nothing) -> None:  # noqa: ARG001
    score, places, best = scores(_predictors(block, wanted)), np.argsort(wanted.order), block.kept[0]
    top = score[places[0]].copy()
    best[:] = 0.0
    for k, place in enumerate(places.tolist()):
        best[score[place] > top] = k
        np.maximum(top, score[place], out=top)  # NaN where one is
    best[np.isnan(top)] = -1.0


def _block(rows: Rows, wanted: Wanted) -> int:
    # A row's bits do not depend on its block, which may be long where columns are read as they are.
    if rows.design.numeric.is_centered:
        return rows.block_rows
    return max(rows.block_rows, _PREDICTORS // len(wanted.order))


QUANTITIES = RowKernel(nothing, _fill_quantities, _block)
"""Quantities of each row, beside it: those of all classes, one quantity after another."""

MOST_PROBABLE = RowKernel(nothing, _fill_most_probable, _block)
"""Place of each row's most probable class, beside it; -1 where there is none."""


@dataclass(frozen=True)
class Predictions:
    """Predictions in the order of the source's rows.

    Parameters
    ----------
    quantities : list of ndarray of shape (n, K)
        Those that were asked for; NaN for rows without a prediction.
    predicted : list of str or None
        Most probable class of each row, if it was asked for; None for rows without a prediction.
    kept : ndarray of bool
        Which rows have a prediction.
    n_unused : int
        How many of the others have a level that occurred only in rows that the fit left out.
    """

    quantities: list[Matrix]
    predicted: list[str | None]
    kept: Mask
    n_unused: int = 0

    @property
    def n_missing(self) -> int:
        """Rows without a prediction."""
        return int(self.kept.size - self.kept.sum())


def refuse_limit(model: Classifier) -> None:
    """Refuse to compute with coefficients that are infinite.

    Raises
    ------
    DataError
        LL243 the model is the limit of a separated likelihood.
    """
    if model.report.rows_touching is not None:
        raise DataError("LL243.limit")


def predictions(
    model: Classifier, source: Source, *quantities: Quantity, classes: bool = False, missing: Missing = "drop",
    offset: Any = None,
) -> Predictions:  # fmt: skip
    """Predict the rows of a source.

    Parameters
    ----------
    model : Classifier
        The model.
    source : Source
        Rows.
    *quantities : callable
        What is wanted, as of `by_class`.
    classes : bool
        Whether the most probable classes are wanted.
    missing : str
        ``"drop"`` or ``"error"``.
    offset : array-like of shape (n,) or (n, K - 1), optional
        Offset of each row, in the place of a column of them.

    Raises
    ------
    DataError
        LL129 numbers too large, LL167 no offset, and those of `new_rows` and of reading.
    """
    refuse_limit(model)
    check_choices(missing=missing)
    rows = new_rows(model.columns, source, missing, offset_column(model, offset), model.recipe)
    shifts = offset_matrix(offset, source.n_rows, len(model.classes))
    shifts = rows.offset if shifts is None else shifts[:, rows.kept]
    out = [_placed(made, rows.kept, np.nan) for made in by_class(model, rows.design, shifts, *quantities)]
    best = _placed(most_probable(model, rows.design, shifts), rows.kept, len(model.classes)) if classes else None
    lost = np.isnan(out[0]).any(axis=1) if best is None else best < 0
    refuse_lost(lost & rows.kept, source.label)
    names: list[str | None] = [*model.classes, None]
    predicted = [] if best is None else [names[k] for k in best.tolist()]
    return Predictions(out, predicted, rows.kept, rows.n_unused)


def _placed(made: npt.NDArray[T], kept: Mask, other: float) -> npt.NDArray[T]:
    """What was made of the rows kept, among all rows."""
    if made.shape[0] == kept.size:
        return made
    whole = np.full((kept.size, *made.shape[1:]), other, dtype=made.dtype)
    whole[kept] = made
    return whole


def refuse_lost(lost: Mask, label: str) -> None:
    """Refuse rows whose linear predictors leave the range of doubles, so that they have no prediction (LL129)."""
    if lost.any():
        raise DataError("LL129.prediction", row=int(lost.argmax()) + 1, source=label)


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
