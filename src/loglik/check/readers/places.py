"""Text that knows where each of its characters stands in the file, through everything that is cut out and mended."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from loglik.check.document import Area, Position

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class File:
    """The text of a file, and line and column of each offset."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def position(self, offset: int) -> Position:
        """Line and column, counted from 1."""
        line = bisect_right(self.starts, offset) - 1
        return Position(line + 1, offset - self.starts[line] + 1)

    def whole(self) -> Located:
        """The text of the file, located in itself."""
        return Located(self, self.text, range(len(self.text)))


class Located:
    """A text, and for each of its characters the offset in the file."""

    def __init__(self, file: File, text: str, offsets: Sequence[int]) -> None:
        self.file, self.text, self.offsets = file, text, offsets

    def __getitem__(self, stretch: slice) -> Located:
        return Located(self.file, self.text[stretch], self.offsets[stretch])

    def position(self, i: int) -> Position:
        """Place in the file of the i-th character, or of the end."""
        if i < len(self.offsets):
            return self.file.position(self.offsets[i])
        return self.file.position(self.offsets[-1] + 1) if len(self.offsets) else Position(1, 1)

    def area(self, start: int, end: int) -> Area:
        """The stretch of the file that a stretch of the text comes from."""
        if end <= start:
            return Area(self.position(start), self.position(start))
        last = self.position(end - 1)
        return Area(self.position(start), Position(last.line, last.column + 1))

    def replaced(self, pattern: re.Pattern[str], by: str | Callable[[re.Match[str]], str]) -> Located:
        """The text with what matches exchanged; new characters stand where the match began."""
        text: list[str] = []
        offsets: list[int] = []
        at = 0
        for found in pattern.finditer(self.text):
            new = found.expand(by) if isinstance(by, str) else by(found)
            text += [self.text[at : found.start()], new]
            offsets += self.offsets[at : found.start()]
            own = self.offsets[found.start() : found.end()]
            # A replacement that is the end of what was there keeps its places: a prefix was taken away.
            if len(new) <= len(own) and found[0].endswith(new):
                offsets += own[len(own) - len(new) :]
            else:
                offsets += [own[0]] * len(new)
            at = found.end()
        if not text:
            return self
        text.append(self.text[at:])
        offsets += self.offsets[at:]
        return Located(self.file, "".join(text), offsets)

    def stretches(self) -> tuple[tuple[int, Position], ...]:
        """Where each stretch that is contiguous in the file and stays on a line begins, in the text and in the file."""
        if len(self.offsets) > 1 and self.offsets[0] == self.offsets[-1]:
            return ()  # all of it stands for one place
        found: list[tuple[int, Position]] = []
        before, new_line = -2, False
        for i, offset in enumerate(self.offsets):
            if offset != before + 1 or new_line:
                found.append((i, self.file.position(offset)))
            before, new_line = offset, self.file.text[offset] == "\n"
        return tuple(found)
