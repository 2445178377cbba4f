"""Where the library computes what a derivation proves: names to import, and commands."""

from __future__ import annotations

COMPUTED_BY: dict[str, tuple[str, ...]] = {
    "log-inverse": ("loglik.special.exp_base",),
    "change-of-base": ("loglik.special.log",),
    "log-derivative": ("loglik.special.dlog",),
    "dice-likelihood": ("loglik.Categorical.likelihood", "loglik dice"),
    "categorical-cross-entropy": ("loglik.losses.cross_entropy",),
    "dice-mle": ("loglik.Categorical.mle", "loglik dice"),
    "dice-mle-is-maximum": ("loglik.Categorical.mle",),
    "cross-entropy-is-entropy-plus-kl": ("loglik.special.kl_divergence",),
    "binary-cross-entropy": ("loglik.losses.binary_cross_entropy",),
    "binary-cross-entropy-derivative": ("loglik.losses.binary_cross_entropy_value_and_grad",),
    "sigmoid-derivative": ("loglik.special.sigmoid",),
    "logistic-gradient": ("loglik.fit_classifier", "loglik fit"),
    "logistic-hessian": ("loglik.fit_classifier", "loglik fit"),
    "softmax-cross-entropy-gradient": ("loglik.losses.cross_entropy_value_and_grad",),
    "softmax-hessian": ("loglik.losses.cross_entropy_hvp",),
    "gradient-descent-step": ("loglik fit --solver gd",),
    "newton-step": ("loglik fit --solver newton",),
}
