"""Values of expressions: in ball arithmetic, for the checker's samples."""
