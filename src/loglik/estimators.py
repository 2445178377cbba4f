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
    frame_design,
    has_levels,
    is_ready,
    offset_matrix,
    refuse_unfit,
)
from loglik.design.assemble import Prepared, scaled_weights
from loglik.design.features import CategoricalFeature, Feature, NumberedNames, NumericFeature, SparseFeatures
from loglik.design.frames import frame_source, is_data_frame
from loglik.design.input_spec import InputSpec
from loglik.design.levels import kind_of_value, level_text
from loglik.design.request import Request, WeightKind
from loglik.design.target import Target, class_numbers, exact_classes
from loglik.errors import DataError, Finding, SeparationError, SeparationWarning
from loglik.families.canonical import family_for, softmax
from loglik.fit.maximise import maximise
from loglik.fit.options import Options, Solver
from loglik.model.predict import design_for, offset_column
from loglik.model.train import check_base, check_choices, check_options, check_switches, outcome_of, raise_or_warn
from loglik.parallel.blas import single_threaded_blas

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from loglik.design.matrix import Design
    from loglik.fit.descent.criterion import Step
    from loglik.model.fitted import FittedClassifier

    Vector = npt.NDArray[np.float64]
    Matrix = npt.NDArray[np.float64]

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
    base : mapping of str to str, optional
        Reference level of categorical columns.
    weight_kind : {"frequency", "sampling"}, default="frequency"
        What ``sample_weight`` means for the standard errors.
    separation : {"warn", "raise"}, default="warn"
        What to do when the classes can be separated, so that no estimate exists: raise `SeparationError`, or warn and
        keep the ridge solution with ``alpha = 1e-4`` for predictions; `tidy` and the like then refuse.
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
        fit_intercept: bool = True,
        solver: Solver = "auto",
        tol: float = 1e-8,
        max_iter: int | None = None,
        learning_rate: float | None = None,
        reference: Any = None,
        base: Mapping[str, str] | None = None,
        weight_kind: WeightKind = "frequency",
        separation: str = "warn",
        keep_trajectory: bool = False,
        inference: bool = True,
        threads: int | None = None,
    ) -> None:
        self.alpha = alpha
        self.fit_intercept = fit_intercept
        self.solver = solver
        self.tol = tol
        self.max_iter = max_iter
        self.learning_rate = learning_rate
        self.reference = reference
        self.base = base
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
        self._check_parameters()
        y = exact_classes(y)
        X = X.collect() if is_data_frame(X) and hasattr(X, "collect") else X
        findings: tuple[Finding, ...] = ()
        if sample_weight is None and is_ready(X, y):
            features, make_design = self._take(X)
        else:
            features, make_design, y, findings = self._read(X, y)
        y = np.asarray(y)
        if y.dtype.kind not in "biu":  # whole numbers are always classes
            check_classification_targets(y)
        everything = True
        if sample_weight is None:
            weight = np.ones(y.size)
        else:
            weight = _check_sample_weight(sample_weight, y, dtype=np.float64, ensure_non_negative=True)
            kept = weight > 0.0
            if not kept.any():
                raise DataError("LL108", "every row has weight 0", "Give positive weights.")
            everything = bool(kept.all())
        # A class whose rows all have weight 0 is not in the data.
        self.classes_, label = class_numbers(y if everything else y[kept])
        if self.classes_.size < 2:
            raise DataError(
                "LL110",
                f"y has one class ({self.classes_[0]}) among the rows used",
                "A classifier needs at least two classes.",
            )
        target = self._target(label)
        if self.weight_kind == "sampling":
            weight = scaled_weights(weight, "sampling")
        shifts = offset_matrix(offset, y.size, self.classes_.size)
        design = make_design
        if not everything:
            index = np.flatnonzero(kept)
            weight = weight[index]
            if design.levels.width:  # levels without a row are not in the data either
                features, design, findings = frame_design(frame_source(X).rows(index), self.base or {})
            else:
                design = design.rows(index)
            shifts = None if shifts is None else np.ascontiguousarray(shifts[:, index])
        options = Options(
            self.alpha, self.fit_intercept, self.solver, self.tol, self.max_iter, self.learning_rate, self.threads,
            self.keep_trajectory, self.inference,
        )  # fmt: skip
        with single_threaded_blas():  # once, for fit and inference
            self._fit_design(design, target, weight, shifts, options, findings, weighted=sample_weight is not None)
        self.features_ = features
        return self

    def _check_parameters(self) -> None:
        check_options(
            alpha=self.alpha, tol=self.tol, max_iter=self.max_iter, threads=self.threads,
            learning_rate=self.learning_rate,
        )  # fmt: skip
        check_choices(solver=self.solver, weight_kind=self.weight_kind, separation=self.separation)
        check_base(self.base)
        check_switches(fit_intercept=self.fit_intercept, keep_trajectory=self.keep_trajectory, inference=self.inference)

    def _take(self, X: Matrix) -> tuple[tuple[Feature, ...], Design]:
        """Make the design of an array that needs no conversion; that its numbers are finite, the fit sees for itself."""
        self.n_features_in_ = X.shape[1]
        if hasattr(self, "feature_names_in_"):  # of an earlier fit
            del self.feature_names_in_
        features = tuple(NumericFeature(n) for n in NumberedNames(X.shape[1]))
        return features, array_design(features, X)

    def _read(self, X: Any, y: Any) -> tuple[tuple[Feature, ...], Design, Any, tuple[Finding, ...]]:
        """Make the design of new training data, remember its columns, and say what was noticed."""
        refuse_unfit(X)
        if is_data_frame(X) and has_levels(X):
            source = frame_source(X)
            y = validate_data(self, X="no_validation", y=y)
            self.n_features_in_ = len(source.columns)
            self.feature_names_in_ = np.array(source.columns, dtype=object)
            if source.n_rows != len(y):
                raise DataError("LL128", f"X has {source.n_rows:,} rows and y {len(y):,}", "Give one class per row.")
            features, design, findings = frame_design(source, self.base or {})
            return features, design, y, findings
        given = X
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=[np.float64, np.float32], y_numeric=False)
        known = getattr(self, "feature_names_in_", None)
        names = NumberedNames(X.shape[1]) if known is None else tuple(str(n) for n in known)
        made = (SparseFeatures(names),) if sparse.issparse(X) else tuple(NumericFeature(n) for n in names)
        return made, array_design(made, X), y, array_findings(given, names)

    def _target(self, label: npt.NDArray[np.int32]) -> Target:
        names = tuple(level_text(c) for c in self.classes_)
        last = 0
        if self.reference is not None:
            known = np.isscalar(self.reference)
            found = np.flatnonzero(self.classes_ == self.reference) if known else np.zeros(0)
            if found.size == 0:
                raise DataError(
                    "LL112", f"reference class {self.reference!r} is not in y", f"Classes: {', '.join(names[:12])}."
                )
            last = int(found[0])
        order = (*(i for i in range(len(names)) if i != last), last)
        # In place, which `take` does where it need not look out for places beyond the end.
        numbers = np.take(np.argsort(order).astype(np.int32), label, out=label, mode="clip")
        return Target("y", names, order, numbers, kind_of_value(self.classes_[0]))

    def _fit_design(
        self,
        design: Design,
        target: Target,
        weight: Vector,
        offset: Matrix | None,
        options: Options,
        findings: tuple[Finding, ...],
        *,
        weighted: bool,
    ) -> None:
        k = len(target.classes)
        solution = maximise(design, target.label, k, weight, offset, options)
        prepared = Prepared(design, target, weight, None, np.ones(design.n_rows, dtype=bool), {}, findings)
        request = Request(
            "y",
            weights="sample_weight" if weighted else None,
            weight_kind=self.weight_kind,
            offset=None if offset is None else "offset",
        )
        spec = InputSpec(target.kind, offset_from=None if offset is None else "argument")
        # All figures now: the estimator must not hold on to the rows, which may change or be large.
        outcome = outcome_of(solution, prepared, request, options, 0.95, spec)
        self._classifier, self._hint = outcome.classifier, outcome.hint
        self.separation_ = solution.separation
        self.converged_ = solution.converged
        self.n_iter_ = np.array([max(solution.iterations, 1)])
        if self.keep_trajectory:
            self.trajectory_: list[Step] = solution.trajectory
        beta = solution.beta
        if solution.separation is not None or solution.collinear or not solution.converged or findings:
            if solution.separation is not None and self.separation == "warn":
                finding = next(f for f in outcome.classifier.report.findings if f.code == "LL201")
                warnings.warn(
                    f"LL201 {finding.message}\n  Predictions come from the ridge solution with alpha = "
                    f"{_FALLBACK_ALPHA:g}; its coefficients are not estimates. {outcome.hint}",
                    SeparationWarning,
                    stacklevel=3,
                )
                ridge = Options(_FALLBACK_ALPHA, self.fit_intercept, "auto", self.tol, threads=self.threads)
                beta = maximise(design, target.label, k, weight, offset, ridge).beta
            else:
                raise_or_warn(outcome, stacklevel=4)
        self._set_coefficients(design, target, beta, symmetric=options.alpha > 0.0 or solution.separation is not None)

    def _set_coefficients(self, design: Design, target: Target, beta: Matrix, *, symmetric: bool) -> None:
        self._beta, self._order = beta, target.order
        rows = beta
        if len(target.classes) > 2:
            rows = np.concatenate([beta, np.zeros((1, beta.shape[1]))])
            if symmetric:
                rows = rows - rows.mean(axis=0)
            rows = rows[np.argsort(target.order)]
        elif target.order[0] == 0:  # the class with the probability is always classes_[1] here
            rows = -rows
        listed = design.list_order[1:]
        self.coef_ = rows[:, listed]
        self.intercept_ = rows[:, 0].copy()

    def _linear_predictor(self, X: Any, offset: Any) -> Matrix:
        """Linear predictors of all classes in the order of ``classes_`` (two classes: that of the second)."""
        check_is_fitted(self)
        offset_column(self._classifier, offset)  # refuses a prediction without the offset that the fit had
        refuse_unfit(X)
        X = X.collect() if is_data_frame(X) and hasattr(X, "collect") else X
        if any(isinstance(f, CategoricalFeature) for f in self.features_):
            if not is_data_frame(X):
                raise DataError(
                    "LL128",
                    "the model was fitted on a data frame with categorical columns, and X is not a data frame",
                    "Give a data frame with the same columns.",
                )
            design = design_for(self.features_, frame_source(X), "error").design
        else:
            X = validate_data(
                self, X, accept_sparse="csr", dtype=[np.float64, np.float32], reset=False, ensure_min_samples=0
            )
            if sparse.issparse(X) != isinstance(self.features_[0], SparseFeatures):
                X = sparse.csr_array(X) if not sparse.issparse(X) else X.toarray()
            design = array_design(self.features_, X)
        coefficients = np.zeros((self.coef_.shape[0], design.n_coefficients))
        coefficients[:, design.list_order[1:]] = self.coef_
        coefficients[:, 0] = self.intercept_
        eta = np.empty((coefficients.shape[0], design.n_rows))
        for lo in range(0, design.n_rows, design.block_rows):
            hi = min(lo + design.block_rows, design.n_rows)
            eta[:, lo:hi] = design.predictor_of_rows(lo, hi, coefficients)
        if offset is not None:
            shifts = offset_matrix(offset, design.n_rows, self.classes_.size)
            if shifts is not None:
                full = np.concatenate([shifts, np.zeros((1, design.n_rows))])[np.argsort(self._order)]
                eta += full[1:] - full[0] if self.classes_.size == 2 else full
        return eta

    def decision_function(self, X: Any, offset: Any = None) -> Matrix:
        """Log-odds of ``classes_[1]`` (two classes, shape (n,)), or linear predictors of all classes (n, K).

        Parameters
        ----------
        X : array, sparse matrix or data frame of shape (n, p)
            Rows.
        offset : array-like, optional
            As in `fit`.
        """
        eta = self._linear_predictor(X, offset)
        return eta[0] if self.classes_.size == 2 else eta.T

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
        eta = self._linear_predictor(X, offset)
        if self.classes_.size == 2:
            return np.ascontiguousarray(family_for(2).probabilities(eta)[::-1].T)
        return np.ascontiguousarray(softmax(eta).T)

    def predict_log_proba(self, X: Any, offset: Any = None) -> Matrix:
        """Logarithms of the probabilities, exact also where a probability underflows or is 1 to rounding.

        Parameters
        ----------
        X : array, sparse matrix or data frame of shape (n, p)
            Rows.
        offset : array-like, optional
            As in `fit`.
        """
        from loglik.special import log_sigmoid, log_softmax

        eta = self._linear_predictor(X, offset)
        if self.classes_.size == 2:
            return np.stack([log_sigmoid(-eta[0]), log_sigmoid(eta[0])], axis=1)
        return np.asarray(log_softmax(eta, axis=0).T)

    def predict(self, X: Any, offset: Any = None) -> npt.NDArray[Any]:
        """Most probable class of each row.

        Parameters
        ----------
        X : array, sparse matrix or data frame of shape (n, p)
            Rows.
        offset : array-like, optional
            As in `fit`.
        """
        eta = self._linear_predictor(X, offset)
        best = (eta[0] > 0.0).astype(int) if self.classes_.size == 2 else eta.argmax(axis=0)
        return np.asarray(self.classes_[best])

    @property
    def term_names_(self) -> npt.NDArray[Any]:
        """Name of each coefficient, in the order of `coef_`."""
        check_is_fitted(self)
        return np.array([name for feature in self.features_ for name in feature.term_names], dtype=object)

    @property
    def model_(self) -> FittedClassifier:
        """The fit as a `FittedClassifier`: tables, summary, model file.

        Raises
        ------
        SeparationError
            No estimate exists.
        """
        check_is_fitted(self)
        if self.separation_ is not None:
            finding = next(f for f in self._classifier.report.findings if f.code == "LL201")
            raise SeparationError("LL201", finding.message, self._hint, finding.columns, separation=self.separation_)
        return self._classifier

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
