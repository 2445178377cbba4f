"""The tidy tables after broom: one row per coefficient, per fit, per row of data."""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.duckdb_source import FileSource
from loglik.design.frames import FrameSource
from loglik.design.held import refuse_too_large
from loglik.design.source import kind_of_levels
from loglik.errors import DataError
from loglik.model.new_rows import fixed_kinds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loglik.array_types import Matrix
    from loglik.design.source import Source
    from loglik.model.classifier import Classifier
    from loglik.model.report import FitReport

_INT64 = range(-(1 << 63), 1 << 63)
_UINT64 = range(1 << 64)


def frame_of(columns: dict[str, Any], library: Any = None) -> Any:
    """Make a data frame of columns: with the library given, else pandas or Polars if installed, else the dict.

    Parameters
    ----------
    columns : dict
        Equally long columns.
    library : module or str, optional
        Such as ``pandas`` or ``"polars"``.
    """
    if library is None:
        library = next((name for name in ("pandas", "polars") if importlib.util.find_spec(name)), None)
    if library is None:
        return columns
    if isinstance(library, str) and library in {"pandas", "polars", "pyarrow"}:
        library = importlib.import_module(library)
    if not hasattr(library, "DataFrame") and not hasattr(library, "table"):
        raise DataError("LL118.frame", value=library)
    make = library.DataFrame if hasattr(library, "DataFrame") else library.table
    return make({name: _series(values, library) for name, values in columns.items()})


def _series(values: Any, library: Any) -> Any:
    """A column of Python values with a type that keeps every digit of whole numbers."""
    if not isinstance(values, list):
        return values
    whole = [v for v in values if v is not None]
    if not whole or not all(isinstance(v, int) and not isinstance(v, bool) for v in whole):
        return values
    low, high = min(whole), max(whole)
    name = "Int64" if low in _INT64 and high in _INT64 else "UInt64" if low in _UINT64 and high in _UINT64 else None
    if library.__name__ == "pandas":
        if name is None or len(whole) == len(values):
            return library.Series(values, dtype=object if name is None else name.lower())
        return library.array(values, dtype=name)
    if library.__name__ == "polars":
        return library.Series(values, dtype=getattr(library, name or "Int128", None))
    return values


def tidy_columns(report: FitReport) -> dict[str, list[Any]]:
    """Columns of the table of coefficients."""
    terms = report.as_json()["terms"]
    names = ("class", "term", "estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high", "odds_ratio")
    return {name: [term[name] for term in terms] for name in names}


def glance_columns(report: FitReport) -> dict[str, list[Any]]:
    """Columns of the one-row table of the fit."""
    document = report.as_json()
    flat: dict[str, Any] = {}
    for key in ("target", "reference", "n_rows", "n_dropped", "converged", "iterations", "passes", "gradient_norm",
                "decrement", "log_likelihood", "null_log_likelihood", "penalised_log_likelihood",
                "cross_entropy", "deviance", "aic", "bic"):  # fmt: skip
        flat[key] = document[key]
    flat["r2_mcfadden"], flat["r2_tjur"] = document["r2"]["mcfadden"], document["r2"]["tjur"]
    flat["lr_statistic"] = document["lr_test"]["statistic"]
    flat["lr_df"], flat["lr_p_value"] = document["lr_test"]["df"], document["lr_test"]["p_value"]
    return {key: [value] for key, value in flat.items()}


def prepare_all(model: Classifier, source: Source) -> None:
    """Have all columns of a source read, those of the fit as what they held there."""
    refuse_too_large(source, 0, 0, len(source.columns))
    fixed = fixed_kinds(model.columns, model.offset_column)
    source.prepare(list(source.columns), {model.report.target: kind_of_levels(model.input.target_kind), **fixed})


def predicted_columns(
    model: Classifier, source: Source, predicted: list[str | None], probability: Matrix, log_probability: Matrix
) -> dict[str, Any]:
    """Columns of the predictions, and of the deviance residuals where the source has the target: see `augment`."""
    out: dict[str, Any] = {".predicted": predicted}
    for k, name in enumerate(model.classes):
        out[f".p[{name}]"] = np.ascontiguousarray(probability[:, k])
    target = model.report.target
    if target in source.columns:
        codes = source.codes(target, model.input.target_kind)
        place = {name: k for k, name in enumerate(model.classes)}
        label = np.array([*(place.get(level, -1) for level in codes.levels), -1])[codes.codes]
        log_p = log_probability[np.arange(label.size), label]
        sign = np.where(label == model.order[0], 1.0, -1.0) if len(model.classes) == 2 else 1.0
        out[".deviance"] = np.where(label >= 0, sign * np.sqrt(-2.0 * log_p), np.nan)
    return out


def beside(source: Source, added: Mapping[str, Any], library: Any = None) -> Any:
    """The data as they are with some columns beside them, in the library wanted or their own.

    Raises
    ------
    DataError
        LL117 the data have a column of such a name.
    """
    there = set(source.columns)
    clash = next((name for name in added if name in there), None)
    if clash is not None:
        raise DataError("LL117.added_column", source=source.label, name=clash)
    if isinstance(source, FrameSource) and _is_of(source.given, library):
        return _beside(source.given, added)
    columns = list(source.columns)
    values = source.typed_values(columns) if isinstance(source, FileSource) else source.values(columns)
    return frame_of(dict(zip(columns, values, strict=True)) | dict(added), library)


def _is_of(frame: Any, library: Any) -> bool:
    """Whether a data frame is of the library wanted."""
    name = library if isinstance(library, str) else getattr(library, "__name__", None)
    return name is None or type(frame).__module__.split(".")[0] == name


def _beside(frame: Any, added: Mapping[str, Any]) -> Any:
    """The very columns of a data frame, and some more."""
    if hasattr(frame, "assign"):  # pandas and its like
        return frame.assign(**added)
    import narwhals as nw

    wrapped = nw.from_native(frame, eager_only=True)
    library = wrapped.implementation
    new = [nw.new_series(name, _with_none(values), backend=library) for name, values in added.items()]
    return wrapped.with_columns(*new).to_native()


def _with_none(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [None if v != v else v for v in values.tolist()]  # noqa: PLR0124
