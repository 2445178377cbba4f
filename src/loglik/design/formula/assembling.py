"""Columns of products put together to designs, and their derivatives by the product rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loglik.design.columns.dense import DenseBlock
from loglik.design.columns.slopes import SlopesBlock
from loglik.design.features import LevelsFeature
from loglik.design.matrix import Design

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.array_types import Labels, Matrix, Vector
    from loglik.design.columns.block import ColumnBlock
    from loglik.design.features import Feature


def column_products(columns: Sequence[Matrix]) -> list[Vector]:
    """Products of one column of each, the last fastest."""
    made = list(columns[0].T)
    for more in columns[1:]:
        made = [a * b for a in made for b in more.T]
    return made


def product_rule(columns: Sequence[Matrix], slopes: Sequence[Matrix | None]) -> list[Vector]:
    """Derivatives of `column_products`: the sum over the factors, each differentiated in its turn."""
    total: list[Vector] | None = None
    for i, slope in enumerate(slopes):
        if slope is None:
            continue
        parts = column_products([slope if i == j else c for j, c in enumerate(columns)])
        total = parts if total is None else [a + b for a, b in zip(total, parts, strict=True)]
    return [np.zeros(1) for _ in column_products([c[:1] for c in columns])] if total is None else total


def derivatives_stored(
    features: tuple[Feature, ...],
    dense: Sequence[Vector],
    slopes: Sequence[tuple[Labels, Vector, int]],
    n: int,
) -> Design:
    """Put derivatives of columns together, at the places of the columns; levels have none."""
    x = np.empty((n, len(dense)), order="F")
    for j, column in enumerate(dense):
        x[:, j] = column
    blocks: list[ColumnBlock] = [DenseBlock.of(x)]
    first = 1 + len(dense) + sum(f.width for f in features if isinstance(f, LevelsFeature))
    for place, numbers, m in slopes:
        blocks.append(SlopesBlock(first, place, np.ascontiguousarray(np.broadcast_to(numbers, n)), m))
        first += m
    return Design(features, tuple(blocks))


def stored(
    features: tuple[Feature, ...],
    dense: Sequence[Vector],
    codes: Sequence[Labels],
    slopes: Sequence[tuple[Labels, Vector, int]],
    n: int,
) -> Design:
    """Put columns together to a design: codes become storage positions."""
    x = np.empty((n, len(dense)), order="F")
    for j, column in enumerate(dense):
        x[:, j] = column
    first = 1 + len(dense)
    places = np.empty((n, len(codes)), dtype=np.int32)
    leveled = [f for f in features if isinstance(f, LevelsFeature)]
    for a, (feature, own) in enumerate(zip(leveled, codes, strict=True)):
        np.add(own, np.int32(first), out=places[:, a])
        first += feature.width
    design = Design.of(features, x, places)
    blocks = list(design.blocks)
    for place, numbers, m in slopes:
        blocks.append(SlopesBlock(first, place, np.ascontiguousarray(np.broadcast_to(numbers, n)), m))
        first += m
    return Design(features, tuple(blocks))
