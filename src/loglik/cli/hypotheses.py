"""``loglik test``: Wald tests of hypotheses about the coefficients of a kept model."""

from __future__ import annotations

import warnings
from typing import Annotated, Literal

from cyclopts import Parameter

from loglik.cli.options import AS_IT_IS, Input, names
from loglik.cli.streams import console, print_json, print_next
from loglik.errors import DataError
from loglik.texts import Language  # noqa: TC001 - cyclopts reads the annotations


def run(
    model: str,
    hypotheses: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    /,
    *,
    add: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    vcov: Literal["model", "sampling", "HC0", "HC1", "HC3", "cluster"] | None = None,
    cluster: str | None = None,
    data: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    rows: Annotated[Input, Parameter(name="*")] = AS_IT_IS,
    level: float | None = None,
    lang: Language | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Test linear hypotheses about the coefficients of a kept model, each and all together; or terms that it does not have.

    Parameters
    ----------
    model
        Model file written by loglik fit -o.
    hypotheses
        Equations in the names of the table, separated by commas: "carrier[AA] = carrier[UA], distance = 0".
    add
        Terms that the model does not have, as "log(x) + a:b", in the place of hypotheses: a score test (needs --data).
    vcov
        Covariance (default: that of the fit; others than those kept in the model need --data).
    cluster
        Column of clusters in the data, or two, as firm,year.
    data
        The data of the fit, where the covariance has to be computed.
    level
        Coverage of the confidence intervals (default: that of the fit).
    lang
        Language of the output.
    as_json
        Print the loglik.test/1 document (with --add loglik.score_test/1).
    """
    del lang  # that of the context by now
    from loglik.model.arguments import checked_numbers
    from loglik.model.fitted import load_model
    from loglik.model.inference_pages import hypothesis_page, score_page

    if level is not None:
        checked_numbers(level=level)
    if add is not None and hypotheses is not None:
        raise DataError("LL230.what")
    given = {"--vcov": vcov, "--cluster": cluster, "--level": level}
    unused = [flag for flag, value in given.items() if value is not None]
    if add is not None and unused:
        raise DataError("LL230.of_hypotheses", flags=unused)
    fitted = load_model(model)
    if add is not None:
        if data is None:
            raise DataError("LL230.no_data")
        tested = fitted.score_test(add, rows.open(data, fitted.input.reading))
        if as_json:
            print_json(tested.as_json())
            return 0
        console().print(score_page(tested.as_json()))
        print_next("drop1", model, data)
        return 0
    if hypotheses is None:
        raise DataError("LL230.what")
    with warnings.catch_warnings(record=True) as noticed:
        warnings.simplefilter("always", UserWarning)
        source = None if data is None else rows.open(data, fitted.input.reading)
        found = fitted.test(hypotheses, vcov=vcov, cluster=names(cluster), data=source, conf_level=level)
    if as_json:
        print_json(found.as_json())
        return 0
    out = console()
    out.print(hypothesis_page(found.as_json()))
    err = console(stderr=True, soft_wrap=True)
    for each in noticed:
        err.print(str(each.message), markup=False)
    print_next("explain", "LL230")
    return 0
