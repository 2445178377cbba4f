"""A derivation as HTML with MathML: a page of its own, or a fragment. Both are well-formed XML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from loglik.derive.show.mathml import mathml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.derive.expressions import Expr
    from loglik.derive.show.lesson import Lesson, LessonPart, LessonStep, Phrase

_STYLE = """
:root { color-scheme: light dark; --line: #8886; --soft: #777; --accent: #2a6f97; }
body { font: 1rem/1.6 system-ui, "Noto Sans JP", "Hiragino Sans", sans-serif; max-width: 60rem; margin: 2rem auto;
       padding: 0 1rem; }
math { font-size: 1.12em; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; border-bottom: 1px solid var(--line); }
ol.steps { list-style: none; padding: 0; counter-reset: step; }
ol.steps li { padding: .5rem 0 .5rem 2.6rem; position: relative; border-bottom: 1px dotted var(--line); }
ol.steps li.step::before { counter-increment: step; content: counter(step); position: absolute; left: 0; top: .8rem;
       color: var(--soft); font-size: .85rem; width: 1.8rem; text-align: right; }
.term { overflow-x: auto; } .term math { text-align: left; margin: 0; display: block math; width: max-content; }
.why { color: var(--soft); font-size: .92rem; margin: .15rem 0 0; } .why b { color: var(--accent); font-weight: 600; }
.remark { color: #b00020; } dt { font-weight: 600; } dd { margin: 0 0 .4rem 1.5rem; }
"""


def page(lesson: Lesson) -> str:
    """A page of its own, with nothing fetched from anywhere."""
    return pages([lesson])


def pages(lessons: Sequence[Lesson]) -> str:
    """Several derivations on one page."""
    first = lessons[0]
    body = "\n".join(map(section, lessons))
    return (
        f'<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" lang="{first.language}">\n'
        f'<head>\n<meta charset="utf-8"/>\n<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
        f"<title>{escape(first.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def section(lesson: Lesson) -> str:
    """The derivation as one ``section`` element."""
    words = lesson.words

    def inline(e: Expr) -> str:
        return mathml(e, lesson.natural, block=False)

    def item(e: Expr, why: str) -> str:
        return f"<dt>{inline(e)}</dt><dd>{escape(why)}</dd>"

    pieces = [f"<h1>{escape(lesson.title)}</h1>", *([f"<p>{escape(lesson.says)}</p>"] if lesson.says else [])]
    if lesson.assumptions:
        items = "".join(
            f"<dt>{filled(phrase, inline)}</dt>" + (f"<dd>{escape(reason)}</dd>" if reason else "<dd></dd>")
            for phrase, reason in lesson.assumptions
        )
        pieces.append(f"<h2>{words['assumptions']}</h2><dl>{items}</dl>")
    if lesson.given:
        pieces.append(f"<h2>{words['given']}</h2><dl>{''.join(item(e, why) for e, why in lesson.given)}</dl>")
    pieces += [_part(part, lesson) for part in lesson.parts]
    if lesson.shown < lesson.total:
        pieces.append(f"<p>{escape(words['more'].format(lesson.shown, lesson.total))}</p>")
    if lesson.proves:
        claims = "".join(f'<p class="term">{filled(claim, inline)}</p>' for claim in lesson.proves)
        pieces.append(f"<h2>{words['proves']}</h2>{claims}")
    pieces.append(f"<p>{escape(lesson.verdict)}</p>")
    if lesson.example:
        values = ", ".join(f"{inline(e)} = {escape(value)}" for e, value in lesson.example.values)
        pieces.append(
            f"<h2>{words['example']}</h2><p>{values}</p>"
            f'<div class="term">{mathml(lesson.example.statement, lesson.natural)}</div>'
            f"<p>{words['left']} {escape(lesson.example.left)}, {words['right']} {escape(lesson.example.right)}</p>"
        )
    if lesson.used_by:
        pieces.append(f"<h2>{words['used_by']}</h2><p>{escape(', '.join(lesson.used_by))}</p>")
    if lesson.computed_by:
        pieces.append(f"<h2>{words['computed_by']}</h2><p>{escape(', '.join(lesson.computed_by))}</p>")
    return f'<section lang="{lesson.language}">\n' + "\n".join(pieces) + "\n</section>"


def _part(part: LessonPart, lesson: Lesson) -> str:
    heading = f"<h2>{escape(part.heading)}</h2>" if part.heading else f"<h2>{lesson.words['derivation']}</h2>"
    given = "".join(f"<dt>{mathml(e, lesson.natural, block=False)}</dt><dd>{escape(why)}</dd>" for e, why in part.given)
    reason = f'<p class="why">{escape(part.reason)}</p>' if part.reason and not part.given else ""
    start = f'<li><div class="term">{mathml(part.start, lesson.natural)}</div>{reason}</li>'
    steps = "".join(_step(step, lesson) for step in part.steps)
    return f'{heading}{f"<dl>{given}</dl>" if given else ""}<ol class="steps">{start}{steps}</ol>'


def _step(step: LessonStep, lesson: Lesson) -> str:
    def inline(e: Expr) -> str:
        return mathml(e, lesson.natural, block=False)

    japanese = lesson.language == "ja"
    why = f"<b>{escape(step.rule_name)}</b>" + (
        f"{':' if japanese else '. '}{escape(step.explanation)}" if step.explanation else ""
    )
    why += "".join(f"<br/>{inline(before)} → {inline(after)}" for before, after in step.places)
    if step.conditions:
        between = "、" if japanese else ", "
        said = between.join(filled(phrase, inline) for phrase in step.conditions)
        why += f"<br/>{lesson.words['conditions']}{':' if japanese else ' '}{said}"
    remark = f'<p class="remark">{escape(step.remark)}</p>' if step.remark else ""
    term = mathml(step.term, lesson.natural, before=step.relation)
    return f'<li class="step"><div class="term">{term}</div><p class="why">{why}</p>{remark}</li>'


def filled(phrase: Phrase, inline: object) -> str:
    """A sentence with its formulas, the words escaped and the formulas not."""
    words = escape(phrase.template).replace("&gt;=", "≥").replace("&lt;=", "≤").replace("!=", "≠")
    return words.format(*(inline(e) for e in phrase.formulas))  # type: ignore[operator]
