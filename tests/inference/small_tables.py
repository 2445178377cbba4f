"""Data that are printed where the figures are, small enough to stand here."""

from __future__ import annotations

import itertools

import pandas as pd

# NV, PI, EH, HG of 79 patients (Heinze and Schemper, Statistics in Medicine 21, 2002; A. Agresti 2015, section 5.7.1).
_ENDOMETRIAL = (
    "0 13 1.64 0; 0 16 2.26 0; 0 8 3.14 0; 0 34 2.68 0; 0 20 1.28 0; 0 5 2.31 0; 0 17 1.8 0; 0 10 1.68 0; 0 26 "
    "1.56 0; 0 17 2.31 0; 0 8 2.01 0; 0 7 1.89 0; 0 20 3.15 0; 0 10 1.23 0; 0 18 1.27 0; 0 16 1.76 0; 0 18 2 "
    "0; 0 8 2.64 1; 0 29 0.88 1; 0 12 1.27 1; 0 20 1.37 1; 1 38 0.97 1; 1 22 1.14 1; 1 7 0.88 1; 1 25 0.91 1; "
    "1 15 0.58 1; 0 7 0.97 1; 0 28 1.5 0; 0 11 1.33 0; 0 19 2.37 0; 0 10 1.82 0; 0 10 3.13 0; 0 18 1.31 0; 0 "
    "14 1.92 0; 0 21 1.64 0; 0 11 2.01 0; 0 17 1.88 0; 0 25 1.93 0; 0 16 2.11 0; 0 19 1.29 0; 0 15 1.72 0; 0 "
    "33 0.75 0; 0 24 1.92 0; 0 48 1.84 1; 0 12 1.11 1; 0 19 1.61 1; 0 2 1.18 1; 1 22 1.44 1; 1 40 1.18 1; 1 5 "
    "0.93 1; 1 0 1.17 1; 0 21 1.19 1; 0 15 1.06 1; 0 29 2.02 0; 0 15 2.29 0; 0 12 2.33 0; 0 3 2.9 0; 0 20 1.7 "
    "0; 0 23 1.41 0; 0 12 2.25 0; 0 22 1.54 0; 0 42 1.97 0; 0 15 1.75 0; 0 13 2.16 0; 0 14 2.57 0; 0 19 1.37 "
    "0; 0 12 3.61 0; 0 13 2.04 0; 0 10 2.17 0; 0 12 1.69 1; 1 49 0.27 1; 0 6 1.84 1; 0 5 1.3 1; 0 17 0.96 1; 1 "
    "11 1.01 1; 1 21 0.98 1; 0 5 0.35 1; 1 19 1.02 1; 0 33 0.85 1 "
)
# case, age, oc, vic, vicl, vis, dia: so many women (Foxman et al. 1997; logistf's sex2).
_SEX2 = (
    "0000010:1 0001000:2 0001010:1 0001100:8 0001110:18 0010000:42 0010010:1 0011000:1 0011100:5 0011110:6 "
    "0101100:2 0101110:4 0110000:14 0110010:1 0111000:1 0111110:2 1000010:1 1001000:14 1001010:3 1001100:10 "
    "1001110:12 1001111:1 1010000:44 1010001:3 1011000:15 1011001:1 1011010:2 1011100:7 1011110:3 1101000:2 "
    "1101010:1 1101011:1 1101100:1 1101111:1 1110000:5 1111000:3 "
)
# group, time, type: so many patients (Bull, Mak and Greenwood 2002, table 2).
_HEPATITIS = (
    "no-withhold post HCV 5; no-withhold post nonABC 11; no-withhold post none 1864; no-withhold pre HCV 5; "
    "no-withhold pre nonABC 3; no-withhold pre none 389; withhold post HCV 3; withhold post nonABC 10; "
    "withhold post none 1896; withhold pre nonABC 2; withhold pre none 400 "
)

