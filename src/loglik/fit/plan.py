"""What a fit will do, and why: decided once, from the shape of the data alone, and printable.

All formulas of cost and all thresholds of the choice stand here. Costs are counted in multiplications: a core makes
1e9 to 1e10 of them a second, so 1e8 are some hundredths of a second, and 1e11 half a minute at most.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.design.features import LevelsFeature
from loglik.fit.descent.methods import method_named
from loglik.fit.hessian.bordered import HighCardinality
from loglik.fit.hessian.exact import WHOLE
from loglik.fit.options import USUAL_TOL
from loglik.fit.planned import Plan
from loglik.fit.reads import expected_reads
from loglik.fit.samples import MIN_SAMPLE, sample_size

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.design.matrix import Design
    from loglik.fit.hessian.exact import HessianForm
    from loglik.fit.objective import Objective
    from loglik.fit.options import Options
    from loglik.fit.planned import Kind, Reason, Start

    Indices = npt.NDArray[np.int64]

# Multiplications. Of a Hessian that costs so little that it is worth its price at every step; and where no sample is
# cheaper than all rows, so that nothing else has curvature to offer.
NEWTON_FLOPS, NEWTON_FLOPS_ALONE = 1e8, 1e9
# Coefficients up to which a Hessian is factored at every step: 3e9 multiplications.
NEWTON_SIZE = 2_000
# Multiplications of forming and factoring a sample's Hessian, up to which it is the preconditioner.
SAMPLE_FLOPS = 4e9
# The same, of eliminating the levels of a high-cardinality factor and factoring what is left, at each Newton step.
ELIMINATION_FLOPS = 4e8
# Products with the Hessian that conjugate gradients take for a step, about: it is formed only if it costs fewer.
PRODUCTS_PER_STEP = 60.0
# Sparse columns beyond which a Hessian is but applied: about as many as rows, so no sample knows it.
MANY_SPARSE = 500
# Coefficients of a class up to which a P x P matrix is the preconditioner, 0.3 GB; and entries of one for each class.
MAX_DENSE, MOST_BY_CLASS = 6_000, 1 << 22
# Rows of the smallest sample of a growing row, times how much it grows, rows of it per coefficient.
SMALLEST_SAMPLE, GROWTH, ROWS_PER_COEFFICIENT = 500, 8, 4
# Of the rows, for a first fit where Hessians of samples are too dear; and the least of them per coefficient.
SHARE_FOR_A_START, ROWS_FOR_A_START = 8, 2
# An exact Hessian at the end serves inference, the proof of existence and the last Newton step: multiplications and
# coefficients (0.13 GB) up to which it is formed; for a penalised fit, which has no inference, next to nothing.
HESSIAN_FLOPS, HESSIAN_SIZE, PENALISED_HESSIAN_FLOPS = 5e11, 4_000, 1e8
# Multiplications of a Hessian up to which the last Newton step may take a second and a third one, and how many it may.
LAST_STEPS_FLOPS, LAST_STEPS = 2e10, 3
# Share of the largest column's mean square: a penalty that outweighs the rounding of float32 sums lets them show the way.
SINGLE_SHARE = 1e-6
# Levels of a factor are eliminated if there are more coefficients than these, of others at most these, and border's
# entries no more (0.25 GB).
BORDERED_SIZE, BORDERED_OTHERS, BORDERED_ENTRIES = 1_500, 4_000, 1 << 25


def hessian_flops(objective: Objective, rows: int | None = None) -> float:
    """Multiplications that one exact Hessian takes: entries per row squared, for each pair of classes."""
    design, c = objective.design, objective.n_classes_free
    return float((design.n_rows if rows is None else rows) * design.entries_per_row**2 * c * (c + 1) / 2.0)


def factor_flops(size: int) -> float:
    """Multiplications that factoring a matrix of that size takes."""
    return size**3 / 3.0


def newton_is_cheap(objective: Objective) -> bool:
    """Whether Newton's method on all rows is the best way: a Hessian costs next to nothing, or no sample costs less."""
    flops = hessian_flops(objective)
    limit = NEWTON_FLOPS_ALONE if _sample_is_all(objective) else NEWTON_FLOPS
    return objective.size <= NEWTON_SIZE and flops <= limit


def _sample_is_all(objective: Objective) -> bool:
    return sample_size(objective) == objective.design.n_rows


def _sample_is_cheap(objective: Objective) -> bool:
    return hessian_flops(objective, sample_size(objective)) + factor_flops(objective.size) <= SAMPLE_FLOPS


def _has_many_sparse(objective: Objective) -> bool:
    return objective.design.sparse is not None and objective.free.size > MANY_SPARSE


def _products_are_cheaper(objective: Objective) -> bool:
    """Whether a Hessian is dear for so few rows that conjugate gradients find a step sooner."""
    design = objective.design
    entries = 1 + design.dense.shape[1] + design.codes.shape[1]
    a_product = 2.0 * design.n_rows * entries * objective.n_classes_free
    a_step = hessian_flops(objective) + factor_flops(objective.size)
    return _sample_is_all(objective) and objective.n_classes_free > 1 and a_step > PRODUCTS_PER_STEP * a_product


def high_cardinality(design: Design, free: Indices) -> HighCardinality | None:
    """Find the factor whose levels are worth eliminating, if there is one.

    Parameters
    ----------
    design : Design
        Predictors.
    free : ndarray of int
        Storage positions of the free coefficients.
    """
    if free.size <= BORDERED_SIZE or design.sparse is not None or not design.codes.shape[1]:
        return None
    kinds = [i for i, f in enumerate(design.features) if isinstance(f, LevelsFeature)]
    column = int(np.argmax([design.positions[i].size for i in kinds]))
    places = design.positions[kinds[column]]
    others = design.n_coefficients - places.size
    has_others = bool(((free < places[0]) | (free > places[-1])).any())
    if (
        not has_others
        or places.size < others
        or others > BORDERED_OTHERS
        or design.n_coefficients * others > BORDERED_ENTRIES
    ):
        return None
    return HighCardinality(column, kinds[column], int(places[0]), int(places[-1]) + 1)


