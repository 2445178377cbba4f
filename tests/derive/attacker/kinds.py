"""The kinds of attacks, with how often each is made."""

from __future__ import annotations

from attacker import instances, order, structure, terms

#: Makers of claims, with weights.
KINDS = (
    (instances.captured, 5),
    (instances.wrapped, 6),
    (instances.relation_changed, 2),
    (instances.conditions_as_given, 2),
    (structure.mixed_chain, 2),
    (terms.cancelled, 3),
    (terms.vanished, 2),
    (terms.rebound, 3),
    (terms.limits, 2),
    (structure.quantified, 2),
    (structure.hypotheses, 2),
    (structure.lemma, 2),
    (structure.contradictory, 1),
    (structure.equations, 2),
    (structure.tied, 1),
    (structure.concave, 1),
    (order.compared, 2),
)
