"""Write the tables of docs/losses.md from the JSON of the benchmarks, between the comments that name them."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

RESULTS, DOCS = Path("benchmarks/results"), Path("docs/losses.md")


def read(name: str) -> list[dict]:
    """Rows of one benchmark."""
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))["rows"]


def figure(x: float | None) -> str:
    """Three significant digits; null stands for an infinity."""
    return "inf" if x is None else f"{x:.2f}" if x < 100 else f"{x:.1e}"


def table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(r) + " |" for r in [head, ["---"] * len(head), *rows])


def special() -> str:
    head = ["function", "float32", "float64", "in place of", "its float32", "its float64"]
    return table(
        head,
        [
            [f"`{r['function']}`", figure(r["float32"]["loglik_ulp"]), figure(r["float64"]["loglik_ulp"]), f"`{r['peer']}`",
             figure(r["float32"]["peer_ulp"]), figure(r["float64"]["peer_ulp"])]
            for r in read("special_accuracy")
        ],
    )  # fmt: skip


def accuracy() -> str:
    head = ["", "classes", "logits", "loglik", "PyTorch", "Optax", "SciPy", "gradient: loglik", "PyTorch", "Optax"]
    names, by_gradient = ("loglik", "torch", "jax + optax", "scipy"), ("loglik", "torch", "jax + optax")
    return table(
        head,
        [
            [r["dtype"], f"{r['classes']:,}", r["logits"], *(figure(r["loss_ulp"][n]) for n in names),
             *(f"{r['gradient_relative'][n]:.1e}" for n in by_gradient)]
            for r in read("losses_accuracy")
        ],
    )  # fmt: skip


def speed() -> str:
    head = ["threads", "", "logits", "", "loglik", "PyTorch", "JAX + Optax", "SciPy", "copy", "times the best of them"]
    rows = read("losses_speed")
    text = table(
        head,
        [
            [str(r["threads"]), r["dtype"], f"{r['rows']:,} x {r['classes']:,}" if r["classes"] > 1 else "1,000,000, binary",
             r["kind"], f"{r['loglik']:.2f}", f"{r['torch']:.2f}", f"{r['jax + optax']:.2f}",
             f"{r['scipy']:.2f}" if "scipy" in r else "", f"{r['copy']:.2f}", f"{r['times_best_peer']:.2f}"]
            for r in rows
        ],
    )  # fmt: skip
    for kind in ("forward", "gradient"):
        ratios = [r["times_best_peer"] for r in rows if r["kind"] == kind]
        mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
        text += f"\n\n{kind}: geometric mean {mean:.2f} times the best of the others, worst cell {min(ratios):.2f}."
    return text


def linear() -> str:
    head = ["threads", "loglik", "PyTorch", "", "memory: loglik", "PyTorch"]
    return table(
        head,
        [
            [str(r["threads"]), f"{r['seconds']['loglik']:.2f} s", f"{r['seconds']['torch']:.2f} s",
             f"{r['times_torch']:.2f} times as fast", f"{r['extra_mb']['loglik']:.0f} MB", f"{r['extra_mb']['torch']:.0f} MB"]
            for r in read("linear_speed")
        ],
    )  # fmt: skip


def first() -> str:
    head = ["", "", "classes", "first call", "from the cache"]
    return table(
        head,
        [
            [f"`{r['call']}`", r["dtype"], str(r["classes"]), f"{r['first']:.2f} s", f"{r['from_cache']:.3f} s"]
            for r in read("first_call")
        ],
    )


def main() -> None:
    """Put each table behind its comment."""
    text = DOCS.read_text(encoding="utf-8")
    for make in (special, accuracy, speed, linear, first):
        mark = f"<!-- {make.__name__} -->"
        text = re.sub(
            rf"{mark}\n(?:.*?<!-- /{make.__name__} -->\n)?",
            lambda _, m=mark, f=make: f"{m}\n\n{f()}\n\n<!-- /{f.__name__} -->\n",
            text,
            flags=re.DOTALL,
        )
    DOCS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
