"""What the text says of names in words: sets and kinds, consequences announced, claims denied, conditions, definitions."""

from __future__ import annotations

import re

_KINDS_EN = (
    (r"one[- ]?hot(?:[- ]encod\w+)?(?: \w+)?(?: vectors?| labels?| encodings?)?", "onehot"),
    (r"(?:discrete |categorical )?(?:probability )?distributions?|probability (?:vectors?|mass functions?)", "simplex"),
    (r"(?:strictly )?positive(?: real)?(?: numbers?| constants?| values?| scalars?| reals?| integers?)?", "positive"),
    (r"non-?negative(?: real)?(?: numbers?| integers?| constants?| values?)?", "nonnegative"),
    (r"(?:binary|0/1|0-1)(?: class)? (?:labels?|variables?|targets?)", "label"),
    (r"probabilit(?:y|ies)", "probability"),
    (r"integers?", "integer"),
    (r"(?:square |weight |diagonal |symmetric |design |covariance )*(?:matrix|matrices)", "matrix"),
    (r"(?:column |row |weight |parameter |feature |input |output |random |unit )*vectors?", "vector"),
)
_KINDS_JA = (
    (r"(?:one[- ]?hot|ワンホット)(?:な)?\s*(?:ベクトル|表現|ラベル)?", "onehot"),
    (r"(?:離散)?確率分布|確率ベクトル|确率分布|概率分布", "simplex"),
    (r"正の(?:実数|数|整数|定数)|正数|正实数|正の値", "positive"),
    (r"非負の?(?:実数|数|整数)?|非负(?:实数|数)", "nonnegative"),
    (r"(?:二値|2値)(?:ラベル|変数)", "label"),
    (r"確率|概率", "probability"),
    (r"整数", "integer"),
    (r"(?:重み|計画|正方|対称|対角|共分散)?行列|矩阵", "matrix"),
    (r"(?:列|行|縦|横|重み|単位|特徴)?ベクトル|向量", "vector"),
)
_BEFORE = [(re.compile(rf"\b(?:{words})\s*[,:(]?\s*$", re.IGNORECASE), kind) for words, kind in _KINDS_EN]
_BEFORE += [
    (re.compile(rf"(?:{words})(?:を|が|は|、|である)?\s*[(（]?\s*$", re.IGNORECASE), kind) for words, kind in _KINDS_JA
]
_IS = r"^\s*(?:,\s*)?(?:is|are|be|denotes?|represents?|as)\s+(?:also\s+)?(?:a|an|the|some|any|two|both)?\s*"
_AFTER = [(re.compile(rf"{_IS}(?:{words})\b(?!\s+of\s+\w+ing)", re.IGNORECASE), kind) for words, kind in _KINDS_EN]
_AFTER += [
    (
        re.compile(
            rf"^\s*(?:は|を|が|是|为|為)\s*[^\s。、，,$]{{0,8}}?(?:{words})(?:で|と|。|、|，|を表|になる|$)",
            re.IGNORECASE,
        ),
        kind,
    )
    for words, kind in _KINDS_JA
]
#: "the probability that ...": a number; "the probability of the class k" is none that a name stands for alone.
_DENY_BEFORE = re.compile(r"\b(?:not|no|log|joint|conditional|negative log)[- ]*$", re.IGNORECASE)

