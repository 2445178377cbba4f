"""Which column plays which part: target, features, weights, offset."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from loglik.design.clusters import refuse_clusters
from loglik.design.formula.parts import count_columns
from loglik.errors import DataError, nearest
from loglik.texts import Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loglik.design.formula.grammar import Formula
    from loglik.design.source import Source

WeightKind = Literal["frequency", "sampling"]
Missing = Literal["drop", "error"]


@dataclass(frozen=True)
class ModelSpec:
    """The parts of the columns.

    Parameters
    ----------
    target : str
        The column to explain.
    positive, reference : str or None
        Level whose probability a binary model gives; class that the others are compared with.
    features : sequence of str or None
        Explaining columns; by default all that have no other part. None at all, ``[]``, is the model with the intercept
        alone.
    exclude : sequence of str
        Columns to leave out.
    categorical : sequence of str
        Columns of numbers to treat as levels.
    reference_levels : mapping of str to str
        Chosen reference levels of categorical columns.
    weights, offset : str or None
        Columns of weights and of offsets.
    weight_kind : str
        ``"frequency"`` or ``"sampling"``.
    missing : str
        ``"drop"`` or ``"error"``.
    min_count : int
        Levels with fewer rows are merged into the level ``(rare)``.
    formula : Formula or None
        What is made of the columns; else they are used as they are.
    clusters : sequence of str
        Columns that say which rows may depend on each other; none is a feature unless it is named as one.
    """

    target: str
    positive: str | None = None
    reference: str | None = None
    features: Sequence[str] | None = None
    exclude: Sequence[str] = ()
    categorical: Sequence[str] = ()
    reference_levels: Mapping[str, str] = field(default_factory=dict)
    weights: str | None = None
    weight_kind: WeightKind = "frequency"
    offset: str | None = None
    missing: Missing = "drop"
    min_count: int = 0
    formula: Formula | None = None
    clusters: Sequence[str] = ()


def feature_columns(source: Source, spec: ModelSpec) -> list[str]:
    """Check all column names of a model and return the explaining columns in order.

    Raises
    ------
    DataError
        LL103 no such column, LL117 a column in two parts, LL119 no column left.
    """
    known = list(source.columns)
    there = set(known)
    counted = count_columns(spec.formula)
    named = [
        *(counted or [spec.target]),
        *(spec.features or ()),
        *spec.exclude,
        *spec.categorical,
        *spec.reference_levels,
    ]
    named += [c for c in (spec.weights, spec.offset) if c is not None]
    for column in named:
        if column not in there:
            raise DataError(
                "LL103.column", column=column, source=source.label, near=nearest(column, known), known=known
            )
    if "(Intercept)" in there:
        raise DataError("LL117.intercept", source=source.label)
    other = _other_parts(spec)
    twice = next((c for c in counted or [spec.target] if c in {spec.weights, spec.offset}), None)
    if twice is not None:
        raise DataError("LL117.target_twice", column=twice)
    if spec.weights is not None and spec.weights == spec.offset:
        raise DataError("LL117.weights_and_offset", column=spec.weights)
    refuse_clusters(source, spec.clusters)
    excluded = set(spec.exclude)
    if spec.features is None:
        left_out = {*other, *excluded, *spec.clusters}
        chosen = [c for c in known if c not in left_out]
    else:
        chosen = [c for c in spec.features if c not in excluded]
        seen: set[str] = set()
        for column in chosen:
            if column in other:
                raise DataError("LL117.part_as_feature", column=column, part=other[column])
            if column in seen:
                raise DataError("LL117.feature_twice", column=column)
            seen.add(column)
    # An empty list is meant; columns that are all taken or excluded are not.
    if not chosen and spec.formula is None and (spec.features is None or len(spec.features)):
        raise DataError("LL119.no_feature", source=source.label)
    among = set(chosen)
    for column in (*spec.categorical, *spec.reference_levels):
        if column not in among:
            raise DataError("LL103.no_feature", column=column, chosen=chosen)
    return chosen


def _other_parts(spec: ModelSpec) -> dict[str | None, Phrase]:
    """Columns that explain nothing, and what they are."""
    other: dict[str | None, Phrase] = {spec.target: Phrase("target"), spec.weights: Phrase("weights")}
    other[spec.offset] = Phrase("offset")
    other.update((column, Phrase("target")) for column in count_columns(spec.formula))
    return other


def refuse_formula_columns(source: Source, spec: ModelSpec, columns: Sequence[str]) -> None:
    """Refuse columns of a formula that are not there (LL103), or have another part (LL117)."""
    other, there = _other_parts(spec), set(source.columns)
    for column in columns:
        if column not in there:
            near = nearest(column, source.columns)
            raise DataError("LL103.no_such_column", column=column, source=source.label, near=near)
        if column in other:
            raise DataError("LL117.formula", column=column, part=other[column])


def column_names(value: Any, argument: str) -> tuple[str, ...]:
    """Names of columns from what a caller gives: a list, an array, an index of a data frame, or one name.

    Raises
    ------
    DataError
        LL118 neither names nor a collection of them.

    Examples
    --------
    >>> column_names("ab", "features"), column_names(["a", 1], "features")
    (('ab',), ('a', '1'))
    """
    if isinstance(value, str):
        return (value,)
    try:
        names = list(value)
    except TypeError as error:
        raise DataError("LL118.no_list", argument=argument, value=value) from error
    odd = next((n for n in names if not isinstance(n, str | int | float | tuple) and not hasattr(n, "item")), None)
    if odd is not None:
        raise DataError("LL118.odd_name", argument=argument, value=odd)
    return tuple(str(n) for n in names)
