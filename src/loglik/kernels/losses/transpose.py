"""Transposing tables in registers, so that narrow rows can be worked on several at a time.

Copying entry by entry costs a load and a store for each; a square of vectors takes a load and a store for each *vector*
and log2(w) shuffles between. A w x w transpose exchanges, for each bit b of the indices, the entries whose row and column
differ in that bit (J. O. Eklundh, A Fast Computer Method for Matrix Transposing, 1972).
"""

from __future__ import annotations

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from loglik.kernels.jit import njit


def _bytes(dtype):
    return 4 if dtype == types.float32 else 8


def _vector_at(context, builder, array_type, array, start, step, k, vector):
    data = context.make_array(array_type)(context, builder, array).data
    offset = builder.add(start, builder.mul(step, ir.Constant(start.type, k)))
    return builder.bitcast(builder.gep(data, [offset]), vector.as_pointer())


@intrinsic
def _square(typingctx, source, start, step, target, to, to_step):  # noqa: ARG001
    """Transpose one square between flat arrays; its side is 8 for float32, 4 for float64.

    Row k of the source begins at ``start + k step``, of the target at ``to + k to_step``.
    """
    side = 32 // _bytes(source.dtype)

    def codegen(context, builder, signature, args):
        source, start, step, target, to, to_step = args
        element = context.get_data_type(signature.args[0].dtype)
        vector = ir.VectorType(element, side)
        align = _bytes(signature.args[0].dtype)
        rows = []
        for k in range(side):
            load = builder.load(_vector_at(context, builder, signature.args[0], source, start, step, k, vector))
            load.align = align
            rows.append(load)
        index = ir.VectorType(ir.IntType(32), side)
        bit = 1
        while bit < side:
            upper = [i if not i & bit else side + i - bit for i in range(side)]
            lower = [i + bit if not i & bit else side + i for i in range(side)]
            for k in range(side):
                if not k & bit:
                    a, b = rows[k], rows[k + bit]
                    rows[k] = builder.shuffle_vector(a, b, ir.Constant(index, upper))
                    rows[k + bit] = builder.shuffle_vector(a, b, ir.Constant(index, lower))
            bit *= 2
        for k in range(side):
            place = _vector_at(context, builder, signature.args[3], target, to, to_step, k, vector)
            builder.store(rows[k], place).align = align
        return context.get_dummy_value()

    return types.void(source, start, step, target, to, to_step), codegen


@njit()
def _walk(source, rows, columns, step, target, to_step):
    side = 32 // source.itemsize
    i = 0
    while i < rows:
        i = min(i, rows - side)
        j = 0
        while j < columns:
            j = min(j, columns - side)
            _square(source, i * step + j, step, target, j * to_step + i, to_step)
            j += side
        i += side


@njit()
def transpose(source, rows, columns, step, target, to_step):
    """Write the transposed of a table at the beginning of the flat array `source` to that of the flat array `target`.

    Row i of the table begins at ``i step``; column j goes to ``j to_step``. Squares at the edges overlap, so that some
    entries are written twice.
    """
    side = 32 // source.itemsize
    if rows < side or columns < side:
        for i in range(rows):
            for j in range(columns):
                target[j * to_step + i] = source[i * step + j]
    elif step > to_step:
        _walk(source, rows, columns, step, target, to_step)
    else:
        # The outer loop goes along the side that is apart in memory, so that lines of the cache are finished one by one.
        j = 0
        while j < columns:
            j = min(j, columns - side)
            _walk(source[j:], rows, side, step, target[j * to_step :], to_step)
            j += side
