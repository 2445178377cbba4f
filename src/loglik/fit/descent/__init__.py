"""The minimum: one loop, and methods that differ in what they know of the Hessian."""
