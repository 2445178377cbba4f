"""The reader's own data: its columns, a fit with table and calibration, and the command and the Python that do the same."""

from __future__ import annotations

import shlex
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.model_frame import model_frame
from loglik.design.model_spec import ModelSpec
from loglik.dice.bernoulli import Bernoulli
from loglik.errors import DataError
from loglik.fit.options import Options
from loglik.lab.request_fields import text, texts
from loglik.model.predict import by_class, probabilities
from loglik.model.summary import summary_text
from loglik.model.train import fit_frame

if TYPE_CHECKING:
    from loglik.design.model_frame import ModelFrame
    from loglik.design.source import Source
    from loglik.lab.request_fields import Body
    from loglik.lab.uploads import Upload
    from loglik.model.fitted import FittedClassifier

_SHOWN_LEVELS, _BINS, _LEAST_IN_BIN, _SECONDS = 6, 10, 5, 60.0
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
    target, features, levels = text(body, "target"), texts(body, "features"), texts(body, "categorical")
    firth = body.get("firth") is True
    spec = ModelSpec(target=target, features=features, categorical=tuple(levels))
    frame = model_frame(upload.source, spec)
    outcome = fit_frame(frame, Options(firth=firth, callback=_until(monotonic() + _SECONDS)))
    model = outcome.classifier
    report = model.report
    return {
        "fit": report.as_json(),
        "summary": summary_text(report, width=100),
        "hints": {f.code: f.hint for f in report.findings},
        "calibration": [] if report.serious else _calibration(model, frame),
        "command": _command(upload.name, target, features, levels, firth=firth),
        "python": _python(upload.name, target, features, levels, firth=firth),
    }


def _until(end: float) -> Any:
    def callback(*_: object) -> None:
        if monotonic() > end:
            raise DataError("LL426.time", seconds=int(_SECONDS))

    return callback


def _calibration(model: FittedClassifier, frame: ModelFrame) -> list[dict[str, Any]]:
    """For each class but the reference, rows sorted by predicted probability in ten equal parts: mean prediction and share.

    The share has Wilson's 95 % interval.
    """
    (predicted,) = by_class(model, frame.design, frame.offset, probabilities)
    place = np.array(frame.target.order)[frame.target.label]
    drawn = []
    for k, name in enumerate(model.classes):
        if name == model.report.reference:
            continue
        parts = np.array_split(np.argsort(predicted[:, k], kind="stable"), _BINS)
        bins = []
        for part in parts:
            if len(part) < _LEAST_IN_BIN:
                continue
            hits = int((place[part] == k).sum())
            low, high = Bernoulli(hits, len(part) - hits).interval()
            bins.append({
                "predicted": float(predicted[part, k].mean()), "observed": hits / len(part), "low": low, "high": high,
                "rows": len(part),
            })  # fmt: skip
        drawn.append({"class": name, "bins": bins})
    return drawn


def _command(name: str, target: str, features: list[str], levels: list[str], *, firth: bool) -> str:
    words = ["loglik", "fit", name, "--target", target, "--features", _listed(features)]
    words += ["--categorical", _listed(levels)] if levels else []
    return shlex.join([*words, *(["--firth"] if firth else [])])


def _listed(names: list[str]) -> str:
    return ",".join(f'"{n}"' if "," in n or n != n.strip() or n.startswith('"') else n for n in names)


def _python(name: str, target: str, features: list[str], levels: list[str], *, firth: bool) -> str:
    more = (f", categorical={levels!r}" if levels else "") + (", firth=True" if firth else "")
    call = f"loglik.fit_classifier({name!r}, {target!r}, features={features!r}{more})"
    return f"import loglik\n\nmodel = {call}\nprint(model.summary())"
