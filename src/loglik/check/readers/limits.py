"""How much of a document is read: a document is not trusted, and reading it has to end."""

#: Characters of a file; what stands behind is not read.
MAX_CHARACTERS = 12_000_000
#: Formulas of a file: as many take some 470 MB.
MAX_FORMULAS = 20_000
#: Characters of one formula; longer ones are not understood.
MAX_FORMULA = 20_000
#: Characters of one paragraph; formulas behind are not looked for.
MAX_BLOCK = 200_000
#: Damaged places that are told; a paragraph with as many is given up.
MAX_TROUBLES = 500
#: Seconds of processor time to read a file, and to understand it; what is left then is not understood.
MAX_SECONDS = 30.0
