"""Derivations to work oneself: the reader writes the next line, the checker says what it is worth, hints open one by one."""

from loglik.practice.answer import Answer, answer
from loglik.practice.exercise import Exercise, exercises
from loglik.practice.hints import hints
from loglik.practice.reading import read_line

__all__ = ["Answer", "Exercise", "answer", "exercises", "hints", "read_line"]
