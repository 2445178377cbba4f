"""Kernels of the losses: blocks of logits or probabilities in, losses, sums of them and gradients out."""
