"""Figures of merit of predicted probabilities, with scikit-learn's signatures."""

from __future__ import annotations

from loglik.metrics.log_loss import log_loss

__all__ = ["log_loss"]
