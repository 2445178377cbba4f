"""The limit of three separated classes or more: against 50 digits far out, linear programmes and a general maximiser."""

from __future__ import annotations

import json
import math

import mpmath
import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog, minimize
from small_tables import hepatitis

import loglik
from loglik.cli import main
from loglik.errors import DataError
from loglik.fit import limit_of_classes

Z2 = 3.8414588206941245


def reported(data: pd.DataFrame, target: str | None = "y", **options):
    with pytest.warns(loglik.SeparationWarning, match="LL243"):
        model = loglik.fit_classifier(data, target, separation="report", **options)
    return model, {(t.class_, t.term): t for t in model.report.terms}


def voters() -> pd.DataFrame:
    """Class c never occurs with z = 1."""
    rng = np.random.default_rng(1)
    x, z, y = rng.normal(size=60).round(1), rng.integers(0, 2, 60), rng.choice(list("abc"), 60)
    y[(z == 1) & (y == "c")] = "b"
    return pd.DataFrame({"x": x, "z": z, "y": y})


def test_the_finite_terms_are_those_of_a_coefficient_far_out_at_50_digits() -> None:
    """With z held at -60 for class c, Newton's method in mpmath: what is left differs from the limit by exp(-60)."""
    data = voters()
    model, terms = reported(data)
    assert terms["c", "z"].estimate == -math.inf
    assert model.report.rows_touching == 60  # where c is not possible, a and b are
    rows = [(1, float(x), int(z), "abc".index(y)) for x, z, y in data[["x", "z", "y"]].to_numpy()]
    free = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)]  # (class, column) but for z of class c
    with mpmath.workdps(50):
        b = mpmath.zeros(2, 3)
        b[1, 2] = mpmath.mpf(-60)
        for _ in range(60):
            g, h, value = mpmath.zeros(5, 1), mpmath.zeros(5, 5), mpmath.mpf(0)
            for *x, y in rows:
                e = [mpmath.mpf(1), *(mpmath.exp(mpmath.fsum(b[k, j] * x[j] for j in range(3))) for k in range(2))]
                p = [v / mpmath.fsum(e) for v in e]
                value += mpmath.log(p[y])
                for i, (k, j) in enumerate(free):
                    g[i] += x[j] * ((y == k + 1) - p[k + 1])
                    for m, (q, r) in enumerate(free):
                        h[i, m] += x[j] * x[r] * p[k + 1] * ((k == q) - p[q + 1])
            step = mpmath.lu_solve(h, g)
            for i, (k, j) in enumerate(free):
                b[k, j] += step[i]
            if mpmath.norm(step) < mpmath.mpf(10) ** -40:
                break
        v = h**-1
        assert model.report.overall.log_likelihood == pytest.approx(float(value), rel=1e-13)
        for i, (k, j) in enumerate(free):
            t = terms["bc"[k], ("(Intercept)", "x", "z")[j]]
            assert t.estimate == pytest.approx(float(b[k, j]), rel=1e-10)
            assert t.std_error == pytest.approx(float(mpmath.sqrt(v[i, i])), rel=1e-9)


def test_what_is_infinite_depends_on_the_reference_but_the_limit_does_not() -> None:
    data = voters()
    one, by_a = reported(data)
    other, by_c = reported(data, reference="c")
    assert one.report.overall.log_likelihood == pytest.approx(other.report.overall.log_likelihood, rel=1e-13)
    assert by_c["a", "z"].estimate == by_c["b", "z"].estimate == math.inf
    for term in ("(Intercept)", "x"):
        assert by_c["a", term].estimate == pytest.approx(-by_a["c", term].estimate, rel=1e-9)
        assert by_c["a", term].std_error == pytest.approx(by_a["c", term].std_error, rel=1e-9)
    assert by_c["a", "z"].lr_statistic == pytest.approx(by_a["c", "z"].lr_statistic, rel=1e-9)
    assert by_c["a", "z"].conf_low == pytest.approx(-by_a["c", "z"].conf_high, rel=1e-7)


