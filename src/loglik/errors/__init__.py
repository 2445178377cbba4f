"""Errors, warnings and findings: each carries a code that ``loglik explain CODE`` explains in full.

Codes ``LL1xx`` refuse data or usage, ``LL2xx`` report on the estimate, ``LL3xx`` refuse an inference.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from loglik.texts import Message

if TYPE_CHECKING:
    from collections.abc import Iterable


class LoglikError(Exception):
    """Base of all errors raised on purpose by loglik; its text is made when it is read, in the language of the context.

    Parameters
    ----------
    key : str or Message
        ``"LLnnn.name"``: the section of ``texts/messages/en/LLnnn.md`` with the message (one sentence that names the
        place: file, column, row) and the hint (what to do about it). ``loglik explain LLnnn`` says more. Or the message
        of a finding.
    columns : iterable of str
        The columns or terms concerned, if any.
    **values
        What the templates name.
    """

    exit_status = 2

    def __init__(self, key: str | Message, *, columns: Iterable[str] = (), **values: Any) -> None:
        self.said = key if isinstance(key, Message) else Message(key, values)
        self.columns = tuple(columns)
        super().__init__(self.said.key)

    @property
    def code(self) -> str:
        """``LLnnn``; ``loglik explain LLnnn`` prints what it means."""
        return self.said.code

    @property
    def message(self) -> str:
        """One sentence that names the place (file, column, row)."""
        return self.said.text()

    @property
    def hint(self) -> str:
        """What to do about it."""
        return self.said.hint()

    def __str__(self) -> str:
        return f"{self.code} {self.message}" + (f"\n  {self.hint}" if self.hint else "")

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (type(self), dict(self.__dict__))


def _restored(kind: type[LoglikError], attributes: dict[str, Any]) -> LoglikError:
    error = kind.__new__(kind, attributes["said"].key)
    error.__dict__.update(attributes)
    return error


class DataError(LoglikError, ValueError):
    """The data or the request cannot be used as they are (``LL1xx``)."""


class SeparationError(LoglikError):
    """The classes can be separated, so the maximum-likelihood estimate does not exist (``LL201``).

    The certificate is in ``separation``: the direction, the number of rows it separates, and the kind.
    """

    exit_status = 1

    def __init__(
        self, key: str | Message, *, columns: Iterable[str] = (), separation: Any = None, **values: Any
    ) -> None:
        super().__init__(key, columns=columns, **values)
        self.separation = separation


class LoglikWarning(UserWarning):
    """Base of the warnings of the Python API; the text begins with the code."""


class SeparationWarning(LoglikWarning):
    """``LL201`` as a warning: the classifier predicts, but has no maximum-likelihood estimate."""


class CollinearityWarning(LoglikWarning):
    """``LL202``: columns that repeat the information of others were dropped."""


class DataWarning(LoglikWarning):
    """``LL1xx``, ``LL5xx``: data that may not have been read, or kept, as they were meant."""


class InferenceWarning(LoglikWarning):
    """``LL3xx``: figures that do not hold were left out."""


class UnderflowWarning(LoglikWarning):
    """``LL156``: a likelihood is below the smallest double; its logarithm is not."""


class NotConvergedWarning(LoglikWarning):
    """``LL203``: the optimiser stopped before the convergence rule held."""


class UndecidedWarning(NotConvergedWarning):
    """``LL206``: it is neither proved that the maximum-likelihood estimate exists, nor that it does not."""


@dataclass(frozen=True, init=False, eq=False)
class Finding:
    """Something the reader of a result must know, with the code that explains it.

    ``serious`` findings (separation, no convergence) mean that the numbers are not an estimate; the command-line
    tool then exits with status 1.

    Parameters
    ----------
    key : str
        ``"LLnnn.name"``, as of `LoglikError`.
    columns : iterable of str
        The columns or terms concerned, if any.
    serious : bool
        Whether the numbers are no estimate.
    **values
        What the templates name.
    """

    said: Message
    columns: tuple[str, ...]
    serious: bool

    def __init__(self, key: str, *, columns: Iterable[str] = (), serious: bool = False, **values: Any) -> None:
        object.__setattr__(self, "said", Message(key, values))
        object.__setattr__(self, "columns", tuple(columns))
        object.__setattr__(self, "serious", serious)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Finding) and self._content() == other._content()

    def __hash__(self) -> int:
        return hash(self._content())

    def _content(self) -> tuple[Any, ...]:
        # A model file has the sentence, and not the values that made it.
        return self.code, self.said.text("en"), self.columns, self.serious

    @classmethod
    def stored(cls, code: str, message: str, columns: Iterable[str], *, serious: bool) -> Finding:
        """Return a finding of a model file, which has the sentence alone."""
        found = cls(code, columns=columns, serious=serious)
        object.__setattr__(found, "said", Message(code, {}, (message, "")))
        return found

    @property
    def code(self) -> str:
        """``LLnnn``."""
        return self.said.code

    @property
    def message(self) -> str:
        """The sentence, in the language of the context."""
        return self.said.text()

    @property
    def hint(self) -> str:
        """What to do about it; empty for most."""
        return self.said.hint()


def warning_class(finding: Finding) -> type[LoglikWarning]:
    """The warning that a finding becomes in Python.

    Examples
    --------
    >>> warning_class(Finding("LL302.criteria")).__name__
    'InferenceWarning'
    """
    if finding.code == "LL206":
        return UndecidedWarning
    if finding.serious:
        return NotConvergedWarning
    if finding.code == "LL243":
        return SeparationWarning
    return {"LL1": DataWarning, "LL3": InferenceWarning, "LL5": DataWarning}.get(finding.code[:3], CollinearityWarning)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant, if one is near; templates ask for it with ``{name:similar}``.

    Examples
    --------
    >>> nearest("spceies", ["species", "sepal_length"])
    'species'
    >>> nearest("weight", ["species", "sepal_length"])
    """
    candidates = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), candidates, n=1, cutoff=0.6)
    return candidates[near[0]] if near else None
