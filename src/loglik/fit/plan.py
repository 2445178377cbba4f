"""What a fit will do, and why: decided once, from the shape of the data alone, and printable.

All formulas of cost and all thresholds of the choice stand here. Costs are counted in multiplications: a core makes
1e9 to 1e10 of them a second, so 1e8 are some hundredths of a second, and 1e11 half a minute at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.features import LevelsFeature
from loglik.fit.descent.methods import method_named
from loglik.fit.hessian.bordered import HighCardinality
from loglik.fit.hessian.form import WHOLE
from loglik.fit.options import USUAL_TOL
from loglik.fit.planned import Plan
from loglik.fit.samples import MIN_SAMPLE, sample_size

if TYPE_CHECKING:
    from loglik.array_types import Indices
    from loglik.design.matrix import Design
    from loglik.fit.hessian.form import HessianForm
    from loglik.fit.objective import Objective
    from loglik.fit.options import Options
    from loglik.fit.planned import Kind, Reason

# Multiplications. Of a Hessian that costs so little that it is worth its price at every step; and where no sample is
# cheaper than all rows, so that nothing else has curvature to offer.
NEWTON_FLOPS, NEWTON_FLOPS_ALONE = 1e8, 1e9
# Coefficients up to which a Hessian is factored at every step: 3e9 multiplications.
NEWTON_SIZE = 2_000
# Newton's method from the estimate of a sample reads all rows least often: the sample's share and rows for each coefficient,
# at least and at most; least rows of it; and what a read with a Hessian may cost, in reads with a gradient alone.
SHARE_FOR_NEWTON, LEAST_FOR_NEWTON, MOST_FOR_NEWTON = 8, 128, 4_096
ROWS_FOR_NEWTON, DEARER = 32_768, 12.0
EXPONENTIAL = 30.0
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


@dataclass(frozen=True)
class Sizes:
    """The sizes that the choice depends on."""

    rows: int
    sample: int  # rows that tell the curvature of all
    classes: int  # C, the linear predictors
    free: int  # coefficients of a class that are estimated
    width: int  # and all that are stored
    entries: float  # of a row that are not zero
    has_levels: bool
    has_words: bool  # sparse columns

    @staticmethod
    def of(objective: Objective) -> Sizes:
        """Sizes of an objective."""
        design = objective.design
        return Sizes(
            design.n_rows, sample_size(objective), objective.n_classes_free, objective.free.size, design.n_coefficients,
            design.entries_per_row, design.codes.shape[1] > 0, design.sparse is not None,
        )  # fmt: skip

    @property
    def size(self) -> int:
        """D, all coefficients that are estimated."""
        return self.classes * self.free

    @property
    def sample_is_all(self) -> bool:
        """Whether no sample is cheaper than all rows."""
        return self.sample == self.rows

    def hessian_flops(self, rows: int) -> float:
        """Multiplications that the Hessian of so many rows takes: entries squared, for each pair of classes."""
        return rows * self.entries**2 * self.classes * (self.classes + 1) / 2.0

    def product_flops(self) -> float:
        """Multiplications of a product with the Hessian of all rows."""
        return 2.0 * self.rows * self.entries * self.classes


def factor_flops(size: int) -> float:
    """Multiplications that factoring a matrix of that size takes."""
    return size**3 / 3.0


def newton_is_cheap(sizes: Sizes) -> bool:
    """Whether Newton's method on all rows is the best way: a Hessian costs next to nothing, or no sample costs less."""
    limit = NEWTON_FLOPS_ALONE if sizes.sample_is_all else NEWTON_FLOPS
    return sizes.size <= NEWTON_SIZE and sizes.hessian_flops(sizes.rows) <= limit


