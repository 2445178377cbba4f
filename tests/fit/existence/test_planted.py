"""Designs with ten to eighty columns, whose verdict is known: found, and blamed on the right columns."""

from __future__ import annotations

import numpy as np
import pytest
from judge import direction_complaints, found
from planted import FORMS, KINDS, group_splines


@pytest.mark.parametrize("p", [10, 25, 80])
@pytest.mark.parametrize("kind", KINDS)
def test_planted(kind, p: int) -> None:
    for seed in range(6 if p < 80 else 2):
        planted = kind(np.random.default_rng([seed, p]), p)
        assert planted.proved()
        solution = planted.small.fit()
        assert found(solution) == planted.verdict, seed
        if planted.direction is None:
            continue
        assert solution.separation.exact
        assert not direction_complaints(planted.small, solution.separation.direction)
        if planted.blamed is not None:
            assert set(solution.separation.columns) == planted.blamed, seed


@pytest.mark.parametrize("form", FORMS)
def test_splines_of_groups_with_an_empty_region(form: str) -> None:
    for seed in range(8):
        small, raised = group_splines(np.random.default_rng(seed), form)
        solution = small.fit()
        assert raised.any()
        if form == "orthogonal" and found(solution) == "undecided":
            continue  # the orthogonal basis itself is rounded, and by more than its numbers are taken to be known
        assert found(solution) == "quasi-complete", seed
        assert not direction_complaints(small, solution.separation.direction)
