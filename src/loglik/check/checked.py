"""Documents checked: the function that does it, and the result, which prints itself."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from loglik.check.judge.document import Limits, judge_all
from loglik.check.result import VERDICTS, FileResult
from loglik.errors import DataError
from loglik.texts import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loglik.check.baseline import Baseline
    from loglik.check.document import Format
    from loglik.check.result import Judgement, Verdict
    from loglik.texts import Language

FORMATS = ("markdown", "html", "latex", "notebook")
#: Bytes of a file that are read; the reader stops earlier at a number of characters.
MAX_BYTES = 50_000_000


@dataclass(frozen=True)
class Checked:
    """What was found in some documents; in a notebook it shows itself.

    Parameters
    ----------
    files : tuple of FileResult
        The documents, in the order in which they were given.
    language : {"en", "ja"}
        Language of the reports.
    """

    files: tuple[FileResult, ...]
    language: Language = "en"

    @property
    def judgements(self) -> tuple[Judgement, ...]:
        """One for each relation of all files."""
        return tuple(each for file in self.files for each in file.judgements)

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many relations have each verdict."""
        found = Counter(each.verdict for each in self.judgements)
        return {verdict: found[verdict] for verdict in VERDICTS}

    @property
    def failed(self) -> bool:
        """Whether something is refuted or inconsistent."""
        return any(each.failed for each in self.files)

    def text(self) -> str:
        """The report for a terminal."""
        from loglik.check.report.terminal import report

        return report(self.files, self.language)

    def content(self) -> dict[str, Any]:
        """The ``loglik.check/1`` document."""
        from loglik.check.report.content import content

        return content(self.files, self.language)

    def json(self) -> str:
        """The ``loglik.check/1`` document as text."""
        return json.dumps(self.content(), ensure_ascii=False, indent=1)

    def sarif(self) -> dict[str, Any]:
        """The SARIF 2.1.0 log."""
        from loglik.check.report.sarif import report

        return report(self.files, self.language)

    def github(self) -> str:
        """Annotations for a GitHub workflow."""
        from loglik.check.report.github import report

        return report(self.files, self.language)

    def html(self) -> str:
        """A page of its own, with nothing fetched from anywhere."""
        from loglik.check.report.html import report

        return report(self.files, self.language)

    def without(self, baseline: Baseline) -> Checked:
        """The result without the findings that a baseline has."""
        return replace(self, files=tuple(baseline.left_out(each) for each in self.files))

    def _repr_html_(self) -> str:
        from loglik.check.report.html import fragment

        return fragment(self.files, self.language)

    def __str__(self) -> str:
        return self.text()


def check(
    path_or_text: str | PathLike[str],
    *,
    as_: str | None = None,
    lang: str = "en",
    assume: Mapping[str, str] | None = None,
    explain: bool = True,
) -> Checked:
    r"""Say for every formula of a document what it is worth.

    Parameters
    ----------
    path_or_text : str or path
        The name of a Markdown, HTML, LaTeX or notebook file, or the text itself. A str of one line that no file is called
        by is a text.
    as_ : {"markdown", "html", "latex", "notebook"}, optional
        How to read it; by default its ending says so, and a text is Markdown.
    lang : {"en", "ja"}
        Language of the reports.
    assume : mapping of str to str, optional
        What the text does not say of its names: ``{"t": "onehot"}``. The sets are those of `loglik.derive`.
    explain : bool
        Look for the named rules between the two sides of what holds. Without it, verdicts come at once, and what is not
        equal by arithmetic alone is at most ``supported``.

    Returns
    -------
    Checked
        With `judgements`, `counts` and the reports.

    Raises
    ------
    DataError
        LL101, LL401 to LL404: the document cannot be read. LL410: something asked for does not exist.

    Notes
    -----
    A relation is *refuted* only if it fails at two points in every way to read it, with the document's definitions put
    in and under every usual assumption that a text may leave unsaid, and if it is said to follow from something.

    Examples
    --------
    >>> found = check(r"Thus $$\log(b/c) = \frac{\log b}{\log c} = \log b - \log c$$ for b, c > 0.")
    >>> [each.verdict for each in found.judgements]
    ['refuted', 'refuted']
    """
    language = _language(lang)
    if isinstance(path_or_text, (str, PathLike)) is False:
        raise DataError("LL410.not-text", kind=type(path_or_text).__name__)
    data: bytes | str
    if isinstance(path_or_text, str) and not _is_file(path_or_text):
        data, name = path_or_text, "-"
    else:
        path = Path(path_or_text)
        data, name = read_bytes(path), str(path)
    return Checked((checked_file(data, name, as_=as_, assume=assume, explain=explain),), language)


def _language(lang: str) -> Language:
    if lang not in LANGUAGES:
        raise DataError("LL410.language", language=lang)
    return lang


def checked_file(
    data: bytes | str,
    name: str,
    *,
    as_: str | None = None,
    assume: Mapping[str, str] | None = None,
    explain: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> FileResult:
    """Check one document that is in memory.

    Parameters
    ----------
    data : bytes or str
        What is in it.
    name : str
        Its name in the reports; its ending says how it is read.
    as_, assume, explain
        See `check`.
    progress : callable, optional
        Told how many statements are done, and of how many.
    """
    from loglik.check.model import understand
    from loglik.check.readers import read

    if as_ is not None and as_ not in FORMATS:
        raise DataError("LL410.format", format=as_)
    document = read(data, name, cast("Format | None", as_))
    statements = understand(document, assume)
    limits = Limits() if explain else Limits(proof=0.0, proofs=0.0, edit=0.0, edits=0.0, slips=1.5)
    judgements, unfinished = judge_all(document, statements, limits, progress)
    return FileResult(document, judgements, unfinished)


def _is_file(text: str) -> bool:
    """Whether a text is meant as the name of a file: one line that ends as file names do, or that is one."""
    if "\n" in text or "$" in text or len(text) > 1000 or "\0" in text:
        return False
    try:
        return Path(text).suffix.lower() in _ENDINGS or Path(text).is_file()
    except OSError:  # no file can be called so
        return False


_ENDINGS = frozenset({".md", ".markdown", ".qmd", ".rmd", ".txt", ".html", ".htm", ".tex", ".ipynb"})


def read_bytes(path: Path) -> bytes:
    """The content of a file.

    Raises
    ------
    DataError
        LL101: it does not exist or cannot be read.
    """
    try:
        with path.open("rb") as file:  # a device may have no end
            return file.read(MAX_BYTES)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DataError("LL411.unreadable", path=str(path)[:200], reason=reason) from error


def display(path: str | PathLike[str], *, lang: str = "en") -> Checked | None:
    """Check a document and show the report where one works: below the cell of a notebook, or printed.

    Parameters
    ----------
    path : str or path
        The document, such as ``"notebook.ipynb"``.
    lang : {"en", "ja"}
        Language of the report.

    Returns
    -------
    Checked or None
        The result; None in a notebook, which would show it twice.
    """
    found = check(path, lang=lang)
    try:
        from IPython import get_ipython  # type: ignore[import-not-found]  # only in notebooks
        from IPython.display import HTML  # type: ignore[import-not-found]
        from IPython.display import display as show
    except ImportError:
        get_ipython = None
    if get_ipython is not None and get_ipython() is not None:
        show(HTML(found._repr_html_()))
        return None
    print(found.text())  # noqa: T201
    return found
