"""Printers: Unicode text, LaTeX, Markdown, MathML, HTML and JSON, all from the trees; and the words around the formulas."""
