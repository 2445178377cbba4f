"""What a text finds from a formula before it: solutions, logarithms, derivatives and other ways to write it."""

from __future__ import annotations

import pytest

from loglik.check.checked import checked_file

_SQUARES = (
    r"The objective is $$J(w) = \sum_{i=1}^n (y_i - w x_i)^2 + \lambda w^2$$ Setting its derivative to zero gives"
)
_TREE = (
    r"$$\text{obj} = \sum_{j=1}^{T}\left[G_j w_j + \frac{1}{2}(H_j+\lambda)w_j^2\right] + \gamma T$$"
    " The best weight of a leaf is"
)
_NORMAL = (
    r"$$\log L(\mu,\sigma^2) = -\frac{n}{2}\log(2\pi\sigma^2) - \frac{1}{2\sigma^2}\sum_{i=1}^n (x_i-\mu)^2$$"
    r" Maximising it with respect to $\sigma^2$ gives"
)
_POISSON = r"The likelihood is $$L(\lambda) = \prod_{i=1}^n \frac{\lambda^{x_i}e^{-\lambda}}{x_i!}$$ Taking logarithms,"
_COUNTS = r"尤度関数は $$L(p) = p^{N_1}(1-p)^{N_0}$$ 対数尤度は"
_GAUSS = (
    r"$$L(\mu,\sigma^2) = \prod_{i=1}^{n}\frac{1}{\sqrt{2\pi\sigma^2}}"
    r"\exp\left(-\frac{(x_i-\mu)^2}{2\sigma^2}\right)$$ Now"
)
_EXPONENTIAL = r"The density is $$f(x|\lambda) = \lambda e^{-\lambda x}$$ and so the likelihood of the sample is"
_WEIBULL = r"$$F(x) = 1 - e^{-(x/\lambda)^k}$$ is the distribution function, and the density is"


def _last(context: str, formula: str) -> tuple[str, str]:
    found = checked_file(f"{context}\n\n$${formula}$$\n", "-", explain=False).judgements[-1]
    return found.verdict, found.findings[0].reason.key


@pytest.mark.parametrize(
    ("context", "wrong", "right", "reason"),
    [
        (
            _SQUARES,
            r"\hat w = \frac{\sum_{i=1}^n x_i y_i}{\sum_{i=1}^n x_i^2 - \lambda}",
            r"\hat w = \frac{\sum_{i=1}^n x_i y_i}{\sum_{i=1}^n x_i^2 + \lambda}",
            "not-extreme",
        ),
        (_TREE, r"w_j^* = \frac{G_j}{H_j+\lambda}", r"w_j^* = -\frac{G_j}{H_j+\lambda}", "not-extreme"),
        (
            _NORMAL,
            r"\hat\sigma^2 = \frac{1}{2n}\sum_{i=1}^n (x_i-\hat\mu)^2",
            r"\hat\sigma^2 = \frac{1}{n}\sum_{i=1}^n (x_i-\hat\mu)^2",
            "not-extreme",
        ),
        (r"Minimise $$f(x) = x^2 - 4x + 7$$ The minimum is at", "x^* = 4", "x^* = 2", "not-extreme"),
        (
            r"The likelihood $$L(\theta) = \theta^{3}(1-\theta)^{7}$$ has its maximum at",
            r"\hat\theta = 0.7",
            r"\hat\theta = 0.3",
            "not-extreme",
        ),
        (
            r"$$\frac{k}{p} - \frac{n-k}{1-p} = 0$$ so that",
            r"\hat p = \frac{n-k}{n}",
            r"\hat p = \frac{k}{n}",
            "not-solution",
        ),
        (
            r"$$-2\sum_{i=1}^n (y_i - a - b x_i) = 0$$ Hence",
            r"a = \bar y + b\bar x",
            r"a = \bar y - b\bar x",
            "not-solution",
        ),
        (
            _POISSON,
            r"\log L(\lambda) = \sum_{i=1}^n x_i\log\lambda - \lambda - \sum_{i=1}^n\log x_i!",
            r"\log L(\lambda) = \sum_{i=1}^n x_i\log\lambda - n\lambda - \sum_{i=1}^n\log x_i!",
            "unlike-log",
        ),
        (_COUNTS, r"\ell(p) = N_1\log p + N_0\log p", r"\ell(p) = N_1\log p + N_0\log(1-p)", "unlike-log"),
        (
            _GAUSS,
            r"\ln L(\mu,\sigma^2) = -\frac{n}{2}\ln\sigma - \frac{1}{2\sigma^2}\sum_{i=1}^{n}(x_i-\mu)^2 + C",
            r"\ln L(\mu,\sigma^2) = -n\ln\sigma - \frac{1}{2\sigma^2}\sum_{i=1}^{n}(x_i-\mu)^2 + C",
            "unlike-log",
        ),
        (
            _EXPONENTIAL,
            r"L(\lambda) = \lambda e^{-\lambda\sum_{i=1}^n x_i}",
            r"L(\lambda) = \lambda^n e^{-\lambda\sum_{i=1}^n x_i}",
            "unlike-sample",
        ),
        (
            _WEIBULL,
            r"f(x) = \frac{k}{\lambda}\left(\frac{x}{\lambda}\right)^{k}e^{-(x/\lambda)^k}",
            r"f(x) = \frac{k}{\lambda}\left(\frac{x}{\lambda}\right)^{k-1}e^{-(x/\lambda)^k}",
            "unlike-derivative",
        ),
        (r"Let $$f(x,y) = x^7 y^3$$ Then", "f_y = 3x^6y^2", "f_y = 3x^7y^2", "unlike-derivative"),
        (
            r"With $p = \frac{1}{1+e^{-z}}$ $$L = -y\log p - (1-y)\log(1-p)$$ so that",
            r"L = \log(1+e^{z}) + yz",
            r"L = \log(1+e^{z}) - yz",
            "unlike-former",
        ),
        (
            r"To minimise $$J(w) = \frac{1}{2}\sum_{i=1}^n (w x_i - y_i)^2$$ we update",
            r"w \leftarrow w + \eta\sum_{i=1}^n (w x_i - y_i)x_i",
            r"w \leftarrow w - \eta\sum_{i=1}^n (w x_i - y_i)x_i",
            "wrong-way",
        ),
        (
            r"損失 $$L(w) = (w x - y)^2$$ を勾配降下法で小さくする。",
            r"w_{t+1} = w_t - 2\eta (y - w_t x)x",
            r"w_{t+1} = w_t + 2\eta (y - w_t x)x",
            "wrong-way",
        ),
        (
            r"Hence the estimate is",
            r"\arg\max_\theta \prod_{i=1}^n p(x_i|\theta) = \arg\max_\theta \sum_{i=1}^n p(x_i|\theta)",
            r"\arg\max_\theta \prod_{i=1}^n p(x_i|\theta) = \arg\max_\theta \sum_{i=1}^n \log p(x_i|\theta)",
            "unlike-order",
        ),
        (
            r"最尤推定では",
            r"\operatorname*{argmax}_w \prod_{i=1}^n e^{-(y_i-wx_i)^2} = \mathop{\rm argmax}_w \sum_{i=1}^n (y_i-wx_i)^2",
            r"\operatorname*{argmax}_w \prod_{i=1}^n e^{-(y_i-wx_i)^2} = \mathop{\rm argmin}_w \sum_{i=1}^n (y_i-wx_i)^2",
            "unlike-order",
        ),
    ],
)
def test_what_is_found_from_a_formula_is_put_back_into_it(context, wrong, right, reason):
    assert _last(context, wrong) == ("suspicious", reason)
    assert _last(context, right)[0] in {"definition", "condition", "not-understood"}


