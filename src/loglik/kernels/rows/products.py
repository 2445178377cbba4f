"""Products with the parts of a design matrix that are not dense: category codes and compressed sparse rows.

A categorical column is stored as the position of its level among all coefficients. Row i of its one-hot matrix Z has a
single 1, so Z b is a gather, Z' r a scatter-add, and Z' D Z a table of counts: the one-hot matrix is never built.

Shapes: `beta` and `gradient` are C x P (C linear predictors, P coefficients), `eta` and `residual` are C x B for a block
of B rows, `codes` is B x (number of categorical columns).
"""

from __future__ import annotations

import numpy as np

from loglik.kernels.bits import larger, smaller
from loglik.kernels.jit import njit


@njit()
def column_sums(block, datum, total, squares, low, high):
    """Add ``sum_i (x_ij - d_j)`` and its squares, and widen low..high to the values; four rows at a time, as they lie."""
    whole = block.shape[0] // 4 * 4
    for i in range(0, whole, 4):
        for j in range(block.shape[1]):
            d = datum[j]
            a, b = 1.0 * block[i, j], 1.0 * block[i + 1, j]  # float64, whatever the columns are
            e, f = 1.0 * block[i + 2, j], 1.0 * block[i + 3, j]
            high[j] = larger(high[j], larger(larger(a, b), larger(e, f)))
            low[j] = smaller(low[j], smaller(smaller(a, b), smaller(e, f)))
            a, b, e, f = a - d, b - d, e - d, f - d
            total[j] += (a + b) + (e + f)
            squares[j] += (a * a + b * b) + (e * e + f * f)
    for i in range(whole, block.shape[0]):
        for j in range(block.shape[1]):
            a = 1.0 * block[i, j]
            high[j] = larger(high[j], a)
            low[j] = smaller(low[j], a)
            a -= datum[j]
            total[j] += a
            squares[j] += a * a


@njit()
def count_codes(codes, counts):
    """Count how often each code occurs; the last place is that of the code -1 too."""
    for i in range(codes.size):
        counts[codes[i]] += 1


@njit()
def first_of_each(codes, first, seen, rows):
    """Note in `rows` the numbers of the first rows that have a code, as many as it has columns; `seen` counts them."""
    for i in range(codes.shape[0]):
        for a in range(codes.shape[1]):
            code = codes[i, a]
            if seen[code] < rows.shape[1]:
                rows[code, seen[code]] = first + i
                seen[code] += 1


@njit()
def more_of_each(seen, rows, more_seen, more_rows):
    """Add the first rows of a later block to those of an earlier one."""
    for code in range(seen.size):
        for i in range(min(more_seen[code], rows.shape[1] - seen[code])):
            rows[code, seen[code]] = more_rows[code, i]
            seen[code] += 1


@njit()
def look_up(place, table, out):
    """``out_i = table[place_i]``, the place -1 being the last."""
    for i in range(place.size):
        out[i] = table[place[i]]


@njit()
def count_classes(codes, label, table):
    """Add up rows by level and class: ``table[codes[i, a], label[i]]``."""
    for i in range(codes.shape[0]):
        for a in range(codes.shape[1]):
            table[codes[i, a], label[i]] += 1


@njit(fastmath={"contract", "reassoc"})
def largest_square(dense, center, codes, weights):
    """``max_ci sum_j w_cj x_ij^2`` over the rows of ``[1, dense - center, one-hot(codes)]`` and the rows of `weights`."""
    largest = 0.0
    q = dense.shape[1]
    for c in range(weights.shape[0]):
        w = weights[c]
        for i in range(dense.shape[0]):
            s = w[0]
            for j in range(q):
                x = dense[i, j] - center[j]
                s += w[1 + j] * (x * x)
            for a in range(codes.shape[1]):
                s += w[codes[i, a]]
            largest = larger(largest, s)
    return largest


