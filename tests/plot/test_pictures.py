"""Pictures of formulas: points are read off each, by the ticks of its axes, and compared with 30 digits."""

from __future__ import annotations

import functools
import re
import subprocess
import sys

import mpmath
import numpy as np
import pytest
from svg_reading import curves, parsed

from loglik.derive import names
from loglik.plot import descents
from loglik.plot.extra import needed
from loglik.plot.pictures import OF_DERIVATIONS, PICTURES, picture
from loglik.plot.pictures import drawn as drawn_anew

drawn = functools.cache(drawn_anew)

# Places have two decimals of a point, ticks stand where they are drawn.
NEAR = 6e-3


def on(points, function, *, inside=None, near=NEAR):
    """All points are on the graph of a function, to what can be read of the picture."""
    assert len(points) > 1
    for x, y in points:
        if inside is None or inside[0] < x < inside[1]:
            exact = float(function(mpmath.mpf(x)))
            slope = abs(float(mpmath.diff(function, mpmath.mpf(x))))
            assert abs(y - exact) < near * (1.0 + slope), (x, y, exact)


def test_logarithm_and_exponential():
    read = curves(drawn("logarithm_and_exponential", "en"))
    on(read["logarithm"], lambda x: mpmath.log(x, 2), inside=(0.15, 9))
    on(read["exponential"], lambda x: mpmath.mpf(2) ** x)
    slope = 1 / (2 * mpmath.log(2))
    on(read["tangent"], lambda x: 1 + slope * (x - 2))
    on(read["mirrored-tangent"], lambda x: 2 + (x - 1) / slope)
    np.testing.assert_allclose(read["points"], [[2, 1], [1, 2]], atol=NEAR)


def test_the_limit_e_as_curve_and_table():
    made = drawn("limit_e", "en")
    read = curves(made)
    on(read["power"], lambda t: (1 + t) ** (1 / t), inside=(-0.75, 2.1), near=0.02)
    on(read["e"], lambda t: mpmath.e + 0 * t)
    rows = [[cell.text for cell in row] for row in parsed(made).iter("tr")][1:]
    assert len(rows) == 7
    for shown, right, left in rows:
        t = mpmath.mpf(shown)
        assert right == mpmath.nstr((1 + t) ** (1 / t), 8, strip_zeros=False)
        assert left == (None if t == 1 else mpmath.nstr((1 - t) ** (-1 / t), 8, strip_zeros=False))


def test_sigmoid_and_its_derivative():
    read = curves(drawn("sigmoid", "en"))
    on(read["sigmoid"], lambda u: 1 / (1 + mpmath.exp(-u)))
    on(read["derivative"], lambda u: mpmath.exp(-u) / (1 + mpmath.exp(-u)) ** 2)


def test_losses_and_the_price_of_being_sure_and_wrong():
    read = curves(drawn("losses", "en"))
    on(read["one"], lambda y: -mpmath.log(y), inside=(0.03, 1), near=0.02)
    on(read["zero"], lambda y: -mpmath.log(1 - y), inside=(0, 0.97), near=0.02)
    on(read["one-u"], lambda u: mpmath.log(1 + mpmath.exp(-u)), near=0.02)
    on(read["zero-u"], lambda u: mpmath.log(1 + mpmath.exp(u)), near=0.02)
    price = float(-mpmath.log(0.01))
    np.testing.assert_allclose(read["sure-and-wrong"], [[0.01, price], [0.99, price]], atol=0.02)


def test_likelihood_of_a_die():
    made = drawn("likelihood_of_a_die", "en")
    read = curves(made)
    counts = (3, 5, 2, 4, 1, 5)
    order = [k for turn in range(5) for k, t in enumerate(counts) if turn < t] * 30
    product, value = [mpmath.mpf(1)], mpmath.mpf(1)
    for face in order:
        value *= mpmath.mpf(counts[face]) / 20
        product.append(value)
    logs = np.array([float(mpmath.log(p)) for p in product])
    n = len(read["log-likelihood"])
    np.testing.assert_allclose(read["log-likelihood"], np.c_[np.arange(n), logs[:n]], atol=2.5)
    np.testing.assert_allclose(read["likelihood"], np.c_[np.arange(41), [float(p) for p in product[:41]]], atol=0.05)
    small = next(i for i, p in enumerate(product) if p < mpmath.mpf(10) ** -300)
    lost = next(i for i, p in enumerate(product) if p < mpmath.mpf(2) ** -1075)
    assert f"After {small} throws" in made
    assert f"from {lost} throws" in made
    np.testing.assert_allclose(read["marks"][:, 0], [small, lost], atol=1.5)


