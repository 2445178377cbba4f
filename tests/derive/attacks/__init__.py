"""Claims that must not be verified, with what is wrong about each, and true ones that must be."""
