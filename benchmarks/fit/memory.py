"""Memory of this process (Linux): how much more a stretch of work needed at its peak."""

from __future__ import annotations

from pathlib import Path


def _field(name: str) -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(name):
            return float(line.split()[1]) / 1024
    return float("nan")


def resident_mb() -> float:
    """Forget the peak so far, and say what is held now."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _field("VmRSS")


def peak_mb() -> float:
    """Largest since `resident_mb`."""
    return _field("VmHWM")
