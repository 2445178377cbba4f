"""The words around the numbers of ``loglik dice`` and ``loglik coin``: ``texts/words/en/dice.txt`` and its counterpart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.texts import render, words

if TYPE_CHECKING:
    from loglik.texts import Language


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
        self._texts, self._language = words("dice", language), language
        self.coin = coin

    def __call__(self, key: str, **numbers: object) -> str:
        """Return the words of a key with numbers put in.

        Examples
        --------
        >>> Words("en", coin=True)("title", n=20)
        'A coin; tosses: 20'
        """
        coin = f"coin_{key}"
        template = self._texts[coin if self.coin and coin in self._texts else key]
        return render(template, numbers, self._language)
