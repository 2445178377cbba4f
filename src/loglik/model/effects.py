"""Effects of columns on predicted probabilities: average slopes, contrasts of levels, predictions at chosen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit, logit, ndtr, ndtri

from loglik.design.counterfactual import ColumnRows
from loglik.design.features import LevelsFeature
from loglik.design.formula.transforms import columns_in
from loglik.design.matrix import storage_positions
from loglik.design.model_frame import weights_of
from loglik.errors import DataError, Finding, nearest
from loglik.inference.effects import Predictor
from loglik.model.effects_wanted import Prediction, averages, points_of, wanted_effects
from loglik.model.new_rows import columns_read, fixed_kinds, read_columns, refuse_columns_too_large
from loglik.model.predict import offset_column, refuse_limit
from loglik.model.vcov import vcov_of
from loglik.parallel.blas import single_threaded_blas
from loglik.parallel.threads import default_threads

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loglik.array_types import Indices, Matrix
    from loglik.design.source import Source
    from loglik.inference.effects import Averaged
    from loglik.inference.kinds import VcovKind
    from loglik.model.classifier import Classifier
    from loglik.model.effects_wanted import Effect

SCHEMA = "loglik.effects/1"
_MOST_GROUPS = 1_000
# Share of a variance that rounding may have made.
_LOST = 1e-6
_FIGURES = ("std_error", "statistic", "p_value", "conf_low", "conf_high")


@dataclass(frozen=True)
class EffectRow:
    """One effect; figures are None where they are refused.

    Parameters
    ----------
    class_ : str
        Class whose probability changes.
    term : str
        The column, or ``(prediction)``.
    contrast : str or None
        ``slope``, ``b - a`` for levels, ``+1`` or ``1 - 0`` for chosen changes.
    at : mapping of str to (float or str), or None
        Values chosen for the columns.
    by : str or None
        Level of the column that rows are grouped by.
    estimate, std_error, statistic, p_value, conf_low, conf_high : float or None
        Change of the probability (or the probability), and what is known of it.
    """

    class_: str
    term: str
    contrast: str | None
    at: Mapping[str, float | str] | None
    by: str | None
    estimate: float
    std_error: float | None = None
    statistic: float | None = None
    p_value: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None

    def as_json(self) -> dict[str, Any]:
        """The row of the document."""
        return {
            "class": self.class_, "term": self.term, "contrast": self.contrast, "at": self.at, "by": self.by,
            "estimate": self.estimate, **{name: getattr(self, name) for name in _FIGURES},
        }  # fmt: skip


@dataclass(frozen=True)
class Effects:
    """Effects of a model's columns.

    Parameters
    ----------
    rows : tuple of EffectRow
        The effects.
    n_rows, n_dropped : int
        Rows that were averaged over, and others.
    weights, by : str or None
        Columns of the weights, and of the groups.
    vcov : str
        Kind of covariance.
    conf_level : float
        Coverage of the intervals.
    refused : str or None
        Why there are no standard errors.
    findings : tuple of Finding
        What was noticed.
    """

    rows: tuple[EffectRow, ...]
    n_rows: int
    n_dropped: int
    weights: str | None
    by: str | None
    vcov: str
    conf_level: float
    refused: str | None
    findings: tuple[Finding, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The ``loglik.effects/1`` document."""
        return {
            "schema": SCHEMA, "n_rows": self.n_rows, "n_dropped": self.n_dropped, "weights": self.weights,
            "by": self.by, "vcov": self.vcov, "level": self.conf_level, "inference_refused": self.refused,
            "rows": [row.as_json() for row in self.rows],
            "findings": [{"code": f.code, "message": f.message, "columns": list(f.columns)} for f in self.findings],
        }  # fmt: skip

    def columns(self) -> dict[str, list[Any]]:
        """The same as columns of a data frame."""
        made = [row.as_json() for row in self.rows]
        names = list(made[0]) if made else ["class", "term", "contrast", "at", "by", "estimate", *_FIGURES]
        kept = [n for n in names if n not in {"at", "by"} or any(row[n] is not None for row in made)]
        out = {name: [row[name] for row in made] for name in kept}
        if "at" in out:
            out["at"] = [at_text(row.at) for row in self.rows]
        return out


def at_text(at: Mapping[str, float | str] | None) -> str:
    """``x=1, g=a``."""
    return ", ".join(f"{c}={v:g}" if isinstance(v, float) else f"{c}={v}" for c, v in (at or {}).items())


@dataclass(frozen=True)
class EffectsSpec:
    """What is asked for; the arguments of `FittedClassifier.effects`."""

    columns: Sequence[str] | None = None
    at: Mapping[str, Any] | None = None
    by: str | None = None
    change: Mapping[str, Any] = field(default_factory=dict)
    weights: str | bool = True
    kind: VcovKind | None = None
    cluster: Any = None
    conf_level: float = 0.95


