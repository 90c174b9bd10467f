"""/console/sign-in and /console/sign-out."""

from functools import partial

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.signing_in import TooManyTries, WrongPassword, sign_in, sign_out
from handlers.console.access import needs, signed_in
from handlers.console.addresses import sender_address
from handlers.console.cookies import drop_session, is_loopback, session_token, set_session
from handlers.console.errors import told_to_wait
from handlers.console.parts import ConsoleParts
from ledger.engine import snapshot
from ledger.users import User, has_users

WRONG = "The name or the password is wrong."


def sign_in_routes(console: Blueprint, parts: ConsoleParts) -> None:
    """GET and POST /console/sign-in, GET /console/home, POST /console/sign-out."""

    @console.get("/sign-in", endpoint="sign_in")
    @needs("nobody")
    def ask() -> ResponseReturnValue:
        if user := g.get("user"):
            return redirect(home_of(user))
        return _form(parts)

    @console.post("/sign-in", endpoint="sign_in_post")
    @needs("nobody")
    def check() -> ResponseReturnValue:
        if is_readable_on_the_way():
            return _form(parts, 400, plain=True)
        name, password = request.form.get("name", ""), request.form.get("password", "")
        try:
            return _entered(sign_in(parts.engine, name, password, sender_address()))
        except TooManyTries as tries:
            return told_to_wait(partial(_form, parts), tries)
        except WrongPassword:
            return _form(parts, 403, WRONG)

    @console.get("/home")
    @needs("anybody")
    def home() -> ResponseReturnValue:
        return redirect(home_of(signed_in()))

    @console.post("/sign-out", endpoint="sign_out")
    @needs("anybody")
    def leave() -> ResponseReturnValue:
        sign_out(parts.engine, signed_in().name, session_token() or "")
        response = make_response(redirect(url_for("console.sign_in"), 303))
        drop_session(response)
        return response


def home_of(user: User) -> str:
    """Where a user starts: a rep on its own page."""
    return url_for("console.rep", rep=user.rep) if user.role == "rep" else url_for("console.now")


def safe_next(going: str) -> str | None:
    """The address one was going to, if it is a page of the console's; anything else leads nowhere."""
    is_ours = going.startswith("/console/") and going.isprintable() and "\\" not in going
    return going if is_ours else None


def is_readable_on_the_way() -> bool:
    """Whether the browser itself says that it came without TLS from another machine: its cookies would be dropped."""
    scheme, _, host = request.headers.get("Origin", "").partition("://")
    return scheme == "http" and not is_loopback(host)


def _form(parts: ConsoleParts, status: int = 200, problem: str = "", *, plain: bool = False) -> Response:
    with snapshot(parts.engine) as connection:
        anybody = has_users(connection)
    page = render_template(
        "console/sign_in.html",
        problem=problem,
        plain=plain,
        anybody=anybody,
        name=request.form.get("name", "")[:200],
        next=safe_next(request.values.get("next", "")) or "",
    )
    return make_response(page, status)


def _entered(token: str) -> Response:
    # The home of a rep is found by the page that the browser asks for next.
    going = safe_next(request.form.get("next", "")) or url_for("console.home")
    response = make_response(redirect(going, 303))
    set_session(response, token)
    return response
