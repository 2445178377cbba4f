"""The cross-entropies as PyTorch functions and modules, on the CPU, with gradients and gradients of gradients.

``loss = loglik.torch.cross_entropy(input, target)`` in place of ``torch.nn.functional.cross_entropy``: the same names,
shapes and means. Confident rows keep their digits, in the value and in the gradient; what has no loss (NaN, labels out of
range, targets that are no distribution, a mean over nothing) is refused with the row named.

What they cannot do is run on a GPU or under ``torch.func``. In a function that ``torch.compile`` compiles, call
``torch.compiler.disable(loglik.torch.cross_entropy)``.

Needs PyTorch: ``pip install "loglik[interop]"``.
"""

from __future__ import annotations

try:
    import torch as _torch  # noqa: F401 - asked for here, so that its absence is said once and clearly
except ModuleNotFoundError as error:
    if error.name != "torch":
        raise
    raise ImportError('loglik.torch needs PyTorch: pip install "loglik[interop]"') from error

from loglik.torch.binary import binary_cross_entropy_with_logits
from loglik.torch.modules import BCEWithLogitsLoss, CrossEntropyLoss
from loglik.torch.multiclass import cross_entropy

__all__ = ["BCEWithLogitsLoss", "CrossEntropyLoss", "binary_cross_entropy_with_logits", "cross_entropy"]
