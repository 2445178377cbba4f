"""Bad input: each gets its code, a message that names the place, exit status 2, no traceback, no half-written file."""

from __future__ import annotations

import gzip
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from loglik.cli import main

GOOD = "x,g,y\n" + "".join(f"{i % 7}.5,{'ab'[i % 2]},{['no', 'yes'][i * i % 3 > 0 or i % 5 == 0]}\n" for i in range(40))


def write(text: str | bytes, name: str = "d.csv") -> None:
    Path(name).write_bytes(text.encode() if isinstance(text, str) else text)


def damaged_model(change) -> None:
    write(GOOD)
    assert main(shlex.split("fit d.csv -t y -o m.json -q")) == 0
    Path("m.json").write_text(change(Path("m.json").read_text()))


def two_tables() -> None:
    with duckdb.connect("d.duckdb") as connection:
        connection.execute("CREATE TABLE one AS SELECT 1 AS x; CREATE TABLE two AS SELECT 2 AS x")


def nested() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT i AS x, [i, i] AS list, i % 2 AS y FROM range(20) t(i)) TO 'd.parquet' (FORMAT parquet)"
        )


CASES = [
    # name, prepare, command, code, words in the message
    ("no such file", None, "fit d.csv -t y", "LL101", "d.csv does not exist"),
    ("similar file", lambda: write(GOOD, "data.csv"), "fit dta.csv -t y", "LL101", 'did you mean "data.csv"?'),
    ("an empty directory", lambda: Path("d.csv").mkdir(), "fit d.csv -t y", "LL502", "holds no data files"),
    ("empty file", lambda: write(""), "fit d.csv -t y", "LL102", "empty (0 bytes)"),
    ("blank first line", lambda: write("\n1,2\n"), "fit d.csv -t y", "LL102", "no header"),
    ("header only", lambda: write("x,y\n"), "fit d.csv -t y", "LL102", "no rows"),
    ("misspelt target", lambda: write(GOOD), "fit d.csv -t Y", "LL103", 'column "Y" not in d.csv; did you mean "y"?'),
    ("misspelt feature", lambda: write(GOOD), "fit d.csv -t y --features x,gg", "LL103", '"gg" not in d.csv'),
    ("misspelt exclude", lambda: write(GOOD), "fit d.csv -t y --exclude q", "LL103", '"q" not in d.csv'),
    ("misspelt weights", lambda: write(GOOD), "fit d.csv -t y --weights w", "LL103", '"w" not in d.csv'),
    ("broken line", lambda: write(GOOD + "1.5,a\n"), "fit d.csv -t y", "LL104", "line 42: 2 values where the header"),
    ("long line", lambda: write(GOOD + "1,a,no,7\n"), "fit d.csv -t y", "LL104", "line 42: 4 values"),
    ("open quote", lambda: write(GOOD + '1,"a,no\n'), "fit d.csv -t y", "LL104", "line 42: a quotation mark"),
    ("not UTF-8", lambda: write("x,y\n1,caf\xe9\n".encode("latin-1")), "fit d.csv -t y", "LL104", "UTF-8"),
    ("binary", lambda: write(bytes(range(256)) * 20), "fit d.csv -t y", "LL104", "d.csv"),
    ("cut-off gzip", lambda: write(gzip.compress(GOOD.encode())[:40], "d.csv.gz"), "fit d.csv.gz -t y", "LL104", "gz"),
    ("unknown ending", lambda: write(GOOD, "d.xlsx"), "fit d.xlsx -t y", "LL105", '".xlsx"'),
    ("no Parquet", lambda: write(GOOD, "d.parquet"), "fit d.parquet -t y", "LL105", "cannot be read as parquet"),
    ("no database", lambda: write(GOOD * 99, "d.duckdb"), "fit d.duckdb -t y", "LL105", "d.duckdb"),
    ("broken JSON", lambda: write('{"x": 1}\n{"x": ', "d.jsonl"), "fit d.jsonl -t y", "LL105", "d.jsonl"),
    ("dates", lambda: write("d,y\n2024-01-02,a\n2024-01-03,b\n"), "fit d.csv -t y", "LL106", '"d" of d.csv holds dates'),
    ("missing refused", lambda: write(GOOD + ",a,no\n"), "fit d.csv -t y --missing error", "LL107", "row 41"),
    ("nothing left", lambda: write("x,y\n,a\nNA,b\n"), "fit d.csv -t y", "LL108", '"x" lacks 2 of 2'),
    ("infinite", lambda: write(GOOD + "inf,a,no\n"), "fit d.csv -t y", "LL109", '"x" of d.csv is infinite in row 41'),
    ("one class", lambda: write("x,y\n1,a\n2,a\n"), "fit d.csv -t y", "LL110", 'the one class "a"'),
    ("measurement", lambda: write("x,y\n1,0.5\n2,1.7\n3,2.5\n"), "fit d.csv -t y", "LL111", "measurement"),
    ("date target", lambda: write("x,y\n1,2024-01-01\n2,2024-01-02\n"), "fit d.csv -t y", "LL111", "not classes"),
    ("wrong positive", lambda: write(GOOD), "fit d.csv -t y --positive yess", "LL112", 'did you mean "yes"?'),
    ("wrong reference", lambda: write(GOOD), "fit d.csv -t y --reference nein", "LL112", '"nein"'),
    ("wrong base", lambda: write(GOOD), "fit d.csv -t y --base g=z", "LL112", '"z" not in column "g"'),
    ("positive of three", lambda: write("x,y\n1,a\n2,b\n3,c\n"), "fit d.csv -t y --positive a", "LL113", "3: a, b, c"),
    ("negative weight", lambda: write("x,w,y\n1,1,a\n2,-2,b\n"), "fit d.csv -t y --weights w", "LL114", "row 2 has -2"),
    ("text weight", lambda: write(GOOD), "fit d.csv -t y --weights g", "LL114", '"g" of d.csv is not numeric'),
    ("half a row", lambda: write("x,w,y\n1,1,a\n2,.5,b\n"), "fit d.csv -t y --weights w", "LL115", "0.5 in row 2"),
    ("text offset", lambda: write(GOOD), "fit d.csv -t y --offset g", "LL116", '"g" of d.csv is not numeric'),
    ("column twice", lambda: write("x,x,y\n1,2,a\n2,3,b\n"), "fit d.csv -t y", "LL117", '"x" twice'),
    ("nameless column", lambda: write("x,,y\n1,2,a\n2,3,b\n"), "fit d.csv -t y", "LL117", "column 2 has no name"),
    ("target as feature", lambda: write(GOOD), "fit d.csv -t y --features x,y", "LL117", "cannot be a feature too"),
    ("target as weights", lambda: write(GOOD), "fit d.csv -t y --weights y", "LL117", "second part"),
    ("no count", lambda: write("s,n,x\n.5,2,1\n1,4,2\n"), "fit d.csv s|n~x", "LL259", "0.5 in row 1"),
    ("more successes", lambda: write("s,n,x\n3,2,1\n1,4,2\n"), "fit d.csv s|n~x", "LL259", "3 successes in 2 trials"),
    ("two references", lambda: write(GOOD), 'fit d.csv y~C(g,ref="a") --base g=b', "LL258", "levels a and b"),
    ("named and excluded", lambda: write(GOOD), "fit d.csv y~x --exclude x", "LL258", '"x", and it is'),
    ("proportions", lambda: write("p,x\n.5,1\n.25,2\n.3,1\n"), "fit d.csv -t p", "LL111", "proportions"),
    ("firth explained", lambda: write(GOOD), "fit d.csv -t y --firth --explain", "LL240", "--explain"),
    ("firth and alpha", lambda: write(GOOD), "fit d.csv -t y --firth --alpha 1", "LL240", "alpha = 1"),
    ("negative alpha", lambda: write(GOOD), "fit d.csv -t y --alpha -1", "LL118", "alpha = -1"),
    ("level of 95", lambda: write(GOOD), "fit d.csv -t y --level 95", "LL118", "level = 95"),
    ("no pair", lambda: write(GOOD), "fit d.csv -t y --base a", "LL118", "COLUMN=LEVEL"),
    ("no feature", lambda: write(GOOD), "fit d.csv -t y --exclude x,g", "LL119", "no feature column"),
    ("empty features", lambda: write(GOOD), "fit d.csv -t y --features ''", "LL119", "names no column"),
    ("lists", nested, "fit d.parquet -t y", "LL120", '"list"'),
    ("no directory", lambda: write(GOOD), "fit d.csv -t y -o none/m.json", "LL121", "none/m.json cannot be written"),
    ("two tables", two_tables, "fit d.duckdb -t y", "LL122", "2 tables: one, two"),
    ("wrong table", two_tables, "fit d.duckdb -t y --table on", "LL122", 'did you mean "one"?'),
    (
        "an identifier",
        lambda: write("id,y\n" + "".join(f"k{i},{'ab'[i % 2]}\n" for i in range(99))),
        "fit d.csv -t y",
        "LL125",
        "99 levels in 99 rows",
    ),
    ("a word among numbers", lambda: write(GOOD + "oops,a,no\n"), "fit d.csv -t y", "LL126", '"oops"'),
    ("no such option", lambda: write(GOOD), "fit d.csv -t y --frob 1", "LL100", "--frob"),
    ("no number", lambda: write(GOOD), "fit d.csv -t y --alpha much", "LL100", "much"),
    ("no target named", lambda: write(GOOD), "fit d.csv", "LL257", "target"),
    ("no such command", None, "fti d.csv", "LL100", "fti"),
    ("no model", lambda: write(GOOD), "predict m.json d.csv", "LL101", "m.json"),
    ("not a model", lambda: write(GOOD), "predict d.csv d.csv", "LL131", "not a loglik model"),
    ("other JSON", lambda: write("{}", "m.json"), "predict m.json d.csv", "LL131", "not a loglik model"),
    ("cut-off model", lambda: damaged_model(lambda t: t[: len(t) // 2]), "predict m.json d.csv", "LL132", "cut off"),
    ("changed model", lambda: damaged_model(lambda t: t.replace('"no"', '"oh"', 1)),
     "predict m.json d.csv", "LL132", "checksum"),
    ("newer model", lambda: damaged_model(lambda t: t.replace("model/1", "model/9")),
     "predict m.json d.csv", "LL133", "model/9"),
    (
        "new level",
        lambda: (damaged_model(str), write("x,g\n1,a\n2,q\n")),
        "predict m.json d.csv -o p.csv",
        "LL124",
        'level "q" of column "g" in row 2',
    ),
    ("column gone", lambda: (damaged_model(str), write("x\n1\n")), "predict m.json d.csv", "LL103", '"g" not in d.csv'),
    (
        "numbers turned text",
        lambda: (damaged_model(str), write("x,g\nu,a\nv,b\n")),
        "predict m.json d.csv -o p.csv",
        "LL127",
        '"x" of d.csv held numbers',
    ),
    ("misspelt cluster", lambda: write(GOOD), "fit d.csv -t y --cluster gg", "LL103", '"gg" not in d.csv; did you mean "g"?'),
    ("one cluster", lambda: write(GOOD.replace("b", "a")), "fit d.csv -t y --cluster g", "LL234", "fewer than two clusters"),
    ("three clusters", lambda: write(GOOD), "fit d.csv -t y --cluster a,b,c", "LL103", '"a" not in d.csv'),
    ("no cluster in a row", lambda: write(GOOD + "1,,no\n"), "fit d.csv -t y --cluster g", "LL234", "no cluster in row 41"),
    ("a kind without clusters", lambda: write(GOOD), "fit d.csv -t y --vcov cluster", "LL234", "need a column of clusters"),
    ("strange output", lambda: damaged_model(str), "predict m.json d.csv -o p.xlsx", "LL105", ".csv or .parquet"),
    ("report as PDF", lambda: damaged_model(str), "report m.json d.csv -o r.pdf", "LL105", ".html or .htm"),
    (
        "a class of which the model knows nothing",
        lambda: (damaged_model(str), write("x,g,y\n1,a,no\n2,b,perhaps\n")),
        "report m.json d.csv -o r.html",
        "LL433",
        'row 2 of d.csv has the class "perhaps" in "y"',
    ),
    (
        "report on rows without the target",
        lambda: (damaged_model(str), write("x,g\n1,a\n")),
        "report m.json d.csv -o r.html",
        "LL103",
        '"y" not in d.csv',
    ),
    (
        "report on no complete row",
        lambda: (damaged_model(str), write("x,g,y\n,a,no\n")),
        "report m.json d.csv -o r.html",
        "LL433",
        "d.csv has no row with a class",
    ),
]  # fmt: skip


def files() -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in Path().iterdir() if p.is_file()}


@pytest.mark.parametrize(("prepare", "command", "code", "words"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
@pytest.mark.usefixtures("in_tmp")
def test_refused(prepare, command: str, code: str, words: str, capsys: pytest.CaptureFixture) -> None:
    if prepare is not None:
        prepare()
    capsys.readouterr()
    before = files()
    assert main(shlex.split(command)) == 2
    said = capsys.readouterr()
    assert f"{code} " in said.err
    assert words in said.err.replace("\n", " ")
    assert "Traceback" not in said.err
    assert said.out == ""
    assert main([*shlex.split(command), "--json"]) == 2
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "loglik.error/1"
    assert document["code"] == code
    assert words in document["message"]
    assert set(document) == {"schema", "code", "message", "hint", "values"}
    assert files() == before


def test_empty_standard_input() -> None:
    run = subprocess.run(
        [sys.executable, "-c", "from loglik.cli import main; raise SystemExit(main())", "fit", "-", "-t", "y"],
        input="",
        text=True,
        capture_output=True,
        check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )
    assert run.returncode == 2
    assert run.stderr.startswith("LL102 standard input is empty")


def test_a_failed_write_leaves_the_old_model(in_tmp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(GOOD)
    assert main(shlex.split("fit d.csv -t y -o m.json -q")) == 0
    old = Path("m.json").read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert main(shlex.split("fit d.csv -t y --alpha 1 -o m.json -q")) == 2
    assert Path("m.json").read_bytes() == old
    assert sorted(p.name for p in in_tmp.iterdir()) == ["d.csv", "m.json"]


FRAMES = [
    ("LL107", "row 2", {"x": [1.0, None, 3.0], "g": ["a", "b", "a"]}),
    ("LL106", "dates", {"x": pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-03"])}),
    ("LL109", "row 3", {"x": [1.0, 2.0, float("inf")], "g": ["a", "b", "a"]}),
]


@pytest.mark.parametrize(("code", "words", "columns"), FRAMES)
def test_estimator_on_data_frames(code: str, words: str, columns: dict) -> None:
    import loglik

    with pytest.raises(loglik.DataError, match=words) as caught:
        loglik.LogisticRegression().fit(pd.DataFrame(columns), [0, 1, 0])
    assert caught.value.code == code


def test_data_frame_refusals() -> None:
    import loglik

    twice = pd.DataFrame([[1, 2, "a"]], columns=["x", "x", "y"])
    for data, target, code in (
        (twice, "y", "LL117"),
        (pd.DataFrame({"x": [], "y": []}), "y", "LL102"),
        ([[1, 2]], "y", "LL123"),
        (pd.DataFrame({"x": [1, 2], "y": [{"a": 1}, {"b": 2}]}), "y", "LL111"),
    ):
        with pytest.raises(loglik.DataError) as caught:
            loglik.fit_classifier(data, target)
        assert caught.value.code == code
