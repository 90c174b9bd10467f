"""Who may look at which page: `@needs("viewer")` on each view. A view without it is an admin's alone."""

from collections.abc import Callable
from typing import Any, Literal, TypeVar, cast
from urllib.parse import urlencode

from flask import Blueprint, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from handlers.console.cookies import session_token
from handlers.console.parts import ConsoleParts
from ledger.engine import transaction
from ledger.sessions import session_user
from ledger.users import User

Needed = Literal["nobody", "anybody", "viewer", "ops", "admin"]
RANKS = ("viewer", "ops", "admin")
ASSETS = "console.static"
View = TypeVar("View", bound=Callable[..., Any])


def needs(role: Needed, *, own: bool = False) -> Callable[[View], View]:
    """The least role of whom the view serves: others get 403, who is not signed in the sign-in page.

    A user of the role rep is let in where `own` is set and the URL's `rep` is its own member's id, and nowhere else.
    `nobody`: no sign-in is asked for. `anybody`: any role, rep too. Above or below `@console.get`, as you like.
    """

    def marked(view: View) -> View:
        view.__dict__["needed"] = (role, own)
        return view

    return marked


def signed_in() -> User:
    """Who asks: name, role and, for a rep, the member's id. Only in views that need a role."""
    return cast(User, g.user)


def may(role: Needed) -> bool:
    """Whether who asks may do what needs this role; False where nobody is signed in."""
    user: User | None = g.get("user")
    return user is not None and role in RANKS and user.role in RANKS[RANKS.index(role) :]


def guard(console: Blueprint, parts: ConsoleParts) -> None:
    """Looks at each request before its view does."""

    @console.before_request
    def admit() -> ResponseReturnValue | None:
        if request.endpoint == ASSETS:
            return None
        role, own = _needed()
        if token := session_token():
            with transaction(parts.engine) as connection:
                g.user = session_user(connection, token, active=not is_polled())
        if role == "nobody":
            return None
        if g.get("user") is None:
            return _to_sign_in()
        if not (role == "anybody" or may(role) or (own and _is_own_page(signed_in()))):
            abort(403)
        return None


def is_polled() -> bool:
    """Whether a part of an open page asks by itself: that nobody closed it does not keep a session open."""
    return request.method == "GET" and "HX-Request" in request.headers


def _needed() -> tuple[Needed, bool]:
    view = current_app.view_functions[request.endpoint or ""]
    return cast(tuple[Needed, bool], getattr(view, "needed", ("admin", False)))


def _is_own_page(user: User) -> bool:
    return user.role == "rep" and (request.view_args or {}).get("rep") == user.rep


def _to_sign_in() -> ResponseReturnValue:
    """Back to where one was going; a part that htmx asked for takes the whole page there."""
    if "HX-Request" in request.headers:
        return "", 401, {"HX-Redirect": url_for("console.sign_in")}
    going = request.full_path.rstrip("?") if request.method == "GET" else None
    query = f"?{urlencode({'next': going})}" if going and going != url_for("console.now") else ""
    return redirect(url_for("console.sign_in") + query, 303)
