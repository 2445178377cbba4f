"""A fitted classifier: its predictions, tables, summary and file."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from loglik.design.any_source import any_source
from loglik.design.model_spec import column_names
from loglik.errors import DataError, InferenceWarning
from loglik.model.added_terms import ScoreTest, added_terms
from loglik.model.arguments import checked_numbers
from loglik.model.classifier import Classifier
from loglik.model.comparison import Comparison, compared
from loglik.model.dropped_terms import DroppedTerms, dropped_terms
from loglik.model.effects import EffectsSpec, effects_of
from loglik.model.hypothesis_test import HypothesisTest, hypothesis_test
from loglik.model.model_file import read_model, write_model
from loglik.model.plots import ModelPlots
from loglik.model.predict import log_probabilities, predictions, probabilities
from loglik.model.predict_intervals import intervals_of
from loglik.model.tables import beside, frame_of, glance_columns, predicted_columns, prepare_all, tidy_columns
from loglik.model.vcov import vcov_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from os import PathLike

    from loglik.array_types import Matrix
    from loglik.design.model_spec import Missing
    from loglik.inference.kinds import VcovKind


class FittedClassifier(Classifier):
    """A binary or multinomial logistic regression, ready to predict.

    Made by `loglik.fit_classifier` or read by `loglik.load_model`; its data are those of `Classifier`.
    """

    @property
    def plot(self) -> ModelPlots:
        """Pictures of the model on matplotlib axes: ``model.plot.coefficients()``, ``model.plot.roc(data)``, ..."""
        return ModelPlots(self)

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
        source = any_source(data, table, self.input.reading)
        return predictions(self, source, probabilities, missing=missing, offset=offset).quantities[0]

    def predict(
        self, data: Any, *, missing: Missing = "drop", table: str | None = None, offset: Any = None
    ) -> list[str | None]:
        """Most probable class of each row, None for rows without a prediction; arguments as of `predict_proba`."""
        source = any_source(data, table, self.input.reading)
        return predictions(self, source, classes=True, missing=missing, offset=offset).predicted

    def predict_intervals(
        self,
        data: Any,
        *,
        conf_level: float | None = None,
        vcov: VcovKind | None = None,
        cluster: Any = None,
        fit_data: Any = None,
        missing: Missing = "drop",
        table: str | None = None,
        offset: Any = None,
    ) -> tuple[Matrix, Matrix]:
        """Confidence intervals of the probabilities of `predict_proba`: two arrays of shape (n, K), lower and upper ends.

        The delta method on the log-odds of each class against all others, ``L_k = log(p_k / (1 - p_k))``, transformed back:
        ``sigmoid(L_k -+ z sd(L_k))``. With two classes L is the linear predictor, whose variance is exact: ``x' V x``.

        Parameters
        ----------
        data : data frame, str or Path
            New rows with the columns of the fit.
        conf_level : float, optional
            Coverage; by default that of the fit.
        vcov, cluster, fit_data : optional
            Covariance V of the coefficients, as `kind`, `cluster` and `data` of `vcov`; by default that of the fit.
        missing, table, offset : optional
            As of `predict_proba`.

        Raises
        ------
        DataError
            As of `predict_proba` and `vcov`.

        Warns
        -----
        InferenceWarning
            LL247: intervals that were lost in rounding are NaN.
        """
        level = self.report.conf_level if conf_level is None else checked_numbers(conf_level=conf_level)["conf_level"]
        source = any_source(data, table, self.input.reading)
        made = intervals_of(
            self,
            source,
            conf_level=level,
            vcov=vcov,
            cluster=cluster,
            fit_data=fit_data,
            missing=missing,
            offset=offset,
        )
        if made.finding is not None:
            warnings.warn(f"{made.finding.code} {made.finding.message}", InferenceWarning, stacklevel=2)
        return made.low, made.high

    def tidy(self, *, frame: Any = None) -> Any:
        """One row per coefficient: class, term, estimate, std_error, statistic, p_value, conf_low, conf_high, odds_ratio.

        Parameters
        ----------
        frame : module, optional
            Data frame library for the answer (such as ``pandas`` or ``polars``); by default the first of these that
            is installed, else a dict of lists.
        """
        return frame_of(tidy_columns(self.report), frame)

    def glance(self, *, frame: Any = None) -> Any:
        """One row of figures for the whole fit."""
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
        source = any_source(data, table, self.input.reading)
        prepare_all(self, source)
        made = predictions(self, source, probabilities, log_probabilities, classes=True, offset=offset)
        added = predicted_columns(self, source, made.predicted, *made.quantities)
        return beside(source, added, frame)

    def vcov(
        self,
        kind: VcovKind | None = None,
        *,
        cluster: Any = None,
        data: Any = None,
        table: str | None = None,
        offset: Any = None,
    ) -> Matrix:
        """Covariance matrix of the coefficients, D x D in the order of `tidy`.

        With ``V`` the inverse observed information, ``g_i`` the score of row i (the gradient of its log-likelihood, weights
        in it), n rows (frequency weights count as rows), D coefficients of all classes together, G clusters::

            model      V
            sampling   n/(n-1)  V (sum_i g_i g_i') V
            HC0                 V (sum_i g_i g_i') V
            HC1        n/(n-D)  V (sum_i g_i g_i') V
            HC3                 V (sum_i g_i g_i' / (1 - h_i)^2) V       two classes only; h_i leverages
            cluster    G/(G-1)  V (sum_c G_c G_c') V                     G_c the sum of g_i over cluster c

        These are the factors of R's sandwich (``vcovHC``; ``vcovCL`` with its default type HC0 for other models than
        ``lm``: without ``(n-1)/(n-D)``). Two ways of clustering add up, less the clusters of both, each with its own G.

        Parameters
        ----------
        kind : str, optional
            One of these; by default that of the table of coefficients, or ``"cluster"`` where `cluster` is given.
        cluster : str, array-like, or sequence of two of them, optional
            Column of groups of rows, or the group of each row of `data`.
        data : data frame, str or Path, optional
            The rows of the fit, where this covariance is not kept with the model.
        table : str, optional
            Table of a database.
        offset : array-like, optional
            Offset of the rows, if that of the fit was no column.

        Raises
        ------
        DataError
            LL233 rows are needed; LL234 clusters that cannot be used; LL235 other rows than those of the fit; LL236 a kind
            that this fit cannot have; and the codes of fits without standard errors (LL203, LL206, LL211, LL214, LL301,
            LL303, LL304, LL305).
        """
        return vcov_of(self, kind, cluster, data, table, offset)[1]

    def test(
        self,
        hypotheses: str,
        *,
        vcov: VcovKind | None = None,
        cluster: Any = None,
        data: Any = None,
        conf_level: float | None = None,
        table: str | None = None,
        offset: Any = None,
    ) -> HypothesisTest:
        """Wald test of linear hypotheses about the coefficients, one by one and together.

        ``W = (R b - q)' (R V R')^-1 (R b - q)`` is chi-squared with as many degrees of freedom as hypotheses.

        Parameters
        ----------
        hypotheses : str
            Equations separated by commas, in the names of the table: ``"carrier[AA] = carrier[UA], distance = 0"``. With more
            than two classes ``[class]`` before a name says which; an equation that says none holds for each.
        vcov, cluster, data, table, offset
            Which covariance V, as of `vcov`.
        conf_level : float, optional
            Coverage of the intervals; by default that of the fit.

        Returns
        -------
        HypothesisTest
            Estimates, standard errors, z, p-values and intervals of ``R b - q``, and the joint test.

        Raises
        ------
        DataError
            LL230 what cannot be read, LL231 no such coefficient, LL232 hypotheses that follow from each other, and those of
            `vcov`.
        """
        return hypothesis_test(self, hypotheses, vcov, cluster, data, table, offset, conf_level)

    def compare(self, *others: FittedClassifier, names: Sequence[str] | None = None) -> Comparison:
        """Compare with other models of the same rows: AIC, BIC, and likelihood-ratio tests where they are nested.

        Parameters
        ----------
        *others : FittedClassifier
            Other models.
        names : sequence of str, optional
            What all of them are called, this one first; by default ``model 1``, ``model 2``, ...

        Raises
        ------
        DataError
            LL237 they are not of the same rows, or it cannot be known; LL238 one is no maximum-likelihood fit.
        """
        models = (self, *others)
        called = [f"model {i + 1}" for i in range(len(models))] if names is None else list(column_names(names, "names"))
        if len(called) != len(models):
            raise DataError("LL237.names", n=len(called), models=len(models))
        return compared(models, called)

    def score_test(self, terms: str, data: Any, *, table: str | None = None, offset: Any = None) -> ScoreTest:
        """Rao's score test of terms that the model does not have, without fitting them.

        ``U' I^-1 U`` with the score U and the information I of the model with the terms, at the estimate without them, is
        chi-squared with as many degrees of freedom as coefficients more.

        Parameters
        ----------
        terms : str
            As a formula adds them up: ``"log(distance) + carrier:origin"``.
        data : data frame, str or Path
            The rows of the fit.
        table : str, optional
            Table of a database.
        offset : array-like, optional
            Offset of the rows, if that of the fit was no column.

        Raises
        ------
        DataError
            LL235 other rows than those of the fit; LL238 the model is no maximum-likelihood fit; LL239 terms that are not
            there in all its rows, or add nothing; LL250 and on, terms that cannot be read.
        """
        return added_terms(self, terms, data, table, offset)

    def drop1(self, data: Any, *, table: str | None = None, offset: Any = None) -> DroppedTerms:
        """Leave out each term in turn: likelihood-ratio and score tests, AIC.

        Terms are whole columns, a categorical one with all its levels, and of a formula those that are part of no other: not
        ``a`` where there is ``a:b`` (R's ``drop1``). All models are fitted to the rows of this one.

        Parameters
        ----------
        data : data frame, str or Path
            The rows of the fit.
        table : str, optional
            Table of a database.
        offset : array-like, optional
            Offset of the rows, if that of the fit was no column.

        Raises
        ------
        DataError
            LL235 other rows than those of the fit; LL238 the model is no maximum-likelihood fit; LL239 a fit without a term
            did not converge.
        """
        return dropped_terms(self, data, table, offset)

    def effects(
        self,
        data: Any,
        *,
        columns: Sequence[str] | str | None = None,
        at: Mapping[str, Any] | None = None,
        by: str | None = None,
        change: Mapping[str, Any] | None = None,
        weights: str | bool = True,
        vcov: VcovKind | None = None,
        cluster: Any = None,
        conf_level: float | None = None,
        table: str | None = None,
        frame: Any = None,
    ) -> Any:
        """Effects of the columns on the probabilities, averaged over the rows of the data, with delta-method errors.

        For a column of numbers the slope, ``(1/W) sum_i w_i dp_k(x_i)/dx``, an exact derivative through the whole formula;
        for a column of levels the contrast of each level with the reference, ``(1/W) sum_i w_i (p_k(x_i, level) -
        p_k(x_i, reference))``. With two classes k is the class whose probability is modelled, with more each class. The
        variance is ``g' V g`` with g the derivative of the estimate by the coefficients; rows count as given.

        Parameters
        ----------
        data : data frame, str or Path
            Rows with the columns of the fit, usually those of the fit.
        columns : sequence of str, optional
            Columns whose effects are wanted; by default all that explain.
        at : mapping of str to value or sequence, optional
            Instead of averages: predictions (term ``(prediction)``) and effects at each combination of these values, all
            other columns at their mean or most frequent level. ``{}`` is the means alone.
        by : str, optional
            Column; everything is computed for the rows of each of its levels.
        change : mapping of str to number or pair, optional
            For columns of numbers, ``{"x": 1}`` is ``p(x + 1) - p(x)`` and ``{"x": (0, 1)}`` is ``p(1) - p(0)``.
        weights : str or bool
            Column of weights; True: that of the fit, if it had one; False: none.
        vcov, cluster : optional
            Kind of covariance, as of `vcov`; kinds that are not kept with the model take `data` as the rows of the fit.
        conf_level : float, optional
            Coverage of the intervals; by default that of the fit.
        table : str, optional
            Table of a database.
        frame : module, optional
            Data frame library for the answer, as of `tidy`.

        Returns
        -------
        data frame
            One row for each effect and class: class, term, contrast, estimate, std_error, statistic, p_value, conf_low,
            conf_high; with `at` and `by` columns of these names. Intervals of predictions are symmetric in the log-odds;
            predictions have no test.

        Raises
        ------
        DataError
            LL245 a request that makes no sense, LL246 no derivative, and those of `predict_proba` and `vcov`.

        Warns
        -----
        InferenceWarning
            LL247, LL248: effects or errors that do not hold were left out.
        """
        spec = EffectsSpec(
            None if columns is None else column_names(columns, "columns"),
            at,
            by,
            change or {},
            weights,
            vcov,
            cluster,
            self.report.conf_level if conf_level is None else checked_numbers(conf_level=conf_level)["conf_level"],
        )
        made = effects_of(self, any_source(data, table, self.input.reading), spec)
        for finding in made.findings:
            warnings.warn(f"{finding.code} {finding.message}", InferenceWarning, stacklevel=2)
        return frame_of(made.columns(), frame)

    def summary(self) -> str:
        """Everything as text, as the command-line tool prints it."""
        from loglik.model.summary import summary_text  # Rich takes a while to import

        return summary_text(self.report)

    def __repr__(self) -> str:
        from loglik.model.summary import short_text

        return f"<FittedClassifier: {short_text(self.report)}>"

    def _repr_html_(self) -> str:
        """The summary with its tables, for notebooks."""
        from loglik.model.notebook import html  # Rich takes a while to import

        return html(self.report)

    def __str__(self) -> str:
        return self.summary()

    def save(self, path: str | PathLike[str]) -> None:
        """Write the model to a JSON file, atomically.

        Parameters
        ----------
        path : str or PathLike
            File name; an older file is replaced only when the new one is complete.
        """
        write_model(self, path)


def load_model(path: str | PathLike[str]) -> FittedClassifier:
    """Read a model file.

    Parameters
    ----------
    path : str or PathLike
        File written by ``FittedClassifier.save`` or ``loglik fit -o``.

    Raises
    ------
    DataError
        LL101 no such file, LL131 not a model file, LL132 damaged, LL133 written by a newer version, LL169 by an older
        one that did not say what its levels are.
    """
    return FittedClassifier(**vars(read_model(path)))
