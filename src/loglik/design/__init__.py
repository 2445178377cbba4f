"""What a row is, where rows come from, and how they are walked in blocks."""
