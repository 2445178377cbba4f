"""The checker: the search proposes, the kernel decides, the samples may refute, and a report says what is known."""

from loglik.derive.checker.derivations import Report, StepReport, check

__all__ = ["Report", "StepReport", "check"]
