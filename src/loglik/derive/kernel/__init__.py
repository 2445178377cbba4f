"""The kernel: what has to be trusted for a step to be true. It looks at certificates, and searches for nothing.

The step kernel proper is `step`, `instances`, `scope`, `results` and `parts`. The proofs of conditions are `conditions`,
`defined` (that a term has a value), `bounds` and `intervals` (where it lies), `smooth` (derivatives and limits), and
`algebra` (the field axioms).
"""
