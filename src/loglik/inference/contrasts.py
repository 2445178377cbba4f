"""Linear hypotheses about coefficients, as one writes them, and their Wald tests: ``carrier[AA] = carrier[UA]``.

``R b = q``, with ``W = (R b - q)' (R V R')^-1 (R b - q)`` chi-squared with as many degrees of freedom as hypotheses
(Wald, Transactions of the American Mathematical Society 54, 1943).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc, ndtr, ndtri

from loglik.errors import DataError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.array_types import Matrix, Vector

_MOST_CHARACTERS = 100_000
_NUMBER = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_CLASS = re.compile(r"\[([^\]]*)\]\s*(?=\S)")
# Share of a contrast's variance that the contrasts before it leave unexplained: less is rounding.
_INDEPENDENT = 1e-10


@dataclass(frozen=True)
class Hypotheses:
    """``R b = q``.

    Parameters
    ----------
    texts : tuple of str
        As they are written; one without a class stands for one of each free class.
    r : ndarray of shape (m, D)
        Factors of the coefficients.
    q : ndarray of shape (m,)
        Right sides.
    """

    texts: tuple[str, ...]
    r: Matrix
    q: Vector


@dataclass(frozen=True)
class WaldTest:
    """What a Wald test found.

    Parameters
    ----------
    hypotheses : tuple of str
        ``R b = q``, one for each row.
    estimate, std_error, statistic, p_value, conf_low, conf_high : ndarray of shape (m,)
        ``R b - q`` for each, with its standard error, z, two-sided p-value and interval.
    chi2 : float
        The joint statistic.
    df : int
        Its degrees of freedom, m.
    chi2_p_value : float
        Probability of a larger one.
    """

    hypotheses: tuple[str, ...]
    estimate: Vector
    std_error: Vector
    statistic: Vector
    p_value: Vector
    conf_low: Vector
    conf_high: Vector
    chi2: float
    df: int
    chi2_p_value: float


def hypotheses(text: str, names: Sequence[tuple[str, str]]) -> Hypotheses:
    """Read hypotheses.

    Parameters
    ----------
    text : str
        Equations of linear terms, separated by commas or lines: ``2*x - z = 1``; without an equals sign, ``= 0``. With
        more than two classes ``[class]`` before a term says which; an equation that says none holds for each.
    names : sequence of (class, term)
        Names of the coefficients.

    Raises
    ------
    DataError
        LL230 what cannot be read, and where; LL231 no such coefficient.
    """
    if len(text) > _MOST_CHARACTERS:
        raise DataError("LL230.long", n=len(text), most=_MOST_CHARACTERS)
    reader = _Reader(text, names)
    found = [hypothesis for equation in reader.equations() for hypothesis in equation]
    if not found:
        raise DataError("LL230.empty")
    return Hypotheses(
        tuple(written for written, _, _ in found),
        np.array([r for _, r, _ in found]),
        np.array([q for _, _, q in found]),
    )


def wald_test(tested: Hypotheses, b: Vector, covariance: Matrix, conf_level: float) -> WaldTest:
    """Test hypotheses.

    Parameters
    ----------
    tested : Hypotheses
        ``R b = q``.
    b : ndarray of shape (D,)
        Estimates.
    covariance : ndarray of shape (D, D)
        Their covariance V, of any kind.
    conf_level : float
        Coverage of the intervals.

    Raises
    ------
    DataError
        LL232 hypotheses that say the same, or contradict each other, or whose covariance has no inverse.
    """
    estimate = tested.r @ b - tested.q
    spread = tested.r @ covariance @ tested.r.T
    if (np.diag(spread) < 0.0).any():
        raise DataError("LL232.singular", text=tested.texts[int((np.diag(spread) < 0.0).argmax())])
    error = np.sqrt(np.diag(spread))
    if not (error > 0.0).all():
        raise DataError("LL232.nothing", text=tested.texts[int((error > 0.0).argmin())])
    correlation = spread / np.outer(error, error)
    whitened = _solve_lower(correlation, estimate / error, tested)
    chi2 = float(whitened @ whitened)
    z = estimate / error
    reach = -ndtri((1.0 - conf_level) / 2.0) * error
    df = len(tested.texts)
    return WaldTest(
        tested.texts, estimate, error, z, 2.0 * ndtr(-np.abs(z)), estimate - reach, estimate + reach,
        chi2, df, float(chdtrc(df, chi2)),
    )  # fmt: skip


def _solve_lower(correlation: Matrix, x: Vector, tested: Hypotheses) -> Vector:
    """``L^-1 x`` with ``L L'`` the correlation, row by row: a row that adds nothing is named."""
    m = x.size
    lower, solved = np.zeros((m, m)), np.zeros(m)
    for i in range(m):
        for j in range(i):
            lower[i, j] = (correlation[i, j] - lower[i, :j] @ lower[j, :j]) / lower[j, j]
        left = correlation[i, i] - lower[i, :i] @ lower[i, :i]
        if left <= _INDEPENDENT:
            follows = np.linalg.lstsq(tested.r[:i].T, tested.r[i], rcond=None)[0] @ tested.r[:i] - tested.r[i]
            repeated = np.abs(follows).max() <= _INDEPENDENT * np.abs(tested.r[i]).max()
            raise DataError("LL232.repeated" if repeated else "LL232.singular", text=tested.texts[i])
        lower[i, i] = np.sqrt(left)
        solved[i] = (x[i] - lower[i, :i] @ solved[:i]) / lower[i, i]
    return solved


