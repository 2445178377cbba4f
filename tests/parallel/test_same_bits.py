"""The same data give the same bits for any number of threads, in any thread."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from threadpoolctl import threadpool_info, threadpool_limits

import loglik
from conftest import simulate
from loglik.parallel.blas import single_threaded_blas

if TYPE_CHECKING:
    from collections.abc import Callable


def mixed(n: int, k: int) -> tuple[pd.DataFrame, np.ndarray]:
    x, y = simulate(n, 4, k, 3)
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(x, columns=list("abcd"))
    frame["g"] = rng.choice([f"l{i}" for i in range(30)], n)
    return frame, y


@pytest.mark.parametrize("k", [2, 4])
@pytest.mark.parametrize("solver", ["auto", "newton"])
def test_data_frame(k: int, solver: str) -> None:
    frame, y = mixed(90_000, k)
    fits = [loglik.LogisticRegression(threads=t, solver=solver).fit(frame, y) for t in (1, 2, 8)]
    for other in fits[1:]:
        assert np.array_equal(fits[0].coef_, other.coef_)
        assert np.array_equal(fits[0].intercept_, other.intercept_)
        assert fits[0].tidy(frame=dict_frame) == other.tidy(frame=dict_frame)


class dict_frame:  # noqa: N801
    """A data frame library that leaves columns as they are."""

    DataFrame = dict


def test_sparse() -> None:
    x = sparse.random_array((60_000, 40), density=0.1, rng=np.random.default_rng(0), format="csr")
    y = (np.random.default_rng(1).random(60_000) < 1 / (1 + np.exp(-x[:, [0]].toarray().ravel()))).astype(int)
    fits = [loglik.LogisticRegression(threads=t).fit(x, y).coef_ for t in (1, 2, 8)]
    assert np.array_equal(fits[0], fits[1])
    assert np.array_equal(fits[0], fits[2])


@pytest.mark.parametrize(("n", "p", "noise"), [(8_192, 31, 1.0), (1_000, 20, 1.0), (8_192, 6, 1e-6)])
def test_small_fits_whose_blas_is_left_alone(n: int, p: int, noise: float) -> None:
    """Also with nearly collinear columns, whose Hessian is computed anew in other ones."""
    x, y = simulate(n, p, 2, 7)
    x[:, 1] = x[:, 0] + noise * x[:, 1]
    fits = []
    for threads in (1, 4):
        with threadpool_limits(threads, user_api="blas"):
            model = loglik.LogisticRegression().fit(x, y)
            fits.append((model.coef_.tolist(), model.tidy(frame=dict_frame), model.glance(frame=dict_frame)))
    assert fits[0] == fits[1]


def blas_threads() -> list[int]:
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


def answers(model: loglik.LogisticRegression) -> str:
    return repr((model.coef_.tolist(), model.tidy(frame=dict_frame), model.glance(frame=dict_frame)))


def in_thread(work: Callable[[], str]) -> str:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


@pytest.mark.parametrize(("n", "p", "k"), [(500, 200, 2), (3_000, 40, 2), (60_000, 20, 2), (4_000, 60, 3)])
def test_any_thread_of_the_caller_gives_the_same_bits(n: int, p: int, k: int) -> None:
    """Whoever set a limit of BLAS before, in whichever thread: threadpoolctl obeys the first thread only."""
    x, y = simulate(n, p, k, 5)

    def fit() -> str:
        return answers(loglik.LogisticRegression().fit(x, y))

    before = blas_threads()
    alone = fit()
    assert in_thread(fit) == alone
    assert fit() == alone
    for limit in (1, 2, 4):
        with threadpool_limits(limit, user_api="blas"):  # this thread is now the one that threadpoolctl obeys
            inside = blas_threads()
            assert fit() == alone
            assert in_thread(fit) == alone
            assert blas_threads() == inside
    assert blas_threads() == before
    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(lambda _: fit(), range(6))) == {alone}
    assert blas_threads() == before


def test_a_limit_that_ends_while_a_fit_runs() -> None:
    """Another library's limit, which ends by raising the number of threads, is outlasted and then left as it put it."""
    x, y = simulate(500, 200, 2, 5)
    before = blas_threads()
    with single_threaded_blas():
        alone = answers(loglik.LogisticRegression().fit(x, y))
        foreign = threadpool_limits(1, user_api="blas")
        foreign.restore_original_limits()
        threadpool_limits(2, user_api="blas")
        assert answers(loglik.LogisticRegression().fit(x, y)) == alone
    assert blas_threads() == [2] * len(before)
    threadpool_limits(max(before), user_api="blas")
    with single_threaded_blas():
        threadpool_limits(2, user_api="blas")
    assert blas_threads() == [2] * len(before)
    threadpool_limits(max(before), user_api="blas")
    assert blas_threads() == before


def test_a_fit_that_fails_leaves_blas_as_it_was() -> None:
    before = blas_threads()
    x, y = simulate(300, 3, 2, 5)
    with pytest.raises(loglik.LoglikError):
        loglik.LogisticRegression().fit(np.where(x > 2, np.inf, x), y)
    assert blas_threads() == before


PREDICTS_FIRST = """
import sys, numpy as np, loglik
from loglik.model.predict import by_class, probabilities
from types import SimpleNamespace
from loglik.design.matrix import Design
if sys.argv[1] == "predict":
    design = Design.of((), np.zeros((9, 0)), np.zeros((9, 0), dtype=np.int32))
    by_class(SimpleNamespace(order=(1, 0), coefficients=np.zeros((1, 1)), centering=None), design, None, probabilities)
rng = np.random.default_rng(3)
x = rng.normal(size=(500, 200))
model = loglik.LogisticRegression(threads=2).fit(x, (x[:, 0] + rng.normal(size=500) > 0).astype(int))
print(model.coef_.tobytes().hex())
"""


def test_a_prediction_before_the_first_fit_changes_nothing() -> None:
    """SciPy's BLAS is a library of its own, which a process that has only predicted has not loaded."""
    said = [
        subprocess.run([sys.executable, "-c", PREDICTS_FIRST, way], text=True, capture_output=True, check=True).stdout
        for way in ("fit", "predict")
    ]
    assert said[0] == said[1] != ""


def test_fits_that_overlap_leave_blas_as_it_was() -> None:
    before = [lib["num_threads"] for lib in threadpool_info()]
    x, y = simulate(60_000, 20, 2, 5)
    alone = loglik.LogisticRegression().fit(x, y).coef_
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: loglik.LogisticRegression().fit(x, y).coef_, range(8)))
    assert all(np.array_equal(alone, coefficients) for coefficients in together)
    assert [lib["num_threads"] for lib in threadpool_info()] == before
