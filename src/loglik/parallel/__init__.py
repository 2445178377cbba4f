"""Threads, BLAS held to one of them, and the one sum over blocks of rows."""
