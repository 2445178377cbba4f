"""What was planned for a fit: a value that can be printed, and how often such a fit reads all rows.

Reads are expected of data like most. Separated or nearly separated classes need more; so do columns that few rows carry, and
a line search that has to try again. `tests/fit/test_plan.py` holds the bounds against fits of each kind.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from loglik.texts import current, render, words

if TYPE_CHECKING:
    from loglik.texts import Language

Reason = Literal[
    "asked-for",  # the user chose the method
    "separated",  # levels or sparse columns show at first sight that there is no estimate
    "levels-eliminated",  # a high-cardinality factor beside few other columns
    "many-sparse-columns",
    "hessian-dear",  # for so few rows: products with it find a step sooner
    "few-reads",  # Newton's method from a sample's estimate: a Hessian adds little to a read, and spares others
    "sample-is-all",  # no sample of the rows is cheaper than all
    "hessian-cheap",
    "sample-tells",  # the Hessian of a sample is cheap
    "sample-dear",  # even that is not
    "jeffreys",  # Firth's estimate: the determinant of the information is wanted at each step
]
Start = Literal["null-model", "zero", "growing-samples", "one-sample", "given-model"]
Kind = Literal["none", "sample", "kronecker", "by-class", "hot-block", "diagonal"]
"""Approximate inverse Hessians: the identity; the Hessian of a sample; its Kronecker form, class curvature times one
P x P matrix; a matrix for each class, better where the columns have begun to count; that of the most frequent columns;
the Hessian's own diagonal."""
Stage = Literal["before", "descent", "end", "proof"]


# Newton's method converges quadratically: steps from the null model to rounding.
_NEWTON = (3, 9)
# And from the estimate of a sample.
_NEWTON_SAMPLE = (3, 5)
# Steps found by conjugate gradients, and reads for one: a gradient, the rows' curvature, and products.
_NEWTON_CG, _READS_A_STEP = (4, 12), (4, 14)
# Steps of L-BFGS with a preconditioner that is off by more than chance; with levels, which overlap; and with fewer rows
# than coefficients.
_LBFGS, _LBFGS_LEVELS, _LBFGS_FEW_ROWS = (6, 30), (6, 90), (10, 100)
# Squared decrement near the tolerance; with a sample's Hessian the memory saves up to half of the steps to it.
_REACHED, _SAVED = 1e-15, 0.5
# Steps with the information to the mode of the likelihood times Jeffreys' prior, two reads each.
_JEFFREYS = (4, 40)
# Steps of a method that knows but a bound of the Hessian.
_BOUND = (1, 10_000)
# Reads of a search for a proof where there is no exact Hessian: mostly none, since a sample of the rows is enough.
_PROOF = (0, 8)


@dataclass(frozen=True)
class Reads:
    """How often a stage of a fit reads all rows.

    Parameters
    ----------
    stage : str
        ``"before"``: sizes of the columns, their collinearity, and what Newton's method knows at its start from it;
        ``"descent"``; ``"end"``: the exact Hessian, the steps that it offers, its digits; ``"proof"`` that the
        estimate exists.
    least, most : int
        What is expected, of data like most.
    """

    stage: Stage
    least: int
    most: int


