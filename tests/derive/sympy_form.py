"""Expressions as SymPy expressions, for those who want to go on with them there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loglik.derive.expressions import (
    Add,
    At,
    Constant,
    Derivative,
    Equation,
    Expr,
    Function,
    Indexed,
    Limit,
    Log,
    Mul,
    Number,
    Pow,
    Product,
    Sum,
    Symbol,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_ASSUMPTIONS: Mapping[str, dict[str, bool]] = {
    "positive": {"positive": True},
    "base": {"positive": True},
    "probability": {"positive": True},
    "simplex": {"positive": True},
    "nonnegative": {"nonnegative": True},
    "unit": {"nonnegative": True},
    "nonzero": {"real": True, "nonzero": True},
    "integer": {"integer": True},
    "index": {"integer": True},
    "size": {"integer": True, "positive": True},
}


def to_sympy(e: Expr) -> Any:
    """SymPy's form of an expression. SymPy rewrites as it builds: ``log(1, a)`` arrives as 0.

    Examples
    --------
    >>> from loglik.derive import parse
    >>> to_sympy(parse("d/dx log(x^2)")).doit()
    2/x
    """
    import sympy as sp

    def assumed(s: Symbol) -> dict[str, bool]:
        return _ASSUMPTIONS.get(s.domain.kind, {"real": True})

    def convert(e: Expr) -> Any:
        match e:
            case Number():
                return sp.Rational(e.value.numerator, e.value.denominator)
            case Constant():
                return sp.E
            case Symbol():
                return sp.Symbol(e.name, **assumed(e))
            case Indexed():
                return sp.IndexedBase(e.base.name, **assumed(e.base))[tuple(convert(i) for i in e.indices)]
            case Add():
                return sp.Add(*(convert(each) for each in e.terms))
            case Mul():
                return sp.Mul(*(convert(each) for each in e.factors))
            case Pow():
                return sp.Pow(convert(e.base), convert(e.exponent))
            case Log():
                return sp.log(convert(e.argument), convert(e.base))
            case Sum():
                return sp.Sum(convert(e.body), (convert(e.index), convert(e.lower), convert(e.upper)))
            case Product():
                return sp.Product(convert(e.body), (convert(e.index), convert(e.lower), convert(e.upper)))
            case Limit():
                return sp.Limit(convert(e.body), convert(e.variable), convert(e.point))
            case Derivative():
                return sp.Derivative(convert(e.body), convert(e.variable))
            case At():
                return sp.Subs(convert(e.body), convert(e.variable), convert(e.value))
            case Function():
                return named(e)
            case Equation() if e.relation in _RELATIONS:
                return getattr(sp, _RELATIONS[e.relation])(convert(e.left), convert(e.right))
            case _:
                raise TypeError(type(e).__name__)

    def named(e: Function) -> Any:
        if e.name == "delta":
            return sp.KroneckerDelta(*(convert(each) for each in e.args))
        if e.name == "abs":
            return sp.Abs(convert(e.args[0]))
        if e.name == "sigmoid":
            return 1 / (1 + sp.exp(-convert(e.args[0])))
        if e.name == "softmax" and isinstance(e.args[0], Symbol):
            base = sp.IndexedBase(e.args[0].name, **assumed(e.args[0]))
            i = sp.Dummy("i", integer=True)
            return sp.exp(base[convert(e.args[1])]) / sp.Sum(sp.exp(base[i]), (i, 1, convert(e.args[2])))
        return sp.Function(e.name)(*(convert(each) for each in e.args))

    return convert(e)


_RELATIONS = {"=": "Eq", "<=": "Le", ">=": "Ge", "<": "Lt", ">": "Gt", "!=": "Ne"}
