"""The sentences of findings about the estimate, with the numbers in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.errors import Finding
from loglik.texts import Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.fit.collinearity import CollinearColumn
    from loglik.fit.existence.separation import Separation

_SHOWN, _LISTED = 4, 100
# So many columns that repeat others, or are constant, are told of one by one.
_TOLD_ALONE = 8


def separation_finding(
    separation: Separation, target: str, labels: Sequence[str], term_names: Sequence[str]
) -> Finding:
    """LL201: which columns separate, how many rows, and along which direction.

    Parameters
    ----------
    separation : Separation
        The certificate.
    target : str
        Target column.
    labels : sequence of str
        Class names in the order of the labels, the reference last.
    term_names : sequence of str
        Names in storage order.
    """
    kind = separation.kind.replace("at least", "at_least")
    columns = separation.columns[:_LISTED]
    # What one direction raises others may exceed, unless it is all there is.
    everything = separation.rows_separated == separation.n_rows
    if separation.cells:
        levels = {cell.column for cell in separation.cells}
        return Finding(
            "LL201.levels",
            columns=columns,
            serious=True,
            kind=Phrase(f"separation_{kind}"),
            target=target,
            exact=separation.exact,
            cells=[
                Phrase("cell", term=cell.term, rows=cell.rows, absent=[labels[k] for k in cell.absent])
                for cell in separation.cells[:_SHOWN]
            ],
            more=max(0, len(separation.cells) - _SHOWN),
            others=[column for column in separation.columns if column not in levels],
            all=everything,
            rows=separation.rows_separated,
            n=separation.n_rows,
            remedy=separation.remedy,
        )
    return Finding(
        "LL201.direction",
        columns=columns,
        serious=True,
        kind=Phrase(f"separation_{kind}"),
        target=target,
        exact=separation.exact,
        separating=separation.columns,
        all=everything,
        rows=separation.rows_separated,
        n=separation.n_rows,
        direction=_direction(separation, labels, term_names),
        remedy=separation.remedy,
    )


def undecided_finding(size: int) -> Finding:
    """LL206: neither a proof that the estimate exists, nor a direction that separates the classes."""
    return Finding("LL206.undecided", serious=True, size=size)


def _direction(separation: Separation, labels: Sequence[str], term_names: Sequence[str]) -> list[Phrase]:
    """Write the direction as linear predictors, its largest coefficient scaled to 1."""
    direction = separation.direction
    size = abs(direction[:, 1:]).max(initial=0.0) or 1.0
    rank = {term: i for i, term in enumerate(separation.terms)}
    used = [j for j in range(direction.shape[1]) if direction[:, j].any()]
    order = sorted(used, key=lambda j: (j > 0, rank.get(term_names[j], len(rank))))
    parts = []
    for k, row in enumerate(direction):
        terms = [(term_names[j], row[j] / size) for j in order if abs(row[j]) > 1e-9 * size]
        shown = " ".join(f"{v:+.4g} {name}" for name, v in terms[:_SHOWN])
        if terms:
            class_ = "" if len(direction) == 1 else labels[k]
            parts.append(Phrase("direction", class_=class_, terms=shown, more=max(0, len(terms) - _SHOWN)))
    return parts[:_SHOWN]


def collinear_finding(dropped: Sequence[CollinearColumn], term_names: Sequence[str]) -> list[Finding]:
    """LL202 for columns that others add up to, LL204 for constant ones: each by itself, or all in one where they are many."""
    constant = [column for column in dropped if not column.combination.keys() - {0}]
    repeating = [column for column in dropped if column.combination.keys() - {0}]
    findings = []
    if len(constant) > _TOLD_ALONE:
        names = tuple(term_names[column.position] for column in constant)
        findings.append(Finding("LL204.constants", columns=names, names=names))
    else:
        findings += [_constant_finding(term_names[column.position]) for column in constant]
    if len(repeating) > _TOLD_ALONE:
        names = tuple(term_names[column.position] for column in repeating)
        shown, more = _sum(repeating[0], term_names)
        findings.append(Finding("LL202.repeat", columns=names, names=names, sum=shown, more=more))
    else:
        findings += [_repeating_finding(column, term_names) for column in repeating]
    return findings


def _constant_finding(name: str) -> Finding:
    return Finding("LL204.constant", columns=(name,), name=name)


def _repeating_finding(column: CollinearColumn, term_names: Sequence[str]) -> Finding:
    name = term_names[column.position]
    others = [term_names[j] for j in column.combination if j != 0]
    shown, more = _sum(column, term_names)
    return Finding("LL202.repeats", columns=(name, *others[:_SHOWN]), name=name, sum=shown, more=more)


def _sum(column: CollinearColumn, term_names: Sequence[str]) -> tuple[str, int]:
    """The equation that a column satisfies, and how many terms are not shown."""
    terms = " ".join(f"{v:+.6g} {term_names[j]}" for j, v in list(column.combination.items())[:_SHOWN])
    return f"{term_names[column.position]} = {terms}", max(0, len(column.combination) - _SHOWN)


def not_converged_finding(iterations: int, gradient_norm: float, decrement: float, tol: float) -> Finding:
    """LL203 with both parts of the rule."""
    return Finding(
        "LL203.not_converged", serious=True, iterations=iterations, gradient=gradient_norm, decrement=decrement, tol=tol
    )


def singular_finding() -> Finding:
    """LL211: the gradient vanishes, but the coefficients are not determined."""
    return Finding("LL211.singular", serious=True)


def digits_finding(predictor_error: float, *, centered: bool) -> Finding:
    """LL212: how well the coefficients as they stand give the linear predictor; predictions may be from centered columns."""
    return Finding("LL212.digits", error=predictor_error, centered=centered)
