"""What the last bits of a sum depend on, beside the data: processor, BLAS, and the versions of what computes."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from typing import TYPE_CHECKING

from loglik.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping


def machine() -> dict[str, str]:
    """Describe this process: two of the same description give the same bits.

    Numba compiles for the processor at hand and BLAS chooses its kernels by it: whether products are fused with sums, and in
    which order a row is summed, follows from these.
    """
    import scipy.linalg.blas  # noqa: F401  SciPy brings a BLAS of its own
    from llvmlite import binding
    from numba import config
    from threadpoolctl import threadpool_info

    blas = {
        f"{found['internal_api']} {found.get('version')} {found.get('architecture')}"
        for found in threadpool_info()
        if found["user_api"] == "blas"
    }
    return {
        "loglik": __version__,
        "architecture": platform.machine(),
        "processor": str(config.CPU_NAME or binding.get_host_cpu_name()),
        "features": str(config.CPU_FEATURES or binding.get_host_cpu_features().flatten()),
        "blas": ", ".join(sorted(blas)),
        "dispatch": os.environ.get("NPY_DISABLE_CPU_FEATURES", ""),
        **{name: version(name) for name in ("numpy", "scipy", "numba", "llvmlite")},
    }


def differences(here: Mapping[str, str], there: Mapping[str, str]) -> list[str]:
    """In what two descriptions differ."""
    return [name for name in here if here[name] != there.get(name)]
