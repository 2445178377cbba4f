"""``loglik dice`` and ``loglik coin``: from throws to the likelihood, the estimate, its uncertainty, and tests."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from loglik.cli.streams import print_json
from loglik.errors import DataError

if TYPE_CHECKING:
    from loglik.cli.dice_input import Given
    from loglik.dice.categorical import Categorical
    from loglik.dice.exact_test import ExactTest
    from loglik.dice.goodness_of_fit import ChiSquareTest

SCHEMA = "loglik.dice/1"


def dice(
    *counts: Annotated[str, Parameter(allow_leading_hyphen=True)],
    throws: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    file: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    column: str | None = None,
    faces: str | None = None,
    fair: Annotated[bool, Parameter(negative="")] = False,
    p0: str | None = None,
    level: float = 0.95,
    smoothing: float = 0.0,
    power: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    seed: int = 0,
    lang: Literal["en", "ja"] = "en",
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Show the likelihood of throws of a die, the estimate with its uncertainty, and whether the die is fair.

    With y_k the probability of face k and t_k its count, L = prod y_k^t_k and log L = sum t_k log y_k. It is largest
    where y_k = t_k/n; minus log L/n is the cross-entropy per throw.

    Parameters
    ----------
    counts
        How often each face came up: 3 5 2 4 1 5.
    throws
        The throws themselves, as 1,3,6,...
    file
        Text file of throws, separated by line breaks, spaces or commas; - reads standard input.
    column
        Column of throws, if the file is a table (CSV, Parquet and others).
    faces
        Number of faces (default with throws: 6), or their names as red,green,blue.
    fair
        Test whether the die is fair (the default).
    p0
        Test these probabilities instead: 1/6,1/6,1/6,1/6,1/6,1/6.
    level
        Coverage of the intervals; tests reject at 1 - level.
    smoothing
        Imagined throws to add to each count (1: Laplace's rule).
    power
        How many throws it takes to notice that a face is so many percent heavier: 10 (the last face), or 2=10 (face 2).
    seed
        Seed of the random experiments of the exact test, where there are too many outcomes to count.
    lang
        Language of the output.
    as_json
        Print the loglik.dice/1 document.
    """
    from loglik.cli.dice_input import read_die

    given = read_die(counts, throws, file, column, faces)
    return _run(given, fair, p0, level, smoothing, power, seed, lang, as_json=as_json, coin=False)


