"""What a plan says is what the fit does: method, samples, last steps, and reads of the rows; and it can be read."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import test_passes as shapes
from scipy import sparse

import loglik
import loglik.fit.maximise as fit
from loglik.cli import main
from loglik.fit.descent import samples
from loglik.fit.descent.methods import lbfgs, method_named
from loglik.texts import LANGUAGES


def labels(eta: np.ndarray) -> np.ndarray:
    return shapes.draw(eta, np.random.default_rng(eta.size))


def many_rows() -> tuple:
    """A Hessian of all rows is dear; samples lead near the estimate."""
    rng = np.random.default_rng(20)
    x = rng.standard_normal((150_000, 40))
    return x, labels(x @ rng.standard_normal(40) * 0.3), {}


def several_classes() -> tuple:
    rng = np.random.default_rng(21)
    x = rng.standard_normal((60_000, 12))
    return x, labels(x @ rng.standard_normal((12, 6)) / 3), {}


def wide() -> tuple:
    """Few rows and many correlated columns, 1,200 coefficients of a class: no sample is cheaper."""
    rng = np.random.default_rng(22)
    x = rng.standard_normal((9_000, 150))
    x[:, 1:] += 0.9 * x[:, :-1]
    return x, labels(x @ rng.standard_normal((150, 8)) / 12), {"inference": False}


def more_columns_than_rows() -> tuple:
    rng = np.random.default_rng(23)
    x = rng.standard_normal((400, 2_300))
    return x, labels(x[:, 0]), {"alpha": 0.01}


def many_levels() -> tuple:
    rng = np.random.default_rng(24)
    sizes = {"a": 4_000, "b": 2_500, "c": 20}
    codes = {name: rng.integers(k, size=30_000) for name, k in sizes.items()}
    frame = pd.DataFrame(
        {name: pd.Categorical.from_codes(c, map(str, range(sizes[name]))) for name, c in codes.items()}
    )
    frame["x"] = rng.standard_normal(30_000)
    return frame, labels(0.3 * frame["x"].to_numpy()), {"alpha": 1e-3}


def dear_hessian() -> tuple:
    """Thirty classes of few rows: products with the Hessian cost less than the Hessian."""
    rng = np.random.default_rng(25)
    x = rng.standard_normal((4_000, 40))
    return x, labels(x @ rng.standard_normal((40, 30)) / 5), {"alpha": 1e-3}


def words_of_three_classes() -> tuple:
    rng = np.random.default_rng(26)
    x = sparse.random_array((8_000, 900), density=0.02, rng=rng, format="csr")
    return x, labels(np.asarray(x @ rng.standard_normal((900, 3)))), {"alpha": 1e-4}


def two_factors() -> tuple:
    """Two factors of many levels, one of which is eliminated for the exact Hessian alone."""
    rng = np.random.default_rng(27)
    n, sizes = 60_000, {"shop": 1_800, "k0": 300, "k1": 300, "k2": 300}
    codes = {name: rng.integers(k, size=n) for name, k in sizes.items()}
    frame = pd.DataFrame(
        {name: pd.Categorical.from_codes(c, map(str, range(sizes[name]))) for name, c in codes.items()}
    )
    frame["x"] = rng.standard_normal(n)
    return frame, labels(0.3 * frame["x"].to_numpy()), {"alpha": 1e-3}


def descent() -> tuple:
    x, y, _ = shapes.small()
    return x, y, {"solver": "gd"}


def newton() -> tuple:
    x, y, _ = several_classes()
    return x[:4_000], y[:4_000], {"solver": "newton"}


CASES: list[tuple[Callable[[], tuple], str, str, str]] = [
    (shapes.dense, "newton", "hessian-cheap", "none"),
    (shapes.many_rows, "newton", "few-reads", "none"),
    (shapes.small, "newton", "sample-is-all", "none"),
    (shapes.near_copy, "newton", "sample-is-all", "none"),
    (shapes.levels, "newton", "hessian-cheap", "none"),
    (shapes.shops, "newton", "levels-eliminated", "none"),
    (shapes.classes, "lbfgs", "sample-tells", "sample"),
    (shapes.words, "newton-cg", "many-sparse-columns", "diagonal"),
    (shapes.many_classes, "lbfgs", "sample-dear", "by-class"),
    (many_rows, "lbfgs", "sample-tells", "sample"),
    (several_classes, "lbfgs", "sample-tells", "sample"),
    (wide, "lbfgs", "sample-tells", "sample"),
    (more_columns_than_rows, "lbfgs", "sample-dear", "kronecker"),
    (many_levels, "lbfgs", "sample-dear", "hot-block"),
    (dear_hessian, "newton-cg", "hessian-dear", "kronecker"),
    (words_of_three_classes, "newton-cg", "many-sparse-columns", "diagonal"),
    (two_factors, "lbfgs", "sample-dear", "kronecker"),
    (descent, "gd", "asked-for", "none"),
    (newton, "newton", "asked-for", "none"),
]


@pytest.mark.parametrize(("case", "method", "reason", "preconditioner"), CASES)
def test_what_is_planned_is_done(
    case: Callable[[], tuple], method: str, reason: str, preconditioner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: dict[str, list[Any]] = {"method": [], "preconditioner": [], "samples": [], "end": []}

    def spy(module: Any, name: str, key: str, what: Callable[..., Any]) -> None:
        called = getattr(module, name)

        def watched(*given: Any, **named: Any) -> Any:
            done[key].append(what(*given, **named))
            return called(*given, **named)

        monkeypatch.setattr(module, name, watched)

    spy(fit, "method_named", "method", lambda name: name)
    spy(fit, "newton", "end", lambda *given, form: (given[3], form.is_whole))
    for module in (lbfgs,):
        spy(module, "preconditioner", "preconditioner", lambda kind, *_: kind)
    spy(lbfgs, "inverse_of", "preconditioner", lambda *_: "sample")
    spy(samples, "rows_at_random", "samples", lambda _, rows, *__: rows)
    x, y, options = case()
    report = loglik.LogisticRegression(**options).fit(x, y).model_.report
    plan = report.plan
    assert report.converged
    assert (plan.method, plan.reason, plan.preconditioner) == (method, reason, preconditioner)
    assert done["method"] == [method]
    assert set(done["preconditioner"]) == ({preconditioner} if method == "lbfgs" else set())
    assert tuple(done["samples"]) == plan.samples
    assert (plan.start == "growing-samples") <= (len(plan.samples) > 0)
    assert done["end"] == ([(plan.last_newton_steps, plan.is_whole)] if plan.exact_at_end else [])
    least, most = plan.passes
    assert least <= report.passes <= most
    assert (most <= 11 * least) or method == "gd"  # and that says something
    if method == "newton" and plan.is_whole:
        assert most - least <= 7


def test_at_first_sight_there_is_nothing_to_do(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "d.csv"
    pd.DataFrame({"g": ["a", "b"] * 50, "y": ["no", "yes"] * 50}).to_csv(path, index=False)
    assert main(["fit", str(path), "-t", "y", "--json", "-q"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["plan"]["method"], document["plan"]["reason"]) == (None, "separated")
    assert document["passes"] == document["plan"]["passes"]["most"]
    assert main(["fit", str(path), "-t", "y", "--plan", "-q"]) == 1
    assert "Method: none" in capsys.readouterr().out


def test_a_number_of_iterations_bounds_the_reads() -> None:
    x, y, _ = shapes.small()
    with pytest.warns(loglik.NotConvergedWarning):
        model = loglik.LogisticRegression(max_iter=2).fit(x, y).model_
    assert model.plan.passes == (model.report.passes,) * 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", [shapes.small, shapes.shops, several_classes, shapes.many_classes, descent])
def test_a_plan_is_read_in_words(case: Callable[[], tuple], language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    x, y, options = case()
    plan = loglik.LogisticRegression(**options).fit(x, y).model_.plan
    text = plan.text(language)
    assert f"{plan.passes[0]:,}" in text
    assert f"{plan.passes[1]:,}" in text
    for rows in plan.samples:
        assert str(rows) in text.replace(",", "")
    assert plan.why(language) in text
    assert "{" not in text
    monkeypatch.setenv("LOGLIK_LANG", language)
    assert str(plan) == text


def test_the_command_line_prints_it_before_the_fit(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    x, y, _ = shapes.small()
    path = tmp_path / "d.csv"
    pd.DataFrame(x, columns=list("abcdefghij")).assign(y=y).to_csv(path, index=False)
    assert main(["fit", str(path), "-t", "y", "--plan", "-q"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("Plan of the fit\nMethod: Newton's method")
    assert "maximum likelihood, converged" in printed
    assert main(["fit", str(path), "-t", "y", "--json", "-q"]) == 0
    document = json.loads(capsys.readouterr().out)
    plan = document["plan"]
    assert plan["method"] == "newton"
    assert plan["hessian"] == "whole"
    assert plan["passes"]["least"] <= document["passes"] <= plan["passes"]["most"]
    assert sum(stage["most"] for stage in plan["reads"]) == plan["passes"]["most"]
    assert method_named(plan["method"]).needs == "exact"


def test_a_model_file_keeps_no_plan(tmp_path) -> None:
    x, y, _ = shapes.small()
    model = loglik.LogisticRegression().fit(x, y).model_
    path = tmp_path / "m.json"
    model.save(path)
    assert "plan" not in json.loads(path.read_text())["fit"]
    assert loglik.load_model(path).plan is None


def test_one_name_has_one_value() -> None:
    """A threshold that is called like another one is taken for it."""
    values: dict[str, set[str]] = {}
    for path in Path(fit.__file__).parent.rglob("*.py"):
        for statement in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(statement, ast.Assign):
                continue
            for target in statement.targets:
                names = target.elts if isinstance(target, ast.Tuple) else [target]
                several = isinstance(target, ast.Tuple) and isinstance(statement.value, ast.Tuple)
                given = statement.value.elts if several else [statement.value] * len(names)
                for name, value in zip(names, given, strict=True):
                    if isinstance(name, ast.Name) and name.id.isupper() and name.id != "METHOD":
                        values.setdefault(name.id, set()).add(ast.unparse(value))
    assert len(values) > 50
    assert {name: given for name, given in values.items() if len(given) > 1} == {}
