"""``loglik report``: a fit as one HTML page, with its formulas and, of rows, how well it describes them."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from loglik.cli.options import AS_IT_IS, Input, free_name
from loglik.cli.streams import console, print_json
from loglik.texts import Language, say
from loglik.texts.language import keeping_language


def report(
    model: str,
    data: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    /,
    *,
    output: Annotated[str | None, Parameter(name=["--output", "-o"])] = None,
    weights: str | None = None,
    no_weights: Annotated[bool, Parameter(name="--no-weights", negative="")] = False,
    rows: Annotated[Input, Parameter(name="*")] = AS_IT_IS,
    lang: Language | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    quiet: Annotated[bool, Parameter(name=["--quiet", "-q"], negative="")] = False,
) -> int:
    """Write a report of a kept model: one HTML file that needs nothing from elsewhere, to be read, printed or sent.

    What was fitted, coefficients with intervals, what was noticed, how the optimiser got there, and the formulas with
    their derivations; with data also effects, calibration, ROC curve and residuals.

    Parameters
    ----------
    model
        Model file written by loglik fit -o.
    data
        Data file with the target, of the fit or others; - reads standard input.
    output
        The .html file to write (default: report.html).
    weights
        Column of weights (default: that of the fit, if it had one).
    no_weights
        Let each row of the data count once.
    lang
        Language of the report; by default that of the locale, or of LOGLIK_LANG.
    as_json
        Print the loglik.report/1 document, and write the page only if a file is named.
    quiet
        No progress.
    """
    del lang  # that of the context by now
    from loglik.cli.progress import Progress
    from loglik.model.fitted import load_model
    from loglik.model.model_file import refuse_output, write_atomically
    from loglik.plot.extra import needed
    from loglik.report.content import content_of
    from loglik.report.html import ENDINGS, rendered

    path = output or (None if as_json else free_name("report.html", model, *([data] if data else [])))
    refuse_output(path, model, *([data] if data else []), endings=ENDINGS)
    if path is not None:
        needed("jinja2"), needed("matplotlib")
    with Progress(quiet=quiet or as_json) as progress:
        fitted = load_model(model)
        source = None
        if data is not None:
            source = rows.open(data, fitted.input.reading)
            progress.tell(say("command", "read", n=source.n_rows, source=source.label))
        content = content_of(fitted, source, weights=False if no_weights else weights or True)
        if path is not None:
            progress.tell(say("command", "drawing"))
            write_atomically(path, rendered(content, model))
    if as_json:
        print_json(content.as_json())
        return 0
    if path is not None:
        out = console(soft_wrap=True)
        out.print(say("command", "report_written", path=path, size=Path(path).stat().st_size / 1024.0), markup=False)
        out.print(keeping_language(say("command", "next", command=_next(model, data, rows, path))), markup=False)
    return 0


def _next(model: str, data: str | None, rows: Input, path: str) -> str:
    """With rows, if there were none; else what else can be asked of them."""
    paths = [f"./{each}" if each.startswith("-") and each != "-" else each for each in (model, data or "DATA")]
    if data is None:
        return shlex.join(["loglik", "report", *paths, "-o", path])
    command = shlex.join(["loglik", "effects", *paths, *rows.words])
    return f"... | {command}" if data == "-" else command
