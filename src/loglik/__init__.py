"""Probabilistic classifiers by maximum likelihood: fast, exact, with inference, and every step shown."""
