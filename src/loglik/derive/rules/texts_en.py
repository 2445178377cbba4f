"""What the rules are called and what they say, in English; under the ids of the rules."""

from __future__ import annotations

#: Id: name of the rule, and what a reader is told at the step.
TEXTS: dict[str, tuple[str, str]] = {
    "log-definition": (
        "definition of the logarithm",
        "The logarithm is the exponent to which the base has to be raised: both equations say the same.",
    ),
    "log-of-power": ("logarithm of a power of the base", "The logarithm undoes the power of its own base."),
    "power-of-log": ("power with a logarithm as exponent", "A positive number is the base raised to its logarithm."),
    "log-of-one": ("logarithm of 1", "The logarithm of 1 is 0 in every base."),
    "log-of-base": ("logarithm of the base", "The logarithm of the base itself is 1."),
    "log-product": ("logarithm of a product", "The logarithm turns a product into a sum."),
    "log-quotient": ("logarithm of a quotient", "The logarithm turns a quotient into a difference."),
    "log-reciprocal": ("logarithm of a reciprocal", "The logarithm of a reciprocal is the negative logarithm."),
    "log-power": ("logarithm of a power", "The exponent comes out in front of the logarithm."),
    "change-of-base": (
        "change of base",
        "The logarithm in one base is the quotient of two logarithms in another.",
    ),
    "log-one-to-one": (
        "the logarithm is one-to-one",
        "Two positive numbers are equal exactly when their logarithms are.",
    ),
    "log-increasing": (
        "the logarithm is increasing",
        "Of two positive numbers the larger one has the larger logarithm, and the other way round.",
    ),
    "power-zero": ("zeroth power", "The zeroth power of a number other than 0 is 1."),
    "power-one": ("first power", "The first power of a number is the number itself."),
    "exponent-sum": ("product of powers", "Powers of the same base are multiplied by adding the exponents."),
    "exponent-difference": ("quotient of powers", "Powers of the same base are divided by subtracting the exponents."),
    "power-of-power": ("power of a power", "A power is raised to a power by multiplying the exponents."),
    "arithmetic": ("arithmetic", "Rearranged by the rules of arithmetic."),
    "expand": ("multiplying out", "The product of a factor and a sum is multiplied out."),
    "factor-out": ("factoring out", "A common factor is taken out."),
    "common-denominator": ("common denominator", "The fractions are brought to a common denominator and added."),
    "cancel": ("cancelling", "Equal factors above and below, or equal terms of opposite sign, cancel."),
    "both-sides": (
        "the same on both sides",
        "Both sides are multiplied by the same number other than 0, or have the same number added to them.",
    ),
    "swap-sides": ("sides exchanged", "An equation can be read from right to left."),
    "definition-of-e": ("definition of e", "The number e is this limit."),
    "limit-substitution": (
        "substitution in a limit",
        "The variable is replaced by a fixed multiple of a new one; one goes to 0 when the other does.",
    ),
    "limit-constant-factor": ("constant factor of a limit", "A factor without the variable comes out of the limit."),
    "limit-of-log": (
        "continuity of the logarithm",
        (
            "The logarithm is continuous at every positive number, so limit and logarithm may be exchanged"
            " when the limit inside exists and is positive."
        ),
    ),
    "limit-of-power": (
        "continuity of the power",
        (
            "A power with a fixed exponent is continuous at every positive number, so limit and power may be exchanged"
            " when the limit inside exists and is positive."
        ),
    ),
    "derivative-definition": (
        "definition of the derivative",
        "The derivative is the limit of the difference quotient.",
    ),
    "derivative-of-constant": (
        "derivative of a constant",
        "What does not contain the variable does not change with it: its derivative is 0.",
    ),
    "derivative-of-variable": ("derivative of the variable", "The derivative of the variable itself is 1."),
    "derivative-of-sum": ("sum rule", "A sum is differentiated term by term."),
    "constant-factor": ("constant factor rule", "A factor without the variable comes out of the derivative."),
    "product-rule": (
        "product rule",
        "Each factor is differentiated in turn while the other is kept, and the results are added.",
    ),
    "quotient-rule": ("quotient rule", "The derivative of a quotient, by the quotient rule."),
    "power-rule": (
        "power rule",
        "The exponent comes down as a factor and decreases by 1; the inner derivative follows.",
    ),
    "chain-rule": (
        "chain rule",
        "The outer derivative, taken at the inner function, is multiplied by the inner derivative.",
    ),
    "value-at": ("value put in", "The value is put in the place of the variable."),
    "derivative-of-range-sum": (
        "sum rule for a range",
        "A sum over an index is differentiated under the summation sign.",
    ),
    "log-derivative": ("derivative of the logarithm", "The derivative of the logarithm in any base."),
    "natural-log-derivative": (
        "derivative of the natural logarithm",
        "The derivative of the natural logarithm is 1/x.",
    ),
    "chain-log": (
        "chain rule for the natural logarithm",
        "The derivative of the logarithm of a function is the derivative of the function, divided by the function.",
    ),
    "exp-derivative": ("derivative of the exponential function", "The exponential function is its own derivative."),
    "chain-exp": (
        "chain rule for the exponential function",
        "The exponential function stays as it is; the derivative of the exponent follows as a factor.",
    ),
    "derivative-of-element": (
        "derivative of an element",
        "An element depends on itself only: the derivative is 1 for equal indices and 0 for others.",
    ),
    "derivative-of-matrix-element": (
        "derivative of an element with two indices",
        "An element depends on itself only: the derivative is 1 where both indices are equal and 0 elsewhere.",
    ),
    "sigmoid-definition": ("definition of the sigmoid function", "The sigmoid function, written out."),
    "sigmoid-complement": ("complement of the sigmoid function", "What the sigmoid function lacks of 1."),
    "sigmoid-derivative": (
        "derivative of the sigmoid function",
        "The derivative of the sigmoid function is its value times what it lacks of 1.",
    ),
    "chain-sigmoid": (
        "chain rule for the sigmoid function",
        "The derivative of the sigmoid function is followed by the inner derivative as a factor.",
    ),
    "softmax-definition": ("definition of softmax", "Softmax, written out."),
    "binary-cross-entropy-derivative": (
        "derivative of the binary cross-entropy",
        "The derivative of the cross-entropy of one sample by its predicted probability.",
    ),
    "log-likelihood-of-one": (
        "log-likelihood of one sample",
        "The logarithm of the two cases merged into one expression.",
    ),
    "cross-entropy-of-sigmoid": (
        "cross-entropy of a sigmoid",
        "The derivative of the cross-entropy by the logit is prediction minus truth.",
    ),
    "softmax-derivative": ("derivative of softmax", "The derivative of one softmax value by one logit."),
    "softmax-sums-to-one": ("softmax values sum to 1", "The values of softmax are probabilities: they sum to 1."),
    "sum-constant-factor": (
        "constant factor of a sum",
        "A factor without the index can be taken out of the sum, or into it.",
    ),
    "sum-of-sums": ("sum of sums", "The sum is split into two sums, or two sums over the same range are joined."),
    "sum-of-differences": (
        "sum of differences",
        "The sum of differences is the difference of the sums.",
    ),
    "swap-sums": ("order of summation", "Finite sums may be taken in either order."),
    "swap-products": ("order of multiplication", "Finite products may be taken in either order."),
    "square-of-sum": ("square of a sum", "A double sum over all pairs is the square of the sum."),
    "log-of-range-product": (
        "logarithm of a product over a range",
        "The logarithm turns the product over an index into a sum: the law for two factors, used for all of them.",
    ),
    "product-of-one": ("product of one factor", "A product over one index is its only factor."),
    "sum-of-one": ("sum of one term", "A sum over one index is its only term."),
    "last-factor": ("last factor split off", "The last factor of the product is written on its own."),
    "last-term": ("last term split off", "The last term of the sum is written on its own."),
    "product-of-powers": (
        "product of powers over a range",
        "Powers of the same base are multiplied by adding all the exponents.",
    ),
    "select-term": (
        "one term remains",
        "The Kronecker delta is 1 for one index and 0 for all others, so one term of the sum remains.",
    ),
    "select-factor": (
        "one factor remains",
        "The exponent is 1 for one index and 0 for all others, so one factor of the product remains.",
    ),
    "probabilities-sum-to-one": ("probabilities sum to 1", "The probabilities of all outcomes sum to 1."),
    "not-negative": ("not negative", "Squares and products of numbers that are not negative are not negative."),
    "less-than": ("less than", "The difference of the two is positive."),
    "less-or-equal": ("less than or equal", "The difference of the two is not negative."),
    "not-positive": ("not positive", "Minus something that is not negative is not positive."),
    "tangent-of-concave": (
        "tangent of a concave function",
        "The second derivative is nowhere positive, so the function lies nowhere above its tangent.",
    ),
    "log-tangent": ("tangent of the logarithm", "The logarithm lies nowhere above its tangent."),
    "log-below-line": ("the inequality log x <= x - 1", "The logarithm lies nowhere above its tangent at 1."),
    "gibbs-inequality": (
        "Gibbs' inequality",
        "The expected log-probability is largest when the predicted probabilities are the true ones.",
    ),
    "whole-power-rule": (
        "power rule for whole exponents",
        "The exponent comes down as a factor and decreases by 1; from the square on, also where the base is 0.",
    ),
    "real-power-rule": (
        "power rule for real exponents",
        "Of a positive base, for any exponent without the variable: the exponent comes down and decreases by 1.",
    ),
    "derivative-of-root": (
        "derivative of the square root",
        "One over twice the root, times the inner derivative; at 0 there is none.",
    ),
    "chain-power": (
        "derivative of a power of a constant",
        "The power stays as it is; the logarithm of its base and the derivative of the exponent follow as factors.",
    ),
    "derivative-of-absolute-value": (
        "derivative of the absolute value",
        "Away from 0 it is the sign of what stands inside, times the inner derivative.",
    ),
    "whole-exponent-sum": (
        "product of powers with whole exponents",
        "For whole exponents above 0 the base may be any number.",
    ),
    "whole-power-of-power": (
        "power of a power with whole exponents",
        "For whole exponents above 0 the exponents are multiplied, whatever the base.",
    ),
    "power-of-product": ("power of a product", "Each factor is raised to the power."),
    "power-of-quotient": ("power of a quotient", "Numerator and denominator are each raised to the power."),
    "whole-power-of-product": (
        "whole power of a product",
        "For a whole exponent above 0 the factors may be any numbers.",
    ),
    "square-of-root": ("definition of the square root", "The square of the root of a number is the number itself."),
    "root-of-square": ("root of a square", "The root of a square is the absolute value."),
    "root-of-product": ("root of a product", "The root of a product is the product of the roots."),
    "root-of-quotient": ("root of a quotient", "The root of a quotient is the quotient of the roots."),
    "absolute-value-if-not-negative": (
        "absolute value of a number that is not negative",
        "It is the number itself.",
    ),
    "absolute-value-if-not-positive": (
        "absolute value of a number that is not positive",
        "It is the number with its sign changed.",
    ),
    "absolute-value-of-product": ("absolute value of a product", "It is the product of the absolute values."),
    "absolute-value-of-quotient": ("absolute value of a quotient", "It is the quotient of the absolute values."),
    "square-of-absolute-value": ("square of the absolute value", "Squaring removes the sign."),
    "triangle-inequality": (
        "triangle inequality",
        "The absolute value of a sum is at most the sum of the absolute values.",
    ),
    "below-absolute-value": ("a number and its absolute value", "No number is larger than its absolute value."),
    "expectation-of-constant": ("expectation of a constant", "The mean of a constant is the constant itself."),
    "expectation-is-linear": (
        "linearity of the expectation",
        "The mean of a sum is the sum of the means, and constant factors come out.",
    ),
    "variance": (
        "variance as a difference",
        "The mean squared distance from the mean is the mean square minus the square of the mean.",
    ),
    "jensen-inequality": (
        "Jensen's inequality for the logarithm",
        "The mean of logarithms is at most the logarithm of the mean, since the logarithm is concave.",
    ),
}
