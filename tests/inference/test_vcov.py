"""Covariances of the estimates of every kind: R's printed figures, statsmodels, and 50 digits from the definition."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import mpmath as mp
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import loglik
import loglik.inference.sandwich
from loglik.model import model_file

NAMES = ("a", "b")
KINDS = ("model", "HC0", "HC1", "HC3", "cluster", "two")


def rows(k: int, n: int = 90, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(n, 2)), columns=list(NAMES))
    frame["firm"] = rng.integers(0, 17, n)
    frame["year"] = [f"{2000 + t}" for t in rng.integers(0, 23, n)]
    eta = np.c_[np.zeros(n), 0.6 * frame.a + 0.2, -0.5 * frame.b, 0.3 * frame.a - 0.4 * frame.b][:, :k]
    p = np.exp(eta) / np.exp(eta).sum(axis=1, keepdims=True)
    frame["y"] = [f"c{np.searchsorted(np.cumsum(row), u)}" for row, u in zip(p, rng.random(n), strict=True)]
    frame["w"] = rng.integers(1, 4, n)
    return frame


def by_definition(frame: pd.DataFrame, kind: str, weight: str | None, *, repeated: bool) -> np.ndarray:
    """The covariance in 50 digits: Newton's method, scores row by row, sums over clusters in plain loops."""
    with mp.workdps(50):
        x = [[mp.mpf(1), mp.mpf(float(a)), mp.mpf(float(b))] for a, b in zip(frame.a, frame.b, strict=True)]
        classes = sorted(frame.y.unique())
        label = [classes.index(v) - 1 for v in frame.y]  # -1: the reference
        n, p, c = len(x), 3, len(classes) - 1
        w = [mp.mpf(1)] * n if weight is None else [mp.mpf(float(v)) for v in frame[weight]]
        if weight is not None and not repeated:
            mean = sum(w) / n
            w = [v / mean for v in w]
        d, beta = c * p, mp.zeros(c * p, 1)

        def probabilities(i: int) -> list[Any]:
            e = [mp.exp(sum(x[i][j] * beta[k * p + j] for j in range(p))) for k in range(c)]
            return [v / (1 + sum(e)) for v in e]

        def hessian(prob: list[list[Any]]) -> Any:
            h = mp.zeros(d, d)
            for i in range(n):
                for k in range(c):
                    for m in range(c):
                        v = w[i] * prob[i][k] * ((k == m) - prob[i][m])
                        for j in range(p):
                            for l in range(p):  # noqa: E741
                                h[k * p + j, m * p + l] += v * x[i][j] * x[i][l]
            return h

        for _ in range(9):
            prob = [probabilities(i) for i in range(n)]
            g = mp.zeros(d, 1)
            for i in range(n):
                for k in range(c):
                    for j in range(p):
                        g[k * p + j] += w[i] * ((label[i] == k) - prob[i][k]) * x[i][j]
            beta += mp.lu_solve(hessian(prob), g)
        prob = [probabilities(i) for i in range(n)]
        v = hessian(prob) ** -1

        def score(i: int) -> Any:
            return mp.matrix([((label[i] == k) - prob[i][k]) * x[i][j] for k in range(c) for j in range(p)])

        def products(scores: list[Any]) -> Any:
            total = mp.zeros(d, d)
            for s in scores:
                total += s * s.T
            return total

        def of_clusters(groups: list[Any]) -> Any:
            sums = {name: mp.zeros(d, 1) for name in groups}
            for i, name in enumerate(groups):
                sums[name] += w[i] * score(i)
            return products(list(sums.values())) * len(sums) / (len(sums) - 1)

        if kind == "model":
            answer = v
        elif kind == "cluster":
            answer = v * of_clusters(list(frame.firm)) * v
        elif kind == "two":
            both = list(zip(frame.firm, frame.year, strict=True))
            answer = v * (of_clusters(list(frame.firm)) + of_clusters(list(frame.year)) - of_clusters(both)) * v
        else:
            scores, count = [], sum(w) if repeated else n
            for i in range(n):
                s = score(i) * (mp.sqrt(w[i]) if repeated else w[i])
                if kind == "HC3":
                    row = mp.matrix(x[i])
                    h = prob[i][0] * (1 - prob[i][0]) * (row.T * v * row)[0] * (1 if repeated else w[i])
                    s /= 1 - h
                scores.append(s)
            factor = {"HC1": mp.mpf(count) / (count - d), "sampling": mp.mpf(n) / (n - 1)}.get(kind, 1)
            answer = v * products(scores) * v * factor
        return np.array([[float(answer[i, j]) for j in range(d)] for i in range(d)])


