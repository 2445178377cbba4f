"""How much of a document is read: a document is not trusted, and reading it has to end."""

#: Characters of a file; what stands behind is not read.
MAX_CHARACTERS = 12_000_000
#: Formulas of a file.
MAX_FORMULAS = 100_000
#: Characters of one formula; longer ones are not understood.
MAX_FORMULA = 20_000
