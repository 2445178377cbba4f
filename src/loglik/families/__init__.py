"""The likelihoods that the fit needs, behind one protocol."""