def ours(model: loglik.FittedClassifier, kind: str, frame: pd.DataFrame) -> np.ndarray:
    if kind in {"cluster", "two"}:
        return model.vcov(cluster=["firm", "year"] if kind == "two" else "firm", data=frame)
    return model.vcov(kind, data=frame)


def fitted(frame: pd.DataFrame, **options: Any) -> loglik.FittedClassifier:
    return loglik.fit_classifier(frame, "y", features=list(NAMES), **options)


# The factor that a fit keeps may be of the Hessian one short step before its end.
KEPT = 1e-6


def close(found: np.ndarray, exact: np.ndarray, tolerance: float = 1e-9) -> None:
    size = np.sqrt(np.outer(np.diag(exact), np.diag(exact)))
    np.testing.assert_allclose(found / size, exact / size, rtol=0, atol=tolerance)


@pytest.mark.filterwarnings("ignore:LL308")
@pytest.mark.parametrize(
    ("k", "kind"), [(k, kind) for k in (2, 3, 4) for kind in KINDS if not (kind == "HC3" and k > 2)]
)
def test_the_definition(k: int, kind: str) -> None:
    frame = rows(k)
    exact = by_definition(frame, kind, None, repeated=False)
    close(ours(fitted(frame), kind, frame), exact, KEPT if kind == "model" else 1e-9)
    if kind == "two":
        close(fitted(frame, cluster=["firm", "year"]).vcov(), exact, KEPT)
    elif kind != "cluster":
        close(fitted(frame, vcov=kind).vcov(), exact, KEPT)


@pytest.mark.parametrize(("k", "kind"), [(2, "HC1"), (2, "HC3"), (3, "HC0"), (3, "HC1"), (3, "cluster")])
def test_frequencies_are_rows_that_stand_there_one_by_one(k: int, kind: str) -> None:
    frame = rows(k)
    found = ours(fitted(frame, weights="w"), kind, frame)
    close(found, by_definition(frame, kind, "w", repeated=True))
    apart = frame.loc[frame.index.repeat(frame.w)].reset_index(drop=True)
    close(found, ours(fitted(apart), kind, apart))


@pytest.mark.parametrize(
    ("k", "kind"), [(2, "HC0"), (2, "HC1"), (2, "HC3"), (2, "sampling"), (3, "cluster"), (3, "sampling"), (3, "two")]
)
@pytest.mark.filterwarnings("ignore:LL302", "ignore:LL308")
def test_rows_that_stand_for_others(k: int, kind: str) -> None:
    frame = rows(k)
    model = fitted(frame, weights="w", weight_kind="sampling")
    close(
        ours(model, kind, frame), by_definition(frame, kind, "w", repeated=False), KEPT if kind == "sampling" else 1e-9
    )


def test_statsmodels() -> None:
    frame = rows(3, 400)
    x = sm.add_constant(frame[list(NAMES)].to_numpy())
    label = frame.y.str[1:].astype(int).to_numpy()
    model = fitted(frame)
    options = {"method": "newton", "tol": 1e-14, "disp": 0}
    result = sm.MNLogit(label, x).fit(cov_type="HC0", **options)
    np.testing.assert_allclose(model.vcov("HC0", data=frame), result.cov_params(), rtol=1e-9)
    two = frame[frame.y != "c2"]
    binary = fitted(two)
    result = sm.Logit(label[label < 2], x[label < 2]).fit(
        cov_type="cluster", cov_kwds={"groups": two.firm.to_numpy(), "use_correction": True}, **options
    )
    # statsmodels multiplies by (n - 1)/(n - D) too, as R's vcovCL does for lm alone.
    n, d = len(two), 3
    np.testing.assert_allclose(
        binary.vcov(cluster="firm", data=two), result.cov_params() * (n - d) / (n - 1), rtol=1e-9
    )


