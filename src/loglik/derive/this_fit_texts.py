"""The words around the numbers of `this_fit`, in both languages."""

from __future__ import annotations

ENGLISH: dict[str, str] = {
    "title": "How this fit follows from the likelihood",
    "model_binary": (
        'u is the linear predictor; sigmoid(u) = 1/(1 + e^−u) is the probability of "{0}", the rest is that of "{1}".'
    ),
    "model_multiclass": 'Each of {0} has a linear predictor u; that of "{1}" is 0. Softmax turns them into probabilities.',
    "rows": "The first {0} rows, each with the probability P of the class that was observed:",
    "row": 'Row {0}, "{1}"',
    "likelihood": "Independent rows multiply. The likelihood of these rows:",
    "logarithm": "The logarithm turns the product into a sum:",
    "cross_entropy": "Over all {0} rows, with the minus sign and as a mean: the cross-entropy, in nats.",
    "penalty": "  With the penalty (alpha = {0}): {1}",
    "gradient": (
        "Its derivative by each coefficient, the mean of (prediction − truth) times the column:"
        " zero at the solution, up to rounding."
    ),
    "gradient_penalty": (
        "Its derivative by each coefficient, the mean of (prediction − truth) times the column, plus alpha times the"
        " coefficient (but for the intercept): zero at the solution, up to rounding."
    ),
    "largest": "  largest in absolute value: {0}",
    "newton": "One more Newton step, Hessian · step = −gradient, would change the coefficients by:",
    "derived": "Each of these formulas is derived step by step; for instance",
}

JAPANESE: dict[str, str] = {
    "title": "この当てはめが尤度から導かれる過程",
    "model_binary": "u は線形予測子である。sigmoid(u) = 1/(1 + e^−u) が「{0}」の確率、残りが「{1}」の確率である。",
    "model_multiclass": (
        "{0} のそれぞれに線形予測子 u があり、「{1}」の線形予測子は 0 である。ソフトマックス関数で確率に直す。"
    ),
    "rows": "最初の {0} 行について、観測されたクラスの確率 P を求める。",
    "row": "第 {0} 行「{1}」",
    "likelihood": "行は互いに独立なので、確率を掛け合わせると、これらの行の尤度になる。",
    "logarithm": "対数をとると、積は和になる。",
    "cross_entropy": "全 {0} 行について符号を変えて平均すると、交差エントロピー（単位はナット）になる。",
    "penalty": "  罰則項（alpha = {0}）を加えた値：{1}",
    "gradient": "各係数による微分は、(予測 − 正解)に列の値を掛けたものの平均であり、解では丸め誤差を除いて 0 になる。",
    "gradient_penalty": (
        "各係数による微分は、(予測 − 正解)に列の値を掛けたものの平均に、切片を除いて alpha と係数の積を加えたものであり、"
        "解では丸め誤差を除いて 0 になる。"
    ),
    "largest": "  絶対値の最大：{0}",
    "newton": "さらにニュートン法を 1 ステップ進めると（ヘッセ行列・ステップ = −勾配）、係数は次の量だけ変わる。",
    "derived": "どの式も 1 段階ずつ導かれている。たとえば次のコマンドで読める。",
}
