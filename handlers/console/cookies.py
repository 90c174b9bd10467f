"""The console's two cookies: the session's token, and what a form of somebody who is not signed in is bound to.

`Secure`, and with `__Host-` before the name so that no neighbouring host can set them, everywhere but on this machine
itself, where browsers reach the receiver without TLS.
"""

import secrets
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Response, g, request

from ledger.sessions import LONGEST

_SESSION, _VISIT = "repsync-session", "repsync-visit"


def session_token() -> str | None:
    """The token that the browser brought."""
    return request.cookies.get(_named(_SESSION)) or None


def visit_token() -> str:
    """What a visitor's forms are bound to; a new one is set with the answer."""
    if kept := request.cookies.get(_named(_VISIT)):
        return kept
    g.visit = g.get("visit") or secrets.token_urlsafe(32)
    return str(g.visit)


def keep_visit(response: Response) -> Response:
    """After each request."""
    if visit := g.get("visit"):
        _set(response, _VISIT, visit)
    return response


def set_session(response: Response, token: str) -> None:
    """The browser is signed in."""
    _set(response, _SESSION, token, int(LONGEST.total_seconds()))


def drop_session(response: Response) -> None:
    """The browser forgets."""
    response.delete_cookie(_named(_SESSION), secure=is_secure(), httponly=True, samesite="Lax")


def is_secure() -> bool:
    """Whether the browser came over TLS, as everywhere but on this machine's loopback interface."""
    return request.headers.get("X-Forwarded-Proto") == "https" or not is_loopback(request.host)


def is_loopback(host: str) -> bool:
    """Whether `host[:port]` is this machine itself."""
    name = ""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def _named(name: str) -> str:
    return f"__Host-{name}" if is_secure() else name


def _set(response: Response, name: str, value: str, max_age_s: int | None = None) -> None:
    response.set_cookie(
        _named(name), value, max_age=max_age_s, path="/", secure=is_secure(), httponly=True, samesite="Lax"
    )
