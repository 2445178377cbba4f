"""The page and the document of ``loglik dice`` show one result, and nothing else."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from rich.console import Console

from loglik import Categorical, DataError
from loglik.dice.document import document
from loglik.dice.exact_test import ExactTest
from loglik.dice.goodness_of_fit import ChiSquareTest, EffectSizes
from loglik.dice.likelihood_value import Likelihood
from loglik.dice.page import page
from loglik.dice.result import DiceResult, Estimate, Evaluated, evaluate
from loglik.dice.words import Words


def text_of(result: DiceResult, *, blocks: bool = True) -> str:
    console = Console(width=1000, markup=False)
    with console.capture() as caught:
        for part in page(result, None, Words("en", coin=False), blocks=blocks):
            console.print(part)
    return caught.get()


def marked(result: DiceResult) -> tuple[DiceResult, dict[str, list[str]]]:
    """The result with every figure replaced by one that no computation gives, and how each is printed."""
    assert result.estimate is not None
    assert result.power is not None
    made = replace(
        result,
        null=Evaluated(np.array([0.11, 0.89]), Likelihood(-12.25), 13.375),
        estimate=Estimate(
            Evaluated(np.array([0.7013, 0.2987]), Likelihood(-14.5), 15.625),
            np.array([0.00016, 0.00017]),
            EffectSizes(18.75, 19.875),
        ),
        intervals={method: np.full((2, 2), 0.5 + i / 100) for i, method in enumerate(result.intervals)},
        lr=ChiSquareTest(21.5, 22, 0.2323),
        pearson=ChiSquareTest(24.5, 25, 0.2626),
        exact=ExactTest(0.2727, 0.0028, "monte carlo", 29),
        smoothed=np.array([0.3030, 0.3131]),
        power=replace(result.power, throws=(3232,), power=(0.3333,)),
    )
    return made, {
        "null": ["0.11^7", "-12.25 ", "13.375 nats"],
        "estimate": ["0.7013^7", "-14.5\n", "15.625 nats", "0.00016", "18.75", "19.875 nats"],
        "intervals": ["[0.5, 0.5]", "[0.53, 0.53]"],
        "lr": ["21.5", "0.2323"],
        "pearson": ["24.5", "0.2626"],
        "exact": ["0.2727", "29 random", "0.0028"],
        "smoothed": ["0.303", "0.3131"],
        "power": ["3,232", "0.3333"],
    }


def test_page_shows_the_result_alone() -> None:
    made, printed = marked(evaluate(Categorical.from_counts([7, 3]), smoothing=1.0, heavier=(1, 10.0)))
    shown = text_of(made) + "\n"
    kept = {"die", "fair", "level", "pseudo_count"}
    assert set(printed) | kept == {field.name for field in fields(DiceResult)}
    for name, figures in printed.items():
        for figure in figures:
            assert figure.strip(" ") in shown, (name, figure)


def test_document_shows_the_result_alone() -> None:
    made, _ = marked(evaluate(Categorical.from_counts([7, 3]), smoothing=1.0, heavier=(1, 10.0)))
    assert document(made) == {
        "schema": "loglik.dice/1",
        "counts": [7, 3],
        "n": 10,
        "mle": [0.7013, 0.2987],
        "std_errors": [0.00016, 0.00017],
        "intervals": {
            "level": 0.95,
            "wilson": [[0.5, 0.5]] * 2,
            "clopper_pearson": [[0.51, 0.51]] * 2,
            "jeffreys": [[0.52, 0.52]] * 2,
            "goodman": [[0.53, 0.53]] * 2,
            "sison_glaz": [[0.54, 0.54]] * 2,
        },
        "log_likelihood": -14.5,
        "cross_entropy": 15.625,
        "tests": {
            "lr": {"statistic": 21.5, "df": 22, "p_value": 0.2323},
            "pearson": {"statistic": 24.5, "df": 25, "p_value": 0.2626},
            "exact": {"p_value": 0.2727, "std_error": 0.0028},
        },
        "smoothed": [0.3030, 0.3131],
        "power": {
            "face": "2", "percent": 10.0, "p0": 0.5, "p1": 0.55, "level": 0.95, "throws": [3232], "power": [0.3333],
        },
    }  # fmt: skip


def test_no_block_characters_where_there_are_none() -> None:
    result = evaluate(Categorical.from_counts([7, 3]))
    assert "█" in text_of(result)
    assert "█" not in text_of(result, blocks=False)
    assert "###" in text_of(result, blocks=False)


@pytest.mark.parametrize(
    "asked", [{"level": 1.0}, {"seed": -1}, {"smoothing": -1.0}, {"smoothing": float("nan")}, {"heavier": (0, -100.5)}]
)
def test_options_out_of_range(asked: dict) -> None:
    with pytest.raises(DataError) as caught:
        evaluate(Categorical.from_counts([7, 3]), **asked)
    assert caught.value.code == "LL118"