@dataclass(frozen=True)
class Plan:
    """What a fit does, and why; ``print`` shows it in the language of the context.

    Parameters
    ----------
    method : str or None
        Method of descent; None where the classes are separated at first sight.
    reason : str
        Why this one.
    eliminates : bool
        Whether each Newton step eliminates the levels of a high-cardinality factor.
    preconditioner : str
        Approximate inverse Hessian that the method starts from.
    start : str
        Where it starts.
    samples : tuple of int
        Rows of the samples that are fitted first.
    exact_at_end : bool
        Whether the exact Hessian is formed after the descent; Newton's method has it anyway.
    last_newton_steps : int
        Most Newton steps from there.
    single : bool
        Whether Hessians on the way are summed in float32.
    n_rows, n_coefficients, sample_rows : int
        Rows; coefficients to be estimated; rows of a sample that tells the curvature.
    hessian_flops : float
        Multiplications that one exact Hessian of all rows takes.
    is_whole : bool
        Whether exact Hessians are held whole; otherwise the levels of a factor are eliminated from them.
    n_eliminated : int
        How many levels.
    has_levels : bool
        Whether there are categorical columns.
    passes_before : int
        Reads of all rows before the descent.
    started : bool
        Whether the objective and its Hessian are known at the start.
    refines : bool
        Whether the Hessian is computed again in orthogonal columns, since some column is what others leave of it.
    proves : bool
        Whether it has to be proved that the estimate exists: without a penalty.
    max_iter : int or None
        Most iterations, if the user says so.
    """

    method: str | None
    reason: Reason
    eliminates: bool = False
    preconditioner: Kind = "none"
    start: Start = "null-model"
    samples: tuple[int, ...] = ()
    exact_at_end: bool = False
    last_newton_steps: int = 0
    single: bool = False
    n_rows: int = 0
    n_coefficients: int = 0
    sample_rows: int = 0
    hessian_flops: float = 0.0
    is_whole: bool = True
    n_eliminated: int = 0
    has_levels: bool = False
    passes_before: int = 0
    started: bool = False
    refines: bool = False
    proves: bool = True
    max_iter: int | None = None

    @property
    def reads(self) -> tuple[Reads, ...]:
        """Reads of all rows that are expected, stage by stage."""
        before = Reads("before", self.passes_before, self.passes_before)
        if self.method is None:
            return before, Reads("descent", 1, 1)
        a_hessian = 1 if self.is_whole else 2  # where levels are eliminated, it is formed in a read of its own
        a_step = (a_hessian if self.eliminates else 1,) * 2
        if self.method == "newton-cg":
            a_step = _READS_A_STEP
        if self.method == "jeffreys":
            a_step = (2, 2)
        least, most = (min(n, self.max_iter or n) for n in self._steps())
        first = 0 if self.started else a_step[0] if self.method == "jeffreys" else a_hessian if self.eliminates else 1
        descent = Reads("descent", first + least * a_step[0], first + most * a_step[1])
        end = (a_hessian, a_hessian * (1 + self.last_newton_steps)) if self.exact_at_end else (0, 0)
        stages = (before, descent, Reads("end", end[0], end[1] + self.refines))
        has_factor = self.method in {"newton", "jeffreys"} or self.exact_at_end
        return stages if has_factor or not self.proves else (*stages, Reads("proof", *_PROOF))

    def _steps(self) -> tuple[int, int]:
        if self.method == "newton":
            return _NEWTON_SAMPLE if self.samples else _NEWTON
        if self.method == "newton-cg":
            return _NEWTON_CG
        if self.method == "jeffreys":
            return _JEFFREYS
        if self.method != "lbfgs":
            return _BOUND
        if self.start == "growing-samples":
            # A sample of m rows is off by D/m in the squared decrement, and so is, relatively, a step with its Hessian.
            off = min(self.n_coefficients / self.sample_rows, 0.5)
            steps = math.log(_REACHED / off) / math.log(off)
            return max(2, math.floor(_SAVED * steps)), math.ceil(steps) + 3
        if self.n_rows < self.n_coefficients:
            return _LBFGS_FEW_ROWS
        return _LBFGS_LEVELS if self.has_levels else _LBFGS

    @property
    def passes(self) -> tuple[int, int]:
        """Least and most reads of all rows that are expected."""
        return sum(r.least for r in self.reads), sum(r.most for r in self.reads)

    def why(self, language: Language) -> str:
        """Say why this method, with the numbers that decided."""
        return render(words("plan", language)[f"why_{self.reason}"], asdict(self), language)

    def text(self, language: Language) -> str:
        """Write the plan out, a line for each decision."""
        says, values = words("plan", language), asdict(self)

        def line(key: str, said: str) -> str:
            return f"{says[key]}: {render(said, values, language)}"

        def times(least: int, most: int) -> str:
            return render(says["range" if least < most else "once"], {"least": least, "most": most}, language)

        stages = [f"{says[f'reads_{r.stage}']} {times(r.least, r.most)}" for r in self.reads if r.most]
        return "\n".join([
            says["title"],
            line("method", says.get(f"method_{self.method}", str(self.method))),
            line("why", self.why(language)),
            line("start", says[f"start_{self.start}"]),
            line("preconditioner", says[f"preconditioner_{self.preconditioner}"]),
            line("hessian", says["hessian_whole" if self.is_whole else "hessian_bordered"]),
            line("end", says["end_steps" if self.last_newton_steps else "end_hessian" if self.exact_at_end else "end_none"]),
            f"{says['passes']}: {times(*self.passes)} ({render('{stages:names 9}', {'stages': stages}, language)})",
        ])  # fmt: skip

    def __str__(self) -> str:
        """Write it out in the language of the context."""
        return self.text(current())

    def as_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        least, most = self.passes
        return {
            **{name: value for name, value in asdict(self).items() if name not in _UNSEEN},
            "samples": list(self.samples),
            "hessian": "whole" if self.is_whole else "bordered",
            "reads": [asdict(r) for r in self.reads],
            "passes": {"least": least, "most": most},
            "why": self.why("en"),
        }


# What `hessian` and `reads` say.
_UNSEEN = {"is_whole", "has_levels", "passes_before", "started", "refines", "proves", "max_iter"}
