"""Rules as data: what may be done in a step, and when.

A rule is one line of mathematics: pattern, replacement, and the conditions under which both mean the same. Its texts are
in the language catalogues under its id.
"""

from loglik.derive.rules.library import RULES
from loglik.derive.rules.model import Basis, Rule

__all__ = ["RULES", "Basis", "Rule"]