def sample_for_newton(sizes: Sizes, options: Options) -> int:
    """Rows of the sample whose estimate Newton's method starts from; 0 where that is not the best way."""
    rows = min(sizes.rows // SHARE_FOR_NEWTON, MOST_FOR_NEWTON * sizes.size)
    a_gradient = sizes.product_flops() + EXPONENTIAL * sizes.rows * sizes.classes
    fits = sizes.size <= NEWTON_SIZE and rows >= max(ROWS_FOR_NEWTON, LEAST_FOR_NEWTON * sizes.size)
    cheap = sizes.hessian_flops(sizes.rows) <= DEARER * a_gradient
    wanted = options.inference and options.solver == "auto" and options.may_not_exist
    return rows if fits and cheap and wanted else 0


def _sample_is_cheap(sizes: Sizes) -> bool:
    return sizes.hessian_flops(sizes.sample) + factor_flops(sizes.size) <= SAMPLE_FLOPS


def _products_are_cheaper(sizes: Sizes) -> bool:
    """Whether a Hessian is dear for so few rows that conjugate gradients find a step sooner."""
    a_step = sizes.hessian_flops(sizes.rows) + factor_flops(sizes.size)
    return sizes.sample_is_all and sizes.classes > 1 and a_step > PRODUCTS_PER_STEP * sizes.product_flops()


def high_cardinality(design: Design, free: Indices) -> HighCardinality | None:
    """Find the factor whose levels are worth eliminating, if there is one.

    Parameters
    ----------
    design : Design
        Predictors.
    free : ndarray of int
        Storage positions of the free coefficients.
    """
    if free.size <= BORDERED_SIZE or not design.is_usual or not design.levels.width:
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


def preconditioner_kind(sizes: Sizes) -> Kind:
    """The closest approximation of the inverse Hessian that is worth its price."""
    if _sample_is_cheap(sizes):
        return "sample"
    if sizes.free > MAX_DENSE:
        return "hot-block"
    by_class = (sizes.classes + 1) * sizes.width**2
    return "kronecker" if sizes.classes == 1 or by_class > MOST_BY_CLASS else "by-class"


def _elimination_is_cheap(sizes: Sizes, form: HessianForm) -> bool:
    """Whether the other columns are so few that each Newton step can have a Hessian."""
    others = sizes.width - form.n_eliminated
    return not form.is_whole and form.n_eliminated * others**2 / 2.0 + factor_flops(others) <= ELIMINATION_FLOPS


def _exact_hessian_is_wanted(sizes: Sizes, options: Options, form: HessianForm) -> bool:
    """Whether the inference will need it, and it is affordable."""
    flops = sizes.hessian_flops(sizes.rows)
    if not options.inference or (options.alpha > 0.0 and flops > PENALISED_HESSIAN_FLOPS):
        return False
    return (sizes.size <= HESSIAN_SIZE or not form.is_whole) and flops <= HESSIAN_FLOPS


def plan_for(
    sizes: Sizes,
    options: Options,
    form: HessianForm,
    *,
    largest_scale: float,
    separated: bool,
    started: bool,
    replaced: bool,
    passes: int,
) -> Plan:
    """Choose the method, by what it needs to know of the Hessian and what that costs here.

    Known are the largest root mean square of a column, whether the classes are separated at first sight, whether the
    objective has been evaluated at the start, whether a column was replaced by what others leave of it, and how often all
    rows were read so far.
    """
    flops = sizes.hessian_flops(sizes.rows)
    wanted = _exact_hessian_is_wanted(sizes, options, form)
    last = LAST_STEPS if wanted and options.tol <= USUAL_TOL and flops <= LAST_STEPS_FLOPS else 0

    def plan(method: str | None, reason: Reason, **decided: Any) -> Plan:
        return Plan(
            method, reason, **decided, n_rows=sizes.rows, n_coefficients=sizes.size, sample_rows=sizes.sample,
            has_levels=sizes.has_levels,
            hessian_flops=flops, is_whole=form.is_whole, n_eliminated=form.n_eliminated, passes_before=passes,
            started=started, refines=replaced, proves=options.may_not_exist, max_iter=options.max_iter,
        )  # fmt: skip

    if options.firth:
        return plan("jeffreys", "jeffreys")
    if options.solver != "auto":
        needs = method_named(options.solver).needs
        start = "zero" if needs == "bound" else "null-model"
        return plan(options.solver, "asked-for", start=start, exact_at_end=wanted and needs != "exact")
    if separated:
        return plan(None, "separated")
    if _elimination_is_cheap(sizes, form):
        return plan("newton", "levels-eliminated", eliminates=True)
    many_words = sizes.has_words and sizes.free > MANY_SPARSE
    if many_words or (not wanted and _products_are_cheaper(sizes)):
        return plan(
            "newton-cg", "many-sparse-columns" if many_words else "hessian-dear",
            preconditioner="diagonal" if sizes.has_words else "kronecker", exact_at_end=wanted, last_newton_steps=last,
        )  # fmt: skip
    if newton_is_cheap(sizes):
        single = options.alpha > SINGLE_SHARE * largest_scale**2
        return plan("newton", "sample-is-all" if sizes.sample_is_all else "hessian-cheap", single=single)
    if rows := sample_for_newton(sizes, options):
        return plan("newton", "few-reads", start="growing-samples", samples=_growing(sizes, rows))
    start, samples = _samples(sizes)
    return plan(
        "lbfgs", "sample-tells" if _sample_is_cheap(sizes) else "sample-dear", preconditioner=preconditioner_kind(sizes),
        start=start, samples=samples, exact_at_end=wanted, last_newton_steps=last,
    )  # fmt: skip


def _samples(sizes: Sizes) -> tuple[str, tuple[int, ...]]:
    """Start, and rows of the samples that are fitted before all rows."""
    if _sample_is_cheap(sizes) and 4 * sizes.sample <= sizes.rows:
        return "growing-samples", _growing(sizes, sizes.sample)
    rows = sizes.rows // SHARE_FOR_A_START
    if sizes.free <= MAX_DENSE and rows >= max(ROWS_FOR_A_START * sizes.size, MIN_SAMPLE):
        return "one-sample", (rows,)
    return "null-model", ()


def _growing(sizes: Sizes, last: int) -> tuple[int, ...]:
    """Rows of growing samples up to the last."""
    growing = [last]
    while growing[0] // GROWTH >= max(SMALLEST_SAMPLE, ROWS_PER_COEFFICIENT * sizes.size):
        growing.insert(0, growing[0] // GROWTH)
    return tuple(growing)
