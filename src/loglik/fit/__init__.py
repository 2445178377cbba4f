"""The objective as a sum over blocks, the optimisers, collinearity, separation."""
