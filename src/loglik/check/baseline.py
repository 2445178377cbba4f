"""Findings that are known already: an earlier report, so that only new ones count."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from loglik.check.checked import read_bytes
from loglik.check.result import SCHEMA
from loglik.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    from loglik.check.result import FileResult, Verdict

#: Verdicts that a baseline silences.
_FINDINGS: frozenset[Verdict] = frozenset({"refuted", "inconsistent", "suspicious", "lint"})


@dataclass(frozen=True)
class Baseline:
    """How often each finding occurs in an earlier report: by file, verdict and source of the relation.

    Lines are not compared: they move.
    """

    known: Counter[tuple[str, str, str]]

    def left_out(self, result: FileResult) -> FileResult:
        """The result without the findings that are known; one that occurs more often than before is kept so often."""
        left = Counter(self.known)
        kept = []
        for each in result.judgements:
            key = (result.document.name, each.verdict, _source(each.tex))
            if each.verdict in _FINDINGS and left[key] > 0:
                left[key] -= 1
            else:
                kept.append(each)
        return replace(result, judgements=tuple(kept), known_before=len(result.judgements) - len(kept))


def read_baseline(path: Path) -> Baseline:
    """A report of ``--format json`` as a baseline.

    Raises
    ------
    DataError
        LL411: the file cannot be read. LL412: it is no such report.
    """
    data = read_bytes(path)
    try:
        known = _known(json.loads(data))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DataError("LL412.baseline", path=str(path)) from error
    if known is None:
        raise DataError("LL412.baseline", path=str(path))
    return Baseline(known)


def _known(document: dict[str, Any]) -> Counter[tuple[str, str, str]] | None:
    """The findings of a report; None for another kind of document."""
    if document["schema"] != SCHEMA:
        return None
    return Counter(
        (file["file"], each["verdict"], _source(each["tex"])) for file in document["files"] for each in file["formulas"]
    )


def _source(tex: str) -> str:
    return " ".join(tex.split())
