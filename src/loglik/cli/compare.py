"""``loglik compare``: kept models of the same rows beside each other."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from loglik.cli.streams import console, print_json, print_next
from loglik.texts import Language  # noqa: TC001 - cyclopts reads the annotations


def compare(
    *models: str,
    lang: Language | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Compare kept models of the same rows: AIC, BIC, and likelihood-ratio tests where they are nested.

    Parameters
    ----------
    models
        Model files written by loglik fit -o.
    lang
        Language of the output.
    as_json
        Print the loglik.compare/1 document.
    """
    del lang  # that of the context by now
    from loglik.model.comparison import compared, names_of_files
    from loglik.model.fitted import load_model
    from loglik.model.inference_pages import comparison_page

    found = compared([load_model(path) for path in models], names_of_files(models))
    if as_json:
        print_json(found.as_json())
        return 0
    console().print(comparison_page(found.as_json()))
    print_next("drop1", "--help")
    return 0
