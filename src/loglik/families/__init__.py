"""Bernoulli and Categorical: likelihoods and what the fit needs of them."""
