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
        raise LoglikError("LL100.dice_source", given=given)
    if column is not None and file is None:
        raise LoglikError("LL100.column_without_file")
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
        if wanted is None and error.said.key == "LL154.no_face":
            seen = error.said.values
            raise DataError(
                "LL154.no_usual_face",
                throw=seen["throw"], label=seen["label"], near=seen["near"], faces=seen["faces"],
            ) from error  # fmt: skip
        raise


def _face_names(faces: str | None, n_counts: int) -> Sequence[Any]:
    wanted = names(faces)
    if wanted is None:
        return ()
    if len(wanted) == 1 and _WHOLE.fullmatch(wanted[0]):
        if _number_of_faces(wanted[0]) != n_counts:
            raise DataError("LL150.counts_for_faces", counts=n_counts, faces=wanted[0])
        return ()
    return wanted


def _number_of_faces(text: str) -> int:
    n = int(text)
    if not 1 <= n <= _MOST_FACES:
        raise DataError("LL118.faces", faces=n, most=_MOST_FACES)
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
        raise DataError("LL150.no_count", text=text.strip()) from None


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
        raise DataError("LL153.p0", text=text.strip()) from None


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
        raise DataError("LL118.heavier_face", name=name.strip(), faces=labels)
    try:
        percent = float(text.strip().removesuffix("%"))
    except ValueError:
        percent = math.nan
    if not math.isfinite(percent):
        raise DataError("LL118.percentage", request=request)
    return (labels.index(name.strip()) if sign else len(labels) - 1), percent


def _text(file: str) -> str:
    if file == "-":
        raw = standard_input()
    else:
        try:
            raw = Path(file).read_bytes()
        except OSError as error:
            raise DataError("LL101.system", path=file, why=error.strerror) from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError("LL104.throws_not_utf8", file=file) from error
    if not text.strip():
        raise DataError("LL102.no_throws", file=file)
    return text


def _column(file: str, column: str) -> list[str]:
    from loglik.design.any_source import any_source
    from loglik.errors import nearest

    source = any_source(file)
    if column not in source.columns:
        raise DataError(
            "LL103.no_such_column", column=column, source=source.label, near=nearest(column, source.columns)
        )
    source.prepare([column])
    codes = source.codes(column)
    missing = [i for i, code in enumerate(codes.codes.tolist()) if code < 0]
    if missing:
        raise DataError("LL154.missing_in_file", throw=missing[0] + 1, source=source.label)
    return [codes.levels[code] for code in codes.codes.tolist()]
