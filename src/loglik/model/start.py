"""Yesterday's model as the start of today's fit: its coefficients, by the names of terms and classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loglik.design.features import CategoricalFeature
from loglik.errors import DataError

if TYPE_CHECKING:
    from loglik.array_types import Matrix
    from loglik.design.model_frame import ModelFrame
    from loglik.model.classifier import Classifier


def start_from(model: Classifier, frame: ModelFrame) -> Matrix:
    """Coefficients of a model for the columns and classes of other rows: C x P in storage order, 0 for new terms.

    Where another level or class is the one that others are compared with, all are moved to it.

    Raises
    ------
    DataError
        LL538 the classes are others, or no term is the same.
    """
    target, design = frame.target, frame.design
    if set(target.classes) != set(model.classes):
        raise DataError("LL538.classes", target=target.name, classes=model.classes)
    place = {name: j for j, name in enumerate(model.term_names)}
    shared = [(j, place[name]) for j, name in enumerate(design.term_names) if name in place]
    if len(shared) < 2 <= design.n_coefficients:  # the intercept is always there
        raise DataError("LL538.terms", terms=model.term_names[1:])
    known = np.concatenate([model.coefficients, np.zeros((1, model.coefficients.shape[1]))])
    known = known[np.argsort(model.order)]  # a row for each class, in the order of their names
    names = [model.classes.index(target.classes[i]) for i in target.order]
    beta = np.zeros((len(target.classes), design.n_coefficients))
    new, old = (list(places) for places in zip(*shared, strict=True))
    beta[:, new] = np.nan_to_num(known[np.ix_(names, old)], nan=0.0, posinf=0.0, neginf=0.0)
    for feature, positions in zip(design.features, design.positions, strict=True):
        if isinstance(feature, CategoricalFeature):
            reference = beta[:, positions[feature.reference]].copy()
            beta[:, positions] -= reference[:, None]
            beta[:, 0] += reference
    return np.asarray(beta[:-1] - beta[-1])
