"""What a report says beside the report of the fit itself: how the model does on rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.errors import DataError
from loglik.metrics import binned_residuals, calibration, quantile_residuals, roc
from loglik.model.effects import EffectsSpec, effects_of
from loglik.model.observed import observed
from loglik.model.plots import foremost, shown_classes

if TYPE_CHECKING:
    from loglik.design.source import Source
    from loglik.metrics import BinnedResiduals, Calibration, QuantileResiduals, Roc
    from loglik.model.classifier import Classifier
    from loglik.model.effects import Effects
    from loglik.model.observed import Observed

SCHEMA = "loglik.report/1"
_WORST, _MOST_EFFECTS = 10, 40


@dataclass(frozen=True, eq=False)
class OfClass:
    """A class against all others.

    Parameters
    ----------
    name : str
        The class.
    weight : float
        Weight of the rows that have it.
    roc, calibration, binned, quantiles
        As of `loglik.metrics`; None where rows of one class alone have none, quantiles of more than two classes.
    """

    name: str
    weight: float
    roc: Roc | None
    calibration: Calibration | None
    binned: BinnedResiduals
    quantiles: QuantileResiduals | None


@dataclass(frozen=True)
class Worst:
    """A row that the model did not expect."""

    row: int
    class_: str
    probability: float
    deviance: float


@dataclass(frozen=True, eq=False)
class Content:
    """What is known of a model, and of its predictions of some rows.

    Parameters
    ----------
    model : Classifier
        The model.
    label : str or None
        Where the rows came from; None without rows.
    rows : Observed or None
        The rows with their predictions.
    refused : DataError or None
        Why there are none although rows were given.
    log_loss : float or None
        Of the rows, in nats.
    classes : tuple of OfClass
        The classes shown, and beyond them those in a table alone.
    worst : tuple of Worst
        Rows with the largest deviance.
    effects : Effects or None
        Average effects.
    no_effects : DataError or None
        Why there are none although rows were given.
    """

    model: Classifier
    label: str | None = None
    rows: Observed | None = None
    refused: DataError | None = None
    log_loss: float | None = None
    classes: tuple[OfClass, ...] = ()
    worst: tuple[Worst, ...] = ()
    effects: Effects | None = None
    no_effects: DataError | None = None

    def as_json(self) -> dict[str, Any]:
        """The ``loglik.report/1`` document."""
        rows = self.rows
        return {
            "schema": SCHEMA,
            "fit": self.model.report.as_json(),
            "path": [list(step) for step in self.model.report.path],
            "rows": None if rows is None else {
                "source": self.label, "n_rows": int(np.unique(rows.row).size), "n_without": rows.n_without,
                "of_fit": rows.of_fit, "weights": rows.weights, "log_loss": _number(self.log_loss),
            },
            "refused": None if self.refused is None else f"{self.refused.code} {self.refused.message}",
            "classes": [_class_document(each) for each in self.classes],
            "worst": [
                {"row": w.row, "class": w.class_, "probability": w.probability, "deviance": _number(w.deviance)}
                for w in self.worst
            ],
            "effects": None if self.effects is None else self.effects.as_json(),
            "effects_refused": None if self.no_effects is None else f"{self.no_effects.code} {self.no_effects.message}",
        }  # fmt: skip


def _number(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else float(value)


def _class_document(of: OfClass) -> dict[str, Any]:
    curve, made = of.roc, of.calibration
    low, high = (None, None) if curve is None else map(_number, curve.interval())
    return {
        "class": of.name, "weight": of.weight,
        "auc": None if curve is None else {"estimate": curve.auc, "conf_low": low, "conf_high": high},
        "calibration": None if made is None else {
            "bins": [
                {"predicted": p, "observed": o, "conf_low": a, "conf_high": b, "weight": n}
                for p, o, a, b, n in zip(
                    *(x.tolist() for x in (made.predicted, made.observed, made.low, made.high, made.number)), strict=True
                )
            ],
            "log_loss": _number(made.log_loss), "miscalibration": _number(made.miscalibration),
            "discrimination": _number(made.discrimination), "uncertainty": _number(made.uncertainty),
            "brier": made.brier,
        },
        "residuals": [
            {"predicted": p, "residual": r, "std_error": s}
            for p, r, s in zip(*(x.tolist() for x in vars(of.binned).values()), strict=True)
        ],
    }  # fmt: skip


def content_of(model: Classifier, source: Source | None = None, *, weights: str | bool = True) -> Content:
    """Compute what a report shows.

    Parameters
    ----------
    model : Classifier
        The model.
    source : Source, optional
        Rows with the target: those of the fit, or others.
    weights : str or bool
        Column of weights; True: that of the fit, if it had one; False: none.

    Raises
    ------
    DataError
        As of `loglik.model.observed.observed`.
    """
    if source is None:
        return Content(model)
    label = source.label
    serious = [finding for finding in model.report.findings if finding.serious]
    if serious:  # nothing follows from numbers that are no estimate
        return Content(model, label, refused=DataError(serious[0].said))
    try:
        rows = observed(model, source, weights=weights)
    except DataError as error:
        if error.code not in {"LL243", "LL506"}:  # of a limit there are no predictions; the other sections stand
            raise
        return Content(model, label, refused=error)
    kind, total = model.report.weight_kind, np.bincount(rows.label, rows.weight, minlength=len(model.classes))
    classes = []
    for k in shown_classes(model, rows, len(model.classes)):
        y, p = rows.of_class(k)
        options: dict[str, Any] = {"sample_weight": rows.weight, "weight_kind": kind}
        made = roc(y, p, **options), calibration(y, p, **options), binned_residuals(y, p, **options)
        quantiles = quantile_residuals(y, p, **options) if len(model.classes) == 2 else None
        classes.append(OfClass(model.classes[k], float(total[k]), *made, quantiles))
    with np.errstate(divide="ignore"):
        loss = -np.log(rows.probability[np.arange(rows.label.size), rows.label])
    effects, no_effects = _effects(model, source, weights)
    return Content(
        model, label, rows, None, float(rows.weight @ loss / rows.weight.sum()), tuple(classes),
        _worst(model, rows, loss), effects, no_effects,
    )  # fmt: skip


def _worst(model: Classifier, rows: Observed, loss: Any) -> tuple[Worst, ...]:
    order = np.argsort(-loss, kind="stable")[:_WORST].tolist()
    return tuple(
        Worst(
            int(rows.row[i]) + 1, model.classes[rows.label[i]], float(np.exp(-loss[i])), float(np.sqrt(2.0 * loss[i]))
        )
        for i in order
    )


def _effects(
    model: Classifier,
    source: Source,
    weights: str | bool,  # noqa: FBT001
) -> tuple[Effects | None, DataError | None]:
    """Effects of the columns, of many those whose coefficients have the largest ``|z|``."""
    columns: list[str] | None = None
    if len(model.columns) > _MOST_EFFECTS and model.recipe is None:
        names = {t.term.partition("[")[0] for t in foremost(model, _MOST_EFFECTS)}
        columns = [n for n in model.column_names if n in names] or None
    spec = EffectsSpec(columns, weights=weights, conf_level=model.report.conf_level)
    try:
        return effects_of(model, source, spec), None
    except DataError as error:
        return None, error