def test_the_maximum_over_the_simplex():
    made = parsed(drawn("simplex", "en"))
    groups = {g.get("data-curve"): g for g in made.iter() if g.get("data-curve")}

    def places(name):
        uses = [(float(e.get("x")), float(e.get("y"))) for e in groups[name].iter() if e.tag.endswith("use")]
        return np.array(uses)

    path = next(e for e in groups["simplex"].iter() if e.tag.endswith("path")).get("d")
    corners = np.array(re.findall(r"(-?[\d.]+) (-?[\d.]+)", path)[:3], dtype=float)
    np.testing.assert_allclose(places("maximum"), [np.array([0.5, 0.3, 0.2]) @ corners], atol=0.05)
    np.testing.assert_allclose(places("fair"), [corners.mean(axis=0)], atol=0.05)


def test_descents_are_those_of_the_package_and_end_at_the_minimum():
    read = curves(drawn("loss_surface", "en"))
    x, y = [mpmath.mpf(v) for v in descents.HOURS], descents.PASSED.tolist()

    def gradient(b, w):
        rest = [1 / (1 + mpmath.exp(-(b + w * v))) - t for v, t in zip(x, y, strict=True)]
        return [mpmath.fsum(rest), mpmath.fsum(r * v for r, v in zip(rest, x, strict=True))]

    best = [float(v) for v in mpmath.findroot(gradient, (-4, 1.7))]
    np.testing.assert_allclose(read["minimum"], [best], atol=0.02)
    np.testing.assert_allclose(read["newton"][-1], best, atol=0.02)
    way, losses = descents.path("gd", 400)
    np.testing.assert_allclose(read["descent"], way, atol=0.02)
    assert (np.diff(losses) < 0).all()
    # a step of gradient descent is along the gradient
    step, downhill = way[6] - way[5], -np.array([float(g) for g in gradient(*way[5])])
    np.testing.assert_allclose(step / np.linalg.norm(step), downhill / np.linalg.norm(downhill), atol=1e-9)
    u = way[5, 0] + way[5, 1] * descents.HOURS
    by_hand = np.mean([float(mpmath.log(1 + mpmath.exp(-v if t else v))) for v, t in zip(u, y, strict=True)])
    np.testing.assert_allclose(descents.surface(way[5, :1], way[5, 1:])[0, 0], by_hand, rtol=1e-14)
    np.testing.assert_allclose(losses[5], by_hand, rtol=1e-13)


def test_separated_weights_grow_like_the_logarithm_of_the_steps_while_the_loss_falls():
    made = drawn("separation", "en")
    loss, weight = (float(v) for v in re.search(r"they are ([\d.e-]+) and ([\d.]+),", made).groups())
    x, y = descents.HOURS - descents.HOURS.mean(), descents.HOURS.mean() < descents.HOURS
    sign, intercepts = np.where(y, 1, -1), np.linspace(-9, 9, 2001)[:, None]
    least = np.log1p(np.exp(-sign * (weight * x + intercepts))).mean(axis=1).min()
    assert least < loss * 1.03  # of the best intercept; two digits are printed
    assert loss < 1.5 * least < 0.01
    assert weight > 10.0


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_picture_stands_in_any_page(name, language):
    made = drawn(name, language)
    if language == "en":
        assert made == drawn_anew(name, language)
    root = parsed(made)
    assert root.tag == "figure"
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"p[0-9a-f]{10}-\d+", each) for each in ids)
    for reference in re.findall(r'(?:url\(#|href="#)([^")]+)', made):
        assert reference in ids
    assert not re.search(r"#000000|font-family: (?!inherit)|DejaVu|https?://(?!www\.w3\.org)|<metadata|<script", made)
    assert any(e.tag.endswith("text") for e in root.iter())  # not outlines
    assert len(made) < 60_000
    svg = root[0]
    assert svg.get("role") == "img"
    assert svg.get("aria-label")
    if language == "ja":
        assert re.search(r"[぀-ヿ一-鿿]", root.find("figcaption").text)


def test_ids_of_two_pictures_do_not_clash():
    ids = [each for name in PICTURES for each in re.findall(r'\bid="([^"]+)"', drawn(name, "en"))]
    assert len(set(ids)) == len(ids)


def test_every_derivation_with_a_picture_exists():
    assert set(OF_DERIVATIONS) <= set(names())
    assert {each for some in OF_DERIVATIONS.values() for each in some} == set(PICTURES)
    assert picture("log-product") is None
    assert picture("log-derivative", "ja").count("<figure") == 2


def test_a_missing_extra_is_an_error_that_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setattr("loglik.plot.extra.find_spec", lambda _: None)
    with pytest.raises(ValueError, match=r"LL431 .*matplotlib(.|\n)*pip install \"loglik\[plot\]\""):
        needed("matplotlib.figure")


def test_the_users_style_does_not_matter():
    code = (
        "import matplotlib as m; m.rcParams.update({'axes.facecolor': 'red', 'font.size': 30, 'svg.fonttype': 'path'});"
    )
    code += "from loglik.plot.pictures import drawn; import sys; sys.stdout.write(drawn('sigmoid', 'en'))"
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert made.stdout == drawn("sigmoid", "en")
