"""The catalogue: every step verified, no circles, and every derived rule is what its derivation proves."""

from __future__ import annotations

from random import Random

import pytest
from independent import judge
from mutants import by_rule_alone, contexts, really_false, weakened, with_samples, wrong_relations, wrong_terms

from loglik.derive.catalogue import derivation, names, used_by, uses
from loglik.derive.checker import check
from loglik.derive.expressions import Symbol
from loglik.derive.expressions.sets import said_of
from loglik.derive.rules import RULES
from loglik.derive.rules.arrangement import arrangement_key
from loglik.errors import DataError

ASKED = [
    "log-inverse",
    "log-of-one",
    "log-of-base",
    "log-product",
    "log-quotient",
    "log-reciprocal",
    "log-power",
    "change-of-base",
    "log-derivative",
    "natural-log-derivative",
    "dice-likelihood",
    "one-throw",
    "categorical-cross-entropy",
    "dice-mle",
    "dice-mle-is-maximum",
    "bernoulli-merge",
    "binary-cross-entropy",
    "binary-cross-entropy-derivative",
    "sigmoid-derivative",
    "logistic-gradient",
    "logistic-hessian",
    "logistic-convexity",
    "softmax-derivative",
    "softmax-cross-entropy-gradient",
    "softmax-hessian",
    "gradient-descent-step",
    "newton-step",
    "cross-entropy-is-entropy-plus-kl",
    "why-take-the-log",
]


def test_all_that_was_asked_for_is_there():
    assert set(ASKED) <= set(names())


@pytest.mark.parametrize("name", names())
def test_every_step_is_verified(name):
    report = check(derivation(name))
    assert report.faults == ()
    for step in report.steps:
        assert step.verdict == "verified", step
        assert step.points >= 4


@pytest.mark.parametrize("name", names())
def test_derivations_use_earlier_ones_only(name):
    order = names()
    assert all(order.index(used) < order.index(name) for used in uses(name))
    assert all(name in uses(later) for later in used_by(name))


@pytest.mark.parametrize("rule", [r for r in RULES.values() if r.basis == "derived"], ids=lambda r: r.id)
def test_derived_rules_are_what_their_derivations_prove(rule):
    found = derivation(rule.derivation)
    proved = {arrangement_key(claim) for claim in found.proves}
    assert arrangement_key(rule.equation) in proved
    # Nothing is given there, and nothing assumed that the rule does not ask for. What holds under a constraint would say
    # nothing of derivatives.
    assert not found.given
    part = next(p for p in found.parts if arrangement_key(p.proves) == arrangement_key(rule.equation))
    assert not part.given
    asked = set(map(str, rule.conditions))
    for name in found.symbols.keys() & rule.names:
        if found.symbols[name].kind not in {"base", "positive", "probability"}:  # labels and families: see the proofs
            continue
        said = {str(c) for c in said_of(Symbol(name), found.symbols[name])}
        assert said <= asked, (name, said, asked)


def test_the_steps_of_the_log_derivative_are_those_of_the_text():
    found = [step.rule for step in derivation("log-derivative").parts[0].steps]
    assert found.index("derivative-definition") == 0
    for rule in (
        "log-quotient",
        "log-power",
        "limit-substitution",
        "limit-of-log",
        "definition-of-e",
        "change-of-base",
    ):
        assert rule in found
    assert len(found) == 15


def test_the_sign_of_the_cross_entropy_is_right():
    claims = [str(c) for c in derivation("categorical-cross-entropy").proves]
    assert claims[0] == "-log(product(y[k]^t[k], k, 1, K)) = -sum(t[k]*log(y[k]), k, 1, K)"


@pytest.mark.parametrize("name", names())
def test_broken_steps_are_refused(name):
    """Each step with something wrong, or in another relation: refused, by the rule even where nothing is sampled."""
    found = derivation(name)
    broken = 0
    for part, number, before, step, rule, scope, given in contexts(found):
        rng = Random(f"{name} {part.name} {number}")
        made = [(before, step.relation, wrong) for _, wrong in wrong_terms(step.term, found.symbols)]
        chosen = rng.sample(made, min(3, len(made)))
        related = [mutant[1:] for mutant in wrong_relations(before, step)]
        for first, relation, wrong in chosen + rng.sample(related, min(1, len(related))):
            if not really_false(first, step, wrong, part, given, relation):
                continue
            broken += 1
            assert by_rule_alone(first, step, wrong, rule, scope, relation) != "verified", (
                f"{first} {step.rule} {wrong}"
            )
            if relation == step.relation:
                assert not with_samples(first, step, wrong, rule, scope, part, given).startswith("verified")
    assert broken


