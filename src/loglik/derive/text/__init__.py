"""The text format of derivations.

`lines` cuts a text into statements and refuses characters that are not what they seem; `reader` makes derivations of them;
`writer` writes derivations.
"""
