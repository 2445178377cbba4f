"""From a separating direction to what is said of it: complete or not, which columns, and whether to do without them helps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loglik.design.features import INTERCEPT, LevelsFeature, SlopesFeature
from loglik.design.rows import Rows
from loglik.fit.existence.exact import holds_as_stored
from loglik.fit.existence.extent import clearly_raised, extent
from loglik.fit.existence.naming import shares, simplest
from loglik.fit.existence.search import MOST_DESCRIBED, OPEN, find
from loglik.fit.existence.separation import Separation, direction_of_cells
from loglik.fit.loss import sparse_block
from loglik.parallel.executor import Nothing, RowKernel, executor_of, nothing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loglik.array_types import Indices, Labels, Mask, Matrix, Vector
    from loglik.design.columns.sparse import SparseBlock
    from loglik.design.matrix import Design
    from loglik.fit.existence.ball import Ball
    from loglik.fit.existence.column_ranges import Threshold
    from loglik.fit.existence.separation import EmptyCell, Kind

# Causes that are named one after another, and columns that they may have together.
_MOST_CAUSES, _MOST_NAMED = 4, 8


def describe_direction(design: Design, ball: Ball, d: Vector) -> Separation | None:
    """Describe a separation by a direction that was verified on all rows.

    Of numbers that are exact there are no others within their rounding: where such rows are touched to rounding only,
    and no direction touches them exactly, nothing is known (None).

    Parameters
    ----------
    design : Design
        The rows, not centered.
    ball : Ball
        The same rows.
    d : ndarray of shape (D,)
        The direction.
    """
    if raises_all(ball, d):
        kind: Kind = "complete"
        few = simplest(ball, d, complete=True)
    else:
        whole = extent(ball, clearly_raised(ball, d), d)
        kind, d = whole.kind, d if whole.direction is None else whole.direction
        few = simplest(ball, d, complete=kind == "complete")
        if kind == "complete" and not raises_all(ball, few):
            kind = "at least quasi-complete"
    complete = kind == "complete"
    support = np.flatnonzero(shares(ball, few) > 0.0)
    if not complete:  # all that these columns can raise
        part = ball.of_columns(ball.free[support])
        own = few.reshape(ball.c, -1)[:, support].ravel()
        more = extent(part, clearly_raised(part, own), own).direction
        full = np.zeros((ball.c, ball.free.size))
        full[:, support] = (own if more is None else more).reshape(ball.c, -1)
        few = np.asarray(full.ravel())
    holds = holds_as_stored(ball, few)
    if holds is False and ball.errors(few)[1] == 0.0:
        return None
    terms = _terms(design, ball, few)
    columns = _columns_of(design, terms)
    causes, rest = columns, _without(design, ball, columns)
    for _ in range(_MOST_CAUSES):
        left = ball.of_columns(rest)
        answer = find(left) if not complete and 0 < left.size <= MOST_DESCRIBED else OPEN
        if answer.direction is None:
            break
        further = _columns_of(design, _terms(design, left, simplest(left, answer.direction, complete=False)))
        if not further or len(causes) + len(further) > _MOST_NAMED:
            break
        causes = (*causes, *further)
        rest = _without(design, ball, causes)
    return Separation(
        kind, rows_raised(ball, few), design.n_rows, ball.to_columns(few), terms, columns,
        exact=bool(holds), remedy=_remedy(design, ball, causes),
    )  # fmt: skip


def describe_alone(
    design: Design, ball: Ball, cells: list[EmptyCell], alone: list[Threshold], known: Vector | None = None
) -> Separation:
    """Describe a separation by levels in which a class never occurs, and by columns that separate by themselves.

    Parameters
    ----------
    design : Design
        The rows, not centered.
    ball : Ball
        The same rows.
    cells : list of EmptyCell
        Such levels.
    alone : list of Threshold
        Such columns.
    known : ndarray of shape (D,) or None
        A direction that separates the classes too, perhaps further.
    """
    raised = _raised_alone(design, ball, cells, alone)
    if known is not None and raises_all(ball, known):
        kind: Kind = "complete"
    else:
        kind = extent(ball, raised).kind
    if kind == "complete" and not raised.all():
        # They are not all of it: which columns separate completely?
        start = ball.from_columns(_together(design, ball, cells, alone)) if known is None else known
        few = simplest(ball, start, complete=True)
        if raises_all(ball, few):
            terms = _terms(design, ball, few)
            columns = _columns_of(design, terms)
            return Separation(
                "complete", design.n_rows, design.n_rows, ball.to_columns(few), terms, columns,
                remedy=_remedy(design, ball, columns),
            )  # fmt: skip
        kind = "at least quasi-complete"
    if raised.all():  # those that do it alone
        every = [column for column in alone if column.gap and ball.c == 1]
        cells, alone = ([], every) if every else (cells, alone)
    names = design.term_names
    terms = (*(cell.term for cell in cells), *(names[column.position] for column in alone))
    columns = _columns_of(design, terms)
    return Separation(
        kind, int((raised.sum(axis=0) > 1).sum()), design.n_rows,
        _together(design, ball, cells, alone), terms, columns, tuple(cells),
        remedy=_remedy(design, ball, columns, one=False),
    )  # fmt: skip


def raises_all(ball: Ball, d: Vector) -> bool:
    """Whether d raises every row against every other class, beyond rounding."""
    return bool(ball.extremes(d).low > ball.error(d))


def rows_raised(ball: Ball, d: Vector) -> int:
    """Rows that d raises, for sure."""
    return ball.design.n_rows if raises_all(ball, d) else int((clearly_raised(ball, d).sum(axis=0) > 1).sum())


def _raised_alone(design: Design, ball: Ball, cells: list[EmptyCell], alone: list[Threshold]) -> Mask:
    """Pairs that levels and columns raise by themselves, by comparisons alone."""
    absent = np.zeros((design.n_coefficients, ball.c + 1), dtype=bool)
    if cells:
        positions = {name: i for i, name in enumerate(design.term_names)}
        for cell in cells:
            absent[positions[cell.term], list(cell.absent)] = True
    words = design.words
    is_word = np.zeros(len(alone), dtype=bool)
    if words is not None and alone:
        is_word[:] = words.holds(np.array([column.position for column in alone]))
    others = tuple(column for column, is_sparse in zip(alone, is_word.tolist(), strict=True) if not is_sparse)
    executor = executor_of(Rows(design, ball.label), ball.threads)
    of_words = [column for column, is_sparse in zip(alone, is_word.tolist(), strict=True) if is_sparse]
    parameters = _Alone(absent, others, _words_alone(words, of_words, ball.c + 1))
    return executor.collect(RAISED_ALONE, parameters, ball.c + 1) > 0.0


@dataclass(frozen=True, eq=False)
class _WordsAlone:
    """Which sparse columns separate by themselves, the classes above t (W x K), and t, NaN where no row lies at it."""

    chosen: Mask
    sides: Mask
    at: Vector


def _words_alone(words: SparseBlock | None, alone: list[Threshold], k: int) -> _WordsAlone:
    width = 0 if words is None else words.width
    found = _WordsAlone(np.zeros(width, dtype=bool), np.zeros((width, k), dtype=bool), np.zeros(width))
    if words is not None and alone:
        places = np.array([column.position for column in alone]) - words.first
        found.chosen[places] = True
        found.sides[places] = [column.above for column in alone]
        found.at[places] = [np.nan if column.gap else column.at for column in alone]
    return found


@dataclass(frozen=True, eq=False)
class _Alone:
    """Which classes never occur in which level, P x K, and the columns that separate by themselves."""

    absent: Mask
    thresholds: tuple[Threshold, ...]
    words: _WordsAlone


def _fill_raised(block: Rows, alone: _Alone, total: Nothing) -> None:  # noqa: ARG001
    design, label = block.design, block.label
    raised = np.zeros((alone.absent.shape[1], block.n_rows), dtype=bool)
    raised[label, np.arange(block.n_rows)] = True
    for column in design.codes.T:
        raised |= alone.absent[column].T
    for column in alone.thresholds:
        off = np.flatnonzero(column.gap | (design.column(column.position) != column.at))
        above = np.array(column.above)
        raised[:, off] |= above[label[off]] != above[:, None]
    if design.words is not None:
        _raise_by_words(design.words, label, alone.words, raised)
    block.kept[:] = raised


RAISED_ALONE = RowKernel(nothing, _fill_raised, sparse_block)
"""Pairs of a row and a class that levels and columns raise by themselves: 1 beside the row, or 0."""


def _raise_by_words(block: SparseBlock, label: Labels, alone: _WordsAlone, raised: Mask) -> None:
    """As above for sparse columns: one look at all that is stored, and at the rows without it where they are not at t."""
    words, n_rows, k = block.matrix, block.n_rows, raised.shape[0]
    chosen, sides, at = alone.chosen, alone.sides, alone.at
    entry = np.flatnonzero(chosen[words.indices] & (words.data != at[words.indices]))
    rows, columns = np.repeat(np.arange(n_rows), np.diff(words.indptr))[entry], words.indices[entry]
    own = sides[columns, label[rows]]
    for other in range(k):
        raised[other, rows[own != sides[columns, other]]] = True
    for j in np.flatnonzero(chosen & (at != 0.0)).tolist():  # zeros are off t too
        off = np.ones(n_rows, dtype=bool)
        off[words[:, [j]].nonzero()[0]] = False
        raised[:, off] |= sides[j][label[off]] != sides[j][:, None]


def _together(design: Design, ball: Ball, cells: list[EmptyCell], alone: list[Threshold]) -> Matrix:
    """Sum of the directions of levels and columns that separate by themselves: it raises what any of them does."""
    total = direction_of_cells(design, cells, ball.c)
    if alone:
        places = np.array([column.position for column in alone])
        above = np.array([column.above for column in alone], dtype=float)
        # x - t for the classes above, less what the reference class has of it.
        share = (above[:, :-1] - above[:, -1:]).T
        if cells or len(alone) > 1:
            share = share / ball.scale[places]
        total[:, places] += share
        total[:, 0] -= share @ np.array([column.at for column in alone])
    return total


def _terms(design: Design, ball: Ball, d: Vector) -> tuple[str, ...]:
    """Terms of a direction, the largest share of the linear predictor first."""
    share = shares(ball, d)
    names = design.term_names
    order = np.argsort(-share, kind="stable")
    return tuple(names[ball.free[j]] for j in order if share[j] > 0.0 and names[ball.free[j]] != INTERCEPT)


def _columns_of(design: Design, terms: Iterable[str]) -> tuple[str, ...]:
    several = [f for f in design.features if isinstance(f, LevelsFeature | SlopesFeature)]
    owner = {term: f.name for f in several for term in f.term_names}
    return tuple(dict.fromkeys(owner.get(term, term) for term in terms))


def _without(design: Design, ball: Ball, columns: tuple[str, ...]) -> Indices:
    """Free coefficients of all columns but these."""
    names, wanted = design.term_names, set(columns)
    levels = {
        int(p)
        for f, places in zip(design.features, design.positions, strict=True)
        if isinstance(f, LevelsFeature | SlopesFeature) and f.name in wanted
        for p in places
    }
    return np.array([j for j in ball.free.tolist() if j not in levels and names[j] not in wanted], dtype=np.int64)


def _remedy(design: Design, ball: Ball, causes: tuple[str, ...], *, one: bool = True) -> tuple[str, ...]:
    """Columns without which the estimate exists: `one` of the causes if that will do, or all of them; else none."""
    if len(causes) > _MOST_NAMED or ball.size > MOST_DESCRIBED:
        return ()
    singles = [(column,) for column in causes] if one else []
    for columns in dict.fromkeys([*singles, causes]):
        rest = _without(design, ball, columns)
        if columns and (rest != 0).any() and find(ball.of_columns(rest)).exists:
            return columns
    return ()
