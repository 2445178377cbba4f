"""The tokens of a term, and how far they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.check.latex.braces import arguments_marked
from loglik.check.latex.names import ACCENTS
from loglik.check.latex.tree import UnreadError
from loglik.check.statement import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from loglik.check.latex.tokens import Token
    from loglik.check.latex.tree import Node

#: Steps for one term: what needs more is not read.
MAX_STEPS = 6_000


class Cursor:
    """A place among the tokens of a term, which ends at another one."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = arguments_marked(tokens)
        self.at = 0
        self.stop = len(self.tokens) - 1  # the token of kind "end"
        self.steps = 0
        #: What a bar that follows an operand ends: "abs", "norm", "call" or, within brackets, nothing.
        self.bars: list[str] = []

    @property
    def next(self) -> Token:
        """The token that is read next."""
        return self.tokens[self.at] if self.at < self.stop else self.ending

    @property
    def ending(self) -> Token:
        """The token that stands for the end of the stretch."""
        last = self.tokens[-1]
        place = self.tokens[self.stop].start if self.stop < len(self.tokens) else last.start
        return type(last)("end", "", place, place)

    def ahead(self, count: int = 1) -> Token:
        """A token further on."""
        return self.tokens[self.at + count] if self.at + count < self.stop else self.ending

    def take(self, *texts: str) -> Token | None:
        """Step over the next token if it is one of these signs."""
        token = self.next
        if token.is_(*texts):
            self.step()
            return token
        return None

    def step(self) -> Token:
        """Step over the next token, within the limit of steps."""
        token = self.next
        self.at += 1
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise UnreadError("limit", f"{MAX_STEPS} steps", self.span(0))
        return token

    def expect(self, text: str) -> None:
        """Step over a closing sign, which has to be there."""
        if not self.take(text):
            raise self.unread("brackets", text)

    def unread(self, code: str, detail: str = "", token: Token | None = None) -> UnreadError:
        """The error that something at a token is not understood."""
        token = token or self.next
        return UnreadError(code, detail or token.text, Span(token.start, token.end))

    def span(self, first: int) -> Span:
        """From a token to the last one that was read."""
        read = self.tokens[min(first, len(self.tokens) - 1) : max(self.at, first + 1)]
        start = read[0].start
        return Span(start, max(start, read[-1].end, read[-2].end if len(read) > 1 else 0))

    def within(self, start: int, stop: int, read: Callable[[], Node]) -> Node:
        """Read a stretch of tokens, all of it, whatever stands around it."""
        kept = self.at, self.stop, self.bars
        self.at, self.stop, self.bars = start, stop, []
        try:
            found = read()
            if self.at < self.stop:
                raise self.unread("left-over")
        finally:
            self.at, self.stop, self.bars = kept
        return found

    def argument(self) -> tuple[int, int]:
        """The stretch of tokens that is the argument of a command: a group in braces, or one sign; steps over it."""
        token = self.next
        if token.kind == "end":
            raise self.unread("brackets", "argument")
        start = self.at
        if not token.is_("{"):
            if token.kind == "number" and len(token.text) > 1:  # x^10 is printed as x^1 0
                raise self.unread("script")
            self.step()
            if token.kind == "command" and self.next.is_("{") and token.text in ACCENTS:
                self.argument()
            return start, self.at
        self.step()
        level = 1
        while level:
            if self.next.kind == "end":
                raise self.unread("brackets", "{", token)
            inner = self.step()
            level += inner.is_("{") - inner.is_("}")
        return start + 1, self.at - 1
