"""A fitted classifier: its columns, classes and coefficients, its report, and its predictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.blocks import default_threads, single_threaded_blas
from loglik.design.features import CategoricalFeature, NumericFeature
from loglik.design.matrix import Design, storage_positions
from loglik.families.canonical import family_for
from loglik.inference.wald import Term

if TYPE_CHECKING:
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
    """

    features: tuple[Feature, ...]
    classes: tuple[str, ...]
    order: tuple[int, ...]
    coefficients: Matrix
    report: FitReport

    @property
    def term_names(self) -> tuple[str, ...]:
        """Names of the coefficients in storage order."""
        return Design(self.features, np.empty((0, self._n_numeric)), np.empty((0, 0), dtype=np.int32)).term_names

    @property
    def _n_numeric(self) -> int:
        return sum(isinstance(f, NumericFeature) for f in self.features)

    def log_odds(self, design: Design, offset: npt.NDArray[np.float64] | None = None) -> Matrix:
        """Linear predictors of the free classes, n x (K - 1)."""
        return _by_blocks(design, lambda lo, hi: self._eta(design, lo, hi, offset), self.coefficients.shape[0])

    def class_probabilities(self, design: Design, offset: npt.NDArray[np.float64] | None = None) -> Matrix:
        """Probabilities of all classes in the order of `classes`, n x K; rows sum to one."""
        family = family_for(len(self.classes))
        back = np.argsort(self.order)

        def block(lo: int, hi: int) -> Matrix:
            return family.probabilities(self._eta(design, lo, hi, offset))[back]

        return _by_blocks(design, block, len(self.classes))

    def _eta(self, design: Design, lo: int, hi: int, offset: npt.NDArray[np.float64] | None) -> Matrix:
        eta = design.linear_predictor(lo, hi, self.coefficients)
        if offset is not None:
            eta += offset[lo:hi].reshape(hi - lo, -1).T
        return eta

    def predict_proba(self, data: Any, *, missing: Missing = "drop", table: str | None = None) -> Matrix:
        """Probabilities of all classes for the rows of a data frame or file; NaN for rows with a missing value.

        Parameters
        ----------
        data : data frame, str or Path
            New rows with the columns of the fit.
        missing : str
            ``"drop"`` gives NaN for rows with a missing value, ``"error"`` refuses them.
        table : str, optional
            Table of a database.
        """
        from loglik.model.predict import probabilities

        return probabilities(self, data, missing=missing, table=table).probability

    def predict(self, data: Any, *, missing: Missing = "drop", table: str | None = None) -> list[str | None]:
        """Most probable class of each row, None for rows with a missing value."""
        from loglik.model.predict import probabilities

        return probabilities(self, data, missing=missing, table=table).predicted

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

    def augment(self, data: Any, *, frame: Any = None) -> Any:
        """One row per row of the data: its columns, the predicted class, its probabilities and deviance residual.

        Parameters
        ----------
        data : data frame, str or Path
            Rows, usually those of the fit; the deviance residual needs the target column.
        frame : module, optional
            Data frame library for the answer.
        """
        from loglik.model.tables import augment_columns, frame_of

        return frame_of(augment_columns(self, data), frame)

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


def _by_blocks(design: Design, block: Any, width: int) -> Matrix:
    from concurrent.futures import ThreadPoolExecutor

    out = np.empty((design.n_rows, width))

    def fill(lo: int) -> None:
        hi = min(lo + design.block_rows, design.n_rows)
        out[lo:hi] = block(lo, hi).T

    starts = range(0, design.n_rows, design.block_rows)
    with single_threaded_blas():
        if len(starts) <= 4:
            for lo in starts:
                fill(lo)
        else:
            with ThreadPoolExecutor(default_threads()) as pool:
                list(pool.map(fill, starts))
    return out


__all__ = ["CategoricalFeature", "FittedClassifier", "Term", "storage_positions"]