def coin(
    heads: Annotated[str, Parameter(allow_leading_hyphen=True)],
    tails: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    fair: Annotated[bool, Parameter(negative="")] = False,
    p0: str | None = None,
    level: float = 0.95,
    smoothing: float = 0.0,
    power: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    lang: Literal["en", "ja"] = "en",
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Show the likelihood of tosses of a coin, the estimate with its uncertainty, and whether the coin is fair.

    A coin is a die with two faces: everything as in loglik dice, with the exact binomial test.

    Parameters
    ----------
    heads
        How often heads came up.
    tails
        How often tails came up.
    fair
        Test whether the coin is fair (the default).
    p0
        Test this probability of heads instead, such as 0.6 or 3/5.
    level
        Coverage of the intervals; tests reject at 1 - level.
    smoothing
        Imagined tosses to add to each count (1: Laplace's rule).
    power
        How many tosses it takes to notice that heads is so many percent likelier.
    lang
        Language of the output.
    as_json
        Print the loglik.dice/1 document.
    """
    from loglik.cli.dice_input import Given, number, probability
    from loglik.dice.categorical import Categorical

    given = Given(Categorical.from_counts((number(heads), number(tails)), ("heads", "tails")))
    if p0 is not None:
        share = probability(p0)
        p0 = f"{share!r},{1.0 - share!r}"
    if power is not None and "=" not in power:
        power = f"heads={power}"
    return _run(given, fair, p0, level, smoothing, power, 0, lang, as_json=as_json, coin=True)


def _run(
    given: Given,
    fair: bool,  # noqa: FBT001
    p0: str | None,
    level: float,
    smoothing: float,
    power: str | None,
    seed: int,
    lang: Literal["en", "ja"],
    *,
    as_json: bool,
    coin: bool,
) -> int:
    from loglik.cli.dice_input import probability, usage
    from loglik.cli.dice_view import Shown, show
    from loglik.dice.counts import options, probabilities

    if fair and p0 is not None:
        raise usage("--fair and --p0 exclude each other", "coin" if coin else "dice")
    options(level=level, seed=seed)
    die = given.die
    tested = (
        None if p0 is None else probabilities([probability(p) for p in p0.split(",")], die.n_classes, "p0").tolist()
    )
    if not (math.isfinite(smoothing) and smoothing >= 0.0):
        raise DataError("LL118", f"smoothing = {smoothing} is out of range", "It must be a number >= 0.")
    shown = Shown(
        given=given,
        p0=tested,
        level=level,
        smoothing=smoothing,
        lr=die.lr_test(tested),
        pearson=die.pearson_test(tested),
        exact=die.exact_test(tested, rng=seed),
        power=None if power is None else power_table(die, tested, power, level),
        coin=coin,
        language=lang,
    )
    if as_json:
        print_json(document(shown))
        return 0
    show(shown)
    return 0


def power_table(die: Categorical, p0: list[float] | None, request: str, level: float) -> dict[str, Any]:
    """Power at the throws there are, and the throws needed for some powers.

    Parameters
    ----------
    die : Categorical
        Faces, and n.
    p0 : list of float or None
        What is tested; None is a fair die.
    request : str
        ``PERCENT`` or ``FACE=PERCENT``.
    level : float
        Tests reject at 1 - level.
    """
    import numpy as np

    from loglik.dice.power import heavier, power, throws_needed

    name, sign, text = request.rpartition("=")
    labels = [str(c) for c in die.classes]
    if sign and name.strip() not in labels:
        raise DataError("LL118", f"power: no face {name.strip()!r}", f"Faces: {', '.join(labels[:12])}.")
    try:
        percent = float(text.strip().removesuffix("%"))
    except ValueError:
        percent = math.nan
    if not math.isfinite(percent):
        raise DataError(
            "LL118", f"power = {request!r} is no percentage", "Write --power 10, or --power 2=10 for face 2."
        )
    if die.n_classes == 1:
        raise DataError("LL118", "power: a die with one face cannot be heavier on it", "Give two faces or more.")
    face = labels.index(name.strip()) if sign else len(labels) - 1
    null = np.array(p0) if p0 is not None else np.full(die.n_classes, 1.0 / die.n_classes)
    truth = heavier(null, face, percent)
    planned = [(die.n, power(truth, null, die.n, level))] if die.n else []
    for wanted in (0.5, 0.8, 0.9, 0.99):
        if wanted > 1.0 - level:
            n = throws_needed(truth, null, wanted, level)
            planned.append((n, power(truth, null, n, level)))
    return {
        "face": labels[face],
        "percent": percent,
        "p0": float(null[face]),
        "p1": float(truth[face]),
        "level": level,
        "throws": [n for n, _ in planned],
        "power": [value for _, value in planned],
    }


def document(shown: Any) -> dict[str, Any]:
    """Make the ``loglik.dice/1`` document; what does not exist or is infinite is null."""
    die: Categorical = shown.given.die
    thrown = die.n > 0
    methods = ("wilson", "clopper-pearson", "jeffreys", "goodman", "sison-glaz")
    made: dict[str, Any] = {
        "schema": SCHEMA,
        "counts": list(die.counts),
        "n": die.n,
        "mle": die.mle().tolist() if thrown else None,
        "std_errors": die.standard_errors().tolist() if thrown else None,
        "intervals": {
            "level": shown.level,
            **{m.replace("-", "_"): die.intervals(shown.level, m).tolist() for m in methods},
        },
        "log_likelihood": die.log_likelihood(),
        "cross_entropy": die.cross_entropy() if thrown else None,
        "tests": {"lr": _test(shown.lr), "pearson": _test(shown.pearson), "exact": _exact(shown.exact)},
    }
    if shown.smoothing:
        made["smoothed"] = die.smoothed(shown.smoothing).tolist()
    if shown.power is not None:
        made["power"] = shown.power
    return made


def _test(test: ChiSquareTest) -> dict[str, Any]:
    statistic = test.statistic if math.isfinite(test.statistic) else None
    return {"statistic": statistic, "df": test.df, "p_value": test.p_value}


def _exact(test: ExactTest) -> dict[str, Any]:
    return {"p_value": test.p_value, "std_error": test.std_error}
