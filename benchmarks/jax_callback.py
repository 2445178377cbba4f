"""What calling the losses from compiled JAX programs costs: beside Optax, and beside the NumPy functions called directly.

Microseconds per call of a compiled mean loss, with and without its gradient, float32. The answers are compared first. Run
``make bench-jax``; it writes ``benchmarks/results/jax_callback.json``.
"""

from __future__ import annotations

import json
import math
import statistics
import time
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax

from loglik import jax as jax_losses
from loglik.losses import cross_entropy, cross_entropy_value_and_grad

RESULTS = Path("benchmarks/results/jax_callback.json")
SHAPES = [(32, 10), (4_096, 10), (65_536, 10), (65_536, 100), (16_384, 1_000), (1_024, 32_000)]
SECONDS = 2.0  # for a shape


def contenders(x, y) -> dict[str, tuple]:
    """Pairs of functions: loss, and loss with gradient."""
    jx, jy = jnp.asarray(x), jnp.asarray(y)

    def compiled(loss):
        def mean(a, b):
            return loss(a, b).mean()

        value, both = jax.jit(mean), jax.jit(jax.value_and_grad(mean))
        return lambda: value(jx, jy).block_until_ready(), lambda: jax.block_until_ready(both(jx, jy))

    return {
        "NumPy": (
            lambda: cross_entropy(logits=x, labels=y),
            lambda: cross_entropy_value_and_grad(logits=x, labels=y),
        ),
        "loglik.jax": compiled(jax_losses.softmax_cross_entropy_with_integer_labels),
        "optax": compiled(optax.softmax_cross_entropy_with_integer_labels),
    }


def measure(n: int, k: int) -> list[dict]:
    rng = np.random.default_rng(k)
    runs = contenders((rng.normal(size=(n, k)) * 3).astype(np.float32), rng.integers(0, k, n).astype(np.int32))
    exact = runs["NumPy"][0]()
    for name, (forward, backward) in runs.items():
        answer = float(forward())
        if not math.isclose(answer, exact, rel_tol=1e-5):
            raise SystemExit(f"{name} gives {answer}, NumPy {exact}")
        backward()
    timed: dict[tuple[str, str], list[float]] = {(name, kind): [] for name in runs for kind in ("loss", "gradient")}
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end or len(timed["NumPy", "loss"]) < 5:
        for name, pair in runs.items():
            for kind, function in zip(("loss", "gradient"), pair, strict=True):
                start = time.perf_counter()
                function()
                timed[name, kind].append((time.perf_counter() - start) * 1e6)
    return [
        {
            "rows": n, "classes": k, "kind": kind,
            "min_us": {name: min(timed[name, kind]) for name in runs},
            "median_us": {name: statistics.median(timed[name, kind]) for name in runs},
        }
        for kind in ("loss", "gradient")
    ]  # fmt: skip


def main() -> None:
    rows = [row for n, k in SHAPES for row in measure(n, k)]
    for r in rows:
        times = "  ".join(f"{name} {t:8.0f} ({r['median_us'][name]:.0f})" for name, t in r["min_us"].items())
        print(f"{r['rows']:>7,} x {r['classes']:<7,} {r['kind']:9} {times} us, least (median)")
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps({"schema": "loglik.bench/1", "case": "jax callback", "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
