"""Largest error of every function in `loglik.special`, in ulp, beside what people use instead.

The exact values and the points (over the whole domain, near zeros, near 1, subnormal, huge) are those of the tests.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "special"))

from reference import CASES  # noqa: E402

N = 400
PEERS = {
    "exp_base": "numpy.power",
    "dlog": "1/(x log(b))",
    "log(x, base)": "log(x)/log(b)",
    "log1mexp": "Maechler's two forms",
    "entropy": "scipy.special.entr",
    "cross_entropy": "-scipy.special.xlogy",
    "kl_divergence": "scipy.special.kl_div",
    "log_sigmoid": "scipy.special.log_expit",
    "sigmoid": "scipy.special.expit",
    "log1pexp": "numpy.logaddexp(0, x)",
    "logsubexp": "scipy.special.logsumexp",
    "logsumexp(weights)": "scipy.special.logsumexp",
    **{name: f"numpy.{name}" for name in ("log", "log1p", "expm1", "logaddexp")},
    **{name: f"scipy.special.{name}" for name in ("xlogy", "xlog1py", "logit", "logsumexp", "softmax", "log_softmax")},
}


def main() -> None:
    """Print the table and write it as JSON."""
    rows = []
    for name, case in CASES.items():
        row: dict[str, object] = {"function": name, "peer": PEERS[name]}
        for dtype in (np.float32, np.float64):
            arguments = case.arguments(N, dtype, seed=1)
            exact = case.exact_values(arguments)
            row[dtype.__name__] = {
                "points": len(exact),
                "loglik_ulp": float(case.errors(case.function, arguments, exact).max()),
                "peer_ulp": float(case.errors(case.peer, arguments, exact).max()),
            }
        rows.append(row)
        narrow, wide = row["float32"], row["float64"]
        print(
            f"{name:20} float32 {narrow['loglik_ulp']:6.3f} ({narrow['peer_ulp']:8.3g})   "  # type: ignore[index]
            f"float64 {wide['loglik_ulp']:6.3f} ({wide['peer_ulp']:8.3g})   beside {row['peer']}",  # type: ignore[index]
            flush=True,
        )
    target = ROOT / "benchmarks" / "results" / "special_accuracy.json"
    text = json.dumps({"schema": "loglik.benchmark.special_accuracy/1", "rows": rows}, indent=1)
    target.write_text(text.replace("Infinity", "null") + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
