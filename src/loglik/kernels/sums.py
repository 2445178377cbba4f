"""Sums whose rounding errors do not grow with their length, and the error-free steps that they are made of.

Eight terms are added by halves; those parts are added with the error of each addition kept (TwoSum: Knuth, The Art of
Computer Programming 2, 4.2.2), so that the sum of n terms >= 0 is within 2 ulp for every n.
"""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba.extending import intrinsic

from loglik.kernels.jit import njit


@intrinsic
def fused_multiply_add(typingctx, a, b, c):  # noqa: ARG001
    """``a b + c`` of float64, rounded once."""

    def codegen(context, builder, signature, args):  # noqa: ARG001
        double = ir.DoubleType()
        function = builder.module.declare_intrinsic(
            "llvm.fma", [double], ir.FunctionType(double, [double, double, double])
        )
        return builder.call(function, args)

    return a(a, b, c), codegen


@njit()
def two_sum(a, b):
    """``a + b`` as the rounded sum and its error, exactly."""
    s = a + b
    back = s - a
    return s, (a - (s - back)) + (b - back)


@njit()
def two_difference(a, b):
    """``a - b`` as the rounded difference and its error, exactly; the error of an infinite difference is 0."""
    d = a - b
    back = a - d
    error = (a - (d + back)) + (back - b)
    return d, error if error == error else 0.0  # noqa: PLR0124


@njit()
def quick_two_sum(a, b):
    """``a + b`` exactly, for ``|a| >= |b|`` (Dekker)."""
    s = a + b
    return s, b - (s - a)


@njit()
def two_product(a, b):
    """``a b`` as the rounded product and its error, exactly."""
    p = a * b
    return p, fused_multiply_add(a, b, -p)


@njit()
def exact_sum(a):
    """Sum of a float64 array, to about the last place if no term is negative; infinities and NaN come through."""
    total, lost = 0.0, 0.0
    eights = a.shape[0] // 8
    for i in range(eights):
        b = a[8 * i : 8 * i + 8]
        part = ((b[0] + b[1]) + (b[2] + b[3])) + ((b[4] + b[5]) + (b[6] + b[7]))
        total, error = two_sum(total, part)
        lost += error
    for i in range(8 * eights, a.shape[0]):
        total, error = two_sum(total, a[i])
        lost += error
    return total + lost if lost == lost else total  # noqa: PLR0124 - the error of an infinite sum is NaN


@njit()
def exact_column_sums(table, out):
    """Sum of each column, within about the last place if no term is negative; infinities come through."""
    lost = np.zeros(out.shape[0])
    for i in range(out.shape[0]):
        out[i] = 0.0
    for k in range(table.shape[0]):
        for i in range(out.shape[0]):
            s, error = two_sum(out[i], table[k, i])
            out[i] = s
            lost[i] += error
    for i in range(out.shape[0]):
        out[i] += lost[i] if abs(out[i]) < np.inf else 0.0
