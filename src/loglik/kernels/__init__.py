"""Compiled loops over rows; the only room with @njit."""
