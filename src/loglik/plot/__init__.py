"""Pictures drawn from computed values with matplotlib (extra ``plot``): of formulas, and of what a fit found.

`canvas` and `svg` make a figure into one SVG element that takes the colours of the page around it; `pictures` finds those
of a derivation; `functions`, `likelihoods` and `descents` draw them, `of_fits` draws values of fits on axes that are given.
"""
