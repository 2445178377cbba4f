"""Columns that Arrow says are durations, which Parquet itself stores as whole numbers.

Arrow leaves its schema in the metadata of a Parquet file: a Message of Flatbuffers, in base64. Four kinds of things are read
here, as the Flatbuffers format lays them out: a table begins with the distance back to the list of where its fields are.
"""

from __future__ import annotations

import base64
import struct

_MESSAGE_HEADER, _SCHEMA_FIELDS = 2, 1  # numbers of fields in Message.fbs and Schema.fbs
_FIELD_NAME, _FIELD_TYPE = 0, 2
_DURATION = 18


def duration_columns(encoded: bytes) -> frozenset[str]:
    """Names of the columns of type Duration.

    Parameters
    ----------
    encoded : bytes
        Value of the key ``ARROW:schema``; what cannot be understood has no durations.
    """
    try:
        data = base64.b64decode(encoded)
        if data[:4] == b"\xff\xff\xff\xff":
            data = data[4:]
        data = data[4:]  # the length of the message
        message = _int(data, 0, "<I")
        schema = _target(data, _field(data, message, _MESSAGE_HEADER))
        fields = _target(data, _field(data, schema, _SCHEMA_FIELDS))
        found = set()
        for i in range(_int(data, fields, "<I")):
            field = _target(data, fields + 4 + 4 * i)
            kind = _field(data, field, _FIELD_TYPE)
            if kind and data[kind] == _DURATION:
                name = _target(data, _field(data, field, _FIELD_NAME))
                found.add(data[name + 4 : name + 4 + _int(data, name, "<I")].decode())
        return frozenset(found)
    except (ValueError, struct.error, IndexError):
        return frozenset()


def _int(data: bytes, at: int, form: str) -> int:
    return int(struct.unpack_from(form, data, at)[0])


def _target(data: bytes, at: int) -> int:
    """Where a reference leads."""
    return at + _int(data, at, "<I")


def _field(data: bytes, table: int, number: int) -> int:
    """Where a field of a table stands, 0 if it has the default."""
    listed = table - _int(data, table, "<i")
    place = 4 + 2 * number
    if place >= _int(data, listed, "<H"):
        return 0
    offset = _int(data, listed + place, "<H")
    return table + offset if offset else 0
