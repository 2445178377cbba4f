"""The sentences of findings about the estimate, with the numbers in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.errors import Finding

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
    rows = f"{separation.rows_separated:,} of {separation.n_rows:,} rows"
    start = f'{separation.kind} separation of "{target}"{"" if separation.exact else " (to rounding)"}: '
    # What one direction raises others may exceed, unless it is all there is.
    least = "" if separation.rows_separated == separation.n_rows else "at least "
    if separation.cells:
        cells = [
            f"{cell.term} ({cell.rows:,} row{'s' if cell.rows != 1 else ''}) never has "
            + " or ".join(f'"{labels[k]}"' for k in cell.absent)
            for cell in separation.cells[:_SHOWN]
        ]
        more = len(separation.cells) - _SHOWN
        cause = "; ".join(cells) + (f"; and {more:,} more levels" if more > 0 else "")
        levels = {cell.column for cell in separation.cells}
        others = [column for column in separation.columns if column not in levels]
        cause += f"; and {_quoted(others)} separate by themselves" if others else ""
        message = f"{start}{cause}. The likelihood grows for ever along {least}these {rows}, so no estimate exists"
    else:
        direction = direction_text(separation, labels, term_names)
        message = (
            f"{start}{_quoted(separation.columns) or 'the intercept'} separate{'s' if len(separation.columns) == 1 else ''} "
            f"{least}{rows} (direction {direction}), so no maximum-likelihood estimate exists"
        )
    return Finding("LL201", message, separation.columns[:_LISTED], serious=True)


def undecided_finding(size: int) -> Finding:
    """LL206: neither a proof that the estimate exists, nor a direction that separates the classes."""
    message = (
        f"{size:,} coefficients: it is undecided whether the maximum-likelihood estimate exists; there is no proof that it "
        "does, and no direction that separates the classes was found. The coefficients may be where the iterations "
        "stopped on their way to infinity"
    )
    return Finding("LL206", message, serious=True)


UNDECIDED_HINT = "Fit with a penalty (--alpha 0.01; in Python alpha=0.01), with which the estimate always exists."
"""Hint that goes with LL206."""


def direction_text(separation: Separation, labels: Sequence[str], term_names: Sequence[str]) -> str:
    """Write the direction as a linear predictor, its largest coefficient scaled to 1."""
    direction = separation.direction
    size = abs(direction[:, 1:]).max(initial=0.0) or 1.0
    rank = {term: i for i, term in enumerate(separation.terms)}
    used = [j for j in range(direction.shape[1]) if direction[:, j].any()]
    order = sorted(used, key=lambda j: (j > 0, rank.get(term_names[j], len(rank))))
    parts = []
    for k, row in enumerate(direction):
        terms = [(term_names[j], row[j] / size) for j in order if abs(row[j]) > 1e-9 * size]
        shown = " ".join(f"{v:+.4g} {name}" for name, v in terms[:_SHOWN])
        if len(terms) > _SHOWN:
            shown += f" and {len(terms) - _SHOWN:,} more"
        if terms:
            parts.append(shown if len(direction) == 1 else f"{labels[k]}: {shown}")
    return "; ".join(parts[:_SHOWN])


def what_to_do(separation: Separation) -> str:
    """Hint that goes with LL201: a penalty first, and to leave columns out only where it is known to help."""
    merge = ", or merge rare levels (--min-count 20)" if separation.cells else ""
    hint = f"Fit with a penalty (--alpha 0.01; in Python alpha=0.01){merge}"
    if not separation.remedy:
        return f"{hint}."
    return f"{hint}. The estimate exists if you drop {_quoted(separation.remedy)}."


def collinear_finding(dropped: Sequence[CollinearColumn], term_names: Sequence[str]) -> list[Finding]:
    """LL202 for columns that others add up to, LL204 for constant ones: each by itself, or all in one where they are many."""
    constant = [column for column in dropped if not column.combination.keys() - {0}]
    repeating = [column for column in dropped if column.combination.keys() - {0}]
    findings = []
    if len(constant) > _TOLD_ALONE:
        names = tuple(term_names[column.position] for column in constant)
        findings.append(Finding("LL204", f"{_quoted(names)} are constant in the rows used and were left out", names))
    else:
        findings += [_constant_finding(term_names[column.position]) for column in constant]
    if len(repeating) > _TOLD_ALONE:
        names = tuple(term_names[column.position] for column in repeating)
        message = (
            f"{_quoted(names)} repeat columns before them ({_sum_text(repeating[0], term_names)}) and were left out"
        )
        findings.append(Finding("LL202", message, names))
    else:
        findings += [_repeating_finding(column, term_names) for column in repeating]
    return findings


def _constant_finding(name: str) -> Finding:
    return Finding("LL204", f'"{name}" is constant in the rows used and was left out', (name,))


def _repeating_finding(column: CollinearColumn, term_names: Sequence[str]) -> Finding:
    name = term_names[column.position]
    others = [term_names[j] for j in column.combination if j != 0]
    message = f'"{name}" repeats columns before it ({_sum_text(column, term_names)}) and was left out'
    return Finding("LL202", message, (name, *others[:_SHOWN]))


def _sum_text(column: CollinearColumn, term_names: Sequence[str]) -> str:
    sum_text = " ".join(f"{v:+.6g} {term_names[j]}" for j, v in list(column.combination.items())[:_SHOWN])
    more = f" and {len(column.combination) - _SHOWN} more" if len(column.combination) > _SHOWN else ""
    return f"{term_names[column.position]} = {sum_text}{more}"


def not_converged_finding(iterations: int, gradient_norm: float, decrement: float, tol: float) -> Finding:
    """LL203 with both parts of the rule."""
    return Finding(
        "LL203",
        f"not converged after {iterations:,} iterations: gradient norm {gradient_norm:.3g} and decrement "
        f"{decrement:.3g}, tolerance {tol:g}",
        serious=True,
    )


def singular_finding() -> Finding:
    """LL211: the gradient vanishes, but the coefficients are not determined."""
    return Finding(
        "LL211",
        "the information matrix is singular to working precision: the gradient is zero, but the data do not determine all "
        "coefficients, and more iterations would not",
        serious=True,
    )


def digits_finding(predictor_error: float, *, centered: bool) -> Finding:
    """LL212: how well the coefficients as they stand give the linear predictor; predictions may be from centered columns."""
    own = "; predictions are computed from centered columns and keep their digits" if centered else ""
    return Finding(
        "LL212",
        f"with these coefficients, linear predictors are good to {predictor_error:.0e} only: columns far from zero, or that "
        "nearly cancel, cost the other digits of a double" + own,
    )


def _quoted(names: Sequence[str]) -> str:
    shown = ", ".join(f'"{n}"' for n in names[:_SHOWN])
    return shown + (f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else "")
