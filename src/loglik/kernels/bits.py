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


@intrinsic
def larger(typingctx, a, b):  # noqa: ARG001
    """The larger of two numbers; any of the two if one is NaN, which lets a running maximum vectorise."""

    def codegen(context, builder, signature, args):  # noqa: ARG001
        flags = ("nnan", "nsz")
        return builder.select(builder.fcmp_ordered(">", *args, flags=flags), *args, flags=flags)

    return a(a, b), codegen


@intrinsic
def smaller(typingctx, a, b):  # noqa: ARG001
    """The smaller of two numbers, as `larger`."""

    def codegen(context, builder, signature, args):  # noqa: ARG001
        flags = ("nnan", "nsz")
        return builder.select(builder.fcmp_ordered("<", *args, flags=flags), *args, flags=flags)

    return a(a, b), codegen


@intrinsic
def prefetch(typingctx, array, index):  # noqa: ARG001
    """Ask for the line of the cache that holds an entry of a flat array, beyond its end too; a hint without effect."""

    def codegen(context, builder, signature, args):
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        byte = ir.IntType(8).as_pointer()
        whole = ir.IntType(32)
        hint = builder.module.declare_intrinsic(
            "llvm.prefetch", [byte], ir.FunctionType(ir.VoidType(), [byte, whole, whole, whole])
        )
        place = builder.bitcast(builder.gep(data, [args[1]]), byte)
        builder.call(hint, [place, ir.Constant(whole, 0), ir.Constant(whole, 3), ir.Constant(whole, 1)])
        return context.get_dummy_value()

    return types.void(array, index), codegen
