"""What is said of domains, conditions and verdicts, and the headings, in Japanese."""

from __future__ import annotations

#: Domain: what it says of a symbol, and why it is assumed.
DOMAINS: dict[str, tuple[str, str]] = {
    "real": ("{0} は実数", ""),
    "nonzero": ("{0} は 0 でない", "この数で割るからである。"),
    "positive": ("{0} > 0", "対数は正の数に対してだけ定義されるからである。"),
    "nonnegative": ("{0} ≥ 0", "回数または重みだからである。"),
    "base": (
        "{0} > 0 かつ {0} ≠ 1",
        "実数乗を考えるには底が正でなければならず、1 は何乗しても 1 なので逆の演算が定まらないからである。",
    ),
    "probability": ("0 < {0} < 1", "確率であり、二つの対数がともに定義されなければならないからである。"),
    "unit": ("0 ≤ {0} ≤ 1", "ラベルであり、0 と 1 の間の値（ソフトラベル）も許すからである。"),
    "label": ("{0} は 0 または 1", "二つのクラスのどちらかを表すラベルだからである。"),
    "simplex": (
        "{0} の各成分は正で、総和は 1",
        "すべての結果の確率であり、その対数が定義されなければならないからである。",
    ),
    "distribution": (
        "{0} の各成分は負でなく、総和は 1",
        "標本のラベル（ソフトラベルまたはワンホット表現）だからである。",
    ),
    "onehot": ("{0} の成分は一つだけが 1、ほかは 0", "起こる結果は一つだけだからである。"),
    "integer": ("{0} は整数", ""),
    "size": ("{0} は 2 以上の整数", "結果、標本または特徴量の個数だからである。"),
    "index": ("{0} は添字", ""),
}

#: The predicates among the conditions.
CONDITIONS: dict[str, str] = {
    "free": "{0} は {1} を含まない",
    "differentiable": "{0} は {1} で微分可能である",
    "exists": "{0} が存在する",
    "in_range": "{0} は {1} 以上 {2} 以下である",
    "nonempty": "{0} は {1} 以下である",
    "simplex": "{0} は確率である",
    "whole": "{0} は整数である",
    "near": "{1} が {2} に近いとき {0}",
    "independent": "{0} の各成分は互いに独立に動く",
    "concave": "{0} の {1} による第 2 次導関数はどこでも正にならない",
}

#: Headings and single words.
WORDS: dict[str, str] = {
    "assumptions": "仮定",
    "given": "与えられた関係",
    "proves": "示されたこと",
    "uses": "用いる導出",
    "used_by": "この結果を用いる導出",
    "computed_by": "これを計算する関数・コマンド",
    "example": "数値例",
    "formulas": "式番号",
    "because": "理由",
    "rule": "規則",
    "no_rule": "規則なし",
    "conditions": "条件",
    "start": "出発点",
    "identity": "両辺は同じ式である。",
    "cited_part": "「{0}」の結果による",
    "cited_given": "与えられた関係による",
    "all_verified": "{0} 段階のすべてを検証した。",
    "some_verified": "{1} 段階のうち {0} 段階を検証した。",
    "more": "全 {1} 段階のうち {0} 段階を表示",
    "if": "{1} のとき {0}",
    "and": " かつ ",
    "left": "左辺",
    "right": "右辺",
    "derivation": "導出",
    "steps": "段階数",
    "total": "合計",
    "verified": "検証済み",
    "supported": "数値的に支持",
    "refuted": "反証",
    "conditional": "条件付き",
    "not decided": "判定できない",
    "supported_at": "{0} 点で成り立つが、証明されてはいない：{1}",
    "refuted_at": "次の点で成り立たない：{0}",
    "conditional_on": "次の条件のもとで成り立つ：{0}",
    "not_decided_why": "判定できない：{0}",
}
