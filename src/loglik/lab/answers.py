"""JSON in, JSON out: the bodies of requests, and the answers."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from loglik.errors import DataError

if TYPE_CHECKING:
    from starlette.requests import Request

    from loglik.lab.request_fields import Body


async def body_of(request: Request) -> Body:
    """The JSON object that a request brings.

    Raises
    ------
    DataError
        LL422 it brings something else.
    """
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise DataError("LL422.json") from None
    if not isinstance(body, dict):
        raise DataError("LL422.json")
    return body


def answer(document: Any, status: int = 200) -> Response:
    """A document as JSON; infinity and NaN, which it does not have, are null."""
    body = json.dumps(_finite(document), ensure_ascii=False, allow_nan=False)
    return Response(body, status, media_type="application/json")


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(each) for each in value]
    return value
