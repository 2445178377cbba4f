"""Random arguments for every public function of `loglik.losses`, `loglik.special` and `loglik.metrics`.

Allowed is: a number, an array or a tuple of them without NaN; an infinity; `DataError` with a code; for the elementwise
functions of `loglik.special` also NaN outside their domain, TypeError for types and ValueError for shapes, as in NumPy.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik import losses, metrics, special
from loglik.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

_CALLS = 100  # of an attack; an attack takes about a tenth of a second

_NUMBERS = [0.0, 1.0, -1.0, 0.5, 40.0, -745.0, 1e-310, 1e308, 1e-8, np.inf, -np.inf, np.nan]
_ODD = [
    None,
    "a",
    [],
    [[1.0, 2.0], [3.0]],
    np.array(["x"]),
    2**70,
    1j,
    np.ma.masked_array([0.0, 1.0], [True, False]),
    True,
]
_ANY = ("float16", "float32", "float64", ">f8", "longdouble", "int64", "bool")


def attack(seed: int, folder: Path) -> None:  # noqa: ARG001
    """Call functions with random arguments."""
    rng = np.random.default_rng(seed)
    calls = (_softmax_call, _binary_call, _linear_call, _log_loss_call, _elementwise_call, _rows_call)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"loglik\.special")
        for count in range(_CALLS):
            name, function, arguments, keywords, allowed = calls[rng.integers(len(calls))](rng)
            _try(f"call {count}: {name}", function, arguments, keywords, allowed)


def _try(place: str, function: Any, arguments: tuple, keywords: dict, allowed: tuple[type[Exception], ...]) -> None:
    inputs = [a for a in (*arguments, *keywords.values()) if isinstance(a, np.ndarray)]
    before = [a.copy() for a in inputs]
    out = keywords.get("out")
    try:
        result = function(*arguments, **keywords)
    except DataError as error:
        if error.code == "LL199":
            raise AssertionError(f"{place}: {error}") from error
        result = 0.0
    except allowed:
        result = 0.0
    except Exception as error:
        raise AssertionError(f"{place}: {type(error).__name__}: {error}\n{arguments}\n{keywords}") from error
    for part in result if isinstance(result, tuple) else (result,):
        if not allowed and np.isnan(np.asarray(part, dtype=np.float64)).any():
            raise AssertionError(f"{place}: NaN\n{arguments}\n{keywords}")
    for a, b in zip(inputs, before, strict=True):
        if a is not out and not (out is not None and np.may_share_memory(a, out)):
            assert a.tobytes() == b.tobytes(), f"{place}: an input was changed"


def _table(rng: np.random.Generator, shape: tuple[int, ...], size: float = 0.0) -> np.ndarray:
    """Numbers of random size, some of them awkward, in a random type and layout."""
    x = rng.normal(size=shape) * 10.0 ** (size or rng.uniform(-3, 3))
    if x.size and rng.random() < 0.3:
        x.flat[rng.integers(0, x.size, rng.integers(1, 4))] = rng.choice(_NUMBERS)
    with np.errstate(all="ignore"):
        x = x.astype(rng.choice(_ANY) if rng.random() < 0.3 else rng.choice(["float32", "float64"]))
    layout = rng.integers(4)
    if layout == 0 and x.ndim > 1:
        x = np.asfortranarray(x)
    elif layout == 1 and x.ndim:
        x = np.repeat(x, 2, axis=-1)[..., ::2]
    if rng.random() < 0.1:
        x = np.asarray(x)
        x.flags.writeable = False
    return x


def _distributions(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    p = (
        rng.dirichlet(np.full(max(shape[-1], 1), 10.0 ** rng.uniform(-2, 2)), shape[:-1])
        if shape[-1]
        else np.empty(shape)
    )
    if rng.random() < 0.2:
        p = np.eye(shape[-1])[rng.integers(0, max(shape[-1], 1), shape[:-1])] if shape[-1] else p
    return p.astype(rng.choice(["float16", "float32", "float64"]))


def _odd(rng: np.random.Generator, keywords: dict) -> dict:
    """Replace an argument by something odd now and then."""
    if rng.random() < 0.1:
        keywords[list(keywords)[rng.integers(len(keywords))]] = _ODD[rng.integers(len(_ODD))]
    return keywords


def _weights(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    w = rng.random(shape) * (rng.random(shape) < 0.8)
    return w * 10.0 ** rng.uniform(-20, 20) if rng.random() < 0.5 else w


def _shared_options(rng: np.random.Generator, rows: tuple[int, ...]) -> dict[str, Any]:
    chosen: dict[str, Any] = {}
    if rng.random() < 0.4:
        chosen["sample_weight"] = _weights(rng, rows)
    if rng.random() < 0.6:
        chosen["reduction"] = rng.choice(["mean", "sum", "none"]).item()
    if rng.random() < 0.2:
        chosen["denominator"] = [np.int64(4), 2.5, "rows", "weights", np.float32(3), 0, np.nan, "x"][rng.integers(8)]
    if rng.random() < 0.2:
        chosen["threads"] = [1, 2, np.int64(2), 0, -1, None][rng.integers(6)]
    return chosen


def _softmax_options(rng: np.random.Generator) -> dict[str, Any]:
    numbers = {
        "label_smoothing": [0.0, 0.1, 0.999, 1.0, -0.1], "temperature": [1.0, 0.01, 300.0, 0.0, np.inf, 1e-290],
        "z_loss": [0.0, 1e-4, 10.0, -1.0], "softcap": [None, 30.0, 0.1, 1e9, np.inf, 0.0],
    }  # fmt: skip
    return {name: values[rng.integers(len(values))] for name, values in numbers.items() if rng.random() < 0.2}


def _softmax_call(rng: np.random.Generator) -> tuple:
    k, rows = (
        int(rng.choice([0, 1, 2, 3, 7, 9, 127, 130, 600])),
        tuple(int(a) for a in rng.integers(0, 5, rng.integers(0, 3))),
    )
    shape, chosen = (*rows, k), _shared_options(rng, rows) | _softmax_options(rng)
    x = _table(rng, shape)
    if rng.random() < 0.6:
        chosen["labels"] = rng.integers(-1 if rng.random() < 0.1 else 0, max(k, 1), rows).astype(
            rng.choice(["int64", "int8", ">i4"])
        )
        if rng.random() < 0.3:
            chosen["ignore_index"] = [0, -1, -100, np.int64(1), 1.5][rng.integers(5)]
    else:
        chosen["targets"] = _distributions(rng, shape)
    if rng.random() < 0.3:
        chosen["weight"] = _weights(rng, (k,))
    if rng.random() < 0.2:
        chosen["axis"] = [0, 1, -1, 7, -9, 0.5][rng.integers(6)]
    probs = rng.random() < 0.2
    chosen = _odd(rng, {"probs" if probs else "logits": _distributions(rng, shape) if probs else x, **chosen})
    which = rng.integers(3)
    if which == 0:
        return "cross_entropy", losses.cross_entropy, (), chosen, ()
    if which == 1:
        if rng.random() < 0.3:
            chosen["out"] = x if rng.random() < 0.5 else np.empty_like(x)
        return "cross_entropy_value_and_grad", losses.cross_entropy_value_and_grad, (), chosen, ()
    chosen.pop("threads", None)
    return "cross_entropy_hvp", losses.cross_entropy_hvp, (_table(rng, shape),), chosen, ()


def _binary_call(rng: np.random.Generator) -> tuple:
    shape = tuple(int(a) for a in rng.integers(0, 30, rng.integers(0, 3)))
    x = _table(rng, shape)
    t = (rng.integers(0, 2, shape) if rng.random() < 0.5 else rng.random(shape)).astype(
        rng.choice(["float16", "float32", "float64"])
    )
    chosen = _shared_options(rng, shape) | {"targets": t}
    if rng.random() < 0.3:
        chosen["pos_weight"] = [2.0, 1e-20, 1e20, 0.0, np.nan, np.float32(3)][rng.integers(6)]
    probs = rng.random() < 0.3
    chosen = _odd(rng, {"probs" if probs else "logits": rng.random(shape).round(1) if probs else x, **chosen})
    which = rng.integers(3)
    if which == 0:
        return "binary_cross_entropy", losses.binary_cross_entropy, (), chosen, ()
    if which == 1:
        if rng.random() < 0.3:
            chosen["out"] = x if rng.random() < 0.5 else np.empty_like(x)
        return "binary_cross_entropy_value_and_grad", losses.binary_cross_entropy_value_and_grad, (), chosen, ()
    chosen.pop("threads", None)
    chosen["logits"] = chosen.pop("probs", chosen.get("logits"))
    return "binary_cross_entropy_hvp", losses.binary_cross_entropy_hvp, (_table(rng, shape),), chosen, ()


def _linear_call(rng: np.random.Generator) -> tuple:
    n, d, v = (int(a) for a in rng.integers(0, 7, 3))
    dtype = rng.choice(["float32", "float64"])
    chosen = _shared_options(rng, (n,)) | _softmax_options(rng)
    chosen["labels"] = rng.integers(0, max(v, 1), n)
    if rng.random() < 0.3:
        chosen["bias"] = rng.normal(size=v)
    if rng.random() < 0.3:
        chosen["class_weight"] = _weights(rng, (v,))
    size = 10.0 ** rng.uniform(-3, 3)
    chosen = _odd(
        rng,
        {
            "hidden": rng.normal(size=(n, d)).astype(dtype) * size,
            "weight": rng.normal(size=(v, d)).astype(dtype),
            **chosen,
        },
    )
    function = losses.linear_cross_entropy if rng.random() < 0.5 else losses.linear_cross_entropy_value_and_grad
    return function.__name__, function, (), chosen, ()


def _log_loss_call(rng: np.random.Generator) -> tuple:
    n, k = int(rng.integers(0, 40)), int(rng.integers(1, 6))
    chosen: dict[str, Any] = {"y_pred": _distributions(rng, (n, k)) if rng.random() < 0.7 else _table(rng, (n,), -0.5)}
    chosen["y_true"] = rng.integers(0, k, n) if rng.random() < 0.8 else rng.choice(["a", "b", "c"], n)
    if rng.random() < 0.4:
        chosen["sample_weight"] = _weights(rng, (n,))
    if rng.random() < 0.4:
        chosen["labels"] = np.arange(k)
    if rng.random() < 0.3:
        chosen["normalize"] = False
    return "log_loss", metrics.log_loss, (), _odd(rng, chosen), ()


_ELEMENTWISE = {
    "log": 2, "exp_base": 2, "dlog": 2, "log1p": 1, "expm1": 1, "xlogy": 2, "xlog1py": 2, "log1mexp": 1, "log1pexp": 1,
    "log_sigmoid": 1, "sigmoid": 1, "logit": 1, "logaddexp": 2, "logsubexp": 2,
}  # fmt: skip


def _elementwise_call(rng: np.random.Generator) -> tuple:
    name = list(_ELEMENTWISE)[rng.integers(len(_ELEMENTWISE))]
    shape = tuple(int(a) for a in rng.integers(0, 5, rng.integers(0, 3)))
    arguments = [_table(rng, shape) for _ in range(_ELEMENTWISE[name])]
    if rng.random() < 0.1:
        arguments[0] = _ODD[rng.integers(len(_ODD))]  # type: ignore[call-overload]
    allowed = (TypeError, ValueError, OverflowError)
    return name, getattr(special, name), tuple(arguments), {}, allowed


def _rows_call(rng: np.random.Generator) -> tuple:
    shape = tuple(int(a) for a in rng.integers(1, 6, rng.integers(1, 4)))
    name = ("entropy", "cross_entropy", "kl_divergence", "logsumexp", "softmax", "log_softmax")[rng.integers(6)]
    if name in {"logsumexp", "softmax", "log_softmax"}:
        return (
            name,
            getattr(special, name),
            (_table(rng, shape),),
            {"axis": int(rng.integers(-4, 4))},
            (TypeError, ValueError),
        )
    p = _distributions(rng, shape)
    if rng.random() < 0.3 and shape[-1] > 1:
        p = np.zeros(shape)
        p[..., 0], p[..., 1] = 1.0, 10.0 ** rng.uniform(-323, -10)
    q = p if rng.random() < 0.2 else _distributions(rng, shape)
    return name, getattr(special, name), (p,) if name == "entropy" else (p, q), {}, ()