def effects_of(model: Classifier, source: Source, spec: EffectsSpec) -> Effects:
    """Compute effects; errors are those of `FittedClassifier.effects`."""
    refuse_limit(model)
    for name, given in (("at", spec.at), ("change", spec.change)):
        if given is not None and not isinstance(given, Mapping):
            raise DataError("LL245.mapping", name=name, given=type(given).__name__)
    unidentified = _unidentified(model)
    columns = list(dict.fromkeys([*spec.columns, *spec.change])) if spec.columns else _explaining(model)
    effects = wanted_effects(model, columns, spec.change, unidentified)
    findings = [Finding("LL248.dropped", columns=(c,), column=c) for c in unidentified if c in columns]
    rows, groups, weights, n_dropped = _read(model, source, spec)
    v, refused, kind = _covariance(model, source, spec)
    predictor = predictor_of(model)
    errors = _Errors(v, free_positions(model), spec.conf_level)
    made: list[EffectRow] = []
    with single_threaded_blas():
        for by, some in groups:
            part = rows if some is None else rows.rows(some)
            for at, here in [(None, part)] if spec.at is None else points_of(model, part, spec.at):
                wanted: list[Effect] = effects if at is None else [Prediction(), *effects]
                try:
                    found = averages(here, predictor, wanted, default_threads())
                except DataError as error:
                    if error.code == "LL256":  # of rows as they might be, which have no number
                        raise DataError("LL245.cell", cell=error.said.values["cell"]) from error
                    raise
                made += [row for e, a in zip(wanted, found, strict=True) for row in errors.rows(model, e, a, at, by)]
    if errors.lost:
        findings.append(Finding("LL247.digits", n=errors.lost))
    return Effects(
        tuple(made), rows.n_rows, n_dropped, weights, spec.by, kind, spec.conf_level, refused, tuple(findings)
    )


class _Errors:
    """Figures of estimates by the delta method."""

    def __init__(self, v: Matrix | None, free: Indices, conf_level: float) -> None:
        self.v, self.free, self.lost = v, free, 0
        self.reach = float(-ndtri((1.0 - conf_level) / 2.0))

    def rows(
        self, model: Classifier, effect: Effect, found: Averaged, at: Mapping[str, float | str] | None, by: str | None
    ) -> Iterator[EffectRow]:
        shown = [model.order[0]] if len(model.classes) == 2 else range(len(model.classes))
        for place in shown:
            k = model.order.index(place)
            estimate = float(found.value[k])
            if not np.isfinite(estimate):
                raise DataError("LL245.range", term=effect.term)
            error = self.error(found.gradient[k])
            row = EffectRow(model.classes[place], effect.term, effect.contrast, at, by, estimate)
            yield row if error is None else self.figures(row, error, of_prediction=isinstance(effect, Prediction))

    def error(self, gradient: Matrix) -> float | None:
        """Square root of ``g' V g``; None where rounding left too few digits of it."""
        if self.v is None:
            return None
        g = gradient[:, self.free].ravel()
        variance = float(g @ self.v @ g)
        size = float(np.abs(g) @ np.abs(self.v) @ np.abs(g))
        if not variance > np.finfo(float).eps * size / _LOST:
            self.lost += 1
            return None
        return float(np.sqrt(variance))

    def figures(self, row: EffectRow, error: float, *, of_prediction: bool) -> EffectRow:
        estimate = row.estimate
        if of_prediction:  # symmetric in the log-odds, so that it stays between 0 and 1; and no test of 0
            if not 0.0 < estimate < 1.0:
                return replace(row, std_error=error)
            reach = self.reach * error / (estimate * (1.0 - estimate))
            low, high = expit(logit(estimate) + np.array([-reach, reach]))
            return replace(row, std_error=error, conf_low=float(low), conf_high=float(high))
        z = estimate / error
        return replace(
            row, std_error=error, statistic=z, p_value=float(2.0 * ndtr(-abs(z))),
            conf_low=estimate - self.reach * error, conf_high=estimate + self.reach * error,
        )  # fmt: skip


def predictor_of(model: Classifier) -> Predictor:
    """What computes the linear predictors of a model."""
    if model.centering is None:
        return Predictor(model.coefficients)
    return Predictor(model.coefficients, model.centering.centers, model.centering.intercepts)


