"""What a formula makes of columns: learnt from the rows of a fit, and made again from any other rows with the same bits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from loglik.cached import cached_property
from loglik.design.features import CategoricalFeature, CellsFeature, NumericFeature, SlopesFeature
from loglik.design.formula.assembling import column_products, derivatives_stored, product_rule, stored
from loglik.design.formula.coding import free_supports
from loglik.design.formula.derivatives import derivative
from loglik.design.formula.transforms import Rows, columns_in, learn, matrix, width
from loglik.errors import DataError
from loglik.kernels.rows.products import look_up

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from loglik.array_types import Labels, Mask, Matrix, Vector
    from loglik.design.features import Column, Feature
    from loglik.design.formula.grammar import Tree
    from loglik.design.formula.terms import Terms
    from loglik.design.levels import Codes
    from loglik.design.matrix import Design

    Cells = tuple[tuple[int, ...], ...]

MOST_CELLS = 1_000_000
OTHERS = "(others)"
"""Name of the cells that other terms describe."""


@dataclass(frozen=True)
class Product:
    """A term: some categorical columns times some factors of numbers.

    Parameters
    ----------
    levels : tuple of str
        The columns.
    numbers : tuple of str
        The factors, by their names.
    cells : tuple of tuple of int
        Positions of the levels of each cell that has coefficients of its own, of those that occurred in the fit.
    spans_all : bool
        Whether every cell has: no other term describes some of them.
    """

    levels: tuple[str, ...]
    numbers: tuple[str, ...]
    cells: Cells = ()
    spans_all: bool = False


@dataclass(frozen=True)
class Recipe:
    """How the features of a model are made of the columns of the data.

    Parameters
    ----------
    text : str
        The formula.
    columns : tuple of Column
        What is read.
    factors : mapping of str to Tree
        Learnt trees of the factors of numbers, by their names.
    products : tuple of Product
        The terms other than the intercept, in their order.
    offsets : tuple of Tree
        What is added to the linear predictor as it is.
    intercept : bool
        Whether the model has one.
    """

    text: str
    columns: tuple[Column, ...]
    factors: Mapping[str, Tree]
    products: tuple[Product, ...]
    offsets: tuple[Tree, ...] = ()
    intercept: bool = True

    @cached_property
    def categorical(self) -> dict[str, CategoricalFeature]:
        """The categorical columns by their names."""
        return {c.name: c for c in self.columns if isinstance(c, CategoricalFeature)}

    @cached_property
    def features(self) -> tuple[Feature, ...]:
        """What has coefficients, in list order."""
        return tuple(f for term in self.products for f in self._features_of(term))

    def _features_of(self, term: Product) -> list[Feature]:
        numbers = self._names_of_numbers(term)
        if not term.levels:
            return [NumericFeature(name) for name in numbers]
        if self._is_column(term):
            return [self.categorical[term.levels[0]]]
        cells = self._names_of_cells(term)
        if not term.numbers:
            name = ":".join(term.levels)
            return [CellsFeature(name, cells if term.spans_all else (*cells, f"{name}[{OTHERS}]"), self._others(term))]
        tail = ":".join(term.levels)
        return [SlopesFeature(f"{name}:{tail}", tuple(f"{name}:{cell}" for cell in cells)) for name in numbers]

    def _is_column(self, term: Product) -> bool:
        """Whether a term is a categorical column as it is, its reference level apart."""
        if len(term.levels) != 1 or term.numbers or term.spans_all:
            return False
        column = self.categorical[term.levels[0]]
        return term.cells == tuple((i,) for i in range(len(column.levels)) if i != column.reference)

    @staticmethod
    def _others(term: Product) -> int | None:
        return None if term.spans_all else len(term.cells)

    def _names_of_numbers(self, term: Product) -> list[str]:
        """Names of the products of the factors' columns."""
        if not term.numbers:
            return []
        several = []
        for name in term.numbers:
            n = width(self.factors[name])
            several.append([name] if n == 1 else [f"{name}[{i + 1}]" for i in range(n)])
        return [":".join(names) for names in product(*several)]

    def _names_of_cells(self, term: Product) -> tuple[str, ...]:
        columns = [self.categorical[c] for c in term.levels]
        return tuple(
            ":".join(f"{quoted(c.name)}[{c.levels[i]}]" for c, i in zip(columns, cell, strict=True))
            for cell in term.cells
        )

    @property
    def droppable(self) -> tuple[Product, ...]:
        """Terms that are part of no other: leaving one out leaves a model that makes sense by itself (R's `drop.scope`)."""
        parts = [frozenset((*p.levels, *p.numbers)) for p in self.products]
        return tuple(p for p, own in zip(self.products, parts, strict=True) if not any(own < other for other in parts))

    def without(self, term: Product, levels: Mapping[str, Codes]) -> Recipe:
        """Leave out a term; what it spanned of others gets coefficients with these.

        Parameters
        ----------
        term : Product
            Which.
        levels : mapping of str to Codes
            The categorical columns of the rows of the fit.
        """
        kept = [p for p in self.products if p is not term]
        parts = [(p.levels, p.numbers) for p in kept]
        products = []
        for p, free in zip(kept, free_supports(parts, intercept=self.intercept), strict=True):
            columns = [self.categorical[c] for c in p.levels]
            cells, spans_all = (
                _cells(columns, [levels[c].codes for c in p.levels], free) if columns else (p.cells, p.spans_all)
            )
            products.append(replace(p, cells=cells, spans_all=spans_all))
        used = {name for p in products for name in p.numbers}
        factors = {name: tree for name, tree in self.factors.items() if name in used}
        return replace(self, factors=factors, products=tuple(products))

    def term_name(self, term: Product) -> str:
        """A term as a formula writes it."""
        return ":".join((*(quoted(c) for c in term.levels), *term.numbers))

    def design(self, rows: Rows, levels: Mapping[str, Codes], n: int) -> Design:
        """Make the design of some rows.

        Parameters
        ----------
        rows : Rows
            The columns of numbers.
        levels : mapping of str to Codes
            The categorical columns, in the levels of the fit.
        n : int
            How many rows there are.

        Raises
        ------
        DataError
            LL253 a factor has no value for a row, LL255 a value outside the knots, LL256 a cell that the fit has not seen.
        """
        return self.assembled(self.made(rows), rows, levels, n)

    def made(self, rows: Rows) -> dict[str, Matrix]:
        """Columns of the factors of numbers.

        Raises
        ------
        DataError
            LL253 a factor has no value for a row, LL255 a value outside the knots.
        """
        return {name: matrix(tree, rows) for name, tree in self.factors.items()}

    def assembled(self, made: Mapping[str, Matrix], rows: Rows, levels: Mapping[str, Codes], n: int) -> Design:
        """As `design`, of factors that are `made`."""
        dense: list[Vector] = []
        codes: list[Labels] = []
        slopes: list[tuple[Labels, Vector, int]] = []
        for term in self.products:
            numbers = column_products([made[name] for name in term.numbers]) if term.numbers else []
            if not term.levels:
                dense += numbers
            elif self._is_column(term):
                codes.append(levels[term.levels[0]].codes)
            else:
                place = self._places(term, levels, rows)
                if numbers:
                    slopes += [(place, x, len(term.cells)) for x in numbers]
                else:
                    codes.append(np.where(place < 0, np.int32(len(term.cells)), place))
        return stored(self.features, dense, codes, slopes, n)

    def derivative(
        self, column: str, made: Mapping[str, Matrix], rows: Rows, levels: Mapping[str, Codes], n: int
    ) -> Design:
        """Derivatives of the design of some rows by a column of numbers, those of levels and the intercept left out.

        Raises
        ------
        DataError
            LL246 a factor has no derivative; LL256 a cell that the fit has not seen.
        """
        slopes = {name: derivative(tree, column, rows) for name, tree in self.factors.items()}
        dense: list[Vector] = []
        within: list[tuple[Labels, Vector, int]] = []
        for term in self.products:
            if not term.numbers:
                continue
            numbers = product_rule([made[name] for name in term.numbers], [slopes[name] for name in term.numbers])
            if not term.levels:
                dense += numbers
            else:
                place = self._places(term, levels, rows)
                within += [(place, x, len(term.cells)) for x in numbers]
        return derivatives_stored(self.features, dense, within, n)

    def offset_derivative(self, column: str, rows: Rows) -> Vector | None:
        """Derivative of the sum of the offsets."""
        parts = [d[:, 0] for tree in self.offsets if (d := derivative(tree, column, rows)) is not None]
        return np.asarray(sum(parts[1:], parts[0])) if parts else None

    def is_linear_in(self, column: str) -> bool:
        """Whether the derivative of the design is the same in every row: the column is a term by itself, and no other."""
        where = [p for p in self.products if any(column in columns_in(self.factors[f]) for f in p.numbers)]
        plain = all(not p.levels and len(p.numbers) == 1 and self.factors[p.numbers[0]][0] == "col" for p in where)
        return plain and not any(column in columns_in(tree) for tree in self.offsets)

    def offset(self, rows: Rows, n: int) -> Vector | None:
        """Sum of the offsets of some rows."""
        if not self.offsets:
            return None
        return np.asarray(sum((matrix(tree, rows)[:, 0] for tree in self.offsets), np.zeros(n)))

    def _places(self, term: Product, levels: Mapping[str, Codes], rows: Rows) -> Labels:
        """Place of each row's cell among the free ones; -1 for those that other terms describe."""
        columns = [self.categorical[c] for c in term.levels]
        sizes = tuple(len(c.levels) for c in columns)
        together = _together([levels[c].codes for c in term.levels], sizes)
        table = np.full(int(np.prod(sizes)), -1, dtype=np.int32)
        table[self._unseen(term, sizes)] = -2
        if term.cells:
            table[np.ravel_multi_index(np.array(term.cells).T, sizes)] = np.arange(len(term.cells), dtype=np.int32)
        place = np.empty(together.size, dtype=np.int32)
        look_up(together, table, place)
        if (place == -2).any():
            row = int((place == -2).argmax())
            cell = [
                f"{quoted(c.name)}[{c.levels[i]}]"
                for c, i in zip(columns, np.unravel_index(int(together[row]), sizes), strict=True)
            ]
            raise DataError("LL256.cell", cell=":".join(cell), row=rows.number(row))
        return place

    def _unseen(self, term: Product, sizes: tuple[int, ...]) -> Mask:
        """Cells that would have a coefficient, had they occurred."""
        free = np.zeros(sizes, dtype=bool)
        for support in self._supports[self.products.index(term)]:
            free[_at(support, [self.categorical[c] for c in term.levels])] = True
        return free.ravel()

    @cached_property
    def _supports(self) -> list[frozenset[frozenset[str]]]:
        return free_supports([(p.levels, p.numbers) for p in self.products], intercept=self.intercept)


