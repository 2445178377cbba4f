"""The model file: JSON that people can read, with a version and a checksum; never pickle, written all or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from loglik.errors import DataError
from loglik.model.document_fields import WrongDocumentError
from loglik.model.model_document import READ, SCHEMA, document_of, model_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

    from loglik.model.classifier import Classifier


def write_model(model: Classifier, path: str | PathLike[str]) -> None:
    """Write a model; the file is replaced in one step when it is complete.

    Raises
    ------
    DataError
        LL121 the place cannot be written.
    """
    if model.report.rows_touching is not None:
        raise DataError("LL243.limit")
    document = document_of(model)
    document["sha256"] = _checksum(document)
    write_atomically(path, json.dumps(document, indent=1, ensure_ascii=False, allow_nan=True) + "\n")


def write_atomically(path: str | PathLike[str], content: str | bytes) -> None:
    """Write to a temporary file beside the target, and move it there."""
    with written_whole(path) as stream:
        stream.write(content.encode() if isinstance(content, str) else content)


@contextlib.contextmanager
def written_whole(path: str | PathLike[str]) -> Iterator[BinaryIO]:
    """A file that is there when all of it is written, and not at all if that fails (LL121)."""
    target = Path(path).resolve()  # a link stays, what it points to is replaced
    name = ""
    try:
        if target.is_dir():
            raise IsADirectoryError(21, "is a directory")
        if target.exists() and not target.is_file():  # a device or a pipe is written to, never replaced
            with target.open("wb") as stream:
                yield stream
            return
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~mask)
        Path(name).replace(target)
        name = ""
    except OSError as error:
        raise DataError("LL121.unwritable", path=target, why=error.strerror) from error
    finally:
        if name:
            with contextlib.suppress(OSError):
                Path(name).unlink()


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
        raise DataError("LL105.output", path=path, endings=endings)
    if not path or target.is_dir():
        raise DataError("LL121.no_file_name", path=path)
    if not target.resolve().parent.is_dir():
        raise DataError("LL121.no_directory", path=path)
    for file in inputs:
        if target.exists() and Path(file).exists() and target.samefile(file):
            raise DataError("LL121.overwritten", path=path)


def read_model(path: str | PathLike[str]) -> Classifier:
    """Read a model file, whose errors are those of `loglik.load_model`."""
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError("LL101.model_unreadable", path=file, why=error.strerror) from error
    except UnicodeDecodeError as error:
        raise DataError("LL131.no_text", path=file) from error
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        if '"loglik.model/' in text[:200]:
            raise DataError("LL132.cut_off", path=file, error=error) from error
        raise DataError("LL131.no_json", path=file) from error
    schema = document.get("schema", "") if isinstance(document, dict) else ""
    if not str(schema).startswith("loglik.model/"):
        raise DataError("LL131.no_model", path=file)
    if schema not in READ:
        raise DataError("LL133.newer", path=file, schema=schema, known=SCHEMA)
    if document.pop("sha256", None) != _checksum(document):
        raise DataError("LL132.checksum", path=file)
    try:
        return model_of(document)
    except WrongDocumentError as error:
        raise DataError("LL132.damaged", path=file, error=error) from error


def _checksum(document: dict[str, Any]) -> str:
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
