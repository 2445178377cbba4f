"""Derivatives in a chain of named rules: the strategy of `derivatives`, with every step verified."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.derive.chains import LARGEST, Connection, Context, context_of, verified
from loglik.derive.derivatives import derivatives_taken, selected, tidied
from loglik.derive.expressions import Derivative, Expr, Indexed, Symbol
from loglik.derive.rules.arrangement import arrangement_key
from loglik.derive.syntax.parser import parse
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loglik.derive.expressions import Domain, Equation


def differentiate(
    e: Expr | str,
    by: Expr | str,
    symbols: Mapping[str, Domain] | None = None,
    *,
    given: Mapping[str, str | Equation] | None = None,
) -> Connection | None:
    """Differentiate step by step: from the outside in, by the rule that each operation needs, then arithmetic.

    Parameters
    ----------
    e : Expr or str
        What is differentiated.
    by : Expr or str
        The variable: a name such as ``x``, or an element such as ``w[j]``.
    symbols : mapping of str to Domain, optional
        The sets that names come from; without it names are real numbers.
    given : mapping of str to str or Equation, optional
        Relations from which conditions may follow.

    Returns
    -------
    Connection or None
        The chain from the derivative to a term without one, every step verified; None where a condition is not known to
        hold, or no rule is known for a function.

    Raises
    ------
    DataError
        LL160: `by` is no name, or a formula cannot be read.

    Examples
    --------
    >>> print(differentiate("exp(-x^2)", "x"))
        d/dx exp(-x^2)
      = exp(-x^2)*d/dx (-x^2)    [chain-exp]
      = exp(-x^2)*(-d/dx (x^2))    [constant-factor]
      = exp(-x^2)*(-(2*x^1*d/dx (x)))    [whole-power-rule]
      = exp(-x^2)*(-(2*x^1*1))    [derivative-of-variable]
      = exp(-x^2)*(-(2*x))    [arithmetic]
    """
    body, variable = (parse(each, symbols) if isinstance(each, str) else each for each in (e, by))
    if not isinstance(variable, (Symbol, Indexed)):
        raise DataError("LL160.variable", variable=variable)
    context = context_of(given, symbols)
    chain = without_derivatives(Derivative(body, variable), context)
    return None if chain is None else verified(chain, context)


def without_derivatives(e: Expr, context: Context) -> list[tuple[Expr, str]] | None:
    """The terms on the way to one without derivatives, each with its rule; None if there is no derivative to take."""
    chain = [(e, "")]
    for rule, term in derivatives_taken(e):
        if rule not in context.rules or term.size > LARGEST:
            return None
        chain.append((term, rule))
    if len(chain) == 1:
        return None
    tidy = tidied(chain[-1][0])
    if tidy != chain[-1][0] and "arithmetic" in context.rules:
        chain.append((tidy, "arithmetic"))
    while (after := selected(chain[-1][0])) is not None and "select-term" in context.rules:
        chain.append((after, "select-term"))
    last = tidied(chain[-1][0])
    if arrangement_key(last) != arrangement_key(chain[-1][0]):
        chain.append((last, "arithmetic"))
    return chain
