"""The command line: the JSON contract, exit statuses, what goes to stdout and what to stderr."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from loglik.cli import main

FIT_KEYS = {
    "schema", "target", "classes", "reference", "n_rows", "n_dropped", "converged", "iterations", "passes",
    "gradient_norm", "log_likelihood", "null_log_likelihood", "cross_entropy", "deviance", "aic", "bic", "r2",
    "lr_test", "terms", "findings",
}  # fmt: skip
TERM_KEYS = {
    "class", "term", "estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high", "odds_ratio",
    "limit", "lr_statistic", "lr_p_value",
}  # fmt: skip


@pytest.fixture
def csv_files(in_tmp, versicolor_virginica: pd.DataFrame, setosa_versicolor: pd.DataFrame):
    versicolor_virginica.to_csv("vv.csv", index=False)
    setosa_versicolor.to_csv("sv.csv", index=False)
    return in_tmp


@pytest.mark.usefixtures("csv_files")
def test_json_contract(capsys: pytest.CaptureFixture, versicolor_virginica: pd.DataFrame) -> None:
    import loglik

    assert main(shlex.split("fit vv.csv --target species --json")) == 0
    said = capsys.readouterr()
    document = json.loads(said.out)
    assert set(document) >= FIT_KEYS
    assert document["schema"] == "loglik.fit/1"
    assert set(document["r2"]) == {"mcfadden", "tjur"}
    assert set(document["lr_test"]) == {"statistic", "df", "p_value"}
    assert all(set(t) == TERM_KEYS for t in document["terms"])
    assert document["classes"] == ["versicolor", "virginica"]
    assert document["reference"] == "versicolor"
    report = loglik.fit_classifier(versicolor_virginica, "species").report
    # Full double precision: the text gives back the same numbers.
    assert [t["estimate"] for t in document["terms"]] == [t.estimate for t in report.terms]
    assert document["log_likelihood"] == report.overall.log_likelihood
    assert "100 rows" in said.err


@pytest.mark.usefixtures("csv_files")
def test_separation_is_a_finding_with_status_1(capsys: pytest.CaptureFixture) -> None:
    command = "fit sv.csv -t species --features sepal_length,sepal_width -o m.json"
    assert main(shlex.split(command)) == 1
    said = capsys.readouterr()
    assert "LL201 complete separation" in said.err
    assert "100 of 100 rows" in said.err
    assert "--alpha" in said.err
    assert "Std. error" not in said.out
    assert main(shlex.split(command + " --json -q")) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["converged"] is False
    assert document["terms"] == []
    assert document["log_likelihood"] is None
    (finding,) = document["findings"]
    assert finding["code"] == "LL201"
    assert finding["columns"] == ["sepal_length", "sepal_width"]
    assert main(shlex.split("predict m.json sv.csv")) == 2  # no model was kept


@pytest.mark.usefixtures("csv_files")
def test_not_converged_is_a_finding_with_status_1(capsys: pytest.CaptureFixture) -> None:
    assert main(shlex.split("fit vv.csv -t species --solver gd --max-iter 5 --json -q")) == 1
    document = json.loads(capsys.readouterr().out)
    assert [f["code"] for f in document["findings"]] == ["LL203"]
    assert document["terms"][0]["std_error"] is None


@pytest.mark.usefixtures("csv_files")
def test_results_on_stdout_progress_on_stderr(capsys: pytest.CaptureFixture) -> None:
    assert main(shlex.split("fit vv.csv -t species -o m.json")) == 0
    said = capsys.readouterr()
    assert "petal_width" in said.out
    assert "Next: loglik predict m.json" in said.out
    losses = [float(line.split("loss ")[1].split()[0]) for line in said.err.splitlines() if "loss" in line]
    assert len(losses) > 3
    assert losses == sorted(losses, reverse=True)
    assert main(shlex.split("fit vv.csv -t species -q")) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("in_tmp")
def test_multinomial_and_level_names_with_brackets(capsys: pytest.CaptureFixture) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"g": rng.choice(["red", "blue", "bold"], 300), "y": rng.choice(["p", "q", "r"], 300)})
    frame.to_csv("d.csv", index=False)
    assert main(shlex.split("fit d.csv -t y --reference q -q")) == 0
    out = capsys.readouterr().out
    assert 'each class against "q"' in out
    assert "g[" in out  # not swallowed as markup
    assert out.count("(Intercept)") == 2


def python(code: str, *arguments: str, **options) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], text=True, capture_output=True, check=False, **options
    )


RUN = "from loglik.cli import main; raise SystemExit(main())"


def test_standard_input(versicolor_virginica: pd.DataFrame) -> None:
    run = python(RUN, "fit", "-", "-t", "species", "--json", "-q", input=versicolor_virginica.to_csv(index=False))
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["n_rows"] == 100


HEAVY = "[m for m in ('numba', 'sklearn', 'sympy', 'scipy', 'duckdb', 'pandas') if m in sys.modules]"


def test_import_is_light() -> None:
    assert python(f"import sys, loglik; print({HEAVY})").stdout.strip() == "[]"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["fit", "--help"],
        ["predict", "--help"],
        ["explain", "--help"],
        ["dice", "--help"],
        ["coin", "--help"],
        ["--version"],
    ],
)
def test_help_is_light(arguments: list[str]) -> None:
    code = f"import sys\nfrom loglik.cli import main\nstatus = main(sys.argv[1:])\nprint({HEAVY}, status)"
    run = python(code, *arguments)
    assert run.stdout.strip().endswith("[] 0"), run.stderr


def test_a_reader_that_goes_away_is_no_error(tmp_path, versicolor_virginica: pd.DataFrame) -> None:
    file = tmp_path / "vv.csv"
    versicolor_virginica.to_csv(file, index=False)
    pipe = f"'{sys.executable}' -c '{RUN}' fit '{file}' -t species -q | true"
    run = subprocess.run(["sh", "-c", pipe], text=True, capture_output=True, check=False)
    assert run.stderr == ""


@pytest.mark.usefixtures("in_tmp")
def test_ratios_are_against_a_reference_or_there_are_none(capsys: pytest.CaptureFixture) -> None:
    """The symmetric form compares a class with no other; what exceeds float64 is no number either."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(size=300), "y": rng.choice(["p", "q", "r"], 300)})
    frame.to_csv("d.csv", index=False)
    assert main(shlex.split("fit d.csv -t y -q")) == 0
    out = capsys.readouterr().out
    assert "Relative-risk ratio" in out
    assert " Risk ratio" not in out
    assert main(shlex.split("fit d.csv -t y -q --alpha 0.1")) == 0
    assert "ratio" not in capsys.readouterr().out.replace("iterations", "")
    assert main(shlex.split("fit d.csv -t y -q --alpha 0.1 --json")) == 0
    terms = json.loads(capsys.readouterr().out)["terms"]
    assert {t["odds_ratio"] for t in terms} == {None}
    assert all(t["estimate"] is not None for t in terms)


@pytest.mark.usefixtures("in_tmp")
def test_ratios_beyond_float64(capsys: pytest.CaptureFixture) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=400)
    y = np.where(x + rng.logistic(size=400) > 0, "b", "a")
    tiny = pd.DataFrame({"x": x / 10_000.0, "y": y})
    tiny.to_csv("d.csv", index=False)
    assert main(shlex.split("fit d.csv -t y -q")) == 0
    assert "> 1.8e+308" in capsys.readouterr().out
    assert main(shlex.split("fit d.csv -t y -q --json")) == 0
    terms = json.loads(capsys.readouterr().out)["terms"]
    assert [t["odds_ratio"] for t in terms if t["term"] == "x"] == [None]
