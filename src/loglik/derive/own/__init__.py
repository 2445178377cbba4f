"""Derivations of one's own: a text with lemmas, rules that are left out, and what the checker says of all of it."""
