"""The derivation of one fit, in its own numbers: likelihood, logarithm, cross-entropy, gradient, Newton step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loglik.texts import words as words_of_page
from loglik.texts.language import keeping_language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loglik.design.matrix import Design
    from loglik.fit.solution import Solution
    from loglik.texts import Language

ROWS = 5
# Longer linear predictors are cut: the reader has seen the pattern.
_TERMS = 8


@dataclass(frozen=True)
class Row:
    """A row written out: its class, its linear predictors term by term, and the probability of its class."""

    label: str
    weight: float
    terms: tuple[tuple[tuple[float, float], ...], ...]
    offset: tuple[float, ...]
    predictors: tuple[float, ...]
    probability: float


@dataclass(frozen=True)
class ThisFit:
    """What is shown of a fit.

    Parameters
    ----------
    rows : tuple of Row
        The first rows.
    likelihood, log_likelihood : float
        Of these rows: the product of ``P^w``, and the sum of ``w log P``.
    n_rows, total_weight, total_log_likelihood, cross_entropy : float
        Of all rows.
    alpha, objective : float
        Penalty, and cross-entropy with penalty.
    gradient : tuple of (name, float)
        Derivative of the objective by each coefficient at the solution.
    newton : tuple of (name, float) or None
        The Newton step from there; None where the Hessian is not formed.
    """

    classes: tuple[str, ...]
    names: tuple[str, ...]
    rows: tuple[Row, ...]
    likelihood: float
    log_likelihood: float
    n_rows: int
    total_weight: float
    total_log_likelihood: float
    cross_entropy: float
    alpha: float
    objective: float
    gradient: tuple[tuple[str, float], ...]
    newton: tuple[tuple[str, float], ...] | None


def this_fit(solution: Solution, classes: tuple[str, ...]) -> ThisFit:
    """Write a fit out.

    Parameters
    ----------
    solution : Solution
        What the optimiser left; its objective holds the rows.
    classes : tuple of str
        The free classes in the order of the coefficients, then the reference class.
    """
    objective = solution.objective
    design, names = objective.design, objective.design.term_names
    rows = tuple(_row(solution, classes, i) for i in range(min(ROWS, design.n_rows)))
    logs = [row.weight * np.log(row.probability) for row in rows]
    small = objective.size <= 200
    point = objective.evaluate(solution.point.theta, hessian=small)
    single = len(classes) == 2
    labels = [
        names[j] if single else f"{classes[k]}: {names[j]}" for k in range(len(classes) - 1) for j in objective.free
    ]
    gradient = solution.recoding.gradient(objective.expand(point.gradient))
    step = None
    if point.hessian is not None:
        solved = np.linalg.lstsq(point.hessian, -point.gradient, rcond=None)[0]
        step = solution.recoding.coefficients(objective.expand(np.asarray(solved, dtype=np.float64)))
    return ThisFit(
        classes,
        names,
        rows,
        float(np.exp(np.sum(logs))),
        float(np.sum(logs)),
        design.n_rows,
        objective.total_weight,
        point.log_likelihood,
        -point.log_likelihood / objective.total_weight,
        objective.alpha,
        point.value,
        tuple(zip(labels, map(float, gradient[:, objective.free].ravel()), strict=True)),
        None if step is None else tuple(zip(labels, map(float, step[:, objective.free].ravel()), strict=True)),
    )


def _row(solution: Solution, classes: tuple[str, ...], i: int) -> Row:
    objective = solution.objective
    values = _values(solution.recoding.design, i)
    offset = np.zeros(len(classes) - 1) if objective.offset is None else objective.offset[:, i]
    terms = tuple(
        tuple((float(beta[j]), x) for j, x in values if beta[j] != 0.0 and x != 0.0) for beta in solution.beta
    )
    eta = [sum(b * x for b, x in each) + float(o) for each, o in zip(terms, offset, strict=True)]
    logits = np.array([*eta, 0.0])
    probability = float(np.exp(logits[objective.label[i]] - np.logaddexp.reduce(logits)))
    shown_offset = tuple(map(float, offset)) if objective.offset is not None else ()
    label = classes[objective.label[i]]
    return Row(label, float(objective.weight[i]), terms, shown_offset, tuple(eta), probability)


def _values(design: Design, i: int) -> list[tuple[int, float]]:
    """Storage position and value of what is not zero in a row; the intercept comes first."""
    found = [(0, 1.0)] + [(1 + j, float(x)) for j, x in enumerate(design.dense[i])]
    found += [(int(code), 1.0) for code in design.codes[i]]
    if design.sparse is not None:
        first = design.n_coefficients - design.sparse.shape[1]
        start, stop = design.sparse.indptr[i : i + 2]
        columns, numbers = design.sparse.indices[start:stop], design.sparse.data[start:stop]
        found += [(first + int(c), float(x)) for c, x in zip(columns, numbers, strict=True)]
    return found


def text(shown: ThisFit, language: Language = "en") -> str:
    """The derivation of the fit as lines of text."""
    words = words_of_page("this_fit", language)
    single = len(shown.classes) == 2
    weighted = any(row.weight != 1.0 for row in shown.rows)
    free, reference = shown.classes[:-1], shown.classes[-1]
    model = "binary" if single else "multiclass"
    named = {"first": free[0], "second": reference, "free": ", ".join(free), "reference": reference}
    lines = [words["title"], "", words[f"model_{model}"].format(**named), ""]
    lines.append(words["rows"].format(n=len(shown.rows)))
    for number, row in enumerate(shown.rows, start=1):
        lines += _row_lines(number, row, shown, words)
    power = "^w" if weighted else ""
    factors = " · ".join(
        _number(row.probability) + (f"^{_number(row.weight)}" if weighted else "") for row in shown.rows
    )
    lines += ["", words["likelihood"], f"  L = ∏ P{power} = {factors} = {_number(shown.likelihood)}"]
    terms = " + ".join(
        (f"{_number(row.weight)}·" if weighted else "") + f"log {_number(row.probability)}" for row in shown.rows
    )
    lines += ["", words["logarithm"], f"  log L = {terms} = {_number(shown.log_likelihood)}"]
    lines += ["", words["cross_entropy"].format(n=shown.n_rows)]
    total = _number(shown.total_log_likelihood)
    weight = _number(shown.total_weight)
    lines.append(f"  −1/{weight} · log L = −1/{weight} · ({total}) = {_number(shown.cross_entropy)}")
    if shown.alpha:
        lines.append("  " + words["penalty"].format(alpha=_number(shown.alpha), objective=_number(shown.objective)))
    lines += ["", words["gradient_penalty" if shown.alpha else "gradient"], *_table(shown.gradient)]
    lines.append(_largest(shown.gradient, words))
    if shown.newton is not None:
        lines += ["", words["newton"], *_table(shown.newton)]
        lines.append(_largest(shown.newton, words))
    used = "logistic-gradient" if single else "softmax-regression-gradient"
    lines += ["", words["derived"], f"  {keeping_language(f'loglik derive {used}')}"]
    return "\n".join(lines)


def _row_lines(number: int, row: Row, shown: ThisFit, words: Mapping[str, str]) -> list[str]:
    lines = ["  " + words["row"].format(number=number, label=row.label)]
    free = shown.classes[:-1]
    for k, (terms, eta) in enumerate(zip(row.terms, row.predictors, strict=True)):
        written = [_number(b) if x == 1.0 else f"{_number(b)}·{_factor(x)}" for b, x in terms[:_TERMS]]
        written += ["…"] if len(terms) > _TERMS else []
        written += [_number(row.offset[k])] if row.offset else []
        name = "u" if len(free) == 1 else f"u[{free[k]}]"
        lines.append(f"    {name} = {' + '.join(written) or '0'} = {_number(eta)}".replace("+ −", "− "))
    if len(free) == 1:
        formula = f"1/(1 + e^({_number(-row.predictors[0])}))"
        formula = formula if row.label == free[0] else f"1 − {formula}"
    else:
        own = row.predictors[free.index(row.label)] if row.label in free else None
        below = " + ".join(["1", *(f"e^({_number(u)})" for u in row.predictors)])
        formula = f"{'1' if own is None else f'e^({_number(own)})'}/({below})"
    lines.append(f"    P = {formula} = {_number(row.probability)}")
    return lines


def _largest(values: tuple[tuple[str, float], ...], words: Mapping[str, str]) -> str:
    return "  " + words["largest"].format(value=_number(max((abs(v) for _, v in values), default=0.0)))


def _table(values: tuple[tuple[str, float], ...]) -> list[str]:
    width = max((len(name) for name, _ in values), default=0)
    shown = [f"  {name:<{width}}  {_number(value)}" for name, value in values[:20]]
    return [*shown, "  …"] if len(values) > 20 else shown


def _factor(x: float) -> str:
    return f"({_number(x)})" if x < 0 else _number(x)


def _number(x: float) -> str:
    shown = f"{x:.6g}"
    return (f"{x:.3g}" if "e" in shown else shown).replace("-", "−")