def recipe_of(
    text: str,
    terms: Terms,
    columns: Sequence[Column],
    constant: Sequence[Column],
    rows: Rows,
    levels: Mapping[str, Codes],
) -> Recipe:
    """Learn a recipe from the rows of a fit.

    Parameters
    ----------
    text : str
        The formula.
    terms : Terms
        What it adds up.
    columns : sequence of Column
        What is read.
    constant : sequence of Column
        Categorical columns with one level alone, which are left out of the products.
    rows, levels : Rows, mapping of str to Codes
        The columns of numbers, and the categorical ones.

    Raises
    ------
    DataError
        LL252 a product has too many cells; LL253, LL254 of the factors.
    """
    categorical = {c.name: c for c in columns if isinstance(c, CategoricalFeature)}
    single = {c.name: c for c in constant if isinstance(c, CategoricalFeature)}
    known = {**categorical, **single}
    by_level = {f: c for f, tree in terms.factors.items() if (c := level_column(tree, known)) is not None}
    split: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    for term in terms.terms:
        wanted = tuple(dict.fromkeys(by_level[f] for f in term if f in by_level))
        of_levels = tuple(c for c in wanted if c not in single)
        part = (of_levels, tuple(f for f in term if f not in by_level))
        if (part[0] or part[1]) and part not in split:
            split.append(part)
    used = {f for _, numbers in split for f in numbers}
    factors = {f: learn(terms.factors[f], rows) for f in terms.factors if f in used}
    products = []
    for (of_levels, numbers), free in zip(split, free_supports(split, intercept=terms.intercept), strict=True):
        if not free:
            continue
        several = [categorical[c] for c in of_levels]
        cells, spans_all = _cells(several, [levels[c].codes for c in of_levels], free) if several else ((), False)
        products.append(Product(of_levels, numbers, cells, spans_all))
    return Recipe(
        text, tuple(columns), factors, tuple(products), tuple(learn(o, rows) for o in terms.offsets), terms.intercept
    )


