"""A formula's recipe as JSON and back: trees of few operations with numbers, each checked: a file is data from elsewhere."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from loglik.design.features import CategoricalFeature, NumericFeature
from loglik.design.formula.recipe import Product, Recipe
from loglik.design.formula.transforms import ARITHMETIC, LEARNT, columns_in
from loglik.model.document_fields import must

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.design.features import Column

_DEEPEST = 100
# What a learnt function keeps: numbers, and lists of numbers.
_STATES = {
    "center": ({"width", "mean", "spread"}, set[str]()),
    "scale": ({"width", "mean", "spread"}, set[str]()),
    "poly": ({"width", "mean", "scale"}, {"alpha", "norm"}),
    "bs": ({"width", "degree", "intercept"}, {"knots"}),
    "ns": ({"width", "intercept"}, {"knots", "rotation"}),
}


def recipe_document(recipe: Recipe) -> dict[str, Any]:
    """What the model file holds of a formula beside the columns that it reads."""
    return {
        "text": recipe.text,
        "intercept": recipe.intercept,
        "factors": dict(recipe.factors),
        "products": [
            {
                "levels": list(p.levels),
                "numbers": list(p.numbers),
                "cells": [list(c) for c in p.cells],
                "spans_all": p.spans_all,
            }
            for p in recipe.products
        ],
        "offsets": list(recipe.offsets),
    }


def recipe_from(document: dict[str, Any], columns: Sequence[Column]) -> Recipe:
    """The recipe of a document."""
    numbers = {c.name for c in columns if isinstance(c, NumericFeature)}
    categorical = {c.name: c for c in columns if isinstance(c, CategoricalFeature)}
    for key, kind in (("text", str), ("intercept", bool), ("factors", dict), ("products", list), ("offsets", list)):
        must(isinstance(document.get(key), kind), f"formula.{key} is no {kind.__name__}")
    factors, offsets = document["factors"], document["offsets"]
    for name, tree in [*factors.items(), *(("offset", o) for o in offsets)]:
        _check_tree(tree, f"formula.factors.{name}", 0)
        must(set(columns_in(tree)) <= numbers, f"formula.factors.{name} reads a column that is not a number")
    products = [_product(p, factors, categorical) for p in document["products"]]
    return Recipe(
        document["text"], tuple(columns), factors, tuple(products), tuple(offsets), intercept=document["intercept"]
    )


def _product(
    document: Any,
    factors: dict[str, Any],
    categorical: dict[str, CategoricalFeature],
) -> Product:
    must(isinstance(document, dict), "formula.products holds something else")
    for key, kind in (("levels", list), ("numbers", list), ("cells", list), ("spans_all", bool)):
        must(isinstance(document.get(key), kind), f"formula.products.{key} is no {kind.__name__}")
    levels, numbers = document["levels"], document["numbers"]
    must(all(isinstance(c, str) and c in categorical for c in levels), "formula.products.levels names no such column")
    must(all(isinstance(f, str) and f in factors for f in numbers), "formula.products.numbers names no such factor")
    must(bool(levels or numbers) and len(set(levels)) == len(levels), "formula.products has an empty product")
    sizes = [len(categorical[c].levels) for c in levels]
    cells = []
    for cell in document["cells"]:
        fine = isinstance(cell, list) and len(cell) == len(sizes)
        fine = fine and all(type(i) is int and 0 <= i < size for i, size in zip(cell, sizes, strict=True))
        must(fine, "formula.products.cells has something else than positions of levels")
        cells.append(tuple(cell))
    must(len(set(cells)) == len(cells) and bool(levels or not cells), "formula.products.cells has a cell twice")
    return Product(tuple(levels), tuple(numbers), tuple(cells), document["spans_all"])


def _check_tree(tree: Any, where: str, depth: int) -> None:
    must(depth < _DEEPEST and isinstance(tree, list) and bool(tree) and isinstance(tree[0], str), f"{where} is no tree")
    operation, arguments = tree[0], tree[1:]
    if operation == "col":
        must(len(arguments) == 1 and isinstance(arguments[0], str), f"{where}: a column without a name")
    elif operation == "num":
        must(len(arguments) == 1 and _is_number(arguments[0]), f"{where}: a number that is none")
    elif operation in LEARNT:
        must(len(arguments) == 2 and isinstance(arguments[1], dict), f"{where}: {operation} without what it learnt")
        _check_tree(arguments[0], where, depth + 1)
        _check_state(operation, arguments[1].get("state"), where)
    else:
        wanted = 1 if operation == "I" else ARITHMETIC[operation].nin if operation in ARITHMETIC else 0
        must(wanted > 0 and len(arguments) == wanted, f"{where}: {operation} is no operation of so many arguments")
        for argument in arguments:
            _check_tree(argument, where, depth + 1)


def _check_state(function: str, state: Any, where: str) -> None:
    singles, lists = _STATES[function]
    must(isinstance(state, dict) and set(state) == singles | lists, f"{where}: {function} learnt something else")
    must(all(_is_number(state[key]) or key == "intercept" for key in singles), f"{where}: {function}: no numbers")
    width = state["width"]
    must(type(width) is int and width >= 1, f"{where}: {function}.width is {str(width)[:20]}")
    for key in lists - {"rotation"}:
        must(
            isinstance(state[key], list) and all(map(_is_number, state[key])), f"{where}: {function}.{key}: no numbers"
        )
    if function == "poly":
        must(len(state["alpha"]) == width == len(state["norm"]) - 1, f"{where}: poly has a wrong number of terms")
        must(all(v > 0.0 for v in state["norm"]) and state["scale"] > 0.0, f"{where}: poly.norm is not positive")
    if function in {"center", "scale"}:
        must(width == 1 and state["spread"] > 0.0, f"{where}: {function}.spread is not positive")
    if "knots" in lists:
        knots, degree = state["knots"], state.get("degree", 3)
        fine = type(degree) is int and 1 <= degree <= 1_000 and isinstance(state["intercept"], bool)
        must(fine and knots == sorted(knots) and len(knots) >= 2 * (degree + 1), f"{where}: {function}.knots: too few")
        ends = knots[: degree + 1] + knots[-degree - 1 :]
        must(len(set(ends)) == 2, f"{where}: {function}.knots: not repeated at the ends")
        made = len(knots) - degree - 1 - (not state["intercept"])
        if function == "bs":
            must(made == width, f"{where}: bs has a wrong number of columns")
        else:
            rotation = state["rotation"]
            fine = isinstance(rotation, list) and len(rotation) == made
            fine = fine and all(
                isinstance(row, list) and len(row) == width and all(map(_is_number, row)) for row in rotation
            )
            must(fine, f"{where}: ns.rotation has another shape")


def _is_number(value: Any) -> bool:
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300 and math.isfinite(value)
    )
