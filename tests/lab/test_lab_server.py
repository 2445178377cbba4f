"""The server of the lab: who may ask it, what it computes, and what hostile requests come to."""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile

import duckdb
import numpy as np
import pandas as pd
import pytest
from starlette.testclient import TestClient

from loglik import Categorical, fit_classifier, report
from loglik.derive.catalogue import derivation, names
from loglik.lab import guard
from loglik.lab.application import STATIC, Lab, application
from loglik.lab.uploads import MOST_CELLS
from loglik.lab.walks import at_numbers
from loglik.texts import templates

HOST = "127.0.0.1:8647"
ASKING = {"x-loglik-token": "secret", "host": HOST}
POINTS = [[0, 0, 0], [1, 1, 1], [0, 1, 0], [1, 0, 0], [2, 2, 1], [0.5, 0.5, 1], [1.5, 0.2, 0], [1.2, 1, 0]]


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    page = tmp_path_factory.mktemp("page")  # built or not, the page is not what is tested
    (page / "index.html").write_text("<!doctype html>", encoding="utf-8")
    lab = Lab()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("loglik.lab.application.STATIC", page)
        yield TestClient(application(lab, "secret", 8647), base_url=f"http://{HOST}", headers=ASKING)
    lab.close()


def post(client, path, body, **headers):
    return client.post(path, content=json.dumps(body), headers=headers)


def code(response):
    return response.json()["code"]


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ({"host": "evil.example:8647"}, "LL424.host"),
        ({"host": "127.0.0.1:80"}, "LL424.host"),
        ({"host": "127.0.0.1.evil.example:8647"}, "LL424.host"),
        ({"origin": "http://evil.example"}, "LL424.origin"),
        ({"origin": "null"}, "LL424.origin"),
        ({"origin": "https://127.0.0.1:8647"}, "LL424.origin"),
        ({"x-loglik-token": "guess"}, "LL424.token"),
        ({"x-loglik-token": ""}, "LL424.token"),
    ],
)
def test_others_are_refused(client, headers, key):
    response = client.get("/api/words", headers={**ASKING, **headers})
    assert response.status_code == 403
    assert response.json()["message"].split('"')[0] in templates(key, "en")[0].replace(
        "{origin}", headers.get("origin", "")
    )


def test_the_page_asks_with_its_own_origin_and_every_answer_has_the_policy(client):
    for path, status in (("/api/words", 200), ("/api/nothing", 404), ("/no-such-file", 404)):
        response = client.get(path, headers={"origin": f"http://{HOST}"})
        assert response.status_code == status
        assert response.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
        assert "access-control-allow-origin" not in response.headers
    assert client.get("/../pyproject.toml").status_code == 404
    assert client.get("/%2e%2e/application.py").status_code == 404


def test_refusals_are_in_the_language_of_the_page(client):
    assert client.get("/api/words", headers={"x-loglik-token": "no", "x-loglik-language": "ja"}).json()["message"] == (
        "ラボのトークンがないか、古い"
    )


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff", b"[" * 100_000, b"null"])
def test_what_is_no_request_is_refused(client, body):
    response = client.post("/api/dice/throw", content=body)
    assert (response.status_code, code(response)) == (200, "LL422")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/dice/throw", {"n": 1e9, "seed": 0, "p": [0.5, 0.5]}),
        ("/api/dice/throw", {"n": True, "seed": 0, "p": [0.5, 0.5]}),
        ("/api/dice/throw", {"n": 1, "seed": 0, "p": [0.5] * 1000}),
        ("/api/points/fit", {"points": []}),
        ("/api/points/fit", {"points": [[0, 0]]}),
        ("/api/points/fit", {"points": [[0, 0, 7], [1, 1, 0]]}),
        ("/api/points/fit", {"points": [[0, 0, 0]] * 3000}),
        ("/api/points/path", {"points": POINTS, "start": [0, 0, "1"], "method": "newton", "steps": 1}),
        ("/api/points/path", {"points": POINTS, "start": [0, 0, 0], "method": "descent", "rate": None, "steps": 1}),
        ("/api/derivations/log-product/values", {"values": {"Z": "1"}}),
        ("/api/derivations/log-product/values", {"values": {"X": "__import__"}}),
        ("/api/derivations/log-product/values", {"values": [1]}),
        ("/api/data/fit", {"key": 7}),
    ],
)
def test_fields_of_another_kind_or_size_are_refused(client, path, body):
    response = post(client, path, body)
    assert (response.status_code, code(response)) == (200, "LL422")