@njit()
def gather_levels(codes, b, eta):
    """Add Z b for one class: ``eta_i += sum_a b[codes_ia]``."""
    for i in range(codes.shape[0]):
        total = 0.0
        for a in range(codes.shape[1]):
            total += b[np.uint32(codes[i, a])]
        eta[i] += total


@njit()
def scatter_levels(codes, r, g):
    """Add Z' r for one class: ``g[codes_ia] += r_i``."""
    for i in range(codes.shape[0]):
        for a in range(codes.shape[1]):
            g[np.uint32(codes[i, a])] += r[i]


@njit()
def gather_add(codes, beta, eta):
    """Add Z b: ``eta[c, i] += sum_a beta[c, codes[i, a]]``."""
    for c in range(eta.shape[0]):
        gather_levels(codes, beta[c], eta[c])


@njit()
def scatter_add(codes, residual, gradient):
    """Add Z' r: ``gradient[c, codes[i, a]] += residual[c, i]``."""
    for c in range(residual.shape[0]):
        scatter_levels(codes, residual[c], gradient[c])


@njit()
def codes_gram(codes, d, gram):
    """Add the upper triangle of Z' D Z: weighted contingency tables of all pairs of columns."""
    for i in range(codes.shape[0]):
        for a in range(codes.shape[1]):
            for b in range(a, codes.shape[1]):
                gram[codes[i, a], codes[i, b]] += d[i]


@njit()
def codes_dense_gram(codes, weighted, gram):
    """Add Z' D X to the rows of `gram` that belong to the levels; `weighted` is D X for the block."""
    for i in range(codes.shape[0]):
        for a in range(codes.shape[1]):
            row = codes[i, a]
            for j in range(weighted.shape[1]):
                gram[row, j] += weighted[i, j]


@njit()
def border_add(level, codes, dense, center, d, border):
    """Add ``Z' D [1, X, Z']`` to the rows of `border`: one categorical column by the intercept and the other columns."""
    for i in range(level.size):
        row = border[np.uint32(level[i])]
        row[0] += d[i]
        for j in range(dense.shape[1]):
            row[1 + j] += d[i] * (dense[i, j] - center[j])
        for a in range(codes.shape[1]):
            row[np.uint32(codes[i, a])] += d[i]


