"""Columns by the way they are stored: one class for each storage, each with its range of coefficients."""
