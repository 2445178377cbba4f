"""A teacher's course: a directory of chapters (``*.md``) and derivations (``*.txt``), checked as ours (docs/lab.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loglik.derive.catalogue import names as catalogue_names
from loglik.derive.own.check import check
from loglik.errors import DataError, LoglikError, nearest
from loglik.lab.page_texts import html, unreadable
from loglik.lab.walks import content
from loglik.texts import say
from loglik.texts.files import Document, parse, unfold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from loglik.derive.model import Derivation
    from loglik.derive.own.report import CheckedDerivation
    from loglik.texts import Language

#: What a chapter of a course may show: those of the lab.
INSTRUMENTS = ("logarithm", "dice", "cross-entropy", "logistic", "classes", "data")
_TEXTS = ("title", "question", "answers", "because")
_KEYS = frozenset({*_TEXTS, *(f"{key}-ja" for key in _TEXTS), "shows", "derivations", "right"})
_MOST_FILES, _MOST_BYTES = 200, 200_000


@dataclass(frozen=True)
class Chapter:
    """One chapter.

    Parameters
    ----------
    name : str
        Of its file, without the ending.
    texts : mapping of str to dict
        By language: title, paragraphs, question, answers and the reason, as HTML.
    shows : str
        Which instrument of the lab, and its state, as in the address of the page; empty for none.
    derivations : sequence of str
        Names of derivations.
    right : int
        Place of the right answer; -1 without a question.
    """

    name: str
    texts: Mapping[Language, Mapping[str, Any]]
    shows: str
    derivations: Sequence[str]
    right: int


@dataclass(frozen=True)
class Course:
    """Chapters and derivations of a folder, all read and checked; and in which file each derivation is."""

    folder: Path
    read: tuple[Chapter, ...]
    checked: Mapping[str, CheckedDerivation]
    files: Mapping[str, Path]

    def chapters(self, language: Language) -> list[dict[str, Any]]:
        """The chapters in a language."""
        return [
            {
                "name": c.name,
                "shows": c.shows,
                "derivations": list(c.derivations),
                "right": c.right,
                **c.texts[language],
            }
            for c in self.read
        ]

    def listed(self, language: Language) -> list[dict[str, Any]]:
        """Its derivations, as the catalogue lists its own."""
        lessons = [each.lesson(language) for each in self.checked.values()]
        return [{"name": each.name, "title": each.title, "uses": list(each.uses)} for each in lessons]

    def lesson(self, name: str, language: Language) -> dict[str, Any] | None:
        """A derivation of the course to walk; None if it has none of this name."""
        return content(self.checked[name].lesson(language)) if name in self.checked else None

    def derivation(self, name: str) -> Derivation | None:
        """A derivation of the course; None if it has none of this name."""
        return self.checked[name].derivation if name in self.checked else None

    def findings(self) -> list[str]:
        """What the teacher has to know: derivations that are not verified."""
        return [
            say("command", "lab_not_verified", path=self.files[name], line=line, name=name, reason=reason)
            for name, found in self.checked.items()
            if not found.verified
            for line, reason in [_fault(found)]
        ]


def _fault(found: CheckedDerivation) -> tuple[int, str]:
    """The first thing that is wrong with a derivation, and its line."""
    step = next((each for each in found.steps if not each.verdict.startswith("verified")), None)
    return (found.line, "; ".join(found.faults)) if step is None else (step.line, step.reason or step.verdict)


def read_course(folder: Path) -> Course:
    """Read and check a course.

    Raises
    ------
    DataError
        LL425 with the file, the line, and what is wrong there.
    """
    if not folder.is_dir():
        raise DataError("LL425.folder", path=str(folder))
    chapters = sorted(folder.glob("*.md"))
    written = sorted(folder.glob("*.txt"))
    if not chapters and not written:
        raise DataError("LL425.empty", path=str(folder))
    if len(chapters) + len(written) > _MOST_FILES:
        raise DataError("LL425.many", path=str(folder), most=_MOST_FILES)
    checked: dict[str, CheckedDerivation] = {}
    files: dict[str, Path] = {}
    for path in written:
        text = _read(path)
        try:
            derivations = check(text).derivations
        except LoglikError as error:
            raise DataError("LL425.text", path=path.name, said=error.said, file=path) from error
        for each in derivations:
            if each.name in checked or each.name in catalogue_names():
                raise DataError("LL425.twice", path=f"{path.name}:{each.line}", name=each.name)
            checked[each.name], files[each.name] = each, path
    return Course(folder, tuple(_chapter(path, checked) for path in chapters), checked, files)


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError("LL425.unreadable", path=path.name, why=getattr(error, "strerror", None) or error) from error
    if len(data) > _MOST_BYTES:
        raise DataError("LL425.long", path=path.name, most=_MOST_BYTES)
    return text.replace("\r\n", "\n") + "\n"


def _chapter(path: Path, own: Mapping[str, CheckedDerivation]) -> Chapter:
    text = _read(path)
    lines = _lines_of_keys(path, text)
    document = parse(text)
    front = document.front

    def at(key: str) -> str:
        return f"{path.name}:{lines.get(key, 1)}"

    if not front.get("title"):
        raise DataError("LL425.title", path=at("title"))
    wanted = [name.strip() for name in front.get("derivations", "").split(",") if name.strip()]
    known = {*own, *catalogue_names()}
    lost = next((name for name in wanted if name not in known), None)
    if lost is not None:
        raise DataError("LL425.derivation", path=at("derivations"), name=lost, near=nearest(lost, known))
    shows = front.get("shows", "")
    if shows and shows.partition("?")[0] not in INSTRUMENTS:
        raise DataError("LL425.shows", path=at("shows"), name=shows.partition("?")[0], known=list(INSTRUMENTS))
    answers = _split(front.get("answers", ""))
    right = front.get("right", "")
    if bool(answers) != bool(front.get("question")) or (answers and right not in map(str, range(1, len(answers) + 1))):
        raise DataError("LL425.question", path=at("right" if front.get("question") and answers else "question"))
    if len(_split(front.get("answers-ja", ""))) not in {0, len(answers)}:
        raise DataError("LL425.answers", path=at("answers-ja"), n=len(answers))
    texts: dict[Language, dict[str, Any]] = {
        "en": _texts(path, text, document, ""),
        "ja": _texts(path, text, document, "-ja"),
    }
    return Chapter(path.stem, texts, shows, tuple(wanted), int(right) - 1 if answers else -1)


def _lines_of_keys(path: Path, text: str) -> dict[str, int]:
    """In which line each key stands, where a chapter has the form of one."""
    lines = text.split("\n")
    if lines[0] != "---" or "---" not in lines[1:]:
        raise DataError("LL425.form", path=f"{path.name}:1")
    end = lines.index("---", 1)
    found: dict[str, int] = {}
    for number, line in enumerate(lines[1:end], start=2):
        if not line.strip() or line[0] in "# ":
            continue
        key, colon, _ = line.partition(":")
        where = f"{path.name}:{number}"
        if not colon or key in found:
            raise DataError("LL425.line", path=where, line=line[:80])
        if key not in _KEYS:
            raise DataError("LL425.key", path=where, name=key[:80], near=nearest(key, _KEYS))
        found[key] = number
    japanese = False
    for number, line in enumerate(lines[end:], start=end + 1):
        if line.startswith("## "):
            if japanese or line != "## ja":
                raise DataError("LL425.section", path=f"{path.name}:{number}", name=line[3:80])
            japanese = True
    return found


def _texts(path: Path, text: str, document: Document, ending: str) -> dict[str, Any]:
    """The words in one language; what is not there in Japanese is in English."""

    def of(key: str) -> str:
        return document.front.get(key + ending) or document.front.get(key, "")

    def shown(words: str) -> str:
        try:
            return html(words)
        except LoglikError as error:
            formula = r"\s+".join(map(re.escape, unreadable(words).split()))  # it may go on in the next line
            found = re.search(formula, text)
            line = 1 + text.count("\n", 0, found.start() if found else 0)
            raise DataError("LL425.formula", path=f"{path.name}:{line}", said=error.said) from error

    body = document.sections.get("ja", document.body) if ending else document.body
    return {
        "title": of("title"),
        "paragraphs": [shown(unfold(each)) for each in _paragraphs(body)],
        "question": shown(of("question")),
        "answers": [shown(each) for each in _split(of("answers"))],
        "because": shown(of("because")),
    }


def _split(text: str) -> list[str]:
    return [each.strip() for each in text.split("|") if each.strip()]


def _paragraphs(text: str) -> Iterator[str]:
    return (each.strip() for each in text.split("\n\n") if each.strip())