_ANNOUNCED = re.compile(
    r"\b(?:thus|therefore|hence|so that|so|consequently|it follows(?: that)?|we (?:then )?(?:get|obtain|have|find|see|arrive at)|this (?:gives|yields|"
    r"simplifies to|becomes|means)|which (?:gives|yields|is|simplifies to|becomes|equals)|gives|yields|implies|equivalently|i\.e\.|"
    r"simplif\w+(?: to)?|reduces to|becomes|is given by|derivative is|gradient is|can be (?:re)?written as)\b[^.。]{0,40}$|"
    r"(?:よって|従って|したがって|ゆえに|故に|すなわち|つまり|これより|以上より|すると|整理すると|計算すると|微分すると|变形|因此|所以|从而|故|可得|得到|即|则|有)[^。]{0,24}$",
    re.IGNORECASE,
)
_ANNOUNCED_AFTER = re.compile(
    r"^\s*(?:となる|となり|が得られ|を得る|が成り立つ|が成立|と書ける|と表せる|に等しい|である|と変形|になる|が導か|成立)"
)
_DENIED = re.compile(
    r"\b(?:mistakes?|wrong(?:ly)?|incorrect(?:ly)?|not true|untrue|does not hold|doesn't hold|is false|fallac\w+|not equal|misconception|"
    r"true or false|is it true|quiz|cannot write|is not the same|don't|erroneous\w*|invalid|never write|beware|pitfall)\b|"
    r"誤り|間違|正しくない|成り立たない|等しくない|成立しない|正誤|まちがい|勘違い|ではない|错误|不成立|不等于|不正确|误区|[×✗❌✘]",
    re.IGNORECASE,
)
_ASKED = re.compile(r"^[^.。!！;]{0,24}?[?？]|^[^。]{0,12}(?:か。|吗)")
_WANTED = re.compile(
    r"\b(?:subject to|s\.t\.|such that|constrain\w*|solv\w+|satisf\w+|requir\w+|assum\w+|suppose|if|when|unless|where we set|setting|"
    r"set(?:ting)? (?:the|it|this) \w* ?to|equation|condition|want|would like|must|should|choose|given that|let us assume|update|initiali[sz]e|"
    r"for example|e\.g\.|in case|provided)\b[^.。]{0,30}$|"
    r"(?:条件|制約|約束|仮定|ただし|満たす|例えば|たとえば|解く|满足|约束|假设|假定|当|如果|若|令|求解|方程|例如|设)[^。]{0,16}$",
    re.IGNORECASE,
)
_WANTED_AFTER = re.compile(
    r"^\s*(?:[KMGTP]i?B\b|[KMGT]?(?:bit/s|bps|Hz|FLOPS?|FLOPs)\b|(?:million|billion|thousand|percent)\b|[%％万億兆千]|ms\b|kg\b|km\b|のとき|を満たす|の場合|という(?:条件|制約)|と仮定|を解|なら|を条件|が条件|时|的条件|的约束|,?\s*(?:is|as) (?:a|the) (?:constraint|condition)|"
    r",?\s*then\b|になるように|となるように|となるような|と初期化)",
    re.IGNORECASE,
)
_DEFINED = re.compile(
    r"\b(?:where|let|define[sd]?|denote[sd]?(?: by)?|defined (?:as|by)|definition|write|with|set|put|introduce|call(?:ed)?|notation|abbreviat\w+|"
    r"here)\b[^.。]{0,30}$|(?:ここで|ただし|定義|记|令|设|定义|其中|記号|表記|と置|とお)[^。]{0,16}$",
    re.IGNORECASE,
)
_DEFINED_AFTER = re.compile(
    r"^\s*(?:とお[くいき]|と置[くいき]|と定義|とする|とし[、て]|と書く|と呼ぶ|と表す|と表記|で定義|と定め|定义为|记为|称为|表示)",
    re.IGNORECASE,
)


def kind_said(before: str, after: str) -> tuple[str, str] | None:
    """What is said of a name by the words directly before and behind it: a set or kind, and the words."""
    if not _DENY_BEFORE.search(before):
        for pattern, kind in _BEFORE:
            found = pattern.search(before[-60:])
            if found is not None and not (kind == "probability" and re.match(r"\s*(?:of|that)\b", after)):
                return kind, found[0].strip(" ,:(（")
    for pattern, kind in _AFTER:
        found = pattern.search(after[:60])
        if found is not None:
            return kind, found[0].strip()
    return None


def announced(before: str, after: str) -> str:
    """Words that announce a consequence."""
    found = _ANNOUNCED.search(before[-80:]) or _ANNOUNCED_AFTER.search(after[:20])
    return _shortened(found)


def denied(before: str, after: str) -> str:
    """Words that deny what is said, or ask."""
    return _shortened(_DENIED.search(before[-160:]) or _DENIED.search(after[:100]) or _ASKED.search(after[:40]))


def wanted(before: str, after: str) -> str:
    """Words that make it a condition, an equation to be solved, an assumption or an example."""
    return _shortened(_WANTED.search(before[-60:]) or _WANTED_AFTER.search(after[:30]))


def defined(before: str, after: str) -> str:
    """Words that make it a definition."""
    return _shortened(_DEFINED_AFTER.search(after[:16]) or _DEFINED.search(before[-50:]))


def _shortened(found: re.Match[str] | None) -> str:
    return "" if found is None else " ".join(found[0].split())[:40]
