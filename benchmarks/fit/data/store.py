"""Data of the cases on disk: NumPy files, so that every process reads identical rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from benchmarks.fit.data.dataset import Dataset
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path("build/bench/fit")


def folder(case: str, scale: float) -> Path:
    """Where the data of a case live; scaled-down ones apart from those at full size."""
    return ROOT / "data" / (case if scale == 1.0 else f"{case}-{scale:g}")


def save(path: Path, data: Dataset) -> None:
    path.mkdir(parents=True, exist_ok=True)
    arrays = {"y": data.y, "weight": data.weight, "offset": data.offset}
    arrays |= {f"codes{i}": c for i, c in enumerate(data.codes)}
    shape = None
    if sparse.issparse(data.x):
        shape = data.x.shape
        arrays |= {"values": data.x.data, "indices": data.x.indices, "indptr": data.x.indptr}
    else:
        arrays["x"] = data.x
    for name, values in arrays.items():
        if values is not None:
            np.save(path / f"{name}.npy", values)
    about = {"names": data.names, "levels": data.levels, "shape": shape}
    (path / "about.json").write_text(json.dumps(about), encoding="utf-8")  # last: it says that the rest is there


def load(path: Path) -> Dataset:
    about = json.loads((path / "about.json").read_text(encoding="utf-8"))

    def array(name: str) -> np.ndarray | None:
        file = path / f"{name}.npy"
        return np.load(file) if file.exists() else None

    if about["shape"]:
        x = sparse.csr_matrix((array("values"), array("indices"), array("indptr")), shape=tuple(about["shape"]))
    else:
        x = array("x")
    codes = [array(f"codes{i}") for i in range(len(about["names"]))]
    return Dataset(x, array("y"), codes, about["names"], about["levels"], array("weight"), array("offset"))


def made(case: str, scale: float, make: Callable[[float], Dataset]) -> Path:
    """Make the data of a case unless they are there."""
    path = folder(case, scale)
    if not (path / "about.json").exists():
        save(path, make(scale))
    return path
