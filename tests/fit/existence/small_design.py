"""A small design with everything that a fit is given, and what the fit finds in it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from exact_oracle import Verdict, verdict, whole_design
from scipy import sparse

from loglik.cached import cached_property
from loglik.design.features import CategoricalFeature, NumericFeature, SparseFeatures
from loglik.design.matrix import Design
from loglik.errors import DataError
from loglik.fit.maximise import maximise
from loglik.fit.options import Options
from loglik.fit.solution import Solution


@dataclass(frozen=True)
class SmallDesign:
    """Rows: numbers, levels, sparse columns, classes ``0 ... K - 1``, weights and offsets."""

    label: np.ndarray
    dense: np.ndarray
    levels: tuple[np.ndarray, ...] = ()
    words: np.ndarray | None = None
    intercept: bool = True
    weight: np.ndarray | None = None
    offset: np.ndarray | None = None
    n_classes: int = field(default=0)

    def __post_init__(self) -> None:
        # Classes and levels that no row has are not in the data.
        classes, label = np.unique(self.label, return_inverse=True)
        object.__setattr__(self, "label", label.astype(np.int32))
        object.__setattr__(self, "n_classes", classes.size)
        object.__setattr__(self, "levels", tuple(np.unique(v, return_inverse=True)[1] for v in self.levels))

    @property
    def n_rows(self) -> int:
        return self.label.size

    def fit_unless_refused(self) -> Solution | None:
        """The fit, or None if it is refused with reason."""
        try:
            return self.fit()
        except DataError as error:
            if self.has_reason_for(error.code):
                return None
            raise

    def has_reason_for(self, code: str) -> bool:
        """Whether there is reason for the code: no coefficient is left, or columns repeat others to their last digits."""
        if code == "LL213":
            numbers = [*self.dense.T, *([] if self.words is None else self.words.T)]
            return not (self.intercept or any(c.any() for c in numbers) or any(v.max() for v in self.levels))
        columns = np.column_stack([np.full(self.n_rows, float(self.intercept)), self.dense])
        columns[:, 1:] -= columns[:, 1:].mean(axis=0) * self.intercept
        sizes = np.linalg.svd(columns / np.maximum(np.linalg.norm(columns, axis=0), 1e-300), compute_uv=False)
        return code == "LL210" and bool(sizes[-1] < 1e-9)

    def but(self, **changes: object) -> SmallDesign:
        return replace(self, **changes)

    @cached_property
    def columns(self) -> list[np.ndarray]:
        """Every column but the intercept in storage order, the indicators of all levels among them."""
        found = list(np.asarray(self.dense, dtype=float).T)
        for codes in self.levels:
            found += [(codes == m).astype(float) for m in range(codes.max() + 1)]
        return found + ([] if self.words is None else list(self.words.T))

    def design(self) -> Design:
        q = self.dense.shape[1]
        features = [NumericFeature(f"x{j}") for j in range(q)]
        codes, first = np.empty((self.n_rows, len(self.levels)), dtype=np.int32), 1 + q
        for i, level in enumerate(self.levels):
            counts = np.bincount(level)
            features.append(CategoricalFeature(f"g{i}", tuple(map(str, range(counts.size))), int(counts.argmax())))
            codes[:, i] = first + level
            first += counts.size
        words = None
        if self.words is not None:
            features.append(SparseFeatures(tuple(f"w{j}" for j in range(self.words.shape[1]))))
            words = sparse.csr_array(self.words)
            words.sort_indices()
        return Design.of(tuple(features), np.ascontiguousarray(self.dense), codes, words)

    def fit(self, **options: object) -> Solution:
        weight = np.ones(self.n_rows) if self.weight is None else self.weight
        chosen = Options(**{"intercept": self.intercept, "threads": 1, **options})
        return maximise(self.design(), self.label, self.n_classes, weight, self.offset, chosen)

    def truth(self, positions: np.ndarray) -> Verdict:
        """What holds of the columns at these storage positions, taken for the numbers that they are to the last bit."""
        columns = [self.columns[j - 1] for j in sorted(positions.tolist()) if j > 0]
        return verdict(columns, self.label, self.n_classes, intercept=0 in positions)

    def whole(self) -> np.ndarray:
        return whole_design(self.columns, intercept=True)
