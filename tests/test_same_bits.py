"""The same data give the same bits for any number of threads."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import loglik
from conftest import simulate


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
    from threadpoolctl import threadpool_limits

    x, y = simulate(n, p, 2, 7)
    x[:, 1] = x[:, 0] + noise * x[:, 1]
    fits = []
    for threads in (1, 4):
        with threadpool_limits(threads, user_api="blas"):
            model = loglik.LogisticRegression().fit(x, y)
            fits.append((model.coef_.tolist(), model.tidy(frame=dict_frame), model.glance(frame=dict_frame)))
    assert fits[0] == fits[1]


def test_fits_that_overlap_leave_blas_as_it_was() -> None:
    from concurrent.futures import ThreadPoolExecutor

    from threadpoolctl import threadpool_info

    before = [lib["num_threads"] for lib in threadpool_info()]
    x, y = simulate(60_000, 20, 2, 5)
    alone = loglik.LogisticRegression().fit(x, y).coef_
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: loglik.LogisticRegression().fit(x, y).coef_, range(8)))
    assert all(np.array_equal(alone, coefficients) for coefficients in together)
    assert [lib["num_threads"] for lib in threadpool_info()] == before
