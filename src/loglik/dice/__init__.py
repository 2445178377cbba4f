"""Dice and coins: the likelihood of counts, the estimate, its uncertainty, tests of fit, and power."""