def test_fewer_throws_of_a_seed_are_the_first_of_more(client):
    ask = {"seed": 7, "p": [0.15, 0.15, 0.15, 0.15, 0.15, 0.25]}
    few, many = (post(client, "/api/dice/throw", {**ask, "n": n}).json() for n in (20, 5000))
    assert few["first"] == many["first"]
    assert np.bincount(few["first"], minlength=7)[1:].tolist() == few["counts"]
    assert sum(many["counts"]) == 5000
    assert abs(many["counts"][5] / 5000 - 0.25) < 4 * (0.25 * 0.75 / 5000) ** 0.5


def test_dice_are_judged_as_the_command_does(client):
    found = post(client, "/api/dice/judge", {"counts": [3, 5, 2, 4, 1, 5]}).json()
    assert found["tests"]["lr"]["p_value"] == Categorical.from_counts([3, 5, 2, 4, 1, 5]).lr_test().p_value
    assert post(client, "/api/dice/needed", {"faces": 6, "percent": 10}).json() == {"throws": 6414}


@pytest.mark.parametrize("third", [False, True])
def test_points_are_fitted_as_a_data_frame_is(client, third):
    points = POINTS if not third else [[x, y, (i * 7) % 3] for i, (x, y, _) in enumerate(POINTS * 3)]
    found = post(client, "/api/points/fit", {"points": points}).json()
    frame = pd.DataFrame(points, columns=["x1", "x2", "y"]).assign(y=lambda d: d.y.map({0: "A", 1: "B", 2: "C"}))
    if third:  # so that they are not the same points again and again
        rng = np.random.default_rng(5)
        frame[["x1", "x2"]] += rng.normal(size=(len(frame), 2))
        points = [[a, b, "ABC".index(c)] for a, b, c in frame.to_numpy().tolist()]
        found = post(client, "/api/points/fit", {"points": points}).json()
    model = fit_classifier(frame, "y", reference="A")
    want = np.zeros((3, 3))
    for term in model.report.terms:
        want["ABC".index(term.class_), ["(Intercept)", "x1", "x2"].index(term.term)] = term.estimate
    np.testing.assert_allclose(found["coefficients"], want, rtol=1e-7, atol=1e-9)
    assert found["direction"] is None


def test_separated_points_have_a_direction_and_no_estimate(client):
    points = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [3, 3, 1], [4, 3, 1], [3, 4, 1]]
    found = post(client, "/api/points/fit", {"points": points}).json()
    assert found["coefficients"] is None
    (finding,) = found["findings"]
    assert finding["code"] == "LL201"
    assert finding["hint"]
    assert found["tables"] == []
    a, b, c = found["direction"][1]
    margins = [(a + b * x + c * y) * (1 if k else -1) for x, y, k in points]
    assert min(margins) > 0


def test_one_class_is_refused_in_the_words_of_the_package(client):
    response = post(client, "/api/points/fit", {"points": [[0, 0, 1], [1, 2, 1]]})
    assert (response.status_code, code(response)) == (200, "LL110")


def test_newton_arrives_and_descent_goes_downhill_or_runs_away(client):
    fitted = post(client, "/api/points/fit", {"points": POINTS}).json()["coefficients"][1]
    way = {"points": POINTS, "start": [0, 0, 0]}
    newton = post(client, "/api/points/path", {**way, "method": "newton", "steps": 8}).json()
    np.testing.assert_allclose(newton["steps"][-1]["weights"], fitted, rtol=1e-9)
    descent = post(client, "/api/points/path", {**way, "method": "descent", "rate": 0.5, "steps": 400}).json()
    losses = [step["loss"] for step in descent["steps"]]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] > newton["steps"][-1]["loss"]
    x = np.array([[1.0, a, b] for a, b, _ in POINTS])
    y = np.array([k for *_, k in POINTS])
    np.testing.assert_allclose(descent["steps"][0]["gradient"], x.T @ (0.5 - y) / len(y), rtol=1e-14)
    np.testing.assert_allclose(
        descent["steps"][1]["weights"], -0.5 * np.array(descent["steps"][0]["gradient"]), rtol=1e-14
    )
    far = post(client, "/api/points/path", {**way, "method": "descent", "rate": 100, "steps": 50}).json()
    far_losses = [step["loss"] for step in far["steps"]]
    assert max(far_losses) > 10 * far_losses[0]
    alike = [[1, 1, 0], [1, 1, 1], [1, 1, 0]]
    ended = post(client, "/api/points/path", {**way, "points": alike, "method": "newton", "steps": 3}).json()
    assert ended["ended"] == "singular"


