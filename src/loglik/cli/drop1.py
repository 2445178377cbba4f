"""``loglik drop1``: each term of a kept model left out."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from loglik.cli.options import AS_IT_IS, Input
from loglik.cli.streams import console, print_json, print_next
from loglik.texts import Language  # noqa: TC001 - cyclopts reads the annotations


def drop1(
    model: str,
    data: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    rows: Annotated[Input, Parameter(name="*")] = AS_IT_IS,
    lang: Language | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Leave out each term of a kept model in turn: likelihood-ratio and score tests, AIC.

    A categorical column is left out with all its levels; of a formula, terms that are part of no other.

    Parameters
    ----------
    model
        Model file written by loglik fit -o.
    data
        The data of the fit; - reads standard input.
    lang
        Language of the output.
    as_json
        Print the loglik.drop1/1 document.
    """
    del lang  # that of the context by now
    from loglik.model.dropped_terms import dropped_terms
    from loglik.model.fitted import load_model
    from loglik.model.inference_pages import drop1_page

    fitted = load_model(model)
    source = rows.open(data, fitted.input.reading)
    found = dropped_terms(fitted, source, None, None, model)
    if as_json:
        print_json(found.as_json())
        return 0
    console().print(drop1_page(found.as_json()))
    term = next((t.term for t in fitted.report.terms if t.term != "(Intercept)"), "(Intercept)")
    print_next("test", model, f"{term} = 0")
    return 0
