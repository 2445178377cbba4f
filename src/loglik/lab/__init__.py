"""The lab: a page on one's own machine where the mathematics of the fit is moved, tried and worked (``loglik lab``).

Numbers come from the package by `application`, or from ``web/src/maths.ts``, whose functions are tested against it.
"""
