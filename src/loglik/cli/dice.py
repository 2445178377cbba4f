"""``loglik dice`` and ``loglik coin``: from throws to the likelihood, the estimate, its uncertainty, and tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from loglik.cli.streams import print_json
from loglik.texts import Language, current

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.dice.categorical import Categorical
    from loglik.dice.result import DiceResult

_WIDEST = 10_000


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
    lang: Language | None = None,
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
        Language of the output; by default that of the locale, or of LOGLIK_LANG.
    as_json
        Print the loglik.dice/1 document.
    """
    from loglik.cli.dice_input import probabilities_of, read_die
    from loglik.dice.result import evaluate

    die, labels = read_die(counts, throws, file, column, faces)
    _one_null(p0, "dice", fair=fair)
    result = evaluate(
        die,
        None if p0 is None else probabilities_of(p0),
        level=level,
        smoothing=smoothing,
        seed=seed,
        heavier=_heavier(power, die),
    )
    return _show(result, labels, lang or current(), as_json=as_json, coin=False)


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
    lang: Language | None = None,
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
        Language of the output; by default that of the locale, or of LOGLIK_LANG.
    as_json
        Print the loglik.dice/1 document.
    """
    from loglik.cli.dice_input import number, probability
    from loglik.dice.categorical import Categorical
    from loglik.dice.result import evaluate

    _one_null(p0, "coin", fair=fair)
    die = Categorical.from_counts((number(heads), number(tails)), ("heads", "tails"))
    share = None if p0 is None else probability(p0)
    if power is not None and "=" not in power:
        power = f"heads={power}"
    result = evaluate(
        die,
        None if share is None else [share, 1.0 - share],
        level=level,
        smoothing=smoothing,
        heavier=_heavier(power, die),
    )
    return _show(result, None, lang or current(), as_json=as_json, coin=True)


def _one_null(p0: str | None, command: str, *, fair: bool) -> None:
    from loglik.errors import LoglikError

    if fair and p0 is not None:
        raise LoglikError("LL100.two_nulls", command=command)


def _heavier(power: str | None, die: Categorical) -> tuple[int, float] | None:
    from loglik.cli.dice_input import heavier_face

    return None if power is None else heavier_face(power, die.classes)


def _show(result: DiceResult, throws: Sequence[Any] | None, lang: Language, *, as_json: bool, coin: bool) -> int:
    from loglik.cli.streams import console, has_blocks
    from loglik.dice.document import document
    from loglik.dice.page import page, underflow_note
    from loglik.dice.words import Words

    if as_json:
        print_json(document(result))
        return 0
    words = Words(lang, coin=coin)
    # Lines are long rather than cut where the terminal is narrow.
    out = console(markup=False, emoji=False, soft_wrap=True, width=_WIDEST)
    for part in page(result, throws, words, blocks=has_blocks()):
        out.print(part)
    note = underflow_note(result, words)
    if note:
        console(stderr=True, markup=False, soft_wrap=True).print(note)
    return 0
