"""``model.plot``: what a fitted classifier looks like, on matplotlib axes (extra ``plot``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.any_source import any_source
from loglik.design.features import INTERCEPT
from loglik.design.model_spec import column_names
from loglik.errors import DataError, nearest
from loglik.metrics import binned_residuals, calibration, quantile_residuals, roc
from loglik.model.effects import EffectsSpec, effects_of
from loglik.model.observed import observed
from loglik.plot import of_fits
from loglik.plot.canvas import readable
from loglik.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.inference.wald import Term
    from loglik.metrics import Roc
    from loglik.model.classifier import Classifier
    from loglik.model.effects import Effects
    from loglik.model.observed import Observed

# More curves in one picture cannot be told apart.
MOST_CLASSES = 6


@dataclass(frozen=True)
class ModelPlots:
    """Pictures of a fitted classifier; each draws on `ax`, or on new axes, and returns them.

    Parameters
    ----------
    model : Classifier
        The model.
    """

    model: Classifier

    def coefficients(self, *, intercept: bool = False, most: int = 40, ax: Any = None) -> Any:
        """Coefficients with their confidence intervals, the largest ``|z|`` first where they are many.

        Parameters
        ----------
        intercept : bool
            Whether to show the intercepts too.
        most : int
            Most coefficients to show.
        ax : matplotlib.axes.Axes, optional
            Where to draw.

        Raises
        ------
        DataError
            LL431 matplotlib is not installed; LL434 there is nothing to show.
        """
        shown = foremost(self.model, most, intercept=intercept)
        if not shown:
            raise DataError("LL434.nothing")
        percent = f"{100.0 * self.model.report.conf_level:g} %"
        with readable(ax, 0.22 * len(shown) + 1.2) as axes:
            of_fits.forest(
                axes, names_of(self.model, shown), [t.estimate for t in shown],
                [(t.conf_low, t.conf_high) for t in shown], say("plots", "coefficient", percent=percent),
            )  # fmt: skip
            return axes

    def calibration(
        self, data: Any, *, class_: str | None = None, bins: int = 10, weights: str | bool = True,
        table: str | None = None, ax: Any = None,
    ) -> Any:  # fmt: skip
        """Observed frequency of a class beside its predicted probability (see `loglik.metrics.calibration`).

        Parameters
        ----------
        data : data frame, str or Path
            Rows with the target; other rows than those of the fit say more.
        class_ : str, optional
            The class; by default the one whose probability is modelled, with more than two classes the most frequent one.
        bins : int
            Most bins.
        weights : str or bool
            Column of weights; True: that of the fit, if it had one; False: none.
        table : str, optional
            Table of a database.
        ax : matplotlib.axes.Axes, optional
            Where to draw.

        Raises
        ------
        DataError
            LL103, LL112, LL431, LL433, and those of `predict_proba`.
        """
        rows = self._rows(data, table, weights)
        k = self._class(class_, rows)
        y, p = rows.of_class(k)
        kind = self.model.report.weight_kind
        made = calibration(y, p, sample_weight=rows.weight, weight_kind=kind, bins=bins)
        with readable(ax, 4.2) as axes:
            if made is not None:
                of_fits.calibration(axes, made, self.model.classes[k])
            return axes

    def roc(
        self, data: Any, *, class_: str | None = None, weights: str | bool = True, table: str | None = None,
        ax: Any = None,
    ) -> Any:  # fmt: skip
        """ROC curve of a class against the others (see `loglik.metrics.roc`); of several classes the most frequent six.

        Parameters
        ----------
        data, class_, weights, table, ax
            As of `calibration`.

        Raises
        ------
        DataError
            LL434 only one class came in the rows, and those of `calibration`.
        """
        rows = self._rows(data, table, weights)
        wanted = [self._class(class_, rows)] if class_ is not None else shown_classes(self.model, rows)
        curves = [(self.model.classes[k], curve) for k in wanted if (curve := self.curve(rows, k)) is not None]
        if not curves:
            raise DataError("LL434.one_class")
        with readable(ax, 4.2) as axes:
            of_fits.roc(axes, curves)
            return axes

    def residuals(
        self, data: Any, *, class_: str | None = None, quantiles: bool = False, weights: str | bool = True,
        table: str | None = None, ax: Any = None,
    ) -> Any:  # fmt: skip
        """Binned residuals, or the distribution of quantile residuals less the uniform one (see `loglik.metrics`).

        Parameters
        ----------
        data, class_, weights, table, ax
            As of `calibration`.
        quantiles : bool
            Draw the distribution of quantile residuals in the place of the means of bins.

        Raises
        ------
        DataError
            As of `calibration`.
        """
        rows = self._rows(data, table, weights)
        k = self._class(class_, rows)
        y, p = rows.of_class(k)
        kind = self.model.report.weight_kind
        with readable(ax, 4.0) as axes:
            if not quantiles:
                of_fits.binned(
                    axes, binned_residuals(y, p, sample_weight=rows.weight, weight_kind=kind), self.model.classes[k]
                )
            elif (made := quantile_residuals(y, p, sample_weight=rows.weight, weight_kind=kind)) is not None:
                of_fits.quantiles(axes, made)
            return axes

    def effects(
        self, data: Any, *, columns: Sequence[str] | str | None = None, table: str | None = None, most: int = 40,
        ax: Any = None,
    ) -> Any:  # fmt: skip
        """Average effects of the columns on the probabilities, with their intervals (see `FittedClassifier.effects`).

        Parameters
        ----------
        data : data frame, str or Path
            Rows, usually those of the fit.
        columns : sequence of str, optional
            Columns; by default all.
        table : str, optional
            Table of a database.
        most : int
            Most effects to show.
        ax : matplotlib.axes.Axes, optional
            Where to draw.

        Raises
        ------
        DataError
            LL434 there is nothing to show, and those of `FittedClassifier.effects`.
        """
        wanted = None if columns is None else column_names(columns, "columns")
        spec = EffectsSpec(wanted, conf_level=self.model.report.conf_level)
        made = effects_of(self.model, any_source(data, table, self.model.input.reading), spec)
        if not made.rows:
            raise DataError("LL434.nothing")
        with readable(ax, 0.22 * min(most, len(made.rows)) + 1.2) as axes:
            draw_effects(axes, self.model, made, most)
            return axes

    def path(self, *, ax: Any = None) -> Any:
        """How loss and gradient fell from step to step.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw.

        Raises
        ------
        DataError
            LL434 the model file is of an older version and has no path.
        """
        if not self.model.report.path:
            raise DataError("LL434.no_path")
        with readable(ax, 3.4) as axes:
            of_fits.path(axes, self.model.report.path)
            return axes

    def curve(self, rows: Observed, k: int) -> Roc | None:
        """ROC curve of the class k."""
        y, p = rows.of_class(k)
        return roc(y, p, sample_weight=rows.weight, weight_kind=self.model.report.weight_kind)

    def _rows(self, data: Any, table: str | None, weights: str | bool) -> Observed:  # noqa: FBT001
        return observed(self.model, any_source(data, table, self.model.input.reading), weights=weights)

    def _class(self, name: str | None, rows: Observed) -> int:
        if name is None:
            return shown_classes(self.model, rows)[0]
        if name not in self.model.classes:
            near = nearest(name, self.model.classes)
            raise DataError("LL434.class", class_=name, near=near, classes=self.model.classes)
        return self.model.classes.index(name)


def foremost(model: Classifier, most: int, *, intercept: bool = False) -> list[Term]:
    """Coefficients to be shown, in their order: of many those with the largest ``|z|``, without errors the largest ones."""
    terms = [t for t in model.report.terms if intercept or t.term != INTERCEPT]

    def size(term: Term) -> float:
        value = abs(term.estimate if term.statistic is None else term.statistic)
        return np.inf if np.isnan(value) else float(value)

    least = sorted(map(size, terms), reverse=True)[:most][-1] if len(terms) > most else -np.inf
    return [t for t in terms if size(t) >= least][:most]


def names_of(model: Classifier, terms: Sequence[Term]) -> list[str]:
    """Names of coefficients, with their class where there are several."""
    return [t.term if len(model.classes) == 2 else f"{t.class_}: {t.term}" for t in terms]


def shown_classes(model: Classifier, rows: Observed, most: int = MOST_CLASSES) -> list[int]:
    """Classes to be shown: of two the one whose probability is modelled, of more the most frequent ones."""
    if len(model.classes) == 2:
        return [model.order[0]]
    weight = np.bincount(rows.label, rows.weight, minlength=len(model.classes))
    return [int(k) for k in np.argsort(-weight, kind="stable")[:most]]


def draw_effects(ax: Any, model: Classifier, made: Effects, most: int) -> None:
    """Draw effects; with several classes the class stands before the name."""
    rows = made.rows[:most]
    names = [f"{r.term} {'' if r.contrast in {None, 'slope'} else f'({r.contrast})'}".strip() for r in rows]
    if len(model.classes) > 2:
        names = [f"{r.class_}: {name}" for r, name in zip(rows, names, strict=True)]
    percent = f"{100.0 * made.conf_level:g} %"
    intervals = [(r.conf_low, r.conf_high) for r in rows]
    of_fits.forest(ax, names, [r.estimate for r in rows], intervals, say("plots", "effect", percent=percent))
