"""The same small designs through the public interfaces: arrays, sparse matrices, frames, rows of weight 0, offsets."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from judge import found
from scipy import sparse
from small_design import SmallDesign
from test_small_designs import FAMILIES, design_of

import loglik
from loglik.errors import SeparationError, SeparationWarning, UndecidedWarning

ARRAYS = (
    "grid",
    "decimals",
    "shifted",
    "scaled",
    "time_stamps",
    "nearly_separated",
    "weighted",
    "with_offset",
    "splines",
)
FRAMES = ("levels", "one_class_apart", "rare_indicators", "interactions")


def said_by_estimator(small: SmallDesign, rng: np.random.Generator, *, as_sparse: bool) -> str:
    """Fit with rows of weight 0 among the others, which would change every verdict."""
    x, label = small.dense.astype(float), small.label
    weight = np.ones(small.n_rows) if small.weight is None else small.weight
    more = rng.integers(-3, 4, size=(2 * small.n_rows, x.shape[1])) * 1e3
    order = rng.permutation(3 * small.n_rows)
    x, label = np.r_[x, more][order], np.r_[label, rng.integers(0, small.n_classes, 2 * small.n_rows)][order]
    options = {}
    if small.offset is not None:  # of the classes but the last, which is to be the reference
        given = np.c_[small.offset, rng.normal(size=(small.n_classes - 1, 2 * small.n_rows))][:, order]
        options["offset"] = given.T if small.n_classes > 2 else given[0]
    model = loglik.LogisticRegression(fit_intercept=small.intercept, reference=small.n_classes - 1)
    weight = np.r_[weight, np.zeros(2 * small.n_rows)][order]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(sparse.csr_array(x) if as_sparse else x, label, sample_weight=weight, **options)
    kinds = {w.category for w in caught}
    if model.separation_ is not None:
        assert SeparationWarning in kinds
        assert not model.converged_
        assert model.separation_.n_rows == small.n_rows
        return model.separation_.kind
    assert SeparationWarning not in kinds
    assert (UndecidedWarning in kinds) <= (not model.converged_)
    return "undecided" if UndecidedWarning in kinds else "exists"


@pytest.mark.parametrize("as_sparse", [False, True])
@pytest.mark.parametrize("name", ARRAYS)
def test_estimators(name: str, as_sparse: bool) -> None:
    for seed in range(12):
        small = design_of(FAMILIES[name], seed)
        if small.levels or small.words is not None:
            continue
        solution = small.fit_unless_refused()
        if solution is None:
            continue
        said = said_by_estimator(small, np.random.default_rng(seed), as_sparse=as_sparse)
        if "least" not in said + found(solution):
            assert said == found(solution), seed


@pytest.mark.parametrize("name", FRAMES)
def test_frames(name: str) -> None:
    """Levels as text, classes as text, weights and an offset in columns."""
    rng = np.random.default_rng(3)
    for seed in range(12):
        small = design_of(FAMILIES[name], seed)
        if not small.intercept:
            continue
        frame = pd.DataFrame(small.dense, columns=[f"x{j}" for j in range(small.dense.shape[1])])
        for i, level in enumerate(small.levels):
            frame[f"g{i}"] = [f"level {v}" for v in level]
        frame["y"] = [f"class {k}" for k in small.label]
        frame["w"], frame["o"] = rng.integers(1, 4, small.n_rows), rng.normal(size=small.n_rows)
        solution = small.fit()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            said = said_of_frame(frame)
        if "least" not in said + found(solution):
            assert said == found(solution), seed


def said_of_frame(frame: pd.DataFrame) -> str:
    try:
        report = loglik.fit_classifier(frame, "y", weights="w", offset="o").report
    except SeparationError as error:
        return error.separation.kind if error.separation.n_rows == len(frame) else "of other rows"
    return "exists" if report.converged else "undecided"
