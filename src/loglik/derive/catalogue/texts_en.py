"""What the derivations are called and what they say, in English; under their names."""

from __future__ import annotations

#: Name: title, and in one sentence what is shown.
TEXTS: dict[str, tuple[str, str]] = {
    "log-inverse": (
        "Logarithm and power undo each other",
        "Both directions follow from the definition of the logarithm.",
    ),
    "log-of-one": ("The logarithm of 1", "The logarithm of 1 is 0, because the zeroth power of the base is 1."),
    "log-of-base": ("The logarithm of the base", "The logarithm of the base is 1, because its first power is itself."),
    "log-product": (
        "The logarithm of a product",
        "Both factors are written as powers of the base; the exponents of a product add up.",
    ),
    "log-quotient": (
        "The logarithm of a quotient",
        "Both numbers are written as powers of the base; the exponents of a quotient are subtracted.",
    ),
    "log-reciprocal": ("The logarithm of a reciprocal", "The law for quotients, with 1 above the bar."),
    "log-power": ("The logarithm of a power", "The base of the power is itself written as a power of a."),
    "change-of-base": ("Change of base", "A logarithm in one base is the quotient of two logarithms in another."),
    "log-derivative": (
        "The derivative of the logarithm",
        (
            "From the limit of the difference quotient, with no step left out: that limit and logarithm may be exchanged"
            " is a step of its own, with its condition."
        ),
    ),
    "natural-log-derivative": (
        "The derivative of the natural logarithm",
        "With e as the base, the factor log e becomes 1.",
    ),
    "exp-derivative": (
        "The derivative of the exponential function",
        "The logarithm of the exponential function is x, which has the derivative 1.",
    ),
    "log-tangent": (
        "The logarithm lies below its tangents",
        "Its second derivative is negative, so no tangent is ever crossed.",
    ),
    "log-below-line": ("log x is at most x - 1", "The tangent at 1, where the logarithm is 0 and has the slope 1."),
    "log-of-range-product": (
        "The logarithm of a product over an index",
        "By induction: true for one factor, and true for one factor more whenever it is true.",
    ),
    "dice-likelihood": (
        "The likelihood of many throws, and its logarithm",
        "Independent throws multiply; equal faces are counted; the logarithm turns the product into a sum.",
    ),
    "one-throw": ("One throw", "With one-hot coding only the term of the face that came up remains."),
    "categorical-cross-entropy": (
        "Cross-entropy with K classes",
        "The negative log-likelihood, with its minus sign on both sides, for one sample and as a mean over N samples.",
    ),
    "why-take-the-log": (
        "Why one takes the logarithm first",
        "The largest value stays at the same place, the derivative is zero at the same place, and it is easy to take.",
    ),
    "dice-mle": (
        "The probabilities of the faces by maximum likelihood",
        "Where the derivative is zero under the constraint, each probability is the share of its face in the throws.",
    ),
    "dice-mle-is-maximum": (
        "The stationary point is a maximum",
        "No other probabilities give a larger log-likelihood. Two proofs: by log x <= x - 1, and by concavity.",
    ),
    "cross-entropy-is-entropy-plus-kl": (
        "Cross-entropy is entropy plus divergence",
        "Only the divergence depends on the prediction, so minimising one minimises the other.",
    ),
    "bernoulli-merge": (
        "Two cases in one expression",
        "For a label of 1 or 0 the product of powers is the probability of that label; its logarithm is a sum.",
    ),
    "binary-cross-entropy": (
        "Binary cross-entropy",
        "The mean negative log-likelihood of M independent samples with two classes.",
    ),
    "binary-cross-entropy-derivative": (
        "The derivative of the binary cross-entropy",
        "By the predicted probability, for one sample.",
    ),
    "sigmoid-derivative": (
        "The derivative of the sigmoid function",
        "It is the value times what the value lacks of 1.",
    ),
    "cross-entropy-of-sigmoid": (
        "Cross-entropy of a sigmoid",
        "By the chain rule the denominators cancel; prediction minus truth remains.",
    ),
    "logistic-gradient": (
        "The gradient of logistic regression",
        "Each weight's derivative is the mean of prediction minus truth, times the feature.",
    ),
    "logistic-hessian": (
        "The second derivatives of logistic regression",
        "They contain the features and the variances of the predictions, but not the labels.",
    ),
    "logistic-convexity": (
        "The logistic loss is convex",
        "Along any direction the second derivative is a mean of squares with positive weights.",
    ),
    "softmax-derivative": (
        "The derivative of softmax",
        "By the quotient rule; and the values sum to 1.",
    ),
    "softmax-cross-entropy-gradient": (
        "The gradient of softmax cross-entropy",
        "With K classes too, prediction minus truth remains.",
    ),
    "softmax-hessian": (
        "The second derivatives of softmax cross-entropy",
        "Along any direction the second derivative is a variance, so the loss is convex.",
    ),
    "softmax-regression-gradient": (
        "The gradient of softmax regression",
        "By the weights, for one sample: prediction minus truth, times the feature, for every class.",
    ),
    "gradient-descent-step": (
        "A step of gradient descent",
        "Against the gradient the loss falls, to first order, as long as the gradient is not zero.",
    ),
    "newton-step": (
        "Newton's step",
        "The second-order model of the loss is stationary where the Hessian times the step is minus the gradient.",
    ),
}