@njit()
def csr_add(indptr, indices, data, lo, hi, first, beta, eta):
    """Add S b for rows lo..hi of a CSR matrix whose coefficients start at position `first`."""
    for c in range(eta.shape[0]):
        b, e = beta[c][first:], eta[c]
        for i in range(hi - lo):
            start, end = indptr[lo + i], indptr[lo + i + 1]
            j, x = indices[start:end], data[start:end]
            # Four sums at a time, since one would wait for itself; unsigned places, since none counts from the end.
            s0, s1, s2, s3 = 0.0, 0.0, 0.0, 0.0
            fours = 4 * (j.size // 4)
            for k in range(0, fours, 4):
                s0 += b[np.uint64(j[k])] * x[k]
                s1 += b[np.uint64(j[k + 1])] * x[k + 1]
                s2 += b[np.uint64(j[k + 2])] * x[k + 2]
                s3 += b[np.uint64(j[k + 3])] * x[k + 3]
            for k in range(fours, j.size):
                s0 += b[np.uint64(j[k])] * x[k]
            e[i] += (s0 + s1) + (s2 + s3)


@njit()
def csr_transposed_add(indptr, indices, data, lo, hi, first, residual, gradient):
    """Add S' r for rows lo..hi of a CSR matrix whose coefficients start at position `first`."""
    for c in range(residual.shape[0]):
        r, g = residual[c], gradient[c][first:]
        for i in range(hi - lo):
            start, end = indptr[lo + i], indptr[lo + i + 1]
            j, x = indices[start:end], data[start:end]
            for k in range(j.size):
                g[np.uint64(j[k])] += r[i] * x[k]


@njit()
def csr_curvature_add(indptr, indices, data, lo, hi, d, v, image):
    """Add ``[1, S]' D [1, S] v`` for rows lo..hi of a CSR matrix: each row is used twice while it is at hand."""
    b, g = v[1:], image[1:]
    for i in range(hi - lo):
        start, end = indptr[lo + i], indptr[lo + i + 1]
        j, x = indices[start:end], data[start:end]
        s0, s1 = v[0], 0.0
        twos = 2 * (j.size // 2)
        for k in range(0, twos, 2):
            s0 += b[np.uint64(j[k])] * x[k]
            s1 += b[np.uint64(j[k + 1])] * x[k + 1]
        for k in range(twos, j.size):
            s0 += b[np.uint64(j[k])] * x[k]
        r = (s0 + s1) * d[i]
        image[0] += r
        for k in range(j.size):
            g[np.uint64(j[k])] += r * x[k]


@njit()
def csr_squares_add(indptr, indices, data, lo, hi, first, weight, squares):
    """Add ``sum_i w_i s_ij^2`` for rows lo..hi of a CSR matrix whose coefficients start at position `first`."""
    g = squares[first:]
    for i in range(hi - lo):
        start, end = indptr[lo + i], indptr[lo + i + 1]
        j, x = indices[start:end], data[start:end]
        for k in range(j.size):
            g[np.uint64(j[k])] += weight[i] * (x[k] * x[k])


@njit()
def csr_gram(indptr, indices, data, lo, hi, first, d, gram):
    """Add the upper triangle of S' D S; indices must be sorted within a row."""
    for i in range(lo, hi):
        for k in range(indptr[i], indptr[i + 1]):
            row = first + indices[k]
            v = d[i - lo] * data[k]
            for m in range(k, indptr[i + 1]):
                gram[row, first + indices[m]] += v * data[m]


@njit()
def csr_dense_gram(indptr, indices, data, lo, hi, first, weighted, gram):
    """Add S' D X to the rows of `gram` that belong to the sparse columns; `weighted` is D X for the block."""
    for i in range(lo, hi):
        for k in range(indptr[i], indptr[i + 1]):
            row = first + indices[k]
            v = data[k]
            for j in range(weighted.shape[1]):
                gram[row, j] += v * weighted[i - lo, j]


@njit()
def csr_codes_gram(indptr, indices, data, lo, hi, first, codes, d, gram):
    """Add Z' D S to the upper triangle (codes come before the sparse columns)."""
    for i in range(lo, hi):
        for a in range(codes.shape[1]):
            row = codes[i - lo, a]
            for k in range(indptr[i], indptr[i + 1]):
                gram[row, first + indices[k]] += d[i - lo] * data[k]


@njit()
def add_by_group(columns, residual, group, sums):
    """``sums[group_i, j] += residual_i columns[j, i]``: what a row adds to stands together in memory."""
    for i in range(residual.size):
        into, r = sums[group[i]], residual[i]
        for j in range(columns.shape[0]):
            into[j] += r * columns[j, i]


@njit()
def add_numbers_by_group(dense, center, residual, group, sums):
    """As `add_by_group` for ``[1, dense - center]``, the columns as they are stored (B x q)."""
    for i in range(residual.size):
        into, r = sums[group[i]], residual[i]
        into[0] += r
        for j in range(dense.shape[1]):
            into[1 + j] += r * (dense[i, j] - center[j])


@njit()
def add_levels_by_group(codes, residual, group, sums):
    """``sums[group_i, codes_ia] += residual_i``."""
    for i in range(codes.shape[0]):
        into, r = sums[group[i]], residual[i]
        for a in range(codes.shape[1]):
            into[np.uint32(codes[i, a])] += r


@njit()
def order_by_group(group, ends, order):
    """Rows in the order of their groups, by counting; `ends` is of noughts, and becomes where each group ends."""
    for i in range(group.size):
        ends[group[i]] += 1
    before = 0
    for g in range(ends.size):
        before += ends[g]
        ends[g] = before - ends[g]
    for i in range(group.size):
        order[ends[group[i]]] = i
        ends[group[i]] += 1