def free_positions(model: Classifier) -> Indices:
    """Storage positions of the coefficients of the report's terms, in their order: those of one class."""
    names = model.term_names
    order = np.concatenate([np.zeros(1, dtype=np.int64), *storage_positions(model.features)])
    wanted = [t.term for t in model.report.terms][: len(model.report.terms) // (len(model.classes) - 1)]
    found, i = [], 0
    for j in order.tolist():
        if i < len(wanted) and names[j] == wanted[i]:
            found.append(j)
            i += 1
    return np.array(found, dtype=np.int64)


def _explaining(model: Classifier) -> list[str]:
    """Columns that coefficients belong to, each once."""
    if model.recipe is None:
        return [c for f in model.features for c in [getattr(f, "name", None)] if c is not None]
    recipe = model.recipe
    used = [
        c for p in recipe.products for c in (*p.levels, *(c for f in p.numbers for c in columns_in(recipe.factors[f])))
    ]
    return list(dict.fromkeys(used))


def _unidentified(model: Classifier) -> list[str]:
    """Columns of which the fit dropped a coefficient because others repeat it."""
    kept = set(free_positions(model).tolist())
    gone = []
    for feature, places in zip(model.features, storage_positions(model.features), strict=True):
        reference = feature.reference if isinstance(feature, LevelsFeature) else None
        lacking = [p for i, p in enumerate(places.tolist()) if i != reference and p not in kept]
        gone += [feature] if lacking else []
    if model.is_symmetric or not gone:
        return []
    if model.recipe is None:
        return [f.name for f in gone if hasattr(f, "name")]
    lost = {f.name for f in gone if hasattr(f, "name")}
    return [c for c in _explaining(model) if any(_reads(name, c, model) for name in lost)]


def _reads(feature: str, column: str, model: Classifier) -> bool:
    """Whether a feature of a formula is made of a column."""
    recipe = model.recipe
    if recipe is None:
        return feature == column
    for product in recipe.products:
        named = {f.name for f in replace(recipe, products=(product,)).features if hasattr(f, "name")}
        if feature in named:
            numbers = {c for f in product.numbers for c in columns_in(recipe.factors[f])}
            return column in {*product.levels, *numbers}
    return False


def _read(
    model: Classifier, source: Source, spec: EffectsSpec
) -> tuple[ColumnRows, list[tuple[str | None, Indices | None]], str | None, int]:
    """Rows, their groups, the column of the weights, and how many rows are left out."""
    column = offset_column(model, None)
    for argument, given in (("by", spec.by), ("weights", None if isinstance(spec.weights, bool) else spec.weights)):
        if given is not None and not isinstance(given, str):
            raise DataError("LL245.one_column", name=argument, value=given)
    weights = model.report.weights if spec.weights is True else spec.weights or None
    for name in (weights, spec.by):
        if name is not None and name not in source.columns:
            near = nearest(name, source.columns)
            raise DataError("LL103.no_such_column", column=name, source=source.label, near=near)
    needed = [*columns_read(model.columns, column), *([weights] if weights else []), *([spec.by] if spec.by else [])]
    there = [c for c in dict.fromkeys(needed) if c in source.columns]
    source.prepare(there, fixed_kinds(model.columns, column))
    refuse_columns_too_large(source, model.columns)
    only = np.ones(source.n_rows, dtype=np.bool_)
    weight = weights_of(source, weights, "sampling")
    if weight is not None:
        only &= ~np.isnan(weight) & (weight > 0.0)
    codes = None if spec.by is None else source.codes(spec.by)
    if codes is not None:
        only &= codes.codes >= 0
        if len(codes.levels) > _MOST_GROUPS:
            raise DataError("LL245.groups", column=spec.by, n=len(codes.levels), most=_MOST_GROUPS)
    read = read_columns(model.columns, source, "drop", column, only=only)
    if not read.kept.any():
        raise DataError("LL245.no_row", source=source.label)
    rows = ColumnRows(
        model.columns, model.recipe, read.numbers, read.levels,
        np.ones(read.n_rows) if weight is None else weight[read.kept], read.offset, read.some,
    )  # fmt: skip
    dropped = int(read.kept.size - rows.n_rows)
    if codes is None:
        return rows, [(None, None)], weights, dropped
    own = codes.codes[read.kept]
    groups = [(level, np.flatnonzero(own == i)) for i, level in enumerate(codes.levels)]
    return rows, [(level, some) for level, some in groups if some.size], weights, dropped


def _covariance(model: Classifier, source: Source, spec: EffectsSpec) -> tuple[Matrix | None, str | None, str]:
    """Covariance of the coefficients, or why there is none; and its kind."""
    kind = spec.kind or ("cluster" if spec.cluster is not None else model.report.vcov.kind)
    refusal = model.report.refusal
    if refusal is not None and refusal.code not in {"LL303", "LL305"}:
        return None, model.report.inference_refused, kind
    of, v = vcov_of(model, spec.kind, spec.cluster, source)
    return v, None, of.kind
