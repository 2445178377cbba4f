"""The sigmoid and softmax functions."""

from __future__ import annotations

from loglik.derive.rules.model import Rule

RULES = (
    Rule("sigmoid-definition", "sigmoid(u) = 1/(1 + exp(-u))", "u", basis="definition"),
    Rule("sigmoid-complement", "1 - sigmoid(u) = exp(-u)/(1 + exp(-u))", "u", (), "derived", "sigmoid-derivative"),
    Rule(
        "sigmoid-derivative",
        "d/du sigmoid(u) = sigmoid(u)*(1 - sigmoid(u))",
        "u",
        (),
        "derived",
        "sigmoid-derivative",
        samples=({"u": "u"},),
    ),
    Rule(
        "chain-sigmoid",
        "d/dx sigmoid(F) = sigmoid(F)*(1 - sigmoid(F))*d/dx F",
        "F x",
        ("differentiable(F, x)",),
        "law",
        "sigmoid-derivative",
        samples=({"F": "x^2 - 3*x", "x": "x"}, {"F": "x*y[k]", "x": "y[j]"}),
    ),
    Rule(
        "softmax-definition",
        "softmax(z, k, K) = exp(z[k])/sum(exp(z[i]), i, 1, K)",
        "z k K",
        ("in_range(k, 1, K)",),
        basis="definition",
        samples=({"z": "z", "k": "k", "K": "K"},),
    ),
    Rule(
        "binary-cross-entropy-derivative",
        "d/dyp (-(yt*log(yp) + (1 - yt)*log(1 - yp))) = (yp - yt)/(yp*(1 - yp))",
        "yp yt",
        ("yp > 0", "1 - yp > 0", "free(yt, yp)"),
        "derived",
        "binary-cross-entropy-derivative",
        samples=({"yp": "p", "yt": "r"},),
    ),
    Rule(
        "log-likelihood-of-one",
        "log(yp^yt*(1 - yp)^(1 - yt)) = yt*log(yp) + (1 - yt)*log(1 - yp)",
        "yp yt",
        ("yp > 0", "1 - yp > 0"),
        "derived",
        "bernoulli-merge",
    ),
    Rule(
        "cross-entropy-of-sigmoid",
        "d/du (-(yt*log(sigmoid(u)) + (1 - yt)*log(1 - sigmoid(u)))) = sigmoid(u) - yt",
        "u yt",
        ("free(yt, u)",),
        "derived",
        "cross-entropy-of-sigmoid",
        samples=({"u": "u", "yt": "r"},),
    ),
    Rule(
        "softmax-derivative",
        "d/dz[j] softmax(z, k, K) = softmax(z, k, K)*(delta(k, j) - softmax(z, j, K))",
        "z j k K",
        ("in_range(k, 1, K)", "in_range(j, 1, K)", "independent(z)"),
        "derived",
        "softmax-derivative",
        samples=({"z": "z", "j": "j", "k": "k", "K": "K"},),
    ),
    Rule(
        "softmax-sums-to-one",
        "sum(softmax(z, k, K), k, 1, K) = 1",
        "z K",
        ("nonempty(1, K)",),
        "derived",
        "softmax-derivative",
        samples=({"z": "z", "K": "K"},),
    ),
)
