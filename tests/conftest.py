from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import settings
from sklearn.datasets import load_iris

from loglik.texts import LANGUAGES, Message

# The same examples at each run, so that a run says the same twice; HYPOTHESIS_PROFILE=new looks for others.
settings.register_profile("same", derandomize=True)
settings.register_profile("new")
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.fixture(scope="session")
def iris() -> pd.DataFrame:
    data = load_iris()
    names = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
    frame = pd.DataFrame(data.data, columns=names)
    frame["species"] = [str(data.target_names[t]) for t in data.target]
    return frame


@pytest.fixture(scope="session")
def versicolor_virginica(iris: pd.DataFrame) -> pd.DataFrame:
    return iris[iris.species != "setosa"].reset_index(drop=True)


@pytest.fixture(scope="session")
def setosa_versicolor(iris: pd.DataFrame) -> pd.DataFrame:
    return iris[iris.species != "virginica"].reset_index(drop=True)


def simulate(n: int, p: int, k: int, seed: int, size: float = 0.7) -> tuple[np.ndarray, np.ndarray]:
    """Normal columns and classes drawn from a softmax model, so that every class occurs."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p))
    eta = np.c_[np.zeros(n), x @ rng.normal(size=(p, k - 1)) * size / np.sqrt(p)]
    prob = np.exp(eta - eta.max(axis=1, keepdims=True))
    prob /= prob.sum(axis=1, keepdims=True)
    y = (rng.random(n)[:, None] > prob.cumsum(axis=1)).sum(axis=1).clip(0, k - 1)
    return x, y


@pytest.fixture
def in_tmp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True, scope="session")
def every_message_is_rendered():
    """Every message that a test brings about is rendered in both languages, with the values of its site."""
    made = Message.__post_init__

    def rendered(message: Message) -> None:
        made(message)
        if "." in message.key:
            for language in LANGUAGES:
                message.text(language)
                message.hint(language)

    Message.__post_init__ = rendered
    yield
    Message.__post_init__ = made
