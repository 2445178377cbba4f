"""From a separating direction to what is said of it: complete or not, which columns, and whether to do without them helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loglik.design.features import INTERCEPT, CategoricalFeature
from loglik.fit.existence.exact import holds_as_stored
from loglik.fit.existence.extent import extent
from loglik.fit.existence.naming import shares, simplest
from loglik.fit.existence.search import find
from loglik.fit.existence.separation import Separation, direction_of_cells

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from loglik.design.matrix import Design
    from loglik.fit.existence.ball import Ball
    from loglik.fit.existence.column_ranges import Threshold
    from loglik.fit.existence.separation import EmptyCell

    Vector = npt.NDArray[np.float64]
    Matrix = npt.NDArray[np.float64]
    Indices = npt.NDArray[np.int64]
    Mask = npt.NDArray[np.bool_]

# Causes that are named one after another, and columns that they may have together.
_MOST_CAUSES, _MOST_NAMED = 4, 8


def describe_direction(design: Design, ball: Ball, d: Vector) -> Separation:
    """Describe a separation by a direction that was verified on all rows.

    Parameters
    ----------
    design : Design
        The rows, not centered.
    ball : Ball
        The same rows.
    d : ndarray of shape (D,)
        The direction.
    """
    whole = extent(ball, ball.pair_margins(d) > ball.error(d), d)
    complete = whole.kind == "complete"
    few = simplest(ball, d if whole.direction is None else whole.direction, complete=complete)
    support = np.flatnonzero(shares(ball, few) > 0.0)
    if not complete:  # all that these columns can raise
        part = ball.of_columns(ball.free[support])
        own = few.reshape(ball.c, -1)[:, support].ravel()
        more = extent(part, part.pair_margins(own) > part.error(own), own).direction
        full = np.zeros((ball.c, ball.free.size))
        full[:, support] = (own if more is None else more).reshape(ball.c, -1)
        few = np.asarray(full.ravel())
    terms = _terms(design, ball, few)
    columns = _columns_of(design, terms)
    rest = _without(design, ball, columns)
    causes = 1
    while rest.size and causes < _MOST_CAUSES and not complete:
        left = ball.of_columns(rest)
        answer = find(left)
        if answer.direction is None:
            break
        further = _columns_of(design, _terms(design, left, simplest(left, answer.direction, complete=False)))
        if not further or len(columns) + len(further) > _MOST_NAMED:
            break
        columns = (*columns, *further)
        rest = _without(design, ball, columns)
        causes += 1
    raised = int((ball.margins(few)[1] > ball.error(few)).sum())
    return Separation(
        whole.kind, raised, design.n_rows, ball.to_columns(few), terms, _columns_of(design, terms),
        exact=holds_as_stored(ball, few), remedy=_is_remedy(design, ball, columns), causes=columns,
    )  # fmt: skip


def describe_alone(design: Design, ball: Ball, cells: list[EmptyCell], alone: list[Threshold]) -> Separation:
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
    """
    raised = _raised_alone(design, ball, cells, alone)
    whole = extent(ball, raised)
    if whole.kind == "complete" and not raised.all():
        # They are not all of it: which columns separate completely?
        direction = direction_of_cells(design, cells, ball.c)
        for column in alone:
            direction += column.direction(design.n_coefficients) / ball.scale[column.position]
        few = simplest(ball, ball.from_columns(direction), complete=True)
        low, high = ball.margins(few)
        error = ball.error(few)
        if (low > error).all():
            terms = _terms(design, ball, few)
            columns = _columns_of(design, terms)
            return Separation(
                "complete", int((high > error).sum()), design.n_rows, ball.to_columns(few), terms, columns,
                remedy=_is_remedy(design, ball, columns), causes=columns,
            )  # fmt: skip
    if raised.all():  # those that do it alone
        every = [column for column in alone if column.gap and ball.c == 1]
        cells, alone = ([], every) if every else (cells, alone)
    direction = direction_of_cells(design, cells, ball.c)
    for column in alone:
        share = column.direction(design.n_coefficients)
        direction += share if len(alone) == 1 and not cells else share / ball.scale[column.position]
    names = design.term_names
    terms = (*(cell.term for cell in cells), *(names[column.position] for column in alone))
    columns = _columns_of(design, terms)
    return Separation(
        whole.kind, int((raised.sum(axis=0) > 1).sum()), design.n_rows, direction, terms, columns, tuple(cells),
        remedy=_is_remedy(design, ball, columns), causes=columns,
    )  # fmt: skip


def _raised_alone(design: Design, ball: Ball, cells: list[EmptyCell], alone: list[Threshold]) -> Mask:
    """Pairs that levels and columns raise by themselves, by comparisons alone."""
    k, n = ball.c + 1, design.n_rows
    raised = np.zeros((k, n), dtype=bool)
    raised[ball.label, np.arange(n)] = True
    if cells:
        absent = np.zeros((design.n_coefficients, k), dtype=bool)
        positions = {name: i for i, name in enumerate(design.term_names)}
        for cell in cells:
            absent[positions[cell.term], list(cell.absent)] = True
        for column in design.codes.T:
            raised |= absent[column].T
    words = None if design.sparse is None else design.sparse.tocsc()
    first = design.n_coefficients - (0 if words is None else words.shape[1])
    for column in alone:
        above = np.array(column.above)
        if words is not None and column.position >= first:
            part = slice(words.indptr[column.position - first], words.indptr[column.position - first + 1])
            off = np.full(n, column.at != 0.0)
            off[words.indices[part]] = words.data[part] != column.at
        else:
            off = design.dense[:, column.position - 1] != column.at
        rows = np.flatnonzero(off)
        raised[:, rows] |= above[ball.label[rows]] != above[:, None]
    return raised


def _terms(design: Design, ball: Ball, d: Vector) -> tuple[str, ...]:
    """Terms of a direction, the largest share of the linear predictor first."""
    share = shares(ball, d)
    names = design.term_names
    order = np.argsort(-share, kind="stable")
    return tuple(names[ball.free[j]] for j in order if share[j] > 0.0 and names[ball.free[j]] != INTERCEPT)


def _columns_of(design: Design, terms: Iterable[str]) -> tuple[str, ...]:
    owner = {
        f"{f.name}[{level}]": f.name for f in design.features if isinstance(f, CategoricalFeature) for level in f.levels
    }
    return tuple(dict.fromkeys(owner.get(term, term) for term in terms))


def _without(design: Design, ball: Ball, columns: tuple[str, ...]) -> Indices:
    """Free coefficients of all columns but these."""
    names, wanted = design.term_names, set(columns)
    levels = {
        int(p)
        for f, places in zip(design.features, design.positions, strict=True)
        if isinstance(f, CategoricalFeature) and f.name in wanted
        for p in places
    }
    return np.array([j for j in ball.free.tolist() if j not in levels and names[j] not in wanted], dtype=np.int64)


def _is_remedy(design: Design, ball: Ball, columns: tuple[str, ...]) -> bool:
    """Whether the estimate exists without these columns, and with some others."""
    rest = _without(design, ball, columns)
    return bool(columns and (rest != 0).any()) and find(ball.of_columns(rest)).exists
