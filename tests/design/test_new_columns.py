"""A kind of columns that the package does not have, made as CONTRIBUTING says: a slope for each level, ``b[code] x``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from scipy import sparse

from loglik.design.columns.block import ColumnBlock
from loglik.design.features import CategoricalFeature, NumericFeature, SparseFeatures
from loglik.design.matrix import Design
from loglik.fit.maximise import maximise
from loglik.fit.options import Options

N, LEVELS = 3_000, 4


@dataclass(frozen=True)
class SlopeBlock(ColumnBlock):
    """Columns ``x [level = l]`` for each level l, stored as the level's place and x."""

    first: int
    place: np.ndarray
    x: np.ndarray
    width = LEVELS  # type: ignore[assignment]
    entries_per_row = 1.0  # type: ignore[assignment]
    bytes_per_row = 16  # type: ignore[assignment]

    @property
    def n_rows(self) -> int:
        return self.x.size

    def block(self, lo: int, hi: int) -> SlopeBlock:
        return SlopeBlock(self.first, self.place[lo:hi], self.x[lo:hi])

    def rows(self, index: np.ndarray) -> SlopeBlock:
        return SlopeBlock(self.first, self.place[index], self.x[index])

    def matvec(self, beta: np.ndarray, eta: np.ndarray) -> None:
        eta += beta[:, self.first + self.place] * self.x

    def transpose_matvec(self, residual: np.ndarray, gradient: np.ndarray) -> None:
        for c, r in enumerate(residual):
            gradient[c, self.span] += np.bincount(self.place, r * self.x, minlength=self.width)


@dataclass(frozen=True)
class Slopes:
    """What the columns are called."""

    names: tuple[str, ...] = tuple(f"x[{i}]" for i in range(LEVELS))
    width: int = LEVELS

    @property
    def term_names(self) -> tuple[str, ...]:
        return self.names


def slopes_and_the_same_as_numbers(separated: bool = False) -> tuple[Design, Design, np.ndarray]:
    """The slopes as a block behind numbers, levels and sparse columns, and as columns of numbers."""
    rng = np.random.default_rng(5)
    dense, table = rng.normal(size=(N, 2)), sparse.random_array((N, 3), density=0.2, rng=rng, format="csr")
    place, x = rng.integers(LEVELS, size=N), rng.normal(size=N) * 3.0
    g = rng.integers(3, size=N)
    columns = (place[:, None] == np.arange(LEVELS)) * x[:, None]
    numbers = tuple(NumericFeature(c) for c in "uv")
    others = CategoricalFeature("g", tuple("abc"), 0), SparseFeatures(tuple("pqr"))
    usual = Design.of((*numbers, *others), dense, (3 + g)[:, None].astype(np.int32), table)
    block = Design((*usual.features, Slopes()), (*usual.blocks, SlopeBlock(usual.n_coefficients, place, x)))
    as_numbers = Design.of(
        (*numbers, *(NumericFeature(n) for n in Slopes().names), *others),
        np.concatenate([dense, columns], axis=1), (3 + LEVELS + g)[:, None].astype(np.int32), table,
    )  # fmt: skip
    eta = dense @ [0.5, -1.0] + columns @ [1.0, -0.5, 0.3, 0.0] + 0.4 * g
    label = (np.log(rng.random(N)) - np.log(rng.random(N)) < -eta).astype(np.int32)
    if separated:
        label[place == 1] = x[place == 1] < 0.0
    return block, as_numbers, label


def by_name(design: Design, beta: np.ndarray) -> dict[str, float]:
    return {name: float(b) for name, b in zip(design.term_names, beta[0], strict=True)}


@pytest.mark.parametrize("solver", ["auto", "newton"])
@pytest.mark.parametrize("alpha", [0.0, 0.01])
def test_the_fit_is_that_of_the_columns_written_out(solver: str, alpha: float) -> None:
    block, as_numbers, label = slopes_and_the_same_as_numbers()
    found = [maximise(d, label, 2, np.ones(N), None, Options(alpha=alpha, solver=solver)) for d in (block, as_numbers)]
    assert all(fit.converged for fit in found)
    ours, theirs = by_name(block, found[0].beta), by_name(as_numbers, found[1].beta)
    assert ours.keys() == theirs.keys()
    assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-11)


def test_separation_by_such_a_column_is_found() -> None:
    block, _, label = slopes_and_the_same_as_numbers(separated=True)
    fit = maximise(block, label, 2, np.ones(N), None, Options())
    assert fit.separation is not None
    assert "x[1]" in fit.separation.terms


def test_a_repeated_column_is_dropped() -> None:
    block, _, label = slopes_and_the_same_as_numbers()
    slope = block.blocks[-1]
    x = np.concatenate([block.dense, slope.columns(np.array([2])).T], axis=1)
    with_copy = Design.of(
        (*block.features[:2], NumericFeature("w"), *block.features[2:4]), x, block.codes + 1, block.sparse
    )
    design = Design(
        (*with_copy.features, Slopes()),
        (*with_copy.blocks, SlopeBlock(with_copy.n_coefficients, slope.place, slope.x)),
    )
    fit = maximise(design, label, 2, np.ones(N), None, Options())
    assert fit.converged
    assert [design.term_names[c.position] for c in fit.collinear] == ["x[2]"]
