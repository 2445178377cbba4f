"""Cross-entropy, forward and forward + gradient, beside PyTorch, JAX + optax and SciPy.

Every contender gets the same logits and integer labels, in one process per number of threads; answers are compared
before anything is timed. Times are the best of several interleaved rounds, in nanoseconds per logit; "copy" is a plain
copy of the logits, the limit that memory sets.

Run ``make bench-losses``; it writes ``benchmarks/results/losses_speed.json``.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import time
from pathlib import Path

RESULTS = Path("benchmarks/results/losses_speed.json")
SHAPES = [(1_000_000, 1), (1_000_000, 2), (65_536, 10), (65_536, 100), (16_384, 1_000), (1_024, 32_000), (256, 128_256)]
ROUNDS = 7


def multiclass(x, y, threads: int) -> dict[str, tuple]:
    """Pairs of functions: loss, and loss with gradient."""
    import jax
    import jax.numpy as jnp
    import numpy as np
    import optax
    import torch
    from scipy.special import log_softmax

    from loglik.losses import cross_entropy, cross_entropy_value_and_grad

    tx, ty = torch.from_numpy(x), torch.from_numpy(y)
    jx, jy = jnp.asarray(x), jnp.asarray(y)
    rows, out = np.arange(len(x)), np.empty_like(x)

    def torch_grad():
        leaf = tx.detach().requires_grad_()
        loss = torch.nn.functional.cross_entropy(leaf, ty)
        loss.backward()
        return loss.item(), leaf.grad

    def mean_loss(a, b):
        return optax.softmax_cross_entropy_with_integer_labels(a, b).mean()

    value, grad = jax.jit(mean_loss), jax.jit(jax.value_and_grad(mean_loss))
    return {
        "loglik": (
            lambda: cross_entropy(logits=x, labels=y, threads=threads),
            lambda: cross_entropy_value_and_grad(logits=x, labels=y, threads=threads, out=out),
        ),
        "torch": (lambda: torch.nn.functional.cross_entropy(tx, ty).item(), torch_grad),
        "jax + optax": (
            lambda: float(value(jx, jy)),
            lambda: [v.block_until_ready() for v in grad(jx, jy)],
        ),
        "scipy": (lambda: float(-log_softmax(x, axis=1)[rows, y].mean()), None),
    }


def binary(x, y, threads: int) -> dict[str, tuple]:
    """The same for binary cross-entropy."""
    import jax
    import jax.numpy as jnp
    import numpy as np
    import optax
    import torch
    from scipy.special import log_expit

    from loglik.losses import binary_cross_entropy, binary_cross_entropy_value_and_grad

    x, y = x[:, 0], y.astype(x.dtype)
    tx, ty = torch.from_numpy(x), torch.from_numpy(y)
    jx, jy = jnp.asarray(x), jnp.asarray(y)
    out = np.empty_like(x)

    def torch_grad():
        leaf = tx.detach().requires_grad_()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(leaf, ty)
        loss.backward()
        return loss.item(), leaf.grad

    def mean_loss(a, b):
        return optax.sigmoid_binary_cross_entropy(a, b).mean()

    value, grad = jax.jit(mean_loss), jax.jit(jax.value_and_grad(mean_loss))
    return {
        "loglik": (
            lambda: binary_cross_entropy(logits=x, targets=y, threads=threads),
            lambda: binary_cross_entropy_value_and_grad(logits=x, targets=y, threads=threads, out=out),
        ),
        "torch": (lambda: torch.nn.functional.binary_cross_entropy_with_logits(tx, ty).item(), torch_grad),
        "jax + optax": (
            lambda: float(value(jx, jy)),
            lambda: [v.block_until_ready() for v in grad(jx, jy)],
        ),
        "scipy": (lambda: float(-(y * log_expit(x) + (1 - y) * log_expit(-x)).mean()), None),
    }


def measure(threads: int) -> list[dict]:
    import jax
    import numpy as np
    import torch

    torch.set_num_threads(threads)
    jax.config.update("jax_enable_x64", val=True)
    rows = []
    for dtype in (np.float32, np.float64):
        for n, v in SHAPES:
            rng = np.random.default_rng(v)
            x = (rng.normal(size=(n, v)) * 3).astype(dtype)
            y = rng.integers(0, max(v, 2), n)
            runs = (binary if v == 1 else multiclass)(x, y, threads)
            exact = runs["loglik"][0]()
            copy = np.empty_like(x)
            timed: dict[tuple[str, str], float] = {}
            for name, pair in runs.items():
                answer = pair[0]()
                if not math.isclose(answer, exact, rel_tol=1e-5):
                    raise SystemExit(f"{name} gives {answer}, loglik {exact}")
                if pair[1] is not None:
                    pair[1]()
            for _ in range(ROUNDS):
                for name, (forward, backward) in [*runs.items(), ("copy", (lambda a=x, b=copy: np.copyto(b, a), None))]:
                    for kind, function in (("forward", forward), ("gradient", backward)):
                        if function is None:
                            continue
                        start = time.perf_counter()
                        function()
                        spent = (time.perf_counter() - start) / (n * v) * 1e9
                        timed[name, kind] = min(spent, timed.get((name, kind), math.inf))
            for kind in ("forward", "gradient"):
                peers = {name: t for (name, k), t in timed.items() if k == kind and name not in {"loglik", "copy"}}
                best = min(peers, key=lambda name: peers[name])
                rows.append({
                    "threads": threads, "dtype": dtype.__name__, "rows": n, "classes": v, "kind": kind,
                    "loglik": timed["loglik", kind], **peers, "copy": timed["copy", "forward"],
                    "best_peer": best, "times_best_peer": peers[best] / timed["loglik", kind],
                })  # fmt: skip
    return rows


def main() -> None:
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(measure(int(sys.argv[2]))))
        return
    rows = []
    for threads in (1, 2):
        limits = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "LOGLIK_NUM_THREADS"), str(threads))
        command = [sys.executable, __file__, "--child", str(threads)]
        if threads == 1 and Path("/usr/bin/taskset").exists():  # JAX takes its threads from the processors it may use
            command = ["taskset", "-c", "0", *command]
        run = subprocess.run(command, env={**os.environ, **limits}, capture_output=True, text=True, check=False)
        if run.returncode:
            raise SystemExit(run.stderr)
        rows += json.loads(run.stdout.splitlines()[-1])
    for kind in ("forward", "gradient"):
        ratios = [r["times_best_peer"] for r in rows if r["kind"] == kind]
        mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
        print(f"{kind}: geometric mean {mean:.2f} x the best peer, worst cell {min(ratios):.2f} x")
    for r in rows:
        print(
            f"{r['threads']} thread(s) {r['dtype']} {r['rows']:>9,} x {r['classes']:<7,} {r['kind']:9} "
            f"loglik {r['loglik']:5.2f}  "
            f"torch {r['torch']:6.2f}  jax {r['jax + optax']:6.2f}  scipy {r.get('scipy', math.nan):6.2f}  "
            f"copy {r['copy']:.2f} ns   {r['times_best_peer']:.2f} x"
        )
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps({"schema": "loglik.bench/1", "case": "losses speed", "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
