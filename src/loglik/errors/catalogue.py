"""The catalogue behind ``loglik explain CODE``: what each code means and what to do about it, in two languages.

The texts are in `texts_en` and `texts_ja`; examples and follow-up commands are code, and the same in every language.
"""

from __future__ import annotations

from dataclasses import dataclass
from inspect import cleandoc
from typing import Literal

Language = Literal["en", "ja"]

_JAPANESE_PUNCTUATION = "、。，．（）「」『』・：；"


@dataclass(frozen=True)
class Explanation:
    """What a code means, in one language.

    Texts hold paragraphs with an empty line between them; a paragraph is one line, and lines that begin with four
    spaces are formulas, to be shown as they are.

    Parameters
    ----------
    code : str
        ``LLnnn``.
    title : str
        One short line.
    meaning : str
        What happened, and why it matters.
    what_to_do : str
        Options and arguments that help.
    example : str
        A command line or Python lines that give the code; empty for a few codes.
    next_command : str
        A command line that is useful next.
    """

    code: str
    title: str
    meaning: str
    what_to_do: str
    example: str
    next_command: str


def codes() -> tuple[str, ...]:
    """All codes that are explained, in order."""
    return tuple(sorted(EXAMPLES))


def explanation(code: str, language: Language = "en") -> Explanation:
    """Look up a code.

    Raises
    ------
    KeyError
        No such code.

    Examples
    --------
    >>> explanation("LL204").title
    'A column is constant and was left out'
    """
    text = _texts(language)[code]
    return Explanation(
        code,
        text["title"],
        unfold(text["meaning"]),
        unfold(text["what_to_do"]),
        cleandoc(EXAMPLES[code]),
        NEXT.get(code, "loglik explain"),
    )


def labels(language: Language = "en") -> dict[str, str]:
    """Headings around the texts."""
    if language == "ja":
        from loglik.errors import texts_ja

        return texts_ja.LABELS
    from loglik.errors import texts_en

    return texts_en.LABELS


def _texts(language: Language) -> dict[str, dict[str, str]]:
    if language == "ja":
        from loglik.errors import texts_ja

        return texts_ja.TEXTS
    from loglik.errors import texts_en

    return texts_en.TEXTS


def unfold(text: str) -> str:
    r"""Join the lines of each paragraph; formulas (indented lines) stay lines of their own.

    Lines are joined with a space, but with none between Japanese characters or beside Japanese punctuation.

    Examples
    --------
    >>> unfold("one\ntwo\n    x = 1\nthree")
    'one two\n    x = 1\nthree'
    >>> unfold("尤度は\n単調に増加する")
    '尤度は単調に増加する'
    """
    lines: list[str] = []
    for line in cleandoc(text).split("\n"):
        previous = lines[-1] if lines else ""
        if not line or not previous or line.startswith(" ") or previous.startswith(" "):
            lines.append(line)
        else:
            ends = previous[-1], line[0]
            japanese = not any(c.isascii() for c in ends) or any(c in _JAPANESE_PUNCTUATION for c in ends)
            lines[-1] = f"{previous}{'' if japanese else ' '}{line}"
    return "\n".join(lines)


_SEPARABLE = r"printf 'y,x\n0,1\n0,2\n1,3\n1,4\n' | loglik fit - --target y"
_OVERLAPPING = r"printf 'y,x\n0,1\n1,2\n0,3\n1,4\n' | loglik fit - --target y"

