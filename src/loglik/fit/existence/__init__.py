"""Whether the maximum-likelihood estimate exists: proved, refuted by a direction that separates the classes, or undecided."""
