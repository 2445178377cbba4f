"""What the parser asks of the document: which names are functions, which letters are indices, which letters are one name."""

from __future__ import annotations

from dataclasses import dataclass, field

#: Names of several letters that are written without ``\\text``.
_WORDS_TEXT = """
Pr softmax sigmoid loss cost relu ReLU tanh sinh cosh log ln exp sin cos tan max min argmax argmin KL MSE BCE CE JS NLL
score logit logits net input output target label pred true false MLE MAP AIC BIC TP FP TN FN TPR FPR Loss Cost Softmax
Sigmoid Var Cov Bernoulli Gini Gain Ent acc precision recall softplus sign sgn trace diag rank LogSumExp logsumexp LSE
PPL prob odds error Error total grad const
MAE RMSE RSS TSS ESS SSE SST SSR SSB SSW SNR PMF PDF CDF ELBO ROC AUC FNR TNR PPV NPV IQR SE SD Std std SEM
"""
WORDS = frozenset(_WORDS_TEXT.split())
#: Letters that usually name functions, and letters that usually do not.
_FUNCTION_LETTERS_TEXT = """
f g h p q P Q F G H L J E I D R l ell phi psi Phi Psi sigma ell_cal L_cal J_cal N_cal U V
"""
FUNCTION_LETTERS = frozenset(_FUNCTION_LETTERS_TEXT.split())
_VARIABLE_LETTERS_TEXT = """
x y z w a b c d n m k i j t u v r s A B X W alpha beta gamma delta epsilon eta theta lambda mu nu omega rho tau xi
Sigma Lambda Theta Z Y K M T e
"""
VARIABLE_LETTERS = frozenset(_VARIABLE_LETTERS_TEXT.split())
INDEX_LETTERS = frozenset(["i", "j", "k", "l", "m", "n", "t", "c"])


@dataclass
class Hints:
    """What is known of the names of a document, by key.

    Parameters
    ----------
    functions : dict of str to bool
        Whether a name before brackets is called; absent where nothing is known.
    mixed : set of str
        Names of functions that also stand alone: before brackets they may be factors.
    indices : set of str
        Letters that index something.
    labels : set of str
        Letters that only ever tell names apart (``p_X``).
    words : set of str
        Letters that are one name.
    uppers : set of str
        Names whose upper right letter is an index.
    sizes : set of str
        Names that bound sums and ranges; ``T`` among them is no transpose.
    arity : dict of str to int
        The usual number of indices of a name.
    plain_d : bool
        Whether ``d`` is a name of its own, so that ``dx`` may be a product.
    """

    functions: dict[str, bool] = field(default_factory=dict)
    mixed: set[str] = field(default_factory=set)
    indices: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    uppers: set[str] = field(default_factory=set)
    sizes: set[str] = field(default_factory=set)
    arity: dict[str, int] = field(default_factory=dict)
    plain_d: bool = False

    def is_index(self, key: str) -> bool:
        """Whether a subscript of this name is an index, rather than part of the name."""
        return key in self.indices or (key in INDEX_LETTERS and key not in self.labels)

    def is_word(self, letters: str) -> bool:
        """Whether letters side by side are one name."""
        return letters in self.words or letters in WORDS
