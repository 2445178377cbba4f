"""What was planned for a fit: a value that can be printed."""

from __future__ import annotations

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
    "sample-is-all",  # no sample of the rows is cheaper than all
    "hessian-cheap",
    "sample-tells",  # the Hessian of a sample is cheap
    "sample-dear",  # even that is not
]
Start = Literal["null-model", "zero", "growing-samples", "one-sample"]
Kind = Literal["none", "sample", "kronecker", "by-class", "hot-block", "diagonal"]
"""Approximate inverse Hessians: the identity; the Hessian of a sample; its Kronecker form, class curvature times one
P x P matrix; a matrix for each class, better where the columns have begun to count; that of the most frequent columns;
the Hessian's own diagonal."""
Stage = Literal["before", "descent", "end", "proof"]


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
    reads : tuple of Reads
        Reads of all rows that are expected, stage by stage.
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
    reads: tuple[Reads, ...] = ()

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
        document = asdict(self)
        del document["is_whole"]
        return {
            **document,
            "samples": list(self.samples),
            "hessian": "whole" if self.is_whole else "bordered",
            "reads": [asdict(r) for r in self.reads],
            "passes": {"least": least, "most": most},
            "why": self.why("en"),
        }
