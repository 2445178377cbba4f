"""Covariance, Wald statistics, likelihood-ratio tests."""
