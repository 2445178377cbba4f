"""Figures of merit of predicted probabilities: log loss (scikit-learn's signature), ROC, calibration, residuals."""

from __future__ import annotations

from loglik.metrics.calibration import Calibration, calibration
from loglik.metrics.log_loss import log_loss
from loglik.metrics.residuals import BinnedResiduals, QuantileResiduals, binned_residuals, quantile_residuals
from loglik.metrics.roc import Roc, roc

__all__ = [
    "BinnedResiduals",
    "Calibration",
    "QuantileResiduals",
    "Roc",
    "binned_residuals",
    "calibration",
    "log_loss",
    "quantile_residuals",
    "roc",
]
