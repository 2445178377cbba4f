"""Designs whose columns are stored in chunks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loglik.design.columns.categorical import CategoricalBlock
from loglik.design.columns.dense import DenseBlock
from loglik.design.columns.slopes import SlopesBlock
from loglik.design.features import LevelsFeature
from loglik.design.formula.transforms import Rows
from loglik.design.levels import Codes
from loglik.design.matrix import Design
from loglik.design.stored import chunks
from loglik.design.stored.arrays import StoredCodes, StoredMatrix
from loglik.parallel.scratch import scratch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loglik.design.columns.block import ColumnBlock
    from loglik.design.features import Feature
    from loglik.design.formula.recipe import Recipe
    from loglik.design.stored.chunks import Store
    from loglik.design.stored.columns import StoredLevels
    from loglik.design.stored.filler import Filler
    from loglik.design.stored.place import Place


def stored_design(
    features: tuple[Feature, ...], store: Store, numeric: Sequence[str], places: Sequence[tuple[str, int]],
    levels: Mapping[str, StoredLevels],
) -> Design:  # fmt: skip
    """Put columns of a store together; `places` has the position of the first level of each column with levels."""
    blocks: list[ColumnBlock] = [DenseBlock.of(StoredMatrix(store, tuple(numeric)))]  # type: ignore[arg-type]
    if places:
        names = tuple(name for name, _ in places)
        tables = tuple(
            np.where((t := levels[name].codes.tables[0]) < 0, t, t + np.int32(first)).astype(np.int32)
            for name, first in places
        )
        blocks.append(_levels_block(features, blocks[0].stop, StoredCodes(store, names, tables)))
    return Design(features, tuple(blocks))


def _levels_block(features: Sequence[Feature], first: int, codes: StoredCodes) -> CategoricalBlock:
    widths = np.cumsum([f.width for f in features if isinstance(f, LevelsFeature)])
    return CategoricalBlock(codes, (first, *(first + widths).tolist()))  # type: ignore[arg-type]


def made_design(recipe: Recipe, rows: Rows, levels: Mapping[str, Codes], n: int, place: Place | None) -> Design:
    """Make the design of a formula: at once, or if rows are on disk, piece by piece to there."""
    if place is None or place.directory is None:
        return recipe.design(rows, levels, n)
    filler: Filler | None = None
    slopes: list[SlopesBlock] = []
    piece: Design | None = None
    for lo in range(0, n, chunks.CHUNK_ROWS):
        hi = min(lo + chunks.CHUNK_ROWS, n)
        part = Rows({c: x[lo:hi] for c, x in rows.columns.items()}, rows.kept, lo)
        piece = recipe.design(part, {c: Codes(x.codes[lo:hi], x.levels) for c, x in levels.items()}, hi - lo)
        own = [b for b in piece.blocks if isinstance(b, SlopesBlock)]
        if filler is None:
            filler = place.filler(piece.numeric.n_numbers, 0, piece.codes.shape[1])
            slopes = [SlopesBlock(b.first, scratch((n,), np.int32), scratch((n,)), b.n_slopes) for b in own]
        filler.add(list(piece.dense.T), [], list(piece.codes.T), hi - lo)
        for whole, some in zip(slopes, own, strict=True):
            whole.place[lo:hi], whole.x[lo:hi] = some.place, some.x
    if filler is None or piece is None:
        msg = "there are no rows"
        raise ValueError(msg)
    numbers = tuple(str(j) for j in range(piece.numeric.n_numbers))
    coded = tuple(str(j) for j in range(piece.codes.shape[1]))
    store = place.store(filler, numbers, (), coded)
    same = np.arange(piece.n_coefficients + 1, dtype=np.int32)
    blocks: list[ColumnBlock] = [DenseBlock.of(StoredMatrix(store, numbers))]  # type: ignore[arg-type]
    if coded:
        codes = StoredCodes(store, coded, (same,) * len(coded))
        blocks.append(_levels_block(piece.features, blocks[0].stop, codes))
    return Design(piece.features, (*blocks, *slopes))
