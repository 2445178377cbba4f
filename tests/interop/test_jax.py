"""loglik.jax against Optax where that is right, against JAX's autodiff, and against 50-digit arithmetic."""

from __future__ import annotations

import subprocess
import sys

import jax
import jax.numpy as jnp
import mpmath as mp
import numpy as np
import optax
import pytest

from loglik import jax as jax_losses
from loglik.errors import DataError

RNG = np.random.default_rng(4)


@pytest.fixture(autouse=True)
def double_precision():
    with jax.enable_x64(True):
        yield


def problem(name: str, shape: tuple[int, ...], dtype: str) -> tuple:
    x = RNG.normal(size=shape) * 2
    if name == "softmax_cross_entropy_with_integer_labels":
        return jnp.asarray(x, dtype), jnp.asarray(RNG.integers(0, shape[-1], shape[:-1]))
    if name == "softmax_cross_entropy":
        return jnp.asarray(x, dtype), jax.nn.softmax(jnp.asarray(RNG.random(shape), dtype))
    return jnp.asarray(x, dtype), jnp.asarray(RNG.random(shape), dtype)


NAMES = ["softmax_cross_entropy_with_integer_labels", "softmax_cross_entropy", "sigmoid_binary_cross_entropy"]
SHAPES = [(5,), (6, 2), (7, 5), (3, 60), (2, 3, 4)]


def close(ours, theirs, dtype: str) -> None:
    assert ours.shape == theirs.shape
    assert ours.dtype == theirs.dtype == jnp.dtype(dtype)
    tolerance = {"rtol": 2e-5, "atol": 1e-6} if dtype == "float32" else {"rtol": 1e-12, "atol": 1e-14}
    np.testing.assert_allclose(ours, theirs, **tolerance)


