"""Largest error of the cross-entropy of a row, in units of the last place, beside PyTorch, JAX + optax and SciPy.

Rows of normal logits of three scales, and confident ones, whose label's logit is raised by 25 and by 40. The exact values
come from the formula of `loglik.kernels.losses.careful` in 80-bit arithmetic, which is checked here against 50 digits.
Gradients are compared entry by entry; the error is relative. Run ``make bench-losses``.
"""

from __future__ import annotations

import json
from pathlib import Path

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import optax
import torch
from scipy.special import log_softmax

from loglik.losses import cross_entropy, cross_entropy_value_and_grad

RESULTS = Path("benchmarks/results/losses_accuracy.json")
WIDTHS = [2, 10, 1_000, 32_000, 128_256]
KINDS = {"scale 0.1": (0.1, 0), "scale 3": (3, 0), "scale 30": (30, 0), "label + 25": (1, 25), "label + 40": (1, 40)}
ROWS = {2: 400, 10: 400, 1_000: 100, 32_000: 12, 128_256: 6}


def exact(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Loss and gradient of each row in 80-bit arithmetic."""
    wide = x.astype(np.longdouble)
    at = np.arange(len(x)), y
    e = np.exp(wide - wide[at][:, None])
    e[at] = 0
    rest = e.sum(axis=1)
    grad = e / (1 + rest)[:, None]
    grad[at] = -rest / (1 + rest)
    return np.log1p(rest), grad


def check(x: np.ndarray, y: np.ndarray) -> None:
    """Refuse to go on if the 80-bit loss of the first row is not that of 50 digits."""
    mpmath.mp.dps = 50
    row = [mpmath.mpf(float(v)) for v in x[0]]
    rest = mpmath.fsum(mpmath.exp(v - row[y[0]]) for i, v in enumerate(row) if i != y[0])
    true, found = mpmath.log1p(rest), mpmath.mpf(str(exact(x[:1], y[:1])[0][0]))
    if abs(found / true - 1) > mpmath.mpf(2) ** -60:
        raise SystemExit(f"80-bit arithmetic is off: {found} and {true}")


def contenders(x: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    """Losses of the rows."""
    rows = np.arange(len(x))
    return {
        "loglik": cross_entropy(logits=x, labels=y, reduction="none"),
        "torch": torch.nn.functional.cross_entropy(torch.from_numpy(x), torch.from_numpy(y), reduction="none").numpy(),
        "jax + optax": np.asarray(optax.softmax_cross_entropy_with_integer_labels(jnp.asarray(x), jnp.asarray(y))),
        "scipy": -log_softmax(x, axis=1)[rows, y],
    }


def gradients(x: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    """Gradients of the sum of the losses."""
    leaf = torch.from_numpy(x).requires_grad_()
    torch.nn.functional.cross_entropy(leaf, torch.from_numpy(y), reduction="sum").backward()
    total = jax.grad(lambda a: optax.softmax_cross_entropy_with_integer_labels(a, jnp.asarray(y)).sum())
    return {
        "loglik": cross_entropy_value_and_grad(logits=x, labels=y, reduction="sum")[1],
        "torch": leaf.grad.numpy(),
        "jax + optax": np.asarray(total(jnp.asarray(x))),
    }


def main() -> None:
    """Print the table and write it as JSON."""
    jax.config.update("jax_enable_x64", val=True)
    rows = []
    for dtype in (np.float32, np.float64):
        for v in WIDTHS:
            for kind, (scale, lift) in KINDS.items():
                rng = np.random.default_rng(v)
                x = (rng.normal(size=(ROWS[v], v)) * scale).astype(dtype)
                y = rng.integers(0, v, ROWS[v])
                x[np.arange(len(x)), y] += dtype(lift)
                check(x, y)
                loss, grad = exact(x, y)
                unit = np.spacing(loss.astype(dtype)).astype(np.longdouble)
                ulps = {name: float((abs(got - loss) / unit).max()) for name, got in contenders(x, y).items()}
                normal = abs(grad) > np.finfo(dtype).tiny
                share = {
                    name: float((abs(got - grad)[normal] / abs(grad)[normal]).max())
                    for name, got in gradients(x, y).items()
                }
                rows.append({
                    "dtype": dtype.__name__, "classes": v, "logits": kind, "loss_ulp": ulps, "gradient_relative": share,
                })  # fmt: skip
                print(
                    f"{dtype.__name__} {v:>7,} {kind:11} loss in ulp: "
                    + "  ".join(f"{n} {u:9.3g}" for n, u in ulps.items())
                    + "   gradient: "
                    + "  ".join(f"{n} {u:8.2g}" for n, u in share.items()),
                    flush=True,
                )
    text = json.dumps({"schema": "loglik.bench/1", "case": "losses accuracy", "rows": rows}, indent=1)
    RESULTS.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
