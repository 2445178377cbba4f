"""Practice in a terminal: lines come in, what is said of them goes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from loglik.derive.show.text import RELATIONS, text
from loglik.errors import DataError
from loglik.practice.answer import Answer, answer
from loglik.practice.exercise import exercises
from loglik.practice.hints import hints_at, next_step
from loglik.practice.progress import note_worked, worked_parts
from loglik.texts import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from loglik.derive.expressions import Expr
    from loglik.derive.model import Derivation
    from loglik.practice.exercise import Exercise
    from loglik.texts import Language

HINT, BACK, SHOW = "?", "<", "!"


@dataclass(frozen=True)
class Worked:
    """What came of it: what was said of each line, and how many parts were worked to their goal."""

    given: tuple[Answer, ...]
    complete: int


@dataclass
class _Work:
    """A part that is being worked: the lines so far, and which of them the reader wrote."""

    exercise: Exercise
    taken: list[tuple[str, Expr, bool]] = field(default_factory=list)  # relation, term, whether the reader wrote it
    given: int = 0  # lines that were there from the start
    hinted: int = 0

    @property
    def lines(self) -> list[str]:
        return [f"{relation} {term}" for relation, term, _ in self.taken]

    @property
    def own(self) -> int:
        return sum(own for _, _, own in self.taken)

    @property
    def before(self) -> Expr:
        return self.taken[-1][1] if self.taken else self.exercise.start

    @property
    def at_the_end(self) -> bool:
        return bool(self.taken) and self.exercise.place_of(self.before) == len(self.exercise.lines)

    def take(self, relation: str, term: Expr, *, own: bool = False) -> None:
        self.taken.append((relation, term, own))
        self.hinted = 0


def practise(
    derivation: Derivation,
    typed: Iterable[str],
    tell: Callable[[str], None],
    language: Language,
    *,
    every: int | None = None,
) -> Worked:
    """Work a derivation: all lines, or those that are left out.

    Parameters
    ----------
    derivation : Derivation
        What is worked.
    typed : iterable of str
        What the reader types, line after line; an empty line or the end stops.
    tell : callable
        Takes what is said, line after line.
    language : {"en", "ja"}
        Language of the words.
    every : int, optional
        Leave out every so many-th line, and show the others; by default the reader writes all of them.

    Returns
    -------
    Worked
        What was said of each line, and how many parts reached their goal.
    """
    said, found = words("practice", language), list[Answer]()
    parts, lines = exercises(derivation), iter(typed)
    before = worked_parts(derivation.name) & {each.part for each in parts}
    if before:
        tell(said["worked_before"].format(parts=len(before), total=len(parts)))
    own = total = 0
    for number, each in enumerate(parts, start=1):
        _open(each, number, len(parts), tell, language)
        work = _Work(each)
        reached = _kept(
            _gaps(work, lines, tell, language, every) if every else _forwards(work, lines, tell, language), found
        )
        own, total = own + work.own, total + len(work.taken) - work.given
        if not reached:
            tell(said["not_done"].format(number=len(work.lines) + 1, name=derivation.name))
            return Worked(tuple(found), number - 1)
        note_worked(derivation.name, each.part)
    tell(said["done"].format(worked=own, total=total))
    tell(said["read_it"].format(name=derivation.name))
    return Worked(tuple(found), len(parts))


def _kept(steps: Iterator[Answer | bool], found: list[Answer]) -> bool:
    """Keep the answers; the last value says whether the goal was reached."""
    reached = False
    for each in steps:
        if isinstance(each, Answer):
            found.append(each)
        else:
            reached = each
    return reached


def _open(each: Exercise, number: int, total: int, tell: Callable[[str], None], language: Language) -> None:
    said, natural = words("practice", language), each.derivation.natural
    tell("")
    tell(said["part"].format(number=number, total=total, title=each.title(language)))
    for given in (*each.derivation.given.values(), *each.work.given.values()):
        tell("  " + said["given"].format(relation=text(given.relation, natural)))
    tell("  " + said["start"].format(term=text(each.start, natural)))
    tell("  " + said["goal"].format(term=f"{RELATIONS[each.relation]} {text(each.goal, natural)}"))
    tell("  " + said["how"].format(line=f"{each.lines[-1].relation} {each.goal}"))


def _forwards(
    work: _Work, lines: Iterator[str], tell: Callable[[str], None], language: Language
) -> Iterator[Answer | bool]:
    """Until the goal is reached, or the reader stops."""
    for line in lines:
        if not line.strip():
            break
        if _told(work, line.strip(), tell, language):
            if work.at_the_end:  # shown
                break
            continue
        found = _answered(work, line, tell, language)
        if found is None:
            continue
        yield found
        if found.accepted:
            work.take(found.relation, found.term, own=True)
        if found.complete:
            break
    yield work.at_the_end


def _gaps(
    work: _Work, lines: Iterator[str], tell: Callable[[str], None], language: Language, every: int
) -> Iterator[Answer | bool]:
    """The lines of the derivation, and the reader's in the place of those that are left out."""
    said, natural = words("practice", language), work.exercise.derivation.natural
    missing = work.exercise.left_out(every)
    for number, step in enumerate(work.exercise.lines, start=1):
        if number not in missing:
            tell(f"  {RELATIONS[step.relation]} {text(step.term, natural)}")
            work.take(step.relation, step.term)
            work.given += 1
            continue
        tell("  " + said["fill"].format(number=number))
        filled = False
        for line in lines:
            if not line.strip():
                break
            if line.strip() == SHOW:
                _shown(work, tell, language)
                filled = True
                break
            if _told(work, line.strip(), tell, language):
                continue
            found = _answered(work, line, tell, language)
            if found is None:
                continue
            yield found
            if found.accepted:
                work.take(step.relation, step.term, own=True)
                filled = True
                break
        if not filled:
            yield False
            return
    yield True


def _answered(work: _Work, line: str, tell: Callable[[str], None], language: Language) -> Answer | None:
    try:
        found = answer(work.exercise.derivation, work.exercise.part, work.lines, line)
    except DataError as error:
        tell(f"  {error}")
        return None
    natural = work.exercise.derivation.natural
    tell(f"  {RELATIONS[found.relation]} {text(found.term, natural)}")
    tell(f"    {found.says(language)}")
    for step in found.steps if found.verdict == "bigger" else ():
        tell(f"      {RELATIONS[step.relation]} {text(step.term, natural)}")
    return found


def _told(work: _Work, line: str, tell: Callable[[str], None], language: Language) -> bool:
    """Whether a line was a command, which is done then."""
    said = words("practice", language)
    if line == HINT:
        three = hints_at(work.exercise, work.before, language)
        tell("  " + (three[work.hinted] if work.hinted < len(three) else said["no_more_hints"]))
        work.hinted += 1
    elif line == BACK:
        tell("  " + said["taken_back" if work.lines else "nothing_back"])
        del work.taken[-1:]
    elif line == SHOW:
        _shown(work, tell, language)
    else:
        return False
    return True


def _shown(work: _Work, tell: Callable[[str], None], language: Language) -> None:
    """Write the next line for the reader."""
    said = words("practice", language)
    step = next_step(work.exercise, work.before)
    if step is None:
        tell("  " + said["hint_back"])
        return
    work.take(step.relation, step.term)
    natural = work.exercise.derivation.natural
    tell("  " + said["shown"].format(line=f"{RELATIONS[step.relation]} {text(step.term, natural)}"))
