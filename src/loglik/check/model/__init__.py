"""What a document's names mean, and so what its formulas state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.check.model.understand import statements_of, understand

if TYPE_CHECKING:
    from loglik.check.statement import Statement

__all__ = ["reread", "statements_of", "understand"]


def reread(statement: Statement, tex: str) -> Statement | None:
    """The statement with another source, in the same context; None if it is no chain of terms."""
    return statement.again(tex)