def supremum(x: np.ndarray, y: np.ndarray, k: int, w: np.ndarray, held: int | None = None, value: float = 0.0):
    """Of the likelihood, with a coefficient held: one linear programme finds what may be raised, BFGS does the rest."""
    n, width = x.shape
    pairs, of = [], []
    for i in range(n):
        for m in range(k):
            if m != y[i]:
                v = np.zeros((k, width))
                v[y[i]] += x[i]
                v[m] -= x[i]
                pairs.append(v[1:].ravel())
                of.append((i, m))
    a = np.delete(np.array(pairs), [] if held is None else held, axis=1)
    c = np.r_[np.zeros(a.shape[1]), -np.ones(len(of))]
    bounds = [(None, None)] * a.shape[1] + [(0.0, 1.0)] * len(of)
    raised = linprog(c, A_ub=np.c_[-a, np.eye(len(of))], b_ub=np.zeros(len(of)), bounds=bounds).x[a.shape[1] :] > 0.5
    possible = np.zeros((n, k), dtype=bool)
    possible[np.arange(n), y] = True
    for (i, m), gone in zip(of, raised, strict=True):
        possible[i, m] |= not gone
    free = np.delete(np.arange((k - 1) * width), [] if held is None else held)

    def loss(t: np.ndarray) -> tuple[float, np.ndarray]:
        b = np.full((k - 1) * width, value)
        b[free] = t
        eta = np.c_[np.zeros(n), x @ b.reshape(k - 1, width).T]
        e = np.where(possible, eta, -np.inf)
        log_sum = np.logaddexp.reduce(e, axis=1)
        residual = w[:, None] * (np.exp(e - log_sum[:, None]) - np.eye(k)[y])
        return float(w @ (log_sum - eta[np.arange(n), y])), (residual[:, 1:].T @ x).ravel()[free]

    found = minimize(loss, np.zeros(free.size), jac=True, method="BFGS", options={"gtol": 1e-9, "maxiter": 5000})
    return -found.fun, found.x, a[~raised], a[raised]


def tends_by_programmes(j: int, touching: np.ndarray, raised: np.ndarray) -> str:
    unit = np.eye(raised.shape[1])[j]
    rank = np.linalg.matrix_rank
    if touching.size and rank(np.vstack([touching, unit]), 1e-9) == rank(touching, 1e-9):
        return "finite"
    same = {"A_eq": touching, "b_eq": np.zeros(len(touching))} if touching.size else {}
    for sign, name in ((1.0, "+inf"), (-1.0, "-inf")):
        found = linprog(sign * unit, A_ub=-raised, b_ub=-np.ones(len(raised)), bounds=(None, None), **same)
        if found.status == 0 and found.fun > 1e-6:
            return name
    return "undetermined"


@pytest.mark.parametrize("seed", range(12))
def test_random_tables_of_small_numbers(seed: int) -> None:
    rng = np.random.default_rng(seed)
    while True:
        k, q, n = int(rng.integers(3, 5)), int(rng.integers(1, 4)), int(rng.integers(6, 20))
        x, y = rng.integers(0, 3, (n, q)).astype(float), rng.integers(0, k, n)
        wide = np.c_[np.ones(n), x]
        if len(set(y)) < k or np.linalg.matrix_rank(wide) <= q:
            continue
        w = rng.integers(1, 4, n).astype(float)
        top, beta, touching, raised = supremum(wide, y, k, w)
        if len(raised):
            break
    data = pd.DataFrame(x, columns=[f"x{j}" for j in range(q)]).assign(y=[f"c{v}" for v in y], w=w)
    model, _ = reported(data, weights="w", reference="c0", intervals="profile")
    assert model.report.overall.log_likelihood == pytest.approx(top, abs=1e-8)
    for j, t in enumerate(model.report.terms):
        found = (
            "finite" if math.isfinite(t.estimate) else "undetermined" if math.isnan(t.estimate) else f"{t.estimate:+}"
        )
        assert found == tends_by_programmes(j, touching, raised), (seed, t)
        if found == "finite":
            assert t.estimate == pytest.approx(beta[j], abs=1e-5)
        if t.lr_statistic is not None:
            assert t.lr_statistic == pytest.approx(2.0 * (top - supremum(wide, y, k, w, j)[0]), abs=1e-7)
        for bound in (t.conf_low, t.conf_high):
            if bound is not None and math.isfinite(bound):
                assert 2.0 * (top - supremum(wide, y, k, w, j, bound)[0]) == pytest.approx(Z2, abs=1e-6)


