"""The checker: small, apart, and the only part that has to be trusted.

It imports expressions, rules and evaluation, and nothing of the catalogue or the printers. A step is verified if the
named rule gives the term (`steps`), its conditions follow from what is declared (`conditions`), and no sampled point
says otherwise (`sampling`). `derivations` puts the steps together.
"""

from loglik.derive.checker.derivations import Report, StepReport, check

__all__ = ["Report", "StepReport", "check"]
