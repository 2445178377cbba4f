"""Design matrices written out column by column: what codes and product codes stand for."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

from loglik.design.formula.coding import free_supports
from loglik.design.formula.grammar import read
from loglik.design.formula.terms import terms_of
from loglik.design.formula.transforms import Rows, learn, matrix


def is_categorical(tree: list, frame: pd.DataFrame) -> bool:
    return tree[0] == "C" or (tree[0] == "col" and not pd.api.types.is_numeric_dtype(frame[tree[1]]))


def written_out(text: str, frame: pd.DataFrame) -> np.ndarray:
    """The columns of a formula, one for each free cell of each term."""
    formula = read(text)
    terms = terms_of(formula, [c for c in frame.columns if c != "y"])
    n = len(frame)
    categorical = {f for f, tree in terms.factors.items() if is_categorical(tree, frame)}
    split = [([f for f in t if f in categorical], [f for f in t if f not in categorical]) for t in terms.terms]
    numbers = {c: frame[c].to_numpy(dtype=float) for c in frame if pd.api.types.is_numeric_dtype(frame[c])}
    rows = Rows(numbers)
    columns = [np.ones((n, 1))] if terms.intercept else []
    for (levels_of, numbers_of), free in zip(split, free_supports(split, intercept=terms.intercept), strict=True):
        block = np.ones((n, 1))
        for factor in numbers_of:
            own = matrix(learn(terms.factors[factor], rows), rows)
            block = (block[:, :, None] * own[:, None, :]).reshape(n, -1)
        codes = {f: column_of(terms.factors[f], frame) for f in levels_of}
        for cell in product(*(sorted(set(c)) for c in codes.values())):
            support = frozenset(
                f for f, level in zip(codes, cell, strict=True) if level != reference(terms.factors[f], codes[f])
            )
            if support in free:
                inside = np.all([np.array(codes[f]) == level for f, level in zip(codes, cell, strict=True)], axis=0)
                columns.append(block * np.reshape(inside, (-1, 1) if codes else (1, 1)))
    return np.column_stack(columns) if columns else np.zeros((n, 0))


def column_of(tree: list, frame: pd.DataFrame) -> list[str]:
    name = tree[1][1] if tree[0] == "C" else tree[1]
    return frame[name].astype(str).tolist()


def reference(tree: list, values: list[str]) -> str:
    options = tree[-1] if isinstance(tree[-1], dict) else {}
    return options.get("ref", min(values))
