"""A fitted classifier: its columns, classes and coefficients, its report, and its predictions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.features import CategoricalFeature
from loglik.design.input_spec import InputSpec
from loglik.design.matrix import Design, storage_positions, term_names
from loglik.families.canonical import family_for
from loglik.inference.wald import Term
from loglik.parallel.blas import single_threaded_blas
from loglik.parallel.threads import default_threads, shared

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    import numpy.typing as npt

    from loglik.design.features import Feature
    from loglik.design.request import Missing
    from loglik.model.report import FitReport

    Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class FittedClassifier:
    """A binary or multinomial logistic regression, ready to predict.

    Made by `loglik.fit_classifier` or read by `loglik.load_model`.

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
    """

    features: tuple[Feature, ...]
    classes: tuple[str, ...]
    order: tuple[int, ...]
    coefficients: Matrix
    report: FitReport
    input: InputSpec = field(default_factory=InputSpec)

    @property
    def term_names(self) -> tuple[str, ...]:
        """Names of the coefficients in storage order."""
        return term_names(self.features)

    def log_odds(self, design: Design, offset: npt.NDArray[np.float64] | None = None) -> Matrix:
        """Linear predictors of the free classes, n x (K - 1)."""
        return _by_blocks(design, lambda lo, hi: self._eta(design, lo, hi, offset), self.coefficients.shape[0])

    def class_probabilities(self, design: Design, offset: npt.NDArray[np.float64] | None = None) -> Matrix:
        """Probabilities of all classes in the order of `classes`, n x K; rows sum to one."""
        family = family_for(len(self.classes))
        return self._by_class(design, offset, family.probabilities)

    def class_log_probabilities(self, design: Design, offset: npt.NDArray[np.float64] | None = None) -> Matrix:
        """Logarithms of `class_probabilities`, exact also where a probability is near 1 or below the smallest double."""
        return self._by_class(design, offset, log_probabilities)

    def _by_class(self, design: Design, offset: Matrix | None, probability: Callable[[Matrix], Matrix]) -> Matrix:
        back = np.argsort(self.order)

        def block(lo: int, hi: int) -> Matrix:
            return probability(self._eta(design, lo, hi, offset))[back]

        return _by_blocks(design, block, len(self.classes))

    def _eta(self, design: Design, lo: int, hi: int, offset: npt.NDArray[np.float64] | None) -> Matrix:
        eta = design.predictor_of_rows(lo, hi, self.coefficients)
        if offset is not None:
            eta += offset[lo:hi].reshape(hi - lo, -1).T
        return eta

    def predict_proba(
        self, data: Any, *, missing: Missing = "drop", table: str | None = None, offset: Any = None
    ) -> Matrix:
        """Probabilities of all classes for the rows of a data frame or file; NaN for rows without a prediction.

        Parameters
        ----------
        data : data frame, str or Path
            New rows with the columns of the fit.
        missing : str
            ``"drop"`` gives NaN for rows with a missing value, or with a level that occurred in the fit only in rows
            that it left out; ``"error"`` refuses them.
        table : str, optional
            Table of a database.
        offset : array-like of shape (n,) or (n, K - 1), optional
            Offset of the rows, in the place of the column of the fit; needed where the fit had one that was no column.

        Raises
        ------
        DataError
            LL103 no such column, LL124 a level that was not in the fit, LL127 a column that holds something else,
            LL167 no offset, and those of reading files.
        """
        from loglik.model.predict import probabilities

        return probabilities(self, data, missing=missing, table=table, offset=offset).probability

    def predict(
        self, data: Any, *, missing: Missing = "drop", table: str | None = None, offset: Any = None
    ) -> list[str | None]:
        """Most probable class of each row, None for rows without a prediction; arguments as of `predict_proba`."""
        from loglik.model.predict import probabilities

        return probabilities(self, data, missing=missing, table=table, offset=offset).predicted

    def tidy(self, *, frame: Any = None) -> Any:
        """One row per coefficient: class, term, estimate, std_error, statistic, p_value, conf_low, conf_high, odds_ratio.

        Parameters
        ----------
        frame : module, optional
            Data frame library for the answer (such as ``pandas`` or ``polars``); by default the first of these that
            is installed, else a dict of lists.
        """
        from loglik.model.tables import frame_of, tidy_columns

        return frame_of(tidy_columns(self.report), frame)

    def glance(self, *, frame: Any = None) -> Any:
        """One row of figures for the whole fit."""
        from loglik.model.tables import frame_of, glance_columns

        return frame_of(glance_columns(self.report), frame)

    def augment(self, data: Any, *, frame: Any = None, table: str | None = None, offset: Any = None) -> Any:
        """One row per row of the data: its columns as they are, and what the model says of it.

        Added are ``.predicted``, the most probable class, ``.p[class]`` for each class, and where the data have the
        target column ``.deviance``, the deviance residual of the row, whose squares add up to the deviance (of rows of
        weight 1)::

            d_i = s_i sqrt(-2 log p_i),    p_i: probability of the class that row i has

        With two classes ``s_i`` is 1 where the row has the class whose probability is modelled and -1 where it has the
        other one, the sign of ``y_i - p``. With more classes there is no such sign, and ``s_i = 1``.

        Parameters
        ----------
        data : data frame, str or Path
            Rows, usually those of the fit.
        frame : module, optional
            Data frame library for the answer; by default that of the data.
        table : str, optional
            Table of a database.
        offset : array-like, optional
            As of `predict_proba`.

        Raises
        ------
        DataError
            As of `predict_proba`; LL117 the data have a column of such a name.
        """
        from loglik.model.tables import augmented

        return augmented(self, data, frame, table=table, offset=offset)

    def summary(self) -> str:
        """Everything as text, as the command-line tool prints it."""
        from loglik.model.summary import summary_text

        return summary_text(self.report)

    def __str__(self) -> str:
        return self.summary()

    def save(self, path: str | PathLike[str]) -> None:
        """Write the model to a JSON file, atomically.

        Parameters
        ----------
        path : str or PathLike
            File name; an older file is replaced only when the new one is complete.
        """
        from loglik.model.model_file import write_model

        write_model(self, path)


def log_probabilities(eta: Matrix) -> Matrix:
    """``log softmax`` of the linear predictors, (K - 1) x n, and of the reference class's 0, which is the last of K x n."""
    from loglik.special import log_sigmoid, log_softmax

    if eta.shape[0] == 1:
        return np.concatenate([log_sigmoid(eta), log_sigmoid(-eta)])
    return np.asarray(log_softmax(np.concatenate([eta, np.zeros((1, eta.shape[1]))]), axis=0))


def _by_blocks(design: Design, block: Any, width: int) -> Matrix:
    out = np.empty((design.n_rows, width))

    def fill(lo: int) -> None:
        hi = min(lo + design.block_rows, design.n_rows)
        out[lo:hi] = block(lo, hi).T

    starts = range(0, design.n_rows, design.block_rows)
    with single_threaded_blas():
        shared(fill, starts, default_threads() if len(starts) > 4 else 1)
    return out


__all__ = ["CategoricalFeature", "FittedClassifier", "Term", "storage_positions"]
