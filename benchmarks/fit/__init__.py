"""The fit beside its peers: every contender the same data, the same objective and the same threads."""
