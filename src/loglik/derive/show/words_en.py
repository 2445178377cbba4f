"""What is said of domains, conditions and verdicts, and the headings, in English."""

from __future__ import annotations

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
