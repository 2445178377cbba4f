"""The kinds of covariance that there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

VcovKind = Literal["model", "sampling", "HC0", "HC1", "HC3", "cluster"]
VCOV_KINDS: tuple[VcovKind, ...] = ("model", "sampling", "HC0", "HC1", "HC3", "cluster")
"""What they are is said at `loglik.inference.covariance.covariance`."""


Intervals = Literal["wald", "profile"]


@dataclass(frozen=True)
class Vcov:
    """Which covariance a table stands on.

    Parameters
    ----------
    kind : str
        One of `VCOV_KINDS`.
    clusters : tuple of str
        Names of the ways in which rows are grouped.
    n_clusters : tuple of int
        Number of groups of each.
    """

    kind: VcovKind = "model"
    clusters: tuple[str, ...] = ()
    n_clusters: tuple[int, ...] = ()

    def as_json(self) -> dict[str, object]:
        """As it stands in documents."""
        return {"kind": self.kind, "clusters": list(self.clusters), "n_clusters": list(self.n_clusters)}

    @property
    def cluster_texts(self) -> list[str]:
        """Each way of clustering with its number of clusters, to be printed."""
        return [f"{name} ({n:,})" for name, n in zip(self.clusters, self.n_clusters, strict=True)]


MOST_KEPT = 1_000
"""Coefficients up to which the covariance is kept with the model unless the user says otherwise."""


@dataclass(frozen=True)
class InferenceOptions:
    """What is wanted beside the estimate.

    Parameters
    ----------
    conf_level : float
        Coverage of the intervals.
    vcov : str or None
        Kind of covariance of the table; by default that of the weights, ``"model"`` or ``"sampling"``.
    keep_covariance : bool or None
        Whether the covariance is kept with the model; by default if it has at most `MOST_KEPT` coefficients.
    intervals : str
        ``"wald"`` or ``"profile"``.
    separation : str
        ``"report"``: where the classes are separated, the limit is reported.
    """

    conf_level: float = 0.95
    vcov: VcovKind | None = None
    keep_covariance: bool | None = None
    intervals: Intervals = "wald"
    separation: Literal["raise", "report"] = "raise"

    def keeps(self, size: int) -> bool:
        """Whether a covariance of so many coefficients is kept."""
        return size <= MOST_KEPT if self.keep_covariance is None else self.keep_covariance


USUAL_INFERENCE = InferenceOptions()
"""What is wanted unless something else is."""