#: (Derivation, part): heading, where a derivation has several parts.
PARTS: dict[tuple[str, str], str] = {
    ("log-inverse", "log-after-power"): "The logarithm of a power",
    ("log-inverse", "power-after-log"): "The power with a logarithm as exponent",
    ("change-of-base", "product"): "As a product",
    ("change-of-base", "quotient"): "Solved for the logarithm in base a",
    ("log-tangent", "second"): "The second derivative is negative",
    ("log-tangent", "tangent"): "The tangent at c",
    ("log-of-range-product", "first"): "One factor",
    ("log-of-range-product", "next"): "One factor more",
    ("dice-likelihood", "likelihood"): "The likelihood",
    ("dice-likelihood", "logarithm"): "Its logarithm",
    ("categorical-cross-entropy", "one"): "One sample",
    ("categorical-cross-entropy", "mean"): "The mean over N samples",
    ("why-take-the-log", "order"): "What is larger stays larger",
    ("why-take-the-log", "slope"): "The derivative of the logarithm",
    ("why-take-the-log", "zero"): "Both derivatives are zero at the same place",
    ("why-take-the-log", "easy"): "And this one is easy to take",
    ("dice-mle", "slope"): "The derivative of the Lagrange function",
    ("dice-mle", "proportional"): "Where it is zero",
    ("dice-mle", "total"): "The constraint",
    ("dice-mle", "multiplier"): "The multiplier",
    ("dice-mle", "estimate"): "The estimate",
    ("dice-mle-is-maximum", "line"): "First proof: log x <= x - 1",
    ("dice-mle-is-maximum", "concave"): "Second proof: the logarithm is concave",
    ("bernoulli-merge", "case-one"): "The label is 1",
    ("bernoulli-merge", "case-zero"): "The label is 0",
    ("bernoulli-merge", "logarithm"): "The logarithm",
    ("sigmoid-derivative", "complement"): "What the value lacks of 1",
    ("sigmoid-derivative", "derivative"): "The derivative",
    ("softmax-derivative", "derivative"): "The derivative",
    ("softmax-derivative", "total"): "The sum",
    ("softmax-hessian", "second"): "The second derivatives",
    ("softmax-hessian", "variance"): "Along a direction v",
    ("softmax-regression-gradient", "loss"): "The loss of one sample",
    ("softmax-regression-gradient", "gradient"): "Its derivative by a weight",
    ("gradient-descent-step", "step"): "The step",
    ("gradient-descent-step", "descent"): "The change of the loss to first order",
    ("newton-step", "slope"): "The derivative of the second-order model",
    ("newton-step", "zero"): "Where it is zero",
}

#: What is given beside the domains, under its name.
GIVEN: dict[str, str] = {
    "known": "Assumed for n factors, to be shown for one more.",
    "counts": "How often each face came up.",
    "one-hot": "One-hot coding: the face that came up has 1, the others 0.",
    "constraint": "The probabilities sum to 1.",
    "lagrange": (
        "Lagrange's condition: where the log-likelihood is largest under the constraint, the derivative of the Lagrange"
        " function by every probability is zero."
    ),
    "stationary": "At a stationary point the derivative is zero.",
    "label": "The case that is looked at.",
    "sample": "The probability of the observed label of each sample.",
    "gradient": "The gradient of the logistic loss.",
    "step": "The new weights: a step against the gradient.",
    "symmetric": "The Hessian is symmetric: the order of differentiation does not matter.",
    "mean": "A name for the mean of v under the probabilities.",
}

