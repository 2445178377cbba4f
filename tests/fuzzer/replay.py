"""One attack with one seed, in a directory of its own."""

from __future__ import annotations

import importlib
import tempfile
from pathlib import Path

ATTACKS = ("files", "arguments", "python_arguments", "model_files", "designs", "losses", "formulas")


def replay(name: str, seed: int) -> None:
    """Attack once.

    Parameters
    ----------
    name : str
        One of `ATTACKS`.
    seed : int
        Of the random numbers.

    Raises
    ------
    AssertionError
        If there is a fault.
    """
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        importlib.import_module(f"fuzzer.{name}").attack(seed, Path(folder))
