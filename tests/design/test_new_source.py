"""A source of rows that the package does not have, made as CONTRIBUTING says: records of fixed width, as of old."""

# ruff: noqa: ARG002 - arguments that every source takes

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import loglik
from loglik.design.any_source import any_source
from loglik.design.levels import Codes
from loglik.design.reading import Reading
from loglik.design.source import Source, level_kind


class FixedWidth:
    """Lines cut at columns; blanks are missing, and what looks like numbers in all lines is a column of numbers."""

    label = "the records"
    untyped = False

    def __init__(self, text: str, widths: dict[str, int]) -> None:
        self.reading = Reading()
        self.columns = tuple(widths)
        ends = np.cumsum(list(widths.values()))
        cut = [[line[end - w : end].strip() for end, w in zip(ends, widths.values(), strict=True)]
               for line in text.splitlines()]  # fmt: skip
        self.n_rows = len(cut)
        self.held = dict(zip(widths, map(list, zip(*cut, strict=True)), strict=True))

    def prepare(self, columns: Any, fixed: Any = None) -> None:
        pass

    def kind(self, column: str) -> Any:
        try:
            self.numbers([column])
        except ValueError:
            return "category"
        return "number"

    def level_kind(self, column: str) -> Any:
        return level_kind(self.kind(column))

    def describe(self, column: str) -> str:
        return "text of fixed width"

    def numbers(self, columns: Any) -> list[np.ndarray]:
        return [np.array([float(v) if v else np.nan for v in self.held[c]]) for c in columns]

    def rounded(self, column: str) -> None:
        return None

    def codes(self, column: str, kind: Any = None) -> Codes:
        levels = tuple(sorted(set(self.held[column]) - {""}))
        place = {level: i for i, level in enumerate(levels)} | {"": -1}
        return Codes(np.array([place[v] for v in self.held[column]], np.int32), levels)

    def values(self, columns: Any) -> list[list[Any]]:
        return [list(self.held[c]) for c in columns]


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    x, g = rng.normal(size=400).round(3), rng.choice(["north", "south", "west"], 400)
    y = np.where(x + (g == "west") + rng.logistic(size=400) > 0.3, "yes", "no")
    made = pd.DataFrame({"x": x, "g": g, "y": y})
    made.loc[7, "g"] = None
    return made


@pytest.fixture(scope="module")
def records(frame: pd.DataFrame) -> FixedWidth:
    rows = zip(frame.x, frame.g.fillna(""), frame.y, strict=True)
    return FixedWidth("\n".join(f"{x:8.3f}{g:6}{y:3}" for x, g, y in rows), {"x": 8, "g": 6, "y": 3})


def test_it_is_a_source(records: FixedWidth) -> None:
    assert isinstance(records, Source)
    assert any_source(records) is records


def test_same_fit_and_predictions_as_the_data_frame(frame: pd.DataFrame, records: FixedWidth) -> None:
    theirs = loglik.fit_classifier(frame, "y", missing="drop")
    ours = loglik.fit_classifier(records, "y", missing="drop")
    assert [t.term for t in ours.report.terms] == [t.term for t in theirs.report.terms]
    np.testing.assert_array_equal([t.estimate for t in ours.report.terms], [t.estimate for t in theirs.report.terms])
    assert ours.report.n_dropped == theirs.report.n_dropped == 1
    np.testing.assert_array_equal(ours.predict_proba(records), theirs.predict_proba(frame))


def test_what_lacks_a_member_is_none() -> None:
    class Half:
        columns = ("x",)
        n_rows = 1

    with pytest.raises(loglik.DataError) as caught:
        any_source(Half())
    assert caught.value.code == "LL123"
