"""The reader's own data: its columns, a fit with table and calibration, and the command and the Python that do the same."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.model_spec import ModelSpec
from loglik.design.sql import quoted_name
from loglik.errors import SeparationError
from loglik.fit.options import Options
from loglik.lab.request_fields import text, texts
from loglik.lab.uploads import opened
from loglik.model.train import train
from loglik.report import content_of
from loglik.report.html import rendered, sections

if TYPE_CHECKING:
    from loglik.design.duckdb_source import FileSource
    from loglik.lab.request_fields import Body
    from loglik.lab.uploads import Upload
    from loglik.model.fitted import FittedClassifier

#: Most frequent levels that are shown, of a column that has so many at most.
_SHOWN_LEVELS, _SHOWN_OF = 6, 200
#: Sections of the report that the page shows.
_SECTIONS = ("findings", "coefficients", "calibration", "roc")
#: Columns that are offered as explaining ones; of more the reader chooses.
_OFFERED = 200


_source = lru_cache(maxsize=4)(opened)


def columns(upload: Upload) -> dict[str, Any]:
    """What is known of a file before anything is fitted: its columns, and which of them is probably the target."""
    source = _source(upload)
    names = list(source.columns)[:_OFFERED]
    counted = _counted(source, names)
    described: list[dict[str, Any]] = [
        {
            "name": name,
            "kind": source.kind(name),
            "distinct": distinct,
            "missing": source.n_rows - there,
            "levels": _levels(source, name) if distinct <= _SHOWN_OF else [],
        }
        for name, (distinct, there) in zip(names, counted, strict=True)
    ]
    likely = [c["name"] for c in described if 2 <= c["distinct"] <= 10]
    return {
        "key": upload.key,
        "name": upload.name,
        "rows": source.n_rows,
        "columns": described,
        "more": max(0, len(source.columns) - _OFFERED),
        "target": likely[-1] if likely else None,
    }


def _counted(source: FileSource, names: list[str]) -> list[tuple[int, int]]:
    """Of all columns together: how many distinct values, and how many at all."""
    if not names:
        return []
    source.prepare(names)
    keys = [source.cells.key(quoted_name(name)) for name in names]
    asked = ", ".join(f"count(DISTINCT {key}), count({key})" for key in keys)
    row = source.execute(f"SELECT {asked} FROM ({source.given(names)})").fetchone()
    return list(zip(row[::2], row[1::2], strict=True))


def _levels(source: FileSource, name: str) -> list[dict[str, Any]]:
    """The most frequent levels of a column."""
    codes = source.codes(name)
    counted = np.bincount(codes.codes[codes.codes >= 0], minlength=len(codes.levels))
    most = np.argsort(-counted, kind="stable")[:_SHOWN_LEVELS]
    return [{"level": codes.levels[i], "rows": int(counted[i])} for i in most]


def fit(upload: Upload, body: Body) -> dict[str, Any]:
    """Fit a file, as ``loglik fit`` does.

    Returns
    -------
    dict
        ``sections`` of the report as HTML; whether the classes are ``separated``, and there is an ``estimate``; and the
        ``command`` and the ``python`` that do the same.

    Raises
    ------
    DataError
        LL1xx the data or the request cannot be used; LL431 the extra ``plot`` is not installed.
    """
    model, wanted = _fitted(upload, body)
    report = model.report
    shown = _SECTIONS[:1] if report.serious else _SECTIONS
    return {
        "sections": list(sections(content_of(model, _source(upload)), shown).values()),
        "separated": any(finding.code == "LL201" for finding in report.findings),
        "estimate": not report.serious,
        "command": wanted.command(upload.name),
        "python": wanted.python(upload.name),
    }


def report(upload: Upload, body: Body) -> dict[str, Any]:
    """The report of the fit as one HTML file, that of ``loglik report``.

    Raises
    ------
    DataError
        LL201 there is no estimate; and those of `fit`.
    """
    model, _ = _fitted(upload, body)
    if model.report.serious:
        raise SeparationError(next(f for f in model.report.findings if f.serious).said)
    return {"html": rendered(content_of(model, _source(upload)))}


@dataclass(frozen=True)
class Wanted:
    """What is to be fitted, and the words that ask for it elsewhere.

    Parameters
    ----------
    target : str
        Column of classes.
    features, categorical : list of str
        Explaining columns, and those of numbers that are levels.
    firth : bool
        Whether Firth's estimate is wanted.
    """

    target: str
    features: list[str]
    categorical: list[str]
    firth: bool

    def command(self, name: str) -> str:
        """The command that does the same with a file of this name."""
        words = ["loglik", "fit", name, "--target", self.target, "--features", _listed(self.features)]
        words += ["--categorical", _listed(self.categorical)] if self.categorical else []
        return shlex.join([*words, *(["--firth"] if self.firth else [])])

    def python(self, name: str) -> str:
        """The Python that does the same."""
        more = f", categorical={self.categorical!r}" if self.categorical else ""
        more += ", firth=True" if self.firth else ""
        call = f"loglik.fit_classifier({name!r}, {self.target!r}, features={self.features!r}{more})"
        return f"import loglik\n\nmodel = {call}\nprint(model.summary())"


def _fitted(upload: Upload, body: Body) -> tuple[FittedClassifier, Wanted]:
    levels = texts(body, "categorical")
    wanted = Wanted(text(body, "target"), texts(body, "features"), levels, body.get("firth") is True)
    spec = ModelSpec(target=wanted.target, features=wanted.features, categorical=tuple(levels))
    return train(_source(upload), spec, Options(firth=wanted.firth)).classifier, wanted


def _listed(names: list[str]) -> str:
    return ",".join(f'"{n}"' if "," in n or n != n.strip() or n.startswith('"') else n for n in names)
