"""Who may ask: bearers of a token that is configured."""

import hmac
from hashlib import sha256

from flask import Request

from handlers.rejections import Refused, Rejection

NO_TOKEN = "a bearer token is needed, and none that is configured was sent"  # noqa: S105 - a sentence


def require_token(request: Request, tokens: tuple[str, ...], setting: str) -> None:
    """Raises Refused: NOT_CONFIGURED without any token in `setting`, BAD_TOKEN unless the request bears one."""
    if not tokens:
        raise Refused(Rejection.NOT_CONFIGURED, f"{setting} is not set")
    if not is_one_of(borne_token(request), tokens):
        raise Refused(Rejection.BAD_TOKEN, NO_TOKEN)


def borne_token(request: Request) -> str:
    """The bearer token that the request brings; empty without one."""
    scheme, _, borne = request.headers.get("Authorization", "").partition(" ")
    return borne.strip() if scheme.casefold() == "bearer" else ""


def is_one_of(borne: str, tokens: tuple[str, ...]) -> bool:
    """All are compared, each in constant time and hashed, so that neither length nor position shows."""
    return sum(hmac.compare_digest(_hash(borne), _hash(token)) for token in tokens) > 0


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogateescape")).digest()