# homeless:number of each age, men and women (N. Horton and K. Kleinman, SAS and R, 2nd ed. 2014; mosaicData's HELPrct).
_HELP = {
    0: "19:1/1 20:2/2 21:1/2 22:4/7 23:2/4 24:5/6 25:0/7 26:2/10 27:8/15 28:5/12 29:8/14 30:5/13 31:5/14 32:10/23 "
    "33:9/25 34:5/12 35:10/16 36:9/20 37:7/16 38:3/12 39:13/22 40:3/7 41:7/18 42:4/7 43:8/10 44:4/6 45:7/10 46:2/5 "
    "47:5/8 48:2/3 49:2/6 51:1/1 52:1/1 53:2/3 54:1/1 55:0/1 56:1/1 57:1/1 58:1/1 59:2/2 60:1/1",
    1: "21:0/1 22:0/1 23:1/1 24:1/2 26:0/3 27:1/3 28:1/3 29:2/4 30:2/5 31:3/6 32:2/5 33:5/10 34:0/6 35:2/9 36:2/3 "
    "37:4/4 38:1/6 39:1/5 40:3/3 41:0/2 42:2/3 43:2/3 44:0/1 45:1/3 47:1/6 48:1/2 49:1/2 50:1/2 55:0/1 57:0/1 58:0/1",
}
# fish, invertebrate, reptile, bird, other of small and large alligators in each lake (Agresti 2002, table 7.1).
_ALLIGATORS = (
    "Hancock 23 4 2 2 8 7 0 1 3 5; Oklawaha 5 11 1 0 3 13 8 6 1 0; Trafford 5 11 2 1 5 8 7 6 3 5; "
    "George 16 19 1 2 3 17 1 0 1 3"
)
# Low, Medium, High satisfaction; by contact, type and influence, influence first (Madsen 1976; MASS's housing).
_HOUSING = (
    "21 21 28 34 22 36 10 11 36 61 23 17 43 35 40 26 18 54 13 9 10 8 8 12 6 7 9 18 6 7 15 13 13 7 5 11 "
    "14 19 37 17 23 40 3 5 23 78 46 43 48 45 86 15 25 62 20 23 20 10 22 24 7 10 21 57 23 13 31 21 13 5 6 13"
)


def endometrial() -> pd.DataFrame:
    """Histology (HG) and three risk factors of endometrial cancer."""
    rows = [row.split() for row in _ENDOMETRIAL.split(";")]
    return pd.DataFrame(rows, columns=["NV", "PI", "EH", "HG"]).astype(float).astype({"HG": int})


def sex2() -> pd.DataFrame:
    """Urinary tract infection and contraceptive use, with the column n of equal rows."""
    rows = [[*map(int, digits), int(n)] for digits, n in (cell.split(":") for cell in _SEX2.split())]
    return pd.DataFrame(rows, columns=["case", "age", "oc", "vic", "vicl", "vis", "dia", "n"])


def hepatitis() -> pd.DataFrame:
    """Type of hepatitis after transfusion, by group and time of the trial."""
    rows = [row.split() for row in _HEPATITIS.split(";")]
    return pd.DataFrame(rows, columns=["group", "time", "type", "n"]).astype({"n": float})


def help_study() -> pd.DataFrame:
    """The homeless among the n patients of each age and sex."""
    cells = [(sex, *cell.replace("/", ":").split(":")) for sex, row in _HELP.items() for cell in row.split()]
    return pd.DataFrame(cells, columns=["female", "age", "homeless", "n"]).astype(int)


def alligators() -> pd.DataFrame:
    """Main food of alligators in four lakes, with the column n."""
    foods = ["fish", "invertebrate", "reptile", "bird", "other"]
    kinds = [(size, food) for size in ("small", "large") for food in foods]
    lakes = [row.split() for row in _ALLIGATORS.split(";")]
    rows = [(lake, *kind, int(n)) for lake, *counts in lakes for kind, n in zip(kinds, counts, strict=True)]
    return pd.DataFrame(rows, columns=["lake", "size", "food", "n"])


def housing() -> pd.DataFrame:
    """Satisfaction of tenants in Copenhagen, with the column n."""
    grid = itertools.product(
        ("Low", "High"),
        ("Tower", "Apartment", "Atrium", "Terrace"),
        ("Low", "Medium", "High"),
        ("Low", "Medium", "High"),
    )
    rows = [(*cell, int(n)) for cell, n in zip(grid, _HOUSING.split(), strict=True)]
    return pd.DataFrame(rows, columns=["contact", "type", "influence", "satisfaction", "n"])
