"""The words around the numbers of ``loglik dice`` and ``loglik coin``, in English and Japanese.

Both have the same keys and the same places for numbers. Keys that begin with ``coin_`` replace those without it.
"""

from __future__ import annotations

from typing import Literal

Language = Literal["en", "ja"]

EN: dict[str, str] = {
    "title": "A {k}-sided die; throws: {n:,}",
    "coin_title": "A coin; tosses: {n:,}",
    "face": "Face",
    "coin_face": "Side",
    "heads": "heads",
    "tails": "tails",
    "count": "Count t_k",
    "share": "Share t_k/n",
    "expected": "Expected",
    "sum": "Sum",
    "one_hot": "The throws one by one, one-hot: the face that came up is 1, the others are 0",
    "throw": "Throw",
    "more_throws": "... and {n:,} more throws",
    "product": "Likelihood: the product of the probabilities of all throws, one factor y_k for each time face k came up",
    "coin_product": "Likelihood: the product of the probabilities of all tosses, one factor y_k for each time side k came up",
    "sum_of_logs": "Log-likelihood: the logarithm turns the product into a sum",
    "cross_entropy": "Cross-entropy per throw: minus the log-likelihood, divided by the number of throws",
    "coin_cross_entropy": "Cross-entropy per toss: minus the log-likelihood, divided by the number of tosses",
    "fair": "fair die",
    "coin_fair": "fair coin",
    "p0": "p0",
    "estimate": "estimate",
    "nats": "{nats} nats = {bits} bits",
    "least": "(the entropy of the shares; no other y gives less)",
    "never": "A count of 0 adds nothing: 0^0 = 1 and 0 log 0 = 0.",
    "underflow": "below the smallest double: only the logarithm can be computed with",
    "empty_product": "Without throws the likelihood is an empty product, 1 whatever y is: there is no estimate (LL152).",
    "estimates": "Estimate by maximum likelihood: log L is largest where y_k is the share t_k/n",
    "coin_estimates": "Estimate by maximum likelihood: log L is largest where y_k is the share t_k/n",
    "estimate_column": "Estimate",
    "std_error": "Std. error",
    "single": "{level} % interval, this face",
    "coin_single": "{level} % interval",
    "simultaneous": "{level} %, all faces at once",
    "smoothed": "Smoothed (+{a} each)",
    "methods": (
        "Intervals: Wilson for one face, Goodman for all at once. --json has Clopper-Pearson, Jeffreys and Sison-Glaz too."
    ),
    "coin_methods": "Interval: Wilson. --json has Clopper-Pearson and Jeffreys too.",
    "test_fair": "Is the die fair?",
    "coin_test_fair": "Is the coin fair?",
    "test_p0": "Does the die follow p0?",
    "coin_test_p0": "Does the coin follow p0?",
    "test": "Test",
    "statistic": "Statistic",
    "df": "df",
    "p_value": "p",
    "lr": "likelihood ratio G",
    "pearson": "Pearson chi-square",
    "exact": "exact multinomial",
    "coin_exact": "exact binomial",
    "enumerated": "all outcomes counted",
    "drawn": "from {draws:,} random experiments, standard error {error}",
    "small": (
        "The smallest expected count is {least}. Below 5 the chi-square distribution is a rough approximation: take the "
        "exact test."
    ),
    "effect": "Size of the deviation: w = {w}, divergence {nats} nats = {bits} bits per throw",
    "coin_effect": "Size of the deviation: w = {w}, divergence {nats} nats = {bits} bits per toss",
    "power": (
        "Power: how often a test at {alpha} % notices that face {face} has the probability {p1} in place of {p0} "
        "({percent} %), the others in proportion"
    ),
    "coin_power": (
        "Power: how often a test at {alpha} % notices that {face} has the probability {p1} in place of {p0} ({percent} %)"
    ),
    "throws": "Throws",
    "coin_throws": "Tosses",
    "power_column": "Power",
    "note": "note {code}: the likelihood is {value}, below the smallest double ({least}); the logarithm {log} holds",
    "next": "Why the shares: loglik derive dice-mle, and that no other y is better: loglik derive dice-mle-is-maximum.\n"
    "Next: loglik dice --help shows --p0, --smoothing and --power; --lang ja says all this in Japanese.",
    "coin_next": "Why the shares: loglik derive dice-mle (K = 2).\n"
    "Next: loglik coin --help shows --p0, --smoothing and --power; --lang ja says all this in Japanese.",
}

