"""Values of expressions: in ball arithmetic (for the checker), as SymPy expressions, as NumPy functions."""
