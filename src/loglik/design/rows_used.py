"""A fingerprint of the rows of a fit: fits with the same one have likelihoods of the same data, which may be compared."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import numpy as np

from loglik.design.pieces import pieces

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
    target, weight, kept, digest = frame.target, frame.weight, frame.kept, hashlib.sha256()
    n = frame.design.n_rows
    digest.update(json.dumps([n, target.classes], ensure_ascii=True).encode())
    if kept is not None:
        last = max(lo + int(np.flatnonzero(kept[lo:hi])[-1]) + 1 for lo, hi in pieces(kept.size) if kept[lo:hi].any())
        if not all(kept[lo : min(hi, last)].all() for lo, hi in pieces(last)):  # rows after the last change nothing
            digest.update(b"kept")
            for lo, hi in pieces(last):
                digest.update(np.packbits(kept[lo:hi][: last - lo]).tobytes())
    order = np.asarray(target.order, dtype=np.dtype("u1" if len(target.classes) <= 256 else "<u4"))
    for lo, hi in pieces(n):
        digest.update(order[target.label[lo:hi]].tobytes())
    if any((weight[lo:hi] != 1.0).any() for lo, hi in pieces(n)):
        digest.update(frame.weight_kind.encode())
        for lo, hi in pieces(n):
            digest.update(weight[lo:hi].astype("<f8").tobytes())
    return digest.hexdigest()
