"""What the derivations are called and what they say, in Japanese; under their names."""

from __future__ import annotations

#: Name: title, and in one sentence what is shown.
TEXTS: dict[str, tuple[str, str]] = {
    "log-inverse": ("対数と累乗は互いに逆の演算である", "どちらの向きも、対数の定義から直ちに従う。"),
    "log-of-one": ("1 の対数", "底の 0 乗は 1 であるから、1 の対数は 0 である。"),
    "log-of-base": ("底自身の対数", "底の 1 乗は底自身であるから、その対数は 1 である。"),
    "log-product": ("積の対数", "二つの因数を底の累乗で書くと、積の指数は和になる。"),
    "log-quotient": ("商の対数", "二つの数を底の累乗で書くと、商の指数は差になる。"),
    "log-reciprocal": ("逆数の対数", "商の対数の公式で、分子を 1 とする。"),
    "log-power": ("累乗の対数", "累乗の底を、さらに a の累乗で書き表す。"),
    "change-of-base": ("底の変換公式", "ある底の対数は、別の底の対数二つの商で表される。"),
    "log-derivative": (
        "対数関数の微分",
        "平均変化率の極限から出発し、途中の式を一つも省かない。極限と対数の順序の交換も、条件を明記した一つの段階とする。",
    ),
    "natural-log-derivative": ("自然対数の微分", "底を e とすると、分母の log e が 1 になる。"),
    "exp-derivative": ("指数関数の微分", "指数関数の対数は x であり、その微分は 1 である。"),
    "log-tangent": ("対数関数は接線の下にある", "第 2 次導関数が負なので、グラフは接線より上に出ない。"),
    "log-below-line": ("log x は x − 1 以下である", "x = 1 での接線である。そこで対数の値は 0、傾きは 1 である。"),
    "log-of-range-product": (
        "総乗の対数",
        "数学的帰納法による。因数が一つのとき成り立ち、n 個で成り立てば n + 1 個でも成り立つ。",
    ),
    "dice-likelihood": (
        "さいころを繰り返し投げたときの尤度とその対数",
        "独立な試行の確率は掛け合わされる。同じ目をまとめて数え、対数をとると、積は和になる。",
    ),
    "one-throw": ("さいころを 1 回投げる場合", "ワンホット表現では、出た目の項だけが残る。"),
    "categorical-cross-entropy": (
        "K クラスの交差エントロピー",
        "対数尤度の符号を変えたものであり、負号は両辺に付く。一つの標本の場合と、N 個の標本の平均を導く。",
    ),
    "why-take-the-log": (
        "微分の前に対数をとる理由",
        "最大となる点も、微分が 0 になる点も変わらず、しかも微分が容易になる。",
    ),
    "dice-mle": (
        "最尤法による目の確率の推定",
        "制約のもとで微分が 0 になるとき、各目の確率は、その目の出た割合に等しい。",
    ),
    "dice-mle-is-maximum": (
        "停留点が最大点であること",
        "ほかのどの確率でも、対数尤度はこれを超えない。log x ≤ x − 1 による証明と、凹性による証明を示す。",
    ),
    "cross-entropy-is-entropy-plus-kl": (
        "交差エントロピーの分解",
        (
            "交差エントロピーは、エントロピーとカルバック・ライブラー情報量の和である。予測に依存するのは後者だけなので、"
            "一方を最小にすれば他方も最小になる。"
        ),
    ),
    "bernoulli-merge": (
        "二つの場合を一つの式にまとめる",
        "ラベルが 1 でも 0 でも、この累乗の積はそのラベルの確率になる。その対数は和になる。",
    ),
    "binary-cross-entropy": ("二値交差エントロピー", "独立な M 個の標本の、負の対数尤度の平均である。"),
    "binary-cross-entropy-derivative": ("二値交差エントロピーの微分", "一つの標本について、予測確率で微分する。"),
    "sigmoid-derivative": ("シグモイド関数の微分", "関数の値と、1 からその値を引いたものとの積になる。"),
    "cross-entropy-of-sigmoid": (
        "シグモイド関数の交差エントロピー",
        "合成関数の微分により分母が打ち消され、予測から正解を引いたものだけが残る。",
    ),
    "logistic-gradient": (
        "ロジスティック回帰の勾配",
        "各重みによる微分は、予測と正解の差に特徴量を掛けたものの平均である。",
    ),
    "logistic-hessian": (
        "ロジスティック回帰の第 2 次導関数",
        "特徴量と予測の分散だけで書かれ、正解ラベルは現れない。",
    ),
    "logistic-convexity": (
        "ロジスティック損失の凸性",
        "どの方向の第 2 次導関数も、正の重みをもつ 2 乗の平均である。",
    ),
    "softmax-derivative": ("ソフトマックス関数の微分", "商の微分によって導く。値の総和が 1 であることも示す。"),
    "softmax-cross-entropy-gradient": (
        "ソフトマックス交差エントロピーの勾配",
        "K クラスの場合にも、予測から正解を引いたものが残る。",
    ),
    "softmax-hessian": (
        "ソフトマックス交差エントロピーの第 2 次導関数",
        "どの方向の第 2 次導関数も分散の形になるので、損失は凸である。",
    ),
    "softmax-regression-gradient": (
        "ソフトマックス回帰の勾配",
        "一つの標本について重みで微分すると、どのクラスでも、予測と正解の差に特徴量を掛けたものになる。",
    ),
    "gradient-descent-step": (
        "勾配降下法の 1 ステップ",
        "勾配が 0 でない限り、勾配と逆の向きに進むと、損失は 1 次の近似で減少する。",
    ),
    "newton-step": (
        "ニュートン法の 1 ステップ",
        "損失の 2 次近似は、ヘッセ行列とステップの積が負の勾配に等しいところで停留する。",
    ),
}

