"""Damaged cache files are as good as absent, and are written anew."""

from __future__ import annotations

import hashlib
import os
import pickle
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest

from loglik.kernels.jit import njit


def doubled(value):
    return value * 2


@pytest.fixture
def cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    return tmp_path


def call(value: Any) -> tuple[Any, int]:
    """Call a kernel as a new process does: what is not on disk is compiled. Return the answer and the cache's hits."""
    kernel = njit()(doubled)
    return kernel(value), sum(kernel.stats.cache_hits.values())


def files(directory: Path, ending: str) -> list[Path]:
    return sorted(directory.rglob(f"*.{ending}"))


def flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 0x55]) + data[middle + 1 :]


def numbas_own(data: bytes) -> bytes:
    """What is a pickle, but not one of ours."""
    return pickle.dumps(numba.__version__) + data[32:]


def valid_but_foreign(_: bytes) -> bytes:
    payload = pickle.dumps("something else")
    return hashlib.sha256(payload).digest() + payload


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
@pytest.mark.parametrize(
    "damage",
    [lambda _: b"", lambda d: d[:10], lambda d: d[:-1], lambda d: d + b"x", lambda d: os.urandom(len(d)), flipped,
     numbas_own, valid_but_foreign],
)  # fmt: skip
def test_damage_is_healed(cached: Path, ending: str, damage: Any) -> None:
    assert call(4) == (8, 0)
    assert call(4) == (8, 1)
    for file in files(cached, ending):
        file.write_bytes(damage(file.read_bytes()))
    assert call(4) == (8, 0)
    assert call(4) == (8, 1)


def test_files_that_went_away(cached: Path) -> None:
    assert call(4) == (8, 0)
    for file in files(cached, "nbc"):
        file.unlink()
    assert call(4) == (8, 0)
    assert call(4) == (8, 1)


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
def test_files_that_cannot_be_read_or_replaced(cached: Path, ending: str) -> None:
    """A directory in the place of a file stands for any such fault, also where the tests run as root."""
    assert call(4) == (8, 0)
    for file in files(cached, ending):
        file.unlink()
        file.mkdir()
        (file / "in the way").touch()
    assert call(4) == (8, 0)
    assert call(4) == (8, 0)


def test_two_processes_that_wrote_at_once(cached: Path) -> None:
    """Both chose the same name for the code: one's index, the other's code. Its key tells that it is another kernel's."""
    assert call(4) == (8, 0)
    (index,) = files(cached, "nbi")
    of_integers = index.read_bytes()
    (code,) = files(cached, "nbc")
    index.unlink()
    code.unlink()
    assert call(0.25) == (0.5, 0)
    index.write_bytes(of_integers)
    assert call(4) == (8, 0)
    assert call(0.25) == (0.5, 0)
    assert call(4) == (8, 1)
    assert call(np.float64(0.25)) == (0.5, 1)


def test_no_directory_to_write_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "file" / "under"))
    assert call(4) == (8, 0)