def test_every_derivation_of_the_catalogue_is_walked_in_both_languages(client):
    listed = client.get("/api/start").json()["derivations"]
    assert len(listed) >= 35
    places = {each["name"]: i for i, each in enumerate(listed)}
    assert all(places[used] < places[each["name"]] for each in listed for used in each["uses"])
    for name in ("log-product", "dice-mle", "softmax-cross-entropy-gradient"):
        en, ja = (
            client.get(f"/api/derivations/{name}", headers={"x-loglik-language": lang}).json() for lang in ("en", "ja")
        )
        steps = [step for part in en["parts"] for step in part["steps"]]
        assert len(steps) == en["total"] == en["verified"]
        assert all(step["math"].startswith("<math") and step["rule_name"] for step in steps)
        assert [s["math"] for s in steps] == [s["math"] for p in ja["parts"] for s in p["steps"]]
        assert en["title"] != ja["title"]
    assert code(client.get("/api/derivations/log-prodct")) == "LL163"


def test_lines_have_the_same_value_at_the_readers_numbers(client):
    found = post(client, "/api/derivations/log-product/values", {"values": {"X": "3", "Y": "1/2"}}).json()["parts"]
    assert found == [["0.584962500721"] * 4]


@pytest.mark.parametrize("name", names())
def test_equal_lines_have_equal_values_at_the_numbers_of_the_example(name):
    found = derivation(name)
    for part, values in zip(found.parts, at_numbers(found, {})["parts"], strict=True):
        assert len(values) == len(part.steps) + 1
        if {step.relation for step in part.steps} == {"="}:
            known = [float(value) for value in values if value is not None]
            assert known == pytest.approx(known[:1] * len(known), rel=1e-9)


def test_the_next_line_is_judged_previewed_and_hinted(client):
    path = "/api/derivations/log-product"
    (part,) = client.get(f"{path}/parts").json()["parts"]
    assert (len(part["lines"]), part["gaps"]) == (3, [2])
    first = {"part": 0, "lines": []}
    right = post(client, f"{path}/answer", {**first, "typed": part["lines"][0]["line"]}).json()
    assert (right["verdict"], right["accepted"], right["complete"]) == ("right", True, False)
    wrong = post(client, f"{path}/answer", {**first, "typed": "log(X, a)*log(Y, a)"}).json()
    assert (wrong["verdict"], wrong["accepted"]) == ("wrong", False)
    assert wrong["line"]["math"].startswith("<math")
    on = {"part": 0, "lines": [right["line"]["line"]], "typed": part["lines"][2]["line"]}
    leap = post(client, f"{path}/answer", on).json()
    assert (leap["verdict"], leap["complete"], len(leap["way"])) == ("bigger", True, 2)
    shown = post(client, f"{path}/lines", {**first, "typed": r"= \log_a X + \log_a Y"}).json()
    assert shown["lines"][0]["plain"] == "log(X, a) + log(Y, a)"
    assert len(post(client, f"{path}/hints", first).json()["hints"]) == 3
    assert code(post(client, f"{path}/lines", {**first, "typed": "log(("})) == "LL160"
    assert code(post(client, f"{path}/answer", {"part": 7, "lines": [], "typed": "1"})) == "LL226"


@pytest.mark.parametrize("name", names())
def test_every_derivation_can_be_worked_forwards_and_with_gaps(client, name):
    for part in client.get(f"/api/derivations/{name}/parts").json()["parts"]:
        assert part["gaps"]
        assert all(1 <= gap <= len(part["lines"]) for gap in part["gaps"])
        lines = [each["line"] for each in part["lines"]]
        shown = post(client, f"/api/derivations/{name}/lines", {"part": part["part"], "lines": lines}).json()["lines"]
        assert [each["plain"] for each in shown] == [each["plain"] for each in part["lines"]]
        assert shown[-1]["plain"] == part["goal"]["plain"]