def level_column(tree: Tree, categorical: Mapping[str, object]) -> str | None:
    """The categorical column that a factor is, if it is one."""
    if tree[0] == "C":
        return str(tree[1][1])
    return str(tree[1]) if tree[0] == "col" and tree[1] in categorical else None


def quoted(name: str) -> str:
    """A column's name in the name of a product: in backticks where it holds a colon or a bracket."""
    return f"`{name}`" if any(sign in name for sign in ":[]") else name


def _cells(
    columns: Sequence[CategoricalFeature], codes: Sequence[Labels], free: frozenset[frozenset[str]]
) -> tuple[Cells, bool]:
    """Cells that occur and have coefficients of their own, and whether these are all that can."""
    sizes = tuple(len(c.levels) for c in columns)
    if np.prod([float(s) for s in sizes]) > MOST_CELLS:
        raise DataError("LL252.cells", names=[c.name for c in columns], most=MOST_CELLS)
    seen = np.bincount(_together(codes, sizes), minlength=int(np.prod(sizes))).reshape(sizes) > 0
    own = np.zeros(sizes, dtype=bool)
    for support in free:
        own[_at(support, columns)] = True
    places = np.argwhere(own & seen)
    return tuple(tuple(int(i) for i in place) for place in places), bool(own.all())


def _at(support: frozenset[str], columns: Sequence[CategoricalFeature]) -> tuple[npt.NDArray[np.intp], ...]:
    """Index of the cells with a support: those columns not at their reference level, the others at it."""
    parts = [
        np.delete(np.arange(len(c.levels)), c.reference) if c.name in support else np.array([c.reference])
        for c in columns
    ]
    return np.ix_(*parts)


def _together(codes: Sequence[Labels], sizes: tuple[int, ...]) -> Labels:
    """Number of each row's cell, the last column fastest."""
    total = codes[0].astype(np.int32)
    for own, size in zip(codes[1:], sizes[1:], strict=True):
        total = total * np.int32(size) + own
    return total
