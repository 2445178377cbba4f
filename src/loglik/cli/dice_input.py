"""What ``loglik dice`` and ``loglik coin`` are given: counts, throws, faces and probabilities, as text."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loglik.cli.options import names
from loglik.design.standard_input import standard_input
from loglik.errors import DataError, LoglikError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.dice.categorical import Categorical

_USUAL_FACES = 6
_MOST_FACES = 100_000
_WHOLE = re.compile(r"[+-]?\d+")
_SEPARATOR = re.compile(r"[\s,;]+")


def usage(message: str, command: str) -> LoglikError:
    """LL100 with a pointer to the options of the command."""
    return LoglikError("LL100", message, f"loglik {command} --help shows the options.")


def read_die(
    counts: Sequence[str], throws: str | None, file: str | None, column: str | None, faces: str | None
) -> tuple[Categorical, Sequence[Any] | None]:
    """Make a die of what the command line gives.

    Returns
    -------
    die : Categorical
        Counts.
    labels : sequence or None
        The single throws in their order, where they are known.

    Raises
    ------
    LoglikError
        LL100 none or several of counts, throws and file; LL101, LL102, LL104 the file; LL150 to LL155 counts and throws.
    """
    from loglik.dice.categorical import Categorical

    given = [name for name, value in (("counts", counts), ("--throws", throws), ("--file", file)) if value]
    if len(given) != 1:
        found = " and ".join(given) if given else "none"
        raise usage(f"exactly one of counts, --throws and --file is needed; there is {found}", "dice")
    if column is not None and file is None:
        raise usage("--column is the column of a --file", "dice")
    if counts:
        numbers = [number(token) for argument in counts for token in argument.split(",") if token.strip()]
        return Categorical.from_counts(numbers, _face_names(faces, len(numbers))), None
    if column is not None and file is not None:
        labels = _column(file, column)
    else:
        labels = [t for t in _SEPARATOR.split(throws if throws is not None else _text(str(file))) if t]
    # A word among numbers is a slip or the name of a column, and no seventh face.
    whole = not labels or any(_WHOLE.fullmatch(label) for label in labels)
    wanted = names(faces)
    if wanted is not None and not (len(wanted) == 1 and _WHOLE.fullmatch(wanted[0])):
        return Categorical.from_samples(labels, wanted), labels
    if wanted is None and not whole:
        return Categorical.from_samples(labels), labels
    n_faces = _USUAL_FACES if wanted is None else _number_of_faces(wanted[0])
    throws_seen = [int(label) if _WHOLE.fullmatch(label) else label for label in labels]
    try:
        return Categorical.from_samples(throws_seen, range(1, n_faces + 1)), throws_seen
    except DataError as error:
        if wanted is None and error.code == "LL154":
            hint = f"{error.hint} Say --faces 20 for a die with twenty, --column NAME if the file is a table."
            raise DataError(error.code, error.message, hint) from error
        raise


def _face_names(faces: str | None, n_counts: int) -> Sequence[Any]:
    wanted = names(faces)
    if wanted is None:
        return ()
    if len(wanted) == 1 and _WHOLE.fullmatch(wanted[0]):
        if _number_of_faces(wanted[0]) != n_counts:
            raise DataError("LL150", f"{n_counts} counts for {wanted[0]} faces", "Give one count per face.")
        return ()
    return wanted


def _number_of_faces(text: str) -> int:
    n = int(text)
    if not 1 <= n <= _MOST_FACES:
        raise DataError("LL118", f"faces = {n} is out of range", f"It must lie between 1 and {_MOST_FACES:,}.")
    return n


def number(text: str) -> int | float:
    """Read a count; what is no whole number is refused later, with its place.

    Examples
    --------
    >>> number("1e3"), number("9007199254740993")
    (1000.0, 9007199254740993)
    """
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        raise DataError(
            "LL150", f"{text.strip()!r} is not a number", "A count is a whole number >= 0: how often a face came up."
        ) from None


def probability(text: str) -> float:
    """Read a decimal or a fraction.

    Examples
    --------
    >>> probability("1/4"), probability("0.3")
    (0.25, 0.3)
    """
    try:
        return float(Fraction(text.strip()))
    except (ValueError, ZeroDivisionError, OverflowError):
        raise DataError("LL153", f"p0: {text.strip()!r} is no probability", "Write 0.25 or 1/4.") from None


def probabilities_of(text: str) -> list[float]:
    """Read probabilities, separated by commas.

    Examples
    --------
    >>> probabilities_of("1/2, 0.25, 1/4")
    [0.5, 0.25, 0.25]
    """
    return [probability(part) for part in text.split(",")]


def heavier_face(request: str, faces: Sequence[Any]) -> tuple[int, float]:
    """Read which face is heavier, and by how many percent: ``PERCENT`` (the last face) or ``FACE=PERCENT``.

    Raises
    ------
    DataError
        LL118 no such face, or no percentage.

    Examples
    --------
    >>> heavier_face("10", [1, 2, 3]), heavier_face("red=-5 %", ["red", "blue"])
    ((2, 10.0), (0, -5.0))
    """
    name, sign, text = request.rpartition("=")
    labels = [str(face) for face in faces]
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
    return (labels.index(name.strip()) if sign else len(labels) - 1), percent


def _text(file: str) -> str:
    if file == "-":
        raw = standard_input()
    else:
        try:
            raw = Path(file).read_bytes()
        except OSError as error:
            raise DataError("LL101", f"{file}: {error.strerror}", "Check the path.") from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError("LL104", f"{file} is not text in UTF-8", "Give one throw per line.") from error
    if not text.strip():
        raise DataError("LL102", f"{file} is empty", "Give one throw per line.")
    return text


def _column(file: str, column: str) -> list[str]:
    from loglik.design.any_source import any_source
    from loglik.errors import did_you_mean

    source = any_source(file)
    if column not in source.columns:
        raise DataError("LL103", f'column "{column}" not in {source.label}{did_you_mean(column, source.columns)}')
    source.prepare([column])
    codes = source.codes(column)
    missing = [i for i, code in enumerate(codes.codes.tolist()) if code < 0]
    if missing:
        raise DataError("LL154", f"throw {missing[0] + 1} of {source.label} is missing", "Leave such throws out.")
    return [codes.levels[code] for code in codes.codes.tolist()]
