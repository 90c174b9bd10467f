"""Forms of other sites can do nothing here: each POST comes from this site and brings what its page was given."""

import hmac

from flask import Blueprint, abort, g, request
from markupsafe import Markup, escape

from handlers.console.cookies import session_token, visit_token

FIELD = "csrf_token"


def csrf_field() -> Markup:
    """The hidden field that every form with method=post holds."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, escape(_expected()))


def check_posts(console: Blueprint) -> None:
    """Looks at each request that could change something, before anything else does."""

    @console.before_request
    def check() -> None:
        if request.method in ("GET", "HEAD"):
            return
        if not (_is_of_this_site() and hmac.compare_digest(_brought(), _expected().encode())):
            g.outcome = "csrf"
            abort(400, "csrf")


def _expected() -> str:
    """Follows from the session's token, which it does not tell; before the sign-in from the visitor's."""
    token = session_token() or visit_token()
    return hmac.digest(token.encode("utf-8", "surrogateescape"), b"repsync csrf", "sha256").hex()


def _brought() -> bytes:
    return request.form.get(FIELD, "").encode("utf-8", "surrogateescape")


def _is_of_this_site() -> bool:
    """What browsers themselves say; Sec-Fetch-Site holds behind proxies that change the host, too."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == request.host
