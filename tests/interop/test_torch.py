"""loglik.torch against torch.nn.functional where that is right, against autodiff, and against 50-digit arithmetic."""

from __future__ import annotations

import subprocess
import sys

import mpmath as mp
import numpy as np
import pytest
import torch
from torch.autograd import gradcheck, gradgradcheck
from torch.autograd.functional import hvp
from torch.nn import functional

from loglik.errors import DataError
from loglik.torch import BCEWithLogitsLoss, CrossEntropyLoss, binary_cross_entropy_with_logits, cross_entropy

REDUCTIONS = ["mean", "sum", "none"]
SHAPES = [(5,), (7, 5), (7, 2), (3, 60), (4, 5, 3), (2, 3, 4, 5)]
WEIGHTS = {
    "plain": {},
    "weight": {"weight": True},
    "smoothing": {"label_smoothing": 0.15},
    "ignored": {"ignore_index": 1},
    "all": {"weight": True, "label_smoothing": 0.15, "ignore_index": 1},
}
EXTRAS = [
    {"temperature": 2.5},
    {"z_loss": 0.02},
    {"softcap": 3.0},
    {"temperature": 0.7, "z_loss": 0.02, "softcap": 4.0},
]


def logits(shape: tuple[int, ...], dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return (torch.randn(shape, generator=torch.Generator().manual_seed(3), dtype=torch.float64) * 2).to(dtype)


def target_of(x: torch.Tensor, soft: bool) -> torch.Tensor:
    random = torch.Generator().manual_seed(5)
    axis = 0 if x.dim() == 1 else 1
    if soft:
        return torch.rand(x.shape, generator=random, dtype=torch.float64).softmax(axis).to(x.dtype)
    shape = x.shape[:axis] + x.shape[axis + 1 :]
    y = torch.randint(0, x.shape[axis], shape, generator=random)
    return torch.tensor(2) if x.dim() == 1 and x.shape[0] > 2 else y


def options_for(x: torch.Tensor, name: str, soft: bool) -> dict:
    options = dict(WEIGHTS[name])
    if options.pop("weight", False):
        classes = x.shape[0 if x.dim() == 1 else 1]
        options["weight"] = torch.linspace(0.5, 2.0, classes, dtype=x.dtype)
    if soft:
        options.pop("ignore_index", None)
    return options


def value_and_gradient(function, x: torch.Tensor, *arguments, **options) -> tuple[torch.Tensor, torch.Tensor]:
    leaf = x.detach().clone().requires_grad_()
    value = function(leaf, *arguments, **options)
    upstream = torch.linspace(-1.0, 2.0, value.numel(), dtype=value.dtype).reshape(value.shape)
    value.backward(upstream)
    return value.detach(), leaf.grad


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("soft", [False, True], ids=["classes", "distributions"])
@pytest.mark.parametrize("name", WEIGHTS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_agrees_with_torch(dtype: torch.dtype, shape: tuple[int, ...], name: str, soft: bool, reduction: str) -> None:
    x = logits(shape, dtype)
    t, options = target_of(x, soft), options_for(x, name, soft)
    value, gradient = value_and_gradient(cross_entropy, x, t, reduction=reduction, **options)
    expected, slope = value_and_gradient(functional.cross_entropy, x, t, reduction=reduction, **options)
    tolerance = {"rtol": 2e-5, "atol": 1e-6} if dtype == torch.float32 else {"rtol": 1e-12, "atol": 1e-14}
    torch.testing.assert_close(value, expected, **tolerance)  # compares shape and type too
    torch.testing.assert_close(gradient, slope, **tolerance)
    with torch.no_grad():
        torch.testing.assert_close(cross_entropy(x, t, reduction=reduction, **options), value, rtol=1e-6, atol=0.0)


def by_hand(x: torch.Tensor, t: torch.Tensor, options: dict) -> torch.Tensor:
    """Every option out of torch's own operations, for its autodiff."""
    options = dict(options)
    cap, z_loss = options.pop("softcap", None), options.pop("z_loss", 0.0)
    z = x if cap is None else cap * torch.tanh(x / cap)
    z = z / options.pop("temperature", 1.0)
    loss = functional.cross_entropy(z, t, **options)
    lse = z_loss * torch.logsumexp(z, 1) ** 2
    reduction = options.get("reduction", "mean")
    return loss + (lse if reduction == "none" else lse.sum() if reduction == "sum" else lse.mean())


CASES = [({"reduction": r}, name, soft) for r in REDUCTIONS for name in WEIGHTS for soft in (False, True)]
CASES += [({"reduction": r, **extra}, "plain", soft) for r in REDUCTIONS for extra in EXTRAS for soft in (False, True)]


@pytest.mark.parametrize(("options", "name", "soft"), CASES, ids=str)
def test_gradient_and_hessian(options: dict, name: str, soft: bool) -> None:
    x = logits((4, 3)).requires_grad_()
    t = target_of(x, soft)
    given = {**options, **options_for(x, name, soft)}
    assert gradcheck(lambda a: cross_entropy(a, t, **given), x)
    assert gradgradcheck(lambda a: cross_entropy(a, t, **given), x)
    vector = logits((4, 3)).flip(0)
    # Unreduced losses are summed with different factors, so that rows cannot be mixed up unseen.
    factors = torch.linspace(-1.0, 3.0, 4, dtype=torch.float64) if options["reduction"] == "none" else torch.tensor(2.0)
    value, product = hvp(lambda a: (factors * cross_entropy(a, t, **given)).sum(), x, vector)
    expected, reference = hvp(lambda a: (factors * by_hand(a, t, given)).sum(), x, vector)
    torch.testing.assert_close(value, expected, rtol=1e-12, atol=0.0)
    torch.testing.assert_close(product, reference, rtol=1e-10, atol=1e-12)


def test_a_third_derivative_is_refused() -> None:
    x = logits((4, 3)).requires_grad_()
    (g,) = torch.autograd.grad(cross_entropy(x, target_of(x, soft=False)), x, create_graph=True)
    (h,) = torch.autograd.grad(g.pow(2).sum(), x, create_graph=True)
    with pytest.raises(NotImplementedError, match="not three times"):
        h.sum().backward()


def binary_options(name: str, dtype: torch.dtype) -> dict:
    return {
        "plain": {},
        "weight": {"weight": torch.rand(6, 4, generator=torch.Generator().manual_seed(1)).to(dtype)},
        "weight of columns": {"weight": torch.tensor([0.0, 1.0, 2.0, 3.0], dtype=dtype)},
        "one pos_weight": {"pos_weight": torch.tensor([2.5], dtype=dtype)},
        "pos_weight": {"pos_weight": torch.tensor([0.5, 1.0, 2.0, 3.0], dtype=dtype)},
        "both": {
            "pos_weight": torch.tensor([0.5, 1.0, 2.0, 3.0], dtype=dtype),
            "weight": torch.tensor([[1.0], [2.0], [0.5], [0.0], [1.0], [3.0]], dtype=dtype),
        },
    }[name]


BINARY = ["plain", "weight", "weight of columns", "one pos_weight", "pos_weight", "both"]


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("soft", [False, True], ids=["hard", "soft"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_binary_agrees_with_torch(dtype: torch.dtype, soft: bool, name: str, reduction: str) -> None:
    x = logits((6, 4), dtype)
    random = torch.Generator().manual_seed(2)
    t = torch.rand((6, 4), generator=random).to(dtype)
    t = t if soft else t.round()
    options = {"reduction": reduction, **binary_options(name, dtype)}
    value, gradient = value_and_gradient(binary_cross_entropy_with_logits, x, t, **options)
    expected, slope = value_and_gradient(functional.binary_cross_entropy_with_logits, x, t, **options)
    tolerance = {"rtol": 2e-5, "atol": 1e-6} if dtype == torch.float32 else {"rtol": 1e-12, "atol": 1e-14}
    torch.testing.assert_close(value, expected, **tolerance)
    torch.testing.assert_close(gradient, slope, **tolerance)
    if dtype == torch.float64:
        leaf = x.clone().requires_grad_()
        assert gradcheck(lambda a: binary_cross_entropy_with_logits(a, t, **options), leaf)
        assert gradgradcheck(lambda a: binary_cross_entropy_with_logits(a, t, **options), leaf)
        vector = logits((6, 4)).flip(0)
        product = hvp(lambda a: binary_cross_entropy_with_logits(a, t, **options).sum(), x, vector)[1]
        reference = hvp(lambda a: functional.binary_cross_entropy_with_logits(a, t, **options).sum(), x, vector)[1]
        torch.testing.assert_close(product, reference, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("ahead", [25.0, 40.0])
@pytest.mark.parametrize("classes", [2, 10, 1000])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_confident_rows_keep_their_digits(dtype: torch.dtype, classes: int, ahead: float) -> None:
    x = logits((1, classes), dtype) * 0.05
    x[0, 1] = ahead
    value, gradient = value_and_gradient(cross_entropy, x, torch.tensor([1]), reduction="sum")
    with mp.workdps(50):
        e = [mp.exp(mp.mpf(v)) for v in x[0].tolist()]
        others = sum(e) - e[1]
        loss, slope = float(mp.log1p(others / e[1])), float(others / sum(e))
    tolerance = 1e-6 if dtype == torch.float32 else 1e-14
    assert value.item() == pytest.approx(loss, rel=tolerance, abs=0.0)
    assert abs(gradient[0, 1].item()) == pytest.approx(slope, rel=tolerance, abs=0.0)
    y = torch.tensor([1])
    assert functional.cross_entropy(x, y).item() != pytest.approx(loss, rel=1e-8, abs=0.0)  # why we bother


def test_binary_confident_rows_keep_their_digits() -> None:
    x, t = torch.tensor([40.0, -40.0], dtype=torch.float64), torch.tensor([1.0, 0.0], dtype=torch.float64)
    value, gradient = value_and_gradient(binary_cross_entropy_with_logits, x, t, reduction="none")
    with mp.workdps(50):
        loss, slope = float(mp.log1p(mp.exp(-40))), float(1 / (1 + mp.exp(40)))
    assert value.tolist() == pytest.approx([loss, loss], rel=1e-15, abs=0.0)
    assert gradient.tolist() == pytest.approx(
        [slope, 2 * slope], rel=1e-15, abs=0.0
    )  # the factors from above are -1 and 2


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_training_reaches_the_weights_of_torch(dtype: torch.dtype) -> None:
    torch.manual_seed(0)
    x, y = torch.randn(200, 6, dtype=dtype), torch.randint(0, 4, (200,))
    t = torch.rand(200, 4, dtype=dtype)
    pairs = [
        (torch.nn.CrossEntropyLoss(label_smoothing=0.1), CrossEntropyLoss(label_smoothing=0.1), y),
        (torch.nn.CrossEntropyLoss(weight=t[0]), CrossEntropyLoss(t[0]), y),
        (torch.nn.BCEWithLogitsLoss(pos_weight=t[1] + 1), BCEWithLogitsLoss(pos_weight=t[1] + 1), t),
    ]
    for theirs, ours, target in pairs:
        assert isinstance(ours, type(theirs))
        assert ours.state_dict().keys() == theirs.state_dict().keys()
        reached = []
        for criterion in (theirs, ours):
            torch.manual_seed(1)
            model = torch.nn.Linear(6, 4, dtype=dtype)
            optimiser = torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9)
            for _ in range(50):
                optimiser.zero_grad()
                criterion(model(x), target).backward()
                optimiser.step()
            reached.append(model.weight.detach())
        torch.testing.assert_close(*reached, rtol=0.0, atol=1e-6 if dtype == torch.float32 else 1e-12)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=["bfloat16", "float16"])
def test_half_precision_is_computed_in_single(dtype: torch.dtype) -> None:
    x, y = logits((20, 7), dtype), target_of(logits((20, 7)), soft=False)
    value, gradient = value_and_gradient(cross_entropy, x, y)
    expected, slope = value_and_gradient(cross_entropy, x.float(), y)
    assert value.dtype == gradient.dtype == dtype
    assert torch.equal(value, expected.to(dtype))
    assert torch.equal(gradient, (slope.to(dtype)))
    t = y[:, None].expand(20, 7).ge(3).to(dtype)
    assert binary_cross_entropy_with_logits(x, t).dtype == dtype


def test_in_a_compiled_function() -> None:
    x, y = logits((6, 3)), target_of(logits((6, 3)), soft=False)
    loss = torch.compiler.disable(cross_entropy)
    compiled = torch.compile(lambda a: loss(a * 2.0, y), backend="eager")
    leaf = x.clone().requires_grad_()
    compiled(leaf).backward()
    expected = value_and_gradient(lambda a: -cross_entropy(a * 2.0, y), x)[1]  # the factor from above is -1
    torch.testing.assert_close(leaf.grad, expected, rtol=1e-14, atol=0.0)


def test_the_graph_may_be_used_again() -> None:
    x, y = logits((6, 3)), target_of(logits((6, 3)), soft=False)
    leaf = x.clone().requires_grad_()
    loss = cross_entropy(leaf, y)
    loss.backward(retain_graph=True)
    first = leaf.grad.clone()
    leaf.grad.zero_()  # must not reach anything that the graph holds
    loss.backward()
    assert torch.equal(leaf.grad, first)
    (3.0 * cross_entropy(leaf, y)).backward()
    torch.testing.assert_close(leaf.grad, 4.0 * first)


@pytest.mark.parametrize("which", ["logits", "target"])
def test_what_is_overwritten_before_its_use_is_noticed(which: str) -> None:
    x, y = logits((6, 3)), target_of(logits((6, 3)), soft=False)
    leaf = x.clone().requires_grad_()
    middle = leaf * 1.0
    loss = cross_entropy(middle, y)
    (middle if which == "logits" else y).mul_(1)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        torch.autograd.grad(loss, leaf, create_graph=True)


@pytest.mark.parametrize(
    "view", [lambda x: x.T.contiguous().T, lambda x: x.repeat_interleave(2, 1)[:, ::2], lambda x: x[:]]
)
def test_strided_input(view) -> None:
    x, y = logits((9, 6)), target_of(logits((9, 6)), soft=False)
    value, gradient = value_and_gradient(cross_entropy, x, y)
    leaf = x.clone().requires_grad_()
    again = cross_entropy(view(leaf), y)
    (-again).backward()
    assert again.item() == value.item()
    assert torch.equal(leaf.grad, gradient)


REFUSED = [
    ("LL143", "label 9 in row 1", lambda: cross_entropy(torch.zeros(2, 3), torch.tensor([0, 9]))),
    ("LL144", "row 1", lambda: cross_entropy(torch.tensor([[0.0, 1.0], [torch.nan, 0.0]]), torch.tensor([0, 0]))),
    ("LL145", "ignored", lambda: cross_entropy(torch.zeros(2, 3), torch.tensor([-100, -100]))),
    ("LL141", "row 0", lambda: cross_entropy(torch.zeros(2, 3), torch.ones(2, 3))),
    ("LL146", "ignore_index", lambda: cross_entropy(torch.zeros(1, 2), torch.tensor([[0.5, 0.5]]), ignore_index=1)),
    ("LL147", "cpu|CPU", lambda: cross_entropy(torch.zeros(2, 3, device="meta"), torch.tensor([0, 1]))),
    ("LL147", "target is on", lambda: cross_entropy(torch.zeros(2, 3), torch.zeros(2, device="meta"))),
    ("LL147", "not a tensor", lambda: cross_entropy(np.zeros((2, 3)), torch.tensor([0, 1]))),
    ("LL147", "input cannot be read", lambda: torch.func.vmap(lambda x: cross_entropy(x, torch.tensor([0])))(
        torch.zeros(2, 1, 3))),
    ("LL147", "input cannot be read", lambda: cross_entropy(torch.zeros(2, 3).to_sparse(), torch.tensor([0, 1]))),
    ("LL147", "target requires", lambda: cross_entropy(torch.zeros(1, 2), torch.tensor([[0.5, 0.5]]).requires_grad_())),
    ("LL140", "row 1", lambda: binary_cross_entropy_with_logits(torch.zeros(2), torch.tensor([0.5, 1.5]))),
    ("LL140", "row 1", lambda: binary_cross_entropy_with_logits(
        torch.zeros(2), torch.tensor([0.5, 1.5]), pos_weight=torch.ones(2))),
    ("LL147", "shape", lambda: binary_cross_entropy_with_logits(torch.zeros(2), torch.zeros(2, 1))),
    ("LL147", "weight has shape", lambda: binary_cross_entropy_with_logits(
        torch.zeros(2), torch.zeros(2), torch.ones(3))),
    ("LL118", "pos_weight", lambda: binary_cross_entropy_with_logits(
        torch.zeros(2), torch.zeros(2), pos_weight=torch.tensor([1.0, -1.0]))),
]  # fmt: skip


@pytest.mark.parametrize(("code", "words", "call"), REFUSED)
def test_refusals(code: str, words: str, call) -> None:
    with pytest.raises(DataError, match=words) as caught:
        call()
    assert caught.value.code == code


@pytest.mark.parametrize("module", ["torch", "jax"])
def test_what_is_missing_is_said(module: str) -> None:
    code = f"import sys; sys.modules[{module!r}] = None; import loglik, loglik.{module}"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert run.stderr.splitlines()[-1].endswith('pip install "loglik[interop]"')


def test_loglik_imports_neither() -> None:
    code = "import sys, loglik.metrics; sys.exit(bool({'torch', 'jax'} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], check=True)
