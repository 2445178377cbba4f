"""Formulas: `y ~ a*b + log(x)`, read by a small grammar of their own; nothing in them is ever evaluated as Python."""
