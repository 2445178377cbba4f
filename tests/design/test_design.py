"""Categorical codes and sparse columns against the one-hot and dense matrices that they stand for."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from loglik.design.features import CategoricalFeature, NumericFeature, SparseFeatures
from loglik.design.matrix import Design

N, RNG = 700, np.random.default_rng(5)


def designs() -> dict[str, tuple[Design, np.ndarray]]:
    dense = RNG.normal(size=(N, 3))
    levels = RNG.integers(0, [4, 6], size=(N, 2))
    table = sparse.random_array((N, 5), density=0.3, rng=RNG, format="csr")
    onehot = np.concatenate([np.eye(4)[levels[:, 0]], np.eye(6)[levels[:, 1]]], axis=1)
    codes = (levels + np.array([4, 8])).astype(np.int32)
    cats = (CategoricalFeature("g", tuple("abcd"), 0), CategoricalFeature("h", tuple("abcdef"), 1))
    nums = tuple(NumericFeature(f"x{j}") for j in range(3))
    sparses = SparseFeatures(tuple(f"s{j}" for j in range(5)))
    one = np.ones((N, 1))
    none, nothing = np.empty((N, 0)), np.empty((N, 0), dtype=np.int32)
    center = np.array([0.5, 0.0, -2.0])
    return {
        "dense": (Design.of(nums, dense, nothing), np.c_[one, dense]),
        "float32": (Design.of(nums, dense.astype(np.float32), nothing), np.c_[one, dense.astype(np.float32)]),
        "columns": (Design.of(nums, np.asfortranarray(dense), nothing), np.c_[one, dense]),
        "centered": (Design.of(nums, dense, nothing).centered(center), np.c_[one, dense - center]),
        "codes": (Design.of(cats, none, codes - 3), np.c_[one, onehot]),
        "both": (Design.of((cats[0], *nums, cats[1]), dense, codes), np.c_[one, dense, onehot]),
        "sparse": (Design.of((sparses,), none, nothing, table), np.c_[one, table.toarray()]),
        "all": (Design.of((*cats, *nums, sparses), dense, codes, table), np.c_[one, dense, onehot, table.toarray()]),
    }


@pytest.mark.parametrize("name", designs())
def test_products_equal_those_of_the_matrix(name: str) -> None:
    design, x = designs()[name]
    lo, hi = 37, 611
    b = RNG.normal(size=(2, x.shape[1]))
    np.testing.assert_allclose(design.block(lo, hi).matvec(b), b @ x[lo:hi].T, atol=1e-12)
    r = RNG.normal(size=(2, hi - lo))
    g = np.zeros_like(b)
    design.block(lo, hi).transpose_matvec(r, g)
    np.testing.assert_allclose(g, r @ x[lo:hi], atol=1e-11)
    w = RNG.random(hi - lo)
    gram = np.zeros((x.shape[1], x.shape[1]))
    design.block(lo, hi).sandwich(w, gram)
    np.testing.assert_allclose(design.symmetric_from_parts(gram), x[lo:hi].T * w @ x[lo:hi], atol=1e-11)


def test_names_follow_the_list_order() -> None:
    design, _ = designs()["both"]
    listed = [design.term_names[j] for j in design.list_order]
    expected = ["(Intercept)", *(f"g[{v}]" for v in "abcd"), "x0", "x1", "x2", *(f"h[{v}]" for v in "abcdef")]
    assert listed == expected
    assert [design.term_names[j] for j in design.reference_positions] == ["g[a]", "h[b]"]
