"""A fingerprint of the rows of a fit: fits with the same one have likelihoods of the same data, which may be compared."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from loglik.design.model_frame import ModelFrame


def rows_fingerprint(frame: ModelFrame) -> str:
    """SHA-256 of which rows of the source were used, of their classes and of their weights.

    Columns that explain do not count, nor their order, nor which class the others are compared with.

    Parameters
    ----------
    frame : ModelFrame
        What was fitted.
    """
    target, digest = frame.target, hashlib.sha256()
    digest.update(json.dumps([frame.design.n_rows, target.classes], ensure_ascii=True).encode())
    if frame.kept is not None:
        last = int(np.flatnonzero(frame.kept)[-1]) + 1  # rows after it change nothing
        if not frame.kept[:last].all():
            digest.update(b"kept" + np.packbits(frame.kept[:last]).tobytes())
    kind = np.dtype("u1" if len(target.classes) <= 256 else "<u4")
    digest.update(np.asarray(target.order, dtype=kind)[target.label].data)
    if (frame.weight != 1.0).any():
        digest.update(frame.weight_kind.encode())
        digest.update(np.ascontiguousarray(frame.weight, dtype="<f8").data)
    return digest.hexdigest()