def weighted(function, u):
    """A number that moves rows by different amounts, so that they cannot be mixed up unseen."""
    return lambda x, t: (u * function(x, t)).sum()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_agrees_with_optax_plain_and_compiled(name: str, shape: tuple[int, ...], dtype: str) -> None:
    x, t = problem(name, shape, dtype)
    ours, theirs = getattr(jax_losses, name), getattr(optax, name)
    expected = theirs(x, t)
    close(ours(x, t), expected, dtype)
    close(jax.jit(ours)(x, t), expected, dtype)
    u = jnp.linspace(-1.0, 2.0, expected.size, dtype=dtype).reshape(expected.shape)
    slope = jax.grad(weighted(theirs, u))(x, t)
    close(jax.grad(weighted(ours, u))(x, t), slope, dtype)
    value, gradient = jax.jit(jax.value_and_grad(weighted(ours, u)))(x, t)
    close(gradient, slope, dtype)
    assert value == pytest.approx(float(weighted(theirs, u)(x, t)), rel=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_second_derivatives(name: str) -> None:
    x, t = problem(name, (3, 4), "float64")
    ours, theirs = getattr(jax_losses, name), getattr(optax, name)
    u = jnp.linspace(-1.0, 2.0, theirs(x, t).size).reshape(theirs(x, t).shape)
    hessian = jax.jit(jax.jacrev(jax.grad(weighted(ours, u))))(x, t)
    np.testing.assert_allclose(hessian, jax.hessian(weighted(theirs, u))(x, t), rtol=1e-11, atol=1e-13)
    if "integer" not in name:  # by the targets, and mixed
        slope = jax.grad(weighted(ours, u), 1)(x, t)
        np.testing.assert_allclose(slope, jax.grad(weighted(theirs, u), 1)(x, t), rtol=1e-12)
        mixed = jax.jacrev(jax.grad(weighted(ours, u)), 1)(x, t)
        np.testing.assert_allclose(mixed, jax.jacrev(jax.grad(weighted(theirs, u)), 1)(x, t), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("name", NAMES)
def test_vmap(name: str) -> None:
    x, t = problem(name, (6, 5, 4), "float64")
    ours, theirs = getattr(jax_losses, name), getattr(optax, name)
    np.testing.assert_allclose(jax.vmap(ours)(x, t), theirs(x, t), rtol=1e-12)
    np.testing.assert_allclose(jax.vmap(jax.vmap(ours))(x, t), theirs(x, t), rtol=1e-12)
    np.testing.assert_allclose(
        jax.jit(jax.vmap(ours, (0, None)))(x, t[0]), jax.vmap(theirs, (0, None))(x, t[0]), rtol=1e-12
    )
    per_example = jax.vmap(jax.grad(lambda a, b: ours(a, b).sum()))(x, t)
    np.testing.assert_allclose(per_example, jax.grad(lambda a, b: theirs(a, b).sum())(x, t), rtol=1e-11, atol=1e-14)


def test_axis_and_broadcasting_as_in_optax() -> None:
    x, y = jnp.asarray(RNG.normal(size=(4, 5, 3))), jnp.asarray(RNG.integers(0, 5, (4, 3)))
    ours = jax_losses.softmax_cross_entropy_with_integer_labels(x, y, axis=1)
    np.testing.assert_allclose(ours, optax.softmax_cross_entropy_with_integer_labels(x, y, axis=1), rtol=1e-12)
    t = jax.nn.one_hot(y, 5, axis=1)
    np.testing.assert_allclose(jax_losses.softmax_cross_entropy(x, t, axis=1), ours, rtol=1e-14)
    row = jnp.array([0.2, 0.5, 0.3])
    np.testing.assert_allclose(
        jax_losses.softmax_cross_entropy(x, row), optax.softmax_cross_entropy(x, row), rtol=1e-12
    )
    np.testing.assert_allclose(
        jax_losses.sigmoid_binary_cross_entropy(x, 1), optax.sigmoid_binary_cross_entropy(x, jnp.ones(())), rtol=1e-12
    )


@pytest.mark.parametrize("ahead", [25.0, 40.0])
@pytest.mark.parametrize("classes", [2, 10, 1000])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_confident_rows_keep_their_digits(dtype: str, classes: int, ahead: float) -> None:
    row = (RNG.normal(size=classes) * 0.1).astype(dtype)
    row[1] = ahead
    with mp.workdps(50):
        e = [mp.exp(mp.mpf(float(v))) for v in row]
        others = sum(e) - e[1]
        loss, slope = float(mp.log1p(others / e[1])), float(others / sum(e))
    x, y = jnp.asarray(row)[None], jnp.array([1])
    tolerance = 1e-6 if dtype == "float32" else 1e-14

    def total(a):
        return jax_losses.softmax_cross_entropy_with_integer_labels(a, y).sum()

    value, gradient = jax.jit(jax.value_and_grad(total))(x)
    assert float(value) == pytest.approx(loss, rel=tolerance, abs=0.0)
    assert -float(gradient[0, 1]) == pytest.approx(slope, rel=tolerance, abs=0.0)
    theirs = optax.softmax_cross_entropy_with_integer_labels(x, y)[0]
    assert float(theirs) != pytest.approx(loss, rel=1e-8, abs=0.0)  # why we bother
    sure = jax_losses.sigmoid_binary_cross_entropy(jnp.asarray(ahead, dtype), 1)
    with mp.workdps(50):
        assert float(sure) == pytest.approx(float(mp.log1p(mp.exp(-ahead))), rel=tolerance, abs=0.0)


@pytest.mark.parametrize("name", NAMES)
def test_half_precision(name: str) -> None:
    x, t = problem(name, (8, 5), "bfloat16")
    t = t if "integer" in name else jax.nn.softmax(t.astype("float32"))
    loss, gradient = jax.value_and_grad(lambda a: getattr(jax_losses, name)(a, t).sum())(x)
    assert loss.dtype == gradient.dtype == jnp.bfloat16
    np.testing.assert_allclose(
        getattr(jax_losses, name)(x, t).astype("float32"), getattr(optax, name)(x.astype("float32"), t), rtol=0.01
    )


def test_refusals() -> None:
    cross_entropy = jax_losses.softmax_cross_entropy_with_integer_labels
    with pytest.raises(DataError, match="LL147"):
        cross_entropy(jnp.zeros((2, 3), int), jnp.zeros(2, int))
    with pytest.raises(DataError, match="LL143"):
        cross_entropy(jnp.zeros((2, 3)), jnp.zeros(2))
    with pytest.raises(DataError, match="LL147"):
        cross_entropy(jnp.zeros((2, 3)), jnp.zeros((2, 1), int))
    for call, words in (
        (lambda: cross_entropy(jnp.zeros((2, 3)), jnp.array([0, 3])), "LL143 label 3 in row 1"),
        (lambda: jax.jit(cross_entropy)(jnp.full((2, 3), jnp.nan), jnp.array([0, 1])), "LL144 .* row 0"),
        (lambda: jax_losses.softmax_cross_entropy(jnp.zeros((2, 3)), jnp.ones((2, 3))), "LL141 .* row 0"),
        (lambda: jax_losses.sigmoid_binary_cross_entropy(jnp.zeros(2), jnp.array([0.0, 2.0])), "LL140 .* row 1"),
    ):
        with pytest.raises(jax.errors.JaxRuntimeError, match=words):
            jax.block_until_ready(call())


def test_training_reaches_the_weights_of_optax() -> None:
    x, y = jnp.asarray(RNG.normal(size=(200, 6))), jnp.asarray(RNG.integers(0, 4, 200))
    optimiser = optax.sgd(0.5, momentum=0.9)
    reached = []
    for loss in (jax_losses, optax):
        weights = jnp.zeros((6, 4))
        state = optimiser.init(weights)

        def mean(w, loss=loss):
            return loss.softmax_cross_entropy_with_integer_labels(x @ w, y).mean()

        @jax.jit
        def step(w, s, mean=mean):
            change, s = optimiser.update(jax.grad(mean)(w), s)
            return optax.apply_updates(w, change), s

        for _ in range(50):
            weights, state = step(weights, state)
        reached.append(weights)
    np.testing.assert_allclose(*reached, rtol=0.0, atol=1e-12)


def test_large_arrays_do_not_wait_for_themselves() -> None:
    # The host function is called from JAX's own thread; it must not need that thread to read its arguments.
    code = """
import jax, jax.numpy as jnp
from loglik.jax import softmax_cross_entropy_with_integer_labels as f
x = jnp.ones((200_000, 20)) * 2
y = jnp.zeros(200_000, int)
step = jax.jit(jax.grad(lambda a: f(a * 2, y).mean()))
for _ in range(3):
    x = x - step(x)
print(float(x.sum()))
"""
    one_thread = (
        "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n" if sys.platform == "linux" else ""
    )
    subprocess.run([sys.executable, "-c", one_thread + code], check=True, timeout=60, capture_output=True)
