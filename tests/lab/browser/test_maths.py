"""What the page computes by itself, against the package at 1,000 points."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from loglik import Categorical, losses, special

WEB = Path(__file__).parents[3] / "web"
RUN = """
import * as maths from "./maths.js";
import { readFileSync } from "node:fs";
const out = {};
for (const [name, calls] of Object.entries(JSON.parse(readFileSync(0, "utf8"))))
  out[name] = calls.map((arguments_) => maths[name](...arguments_));
console.log(JSON.stringify(out, (_, v) => (v === Infinity ? "inf" : v === -Infinity ? "-inf" : v)));
"""
N = 1000
rng = np.random.default_rng(19)
X = 10.0 ** rng.uniform(-6, 6, N)
A = np.where(np.arange(N) % 5 == 0, 2.0, np.where(np.arange(N) % 5 == 1, 10.0, 10.0 ** rng.uniform(0.05, 2, N)))
H = 10.0 ** rng.uniform(-9, 2, N)
Z = rng.normal(size=(N, 4)) * 10.0 ** rng.uniform(-3, 2.5, (N, 1))
ONE = Z[:, 0]
P, Q = rng.dirichlet([0.5] * 6, N), rng.dirichlet([1.0] * 6, N)
P[::7, 2] = 0.0
P /= P.sum(axis=1, keepdims=True)
COUNTS = rng.integers(0, 1000, (N, 6))
T = np.where(np.arange(N) % 3 == 0, rng.integers(0, 2, N), rng.random(N))
W = rng.normal(size=(N, 3)) * 3
POINTS = np.concatenate([rng.normal(size=(N, 7, 2)), rng.integers(0, 2, (N, 7, 1))], axis=2)


def lists(*columns):
    return [[np.asarray(each).tolist() for each in row] for row in zip(*columns, strict=True)]


WANTED = {
    "logBase": (lists(X, A), lambda: special.log(X, base=A)),
    "slopeOfLog": (lists(X, A), lambda: special.dlog(X, base=A)),
    "secantOfLog": (lists(X, H, A), lambda: special.log1p(H / X) / special.log(A) / H),
    "sigmoid": (lists(ONE), lambda: special.sigmoid(ONE)),
    "logSoftmax": (lists(Z), lambda: special.log_softmax(Z, axis=1)),
    "softmax": (lists(Z), lambda: special.softmax(Z, axis=1)),
    "logLikelihood": (
        lists(COUNTS, Q),
        lambda: [Categorical.from_counts(c).log_likelihood(q) for c, q in zip(COUNTS.tolist(), Q, strict=True)],
    ),
    "crossEntropy": (lists(P, Q), lambda: special.cross_entropy(P, Q)),
    "entropy": (lists(P), lambda: special.entropy(P)),
    "divergence": (lists(P, Q), lambda: special.kl_divergence(P, Q)),
    "binaryCrossEntropy": (lists(T, ONE), lambda: losses.binary_cross_entropy(logits=ONE, targets=T, reduction="none")),
    "meanLoss": (
        lists(POINTS, W),
        lambda: [
            losses.binary_cross_entropy(logits=w[0] + p[:, :2] @ w[1:], targets=p[:, 2])
            for p, w in zip(POINTS, W, strict=True)
        ],
    ),
}


@pytest.fixture(scope="module")
def computed(tmp_path_factory):
    node = shutil.which("node")
    assert node, "no Node.js"
    folder = tmp_path_factory.mktemp("maths")
    compiler = WEB / "node_modules" / ".bin" / "tsc"
    options = ["--target", "es2022", "--module", "esnext", "--strict", "--outDir", str(folder), "--ignoreConfig"]
    subprocess.run([compiler, *options, WEB / "src" / "maths.ts"], check=True)
    (folder / "run.mjs").write_text(RUN)
    (folder / "package.json").write_text('{"type": "module"}')
    asked = json.dumps({name: calls for name, (calls, _) in WANTED.items()})
    done = subprocess.run([node, folder / "run.mjs"], input=asked, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", WANTED)
def test_the_page_computes_what_the_package_does(computed, name):
    found = np.array(computed[name], dtype=np.float64)
    want = np.asarray(WANTED[name][1](), dtype=np.float64)
    assert found.shape == want.shape
    np.testing.assert_allclose(found, want, rtol=1e-11, atol=1e-14)


def test_every_function_of_the_page_is_tested():
    import re

    exported = re.findall(r"export (?:const|function) (\w+)", (WEB / "src" / "maths.ts").read_text())
    assert set(exported) - set(WANTED) == {"linear", "sum", "withProbability"}  # sums, and the shares that move