@pytest.mark.parametrize(
    ("context", "formula"),
    [
        # The intercept is found as well: nothing is known of the slope by itself.
        (
            r"Minimise $$J(a,b) = \sum_{i=1}^n (y_i - a - b x_i)^2$$ The estimate is",
            r"\hat b = \frac{\sum_{i=1}^n (x_i-\bar x)(y_i-\bar y)}{\sum_{i=1}^n (x_i-\bar x)^2}",
        ),
        (  # under a constraint, with a multiplier that is eliminated
            r"$$\Lambda(p,\lambda) = -\sum_{i=1}^n p_i\log p_i + \lambda(\sum_{i=1}^n p_i - 1)$$ is maximised by",
            r"p_i = \frac{1}{n}",
        ),
        (
            r"$$\gamma_{nk} = \frac{\pi_k f(x_n|\mu_k)}{\sum_{j}\pi_j f(x_n|\mu_j)}$$ $$N_k = \sum_{n=1}^N\gamma_{nk}$$ and",
            r"\mu_k = \frac{1}{N_k}\sum_{n=1}^N\gamma_{nk}x_n",
        ),
        (r"We minimise $$L(\hat y) = -\sum_{i=1}^n y_i\log\hat y_i$$ For the class of the label,", r"\hat y_c = 1"),
        (r"$$h(w) = w x + b$$ We minimise the loss. The estimate is", r"\hat w = x + b"),  # a line has no extreme
        (_POISSON, r"\log L(\lambda) = \sum_{i=1}^n x_i\log\lambda - n\lambda + C"),
        (_POISSON, r"\ell(\lambda) = \frac{1}{n}\sum_{i=1}^n x_i\log\lambda - \lambda"),  # the mean
        (r"In the linear model $$\lambda_t = \beta x_t$$ in the other one", r"\log\lambda_t = \beta x_t"),
        (  # the weights of one case, of a loss over all
            r"Descent on the loss $$L(w) = \frac{1}{n}\sum_{i=1}^n (w x_i - y_i)^2$$ takes one case at a time,",
            r"w := w - \eta (w x_j - y_j)x_j",
        ),
        (  # of an example
            r"It is $$K[P\,||\,Q] = \sum_{x \in \mathcal{X}} p(x) \ln \frac{p(x)}{q(x)}$$ which, for coins, yields",
            r"K[P\,||\,Q] = \sum_{x \in \left\lbrace 0,1 \right\rbrace} p(x) \ln \frac{p(x)}{q(x)}",
        ),
        (r"Let $$f(x,y) = x^7 y^3$$ The force along the second axis is", "f_y = m g - k"),
    ],
)
def test_other_things_of_the_same_names_are_not_accused(context, formula):
    assert _last(context, formula)[0] in {"definition", "condition"}


@pytest.mark.parametrize(
    "formula",
    [
        r"\arg\max_\theta p(\theta|D) = \arg\max_\theta \frac{p(D|\theta)p(\theta)}{p(D)}",
        r"\arg\max_\theta p(D|\theta)p(\theta) = \arg\max_\theta p(D|\theta)",  # with a flat prior
        r"\arg\max_k \pi_k f_k(x) = \arg\max_k (\log\pi_k + \log f_k(x))",
        r"\arg\min_w \|y - wx\|^2 = \arg\min_w (\|y - wx\|^2 + c)",
        r"\underset{\theta}{\arg\max}\; L(\theta) = \underset{\theta}{\arg\min}\left(-\log L(\theta)\right)",
    ],
)
def test_extremes_in_the_same_place_are_not_accused(formula):
    assert _last("The estimate is", formula)[0] not in {"suspicious", "lint", "refuted"}