EXAMPLES: dict[str, str] = {
    "LL100": "loglik fit data.csv",
    "LL101": "loglik fit no-such-file.csv --target y",
    "LL102": r"printf 'y,x\n' | loglik fit - --target y",
    "LL103": r"printf 'species,x\na,1\nb,2\n' | loglik fit - --target spceies",
    "LL104": r"printf 'y,x\n0,1\n1,2,3\n' | loglik fit - --target y",
    "LL105": "loglik predict model.json data.csv -o predictions.xlsx",
    "LL106": r"printf 'y,day\n0,2024-01-01\n1,2024-01-02\n' | loglik fit - --target y",
    "LL107": r"printf 'y,x\n0,1\n1,NA\n' | loglik fit - --target y --missing error",
    "LL108": r"printf 'y,x\n0,NA\n1,NA\n' | loglik fit - --target y",
    "LL109": r"printf 'y,x\n0,1\n1,inf\n' | loglik fit - --target y",
    "LL110": r"printf 'y,x\n1,1\n1,2\n' | loglik fit - --target y",
    "LL111": r"printf 'y,x\n1.2,1\n3.4,2\n5.6,3\n' | loglik fit - --target y",
    "LL112": r"printf 'y,x\nno,1\nyes,2\n' | loglik fit - --target y --positive yse",
    "LL113": r"printf 'y,x\na,1\nb,2\nc,3\n' | loglik fit - --target y --positive a",
    "LL114": r"printf 'y,x,w\n0,1,1\n1,2,-1\n' | loglik fit - --target y --weights w",
    "LL115": r"printf 'y,x,w\n0,1,1\n1,2,1.5\n' | loglik fit - --target y --weights w",
    "LL116": r"printf 'y,x,o\n0,1,low\n1,2,high\n' | loglik fit - --target y --offset o",
    "LL117": r"printf 'y,x,X\n0,1,1\n1,2,2\n' | loglik fit - --target y",
    "LL118": "loglik fit data.csv --target y --alpha=-1",
    "LL119": r"printf 'y,x\n0,1\n1,2\n' | loglik fit - --target y --exclude x",
    "LL120": r"""printf '{"y": 0, "x": [1]}\n{"y": 1, "x": [2]}\n' | loglik fit - --target y""",
    "LL121": "loglik fit data.csv --target y -o no-such-directory/model.json",
    "LL122": "loglik fit two-tables.duckdb --target y",
    "LL123": """
        import loglik
        loglik.fit_classifier([[0, 1.5], [1, 2.5]], "y")
        """,
    "LL124": """
        import loglik, pandas as pd
        rows = pd.DataFrame({"y": [0, 1, 0, 1, 1, 0], "g": list("aaabbb")})
        loglik.fit_classifier(rows, "y").predict(pd.DataFrame({"g": ["c"]}))
        """,
    "LL125": """
        import loglik, pandas as pd
        rows = pd.DataFrame({"y": [0, 1] * 50, "name": [f"customer {i}" for i in range(100)]})
        loglik.fit_classifier(rows, "y")
        """,
    "LL126": r"printf 'y,x\n0,1\n1,2\n0,3\n1,4\n0,5\n1,6\n0,7\n1,8\n0,9\n1,9\n0,9\n1,9 cm\n' | loglik fit - --target y",
    "LL127": """
        import loglik, pandas as pd
        rows = pd.DataFrame({"y": [0, 1, 0, 1], "x": [1.0, 2.0, 3.0, 4.0]})
        loglik.fit_classifier(rows, "y").predict(pd.DataFrame({"x": ["low", "high"]}))
        """,
    "LL128": """
        from loglik import LogisticRegression
        LogisticRegression().fit([[1.0], [2.0], [3.0], [4.0]], [0, 1, 0, 1], offset=[0.5, 0.5])
        """,
    "LL129": r"printf 'x,y\n1e200,a\n2e200,b\n3e200,a\n4e200,b\n' | loglik fit - --target y",
    "LL131": "loglik predict data.csv data.csv",
    "LL132": """printf '{"schema": "loglik.model/1", ' > cut.json; loglik predict cut.json data.csv""",
    "LL133": """printf '{"schema": "loglik.model/99"}' > newer.json; loglik predict newer.json data.csv""",
    "LL140": """
        from loglik.losses import cross_entropy
        cross_entropy(probs=[[1.2, -0.2]], labels=[0])
        """,
    "LL141": """
        from loglik.losses import cross_entropy
        cross_entropy(probs=[[0.5, 0.4]], labels=[0])
        """,
    "LL142": """
        from loglik.losses import cross_entropy
        cross_entropy(logits=[[]], labels=[0])
        """,
    "LL143": """
        from loglik.losses import cross_entropy
        cross_entropy(logits=[[0.0, 1.0]], labels=[2])
        """,
    "LL144": """
        from loglik.losses import cross_entropy
        cross_entropy(logits=[[0.0, float('nan')]], labels=[0])
        """,
    "LL145": """
        from loglik.losses import cross_entropy
        cross_entropy(logits=[[0.0, 1.0]], labels=[-1], ignore_index=-1)
        """,
    "LL146": """
        from loglik.losses import cross_entropy
        cross_entropy(logits=[[0.0, 1.0]], probs=[[0.5, 0.5]], labels=[0])
        """,
    "LL147": """
        from loglik.losses import cross_entropy
        cross_entropy(logits=[[0.0, 1.0]], labels=[0, 1])
        """,
    "LL148": """
        from loglik.losses import cross_entropy
        cross_entropy(probs=[[0.5, 0.5], [0.0, 1.0]], labels=[0, 0], infinite="refuse")
        """,
    "LL150": "loglik dice 3 5 2.5 4 1 5",
    "LL151": "loglik coin 9007199254740993 0",
    "LL152": """
        from loglik import Categorical
        Categorical.from_counts([0, 0, 0, 0, 0, 0]).mle()
        """,
    "LL153": "loglik dice 3 5 2 --p0 0.5,0.3,0.1",
    "LL154": "loglik dice --throws 1,3,7",
    "LL155": """
        from loglik import Categorical
        Categorical.from_samples([[0, 1, 0], [0, 1, 1]])
        """,
    "LL156": "loglik dice 300 500 200 400 100 500",
    "LL160": """
        from loglik.derive import parse
        parse("log(x, a")
        """,
    "LL161": """
        from loglik.derive import parse
        parse("x(y + z)")
        """,
    "LL162": """
        from loglik.derive import parse
        parse("(" * 200 + "x" + ")" * 200)
        """,
    "LL163": "loglik derive log-derivativ",
    "LL164": """
        from loglik.derive import parse
        from loglik.derive.expressions import substitute
        substitute(parse("d/dx (x*y)"), {"y": parse("x")})
        """,
    "LL165": r"printf 'y;x\n0;0,5\n1;1,5\n0;0,5\n1;0,5\n0;1,5\n' | loglik fit - --target y",
    "LL166": (
        r"printf 'y,id\n0,9007199254740993\n1,29007199254740993\n0,39007199254740993\n1,49007199254740993\n' | "
        "loglik fit - --target y"
    ),
    "LL167": """
        from loglik import LogisticRegression
        x, y = [[1.0], [2.0], [3.0], [4.0]], [0, 1, 0, 1]
        LogisticRegression().fit(x, y, offset=[0.5, 0.5, 0.0, 0.0]).predict(x)
        """,
    "LL168": "",
    "LL169": "",
    "LL185": r"printf 'mine\nsymbols x: positive\n    log(x^2)\n' | loglik derive - --check",
    "LL186": (r"printf 'one\n    x\n  = x  two\ntwo\n    x\n  = x  one\n' | loglik derive - --check"),
    "LL187": """
        from loglik.derive import parse
        parse("x\uff0by")
        """,
    "LL188": r"printf 'mine\nsymbols x: positive; x: real\n    x\n  = x\n' | loglik derive - --check",
    "LL189": """
        from loglik.derive.model import derivation
        derivation("mine", symbols={"x": "real"}, parts={"main": {"steps": ("x", ("=", "x"))}}, proves=(), example={})
        """,
    "LL198": "",
    "LL199": "",
    "LL201": _SEPARABLE,
    "LL202": r"printf 'y,a,b,total\n0,1,2,3\n1,2,1,3\n0,3,5,8\n1,4,2,6\n1,1,3,4\n0,2,2,4\n' | loglik fit - --target y",
    "LL203": f"{_OVERLAPPING} --max-iter 1",
    "LL204": r"printf 'y,x,year\n0,1,2024\n1,2,2024\n0,3,2024\n1,4,2024\n' | loglik fit - --target y",
    "LL210": (
        r"printf 'y,a,b\n0,1,1.0000000000001\n1,2,2\n0,3,3.0000000000001\n1,4,4\n1,1.5,1.5\n0,2.5,2.5\n0,2,2\n' | "
        "loglik fit - --target y"
    ),
    "LL211": (
        r"printf 'y,a,b\n0,1,1.0000000001\n1,2,2\n0,3,3\n1,4,4.0000000001\n1,1,1\n' | "
        "loglik fit - --target y --solver gd"
    ),
    "LL212": (
        r"printf 'y,t\n0,1000000000001\n1,1000000000002\n0,1000000000003\n1,1000000000004\n' | "
        "loglik fit - --target y"
    ),
    "LL213": """
        from loglik import LogisticRegression
        LogisticRegression(fit_intercept=False).fit([[0.0], [0.0], [0.0]], [0, 1, 0])
        """,
    "LL214": (
        r"printf 'y,x\n0,1\n0,2\n1,3\n0,3.0000000000001\n1,4\n1,5\n' | "
        "loglik fit - --target y"
    ),
    "LL301": f"{_OVERLAPPING} --alpha 0.1",
    "LL302": (
        r"printf 'y,x,w\n0,1,2\n1,2,1.5\n0,3,1\n1,4,2.5\n' | "
        "loglik fit - --target y --weights w --weight-kind sampling"
    ),
    "LL206": "",
    "LL303": "",
    "LL304": """
        from loglik import LogisticRegression
        x, y = [[1.0], [2.0], [3.0], [4.0]], [0, 1, 0, 1]
        print(LogisticRegression().fit(x, y, sample_weight=[2.0, 1.5, 1.0, 2.5]).summary())
        """,
    "LL305": "",
}
"""Input that gives each code: command lines, or Python where it begins with an import."""