def table(rows=60):
    rng = np.random.default_rng(0)
    x, g = rng.normal(size=rows), rng.integers(0, 3, rows)
    y = rng.random(rows) < 1 / (1 + np.exp(-x))
    return pd.DataFrame({"x": x, "g": np.array(list("abc"))[g], "y": np.where(y, "yes", "no")})


def send(client, data, name):
    return client.post("/api/data", params={"name": name}, content=data)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_file_is_described_and_fitted(client, ending):
    frame = table()
    out = io.BytesIO()
    frame.to_csv(out, index=False) if ending == "csv" else frame.to_parquet(out)
    shown = send(client, out.getvalue(), f"my data.{ending}").json()
    assert (shown["name"], shown["rows"], shown["target"]) == (f"my data.{ending}", 60, "y")
    assert [(c["name"], c["kind"], c["missing"]) for c in shown["columns"]][:2] == [
        ("x", "number", 0),
        ("g", "category", 0),
    ]
    ask = {"key": shown["key"], "target": "y", "features": ["x", "g"], "categorical": []}
    found = post(client, "/api/data/fit", ask).json()
    model = fit_classifier(frame, "y", features=["x", "g"])
    shown = "".join(found["sections"])
    page = report.page(model, frame, language="en")
    for section in found["sections"]:  # as the report has them
        assert section.replace(f"my data.{ending}", "") in page
    assert (found["estimate"], found["separated"], shown.count("<svg")) == (True, False, 3)
    assert ' style="' not in shown  # which the policy of the page would forbid
    saved = post(client, "/api/data/report", ask).json()["html"]
    assert saved.startswith("<!DOCTYPE html>")
    assert f"my data.{ending}" in saved
    assert found["command"] == f"loglik fit 'my data.{ending}' --target y --features x,g"
    assert (
        found["python"].splitlines()[2]
        == f"model = loglik.fit_classifier('my data.{ending}', 'y', features=['x', 'g'])"
    )


def test_separated_data_say_what_separates_and_firth_fits_them(client):
    text = "x,y\n" + "".join(f"{i},{'ab'[i > 10]}\n" for i in range(20))
    key = send(client, text.encode(), "s.csv").json()["key"]
    ask = {"key": key, "target": "y", "features": ["x"], "categorical": []}
    found = post(client, "/api/data/fit", ask).json()
    (findings,) = found["sections"]
    assert "LL201" in findings
    assert (found["separated"], found["estimate"]) == (True, False)
    assert code(post(client, "/api/data/report", ask)) == "LL201"
    firth = post(client, "/api/data/fit", {**ask, "firth": True}).json()
    assert (firth["separated"], firth["estimate"], len(firth["sections"])) == (False, True, 4)
    assert firth["command"].endswith("--firth")


def packed(make) -> bytes:
    out = io.BytesIO()
    make(out)
    return out.getvalue()


def bomb(out):
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.csv", b"0" * 5_000_000)


HOSTILE = [
    ("a zip file", lambda: packed(bomb), "d.csv", "LL423"),
    ("a gzip file", lambda: gzip.compress(b"x,y\n" + b"0,1\n" * 500_000), "d.csv", "LL423"),
    ("a gzip file by name", lambda: gzip.compress(b"x,y\n0,1\n"), "d.csv.gz", "LL423"),
    ("binary", lambda: bytes(range(256)) * 50, "d.csv", "LL423"),
    ("binary as Parquet", lambda: bytes(range(256)) * 50, "d.parquet", "LL423"),
    ("a cut Parquet file", lambda: packed(lambda out: table().to_parquet(out))[:500], "d.parquet", "LL105"),
    ("Parquet as CSV", lambda: packed(lambda out: table().to_parquet(out)), "d.csv", "LL423"),
    ("a program", lambda: b"\x7fELF" + b"\0" * 100, "d.csv", "LL423"),
    ("a database", lambda: b"SQLite format 3\0" + b"\0" * 100, "d.db", "LL423"),
    ("no name", lambda: b"x,y\n1,2\n", "", "LL423"),
    ("nothing", lambda: b"", "d.csv", "LL102"),
    ("two columns of one name", lambda: b"x,x\n1,2\n", "d.csv", None),
]


@pytest.mark.parametrize(("name", "data", "file", "expected"), HOSTILE, ids=[case[0] for case in HOSTILE])
def test_hostile_files_are_refused_and_the_server_goes_on(client, name, data, file, expected):
    del name
    response = send(client, data(), file)
    assert response.json()["schema"] == "loglik.error/1"
    assert expected is None or code(response) == expected
    assert client.get("/api/words").status_code == 200


