"""The tidy tables after broom: one row per coefficient, per fit, per row of data."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from loglik.model.fitted import FittedClassifier
    from loglik.model.report import FitReport


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
    if isinstance(library, str):
        library = importlib.import_module(library)
    make = library.DataFrame if hasattr(library, "DataFrame") else library.table
    return make(columns)


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
                "decrement", "log_likelihood", "null_log_likelihood", "cross_entropy", "deviance", "aic", "bic"):  # fmt: skip
        flat[key] = document[key]
    flat["r2_mcfadden"], flat["r2_tjur"] = document["r2"]["mcfadden"], document["r2"]["tjur"]
    flat["lr_statistic"] = document["lr_test"]["statistic"]
    flat["lr_df"], flat["lr_p_value"] = document["lr_test"]["df"], document["lr_test"]["p_value"]
    return {key: [value] for key, value in flat.items()}


def augment_columns(model: FittedClassifier, data: Any) -> dict[str, Any]:
    """Columns of the data with predictions: ``.predicted``, ``.p[class]`` and ``.deviance`` (``-2 log p`` of the row)."""
    from loglik.model.predict import probabilities
    from loglik.model.train import any_source

    source = any_source(data)
    source.prepare(list(source.columns))
    made = probabilities(model, source, missing="drop")
    out: dict[str, Any] = {}
    for column in source.columns:
        out[column] = source.numbers([column])[0] if source.kind(column) == "number" else source.values(column)
    out[".predicted"] = made.predicted
    for k, name in enumerate(model.classes):
        out[f".p[{name}]"] = made.probability[:, k]
    if model.report.target in source.columns:
        codes = source.codes(model.report.target)
        place = {name: k for k, name in enumerate(model.classes)}
        label = np.array([*(place.get(level, -1) for level in codes.levels), -1])[codes.codes]
        own = made.probability[np.arange(label.size), label]
        with np.errstate(divide="ignore"):
            out[".deviance"] = np.where(label >= 0, -2.0 * np.log(own), np.nan)
    return out
