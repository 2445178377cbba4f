"""Common mistakes: false steps as they are often written, each with the counterexample that the checker finds.

The text files here are derivations with two kinds of parts: ``mistake``, which the checker refutes, and what holds
``instead``, which it verifies. Nothing is said of a counterexample in them: it is searched for.
"""

from loglik.derive.mistakes.catalogue import Counterexample, Mistake, mistake, names

__all__ = ["Counterexample", "Mistake", "mistake", "names"]
