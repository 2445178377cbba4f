"""`linear_cross_entropy` beside PyTorch's logits and cross_entropy: time and memory of the value with its gradients.

Each contender runs in a process of its own. ``extra memory`` is the growth of the peak over what the process holds before
the first full call, arguments and BLAS's own buffers among it, less the gradients that it returns, which are the same for
both. The answers are compared first. Run ``make bench-linear``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROWS, FEATURES, CLASSES = 1024, 512, 32_000
ROUNDS = 5
RESULTS = Path("benchmarks/results/linear_speed.json")


def peak(*, anew: bool = False) -> int:
    """Largest size of this process so far, in bytes; counted anew from here if asked for."""
    if anew:
        Path("/proc/self/clear_refs").write_text("5")
    line = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def arrays() -> tuple:
    import numpy as np

    rng = np.random.default_rng(0)
    hidden = rng.normal(size=(ROWS, FEATURES)).astype(np.float32)
    weight = (rng.normal(size=(CLASSES, FEATURES)) / FEATURES**0.5).astype(np.float32)
    return hidden, weight, rng.integers(0, CLASSES, ROWS)


def loglik(threads: int):
    from threadpoolctl import threadpool_limits

    from loglik.losses import linear_cross_entropy_value_and_grad

    hidden, weight, labels = arrays()

    def run():
        with threadpool_limits(threads, "blas"):
            return linear_cross_entropy_value_and_grad(hidden, weight, labels, threads=threads)

    linear_cross_entropy_value_and_grad(hidden[:256], weight[:8000], labels[:256] % 8000, threads=threads)
    return run, lambda r: (float(r[0]), float(abs(r[1]).sum()), float(abs(r[2]).sum()))


def pytorch(threads: int):
    import torch

    torch.set_num_threads(threads)
    hidden, weight, labels = map(torch.from_numpy, arrays())

    def run():
        a, b = hidden.detach().requires_grad_(), weight.detach().requires_grad_()
        loss = torch.nn.functional.cross_entropy(a @ b.T, labels)
        loss.backward()
        return loss.item(), a.grad, b.grad

    a, b = hidden[:256].clone().requires_grad_(), weight[:8000].clone().requires_grad_()
    torch.nn.functional.cross_entropy(a @ b.T, labels[:256] % 8000).backward()
    return run, lambda r: (r[0], r[1].abs().sum(dtype=torch.float64).item(), r[2].abs().sum(dtype=torch.float64).item())


def child(name: str, threads: int) -> None:
    run, figures = {"loglik": loglik, "torch": pytorch}[name](threads)
    before = peak(anew=True)
    result = run()
    extra = peak() - before - 4 * FEATURES * (ROWS + CLASSES)
    answer = figures(result)
    del result
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    print(json.dumps({"answer": answer, "extra_mb": extra / 1e6, "seconds": times}))


def main() -> None:
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], int(sys.argv[3]))
        return
    rows = []
    for threads in (1, 2):
        results: dict[str, dict] = {}
        for _ in range(2):  # twice, in turn: the quieter run of each counts
            for name in ("loglik", "torch"):
                limits = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), str(threads))
                command = [sys.executable, __file__, "--child", name, str(threads)]
                run = subprocess.run(command, env={**os.environ, **limits}, capture_output=True, text=True, check=False)
                if run.returncode:
                    raise SystemExit(run.stderr)
                found = json.loads(run.stdout.splitlines()[-1])
                if name in results:
                    found["seconds"] += results[name]["seconds"]
                results[name] = found
        for mine, theirs in zip(results["loglik"]["answer"], results["torch"]["answer"], strict=True):
            if abs(mine / theirs - 1) > 1e-4:
                raise SystemExit(f"the answers differ: {results}")
        seconds = {name: min(r["seconds"]) for name, r in results.items()}
        row = {
            "threads": threads, "rows": ROWS, "features": FEATURES, "classes": CLASSES, "seconds": seconds,
            "extra_mb": {name: r["extra_mb"] for name, r in results.items()},
            "times_torch": seconds["torch"] / seconds["loglik"],
            "memory_of_torch": results["loglik"]["extra_mb"] / results["torch"]["extra_mb"],
        }  # fmt: skip
        rows.append(row)
        print(
            f"{threads} thread(s): loglik {seconds['loglik']:.2f} s, {row['extra_mb']['loglik']:.0f} MB; "
            f"torch {seconds['torch']:.2f} s, {row['extra_mb']['torch']:.0f} MB; "
            f"{row['times_torch']:.2f} x as fast, {row['memory_of_torch']:.2f} of the memory"
        )
    RESULTS.write_text(
        json.dumps({"schema": "loglik.bench/1", "case": "linear cross-entropy", "rows": rows}, indent=1) + "\n"
    )


if __name__ == "__main__":
    main()
