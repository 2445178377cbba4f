"""``make demo``: one die, real fits from CSV files to tables of coefficients, a text checked, and a report, through the tool.

The data come with scikit-learn: its iris and wine measurements are written out as CSV files, as they would come from
anywhere else.
"""

from __future__ import annotations

import csv
import shlex
from pathlib import Path

from sklearn.datasets import load_iris, load_wine

from loglik.cli import main

HERE = Path("build/demo")


def write_csv(name: str, columns: list[str], rows: list[list[object]]) -> None:
    with (HERE / name).open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        writer.writerows(rows)


def data_files() -> None:
    """Write iris.csv, its two pairs of neighbours, and wine.csv."""
    HERE.mkdir(parents=True, exist_ok=True)
    iris = load_iris()
    columns = [name.removesuffix(" (cm)").replace(" ", "_") for name in iris.feature_names]
    rows = [[*x, iris.target_names[t]] for x, t in zip(iris.data.tolist(), iris.target, strict=True)]
    write_csv("iris.csv", [*columns, "species"], rows)
    write_csv("versicolor_virginica.csv", [*columns, "species"], [r for r in rows if r[-1] != "setosa"])
    write_csv("setosa_versicolor.csv", [*columns, "species"], [r for r in rows if r[-1] != "virginica"])
    wine = load_wine()
    rows = [[*x, f"cultivar {t + 1}"] for x, t in zip(wine.data.tolist(), wine.target, strict=True)]
    write_csv("wine.csv", [*wine.feature_names, "cultivar"], rows)


def notes() -> None:
    """Write notes.md, a page of mathematics with a slip in it."""
    (HERE / "notes.md").write_text(
        r"""# Why a small probability hurts

One sample of class $t$, which is 0 or 1, and a predicted probability $p$ with $0 < p < 1$ cost

$$L = -t \log p - (1 - t) \log(1 - p)$$

The derivative is, thus,

$$
\begin{aligned}
\frac{dL}{dp} &= -\frac{t}{p} + \frac{1 - t}{1 - p} \\
&= \frac{p - t}{p(1 + p)}
\end{aligned}
$$
""",
        encoding="utf-8",
    )


def show(command: str, expected: int = 0) -> None:
    print(f"\n$ loglik {command}\n", flush=True)
    status = main([*shlex.split(command), *(["-q"] if command.startswith("fit") else [])])
    if status != expected:
        raise SystemExit(f"exit status {status}, expected {expected}")


def run() -> None:
    data_files()
    print("A die, thrown twenty times: likelihood that can be counted")
    show("dice 3 5 2 4 1 5")
    print("\nTwo classes: which iris is it?")
    show(f"fit {HERE}/versicolor_virginica.csv --target species -o {HERE}/iris.json")
    show(f"predict {HERE}/iris.json {HERE}/versicolor_virginica.csv -o {HERE}/predictions.csv")
    print("\nThree classes: where does a wine come from?")
    show(f"fit {HERE}/wine.csv --target cultivar --features alcohol,malic_acid,ash --reference 'cultivar 1'")
    print("\nThe textbook exercise whose weights do not exist: setosa against versicolor")
    show(f"fit {HERE}/setosa_versicolor.csv --target species --features sepal_length,sepal_width", expected=1)
    print("\nWhat can still be said of them: Firth's estimate, with intervals that follow its likelihood")
    show(f"fit {HERE}/setosa_versicolor.csv 'species ~ sepal_length + sepal_width' --firth --intervals profile")
    print("\nA formula, and what it says of the probabilities: how much does a centimetre of petal do?")
    show(f"fit {HERE}/versicolor_virginica.csv 'species ~ petal_width*petal_length' -o {HERE}/petals.json")
    show(f"effects {HERE}/petals.json {HERE}/versicolor_virginica.csv --at petal_width=1.5,2")
    notes()
    print("\nA page of notes: which of its formulas hold, and where is the slip?")
    show(f"check {HERE}/notes.md", expected=1)
    print("\nThe irises again, as a report to be read, printed or sent")
    show(f"report {HERE}/iris.json {HERE}/versicolor_virginica.csv -o {HERE}/report.html -q")


if __name__ == "__main__":
    run()