class _Reader:
    """One text, from left to right; names are matched whole, the longest first, whatever signs they hold."""

    def __init__(self, text: str, names: Sequence[tuple[str, str]]) -> None:
        self.text, self.at = text, 0
        self.names = list(names)
        self.classes = list(dict.fromkeys(c for c, _ in names))
        self.place = {name: i for i, name in enumerate(self.names)}
        self.terms = sorted(dict.fromkeys(t for _, t in names), key=len, reverse=True)

    def equations(self) -> list[list[tuple[str, Vector, float]]]:
        found: list[list[tuple[str, Vector, float]]] = []
        while True:
            self._skip(",;\n")
            if self.at >= len(self.text):
                return found
            found.append(self._equation())

    def _equation(self) -> list[tuple[str, Vector, float]]:
        start = self.at
        left, constant = self._sum()
        if self._sign("="):
            self._sign("=")  # == is = too
            right, other = self._sum()
            left += [(-factor, class_, term) for factor, class_, term in right]
            constant -= other
        written = " ".join(self.text[start : self.at].split())
        self._skip("")
        if self.at < len(self.text) and self.text[self.at] not in ",;\n":
            raise DataError("LL230.stray", character=self.at + 1, shown=self._around(self.at))
        if not left:
            raise DataError("LL230.no_term", character=start + 1, shown=self._around(start))
        named = any(class_ is not None for _, class_, _ in left)
        made = []
        for own in [None] if named or len(self.classes) == 1 else self.classes:
            row = np.zeros(len(self.names))
            for factor, class_, term in left:
                chosen = class_ if class_ is not None else own if own is not None else self.classes[0]
                if class_ is None and own is None and len(self.classes) > 1:
                    raise DataError("LL230.some_classes", character=start + 1, shown=self._around(start))
                row[self.place[chosen, term]] += factor
            made.append((written if own is None else f"[{own}] {written}", row, -constant))
        return made

    def _sum(self) -> tuple[list[tuple[float, str | None, str]], float]:
        terms: list[tuple[float, str | None, str]] = []
        constant, sign, first = 0.0, 1.0, True
        while True:
            while (found := self._sign("+-")) is not None:
                sign *= -1.0 if found == "-" else 1.0
                first = True
            if not first:
                return terms, constant
            factor, term = self._product()
            if term is None:
                constant += sign * factor
            else:
                terms.append((sign * factor, *term))
            first, sign = False, 1.0

    def _product(self) -> tuple[float, tuple[str | None, str] | None]:
        self._skip("")
        if (term := self._term()) is not None:
            factor = 1.0
            while (sign := self._sign("*/")) is not None:
                number = self._number()
                factor = factor * number if sign == "*" else factor / number
            return factor, term
        factor = self._number()
        while (sign := self._sign("*/")) is not None:
            if sign == "*" and (term := self._term()) is not None:
                return factor, term
            number = self._number()
            factor = factor * number if sign == "*" else factor / number
        return factor, None

    def _term(self) -> tuple[str | None, str] | None:
        self._skip("")
        begin, class_ = self.at, None
        found = _CLASS.match(self.text, self.at)
        if found is not None and not any(self.text.startswith(t, self.at) for t in self.terms):
            class_ = found[1].strip()
            if class_ not in self.classes:
                raise DataError("LL231.class", name=class_, near=nearest(class_, self.classes), classes=self.classes)
            self.at = found.end()
        quoted = self.text.startswith("`", self.at)
        for term in self.terms:
            whole = f"`{term}`" if quoted and not term.startswith("`") else term
            end = self.at + len(whole)
            if self.text.startswith(whole, self.at) and (end == len(self.text) or not _continues(self.text, end)):
                self.at = end
                return class_, term
        word = re.compile(r"[^\W\d][^\s,=;+*]*").match(self.text, self.at)
        if word is not None or class_ is not None or quoted:
            name = word[0] if word else self.text[self.at : self.at + 20]
            raise DataError("LL231.term", name=name, near=nearest(name, self.terms), character=begin + 1)
        return None

    def _number(self) -> float:
        self._skip("")
        found = _NUMBER.match(self.text, self.at)
        if found is None:
            raise DataError("LL230.expected", character=self.at + 1, shown=self._around(self.at))
        self.at = found.end()
        number = float(found[0])
        if not np.isfinite(number):
            raise DataError("LL230.expected", character=self.at + 1, shown=self._around(self.at))
        return number

    def _sign(self, signs: str) -> str | None:
        self._skip("")
        if self.at < len(self.text) and self.text[self.at] in signs:
            self.at += 1
            return self.text[self.at - 1]
        return None

    def _skip(self, more: str) -> None:
        while self.at < len(self.text) and (self.text[self.at] in " \t\r" or self.text[self.at] in more):
            self.at += 1

    def _around(self, at: int) -> str:
        return f"{self.text[max(0, at - 30) : at]}⟨{self.text[at : at + 1]}⟩{self.text[at + 1 : at + 30]}"


def _continues(text: str, end: int) -> bool:
    """Whether a name goes on here."""
    return text[end].isalnum() or text[end] in "_[" or (text[end] == "." and text[end - 1].isalnum())
