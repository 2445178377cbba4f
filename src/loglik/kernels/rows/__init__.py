"""Kernels of the fit: blocks of rows in, likelihoods, products and sums over the rows out."""
