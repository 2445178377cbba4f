"""Documents checked: every formula of a text read, and what it is worth.

The parts, from the bottom: `document` and `statement` (what is handed from part to part), `readers` (files to prose and
formulas), `latex` (a formula's source to a tree), `model` (what the document's names mean, and so what a formula states).
"""