def test_rounds_within_rounds_levels_offsets_and_columns_far_from_zero() -> None:
    """Level u is of class a alone; within level v class c is parted from the others by x, which says nothing of a and b."""
    cells = [("u", 0, "a", 3), ("u", 1, "a", 2), ("v", 0, "a", 4), ("v", 0, "b", 3), ("v", 1, "a", 2), ("v", 1, "b", 5),
             ("v", 2, "c", 4), ("v", 3, "c", 1)]  # fmt: skip
    rows = [(g, x + 1e6, 0.3 * x, y) for g, x, y, m in cells for _ in range(m)]
    data = pd.DataFrame(rows, columns=["g", "x", "o", "y"])
    model, terms = reported(data, offset="o", reference_levels={"g": "v"})
    touch = data[(data.g == "v") & (data.y != "c")]
    alone = loglik.fit_classifier(touch, "y", features=["x"], offset="o", reference="a")
    assert model.report.overall.log_likelihood == pytest.approx(alone.report.overall.log_likelihood, rel=1e-10)
    (_, slope) = alone.report.terms
    assert terms["b", "x"].estimate == pytest.approx(slope.estimate, rel=1e-7)
    assert terms["b", "x"].std_error == pytest.approx(slope.std_error, rel=1e-6)
    assert terms["b", "g[u]"].estimate == -math.inf
    assert terms["c", "x"].estimate == math.inf
    assert terms["c", "(Intercept)"].estimate == -math.inf
    assert model.report.rows_touching == 14
    _, two = reported(touch.assign(g="v", z=(touch.y == "b") * 1.0).drop(columns=["o", "g"]))
    assert two["b", "z"].estimate == math.inf  # the same command for two classes


def test_hepatitis_has_no_hcv_before_the_screening_was_withheld() -> None:
    """Bull, Mak and Greenwood 2002: HCV does not occur before 1986 in the group withheld; the cell ends at probability 0."""
    data = hepatitis()
    _, terms = reported(data, None, formula="type ~ group*time", weights="n", reference="none")
    assert terms["HCV", "group[withhold]:time[pre]"].estimate == -math.inf
    for class_, n in (("HCV", 5), ("nonABC", 11)):
        base = terms[class_, "(Intercept)"]
        assert base.estimate == pytest.approx(math.log(n / 1864), rel=1e-9)
        assert base.std_error == pytest.approx(math.sqrt(1 / n + 1 / 1864), rel=1e-7)
    pre = terms["HCV", "time[pre]"]
    assert pre.estimate == pytest.approx(math.log(5 * 1864 / (389 * 5)), rel=1e-9)
    assert pre.std_error == pytest.approx(math.sqrt(1 / 5 + 1 / 5 + 1 / 389 + 1 / 1864), rel=1e-7)


def test_refusals_and_the_page(tmp_path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    data = voters()
    with pytest.raises(DataError, match=r"LL243 .* covariance"):
        loglik.fit_classifier(data, "y", separation="report", vcov="HC0")
    model, terms = reported(data, inference=False)
    assert model.report.refusal.code == "LL305"
    assert all(t.std_error is None for t in terms.values())
    estimator = loglik.LogisticRegression(separation="report")
    with pytest.warns(loglik.SeparationWarning):
        estimator.fit(data[["x", "z"]].to_numpy(), data.y, sample_weight=np.full(60, 0.5))
    assert estimator.coef_[2, 1] - estimator.coef_[0, 1] == -math.inf
    monkeypatch.setattr(limit_of_classes, "_MOST_LIMIT_WORK", 3000.0)
    with pytest.raises(DataError, match=r"LL243 .*96 pairs .* 6 coefficients"):
        loglik.fit_classifier(data, "y", separation="report")
    monkeypatch.undo()
    path = tmp_path / "d.csv"
    data.to_csv(path, index=False)
    assert main(["fit", str(path), "y ~ x + z", "--separation", "report", "--json", "-q"]) == 0
    document = json.loads(capsys.readouterr().out)
    (z,) = [t for t in document["terms"] if (t["class"], t["term"]) == ("c", "z")]
    assert (z["estimate"], z["limit"], z["conf_low"]) == (None, "-inf", None)
    assert main(["fit", str(path), "y ~ x + z", "--separation", "report", "-q"]) == 0
    page = capsys.readouterr()
    assert "[c] z = 0" in page.out
    assert '"[c] z"' in page.err
