"""Valid but awkward data: read as meant, or refused; never quietly taken for something else."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.special import expit

import loglik
from conftest import simulate
from loglik.cli import main


def estimates(model: loglik.FittedClassifier) -> dict[str, float]:
    return {t.term: t.estimate for t in model.report.terms}


@pytest.mark.usefixtures("in_tmp")
def test_a_view_without_an_order_keeps_its_rows_together() -> None:
    with duckdb.connect("d.duckdb") as connection:
        connection.execute(
            "CREATE TABLE truth AS SELECT i, (hash(i) % 1000) / 1000.0 AS x, 'k' || (hash(i * 13) % 5) AS g, "
            "((hash(i) % 1000) / 1000.0 + (hash(i * 31) % 1000) / 1000.0 > 1.0)::INT AS y FROM range(4000) t(i); "
            "CREATE VIEW shuffled AS SELECT * FROM truth ORDER BY random()"
        )
    fits = [
        estimates(loglik.fit_classifier("d.duckdb", "y", features=["x", "g"], table=t)) for t in ("truth", "shuffled")
    ]
    assert fits[1] == pytest.approx(fits[0], rel=1e-9)


@pytest.mark.usefixtures("in_tmp")
def test_file_names_are_no_patterns() -> None:
    frame = pd.DataFrame({"x": [1, 2, 3, 4.0, 5, 6], "y": list("abbaab")})
    other = frame.assign(x=-frame.x)
    for write, ending in (("to_csv", "csv"), ("to_parquet", "parquet")):
        for name, data in (("d1", other), ("d[1]", frame), ("dd", other), ("d*", frame)):
            getattr(data, write)(f"{name}.{ending}", index=False)
        for name in (f"d[1].{ending}", f"d*.{ending}"):
            assert loglik.fit_classifier(name, "y").report == loglik.fit_classifier(frame, "y").report


@pytest.mark.usefixtures("in_tmp")
def test_text_levels_are_literal_and_numeric_levels_are_values() -> None:
    rng = np.random.default_rng(0)
    g = rng.choice(["1", "1.0", "beta", "gamma", "delta"], 900)
    y = np.where(rng.random(900) < np.where(g == "1", 0.1, np.where(g == "1.0", 0.75, 0.45)), "yes", "no")
    frame = pd.DataFrame({"g": g, "y": y})
    frame.to_csv("d.csv", index=False)
    a, b = loglik.fit_classifier("d.csv", "y"), loglik.fit_classifier(frame, "y")
    assert a.report == b.report
    assert len(a.report.terms) == 5
    share = [float(np.mean(y[g == v] == "yes")) for v in g]
    np.testing.assert_allclose(a.predict_proba("d.csv")[:, 1], share, rtol=1e-9)
    Path("n.csv").write_text("n,y\n" + "01,a\n1.0,b\n1,a\n2,b\n2.0,a\n2.50,a\n2.5,b\n" * 3)
    numbers = loglik.fit_classifier("n.csv", "y", categorical=["n"])
    assert [t.term for t in numbers.report.terms] == ["(Intercept)", "n[2]", "n[2.5]"]


@pytest.mark.usefixtures("in_tmp")
def test_numbers_with_underscores_are_text() -> None:
    Path("d.csv").write_text("x,y\n1_000,a\n2,b\n3,a\n4,b\n")
    with pytest.raises(loglik.DataError, match="LL126"):
        loglik.fit_classifier("d.csv", "y")


@pytest.mark.usefixtures("in_tmp")
def test_column_names_with_spaces_around_them() -> None:
    Path("d.csv").write_text("x, z ,y\n" + "1,5,a\n2,3,b\n3,1,a\n4,8,b\n5,5,b\n6,2,a\n")
    assert list(estimates(loglik.fit_classifier("d.csv", "y"))) == ["(Intercept)", "x", "z"]


@pytest.mark.parametrize("dtype", ["string", "object", "category"])
def test_pandas_missing_values(dtype: str) -> None:
    g = pd.Series(["a", "b", None, "b"] * 50).astype(dtype)
    x = pd.array([1, 2, None, 4, 5] * 40, dtype="Int64")
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"g": g, "x": x, "y": pd.array(rng.integers(0, 2, 200), dtype="Int64")})
    frame.loc[7, "y"] = pd.NA
    report = loglik.fit_classifier(frame, "y").report
    assert report.classes == ("0", "1")
    assert report.missing == {"g": 50, "x": 40, "y": 1}
    with pytest.raises(loglik.DataError, match="LL107"):
        loglik.LogisticRegression().fit(frame[["g"]], rng.integers(0, 2, 200))


def test_column_names_that_are_no_text() -> None:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({0: rng.normal(size=80), 7: rng.choice(["u", "v"], 80), "y": rng.integers(0, 2, 80)})
    assert list(estimates(loglik.fit_classifier(frame, "y"))) == [
        "(Intercept)",
        "0",
        *(["7[u]"] if frame[7].mode()[0] == "v" else ["7[v]"]),
    ]


def test_a_frame_fitted_with_levels_wants_a_frame_again() -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"a": rng.normal(size=90), "g": rng.choice(["u", "v", "w"], 90)})
    model = loglik.LogisticRegression().fit(frame, rng.integers(0, 2, 90))
    with pytest.raises(loglik.DataError, match="LL128"):
        model.predict_proba(np.zeros((2, 2)))


@pytest.mark.parametrize("alpha", [0.0, 0.1])
def test_a_class_with_weight_zero_only_is_no_class(alpha: float) -> None:
    x, y = simulate(300, 2, 3, 4)
    model = loglik.LogisticRegression(alpha=alpha).fit(x, y, sample_weight=(y != 1).astype(float))
    plain = loglik.LogisticRegression(alpha=alpha).fit(x[y != 1], y[y != 1])
    assert model.classes_.tolist() == [0, 2]
    np.testing.assert_allclose(model.coef_, plain.coef_, rtol=1e-9)


@pytest.mark.parametrize("scale", [1e-200, 1e-9, 1e200])
def test_the_unit_of_sampling_weights_means_nothing(scale: float) -> None:
    x, y = simulate(300, 2, 2, 5)
    w = np.random.default_rng(6).uniform(1, 2, 300)
    a, b = (
        loglik.LogisticRegression(weight_kind="sampling").fit(x, y, sample_weight=v).tidy()["std_error"].to_numpy()
        for v in (w, w * scale)
    )
    np.testing.assert_allclose(b, a, rtol=1e-9)


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_extreme_units_are_refused(size: float) -> None:
    frame = pd.DataFrame({"x": np.array([1, 2, 3, 4, 5, 6.0]) * size, "y": list("abbaab")})
    with pytest.raises(loglik.DataError, match=r'LL129 .*"x"'):
        loglik.fit_classifier(frame, "y")


@pytest.mark.parametrize("offset", [40.0, 1000.0, -1000.0])
def test_a_constant_offset_shifts_the_intercept(offset: float) -> None:
    frame = pd.DataFrame({"x": [1, 2, 3, 4, 5.0], "o": offset, "y": [0, 1, 0, 1, 1]})
    plain = estimates(loglik.fit_classifier(frame, "y", features=["x"]))
    moved = estimates(loglik.fit_classifier(frame, "y", features=["x"], offset="o"))
    assert moved["x"] == pytest.approx(plain["x"], rel=1e-8)
    assert moved["(Intercept)"] == pytest.approx(plain["(Intercept)"] - offset, rel=1e-8)


GOOD = "x,g,y\n" + "".join(f"{i % 7}.5,{'ab'[i % 2]},{['no', 'yes'][i * i % 3 > 0 or i % 5 == 0]}\n" for i in range(40))


def test_outputs_do_not_destroy_inputs(in_tmp: Path, capsys: pytest.CaptureFixture) -> None:
    Path("d.csv").write_text(GOOD)
    assert main(shlex.split("fit d.csv -t y -o m.json -q")) == 0
    Path("link.csv").symlink_to("d.csv")
    for command in ("predict m.json d.csv -o d.csv", "predict m.json d.csv -o link.csv", "fit d.csv -t y -o d.csv",
                    "fit d.csv -t y -o m.csv", "predict m.json d.csv -o ''", "fit d.csv -t y -o ."):  # fmt: skip
        assert main(shlex.split(command)) == 2, command
        assert "LL1" in capsys.readouterr().err
    assert Path("d.csv").read_text() == GOOD
    assert sorted(p.name for p in in_tmp.iterdir()) == ["d.csv", "link.csv", "m.json"]


@pytest.mark.usefixtures("in_tmp")
def test_outputs_through_links_modes_and_pipes() -> None:
    Path("d.csv").write_text(GOOD)
    Path("real.json").write_text("old")
    Path("real.json").chmod(0o600)
    Path("link.json").symlink_to("real.json")
    assert main(shlex.split("fit d.csv -t y -o link.json -q")) == 0
    assert Path("link.json").is_symlink()
    assert Path("real.json").stat().st_mode & 0o777 == 0o600
    assert loglik.load_model("real.json").report.target == "y"
    os.mkfifo("pipe.csv")
    received: list[str] = []
    reader = threading.Thread(target=lambda: received.append(Path("pipe.csv").read_text()))
    reader.start()
    assert main(shlex.split("predict real.json d.csv -o pipe.csv")) == 0
    reader.join(10)
    assert received[0].startswith("row,predicted,")
    assert Path("pipe.csv").is_fifo()


@pytest.mark.usefixtures("in_tmp")
def test_a_pipe_as_input(capsys: pytest.CaptureFixture) -> None:
    os.mkfifo("in.fifo")
    writer = threading.Thread(target=lambda: Path("in.fifo").write_text(GOOD))
    writer.start()
    assert main(shlex.split("fit in.fifo -t y --json -q")) == 0
    writer.join(10)
    assert json.loads(capsys.readouterr().out)["n_rows"] == 40


@pytest.mark.usefixtures("in_tmp")
def test_kept_columns_are_carried_as_they_are(capsys: pytest.CaptureFixture) -> None:
    Path("d.csv").write_text("id," + GOOD.replace("\n", "\n007,", 40))
    assert main(shlex.split("fit d.csv -t y --features x,g -o m.json -q")) == 0
    assert main(shlex.split("predict m.json d.csv --keep id,x -o p.csv")) == 0
    assert Path("p.csv").read_text().splitlines()[1].startswith("1,007,0.5,")
    Path("e.csv").write_text(Path("d.csv").read_text().replace("id", "predicted"))
    capsys.readouterr()
    assert main(shlex.split("predict m.json e.csv --keep predicted")) == 2
    assert "LL117" in capsys.readouterr().err


def test_a_full_disk_under_standard_output() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    run = "from loglik.cli import main; raise SystemExit(main())"
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [sys.executable, "-c", run, "explain", "LL201", "--json"], stdout=full, stderr=subprocess.PIPE, text=True,
            check=False,
        )  # fmt: skip
    assert result.returncode == 2
    assert "LL121" in result.stderr
    assert "Traceback" not in result.stderr


def test_sparse_matrices_of_the_caller_stay_as_they_are() -> None:
    matrix = sparse.random_array((400, 6), density=0.4, rng=np.random.default_rng(0), format="csr")[:, ::-1]
    before = matrix.indices.copy()
    y = np.random.default_rng(1).integers(0, 2, 400)
    model = loglik.LogisticRegression().fit(matrix, y)
    assert np.array_equal(matrix.indices, before)
    np.testing.assert_allclose(model.coef_, loglik.LogisticRegression().fit(matrix.toarray(), y).coef_, rtol=1e-8)


def test_options_of_a_wrong_kind() -> None:
    frame = pd.DataFrame({"x": [1, 2, 3, 4.0], "y": [0, 1, 0, 1]})
    for options in ({"alpha": "a"}, {"tol": None}, {"max_iter": 1.5}, {"solver": "x"}, {"missing": "x"},
                    {"weight_kind": "x"}, {"conf_level": None}, {"tol": 0.5}):  # fmt: skip
        with pytest.raises(loglik.DataError, match="LL118"):
            loglik.fit_classifier(frame, "y", **options)
    assert loglik.fit_classifier(frame, "y", positive=0).report.reference == "1"


@pytest.mark.parametrize("alpha", [1e-4, 1e-8, 1e-16, 1e-30, 1e-100, 1e-300])
@pytest.mark.parametrize("solver", ["auto", "newton"])
def test_a_tiny_penalty_on_separated_classes_is_right_or_refused(alpha: float, solver: str) -> None:
    """What says that it converged has the gradient that it should: ``X'(p - y)/n = -alpha b``, to six digits."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 3))
    y = (x[:, 0] > 0.0).astype(int)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = loglik.LogisticRegression(alpha=alpha, solver=solver).fit(x, y)
    assert model.converged_ or alpha < 1e-20
    if model.converged_:
        b, sign = model.coef_.ravel(), np.where(y == 1, 1.0, -1.0)
        missed = expit(-sign * (x @ b + model.intercept_))
        np.testing.assert_allclose(x.T @ (sign * missed) / 200, alpha * b, rtol=0, atol=1e-6 * alpha * np.abs(b).max())
