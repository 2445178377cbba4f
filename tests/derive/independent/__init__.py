"""A second evaluator, which shares no code with `loglik.derive.evaluate` and the checker's samples.

It decides what is really false: exact rationals where possible and 160 digits otherwise, over small sizes and the awkward
members of every domain; derivatives by difference quotients from both sides, limits from both sides.
"""

from independent.judge import Judgement, judge, judge_statement

__all__ = ["Judgement", "judge", "judge_statement"]
