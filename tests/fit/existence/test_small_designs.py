"""Every verdict on thousands of small designs against the oracle: never "exists" where it does not, nor the reverse."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pytest
from families_of_numbers import NUMBERS, across_by_one
from families_of_structure import STRUCTURES
from judge import complaints, found, hesitates

if TYPE_CHECKING:
    from collections.abc import Callable

    from families_of_numbers import Random
    from small_design import SmallDesign

# Of each family; `make test` looks at 20,000 designs in all.
DESIGNS = range(int(os.environ.get("LOGLIK_SMALL_DESIGNS", "100")))
# What was said wrongly once, or not at all, is always looked at.
REMEMBERED = {
    "grid": (231, 427), "few_rows": (178, 194), "levels": (229,), "scaled_and_shifted": (442, 504), "with_offset": (1, 28),
    "weighted": (31, 51), "dependent": (101, 142), "shifted": (82, 123), "nearly_separated": (187,),
}  # fmt: skip
FAMILIES = {family.__name__: family for family in (*NUMBERS, *STRUCTURES)}


@pytest.mark.parametrize("name", FAMILIES)
def test_verdicts(name: str) -> None:
    wrong, counts, hesitations = [], Counter(), 0
    for seed in sorted({*DESIGNS, *REMEMBERED.get(name, ())}):
        small = design_of(FAMILIES[name], seed)
        solution = small.fit_unless_refused()
        if solution is None:
            continue
        counts[found(solution)] += 1
        hesitations += hesitates(small, solution)
        wrong += [f"{name} {seed}: {complaint}" for complaint in complaints(small, solution)]
    assert not wrong, f"{len(wrong)} of {len(DESIGNS)}:\n" + "\n".join(wrong[:20])
    assert counts["undecided"] <= -(-len(DESIGNS) // 1000), counts  # 0.1 %, rounded up
    assert hesitations <= 1 + len(DESIGNS) // 100, counts
    assert len(counts) > 1, counts


def test_what_rounding_hides_of_exact_numbers_is_not_said() -> None:
    """Whole numbers are what they are: not separated "to rounding" where no direction separates them."""
    wrong, truths = [], Counter()
    for seed in range(60):
        small = design_of(across_by_one, seed)
        solution = small.fit()
        truths[small.truth(solution.free)] += 1
        wrong += [f"{seed}: {complaint}" for complaint in complaints(small, solution)]
    assert not wrong, "\n".join(wrong)
    assert set(truths) == {"exists", "complete", "quasi-complete"}


def design_of(family: Callable[[Random], SmallDesign], seed: int) -> SmallDesign:
    return family(np.random.default_rng([seed, *family.__name__.encode()]))
