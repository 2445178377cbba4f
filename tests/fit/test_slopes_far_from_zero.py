"""Slopes within levels of numbers far from zero, against Newton's method at 50 digits."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pandas as pd
import pytest

import loglik

N = 70


def table(k: int) -> pd.DataFrame:
    rng = np.random.default_rng(k)
    data = pd.DataFrame({
        "t": 1.7e9 + np.round(rng.uniform(0, 1e4, N)),
        "far": 3e7 + rng.normal(size=N).round(3),
        "x": rng.normal(size=N).round(3),
        "g": rng.choice(["a", "b", "c"], N, p=[0.5, 0.3, 0.2]),
        "h": rng.choice(["u", "v"], N),
        "w": rng.integers(1, 4, N).astype(float),
    })  # fmt: skip
    data["y"] = np.array(list("nps"))[rng.integers(0, k, N)]
    return data


def columns(names: list[str], data: pd.DataFrame) -> list[list]:
    """Columns of terms, by their names."""

    def factor(name: str) -> list:
        if name == "(Intercept)":
            return [mp.mpf(1)] * N
        if "[" in name:
            column, level = name[:-1].split("[")
            return [mp.mpf(int(v == level)) for v in data[column]]
        return [mp.mpf(float(v)) for v in data[name]]

    made = []
    for name in names:
        parts = [factor(f) for f in name.split(":")]
        made.append([mp.fprod(values) for values in zip(*parts, strict=True)])
    return made


def maximised(x: list[list], label: np.ndarray, w: list[float], c: int, start: list[float]) -> tuple[list, list]:
    """Estimate and standard errors, from a start near by."""
    p = len(x)
    beta = mp.matrix([mp.mpf(b) for b in start])
    for _ in range(12):
        gradient, hessian = mp.zeros(c * p, 1), mp.zeros(c * p)
        for i in range(N):
            row = [column[i] for column in x]
            e = [mp.exp(mp.fsum(row[j] * beta[m * p + j] for j in range(p))) for m in range(c)]
            q = [v / (1 + mp.fsum(e)) for v in e]
            for a in range(c):
                for j in range(p):
                    gradient[a * p + j] += w[i] * row[j] * (q[a] - int(label[i] == a))
                for b in range(c):
                    v = w[i] * q[a] * (int(a == b) - q[b])
                    for j in range(p):
                        for l in range(p):  # noqa: E741
                            hessian[a * p + j, b * p + l] += v * row[j] * row[l]
        step = mp.lu_solve(hessian, gradient)
        beta -= step
        if mp.fsum(gradient[j] * step[j] for j in range(c * p)) < mp.mpf(10) ** -40:
            break
    inverse = hessian**-1
    return list(beta), [mp.sqrt(inverse[j, j]) for j in range(c * p)]


@pytest.mark.parametrize(
    ("formula", "k"),
    [
        ("g*t", 2), ("g + g:t", 2), ("0 + g + g:far", 2), ("g:t", 2), ("g*t + g:far", 2), ("g*h*t", 2),
        ("far*x", 2), ("t + x + t:x", 3), ("h*far", 3), ("h + h:t", 3),
    ],
)  # fmt: skip
def test_as_at_50_digits(formula: str, k: int) -> None:
    data = table(k)
    model = loglik.fit_classifier(data, formula=f"y ~ {formula}", reference="n", weights="w")
    assert model.report.converged
    terms = model.report.terms
    p = len(terms) // (k - 1)
    label = np.array([{"n": k - 1, "p": 0, "s": 1}[v] for v in data.y])
    with mp.workdps(50):
        x = columns([t.term for t in terms][:p], data)
        # The coefficients as printed start where digits cancel: Newton's method begins with those of small steps.
        beta, errors = maximised(x, label, data.w.tolist(), k - 1, [t.estimate for t in terms])
        for term, exact, error in zip(terms, beta, errors, strict=True):
            assert abs(term.estimate - exact) < 1e-6 * error, term.term
            assert term.std_error == pytest.approx(float(error), rel=1e-6), term.term
        eta = [[mp.fsum(x[j][i] * beta[m * p + j] for j in range(p)) for m in range(k - 1)] for i in range(N)]
        z = [1 + mp.fsum(mp.exp(v) for v in row) for row in eta]
        exact_p = np.array([[float(mp.exp(v) / s) for v in row] for row, s in zip(eta, z, strict=True)])
    found = model.predict_proba(data)
    np.testing.assert_allclose(np.asarray(found)[:, 1:], exact_p, rtol=0, atol=2e-8)


def test_a_level_that_is_dropped_takes_up_nothing() -> None:
    """The levels of m repeat those of g: slopes within m have no level of their own."""
    data = table(2).assign(m=lambda d: "m" + d.g)
    with pytest.warns(loglik.CollinearityWarning):
        model = loglik.fit_classifier(data, formula="y ~ g + m + m:t")
    plain = loglik.fit_classifier(data, formula="y ~ g + g:t")
    np.testing.assert_allclose(model.predict_proba(data), plain.predict_proba(data), atol=1e-7)
    assert model.report.overall.log_likelihood == pytest.approx(plain.report.overall.log_likelihood, rel=1e-12)


def test_profiles_tests_and_covariances_are_of_the_columns_as_they_are() -> None:
    """Of a number that may be centered by hand: slopes and their errors are the same."""
    data = table(2).assign(s=lambda d: d.far - 3e7)
    far = loglik.fit_classifier(data, formula="y ~ g*far", cluster="h", intervals="wald")
    near = loglik.fit_classifier(data, formula="y ~ g*s", cluster="h", intervals="wald")
    for name in ("b", "c"):
        one = next(t for t in far.report.terms if t.term == f"far:g[{name}]")
        other = next(t for t in near.report.terms if t.term == f"s:g[{name}]")
        assert (one.estimate, one.std_error) == pytest.approx((other.estimate, other.std_error), rel=1e-6)
    far, near = (loglik.fit_classifier(data, formula=f"y ~ g*{v}", intervals="profile") for v in ("far", "s"))
    one, other = (next(t for t in m.report.terms if t.term.endswith("g[b]") and ":" in t.term) for m in (far, near))
    assert (one.conf_low, one.conf_high) == pytest.approx((other.conf_low, other.conf_high), rel=1e-6)
    assert far.test("far:g[b] = far:g[c]").statistic == pytest.approx(near.test("s:g[b] = s:g[c]").statistic, rel=1e-6)
