"""Where the notation leaves open what is meant: the options, and all readings that they make, the likeliest first."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice, product
from typing import TYPE_CHECKING

from loglik.check.statement import MAX_READINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MOST_OPEN = 6


@dataclass(slots=True)
class Choices:
    """One pass over a formula: what is decided beforehand, and what was met.

    A decision has a key: of a name (``call p``), so that it is taken once for the whole statement, or of a place.
    """

    decided: Mapping[str, str] = field(default_factory=dict)
    met: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def choose(self, key: str, *options: str) -> str:
        """The option that is taken; the first one unless something else was decided."""
        self.met.setdefault(key, options)
        return self.decided.get(key, options[0])


def alternatives(met: Mapping[str, tuple[str, ...]]) -> Iterator[dict[str, str]]:
    """What else may be decided: fewest departures from the likeliest first, at most 16 in all with it."""
    open_keys = [key for key, options in met.items() if len(options) > 1][:_MOST_OPEN]
    ways = product(*(range(len(met[key])) for key in open_keys))
    ranked = sorted(ways, key=lambda way: sum(1 for i in way if i))
    for way in islice(ranked, 1, MAX_READINGS):
        yield {key: met[key][i] for key, i in zip(open_keys, way, strict=True)}
