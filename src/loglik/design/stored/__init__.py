"""Rows of files encoded once: chunks of columns, in memory or mapped from disk, in the place of the arrays of a design."""
