"""The reader's own data: its columns, a fit with table and calibration, and the command and the Python that do the same."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.model_spec import ModelSpec
from loglik.errors import DataError, SeparationError
from loglik.fit.options import Options
from loglik.lab.request_fields import text, texts
from loglik.metrics import calibration
from loglik.model.observed import observed
from loglik.model.plots import shown_classes
from loglik.model.summary import summary_text
from loglik.model.train import train

if TYPE_CHECKING:
    from loglik.design.source import Source
    from loglik.lab.request_fields import Body
    from loglik.lab.uploads import Upload
    from loglik.model.fitted import FittedClassifier

_SHOWN_LEVELS, _SECONDS = 6, 60.0
_OF_A_BIN = ("predicted", "observed", "low", "high", "number")
#: Columns that are offered as explaining ones; of more the reader chooses.
_OFFERED = 200


def columns(upload: Upload) -> dict[str, Any]:
    """What is known of a file before anything is fitted: its columns, and which of them is probably the target."""
    source = upload.source
    described = [_column(source, name) for name in list(source.columns)[:_OFFERED]]
    likely = [c["name"] for c in described if 2 <= c["distinct"] <= 10]
    return {
        "key": upload.key,
        "name": upload.name,
        "rows": source.n_rows,
        "columns": described,
        "more": max(0, len(source.columns) - _OFFERED),
        "target": likely[-1] if likely else None,
    }


def _column(source: Source, name: str) -> dict[str, Any]:
    codes = source.codes(name)
    counted = np.bincount(codes.codes[codes.codes >= 0], minlength=len(codes.levels))
    shown = [
        {"level": codes.levels[i], "rows": int(counted[i])} for i in np.argsort(-counted, kind="stable")[:_SHOWN_LEVELS]
    ]
    return {
        "name": name,
        "kind": source.kind(name),
        "distinct": int((counted > 0).sum()),
        "missing": int((codes.codes < 0).sum()),
        "levels": shown,
    }


def fit(upload: Upload, body: Body) -> dict[str, Any]:
    """Fit a file, as ``loglik fit`` does; it ends after a minute.

    Returns
    -------
    dict
        The ``loglik.fit/1`` document, the summary as text, the calibration of each class, the hints of the findings, and the
        command and the Python that do the same.

    Raises
    ------
    DataError
        LL1xx the data or the request cannot be used; LL426 it takes too long.
    """
    model, wanted = _fitted(upload, body)
    report = model.report
    return {
        "fit": report.as_json(),
        "summary": summary_text(report, width=100),
        "hints": {f.code: f.hint for f in report.findings},
        "calibration": [] if report.serious else _calibration(model, upload.source),
        "command": wanted.command(upload.name),
        "python": wanted.python(upload.name),
    }


def report(upload: Upload, body: Body) -> dict[str, Any]:
    """The report of the fit as one HTML file, that of ``loglik report``.

    Raises
    ------
    DataError
        LL201 there is no estimate; LL431 the extra ``plot`` is not installed; and those of `fit`.
    """
    from loglik.report import page

    model, _ = _fitted(upload, body)
    if model.report.serious:
        raise SeparationError(next(f for f in model.report.findings if f.serious).said)
    return {"html": page(model, upload.source)}


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
    options = Options(firth=wanted.firth, callback=_until(monotonic() + _SECONDS))
    return train(upload.source, spec, options).classifier, wanted


def _until(end: float) -> Any:
    def callback(*_: object) -> None:
        if monotonic() > end:
            raise DataError("LL426.time", seconds=int(_SECONDS))

    return callback


def _calibration(model: FittedClassifier, source: Source) -> list[dict[str, Any]]:
    """Of each class that is shown: mean predictions and frequencies of rows alike, with Wilson's 95 % intervals."""
    rows = observed(model, source)
    drawn = []
    for k in shown_classes(model, rows):
        made = calibration(*rows.of_class(k), sample_weight=rows.weight)
        if made is not None:
            bins = zip(*(getattr(made, name).tolist() for name in _OF_A_BIN), strict=True)
            drawn.append(
                {"class": model.classes[k], "bins": [dict(zip(_OF_A_BIN, each, strict=True)) for each in bins]}
            )
    return drawn


def _listed(names: list[str]) -> str:
    return ",".join(f'"{n}"' if "," in n or n != n.strip() or n.startswith('"') else n for n in names)
