"""Mutants of derivations, and an evaluator that the checker does not use, are those of the tests of `derive`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "derive"))