NEXT: dict[str, str] = {
    "LL100": "loglik --help",
    "LL106": "loglik fit DATA --target COL --exclude DATE_COL",
    "LL107": "loglik fit DATA --target COL --missing drop",
    "LL113": "loglik fit DATA --target COL --reference CLASS",
    "LL115": "loglik fit DATA --target COL --weights W --weight-kind sampling",
    "LL118": "loglik fit --help",
    "LL122": "loglik fit DATA --target COL --table NAME",
    "LL124": "loglik fit DATA --target COL --min-count 20 -o model.json",
    "LL125": "loglik fit DATA --target COL --exclude ID_COL",
    "LL126": "loglik fit DATA --target COL --categorical MIXED_COL",
    "LL131": "loglik fit DATA --target COL -o model.json",
    "LL132": "loglik fit DATA --target COL -o model.json",
    "LL133": "loglik --version",
    "LL148": """
        from loglik.losses import cross_entropy
        cross_entropy(probs=[[0.5, 0.5], [0.0, 1.0]], labels=[0, 0], infinite="refuse")
        """,
    "LL150": "loglik dice 3 5 2 4 1 5",
    "LL152": "loglik dice 0 0 0 0 0 0",
    "LL153": "loglik dice 3 5 2 --p0 0.5,0.3,0.2",
    "LL154": "loglik dice --throws 1,3,7 --faces 20",
    "LL156": "loglik dice 3 5 2 4 1 5",
    "LL165": "loglik fit DATA --target COL --decimal ,",
    "LL166": "loglik fit DATA --target COL --categorical ID_COL",
    "LL167": "loglik fit DATA --target COL --offset OFFSET_COL -o model.json",
    "LL169": "loglik fit DATA --target COL -o model.json",
    "LL185": "loglik derive FILE --check",
    "LL186": "loglik derive FILE --check",
    "LL187": "loglik derive FILE --check",
    "LL188": "loglik derive FILE --check",
    "LL189": "loglik derive FILE --check",
    "LL199": "LOGLIK_DEBUG=1 loglik COMMAND ...",
    "LL201": "loglik fit DATA --target COL --alpha 0.01",
    "LL202": "loglik fit DATA --target COL --exclude REPEATED_COL",
    "LL203": "loglik fit DATA --target COL --max-iter 1000",
    "LL301": "loglik fit DATA --target COL --alpha 0",
    "LL302": "loglik explain LL304",
    "LL206": "loglik fit DATA --target COL --alpha 0.01",
    "LL210": "loglik fit DATA --target COL --exclude REPEATED_COL",
    "LL211": "loglik fit DATA --target COL --alpha 0.01",
    "LL303": "loglik fit DATA --target COL --min-count 100",
    "LL304": "loglik fit DATA --target COL --weights W --weight-kind sampling",
    "LL305": """
        from loglik import LogisticRegression
        LogisticRegression(inference=True)
        """,
}
"""Command lines that are useful next; the list of codes where there is none better."""
