"""Designs of the arrays and data frames that an estimator is given: all columns, no missing values."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from loglik.design.categories import categorical_feature, refuse_levels_of_numbers
from loglik.design.complete_rows import all_finite, refuse_infinite
from loglik.design.features import Column, Feature, NumericFeature
from loglik.design.frames import frame_source, is_data_frame
from loglik.design.input_spec import InputSpec
from loglik.design.matrix import Design
from loglik.design.model_frame import (
    ModelFrame,
    design_of,
    feature_kind,
    refuse_no_rows,
    scaled_weights,
)
from loglik.design.noticed import EXACT, look_findings, rounding_finding, rounding_findings
from loglik.design.numerals import nearest_double
from loglik.design.source import Rounded
from loglik.errors import DataError, Finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loglik.array_types import Mask, Matrix, Vector
    from loglik.design.model_spec import WeightKind
    from loglik.design.source import Codes, Source
    from loglik.design.target import Target


def has_levels(frame: Any) -> bool:
    """Whether some column of a data frame has levels instead of numbers."""
    import narwhals as nw

    source = frame_source(frame)
    schema = source.frame.schema
    if any(not dtype.is_numeric() and dtype != nw.Object for dtype in schema.values()):
        return True
    return any(dtype == nw.Object and source.kind(name) in {"category", "boolean"} for name, dtype in schema.items())


def is_ready(X: Any, y: Any) -> bool:
    """Whether these are plain arrays of numbers and of classes, as long as each other."""
    if type(X) is not np.ndarray or type(y) is not np.ndarray or X.ndim != 2 or y.ndim != 1:
        return False
    fitting = X.shape[0] == y.size and X.size > 0
    return fitting and X.dtype in (np.float64, np.float32) and X.dtype.isnative and y.dtype.kind in "biuU"


def refuse_unfit(X: Any) -> None:
    """Refuse arrays and columns whose values no double stands for.

    Raises
    ------
    DataError
        LL106 dates and durations, which NumPy would turn into counts of a unit that nobody chose; LL109 objects that are
        numbers beyond the largest double.
    """
    held = getattr(X, "dtype", None)
    kind = getattr(held, "kind", "")
    if kind in {"m", "M"}:
        raise DataError("LL106.dates_of_array", durations=kind == "m", dtype=held)
    framed = hasattr(X, "set_axis") and hasattr(X, "columns") and X.columns.is_unique  # a Series has no columns
    parts = [X[c] for c in X.columns if X[c].dtype == object] if framed else [X]
    for part in parts:
        if getattr(part, "dtype", None) == np.dtype(object):
            values = np.asarray(part).ravel()
            if any(isinstance(v, int | Decimal) and np.isinf(nearest_double(v)) for v in values):
                raise DataError("LL109.beyond_double")


def array_findings(X: Any, names: Sequence[str]) -> tuple[Finding, ...]:
    """Say which columns of an array or data frame hold whole numbers that a double does not."""
    if is_data_frame(X):
        source = frame_source(X)
        numeric = [c for c in source.columns if not source.schema[c].is_float() and source.kind(c) == "number"]
        return tuple(rounding_findings(source, dict(zip(numeric, source.numbers(numeric), strict=True))))
    if type(X) is not np.ndarray or X.dtype.kind not in "iu" or X.ndim != 2 or X.dtype.itemsize < 8:
        return ()
    found = []
    for j in np.flatnonzero((np.abs(X.astype(np.float64)) >= EXACT).any(axis=0)).tolist():
        lost = [int(v) for v in X[:, j] if int(float(v)) != int(v)]
        if lost:
            found.append(rounding_finding(names[j], "X", Rounded(len(lost), str(lost[0]))))
    return tuple(found)


def array_design(features: tuple[Feature, ...], X: Any) -> Design:
    """Make the design of an array or a sparse matrix, which stays as it is."""
    none = np.empty((X.shape[0], 0), dtype=np.int32)
    if sparse.issparse(X):
        X = sparse.csr_array(X)
        if not X.has_canonical_format:
            X = X.copy()
        X.sort_indices()
        X.sum_duplicates()
        return Design.of(features, np.empty((X.shape[0], 0)), none, X.astype(np.float64, copy=False))
    return Design.of(features, X, none)


def array_frame(
    design: Design, target: Target, weight: Vector | None, offset: Matrix | None, *, weight_kind: WeightKind,
    n_dropped: int = 0, findings: tuple[Finding, ...] = (), kept: Mask | None = None,
) -> ModelFrame:  # fmt: skip
    """What `model_frame` makes of a source of rows, of rows that are arrays.

    Parameters
    ----------
    design : Design
        Rows that are used.
    target : Target
        Their classes.
    weight : ndarray of shape (n,) or None
        Their weights, if any were given.
    offset : ndarray of shape (K - 1, n) or None
        Their offsets.
    weight_kind : str
        ``"frequency"`` or ``"sampling"``.
    n_dropped : int
        Rows left out for their weight of zero.
    findings : tuple of Finding
        What was noticed.
    kept : ndarray of bool, optional
        Which of the rows given these are.
    """
    return ModelFrame(
        design=design,
        target=target,
        weight=np.ones(design.n_rows) if weight is None else scaled_weights(weight, weight_kind),
        offset=offset,
        weights_from=None if weight is None else "sample_weight",
        offset_from=None if offset is None else "offset",
        weight_kind=weight_kind,
        sum_of_weights=None if weight is None else float(weight.sum()),
        n_dropped=n_dropped,
        findings=findings,
        input=InputSpec(target.kind, offset_from=None if offset is None else "argument"),
        kept=kept,
    )


def frame_design(source: Source, reference_levels: Mapping[str, str]) -> tuple[Design, tuple[Finding, ...]]:
    """Make the design of all columns of a data frame, and say what was noticed.

    Raises
    ------
    DataError
        LL103 no such column, LL107 missing values, LL109 infinite ones, and those of `feature_kind`.
    """
    refuse_no_rows(source)
    unknown = [c for c in reference_levels if c not in source.columns]
    if unknown:
        raise DataError("LL103.levels_of_no_column", column=unknown[0])
    kinds = {c: feature_kind(source, c) for c in source.columns}
    numeric = [c for c in source.columns if kinds[c] == "number"]
    refuse_levels_of_numbers(source.label, numeric, reference_levels)
    numbers = dict(zip(numeric, source.numbers(numeric), strict=True))
    levels: dict[str, Codes] = {}
    features: list[Column] = []
    for column in source.columns:
        if column in numbers:
            if not all_finite(numbers[column]):
                refuse_infinite(source.label, column, numbers[column])
                _refuse_missing(column, np.isnan(numbers[column]))
            features.append(NumericFeature(column))
            continue
        codes = source.codes(column)
        _refuse_missing(column, codes.codes < 0)
        feature, levels[column] = categorical_feature(source, column, codes, source.n_rows, reference_levels)
        features.append(feature)
    findings = (*look_findings(source, levels), *rounding_findings(source, numbers))
    return design_of(tuple(features), numbers, levels, source.n_rows), findings


def offset_matrix(offset: Any, n: int, k: int) -> Matrix | None:
    """Offset of each linear predictor, (K - 1) x n, from what was given: one for all of them, or one for each."""
    if offset is None:
        return None
    try:
        shifts = np.asarray(offset, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise DataError("LL116.not_a_number", error=error) from error
    if shifts.ndim == 0:
        shifts = np.full(n, shifts)
    if shifts.shape not in {(n,), (n, k - 1)}:
        raise DataError("LL128.offset", shape=shifts.shape, n=n, free=k - 1)
    if not np.isfinite(shifts).all():
        raise DataError("LL116.not_finite")
    return np.ascontiguousarray(np.tile(shifts, (k - 1, 1)) if shifts.ndim == 1 else shifts.T)


def _refuse_missing(column: str, missing: Mask) -> None:
    if missing.any():
        raise DataError("LL107.array", column=column, row=int(missing.argmax()) + 1, more=int(missing.sum()) - 1)
