"""The Hessian: formed and factored, whole or bordered; applied; and guessed from a sample of the rows."""
