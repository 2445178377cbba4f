"""What the report on a file says, in both languages."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "derivation": "Derivation {0}",
        "lemma": "Lemma {0}",
        "found": " found",
        "no_rule": "no rule found",
        "none_found": "no rule was found that gives this term",
        "points": "{0} points",
        "add": "add {0}    (write: {1})",
        "missing": "{0}; add {1}",
        "undeclared": "Not declared, so any real number: {0}",
        "all_verified": "Verified: all {1} steps.",
        "not_verified": "Not verified: {0} of {1} steps are.",
        "lemma_open": "it rests on {0}, which is not verified",
        "no_points": (
            "No values were found that satisfy all that is given: say some (solution NAME = VALUE), or it contradicts itself."
        ),
        "no_example": "The example cannot be computed: {0}",
    },
    "ja": {
        "derivation": "導出 {0}",
        "lemma": "補題 {0}",
        "found": "（探索により発見）",
        "no_rule": "規則が見つからない",
        "none_found": "この項を導く規則が見つからない",
        "points": "{0} 点",
        "add": "{0} を仮定に加える    （書き方：{1}）",
        "missing": "{0}。{1} を仮定に加える",
        "undeclared": "宣言がないため、任意の実数とみなした名前：{0}",
        "all_verified": "検証済み：{1} 段階のすべて。",
        "not_verified": "検証できなかった：{1} 段階のうち検証できたのは {0} 段階である。",
        "lemma_open": "検証されていない {0} に依存している",
        "no_points": (
            "与えられた関係のすべてを満たす値が見つからない。値を示す（solution NAME = VALUE）か、矛盾がないかを確かめる。"
        ),
        "no_example": "数値例を計算できない：{0}",
        "verified": "検証済み",
        "verified (no sample)": "検証済み（標本点なし）",
        "supported": "数値的に支持",
        "refuted": "反証",
        "conditional": "条件付き",
        "not decided": "判定できない",
    },
}