#: Domain: what it says of a symbol, and why it is assumed.
DOMAINS: dict[str, tuple[str, str]] = {
    "real": ("{0} is a real number", ""),
    "nonzero": ("{0} is not 0", "It is divided by."),
    "positive": ("{0} > 0", "Only positive numbers have a logarithm."),
    "nonnegative": ("{0} >= 0", "It is a count or a weight."),
    "base": (
        "{0} > 0 and {0} != 1",
        "Powers with real exponents need a positive base; the powers of 1 are all 1 and cannot be undone.",
    ),
    "probability": ("0 < {0} < 1", "It is a probability, and both logarithms have to exist."),
    "unit": ("0 <= {0} <= 1", "It is a label; soft labels between 0 and 1 are allowed."),
    "label": ("{0} is 0 or 1", "It is the label of one of two classes."),
    "simplex": (
        "the {0} are positive and sum to 1",
        "They are the probabilities of all outcomes, and their logarithms have to exist.",
    ),
    "distribution": (
        "the {0} are not negative and sum to 1",
        "They are the label of a sample, soft or one-hot.",
    ),
    "onehot": ("one {0} is 1, the others are 0", "One outcome occurs."),
    "integer": ("{0} is a whole number", ""),
    "size": ("{0} is a whole number, 2 or more", "It is a number of outcomes, samples or features."),
    "index": ("{0} is an index", ""),
}

#: (Derivation, symbol): why its domain is assumed, where the reason is another one.
REASONS: dict[tuple[str, str], str] = {
    ("dice-mle", "t"): "A face that never came up has the estimate 0, at the edge of the domain; it is left out.",
    ("gradient-descent-step", "alpha"): "It is the length of the step.",
    (
        "dice-mle-is-maximum",
        "t",
    ): "They are the shares of the faces in the throws; faces that never came up are left out.",
    (
        "cross-entropy-is-entropy-plus-kl",
        "t",
    ): "They are the true probabilities; outcomes of probability 0 are left out.",
    ("dice-likelihood", "y"): "They are the probabilities of all faces, and their logarithms have to exist.",
    ("log-power", "X"): "Only positive numbers have a logarithm, and a real exponent needs a positive base.",
}

#: The predicates among the conditions.
CONDITIONS: dict[str, str] = {
    "free": "{0} does not contain {1}",
    "differentiable": "{0} is differentiable in {1}",
    "exists": "{0} exists",
    "in_range": "{0} lies between {1} and {2}",
    "nonempty": "{0} is at most {1}",
    "simplex": "the {0} are probabilities",
    "whole": "{0} is a whole number",
    "near": "{0} for {1} near {2}",
    "independent": "no {0} depends on another",
    "concave": "the second derivative of {0} by {1} is nowhere positive",
}

#: Headings and single words.
WORDS: dict[str, str] = {
    "assumptions": "Assumptions",
    "given": "Given",
    "proves": "Proved",
    "uses": "Uses",
    "used_by": "Used by",
    "computed_by": "Computed by",
    "example": "Example",
    "formulas": "Formulas",
    "because": "because",
    "rule": "Rule",
    "no_rule": "no rule",
    "conditions": "needs",
    "start": "Start",
    "identity": "Both sides are the same expression.",
    "cited_part": "by the part \u201c{0}\u201d",
    "cited_given": "as given",
    "all_verified": "All {0} steps are verified.",
    "some_verified": "{0} of {1} steps are verified.",
    "more": "{0} of {1} steps shown",
    "if": "{0}   if {1}",
    "and": " and ",
    "left": "left side",
    "right": "right side",
    "derivation": "Derivation",
    "steps": "steps",
    "total": "total",
    "verified": "verified",
    "supported": "supported",
    "refuted": "refuted",
    "conditional": "conditional",
    "not decided": "not decided",
    "supported_at": "true at {0} points, not proved: {1}",
    "refuted_at": "refuted at {0}",
    "conditional_on": "holds if {0}",
    "not_decided_why": "not decided: {0}",
}
