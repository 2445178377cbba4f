"""The one loop of descent, the methods that go through it, and one more."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

import loglik
from conftest import simulate
from loglik.design.features import NumericFeature
from loglik.design.matrix import Design
from loglik.families.canonical import family_for
from loglik.fit.criterion import ConvergenceCriterion
from loglik.fit.descent import methods
from loglik.fit.descent.loop import SolverResult, descend
from loglik.fit.descent.method import Patience, Task
from loglik.fit.descent.methods.gradient_descent import Bound
from loglik.fit.descent.methods.lbfgs import Secants
from loglik.fit.descent.methods.newton import newton
from loglik.fit.hessian.known import Direction, KnownHessian, newton_direction
from loglik.fit.objective import Evaluation, Objective


@dataclass(frozen=True)
class OneNumber(KnownHessian):
    """``H^-1 = (s's / s'y) I`` of the last step (Barzilai, Borwein, IMA Journal of Numerical Analysis 8, 1988)."""

    objective: Objective
    inverse: float

    def direction(self, here: Evaluation) -> Direction:
        return newton_direction(here.gradient, self.inverse * here.gradient)

    def after(self, here: Evaluation, there: Evaluation) -> OneNumber:
        s, y = there.theta - here.theta, there.gradient - here.gradient
        return replace(self, inverse=float(s @ s) / float(s @ y))


class BarzilaiBorwein:
    """A method of descent that the library does not have."""

    name = "barzilai-borwein"
    needs = "secants"
    offered = True
    max_iter = 1_000
    patience = Patience(15, (40,))

    def minimise(self, task: Task, start: np.ndarray) -> SolverResult:
        known = OneNumber(task.objective, 1.0)
        here = known.evaluate(start)
        return descend(known, here, task.criterion, max_iter=task.max_iter or self.max_iter, callback=task.callback)


@pytest.fixture
def added():
    methods.register(BarzilaiBorwein())
    yield
    del methods._methods()["barzilai-borwein"]


@pytest.mark.usefixtures("added")
@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize("alpha", [0.0, 0.05])
def test_a_method_that_is_added_reaches_the_same_coefficients(k: int, alpha: float) -> None:
    x, y = simulate(2_000, 5, k, 3)
    ours = loglik.LogisticRegression(alpha=alpha).fit(x, y)
    theirs = loglik.LogisticRegression(alpha=alpha, solver="barzilai-borwein", keep_trajectory=True).fit(x, y)
    assert theirs.converged_
    assert theirs.model_.plan.method == "barzilai-borwein"
    assert len(theirs.trajectory_) > 5  # its own steps, not ours
    np.testing.assert_allclose(theirs.coef_, ours.coef_, atol=1e-7)
    if alpha == 0.0:
        np.testing.assert_allclose(theirs.tidy()["std_error"], ours.tidy()["std_error"], rtol=1e-7)


@pytest.mark.usefixtures("added")
def test_a_method_that_is_added_ends_where_classes_are_separated() -> None:
    x, y = simulate(400, 3, 2, 4)
    x[:, 0] += np.where(y == 1, 20.0, -20.0)
    with pytest.warns(loglik.SeparationWarning):
        model = loglik.LogisticRegression(solver="barzilai-borwein").fit(x, y)
    assert not model.converged_


@pytest.mark.usefixtures("added")
def test_a_method_is_offered_by_its_name_or_not_at_all() -> None:
    x, y = simulate(200, 2, 2, 5)
    for name in ("lbfgs", "newton-cg", "nothing"):
        with pytest.raises(loglik.DataError, match=r"auto, .*newton.*barzilai-borwein"):
            loglik.LogisticRegression(solver=name).fit(x, y)


def objective(k: int = 2) -> Objective:
    x, y = simulate(700, 3, k, 6)
    design = Design.of(tuple(NumericFeature(c) for c in "abc"), x, np.zeros((700, 0), dtype=np.int32))
    return Objective(design, family_for(k), y.astype(np.int32), np.ones(700), None, 0.0, np.arange(4), 1, 700.0)


def test_all_that_is_known_of_the_hessian_leads_to_the_same_minimum() -> None:
    f = objective(3)
    criterion = ConvergenceCriterion(1e-9, np.ones(f.size))
    start = np.zeros(f.size)
    exact = newton(f, start, criterion, 30).point.theta
    for known in (Secants(f, lambda g: g), Bound(f, 1.0), OneNumber(f, 1.0)):
        result = descend(known, f.evaluate(start), criterion, max_iter=2_000)
        assert result.converged
        np.testing.assert_allclose(result.point.theta, exact, atol=1e-7)


def test_a_run_in_legs_counts_and_remembers_as_one() -> None:
    f = objective()
    criterion = ConvergenceCriterion(1e-9, np.ones(f.size))
    seen: list[int] = []

    def callback(iteration: int, _here: Evaluation, recent: tuple[np.ndarray, ...]) -> bool:
        seen.append(iteration)
        assert len(recent) == min(len(seen), 3)
        return False

    whole = descend(Secants(f, lambda g: g), f.evaluate(np.zeros(4)), criterion, max_iter=50, callback=callback)
    seen_whole, seen[:] = seen.copy(), []
    leg = descend(Secants(f, lambda g: g), f.evaluate(np.zeros(4)), criterion, max_iter=4, callback=callback)
    assert (leg.converged, leg.iterations) == (False, 4)
    rest = descend(
        leg.known, leg.point, criterion, max_iter=50, callback=callback, taken=leg.iterations, recent=leg.recent
    )
    assert seen == seen_whole
    assert rest.iterations == whole.iterations
    np.testing.assert_array_equal(rest.point.theta, whole.point.theta)
    np.testing.assert_array_equal(rest.recent, whole.recent)


@dataclass(frozen=True)
class Misled(KnownHessian):
    """Promises what it does not hold: its steps lead up."""

    objective: Objective
    remains: KnownHessian | None = None

    def direction(self, here: Evaluation) -> Direction:
        return Direction(-here.gradient, float(here.gradient @ here.gradient))

    def without_memory(self) -> KnownHessian | None:
        return self.remains


def test_memory_that_misleads_is_dropped_before_the_run_is_given_up() -> None:
    f = objective()
    here, criterion = f.evaluate(np.zeros(4)), ConvergenceCriterion(1e-9, np.ones(4))
    lost = descend(Misled(f), here, criterion, max_iter=50)
    assert (lost.exhausted, lost.converged, lost.iterations) == (True, False, 0)
    found = descend(Misled(f, Secants(f, lambda g: g)), here, criterion, max_iter=50)
    assert found.converged
    s = np.ones(4)
    assert Secants(f, lambda g: g, ((s, s, 4.0),)).without_memory().pairs == ()
    assert Secants(f, lambda g: g).without_memory() is None


def test_a_rate_that_is_too_large_ends_where_numbers_end() -> None:
    f = objective()
    result = descend(Bound(f, 1e308), f.evaluate(np.zeros(4)), ConvergenceCriterion(1e-9, np.ones(4)), max_iter=10_000)
    assert not result.converged
    assert result.iterations < 10
    assert np.isnan(result.half_squared_decrement)


def test_the_callback_ends_a_run() -> None:
    f = objective()
    known = Secants(f, lambda g: g)
    result = descend(
        known, f.evaluate(np.zeros(4)), ConvergenceCriterion(1e-9, np.ones(4)), max_iter=50,
        callback=lambda iteration, _here, _recent: iteration == 3,
    )  # fmt: skip
    assert (result.stopped, result.converged, result.iterations) == (True, False, 3)
