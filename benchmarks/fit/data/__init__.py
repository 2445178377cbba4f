"""Seeded data of the cases, made once and kept in ``build/bench/fit``."""
