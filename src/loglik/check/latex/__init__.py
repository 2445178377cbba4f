"""LaTeX mathematics: a formula's source to trees of what is written, every node with its place."""
