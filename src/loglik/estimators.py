"""The scikit-learn estimator."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from loglik.design.arrays import (
    array_design,
    array_findings,
    array_frame,
    frame_design,
    has_levels,
    is_ready,
    offset_matrix,
    refuse_unfit,
)
from loglik.design.features import CategoricalFeature, NumberedNames, NumericFeature, SparseFeatures
from loglik.design.frames import frame_source, is_data_frame
from loglik.design.matrix import storage_positions
from loglik.design.target import array_target, class_numbers, exact_classes
from loglik.errors import DataError, Finding, SeparationError, SeparationWarning
from loglik.fit.options import Options, Solver
from loglik.inference.kinds import USUAL_INFERENCE, InferenceOptions
from loglik.model.arguments import check_choices, check_reference_levels, check_switches, checked_numbers
from loglik.model.new_rows import new_rows
from loglik.model.outcome import raise_or_warn
from loglik.model.predict import (
    by_class,
    log_probabilities,
    most_probable,
    offset_column,
    probabilities,
    refuse_limit,
    refuse_lost,
    scores,
)
from loglik.model.train import fit_frame

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from loglik.array_types import Matrix
    from loglik.design.matrix import Design
    from loglik.design.model_frame import ModelFrame
    from loglik.design.model_spec import WeightKind
    from loglik.fit.observe import Step
    from loglik.model.fitted import FittedClassifier
    from loglik.model.predict import Quantity

# A separated fit has no estimate; this penalty gives the classifier that predicts in its place.
_FALLBACK_ALPHA = 1e-4


class LogisticRegression(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Binary or multinomial logistic regression by maximum likelihood.

    Minimises ``-(1/W) sum_i w_i log P_i + (alpha/2) |b|^2`` in nats, with ``W = sum_i w_i`` and the intercept spared
    from the penalty. ``alpha = 0``, the default, is maximum likelihood. Two classes: ``P(y = 1) = sigmoid(b_0 +
    x'b)``. More: softmax with a reference class when ``alpha = 0``, symmetric when penalised.

    Accepts arrays, SciPy sparse matrices, and data frames with categorical columns (one coefficient per level but the
    most frequent one; never expanded to one-hot).

    Parameters
    ----------
    alpha : float, default=0.0
        L2 penalty.
    firth : bool, default=False
        Firth's estimate: the likelihood times Jeffreys' prior (see `fit_classifier`), which always exists.
    fit_intercept : bool, default=True
        Whether to estimate an intercept.
    solver : {"auto", "newton", "gd"}, default="auto"
        ``"auto"`` chooses between Newton's method and preconditioned L-BFGS; ``"gd"`` is plain gradient descent.
    tol : float, default=1e-8
        Converged means ``max_j |g_j| / s_j <= tol`` (s_j: root mean square of column j) and half the squared Newton
        decrement ``<= tol``. Looser values end sooner; without a penalty 1e-5 is the loosest that is used (1e-6 with
        more than two classes), since the proof that the estimate exists mostly needs it.
    max_iter : int, optional
        Most iterations: by default 100 (Newton), 500 (L-BFGS), 10,000 (gradient descent).
    learning_rate : float, optional
        For ``"gd"``; by default 1/L, with L a bound on the curvature.
    reference : object, optional
        Class that the others are compared with; by default the first.
    reference_levels : mapping of str to str, optional
        Reference level of categorical columns.
    weight_kind : {"frequency", "sampling"}, default="frequency"
        What ``sample_weight`` means for the standard errors.
    separation : {"warn", "raise", "report"}, default="warn"
        What to do when the classes can be separated, so that no estimate exists: raise `SeparationError`, or warn and
        keep the ridge solution with ``alpha = 1e-4`` for predictions; `tidy` and the like then refuse.
        ``"report"`` gives the limit of the likelihood: separated terms are infinite, the others estimates,
        and predictions are refused.
    keep_trajectory : bool, default=False
        Keep weights, loss and gradient norm of every step in ``trajectory_``.
    inference : bool, default=True
        Whether standard errors are wanted; with many classes and columns they can cost more than the fit.
    threads : int, optional
        Threads; the result does not depend on it.

    Attributes
    ----------
    classes_ : ndarray of shape (K,)
        Class labels.
    coef_ : ndarray of shape (1, p) or (K, p)
        Coefficients in the order of `term_names_`; reference levels and dropped columns have 0, and so has the
        reference class.
    intercept_ : ndarray of shape (1,) or (K,)
        Intercepts.
    term_names_ : ndarray of str, shape (p,)
        Name of each coefficient.
    n_iter_ : ndarray of shape (1,)
        Iterations.
    converged_ : bool
        Whether the convergence rule holds and an estimate exists.
    separation_ : Separation or None
        Certificate of separation.
    trajectory_ : list of Step
        With ``keep_trajectory=True``.
    n_features_in_ : int
        Columns seen in `fit`.
    feature_names_in_ : ndarray of str
        Their names, if they have any.

    Examples
    --------
    >>> import numpy as np
    >>> from loglik import LogisticRegression
    >>> x = np.array([[0.5], [1.0], [1.5], [2.0], [2.5], [3.0]])
    >>> y = np.array([0, 0, 1, 0, 1, 1])
    >>> model = LogisticRegression().fit(x, y)
    >>> float(model.coef_[0, 0].round(6)), float(model.intercept_[0].round(6))
    (2.428055, -4.249097)
    """

    def __init__(
        self,
        *,
        alpha: float = 0.0,
        firth: bool = False,
        fit_intercept: bool = True,
        solver: Solver = "auto",
        tol: float = 1e-8,
        max_iter: int | None = None,
        learning_rate: float | None = None,
        reference: Any = None,
        reference_levels: Mapping[str, str] | None = None,
        weight_kind: WeightKind = "frequency",
        separation: str = "warn",
        keep_trajectory: bool = False,
        inference: bool = True,
        threads: int | None = None,
    ) -> None:
        self.alpha = alpha
        self.firth = firth
        self.fit_intercept = fit_intercept
        self.solver = solver
        self.tol = tol
        self.max_iter = max_iter
        self.learning_rate = learning_rate
        self.reference = reference
        self.reference_levels = reference_levels
        self.weight_kind = weight_kind
        self.separation = separation
        self.keep_trajectory = keep_trajectory
        self.inference = inference
        self.threads = threads

    def __sklearn_tags__(self) -> Any:
        """Say what input the estimator takes."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def fit(self, X: Any, y: Any, sample_weight: Any = None, offset: Any = None) -> Self:
        """Fit the model.

        Parameters
        ----------
        X : array, sparse matrix or data frame of shape (n, p)
            Predictors.
        y : array-like of shape (n,)
            Classes.
        sample_weight : array-like of shape (n,), optional
            Weights >= 0; rows of weight 0 are left out.
        offset : array-like of shape (n,) or (n, K - 1), optional
            Added to the linear predictors of the classes other than the reference.

        Returns
        -------
        LogisticRegression
            The estimator itself.
        """
        options = self._options()
        y = exact_classes(y)
        X = _collected(X)
        findings: tuple[Finding, ...] = ()
        if sample_weight is None and is_ready(X, y):
            design = self._take(X)
        else:
            design, y, findings = self._read(X, y)
        y = np.asarray(y)
        if y.dtype.kind not in "biu":  # whole numbers are always classes
            check_classification_targets(y)
        weight, kept = None, None
        if sample_weight is not None:
            weight = _check_sample_weight(sample_weight, y, dtype=np.float64, ensure_non_negative=True)
            kept = None if weight.all() else np.flatnonzero(weight)
        if kept is not None and not kept.size:
            raise DataError("LL108.weights")
        # A class whose rows all have weight 0 is not in the data.
        self.classes_, label = class_numbers(y if kept is None else y[kept])
        target = array_target(self.classes_, label, self.reference)
        shifts = offset_matrix(offset, y.size, self.classes_.size)
        if kept is not None and weight is not None:
            weight = weight[kept]
            if design.levels.width:  # levels without a row are not in the data either
                design, findings = frame_design(frame_source(X).rows(kept), self.reference_levels or {})
            else:
                design = design.rows(kept)
            shifts = None if shifts is None else np.ascontiguousarray(shifts[:, kept])
        frame = array_frame(
            design, target, weight, shifts, weight_kind=self.weight_kind, n_dropped=y.size - design.n_rows,
            findings=findings, kept=None if kept is None else np.asarray(sample_weight) != 0,
        )  # fmt: skip
        self._fit_frame(frame, options)
        return self

    def _options(self) -> Options:
        """The parameters, checked."""
        numbers = checked_numbers(
            alpha=self.alpha, tol=self.tol, learning_rate=self.learning_rate, max_iter=self.max_iter,
            threads=self.threads,
        )  # fmt: skip
        check_choices(solver=self.solver, weight_kind=self.weight_kind, separation=self.separation)
        check_reference_levels(self.reference_levels)
        check_switches(fit_intercept=self.fit_intercept, keep_trajectory=self.keep_trajectory, inference=self.inference)
        check_switches(firth=self.firth)
        return Options(
            firth=bool(self.firth),
            intercept=bool(self.fit_intercept),
            solver=self.solver,
            trajectory=bool(self.keep_trajectory),
            inference=bool(self.inference),
            **numbers,
        )

    def _take(self, X: Matrix) -> Design:
        """Make the design of an array that needs no conversion; that its numbers are finite, the fit sees for itself."""
        self.n_features_in_ = X.shape[1]
        if hasattr(self, "feature_names_in_"):  # of an earlier fit
            del self.feature_names_in_
        return array_design(tuple(NumericFeature(n) for n in NumberedNames(X.shape[1])), X)

    def _read(self, X: Any, y: Any) -> tuple[Design, Any, tuple[Finding, ...]]:
        """Make the design of new training data, remember its columns, and say what was noticed."""
        refuse_unfit(X)
        if is_data_frame(X) and has_levels(X):
            source = frame_source(X)
            y = validate_data(self, X="no_validation", y=y)
            self.n_features_in_ = len(source.columns)
            self.feature_names_in_ = np.array(source.columns, dtype=object)
            if source.n_rows != len(y):
                raise DataError("LL128.rows", rows=source.n_rows, classes=len(y))
            design, findings = frame_design(source, self.reference_levels or {})
            return design, y, findings
        given = X
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=[np.float64, np.float32], y_numeric=False)
        known = getattr(self, "feature_names_in_", None)
        names = NumberedNames(X.shape[1]) if known is None else tuple(str(n) for n in known)
        made = (SparseFeatures(names),) if sparse.issparse(X) else tuple(NumericFeature(n) for n in names)
        return array_design(made, X), y, array_findings(given, names)

    def _fit_frame(self, frame: ModelFrame, options: Options) -> None:
        limit = InferenceOptions(separation="report") if self.separation == "report" else USUAL_INFERENCE
        outcome = fit_frame(frame, options, limit)
        solution = outcome.solution
        self._fitted = outcome.classifier
        self.separation_ = solution.separation
        self.converged_ = solution.converged
        self.n_iter_ = np.array([max(solution.iterations, 1)])
        if self.keep_trajectory:
            self.trajectory_: list[Step] = solution.trajectory
        if solution.separation is not None and self.separation == "warn":
            finding = next(f for f in outcome.classifier.report.findings if f.code == "LL201")
            warnings.warn(
                str(
                    SeparationError(
                        "LL201.ridge", found=finding.said, alpha=_FALLBACK_ALPHA, advice=finding.said.advice
                    )
                ),
                SeparationWarning,
                stacklevel=3,
            )
            ridge = Options(
                alpha=_FALLBACK_ALPHA, intercept=options.intercept, tol=options.tol, threads=options.threads
            )
            self._predictor = fit_frame(frame, ridge).classifier
        else:
            if solution.separation is not None or solution.collinear or not solution.converged or frame.findings:
                raise_or_warn(outcome, stacklevel=4)
            self._predictor = outcome.classifier
        rows = self._predictor.rows_of_classes()
        self.coef_, self.intercept_ = rows[:, frame.design.list_order[1:]], rows[:, 0].copy()
        self._shown = self.coef_.copy(), self.intercept_.copy()

    def _classifier(self) -> FittedClassifier:
        """The classifier that predicts; with the coefficients in `coef_` and `intercept_`, if these were changed since."""
        check_is_fitted(self)
        fitted = self._predictor
        refuse_limit(fitted)
        if all(np.array_equal(a, b) for a, b in zip(self._shown, (self.coef_, self.intercept_), strict=True)):
            return fitted
        rows = np.zeros_like(fitted.rows_of_classes())
        rows[:, np.concatenate(storage_positions(fitted.features))], rows[:, 0] = self.coef_, self.intercept_
        return fitted.with_rows_of_classes(rows)

    def _rows(self, X: Any, offset: Any) -> tuple[FittedClassifier, Design, Matrix | None]:
        """The classifier, and the rows for it."""
        fitted = self._classifier()
        offset_column(fitted, offset)  # refuses a prediction without the offset that the fit had
        refuse_unfit(X)
        X = _collected(X)
        if any(isinstance(f, CategoricalFeature) for f in fitted.features):
            if not is_data_frame(X):
                raise DataError("LL128.no_frame")
            design = new_rows(fitted.columns, frame_source(X), "error").design
        else:
            X = validate_data(
                self, X, accept_sparse="csr", dtype=[np.float64, np.float32], reset=False, ensure_min_samples=0
            )
            if sparse.issparse(X) != isinstance(fitted.features[0], SparseFeatures):
                X = sparse.csr_array(X) if not sparse.issparse(X) else X.toarray()
            design = array_design(fitted.features, X)
        shifts = offset_matrix(offset, design.n_rows, len(fitted.classes))
        return fitted, design, shifts

    def _predict(self, X: Any, offset: Any, quantity: Quantity) -> Matrix:
        """A quantity of each row and class, (n, K)."""
        made = by_class(*self._rows(X, offset), quantity)[0]
        refuse_lost(np.asarray(np.isnan(made).any(axis=1)), "X")
        return made

    def decision_function(self, X: Any, offset: Any = None) -> Matrix:
        """Log-odds of ``classes_[1]`` (two classes, shape (n,)), or linear predictors of all classes (n, K).

        Parameters
        ----------
        X : array, sparse matrix or data frame of shape (n, p)
            Rows.
        offset : array-like, optional
            As in `fit`.
        """
        eta = self._predict(X, offset, scores)
        if self.classes_.size == 2:
            return eta[:, 1] - eta[:, 0]
        return eta - eta.mean(axis=1, keepdims=True) if self._predictor.is_symmetric else eta

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Share of rows whose class is the most probable one.

        Parameters
        ----------
        X : array, sparse matrix or data frame of shape (n, p)
            Rows.
        y : array-like of shape (n,)
            Their classes.
        sample_weight : array-like of shape (n,), optional
            Weights.
        """
        return float(super().score(X, exact_classes(y), sample_weight))

    def predict_proba(self, X: Any, offset: Any = None) -> Matrix:
        """Probabilities of all classes, (n, K).

        Parameters
        ----------
        X : array, sparse matrix or data frame of shape (n, p)
            Rows.
        offset : array-like, optional
            As in `fit`.
        """
        return self._predict(X, offset, probabilities)

    def predict_log_proba(self, X: Any, offset: Any = None) -> Matrix:
        """Logarithms of the probabilities, exact also where a probability underflows or is 1 to rounding.

        Parameters
        ----------
        X : array, sparse matrix or data frame of shape (n, p)
            Rows.
        offset : array-like, optional
            As in `fit`.
        """
        return self._predict(X, offset, log_probabilities)

    def predict(self, X: Any, offset: Any = None) -> npt.NDArray[Any]:
        """Most probable class of each row.

        Parameters
        ----------
        X : array, sparse matrix or data frame of shape (n, p)
            Rows.
        offset : array-like, optional
            As in `fit`.
        """
        best = most_probable(*self._rows(X, offset))
        refuse_lost(best < 0, "X")
        return np.asarray(self.classes_[best])

    @property
    def term_names_(self) -> npt.NDArray[Any]:
        """Name of each coefficient, in the order of `coef_`."""
        check_is_fitted(self)
        return np.array([name for feature in self._fitted.features for name in feature.term_names], dtype=object)

    @property
    def model_(self) -> FittedClassifier:
        """The fit as a `FittedClassifier`: tables, summary, model file.

        Raises
        ------
        SeparationError
            No estimate exists.
        """
        check_is_fitted(self)
        if self.separation_ is not None and self._fitted.report.rows_touching is None:
            finding = next(f for f in self._fitted.report.findings if f.code == "LL201")
            raise SeparationError(finding.said, columns=finding.columns, separation=self.separation_)
        return self._fitted

    def tidy(self, *, frame: Any = None) -> Any:
        """Table of the coefficients with standard errors, tests and intervals: see `FittedClassifier.tidy`.

        Parameters
        ----------
        frame : module, optional
            Data frame library for the answer.
        """
        return self.model_.tidy(frame=frame)

    def glance(self, *, frame: Any = None) -> Any:
        """One row of figures for the fit: see `FittedClassifier.glance`.

        Parameters
        ----------
        frame : module, optional
            Data frame library for the answer.
        """
        return self.model_.glance(frame=frame)

    def augment(self, X: Any, *, frame: Any = None, offset: Any = None) -> Any:
        """Rows of a data frame with their predictions: see `FittedClassifier.augment`.

        Parameters
        ----------
        X : data frame
            Rows with the columns of the fit.
        frame : module, optional
            Data frame library for the answer.
        offset : array-like, optional
            As in `fit`; needed where the fit had one.
        """
        return self.model_.augment(X, frame=frame, offset=offset)

    def summary(self) -> str:
        """Everything as text."""
        return self.model_.summary()


def _collected(X: Any) -> Any:
    """A lazy frame's rows; anything else as it is."""
    return X.collect() if is_data_frame(X) and hasattr(X, "collect") else X
