"""Which parts of which derivations were worked: kept on this machine alone."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path


def worked_parts(name: str) -> frozenset[int]:
    """The parts of a derivation that were worked here before."""
    return frozenset(_read().get(name, ()))


def note_worked(name: str, part: int) -> None:
    """Keep that a part was worked; where nothing can be kept, nothing is."""
    known = _read()
    known[name] = sorted({*known.get(name, ()), part})
    file = _file()
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(known, out, indent=1, sort_keys=True)
        Path(draft).replace(file)


def _file() -> Path:
    """``$XDG_STATE_HOME/loglik/practice.json``, by default below ``~/.local/state``."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "loglik" / "practice.json"


def _read() -> dict[str, list[int]]:
    """What is kept; a file that cannot be read, or was changed into something else, counts as none."""
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError, RuntimeError):  # RuntimeError: there is no home
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        name: [part for part in parts if isinstance(part, int)]
        for name, parts in found.items()
        if isinstance(parts, list)
    }
