"""Whether one model is a special case of another, as far as the names of their columns tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.design.features import INTERCEPT, CategoricalFeature, CellsFeature, NumericFeature, SlopesFeature

if TYPE_CHECKING:
    from loglik.design.features import Feature
    from loglik.model.classifier import Classifier

    Key = tuple[object, ...]


def nested(smaller: Classifier, larger: Classifier) -> bool:
    """Whether every column of one model is known to be a combination of those of another of the same rows.

    A column that the data hold, a function of columns and an indicator of a level are the same in both if they have the same
    names. False says that this is not known: columns with other names may have the same span.

    Parameters
    ----------
    smaller, larger : Classifier
        Models of the same rows.
    """
    if smaller.report.offset != larger.report.offset or _offsets(smaller) != _offsets(larger):
        return False
    return estimated_columns(smaller) <= _spanned(larger)


def estimated_columns(model: Classifier) -> set[Key]:
    """The columns that have a coefficient."""
    names, terms = _keys(model), model.report.terms
    first = terms[0].class_ if terms else ""
    return {names[t.term] for t in terms if t.class_ == first}


def _offsets(model: Classifier) -> tuple[str, ...]:
    return () if model.recipe is None else tuple(sorted(map(str, model.recipe.offsets)))


def _spanned(model: Classifier) -> set[Key]:
    """Columns known to be combinations of those estimated: these, those left out as such, and levels beside an intercept."""
    keys = _keys(model)
    estimated = {t.term for t in model.report.terms}
    out = set(keys.values())
    if INTERCEPT not in estimated:
        out.discard(keys[INTERCEPT])
        for f in model.features:
            if isinstance(f, CategoricalFeature):
                out.discard(keys[f.term_names[f.reference]])
    for f in model.features:
        if isinstance(f, CellsFeature) and f.reference is not None:
            out.discard(keys[f.term_names[f.reference]])
    return out


def _keys(model: Classifier) -> dict[str, Key]:
    made: dict[str, Key] = {INTERCEPT: (INTERCEPT,)}
    merged = tuple((c.name, c.levels) for c in model.columns if isinstance(c, CategoricalFeature) and c.pooled)
    for feature in model.features:
        for name in feature.term_names:
            made[name] = (_kind(model, feature), name, _merged(feature, merged))
    return made


def _kind(model: Classifier, feature: Feature) -> str:
    if isinstance(feature, CategoricalFeature | CellsFeature):
        return "indicator"
    if isinstance(feature, SlopesFeature):
        return "slope"
    made = model.recipe is not None and isinstance(feature, NumericFeature)
    return "function" if made and not _is_column(model, feature) else "column"


def _is_column(model: Classifier, feature: Feature) -> bool:
    if model.recipe is None or not isinstance(feature, NumericFeature):
        return False
    return list(model.recipe.factors.get(feature.name, ())) == ["col", feature.name]


def _merged(feature: Feature, merged: tuple[tuple[str, tuple[str, ...]], ...]) -> object:
    """Levels of columns some of which were merged: which ones, the indicator's name does not say."""
    if isinstance(feature, CategoricalFeature):
        return feature.levels if feature.pooled else ()
    return merged if isinstance(feature, CellsFeature | SlopesFeature) else ()