def test_figures_of_glum() -> None:
    """``covariance_matrix(robust=True)`` and ``(clusters=...)`` of glum 3: HC1, and clusters with (n - 1)/(n - D) beside."""
    robust = [
        [0.010765705809, 0.000645563189962, -0.000802154169162],
        [0.000645563189962, 0.012166448954, -0.000443605401044],
        [-0.000802154169162, -0.000443605401044, 0.010271495806],
    ]
    clusters = [
        [0.0110546218668, 0.0057794226758, -0.0060285533691],
        [0.0057794226758, 0.00950384224922, -0.00619148511719],
        [-0.0060285533691, -0.00619148511719, 0.0191500673553],
    ]
    frame, n, d = rows(2, 400), 400, 3
    model = fitted(frame)
    np.testing.assert_allclose(model.vcov("HC1", data=frame), robust, rtol=1e-8)
    found = model.vcov(cluster="firm", data=frame) * (n - 1) / (n - d)
    np.testing.assert_allclose(found, clusters, rtol=1e-8)


def test_hc3_of_statsmodels_is_hc0_for_likelihoods() -> None:
    """Where we differ: statsmodels takes HC1 to HC3 for HC0 in its GLM (it has no leverages there)."""
    frame = rows(2, 300)
    y = (frame.y == "c1").to_numpy(float)
    glm = sm.GLM(y, sm.add_constant(frame[list(NAMES)].to_numpy()), family=sm.families.Binomial())
    found = {kind: glm.fit(cov_type=kind, tol=1e-15).cov_params() for kind in ("HC0", "HC3")}
    np.testing.assert_allclose(found["HC3"], found["HC0"], rtol=1e-12)
    model = fitted(frame)
    np.testing.assert_allclose(model.vcov("HC0", data=frame), found["HC0"], rtol=1e-9)
    assert (np.diag(model.vcov("HC3", data=frame)) > 1.001 * np.diag(found["HC0"])).all()


def test_hc3_approaches_the_jackknife() -> None:
    """What HC3 stands for: each row left out in turn, ``(n-1)/n sum (b_i - b)(b_i - b)'`` (MacKinnon and White 1985)."""
    frame = rows(2, 300)
    model = fitted(frame)
    b = [t.estimate for t in model.report.terms]
    left = np.array(
        [[t.estimate for t in fitted(frame.drop(index=i), inference=False).report.terms] for i in range(300)]
    )
    jackknife = (left - b).T @ (left - b)
    np.testing.assert_allclose(np.diag(model.vcov("HC3", data=frame)), np.diag(jackknife), rtol=0.02)


