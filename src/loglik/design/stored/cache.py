"""Encoded rows that are kept for the next fit: a directory with the chunks, and what they were made of."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from loglik.design.stored import chunks
from loglik.design.stored.chunks import Store
from loglik.design.stored.encoding import Encoded, Keys, NumberStats
from loglik.design.stored.files import MappedChunks, disk_fault

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from loglik.design.fingerprint import Fingerprint
    from loglik.design.source import Kind

SCHEMA = "loglik.cache/1"


@dataclass(frozen=True)
class Cache:
    """Rows that were kept.

    Parameters
    ----------
    store : Store
        The columns.
    learnt : Encoded
        What is known of them.
    kinds : dict of str to Kind
        What each holds.
    """

    store: Store
    learnt: Encoded
    kinds: dict[str, Kind]

    def covers(self, numbers: Sequence[str], levels: Sequence[str]) -> bool:
        """Whether all of these were encoded so."""
        return set(numbers) <= set(self.learnt.numbers) and set(levels) <= set(self.learnt.keys)


def cache_directory(parent: Path, identity: str) -> Path:
    """Where rows of a source are kept; `identity` is the SQL that gives them."""
    return parent / f"loglik-cache-{hashlib.sha256(identity.encode()).hexdigest()[:16]}"


def open_cache(directory: Path, identity: str, fingerprint: Fingerprint) -> Cache | None:
    """Rows that were kept of the files as they are now; None if there are none.

    Raises
    ------
    DataError
        LL509 the chunks are damaged.
    """
    try:
        document = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
        found = document["content"]
        if document["sha256"] != _digest(found) or found["schema"] != SCHEMA:
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if found["of"] != _made_of(identity, fingerprint):
        return None
    file, names = found["file"], [tuple(found[part]) for part in ("doubles", "singles", "codes")]
    widths = len(names[0]), len(names[1])
    mapped = MappedChunks(str(directory / file["name"]), widths, file["rows"], file["types"], file["sums"])
    store = Store(names[0], names[1], names[2], mapped, found["of"]["chunk_rows"])
    numbers = {name: NumberStats(**stats) for name, stats in found["numbers"].items()}
    keys = {name: Keys({key: i + 1 for i, key in enumerate(own)}, n) for name, (own, n) in found["keys"].items()}
    return Cache(store, Encoded(store.n_rows, numbers, keys), found["kinds"])


def keep(directory: Path, identity: str, fingerprint: Fingerprint, made: Cache) -> None:
    """Say what the chunks of a directory are, last of all and at once; chunks from before go.

    Raises
    ------
    DataError
        LL507 the disk is full.
    """
    file = made.store.chunks
    content = {
        "schema": SCHEMA, "of": _made_of(identity, fingerprint), "n_rows": made.learnt.n_rows,
        "doubles": made.store.doubles, "singles": made.store.singles, "codes": made.store.codes, "kinds": made.kinds,
        "numbers": {name: asdict(stats) for name, stats in made.learnt.numbers.items()},
        "keys": {name: (list(own.place), own.missing) for name, own in made.learnt.keys.items()},
        "file": {"name": os.path.basename(file.path), "rows": file.rows, "types": file.types, "sums": file.sums},  # noqa: PTH119
    }  # fmt: skip
    content = json.loads(json.dumps(content))
    written = directory / "manifest.json.new"
    try:
        written.write_text(json.dumps({"sha256": _digest(content), "content": content}), encoding="utf-8")
        written.replace(directory / "manifest.json")
    except OSError as error:
        raise disk_fault(written, error) from error
    for old in directory.glob("rows-*.bin"):
        if old.name != content["file"]["name"]:
            with contextlib.suppress(OSError):
                old.unlink()


def _made_of(identity: str, fingerprint: Fingerprint) -> dict[str, Any]:
    marks = [[str(path), *mark] for path, mark in zip(fingerprint.files, fingerprint.marks, strict=True)]
    return {"identity": identity, "files": marks, "chunk_rows": chunks.CHUNK_ROWS}


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
