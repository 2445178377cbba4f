"""Compiled loops over rows; the only package with @njit."""
