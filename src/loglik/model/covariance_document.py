"""Covariances of coefficients in the model file: half of each symmetric matrix, checked when it is read."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.inference.kinds import VCOV_KINDS, Vcov
from loglik.model.document_fields import get, is_a, must, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.array_types import Matrix
    from loglik.model.report import FitReport

    Covariances = tuple[tuple[Vcov, Matrix], ...]

# Standard errors of the table and of its covariance are computed in two ways.
_SAME = 1e-6
# Eigenvalues that rounding may have left, of variances 1; differences of sums over clusters lose more.
_ROUNDING, _CLUSTERS = 1e-12, 1e-8


def covariances_document(covariances: Covariances) -> dict[str, Any]:
    """Each with its kind, and its lower triangle row by row: doubles, least significant byte first, in base64."""
    if not covariances:
        return {}
    made = [{**of.as_json(), "size": len(v), "lower": _packed(v)} for of, v in covariances]
    return {"covariances": made}


def vcov_from(document: Any, where: str) -> Vcov:
    """Which covariance a document names."""
    is_a(document, dict, where)
    kind, names, counts = document.get("kind"), document.get("clusters", []), document.get("n_clusters", [])
    must(kind in VCOV_KINDS, f"{where}.kind is {str(kind)[:40]}")
    must(isinstance(names, list | tuple) and all(isinstance(n, str) for n in names), f"{where}.clusters are no texts")
    must(isinstance(counts, list | tuple) and all(type(n) is int and n > 1 for n in counts), f"{where}.n_clusters")
    must(len(names) == len(counts) <= 2, f"{where}.clusters and n_clusters are at odds")
    must((kind == "cluster") == bool(names), f"{where}.clusters and kind are at odds")
    return Vcov(kind, tuple(names), tuple(counts))


def covariances_from(document: Any, report: FitReport) -> Covariances:
    """The covariances of a document, whose first is that of the table of coefficients."""
    is_a(document, list, "covariances")
    made = tuple(_covariance(is_a(each, dict, "covariances"), i) for i, each in enumerate(document))
    must(len({of for of, _ in made}) == len(made) > 0, "covariances has one twice, or none")
    errors = [t.std_error for t in report.terms]
    must(made[0][0] == report.vcov, "covariances does not begin with that of fit.vcov")
    must(all(len(v) == len(errors) for _, v in made), "covariances are not of the size of fit.terms")
    must(None not in errors, "covariances, and no standard errors in fit.terms")
    found = np.sqrt(np.diag(made[0][1]))
    must(bool((np.abs(found - _numbers(errors)) <= _SAME * found).all()), "covariances and standard errors are at odds")
    return made


def _numbers(errors: Sequence[float | None]) -> Matrix:
    return np.array(errors, dtype=np.float64)


def _packed(v: Matrix) -> str:
    return base64.b64encode(v[np.tril_indices(len(v))].astype("<f8").tobytes()).decode("ascii")


def _covariance(document: dict[str, Any], i: int) -> tuple[Vcov, Matrix]:
    where = f"covariances[{i}]"
    of, size = vcov_from(document, where), get(document, "size", int)
    try:
        data = base64.b64decode(text(document, "lower"), validate=True)
    except (binascii.Error, ValueError):
        data = b""
    must(size > 0 and len(data) == 4 * size * (size + 1), f"{where}.lower has not size (size + 1) / 2 doubles")
    v = np.zeros((size, size))
    v[np.tril_indices(size)] = np.frombuffer(data, dtype="<f8")
    must(bool(np.isfinite(v).all()), f"{where}.lower has something else than finite numbers")
    must(bool((np.diag(v) > 0.0).all()), f"{where} has a variance that is not positive")
    v += np.tril(v, -1).T
    error = np.sqrt(np.diag(v))
    unit = v / error / error[:, None]
    if len(of.clusters) > 1:
        return of, v  # a difference, which may be negative in some direction (LL308)
    slack = (_ROUNDING if of.kind == "model" else _CLUSTERS) * size
    must(
        bool(np.isfinite(unit).all()) and _has_factor(unit + slack * np.eye(size)), f"{where} is not positive definite"
    )
    return of, v


def _has_factor(matrix: Matrix) -> bool:
    try:
        np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return False
    return True
