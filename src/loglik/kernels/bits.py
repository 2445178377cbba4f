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


@intrinsic
def power_of_two(typingctx, shifted):  # noqa: ARG001
    """``2^k`` for ``shifted = k + 1.5 * 2^52`` (float64) or ``k + 1.5 * 2^23`` (float32), k a normal exponent.

    The sum holds k in its low bits; moved to the exponent's place and biased they are the power. Two integer
    instructions, of the width of the argument.
    """
    bits, shift, one = (32, 23, 0x3F800000) if shifted == types.float32 else (64, 52, 0x3FF0000000000000)

    def codegen(context, builder, signature, args):  # noqa: ARG001
        whole = ir.IntType(bits)
        moved = builder.shl(builder.bitcast(args[0], whole), ir.Constant(whole, shift))
        return builder.bitcast(builder.add(moved, ir.Constant(whole, one)), args[0].type)

    return shifted(shifted), codegen
