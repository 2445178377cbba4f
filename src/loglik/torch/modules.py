"""Drop-in replacements for ``torch.nn.CrossEntropyLoss`` and ``torch.nn.BCEWithLogitsLoss``.

They are torch's own modules with another ``forward``: arguments, buffers, ``state_dict`` and ``isinstance`` stay as
they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

from loglik.torch.binary import binary_cross_entropy_with_logits
from loglik.torch.multiclass import cross_entropy

if TYPE_CHECKING:
    import torch

    from loglik.losses.reduction import Reduction


class CrossEntropyLoss(nn.CrossEntropyLoss):
    """Cross-entropy of logits as a module; see `loglik.torch.cross_entropy`.

    Parameters
    ----------
    weight, ignore_index, reduction, label_smoothing, temperature, z_loss, softcap
        See `loglik.torch.cross_entropy`.

    Examples
    --------
    >>> import torch
    >>> from loglik.torch import CrossEntropyLoss
    >>> loss = CrossEntropyLoss(label_smoothing=0.1)
    >>> loss(torch.zeros(2, 3), torch.tensor([0, 2]))
    tensor(1.0986)
    """

    def __init__(
        self,
        weight: torch.Tensor | None = None,
        *,
        ignore_index: int = -100,
        reduction: Reduction = "mean",
        label_smoothing: float = 0.0,
        temperature: float = 1.0,
        z_loss: float = 0.0,
        softcap: float | None = None,
    ) -> None:
        super().__init__(weight=weight, ignore_index=ignore_index, reduction=reduction, label_smoothing=label_smoothing)
        self.temperature = temperature
        self.z_loss = z_loss
        self.softcap = softcap

    def forward(self, input: torch.Tensor, target: torch.Tensor) -> torch.Tensor:  # noqa: A002
        """Loss of a batch."""
        return cross_entropy(
            input,
            target,
            self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
            temperature=self.temperature,
            z_loss=self.z_loss,
            softcap=self.softcap,
        )


class BCEWithLogitsLoss(nn.BCEWithLogitsLoss):
    """Binary cross-entropy of log-odds as a module; see `loglik.torch.binary_cross_entropy_with_logits`.

    Parameters
    ----------
    weight, reduction, pos_weight
        See `loglik.torch.binary_cross_entropy_with_logits`.

    Examples
    --------
    >>> import torch
    >>> from loglik.torch import BCEWithLogitsLoss
    >>> BCEWithLogitsLoss()(torch.zeros(3), torch.tensor([0.0, 1.0, 1.0]))
    tensor(0.6931)
    """

    def __init__(
        self,
        weight: torch.Tensor | None = None,
        *,
        reduction: Reduction = "mean",
        pos_weight: torch.Tensor | None = None,
    ) -> None:
        super().__init__(weight=weight, reduction=reduction, pos_weight=pos_weight)

    def forward(self, input: torch.Tensor, target: torch.Tensor) -> torch.Tensor:  # noqa: A002
        """Loss of a batch."""
        return binary_cross_entropy_with_logits(
            input, target, self.weight, reduction=self.reduction, pos_weight=self.pos_weight
        )
