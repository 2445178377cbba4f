"""A fuzzer of attacks: claims built to be false, judged by the independent evaluator, put to the checker."""

from attacker.kinds import KINDS
from attacker.run import Tally, attack

__all__ = ["KINDS", "Tally", "attack"]
