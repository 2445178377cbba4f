"""The text format of derivations: reading, writing, and checking a file of one's own.

`lines` cuts a text into statements and refuses characters that are not what they seem; `reader` makes derivations of them;
`writer` writes derivations; `lemmas` makes rules of what a file proves; `check` checks a file, with `search` for rules that
are left out and `suggest` for domains that are missing.
"""