@pytest.mark.parametrize("text", ["x,y\n1,2\n1\n", 'x,y\n"a,b\n', "", ",,,\n"])
def test_what_is_wrong_with_a_file_calls_it_by_its_name(client, text):
    message = send(client, text.encode(), "私の data.csv").json()["message"]
    assert "私の data.csv" in message
    assert not re.search(r"[0-9a-f]{16}", message)


def test_columns_of_every_kind_are_described(client):
    frame = pd.DataFrame({
        "number": [1.5, None, 3.0, 1.5], "text": ["a", "b", None, "a"], "list": [[1], [2], [1], None],
        "flag": [True, False, True, None], "day": pd.to_datetime(["2020-01-01"] * 3 + [None]), "none": [None] * 4,
        "many": list("abcd"),
    })  # fmt: skip
    out = io.BytesIO()
    frame.to_parquet(out)
    shown = send(client, out.getvalue(), "d.parquet").json()
    found = {c["name"]: (c["distinct"], c["missing"]) for c in shown["columns"]}
    assert found == {
        "number": (2, 1), "text": (2, 1), "list": (2, 1), "flag": (2, 1), "day": (1, 1), "none": (0, 4), "many": (4, 0)
    }  # fmt: skip
    assert shown["columns"][1]["levels"][0] == {"level": "a", "rows": 2}


def test_a_small_parquet_file_of_a_thousand_million_values_is_not_read(client, tmp_path):
    path = tmp_path / "d.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT 1::TINYINT AS x, 2::TINYINT AS y FROM range({MOST_CELLS})) TO '{path}'")
    data = path.read_bytes()
    assert len(data) < 2_000_000
    response = send(client, data, "d.parquet")
    assert code(response) == "LL423"
    assert f"{MOST_CELLS:,} rows and 2 columns" in response.json()["message"]


def test_a_gigabyte_is_refused_before_it_is_read(client, monkeypatch):
    response = client.post(
        "/api/data", params={"name": "d.csv"}, content=b"x", headers={"content-length": "1000000000"}
    )
    assert (response.status_code, code(response)) == (413, "LL423")
    monkeypatch.setattr(guard, "MOST_UPLOAD", 1000)

    def without_length():
        for _ in range(100):
            yield b"1,2\n" * 100

    response = client.post("/api/data", params={"name": "d.csv"}, content=without_length())
    assert (response.status_code, code(response)) == (413, "LL423")


def test_names_of_files_make_no_path_and_leave_nothing_behind():
    lab = Lab()
    client = TestClient(application(lab, "secret", 8647), base_url=f"http://{HOST}", headers=ASKING)
    folder = lab.uploads._folder.name
    from pathlib import Path

    for name in ("../../../tmp/evil.csv", "/etc/passwd.csv", "..\\..\\evil.csv", "a\0b.csv", "x" * 500 + ".csv"):
        shown = send(client, b"x,y\n1,a\n2,b\n", name).json()
        assert "/" not in shown["name"]
        assert "\\" not in shown["name"]
        assert len(shown["name"]) <= 80
        assert all(path.parent == Path(folder) for path in Path(folder).rglob("*"))
        assert len(list(Path(folder).iterdir())) <= 4
    send(client, b"\x1f\x8b", "d.csv")
    assert len(list(Path(folder).iterdir())) <= 4
    lab.close()
    assert not Path(folder).exists()
    assert code(post(client, "/api/data/fit", {"key": "given"})) == "LL426"


def test_scripts_in_names_are_text(client):
    name = "<img src=x onerror=alert(1)>"
    text = f'"{name}",y\n' + "".join(f"{i % 7},{'<b>ab'[i % 2 :]}\n" for i in range(30))
    shown = send(client, text.encode(), f"{name}.csv").json()
    assert shown["columns"][0]["name"] == name
    ask = {"key": shown["key"], "target": "y", "features": [name], "categorical": []}
    found = post(client, "/api/data/fit", ask).json()
    shown = "".join(found["sections"])
    assert "&lt;img src=x" in shown
    assert "<img" not in shown
    assert "<b>" not in shown


def test_the_page_is_served_where_it_is_built(client):
    if (STATIC / "index.html").is_file():
        page = client.get("/")
        assert page.status_code == 200
        assert "http://" not in page.text
        assert "https://" not in page.text
