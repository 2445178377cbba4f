"""The covariance of a model's coefficients: the one it keeps, or another kind of the rows of its fit."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.any_source import any_source
from loglik.design.clusters import Clusters, groups_of, read_clusters, refuse_clusters
from loglik.design.model_spec import column_names
from loglik.errors import DataError, warning_class
from loglik.inference.covariance import covariance, indefinite
from loglik.inference.kinds import Vcov
from loglik.model.arguments import checked_vcov
from loglik.model.rows_of_fit import fitted_estimate, rows_of_fit

if TYPE_CHECKING:
    from loglik.array_types import Indices, Mask, Matrix
    from loglik.inference.kinds import VcovKind
    from loglik.model.classifier import Classifier

# What the rows can still give.
_COMPUTABLE = {"LL303", "LL305"}
# How missing values of arrays are written.
_ABSENT = {"None", "nan", "NaT", "<NA>"}


def vcov_of(
    model: Classifier, kind: VcovKind | None, cluster: Any, data: Any, table: str | None = None, offset: Any = None
) -> tuple[Vcov, Matrix]:
    """Covariance of a model, and what it is; parameters and errors are those of `FittedClassifier.vcov`."""
    ways = _ways(cluster)
    names = tuple(way if isinstance(way, str) else f"cluster {i + 1}" for i, way in enumerate(ways))
    report = model.report
    refusal = report.refusal
    if refusal is not None and (refusal.code not in _COMPUTABLE or data is None):
        raise DataError(refusal.said)
    if report.rows_touching is not None:  # infinite estimates have no covariance, nor a place in the rows again
        raise DataError("LL243.vcov")
    if kind is None and not ways:
        kind, names = report.vcov.kind, report.vcov.clusters
        ways = list(names)
    wanted = checked_vcov(kind, ways, report.weight_kind)
    if report.firth and wanted != "model":
        raise DataError("LL240.vcov", kind=wanted)
    if all(isinstance(way, str) for way in ways):
        for of, v in model.covariances:
            if of.kind == wanted and of.clusters == names:
                return of, v.copy()
    if data is None:
        raise DataError("LL233.model") if wanted == "model" else DataError("LL233.rows", kind=wanted)
    source = any_source(data, table, model.input.reading)
    columns = [way for way in ways if isinstance(way, str)]
    refuse_clusters(source, columns)
    frame = rows_of_fit(model, source, offset, columns)
    kept_rows = np.ones(source.n_rows, dtype=np.bool_) if frame.kept is None else frame.kept
    clusters = None
    if ways:
        codes = [
            read_clusters(source, [way], kept_rows).codes[0] if isinstance(way, str) else _given(way, kept_rows)
            for way in ways
        ]
        if frame.groups is not None:
            codes = [code[frame.groups.among(kept_rows)] for code in codes]
        clusters = Clusters(names, tuple(codes))
    v = covariance(fitted_estimate(model, frame, source.label), report.weight_kind, wanted, clusters)
    found = indefinite(v, names)
    if found is not None:
        warnings.warn(f"{found.code} {found.message}", warning_class(found), stacklevel=4)
    return Vcov(wanted, names, () if clusters is None else clusters.counts), v


def _ways(cluster: Any) -> list[Any]:
    """Names of columns, or arrays of groups: one, or two."""
    if cluster is None:
        return []
    if isinstance(cluster, str):
        return [cluster]
    if isinstance(cluster, list | tuple) and len(cluster) and all(_is_name_or_array(way) for way in cluster):
        ways = list(cluster)
    elif isinstance(cluster, list | tuple) and not len(cluster):
        return []
    else:
        ways = [cluster]
    if len(ways) > 2:
        raise DataError("LL234.ways", names=column_names([str(w)[:40] for w in ways], "cluster"), most=2)
    return ways


def _is_name_or_array(way: Any) -> bool:
    return isinstance(way, str) or (hasattr(way, "__len__") and not isinstance(way, bytes))


def _given(way: Any, kept: Mask) -> Indices:
    values = np.asarray(way)
    if values.shape != kept.shape:
        raise DataError("LL234.length", n=values.shape[0] if values.ndim else 0, rows=kept.size)
    some = values[kept]
    listed = some.ravel().tolist()
    absent = np.array([not isinstance(v, str) and str(v) in _ABSENT for v in listed], dtype=np.bool_)
    if absent.any():
        row = int(np.flatnonzero(kept)[absent.argmax()]) + 1
        raise DataError("LL234.no_cluster", row=row, more=int(absent.sum()) - 1)
    return groups_of(np.asarray([str(v) for v in listed]) if some.dtype == object else some)
