r"""Distributions that a formula names, in words: what stands behind ``X \sim`` says it where the text does not."""

from __future__ import annotations

import re

_BEHIND = re.compile(
    r"\\(?:sim|stackrel\{[^{}]*\}\{\\sim\}|overset\{[^{}]*\}\{\\sim\})\s*"
    r"(?:\\(?:mathcal|mathrm|mathbf|text|textrm|operatorname\*?|rm)\s*)?\{?\s*\\?([A-Za-z]+)"
)
#: Ways to abbreviate, and what they are called in full.
_CALLED = {
    "N": "normal",
    "Normal": "normal",
    "MVN": "normal",
    "Bin": "binomial",
    "Binomial": "binomial",
    "Binom": "binomial",
    "B": "binomial",
    "Ber": "Bernoulli",
    "Bern": "Bernoulli",
    "Bernoulli": "Bernoulli",
    "Pois": "Poisson",
    "Poi": "Poisson",
    "Po": "Poisson",
    "Poisson": "Poisson",
    "Exp": "exponential",
    "Expo": "exponential",
    "Exponential": "exponential",
    "Gam": "gamma",
    "Ga": "gamma",
    "Gamma": "gamma",
    "Beta": "beta",
    "Be": "beta",
    "Dir": "Dirichlet",
    "Dirichlet": "Dirichlet",
    "Mult": "multinomial",
    "Multi": "multinomial",
    "Multinomial": "multinomial",
    "Geom": "geometric",
    "Geo": "geometric",
    "Geometric": "geometric",
    "NB": "negative binomial",
    "NegBin": "negative binomial",
    "NBin": "negative binomial",
    "Unif": "uniform",
    "Uniform": "uniform",
    "U": "uniform",
    "Weibull": "Weibull",
    "Weib": "Weibull",
    "LN": "log-normal",
    "LogNormal": "log-normal",
    "Lognormal": "log-normal",
    "Laplace": "Laplace",
    "Lap": "Laplace",
    "IG": "inverse gamma",
    "InvGamma": "inverse gamma",
    "Pareto": "Pareto",
    "Gumbel": "Gumbel",
    "Wishart": "Wishart",
    "Cauchy": "Cauchy",
    "chi": "chi-squared",
    "HG": "hypergeometric",
    "Hypergeometric": "hypergeometric",
}


def distributions_told(tex: str) -> str:
    r"""The distributions that a formula says its variables have.

    Examples
    --------
    >>> distributions_told(r"X \sim \text{Pois}(\lambda), Y \sim N(0, 1)")
    'Poisson distribution, normal distribution'
    """
    found = (_CALLED.get(each) for each in _BEHIND.findall(tex))
    return ", ".join(f"{each} distribution" for each in found if each)


__all__ = ["distributions_told"]