def hessian_form(objective: Objective) -> HessianForm:
    """Whole, or with the levels of one factor eliminated; more than two classes have a block for each level, no number."""
    bordered = high_cardinality(objective.design, objective.free) if objective.n_classes_free == 1 else None
    return bordered or WHOLE


def _elimination_is_cheap(objective: Objective, form: HessianForm) -> bool:
    """Whether the other columns are so few that each Newton step can have a Hessian."""
    others = objective.design.n_coefficients - form.n_eliminated
    return not form.is_whole and form.n_eliminated * others**2 / 2.0 + factor_flops(others) <= ELIMINATION_FLOPS


def preconditioner_kind(objective: Objective) -> Kind:
    """The closest approximation of the inverse Hessian that is worth its price."""
    if _sample_is_cheap(objective):
        return "sample"
    if objective.free.size > MAX_DENSE:
        return "hot-block"
    c, p = objective.n_classes_free, objective.design.n_coefficients
    return "kronecker" if c == 1 or (c + 1) * p * p > MOST_BY_CLASS else "by-class"


def _exact_hessian_is_wanted(objective: Objective, options: Options, form: HessianForm) -> bool:
    """Whether the inference will need it, and it is affordable."""
    flops = hessian_flops(objective)
    if not options.inference or (options.alpha > 0.0 and flops > PENALISED_HESSIAN_FLOPS):
        return False
    return (objective.size <= HESSIAN_SIZE or not form.is_whole) and flops <= HESSIAN_FLOPS


def plan_for(
    objective: Objective,
    options: Options,
    form: HessianForm,
    *,
    largest_scale: float,
    separated: bool,
    started: bool,
    replaced: bool,
) -> Plan:
    """Choose the method, by what it needs to know of the Hessian and what that costs here.

    Parameters
    ----------
    objective : Objective
        Without the columns that repeat others.
    options : Options
        What is asked for.
    form : HessianForm
        How exact Hessians are held.
    largest_scale : float
        Largest root mean square of a column.
    separated : bool
        Whether the classes are separated at first sight.
    started : bool
        Whether the objective and its Hessian are known at the start.
    replaced : bool
        Whether a column is fitted as what others leave of it.
    """
    decided = _decided(objective, options, form, largest_scale, separated=separated)
    sample = decided.samples[-1] if decided.samples else sample_size(objective)
    decided = replace(
        decided, n_rows=objective.design.n_rows, n_coefficients=objective.size, sample_rows=sample,
        hessian_flops=hessian_flops(objective), is_whole=form.is_whole, n_eliminated=form.n_eliminated,
    )  # fmt: skip
    return replace(decided, reads=expected_reads(decided, objective, options, started=started, replaced=replaced))


def _decided(
    objective: Objective, options: Options, form: HessianForm, largest_scale: float, *, separated: bool
) -> Plan:
    wanted = _exact_hessian_is_wanted(objective, options, form)
    to_rounding = options.tol <= USUAL_TOL
    few_steps = LAST_STEPS if wanted and to_rounding and hessian_flops(objective) <= LAST_STEPS_FLOPS else 0
    if options.solver != "auto":
        needs = method_named(options.solver).needs
        start: Start = "zero" if needs == "bound" else "null-model"
        return Plan(options.solver, "asked-for", start=start, exact_at_end=wanted and needs != "exact")
    if separated:
        return Plan(None, "separated")
    if _elimination_is_cheap(objective, form):
        return Plan("newton", "levels-eliminated", eliminates=True)
    if _has_many_sparse(objective) or (not wanted and _products_are_cheaper(objective)):
        reason: Reason = "many-sparse-columns" if _has_many_sparse(objective) else "hessian-dear"
        kind: Kind = "kronecker" if objective.design.sparse is None else "diagonal"
        return Plan("newton-cg", reason, preconditioner=kind, exact_at_end=wanted, last_newton_steps=few_steps)
    if newton_is_cheap(objective):
        reason = "sample-is-all" if _sample_is_all(objective) else "hessian-cheap"
        return Plan("newton", reason, single=options.alpha > SINGLE_SHARE * largest_scale**2)
    start, samples = _samples(objective)
    return Plan(
        "lbfgs", "sample-tells" if _sample_is_cheap(objective) else "sample-dear",
        preconditioner=preconditioner_kind(objective), start=start, samples=samples, exact_at_end=wanted,
        last_newton_steps=few_steps,
    )  # fmt: skip


def _samples(objective: Objective) -> tuple[Start, tuple[int, ...]]:
    """Rows of the samples that are fitted before all rows."""
    n, size = objective.design.n_rows, sample_size(objective)
    if _sample_is_cheap(objective) and 4 * size <= n:
        sizes = [size]
        while sizes[0] // GROWTH >= max(SMALLEST_SAMPLE, ROWS_PER_COEFFICIENT * objective.size):
            sizes.insert(0, sizes[0] // GROWTH)
        return "growing-samples", tuple(sizes)
    rows = n // SHARE_FOR_A_START
    if objective.free.size <= MAX_DENSE and rows >= max(ROWS_FOR_A_START * objective.size, MIN_SAMPLE):
        return "one-sample", (rows,)
    return "null-model", ()
