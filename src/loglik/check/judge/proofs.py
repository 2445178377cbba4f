"""The named rules that lead from one side of a relation to the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.check.judge.use import by_use
from loglik.derive.chains import Connection, context_of, verified
from loglik.derive.connection import connect
from loglik.derive.kernel.algebra import same_quotient
from loglik.errors import DataError

if TYPE_CHECKING:
    from loglik.check.judge.claims import Claim

#: Sides with more parts are not searched between.
LARGEST = 250


def prove(claim: Claim, seconds: float) -> Connection | None:
    """A chain of verified steps from the left side to the right one; of an inequality, upwards.

    Names of which nothing is known are taken from the sets in which both sides have a value, as they are written.
    """
    if claim.sign not in {"=", "≡", "<=", ">="} or claim.left.size + claim.right.size > LARGEST:
        return None
    if claim.shaped is not None:
        return None
    told = claim.with_domains(by_use((claim.left, claim.right)))
    first, last = (told.right, told.left) if claim.sign == ">=" else (told.left, told.right)
    relation = "<=" if claim.sign in {"<=", ">="} else "="
    try:
        return connect(first, last, relation=relation, seconds=seconds)
    except (DataError, RecursionError, ArithmeticError):
        return None


def by_arithmetic(claim: Claim) -> Connection | None:
    """The one step of a relation whose sides are equal by arithmetic alone."""
    if claim.sign not in {"=", "≡"} or claim.shaped is not None or not same_quotient(claim.left, claim.right):
        return None
    told = claim.with_domains(by_use((claim.left, claim.right)))
    try:
        return verified([(told.left, ""), (told.right, "arithmetic")], context_of())
    except (DataError, RecursionError, ArithmeticError):
        return None