JA: dict[str, str] = {
    "title": "{k} 面のさいころを {n:,} 回投げた結果",
    "coin_title": "硬貨を {n:,} 回投げた結果",
    "face": "目",
    "coin_face": "面",
    "heads": "表",
    "tails": "裏",
    "count": "度数 t_k",
    "share": "相対度数 t_k/n",
    "expected": "期待度数",
    "sum": "合計",
    "one_hot": "各回の結果の one-hot 表現。出た目の成分は 1、そのほかの成分は 0 である",
    "throw": "回",
    "more_throws": "（以下 {n:,} 回分を省略）",
    "product": "尤度：各回の結果の確率をすべて掛け合わせたもの。目 k が 1 回出るごとに因数 y_k が一つ加わる",
    "coin_product": "尤度：各回の結果の確率をすべて掛け合わせたもの。面 k が 1 回出るごとに因数 y_k が一つ加わる",
    "sum_of_logs": "対数尤度：対数をとると、積が和に変わる",
    "cross_entropy": "1 回あたりの交差エントロピー：対数尤度の符号を変え、投げた回数で割ったもの",
    "coin_cross_entropy": "1 回あたりの交差エントロピー：対数尤度の符号を変え、投げた回数で割ったもの",
    "fair": "公平なさいころ",
    "coin_fair": "公平な硬貨",
    "p0": "仮定した確率 p0",
    "estimate": "最尤推定値",
    "nats": "{nats} ナット = {bits} ビット",
    "least": "（相対度数のエントロピーに等しく、y をどう選んでもこれより小さくならない）",
    "never": "度数が 0 の項は値に影響しない。0^0 = 1、0 log 0 = 0 と約束する。",
    "underflow": "倍精度で表せる最小の数を下回るため、計算には対数を用いる",
    "empty_product": "一度も投げていないとき、尤度は空の積であり、y によらず 1 である。推定値は定まらない（LL152）。",
    "estimates": "最尤推定：対数尤度が最大になるのは、y_k が相対度数 t_k/n に等しいときである",
    "coin_estimates": "最尤推定：対数尤度が最大になるのは、y_k が相対度数 t_k/n に等しいときである",
    "estimate_column": "推定値",
    "std_error": "標準誤差",
    "single": "この目の {level} % 信頼区間",
    "coin_single": "{level} % 信頼区間",
    "simultaneous": "すべての目の {level} % 同時信頼区間",
    "smoothed": "平滑化した値（各 +{a} 回）",
    "methods": (
        "信頼区間は、目ごとには Wilson の方法、同時には Goodman の方法による。--json には Clopper-Pearson、Jeffreys、"
        "Sison-Glaz の区間も出力される。"
    ),
    "coin_methods": "信頼区間は Wilson の方法による。--json には Clopper-Pearson と Jeffreys の区間も出力される。",
    "test_fair": "さいころは公平か",
    "coin_test_fair": "硬貨は公平か",
    "test_p0": "目の出方は p0 に従うか",
    "coin_test_p0": "表と裏の出方は p0 に従うか",
    "test": "検定",
    "statistic": "統計量",
    "df": "自由度",
    "p_value": "p 値",
    "lr": "尤度比検定 G",
    "pearson": "ピアソンのカイ 2 乗検定",
    "exact": "多項分布による正確検定",
    "coin_exact": "二項分布による正確検定",
    "enumerated": "起こりうる結果をすべて数え上げた値",
    "drawn": "乱数による {draws:,} 組の実験から求めた値、標準誤差 {error}",
    "small": (
        "期待度数の最小値は {least} である。5 を下回る場合、カイ 2 乗分布による近似は粗いので、正確検定の結果を用いる。"
    ),
    "effect": "ずれの大きさ：w = {w}、カルバック・ライブラー情報量は 1 回あたり {nats} ナット = {bits} ビット",
    "coin_effect": "ずれの大きさ：w = {w}、カルバック・ライブラー情報量は 1 回あたり {nats} ナット = {bits} ビット",
    "power": (
        "検出力：目 {face} の確率が {p0} ではなく {p1}（{percent} %）であり、ほかの目の確率が同じ比率で変わるとき、"
        "有意水準 {alpha} % の検定がそれを検出する確率"
    ),
    "coin_power": (
        "検出力：{face}の確率が {p0} ではなく {p1}（{percent} %）であるとき、有意水準 {alpha} % の検定がそれを検出する確率"
    ),
    "throws": "投げる回数",
    "coin_throws": "投げる回数",
    "power_column": "検出力",
    "note": "注意 {code}: 尤度 {value} は倍精度で表せる最小の数（{least}）を下回る。対数 {log} はそのまま使える",
    "next": "推定値が割合になる理由は loglik derive dice-mle --lang ja、それが最大値であることの証明は "
    "loglik derive dice-mle-is-maximum --lang ja で読める。\n"
    "次の操作: --p0、--smoothing、--power の使い方は loglik dice --help で表示される。",
    "coin_next": "推定値が割合になる理由は loglik derive dice-mle --lang ja（K = 2 の場合）で読める。\n"
    "次の操作: --p0、--smoothing、--power の使い方は loglik coin --help で表示される。",
}


class Words:
    """Words of one language, for a die or a coin.

    Parameters
    ----------
    language : str
        ``"en"`` or ``"ja"``.
    coin : bool
        Whether the die is a coin.
    """

    def __init__(self, language: Language, *, coin: bool) -> None:
        self._texts = JA if language == "ja" else EN
        self._coin = coin

    def __call__(self, key: str, **numbers: object) -> str:
        """Return the words of a key with numbers put in.

        Examples
        --------
        >>> Words("en", coin=True)("title", n=20)
        'A coin; tosses: 20'
        """
        coin = f"coin_{key}"
        return self._texts[coin if self._coin and coin in self._texts else key].format(**numbers)
