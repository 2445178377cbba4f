"""Who may ask: programs of this machine that know the token, for this very address, and for so many bytes at most.

A page of another site can send requests to 127.0.0.1 too, under a name of its own that it has resolve to it (DNS
rebinding). So the name that was asked for and the origin have to be ours, and whatever computes asks for the token, which is
in the fragment of the address that the terminal shows: browsers send fragments to nobody.
"""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING, Any

from loglik.errors import DataError, LoglikError
from loglik.texts import use
from loglik.texts.language import named

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from loglik.texts import Language

TOKEN_HEADER, LANGUAGE_HEADER = "x-loglik-token", "x-loglik-language"

#: Bytes of a request, and of one that brings a data file.
MOST_BYTES, MOST_UPLOAD = 2_000_000, 100_000_000
UPLOAD_PATH = "/api/data"

_POLICY = ["default-src 'none'", *(f"{kind}-src 'self'" for kind in ("script", "style", "font", "img", "connect"))]
_POLICY += ["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"]
HEADERS = {
    "content-security-policy": "; ".join(_POLICY),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}


class Guard:
    """Let through what may ask, and say of everything else why it may not.

    Parameters
    ----------
    app : ASGI application
        What answers.
    token : str
        What those who ask have to know.
    port : int
        Where the lab listens: names with another port are not ours.
    """

    def __init__(self, app: ASGIApp, token: str, port: int) -> None:
        self.app = app
        self.token = token.encode()
        self.hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        headers = {name.decode("latin-1"): value for name, value in scope["headers"]}
        most = MOST_UPLOAD if scope["path"] == UPLOAD_PATH else MOST_BYTES
        with use(asked_language(headers)):
            refused = self._refused(scope["path"], headers, most)
            if refused is not None:
                await _answer(send, *refused)
                return
            await self.app(scope, _bounded(receive, most), _with_headers(send))

    def _refused(self, path: str, headers: dict[str, bytes], most: int) -> tuple[int, LoglikError] | None:
        host = headers.get("host", b"").decode("latin-1")
        if host not in self.hosts:
            return 403, DataError("LL424.host", host=host[:100])
        origin = headers.get("origin")
        if origin is not None and origin.decode("latin-1") != f"http://{host}":
            return 403, DataError("LL424.origin", origin=origin.decode("latin-1")[:100])
        if path.startswith("/api/") and not hmac.compare_digest(headers.get(TOKEN_HEADER, b""), self.token):
            return 403, DataError("LL424.token")
        length = headers.get("content-length", b"0")
        if not length.isdigit() or int(length) > most:
            return 413, DataError("LL423.too_large", most=most // 1_000_000)
        return None


def asked_language(headers: dict[str, bytes]) -> Language:
    """Return the language that the page is in, which sends it along."""
    return named(headers.get(LANGUAGE_HEADER, b"en").decode("latin-1")) or "en"


def refusal(error: LoglikError) -> dict[str, Any]:
    """What is said of an error, as ``loglik --json`` says it."""
    return {"schema": "loglik.error/1", "code": error.code, "message": error.message, "hint": error.hint}


def _bounded(receive: Receive, most: int) -> Receive:
    """A body without a length, or longer than it says, is cut off by an error."""
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise DataError("LL423.too_large", most=most // 1_000_000)
        return message

    return bounded


def _with_headers(send: Send) -> Send:
    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
            message["headers"] = [*message.get("headers", []), *own]
        await send(message)

    return sender


async def _answer(send: Send, status: int, error: LoglikError) -> None:
    body = json.dumps(refusal(error), ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    sender = _with_headers(send)
    await sender({"type": "http.response.start", "status": status, "headers": headers})
    await sender({"type": "http.response.body", "body": body})
