"""What chance has found once is tried again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fuzzer.replay import replay

SEEDS = json.loads((Path(__file__).parent / "seeds.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "seed"), [(name, seed) for name, seeds in SEEDS.items() for seed in seeds])
def test_past_findings(name: str, seed: int) -> None:
    replay(name, seed)