def verified(found):
    """Whether it is, even if a step cites what is no longer there. Samples only refute: the kernel is asked alone first."""
    try:
        return check(found, samples=False).verified and check(found).verified
    except DataError:
        return False


@pytest.mark.parametrize("name", names())
def test_dropped_assumptions_are_noticed(name):
    """Without an assumption a derivation is not verified, unless it is true without it."""
    for what, weaker in weakened(derivation(name)):
        if verified(weaker):
            judged = judge(weaker, count=2)
            assert judged.kind not in {"false", "undefined"}, f"{what}: {judged}"


def test_a_step_with_another_rule_is_not_verified():
    for name in ("log-product", "log-derivative", "dice-mle"):
        for _, _, before, step, rule, scope, _ in contexts(derivation(name)):
            for other in (RULES["log-quotient"], RULES["swap-sums"], RULES["definition-of-e"], RULES["value-at"]):
                if other is not rule:
                    assert by_rule_alone(before, step, step.term, other, scope) != "verified"


def test_a_constraint_says_nothing_of_a_derivative():
    """Where the sum is 1 its derivative is not that of 1."""
    from loglik.derive.model import derivation as read

    wrong = read(
        "wrong",
        symbols={"K": "size", "y": "simplex 1..K", "j": "index 1..K", "k": "index 1..K"},
        parts={
            "main": {
                "steps": (
                    "d/dy[j] sum(y[k], k, 1, K)",
                    ("=", "d/dy[j] (1)", "probabilities-sum-to-one"),
                )
            }
        },
        proves=("d/dy[j] sum(y[k], k, 1, K) = d/dy[j] (1)",),
        example={},
    )
    report = check(wrong)
    assert report.steps[0].verdict == "refuted"
    part, _, before, step, rule, scope, _ = next(contexts(wrong))
    assert part.name == "main"
    assert by_rule_alone(before, step, step.term, rule, scope) == "not decided"


def test_what_rests_on_a_case_is_not_used_without_it():
    """The result for a label of 1 says nothing where the label is not given."""
    from loglik.derive.model import derivation as read

    wrong = read(
        "wrong",
        symbols={"yt": "label", "yp": "probability"},
        parts={
            "case": {
                "given": {"label": "yt = 1"},
                "solution": {"yt": "1"},
                "steps": ("yp^yt", ("=", "yp^1", "given:label"), ("=", "yp", "power-one")),
            },
            "all": {"steps": ("2*yp^yt", ("=", "2*yp", "part:case"))},
        },
        proves=("2*yp^yt = 2*yp",),
        example={},
    )
    report = check(wrong)
    assert [step.verdict for step in report.parts[0]] == ["verified", "verified"]
    assert report.parts[1][0].verdict == "refuted"
    *_, (_, _, before, step, rule, scope, _) = contexts(wrong)
    assert rule is None
    assert by_rule_alone(before, step, step.term, rule, scope) == "not decided"


@pytest.mark.parametrize("rule", [r for r in RULES.values() if r.basis == "derived"], ids=lambda r: r.id)
def test_derived_equations_do_not_rest_on_constraints(rule):
    """They may be used under derivatives, so nothing that holds at certain points only may be in their proofs."""
    found = derivation(rule.derivation)
    part = next(p for p in found.parts if arrangement_key(p.proves) == arrangement_key(rule.equation))
    pointwise = [s.rule for s in part.steps if s.rule == "probabilities-sum-to-one" or s.rule.startswith("given:")]
    assert rule.equation.relation == "<=" or not pointwise


def test_claims_that_no_part_proves_are_faults():
    from dataclasses import replace

    found = derivation("log-product")
    other = replace(found, proves=derivation("log-quotient").proves)
    assert not check(other).verified
    assert check(other).faults


def test_what_computes_a_derivation_exists():
    """Names resolve in the library, and derivations and options are those there are."""
    from importlib import import_module

    from loglik.cli.app import app

    computed = {each for name in names() for each in derivation(name).computed_by}
    assert len(computed) >= 15
    for each in computed:
        if each.startswith("loglik "):
            assert each.split()[1] in set(app)
            continue
        parts = each.split(".")
        depth = 1 if parts[1][0].isupper() or len(parts) == 2 else 2
        found = import_module(".".join(parts[:depth]))
        for part in parts[depth:]:
            found = getattr(found, part)
        assert callable(found)
