"""Published figures that differ from exact ones in late digits come out in full with what the other program computes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from scipy.stats import chi2, norm
from small_tables import help_study

import loglik

if TYPE_CHECKING:
    import numpy.typing as npt

    Vector = npt.NDArray[np.float64]


def fmm_spline(x: Vector, y: Vector, at: Vector) -> Vector:
    """Cubic spline of Forsythe, Malcolm and Moler (1977): R's ``spline``, its ends by the third derivatives of 4 points."""
    n, d = x.size, np.diff(x)
    slope = np.diff(y) / d
    a, r = np.zeros((n, n)), np.zeros(n)
    for i in range(1, n - 1):
        a[i, i - 1 : i + 2] = d[i - 1], 2.0 * (d[i - 1] + d[i]), d[i]
        r[i] = slope[i] - slope[i - 1]
    second = np.diff(slope) / (x[2:] - x[:-2])
    third = np.diff(second) / (x[3:] - x[:-3])
    a[0, :2], a[-1, -2:] = (-d[0], d[0]), (d[-1], -d[-1])
    r[0], r[-1] = d[0] ** 2 * third[0], -(d[-1] ** 2) * third[-1]
    s = np.linalg.solve(a, r)
    i = np.clip(np.searchsorted(x, at, side="right") - 1, 0, n - 2)
    u = at - x[i]
    linear = slope[i] - d[i] * (s[i + 1] + 2.0 * s[i])
    return y[i] + u * (linear + u * (3.0 * s[i] + u * (s[i + 1] - s[i]) / d[i]))


PRINTED = {  # exp(confint(glm(homeless ~ age + female, binomial))), N. Horton and K. Kleinman, SAS and R, example 9.14
    "(Intercept)": (0.1669932, 0.9920023),
    "age": (0.9996431, 1.0496390),
    "female": (0.3885283, 0.9522567),
}


@pytest.mark.parametrize("name", PRINTED)
def test_profile_bounds_of_help_as_r_interpolates_them(name: str) -> None:
    """R evaluates the profile at steps of a fifth of its range, and reads the bound off three points to an interval."""
    data = help_study()
    options = {"formula": "homeless | n ~ age + female", "tol": 1e-12}
    whole = loglik.fit_classifier(data, intervals="profile", **options)
    term = next(t for t in whole.report.terms if t.term == name)
    top = whole.report.overall.log_likelihood
    rest = {"(Intercept)": "age + female - 1", "age": "female", "female": "age"}[name]
    column = data.assign(one=1.0)["one" if name == "(Intercept)" else name]

    def fall(value: float) -> float:
        held = loglik.fit_classifier(
            data.assign(o=column * value), formula=f"homeless | n ~ {rest}", offset="o", tol=1e-12
        )
        return max(2.0 * (top - held.report.overall.log_likelihood), 0.0)

    quantile = norm.ppf(0.975)
    for bound in (term.conf_low, term.conf_high):  # ours are exact
        assert fall(bound) == pytest.approx(quantile**2, rel=1e-8)
    most = math.sqrt(chi2.ppf(1.0 - 0.05 / 4.0, 1))
    points = [(term.estimate, 0.0)]
    for sign in (-1.0, 1.0):
        for step in range(1, 10):
            value = term.estimate + sign * step * most / 5.0 * term.std_error
            points.append((value, sign * math.sqrt(fall(value))))
            if abs(points[-1][1]) >= most:
                break
    x, z = np.array(sorted(points)).T
    grid = np.linspace(x[0], x[-1], 3 * x.size)
    found = np.exp(np.interp([-quantile, quantile], fmm_spline(x, z, grid), grid))
    assert found.round(7).tolist() == list(PRINTED[name])


def test_help_as_r_prints_it() -> None:
    """Estimates, errors and Wald intervals of the same page."""
    model = loglik.fit_classifier(help_study(), formula="homeless | n ~ age + female")
    assert [round(t.estimate, 5) for t in model.report.terms] == [-0.89262, 0.02386, -0.49198]
    assert [round(t.std_error, 5) for t in model.report.terms] == [0.45366, 0.01242, 0.22822]
    assert (round(model.report.overall.deviance, 2), round(model.report.overall.aic, 2)) == (617.19, 623.19)
    printed = [0.1683396, 0.9965331, 0.9995114, 1.0493877, 0.3909104, 0.9563045]
    found = [math.exp(b) for t in model.report.terms for b in (t.conf_low, t.conf_high)]
    np.testing.assert_allclose(found, printed, rtol=3e-7)


def test_iris_as_marginaleffects_computes_it(iris: pd.DataFrame) -> None:
    """Its ``+1`` goes from 1/2 below to 1/2 above; its error takes R's last weights, and differences of 1e-4 min |b|."""
    data = iris.assign(bin=(iris.sepal_width < iris.sepal_width.median()).astype(int)).drop(columns="species")
    model = loglik.fit_classifier(data, formula="bin ~ petal_length*petal_width", tol=1e-12)
    row = data.iloc[[0]]  # 1.4 and 0.2
    found = model.effects(row, columns=["petal_length"], change={"petal_length": (0.9, 1.9)}).iloc[0]
    assert found.estimate == pytest.approx(0.10575031724037, rel=2e-9)
    assert found.std_error == pytest.approx(0.054496057221624, rel=4e-5)

    x = np.column_stack([np.ones(len(data)), data.petal_length, data.petal_width, data.petal_length * data.petal_width])
    y = data.bin.to_numpy(dtype=float)
    p, last = (y + 0.5) / 2.0, math.inf
    eta = logit(p)
    while True:  # R's glm.fit
        w = p * (1.0 - p)
        v = np.linalg.inv(x.T @ (w[:, None] * x))
        b = v @ (x.T @ (w * eta + y - p))
        eta = x @ b
        p = expit(eta)
        deviance = -2.0 * float(np.log(np.where(y == 1.0, p, 1.0 - p)).sum())
        if abs(deviance - last) / (abs(deviance) + 0.1) < 1e-8:
            break
        last = deviance

    def change(b: Vector) -> float:
        return float(expit([1.0, 1.9, 0.2, 0.38] @ b) - expit([1.0, 0.9, 0.2, 0.18] @ b))

    h = 1e-4 * np.abs(b).min()
    gradient = np.array([(change(b + h * e) - change(b)) / h for e in np.eye(4)])
    assert change(b) == pytest.approx(0.10575031724037, rel=1e-12)
    assert math.sqrt(gradient @ v @ gradient) == pytest.approx(0.054496057221624, rel=1e-11)
    assert change(model.coefficients[0, [0, 1, 2, 3]]) == pytest.approx(found.estimate, rel=1e-12)
