"""Reading the bits of a double as an integer and back, which Numba vectorises as no instruction at all."""

from __future__ import annotations

from llvmlite import ir
from numba import types
from numba.extending import intrinsic


@intrinsic
def bits_of(typingctx, x):  # noqa: ARG001
    """The 64 bits of a float64 as an int64."""

    def codegen(context, builder, signature, args):  # noqa: ARG001
        return builder.bitcast(args[0], ir.IntType(64))

    return types.int64(types.float64), codegen


@intrinsic
def float_of(typingctx, n):  # noqa: ARG001
    """The float64 with the 64 bits of an int64."""

    def codegen(context, builder, signature, args):  # noqa: ARG001
        return builder.bitcast(args[0], ir.DoubleType())

    return types.float64(types.int64), codegen
