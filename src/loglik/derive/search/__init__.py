"""Search, which nothing has to trust: how a rule fits, where it fits, what it leads to. It ends in certificates."""
