"""From a source and a specification to a design matrix, labels, weights and offset, with every dropped row accounted for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from loglik.design.categories import categorical_feature, pool_rare_levels, refuse_levels_of_numbers
from loglik.design.clusters import Clusters, read_clusters
from loglik.design.complete_rows import complete_rows, refuse_infinite
from loglik.design.counts import Counts, Grouped, counted_target, grouped, read_counts
from loglik.design.encoded import EncodedSource, encoded
from loglik.design.features import CategoricalFeature, Column, NumericFeature
from loglik.design.formula.parts import Parts, count_columns, parts_of
from loglik.design.formula.recipe import Recipe, recipe_of
from loglik.design.formula.terms import terms_of
from loglik.design.formula.transforms import Rows
from loglik.design.held import refuse_too_large
from loglik.design.input_spec import InputSpec
from loglik.design.matrix import Design, storage_positions
from loglik.design.model_spec import ModelSpec, WeightKind, feature_columns, refuse_formula_columns
from loglik.design.noticed import look_findings, look_of, rounding_findings
from loglik.design.source import Codes, Source
from loglik.design.stored.columns import StoredLevels, StoredNumbers
from loglik.design.stored.design import made_design, stored_design
from loglik.design.target import Target, encode_target, refuse_unsuitable_target
from loglik.errors import DataError, Finding
from loglik.parallel.scratch import scratch
from loglik.texts import Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loglik.array_types import Array, Mask, Matrix, Vector
    from loglik.design.levels import LevelKind

_ROWS_AT_A_TIME = 1 << 14


@dataclass(frozen=True, kw_only=True)
class ModelFrame:
    """Everything a fit needs: made by `model_frame` of a source of rows, by `array_frame` of arrays.

    Parameters
    ----------
    design : Design
        Predictors of the rows that are used.
    target : Target
        Labels and classes.
    weight : ndarray of shape (n,)
        Weights (ones by default).
    offset : ndarray of shape (K - 1, n) or None
        Offset of each linear predictor.
    weights_from, offset_from : str or None
        Column or argument that they come from.
    weight_kind : str
        ``"frequency"`` or ``"sampling"``.
    sum_of_weights : float or None
        Their sum as they were given, if they were.
    n_dropped : int
        Rows left out because a value is missing or the weight is zero.
    missing : dict of str to int
        Missing values per column, where there are any.
    findings : tuple of Finding
        What was noticed.
    input : InputSpec
        What predictions have to know of how the rows were read.
    recipe : Recipe or None
        How the features are made of the columns, if by a formula.
    kept : ndarray of bool or None
        Which rows of the source these are; None if all are.
    clusters : Clusters or None
        Which of them may depend on each other.
    groups : Grouped or None
        Of a target of counts, what the rows stand for.
    weight_of_group : ndarray or None
        Weight of each group, the counts apart.
    """

    design: Design
    target: Target
    weight: Vector
    offset: Matrix | None = None
    weights_from: str | None = None
    offset_from: str | None = None
    weight_kind: WeightKind = "frequency"
    sum_of_weights: float | None = None
    n_dropped: int = 0
    missing: dict[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    input: InputSpec
    recipe: Recipe | None = None
    kept: Mask | None = None
    clusters: Clusters | None = None
    groups: Grouped | None = None
    weight_of_group: Vector | None = None


def model_frame(source: Source, spec: ModelSpec) -> ModelFrame:
    """Read the columns of a model.

    Raises
    ------
    DataError
        LL103 and others of the column names, LL106 dates, LL107 missing values (``missing="error"``), LL108 no rows
        left, LL109 infinite values, LL110 to LL113 the target, LL114 and LL115 weights, LL116 offset, LL120 a type
        that cannot be used, LL125 too many levels, LL126 numbers and text mixed, LL258 what contradicts the formula.
    """
    others = feature_columns(source, spec)
    terms = None if spec.formula is None else terms_of(spec.formula, others)
    parts = Parts(others) if terms is None else parts_of(terms)
    if terms is not None:
        _refuse_contradictions(spec, parts)
    spec = replace(spec, reference_levels={**parts.reference_levels, **spec.reference_levels})
    chosen = parts.columns
    if terms is not None:
        refuse_formula_columns(source, spec, chosen)
    of_target = count_columns(spec.formula) or [spec.target]
    source.prepare([c for c in (*chosen, *of_target, spec.weights, spec.offset, *spec.clusters) if c is not None])
    refuse_no_rows(source)
    counted = spec.formula is not None and spec.formula.counted
    if not counted:
        refuse_unsuitable_target(source, spec.target)
    kinds = {c: feature_kind(source, c, spec.categorical) for c in parts.either}
    numeric = [c for c in chosen if kinds.get(c) == "number" or c in parts.numbers]
    for column in parts.numbers:
        if source.kind(column) != "number":
            raise DataError("LL250.text", column=column, source=source.label, kind=source.describe(column))
    leveled = [c for c in chosen if kinds.get(c) == "level" or c in parts.levels]
    refuse_levels_of_numbers(source.label, [c for c in numeric if c not in leveled], spec.reference_levels)
    beside = [c for c in (spec.weights, spec.offset) if c is not None and source.kind(c) == "number"]
    if not counted:
        by_number = [c for c in spec.clusters if source.kind(c) == "number"]
        by_level = [c for c in spec.clusters if c not in by_number]
        source = encoded(source, [*numeric, *beside, *by_number], [*leveled, spec.target, *by_level])
    else:
        refuse_too_large(source, len(numeric) + len(of_target) + len(beside) + 1, len(leveled) + 1)
    levels = {c: source.codes(c) for c in leveled}
    numbers: dict[str, Vector | StoredNumbers] = dict(zip(numeric, source.numbers(numeric), strict=True))
    target = read_counts(source, spec.formula) if spec.formula and counted else source.codes(spec.target)
    weight = weights_of(source, spec.weights, spec.weight_kind)
    offset = _numeric_part(source, spec.offset, "LL116.not_numeric")

    outcome = np.where(target.absent, np.nan, 0.0) if isinstance(target, Counts) else target
    beside_them = {spec.target: outcome, spec.weights: weight, spec.offset: offset}
    own = {**numbers, **{c: x for c, x in levels.items() if c not in numbers}}
    own |= {c: x for c, x in beside_them.items() if c is not None and x is not None}
    for name, x in numbers.items() if offset is None else [*numbers.items(), (str(spec.offset), offset)]:
        refuse_infinite(source.label, name, x)
    kept, missing = complete_rows(source, own, spec.missing)
    if weight is not None:
        kept &= weight != 0.0
    if isinstance(target, Counts):
        kept &= target.trials > 0.0
    if not kept.any():
        worst = max(missing, key=lambda c: missing[c], default="")
        raise DataError(
            "LL108.no_row", source=source.label, worst=worst, lacking=missing.get(worst, 0), n=source.n_rows
        )
    labelled = grouped(target, kept) if isinstance(target, Counts) else target
    groups = labelled if isinstance(labelled, Grouped) else None
    all_kept = bool(kept.all()) and groups is None
    used = kept if groups is None else groups.index
    targets = {} if isinstance(labelled, Grouped) else {spec.target: labelled}
    findings = [*look_findings(source, {**targets, **levels}), *rounding_findings(source, numbers)]
    if isinstance(source, EncodedSource):
        findings += source.source.findings
    if offset is not None and spec.offset is not None:
        findings += rounding_findings(source, {spec.offset: offset})
    clusters = _clusters(source, spec, kept, groups)
    before = levels
    if not all_kept:
        if isinstance(source, EncodedSource):
            source.narrow(kept)
        numbers = {c: x if isinstance(x, StoredNumbers) else x[used] for c, x in numbers.items()}
        levels = {c: x.taken(used) for c, x in levels.items()}
    columns: list[Column] = []
    constant: list[Column] = []
    n_kept = int(kept.sum())
    n = n_kept if groups is None else int(groups.index.size)
    for column in chosen:
        if column in numbers:
            columns.append(NumericFeature(column))
        if column not in levels:
            continue
        merged, pooled = pool_rare_levels(levels[column], spec.min_count)
        feature, levels[column] = categorical_feature(source, column, merged, n, spec.reference_levels, pooled=pooled)
        if not pooled and len(feature.levels) < len(before[column].levels):
            feature = replace(feature, unused=tuple(sorted(set(before[column].levels) - set(feature.levels))))
        if len(feature.levels) == 1:
            findings.append(Finding("LL204.one_level", columns=(column,), column=column, level=feature.levels[0]))
            constant.append(feature)
        else:
            columns.append(feature)
    recipe = None
    if spec.formula is not None and terms is not None:
        rows = Rows({c: np.asarray(x) for c, x in numbers.items()}, None if all_kept else used)
        levels = {c: Codes(x.whole(), x.levels) for c, x in levels.items()}
        recipe = recipe_of(spec.formula.text, terms, columns, constant, rows, levels)
        design = made_design(recipe, rows, levels, n, source.place if isinstance(source, EncodedSource) else None)
        added = recipe.offset(rows, n)
        offset = added if offset is None else offset[used] + (0.0 if added is None else added)
    else:
        design = design_of(tuple(columns), numbers, levels, n)
        offset = None if offset is None else offset[used]
    weight = None if weight is None else weight[used]
    weight_of_group = None
    if isinstance(labelled, Grouped):
        labels = counted_target(labelled, spec, source)
        weight_of_group = np.ones(n_kept) if weight is None else weight[labelled.place]
        weight = labelled.number if weight is None else weight * labelled.number
    else:
        labels = encode_target(source, spec, labelled if all_kept else labelled.taken(kept))
    used_weight = ones(n) if weight is None else in_scratch(scaled_weights(weight, spec.weight_kind))
    offsets = None if offset is None else in_scratch(np.broadcast_to(offset, (len(labels.classes) - 1, n)))
    return ModelFrame(
        design=design,
        target=labels,
        weight=used_weight,
        offset=offsets,
        weights_from=spec.weights,
        offset_from=spec.offset,
        weight_kind=spec.weight_kind,
        sum_of_weights=None if weight is None else float(weight.sum()),
        n_dropped=int(kept.size - n_kept),
        missing=missing,
        findings=tuple(findings),
        input=_input_spec(source, columns, labels.kind, None if spec.offset is None else "column"),
        recipe=recipe,
        kept=None if kept.all() else kept,
        clusters=clusters,
        groups=groups,
        weight_of_group=weight_of_group,
    )


def _refuse_contradictions(spec: ModelSpec, parts: Parts) -> None:
    """Refuse a formula and choices beside it that name two reference levels, or leave out a column that it names (LL258)."""
    excluded = [c for c in parts.columns if c in spec.exclude]
    if excluded:
        raise DataError("LL258.excluded", named=excluded)
    for column, level in parts.reference_levels.items():
        if (other := spec.reference_levels.get(column, level)) != level:
            raise DataError("LL258.references", column=column, levels=[level, other])


def _clusters(source: Source, spec: ModelSpec, kept: Mask, groups: Grouped | None) -> Clusters | None:
    """Clusters of the rows, whose counts may stand for two each."""
    if not spec.clusters:
        return None
    read = read_clusters(source, spec.clusters, kept)
    if groups is None:
        return read
    place = groups.among(kept)
    return replace(read, codes=tuple(codes[place] for codes in read.codes))


def _input_spec(
    source: Source, columns: Sequence[Column], target_kind: LevelKind, offset_from: Literal["column"] | None
) -> InputSpec:
    by_text = [f for f in columns if isinstance(f, CategoricalFeature) and f.kind in {"text", "mixed"}]
    levels = {level for f in by_text for level in (*f.levels, *f.unused)}
    # What was a level in a data frame is one in a file too, such as NA for Namibia.
    words = tuple(word for word in source.reading.missing_words if word not in levels)
    return InputSpec(target_kind, replace(source.reading, missing_words=words), offset_from)


def refuse_no_rows(source: Source) -> None:
    """Refuse to fit to nothing (LL102)."""
    if source.n_rows == 0:
        raise DataError("LL102.no_rows", source=source.label, header=source.label != Phrase("data_frame"))


def feature_kind(source: Source, column: str, categorical: Sequence[str] = ()) -> str:
    """``"number"`` or ``"level"``, or the reason why the column cannot be a feature."""
    kind = source.kind(column)
    if kind == "date":
        raise DataError("LL106.dates", column=column, source=source.label, held=source.describe(column))
    if kind == "mixed" and column not in categorical:
        look = look_of(source, column)
        raise DataError(
            "LL126.mixed",
            column=column,
            source=source.label,
            held=source.describe(column),
            remedy=look.remedy if look else "",
        )
    if kind == "other":
        raise DataError("LL120.type", column=column, source=source.label, held=source.describe(column))
    return "number" if kind == "number" and column not in categorical else "level"


def _numeric_part(source: Source, column: str | None, refusal: str) -> Vector | None:
    if column is None:
        return None
    if source.kind(column) != "number":
        look = look_of(source, column)
        raise DataError(
            refusal,
            column=column,
            source=source.label,
            held=source.describe(column),
            remedy=look.remedy if look else "",
        )
    return np.asarray(source.numbers([column])[0])


def weights_of(source: Source, column: str | None, kind: WeightKind) -> Vector | None:
    """Weights as they stand in a column, NaN where missing; those that cannot be weights are refused (LL114, LL115)."""
    weight = _numeric_part(source, column, "LL114.not_numeric")
    if weight is None:
        return None
    bad = np.flatnonzero((weight < 0.0) | np.isinf(weight))
    if bad.size:
        raise DataError("LL114.negative", column=column, source=source.label, row=bad[0] + 1, value=weight[bad[0]])
    if kind == "frequency":
        odd = np.flatnonzero((weight != np.floor(weight)) & ~np.isnan(weight))
        if odd.size:
            raise DataError("LL115.frequency", column=column, value=weight[odd[0]], row=odd[0] + 1)
    return weight


def scaled_weights(weight: Vector, kind: WeightKind) -> Vector:
    """Scale sampling weights, whose unit means nothing, to a mean of one; leave frequencies as they are."""
    if kind == "frequency":
        return weight
    weight = weight / weight.max()
    return np.asarray(weight / weight.mean())


def in_scratch(values: Array) -> Array:
    """Numbers of each row, on disk if the rows are."""
    made = scratch(values.shape)
    made[...] = values
    return made


def ones(n: int) -> Vector:
    """Weights where there are none."""
    made = scratch((n,))
    made[:] = 1.0
    return made


def design_of(
    features: tuple[Column, ...], numbers: Mapping[str, Vector | StoredNumbers], levels: Mapping[str, Codes], n: int
) -> Design:
    """Put columns together to a design; codes become storage positions."""
    numeric = [f.name for f in features if isinstance(f, NumericFeature)]
    places = [
        (f.name, positions[0])
        for f, positions in zip(features, storage_positions(features), strict=True)
        if isinstance(f, CategoricalFeature)
    ]
    stored = {name: x for name, x in levels.items() if isinstance(x, StoredLevels)}
    store = next((x.store for x in numbers.values() if isinstance(x, StoredNumbers)), None)
    store = store or next((x.codes.store for x in stored.values()), None)
    if store is not None:
        return stored_design(features, store, numeric, places, stored)
    # Column by column in memory: that is how they arrive, and the block products read either layout.
    dense = np.empty((n, len(numeric)), order="F")
    for j, name in enumerate(numeric):
        dense[:, j] = numbers[name]
    codes = np.empty((n, len(places)), dtype=np.int32)
    for lo in range(0, n, _ROWS_AT_A_TIME):  # or each column would write all of the memory
        rows = slice(lo, lo + _ROWS_AT_A_TIME)
        for a, (name, first) in enumerate(places):
            np.add(levels[name].codes[rows], np.int32(first), out=codes[rows, a])
    return Design.of(features, dense, codes)
