"""The model file: JSON that people can read, with a version and a checksum; never pickle, written all or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.features import CategoricalFeature, Feature, NumericFeature, SparseFeatures
from loglik.errors import DataError, Finding
from loglik.inference.overall import Overall
from loglik.inference.wald import Term
from loglik.model.fitted import FittedClassifier
from loglik.model.report import FitReport

if TYPE_CHECKING:
    from os import PathLike

SCHEMA = "loglik.model/1"


def write_model(model: FittedClassifier, path: str | PathLike[str]) -> None:
    """Write a model; the file is replaced in one step when it is complete.

    Raises
    ------
    DataError
        LL121 the place cannot be written.
    """
    document = _document(model)
    document["sha256"] = _checksum(document)
    write_atomically(path, json.dumps(document, indent=1, ensure_ascii=False, allow_nan=True) + "\n")


def write_atomically(path: str | PathLike[str], content: str | bytes) -> None:
    """Write to a temporary file beside the target, and move it there."""
    target = Path(path).resolve()  # a link stays, what it points to is replaced
    data = content.encode() if isinstance(content, str) else content
    name = ""
    try:
        if target.is_dir():
            raise IsADirectoryError(21, "is a directory")
        if target.exists() and not target.is_file():  # a device or a pipe is written to, never replaced
            target.write_bytes(data)
            return
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~mask)
        Path(name).replace(target)
    except OSError as error:
        if name:
            with contextlib.suppress(OSError):
                Path(name).unlink()
        raise DataError(
            "LL121", f"{target} cannot be written: {error.strerror}", "Check that its directory exists and is yours."
        ) from error


def refuse_output(path: str | None, *inputs: str, endings: tuple[str, ...] = ()) -> None:
    """Refuse, before any work is done, an output that cannot be written or would destroy an input (LL121).

    Parameters
    ----------
    path : str or None
        Where output is to go.
    *inputs : str
        Files that are read.
    endings : tuple of str
        Endings that the output must have, if any.
    """
    if path is None:
        return
    target = Path(path)
    if endings and target.suffix.lower() not in endings:
        raise DataError("LL105", f"{path} must end in {' or '.join(endings)}", "Choose another name.")
    if not path or target.is_dir():
        raise DataError("LL121", f'"{path}" cannot be written: it is not the name of a file', "Give a file name.")
    if not target.resolve().parent.is_dir():
        raise DataError("LL121", f"{path} cannot be written: its directory does not exist", "Make the directory first.")
    for file in inputs:
        if target.exists() and Path(file).exists() and target.samefile(file):
            raise DataError("LL121", f"{path} is read here and would be overwritten", "Give the output another name.")


def load_model(path: str | PathLike[str]) -> FittedClassifier:
    """Read a model file.

    Parameters
    ----------
    path : str or PathLike
        File written by ``FittedClassifier.save`` or ``loglik fit -o``.

    Raises
    ------
    DataError
        LL101 no such file, LL131 not a model file, LL132 damaged, LL133 written by a newer version.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError("LL101", f"{file} cannot be read: {error.strerror}", "Check the path.") from error
    except UnicodeDecodeError as error:
        raise DataError("LL131", f"{file} is not a loglik model (not text)", _HOW) from error
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        if '"loglik.model/' in text[:200]:
            raise DataError("LL132", f"{file} is damaged or cut off: {error}", _AGAIN) from error
        raise DataError("LL131", f"{file} is not a loglik model (not JSON)", _HOW) from error
    schema = document.get("schema", "") if isinstance(document, dict) else ""
    if not str(schema).startswith("loglik.model/"):
        raise DataError("LL131", f"{file} is not a loglik model", _HOW)
    if schema != SCHEMA:
        raise DataError("LL133", f"{file} has the format {schema}; this version reads {SCHEMA}", "Update loglik.")
    if document.pop("sha256", None) != _checksum(document):
        raise DataError("LL132", f"{file} is damaged: its content does not match its checksum", _AGAIN)
    try:
        return _model(document)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise DataError("LL132", f"{file} is damaged: {type(error).__name__} {error}", _AGAIN) from error


_HOW = "Model files are written by: loglik fit DATA --target COL -o model.json."
_AGAIN = "Fit again, or take a copy that is whole."


def _checksum(document: dict[str, Any]) -> str:
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _document(model: FittedClassifier) -> dict[str, Any]:
    from loglik import __version__

    labels = [model.classes[i] for i in model.order]
    return {
        "schema": SCHEMA,
        "loglik": __version__,
        "target": model.report.target,
        "classes": list(model.classes),
        "compared_with": labels[-1],
        "features": [_feature_document(f) for f in model.features],
        "terms": list(model.term_names),
        "coefficients": {
            label: [float(v) for v in row] for label, row in zip(labels, model.coefficients, strict=False)
        },
        "fit": asdict(replace(model.report, terms=tuple(model.report.terms))),
    }


def _feature_document(feature: Feature) -> dict[str, Any]:
    if isinstance(feature, NumericFeature):
        return {"name": feature.name, "type": "number"}
    if isinstance(feature, CategoricalFeature):
        reference = feature.levels[feature.reference]
        levels = list(feature.levels)
        return {
            "name": feature.name, "type": "level", "reference": reference, "levels": levels, "pooled": feature.pooled,
        }  # fmt: skip
    return {"names": list(feature.names), "type": "sparse"}


def _feature(document: dict[str, Any]) -> Feature:
    kind = document["type"]
    if kind == "number":
        return NumericFeature(document["name"])
    if kind == "level":
        levels = tuple(document["levels"])
        return CategoricalFeature(document["name"], levels, levels.index(document["reference"]), document["pooled"])
    return SparseFeatures(tuple(document["names"]))


def _model(document: dict[str, Any]) -> FittedClassifier:
    classes = tuple(document["classes"])
    labels = [*document["coefficients"], document["compared_with"]]
    report = dict(document["fit"])
    report["overall"] = None if report["overall"] is None else Overall(**report["overall"])
    report["terms"] = tuple(Term(**t) for t in report["terms"])
    report["findings"] = tuple(Finding(**{**f, "columns": tuple(f["columns"])}) for f in report["findings"])
    report["classes"] = tuple(report["classes"])
    known = {f.name for f in fields(FitReport)}
    return FittedClassifier(
        tuple(_feature(f) for f in document["features"]),
        classes,
        tuple(classes.index(label) for label in labels),
        np.array(list(document["coefficients"].values()), dtype=np.float64),
        FitReport(**{k: v for k, v in report.items() if k in known}),
    )