@pytest.mark.parametrize("k", [2, 3])
def test_blocks_in_the_order_of_clusters_give_the_same(k: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    n = 70_000
    frame = rows(k, n)
    frame["level"] = rng.choice(list("uvw"), n)
    # One cluster goes over several blocks, most have one row or two.
    frame["firm"] = np.where(rng.random(n) < 0.6, 0, rng.integers(1, n, n))
    model = loglik.fit_classifier(frame, "y", features=["a", "level"])
    found = model.vcov(cluster="firm", data=frame)
    monkeypatch.setattr(loglik.inference.sandwich, "_WHOLE_BYTES", 0)
    close(model.vcov(cluster="firm", data=frame), found, 1e-12)


def test_every_kind_of_columns() -> None:
    """Splines, levels, cells and slopes: the sums are those of the columns written out."""
    rng = np.random.default_rng(8)
    frame = rows(3, 500)
    frame["u"], frame["v"] = rng.choice(list("pqr"), 500), rng.choice(list("st"), 500)
    model = loglik.fit_classifier(frame, formula="y ~ u*v + a:u + I(b**2) + b")
    assert len(model.report.terms) == 2 * (6 + 3 + 2)
    from loglik.design.any_source import any_source
    from loglik.model.rows_of_fit import rows_of_fit

    design = rows_of_fit(model, any_source(frame, None)).design
    x = design.matvec(np.eye(design.n_coefficients)).T
    free = [design.term_names.index(t.term) for t in model.report.terms[: len(model.report.terms) // 2]]
    x = x[:, free]
    p = model.predict_proba(frame)
    label = frame.y.str[1:].astype(int).to_numpy()
    scores = np.concatenate([x * ((label == k) - p[:, k])[:, None] for k in (1, 2)], axis=1)
    h = np.block([[(x * (p[:, k] * ((k == m) - p[:, m]))[:, None]).T @ x for m in (1, 2)] for k in (1, 2)])
    v = np.linalg.inv(h)
    sums = pd.DataFrame(scores).groupby(frame.firm).sum().to_numpy()
    g = len(sums)
    exact = g / (g - 1) * v @ sums.T @ sums @ v
    close(model.vcov(cluster="firm", data=frame), exact, 1e-9)
    close(model.vcov("HC0", data=frame), v @ scores.T @ scores @ v, 1e-9)


@pytest.mark.parametrize("kind", ["HC0", "HC3", "cluster"])
def test_columns_far_from_zero_and_nearly_collinear_ones(kind: str) -> None:
    """``4 a + 2013`` and ``1e4 b + a`` in the place of a and b: the coefficients are J times those there were."""
    frame = rows(2, 500)
    moved = frame.assign(a=frame.a * 4 + 2013.0, b=frame.a * 1e4 + frame.b)
    j = np.array([[1.0, -2013.0 / 4.0, 2013.0 / 4.0 * 1e4], [0.0, 0.25, -0.25e4], [0.0, 0.0, 1.0]])
    close(ours(fitted(moved), kind, moved), j @ ours(fitted(frame), kind, frame) @ j.T, 1e-7)


def test_the_table_is_of_the_kind_asked_for(tmp_path: Any) -> None:
    frame = rows(3, 300)
    model = fitted(frame, cluster=["firm", "year"])
    assert model.report.vcov.kind == "cluster"
    assert model.report.as_json()["vcov"] == {"kind": "cluster", "clusters": ["firm", "year"], "n_clusters": [17, 23]}
    v = fitted(frame).vcov(cluster=["firm", "year"], data=frame)
    errors = np.array([t.std_error for t in model.report.terms])
    np.testing.assert_allclose(errors, np.sqrt(np.diag(v)), rtol=KEPT)
    t = model.report.terms[1]
    assert t.statistic == pytest.approx(t.estimate / t.std_error)
    assert "cluster of firm (17) and year (23)" in model.summary()
    path = tmp_path / "m.json"
    model.save(path)
    back = loglik.load_model(path)
    assert back.report == model.report
    assert np.array_equal(back.vcov(), model.vcov())
    assert np.array_equal(back.vcov("model"), fitted(frame).vcov())
    np.testing.assert_allclose(np.sqrt(np.diag(back.vcov())), errors, rtol=1e-12)


def test_what_has_to_be_seen_again_is_checked() -> None:
    frame = rows(2, 200)
    frame.loc[3, "a"] = np.nan
    frame.loc[7, "y"] = None
    model = fitted(frame)
    by_name = model.vcov(cluster="firm", data=frame)
    assert np.array_equal(model.vcov(cluster=frame.firm, data=frame), by_name)
    assert np.array_equal(model.vcov(cluster=frame.firm.astype(str).to_numpy(), data=frame), by_name)
    shuffled = frame[["year", "b", "y", "firm", "w", "a"]]
    assert np.array_equal(model.vcov(cluster="firm", data=shuffled), by_name)
    for code, call in {
        "LL233": lambda: model.vcov("HC0"),
        "LL235": lambda: model.vcov("HC0", data=frame.assign(a=2 * frame.a)),
    }.items():
        with pytest.raises(loglik.errors.DataError, match=code):
            call()
    for changed in (frame[:150], frame.sample(frac=1, random_state=1), frame.assign(y="c0"), frame.fillna({"a": 0.0})):
        with pytest.raises(loglik.errors.DataError, match="LL235"):
            model.vcov("HC0", data=changed)
    with pytest.raises(loglik.errors.DataError, match="LL234"):
        model.vcov(cluster="firm", data=frame.assign(firm=np.where(frame.index == 9, np.nan, 1.0)))
    with pytest.raises(loglik.errors.DataError, match="LL234"):
        model.vcov(cluster="firm", data=frame.assign(firm=1))


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("LL234", {"vcov": "cluster"}),
        ("LL234", {"vcov": "HC0", "cluster": "firm"}),
        ("LL234", {"cluster": ["firm", "firm"]}),
        ("LL103", {"cluster": "frim"}),
        ("LL118", {"vcov": "HC2"}),
        ("LL236", {"vcov": "model", "weights": "w", "weight_kind": "sampling"}),
    ],
)
def test_requests_that_cannot_be_met(code: str, options: dict[str, Any]) -> None:
    with pytest.raises(loglik.errors.DataError, match=code):
        fitted(rows(2), **options)


def test_hc3_of_three_classes_is_refused() -> None:
    with pytest.raises(loglik.errors.DataError, match="LL236"):
        fitted(rows(3), vcov="HC3")


def test_names_of_clusters_are_told_apart_whatever_they_are() -> None:
    """Whole numbers beyond 2^53, texts, booleans, numbers with fractions: the same groups, the same covariance."""
    frame = rows(2, 200)
    model = fitted(frame)
    exact = model.vcov(cluster="firm", data=frame)
    for same in (
        frame.firm + 2**60, frame.firm / 4, "n" + frame.firm.astype(str), frame.firm.astype("category"), -frame.firm,
    ):  # fmt: skip
        close(model.vcov(cluster="firm", data=frame.assign(firm=same)), exact, 1e-12)
    two = model.vcov(cluster="firm", data=frame.assign(firm=frame.firm > 8))
    close(two, model.vcov(cluster="firm", data=frame.assign(firm=(frame.firm > 8).astype(int))), 1e-12)


def test_clusters_are_no_features() -> None:
    frame = rows(2).drop(columns=["w"])
    model = loglik.fit_classifier(frame, "y", cluster=["firm", "year"])
    assert [t.term for t in model.report.terms] == ["(Intercept)", "a", "b"]


def test_large_models_keep_it_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    import loglik.inference.kinds

    frame = rows(2)
    monkeypatch.setattr(loglik.inference.kinds, "MOST_KEPT", 2)
    model = fitted(frame)
    with pytest.raises(loglik.errors.DataError, match="LL233"):
        model.vcov()
    kept = fitted(frame, keep_covariance=True)
    close(model.vcov(data=frame), kept.vcov(), KEPT)
    monkeypatch.setattr(loglik.inference.kinds, "MOST_KEPT", 1000)
    assert not fitted(frame, keep_covariance=False).covariances


def _signed(path: Any, document: dict[str, Any]) -> None:
    document.pop("sha256", None)
    document["sha256"] = model_file._checksum(document)
    path.write_text(json.dumps(document), encoding="utf-8")


def test_covariances_of_files_are_checked(tmp_path: Any) -> None:
    frame = rows(2)
    path = tmp_path / "m.json"
    fitted(frame, vcov="HC1").save(path)
    document = json.loads(path.read_text(encoding="utf-8"))
    lower = np.frombuffer(base64.b64decode(document["covariances"][1]["lower"]), dtype="<f8")

    def changed(values: np.ndarray) -> str:
        return base64.b64encode(values.tobytes()).decode()

    indefinite = lower.copy()
    indefinite[1] = 2.0 * np.sqrt(lower[0] * lower[2])
    infinite = lower.copy()
    infinite[1] = np.inf
    negative = lower.copy()
    negative[0] *= -1.0
    for bad in (
        {"lower": changed(lower[:-1])}, {"lower": "%%"}, {"lower": changed(indefinite)}, {"lower": changed(infinite)},
        {"lower": changed(negative)}, {"size": 2}, {"size": -3}, {"kind": "HC9"}, {"kind": "cluster"}, {"kind": "HC1"},
    ):  # fmt: skip
        made = json.loads(json.dumps(document))
        made["covariances"][1] |= bad
        _signed(path, made)
        with pytest.raises(loglik.errors.DataError, match="LL132"):
            loglik.load_model(path)
    made = json.loads(json.dumps(document))
    made["covariances"][0]["lower"] = changed(2.0 * lower)
    _signed(path, made)
    with pytest.raises(loglik.errors.DataError, match="LL132"):
        loglik.load_model(path)
    made = {key: value for key, value in document.items() if key != "covariances"}
    for field in ("vcov", "fingerprint"):
        made["fit"].pop(field)
    _signed(path, made)
    old = loglik.load_model(path)
    with pytest.raises(loglik.errors.DataError, match="LL233"):
        old.vcov("HC1")
    close(old.vcov("HC1", data=frame), fitted(frame, vcov="HC1").vcov(), KEPT)


def test_fits_without_errors_have_no_covariance() -> None:
    frame = rows(2)
    with pytest.raises(loglik.errors.DataError, match="LL301"):
        fitted(frame, alpha=1.0).vcov()
    without = fitted(frame, inference=False)
    close(without.vcov(data=frame), fitted(frame).vcov(), KEPT)


def test_fingerprints_are_of_rows_classes_and_weights() -> None:
    frame = rows(3, 200)
    one = fitted(frame).report.fingerprint
    assert one is not None
    assert one == loglik.fit_classifier(frame, "y", features=["b"], threads=1, reference="c1").report.fingerprint
    assert one == fitted(frame.assign(w=1), weights="w").report.fingerprint
    frame.loc[[3, 199], "a"] = np.nan
    others = [
        fitted(frame[:-1]), fitted(frame, weights="w"), fitted(frame.assign(y=frame.y.replace("c2", "c1"))),
        fitted(frame[4:]), loglik.fit_classifier(frame, "y", features=["b"]),
    ]  # fmt: skip
    prints = [one, fitted(frame).report.fingerprint, *(m.report.fingerprint for m in others)]
    assert prints[1] == prints[2]  # the last row is missing either way
    assert len(set(prints)) == len(prints) - 2
    assert prints[-1] == one
    assert all(a != b for a, b in pairwise(prints[2:]))
    assert replace(fitted(frame).report, fingerprint=None) != fitted(frame).report


@pytest.mark.filterwarnings("ignore:LL2")
def test_the_limit_of_a_separated_likelihood_has_no_covariance_of_all_terms() -> None:
    frame = rows(2, 200).assign(u=lambda f: np.where((f.y == "c1") & (f.a > 0), "s", "t"))
    model = loglik.fit_classifier(frame, "y", features=["b", "u"], separation="report")
    for kind in ("model", "HC0"):
        with pytest.raises(loglik.errors.DataError, match="LL243"):
            model.vcov(kind, data=frame)


def test_clusters_whose_scores_add_up_to_zero_have_no_errors() -> None:
    """Where every cluster has its own intercept and slope, what is left of its scores is rounding, not an error."""
    rng = np.random.default_rng(4)
    data = pd.DataFrame(
        {"x": rng.normal(size=200), "g": rng.choice(list("abcd"), 200), "y": rng.choice(["n", "p"], 200)}
    )
    model = loglik.fit_classifier(data, formula="y ~ x*g")
    with pytest.raises(loglik.DataError, match="LL234"):
        model.vcov(cluster="g", data=data)
    assert (np.diag(loglik.fit_classifier(data, formula="y ~ x + g").vcov(cluster="g", data=data)) > 0.0).all()
