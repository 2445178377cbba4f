"""What a fit fixed about its input beside its columns: all that a prediction needs to read other rows alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from loglik.design.reading import Reading

if TYPE_CHECKING:
    from loglik.design.levels import LevelKind


@dataclass(frozen=True)
class InputSpec:
    """Part of a fitted classifier and of the model file.

    Parameters
    ----------
    target_kind : {"text", "number", "boolean", "mixed"}
        What the classes are.
    reading : Reading
        How text files are read.
    offset_from : {"column", "argument"} or None
        Where the offset of the fit came from, if there was one.
    """

    target_kind: LevelKind = "text"
    reading: Reading = field(default_factory=Reading)
    offset_from: Literal["column", "argument"] | None = None