#: (Derivation, part): heading, where a derivation has several parts.
PARTS: dict[tuple[str, str], str] = {
    ("log-inverse", "log-after-power"): "累乗の対数をとる",
    ("log-inverse", "power-after-log"): "対数を指数とする累乗",
    ("change-of-base", "product"): "積の形の関係式",
    ("change-of-base", "quotient"): "底 a の対数について解く",
    ("log-tangent", "second"): "第 2 次導関数は負である",
    ("log-tangent", "tangent"): "点 c での接線",
    ("log-of-range-product", "first"): "因数が一つの場合",
    ("log-of-range-product", "next"): "因数を一つ増やす",
    ("dice-likelihood", "likelihood"): "尤度",
    ("dice-likelihood", "logarithm"): "対数尤度",
    ("categorical-cross-entropy", "one"): "一つの標本",
    ("categorical-cross-entropy", "mean"): "N 個の標本の平均",
    ("why-take-the-log", "order"): "大小関係は変わらない",
    ("why-take-the-log", "slope"): "対数の微分",
    ("why-take-the-log", "zero"): "微分は同じ点で 0 になる",
    ("why-take-the-log", "easy"): "対数の微分は容易に求められる",
    ("dice-mle", "slope"): "ラグランジュ関数の微分",
    ("dice-mle", "proportional"): "微分が 0 になる点",
    ("dice-mle", "total"): "制約条件",
    ("dice-mle", "multiplier"): "未定乗数",
    ("dice-mle", "estimate"): "推定値",
    ("dice-mle-is-maximum", "line"): "第一の証明:log x ≤ x − 1 による",
    ("dice-mle-is-maximum", "concave"): "第二の証明:対数関数の凹性による",
    ("bernoulli-merge", "case-one"): "ラベルが 1 の場合",
    ("bernoulli-merge", "case-zero"): "ラベルが 0 の場合",
    ("bernoulli-merge", "logarithm"): "対数",
    ("sigmoid-derivative", "complement"): "1 から値を引いたもの",
    ("sigmoid-derivative", "derivative"): "微分",
    ("softmax-derivative", "derivative"): "微分",
    ("softmax-derivative", "total"): "総和",
    ("softmax-hessian", "second"): "第 2 次導関数",
    ("softmax-hessian", "variance"): "方向 v に沿って",
    ("softmax-regression-gradient", "loss"): "一つの標本の損失",
    ("softmax-regression-gradient", "gradient"): "重みによる微分",
    ("gradient-descent-step", "step"): "重みの更新",
    ("gradient-descent-step", "descent"): "損失の 1 次の変化",
    ("newton-step", "slope"): "2 次近似の微分",
    ("newton-step", "zero"): "微分が 0 になる点",
}

#: What is given beside the domains, under its name.
GIVEN: dict[str, str] = {
    "known": "n 個の因数について仮定し、n + 1 個の場合を示す。",
    "counts": "各目の出た回数である。",
    "one-hot": "ワンホット表現であり、出た目を 1、ほかの目を 0 とする。",
    "constraint": "確率の総和は 1 である。",
    "lagrange": (
        "ラグランジュの条件である。制約のもとで対数尤度が最大になる点では、ラグランジュ関数をどの確率で微分しても 0 になる。"
    ),
    "stationary": "停留点では微分が 0 になる。",
    "label": "ここで調べる場合である。",
    "sample": "各標本について、観測されたラベルの確率である。",
    "gradient": "ロジスティック損失の勾配である。",
    "step": "勾配と逆の向きに進めた、新しい重みである。",
    "symmetric": "微分の順序によらないので、ヘッセ行列は対称である。",
    "mean": "確率についての v の平均を c と書く。",
}

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
    "unit": ("0 ≤ {0} ≤ 1", "ラベルであり、0 と 1 の間の値(ソフトラベル)も許すからである。"),
    "label": ("{0} は 0 または 1", "二つのクラスのどちらかを表すラベルだからである。"),
    "simplex": (
        "{0} の各成分は正で、総和は 1",
        "すべての結果の確率であり、その対数が定義されなければならないからである。",
    ),
    "distribution": (
        "{0} の各成分は負でなく、総和は 1",
        "標本のラベル(ソフトラベルまたはワンホット表現)だからである。",
    ),
    "onehot": ("{0} の成分は一つだけが 1、ほかは 0", "起こる結果は一つだけだからである。"),
    "integer": ("{0} は整数", ""),
    "size": ("{0} は 2 以上の整数", "結果、標本または特徴量の個数だからである。"),
    "index": ("{0} は添字", ""),
}

#: (Derivation, symbol): why its domain is assumed, where the reason is another one.
REASONS: dict[tuple[str, str], str] = {
    ("dice-mle", "t"): "一度も出なかった目の推定値は、定義域の端の 0 になるので、除いて考えるからである。",
    ("gradient-descent-step", "alpha"): "ステップの大きさだからである。",
    ("dice-mle-is-maximum", "t"): "各目の出た割合であり、一度も出なかった目は除いて考えるからである。",
    ("cross-entropy-is-entropy-plus-kl", "t"): "真の確率であり、確率 0 の結果は除いて考えるからである。",
    ("dice-likelihood", "y"): "すべての目の確率であり、その対数が定義されなければならないからである。",
    ("log-power", "X"): "対数は正の数に対してだけ定義され、実数乗の底も正でなければならないからである。",
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
    "supported_at": "{0} 点で成り立つが、証明されてはいない:{1}",
    "refuted_at": "次の点で成り立たない:{0}",
    "conditional_on": "次の条件のもとで成り立つ:{0}",
    "not_decided_why": "判定できない:{0}",
}
