"""exp and log against 50-digit arithmetic, and their coefficients against the script that found them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import mpmath as mp
import numba
import numpy as np
import pytest

from loglik.kernels import elementary

mp.mp.dps = 50
RNG = np.random.default_rng(1)


@numba.njit
def exp_all(x, out):
    for i in range(x.size):
        out[i] = elementary.exp64(x[i])


@numba.njit
def log1p_all(x, out):
    for i in range(x.size):
        out[i] = elementary.log1p_unit64(x[i])


@numba.njit
def log_all(x, out):
    for i in range(x.size):
        out[i] = elementary.log64(x[i])


CASES = {
    "exp": (
        exp_all,
        mp.exp,
        [RNG.uniform(-745, 709.7, 3000), RNG.normal(size=2000), -(10.0 ** RNG.uniform(-20, 2, 1000)),
         RNG.uniform(-745, -705, 500), [0.0, -0.34657, 0.34658]],
        1.0,
    ),
    "log1p on [0, 1]": (log1p_all, mp.log1p, [RNG.uniform(0, 1, 4000), 10.0 ** RNG.uniform(-320, 0, 2000), [0.0, 1.0]], 1.25),
    "log": (
        log_all,
        mp.log,
        [RNG.uniform(0, 3, 3000), 10.0 ** RNG.uniform(-322, 308, 2000), 1 + RNG.normal(size=1000) * 1e-3,
         1 + RNG.normal(size=300) * 1e-10, [0.7071067811865475, 0.7071067811865476, 1.4142135623730951]],
        1.0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_error_in_units_of_the_last_place(name: str) -> None:
    function, exact, parts, bound = CASES[name]
    x = np.concatenate([np.asarray(p, dtype=float) for p in parts])
    out = np.empty_like(x)
    function(x, out)
    worst = 0.0
    for a, b in zip(x, out, strict=True):
        true = exact(mp.mpf(float(a)))
        unit = mp.mpf(float(np.spacing(abs(float(true))))) if float(true) != 0.0 else mp.mpf(5e-324)
        worst = max(worst, float(abs(mp.mpf(float(b)) - true) / unit))
    assert worst <= bound


def test_special_values() -> None:
    x = np.array([np.nan, np.inf, -np.inf, 0.0, 800.0, -800.0, -1.0, 5e-324])
    out = np.empty_like(x)
    exp_all(x, out)
    np.testing.assert_array_equal(out, [np.nan, np.inf, 0.0, 1.0, np.inf, 0.0, out[6], 1.0])
    log_all(x, out)
    np.testing.assert_array_equal(out[[0, 1, 2, 3, 6]], [np.nan, np.inf, np.nan, -np.inf, np.nan])
    assert out[7] == pytest.approx(float(mp.log(mp.mpf(5e-324))), rel=1e-15)
    y = np.array([np.nan, 0.0])
    log1p_all(y, out[:2])
    np.testing.assert_array_equal(out[:2], [np.nan, 0.0])


def test_coefficients_are_those_of_the_script() -> None:
    """The polynomials in the source reach the error that the script claims for them."""
    sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
    import elementary_coefficients as script

    e = [getattr(elementary, f"_E{i}") for i in range(10)]
    p = [getattr(elementary, f"_L{i}") for i in range(10)]
    assert script.exp_error(e) < 1.2e-17
    assert script.log_error(p) < 2e-18
    assert script.exp_polynomial()[0] == e


CODE = """
import numpy as np
from loglik.kernels.rows.likelihood import bernoulli_rows
out = [np.zeros(3) for _ in range(3)]
bernoulli_rows(np.zeros(3), np.ones(3), np.ones(3), *out)
print(out[0][0])
"""


def test_an_unusable_cache_directory_only_costs_time(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    run = subprocess.run(
        [sys.executable, "-c", CODE],
        env={**os.environ, "NUMBA_CACHE_DIR": str(blocked / "below")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout.strip() == "0.6931471805599453", run.stderr


def test_a_disk_that_fills_up_only_costs_time(tmp_path: Path) -> None:
    full = "import numba.core.caching as c\ndef fail(*_, **__): raise OSError(28, 'No space left on device')\n"
    run = subprocess.run(
        [sys.executable, "-c", full + "c.IndexDataCacheFile.save = fail\n" + CODE],
        env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout.strip() == "0.6931471805599453", run.stderr


def test_log1p_of_float32() -> None:
    @numba.njit
    def every(x, out):
        for i in range(x.size):
            out[i] = elementary.log1p_unit32(x[i])

    x = np.concatenate([RNG.random(50_000), 10.0 ** RNG.uniform(-40, 0, 50_000), [0.0, 1.0]]).astype(np.float32)
    got = np.empty_like(x)
    every(x, got)
    exact = np.log1p(x.astype(np.float64))  # 29 bits more than are looked at
    assert (np.abs(got - exact) / np.spacing(exact.astype(np.float32))).max() <= 1.5


def test_log1p_of_sums() -> None:
    @numba.njit
    def every(x, out):
        for i in range(x.size):
            out[i] = elementary.log1p64(x[i])

    x = np.concatenate(
        [RNG.uniform(0, 4, 3000), 10.0 ** RNG.uniform(-320, 308, 3000), [0.0, 0.414213562373095, 2.0**53]]
    )
    got = np.empty_like(x)
    every(x, got)
    for a, b in zip(x, got, strict=True):
        exact = mp.log1p(mp.mpf(float(a)))
        assert abs(mp.mpf(float(b)) - exact) <= mp.mpf(float(np.spacing(float(exact)))), a
    every(np.array([np.inf, np.nan]), got)
    assert got[0] == np.inf
    assert np.isnan(got[1])
