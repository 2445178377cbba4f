"""How often intervals of level 95 % hold the true probability: simulated coverage and mean width of each method.

One face: Wilson, Clopper-Pearson, Jeffreys, and for comparison the Wald interval (estimate +- 1.96 standard errors),
which loglik does not offer for shares. All faces at once: Goodman and Sison-Glaz, and Wilson face by face, which makes no
such promise. Prints the tables of docs/dice.md.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from scipy.special import ndtri

from loglik import Bernoulli, Categorical

ROOT = Path(__file__).parents[1]
LEVEL = 0.95
COIN_DRAWS = 200_000
DICE_DRAWS = 20_000
COINS = [(10, 0.5), (20, 1 / 6), (20, 0.05), (100, 1 / 6), (100, 0.01), (1000, 1 / 6)]
HEAVY = [0.15, 0.15, 0.15, 0.15, 0.15, 0.25]
RARE = [0.01, 0.04, 0.1, 0.15, 0.3, 0.4]
DICE = [
    ("fair, 3 faces", 30, [1 / 3] * 3),
    ("fair, 6 faces", 20, [1 / 6] * 6),
    ("fair, 6 faces", 60, [1 / 6] * 6),
    ("fair, 6 faces", 600, [1 / 6] * 6),
    ("heavy six", 100, HEAVY),
    ("rare faces", 100, RARE),
    ("fair, 20 faces", 100, [1 / 20] * 20),
]


def wald(heads: int, n: int) -> tuple[float, float]:
    coin = Bernoulli.from_counts(heads, n - heads)
    half = float(-ndtri((1 - LEVEL) / 2)) * coin.standard_errors()
    return coin.mle() - half, coin.mle() + half


def coins() -> list[dict[str, object]]:
    rows = []
    rng = np.random.default_rng(0)
    for n, p in COINS:
        heads = rng.binomial(n, p, COIN_DRAWS)
        row: dict[str, object] = {"n": n, "p": p}
        for method in ("wald", "wilson", "clopper-pearson", "jeffreys"):
            ends = np.zeros((n + 1, 2))
            for x in np.unique(heads):
                coin = Bernoulli.from_counts(int(x), n - int(x))
                ends[x] = wald(int(x), n) if method == "wald" else coin.interval(LEVEL, method)
            low, high = ends[heads].T
            row[method] = {
                "coverage": float(((low <= p) & (p <= high)).mean()),
                "width": float((np.minimum(high, 1) - np.maximum(low, 0)).mean()),
            }
        rows.append(row)
    return rows


def dice() -> list[dict[str, object]]:
    rows = []
    rng = np.random.default_rng(0)
    for name, n, p in DICE:
        # Intervals do not depend on the order of the faces: one computation for all permutations of the counts.
        thrown = rng.multinomial(n, p, DICE_DRAWS)
        order = np.argsort(thrown, axis=1)
        kinds, which = np.unique(np.take_along_axis(thrown, order, axis=1), axis=0, return_inverse=True)
        truth = np.array(p)[order]
        row: dict[str, object] = {"die": name, "n": n}
        for method in ("goodman", "sison-glaz", "wilson"):
            ends = np.array([Categorical.from_counts(x.tolist()).intervals(LEVEL, method) for x in kinds])[
                which.ravel()
            ]
            inside = (ends[:, :, 0] <= truth) & (truth <= ends[:, :, 1])
            row[method] = {
                "coverage": float(inside.all(axis=1).mean()),
                "width": float((ends[:, :, 1] - ends[:, :, 0]).mean()),
            }
        rows.append(row)
    return rows


def table(head: list[str], keys: list[str], rows: list[dict[str, object]], methods: list[str]) -> None:
    print("| " + " | ".join([*head, *methods]) + " |")
    print("|" + "---|" * (len(head) + len(methods)))
    for row in rows:
        cells = [f"{row[k]:.4g}" if isinstance(row[k], float) else f"{row[k]}" for k in keys]
        cells += [f"{100 * row[m]['coverage']:.1f} ({row[m]['width']:.3f})" for m in methods]  # type: ignore[index]
        print("| " + " | ".join(cells) + " |", flush=True)


def main() -> None:
    """Print both tables and write them as JSON."""
    one = coins()
    table(["throws", "probability"], ["n", "p"], one, ["wald", "wilson", "clopper-pearson", "jeffreys"])
    print()
    many = dice()
    table(["die", "throws"], ["die", "n"], many, ["goodman", "sison-glaz", "wilson"])
    target = ROOT / "benchmarks" / "results" / "interval_coverage.json"
    made = {"schema": "loglik.benchmark.interval_coverage/1", "level": LEVEL, "one_face": one, "all_faces": many}
    target.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
