"""/console/password: one's own, for everybody who is signed in."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.passwords import SHORTEST, UnfitPassword
from accounts.signing_in import TooManyTries, WrongPassword, change_own_password
from handlers.console.access import needs, signed_in
from handlers.console.addresses import sender_address
from handlers.console.cookies import session_token
from handlers.console.errors import told_to_wait
from handlers.console.parts import ConsoleParts

WRONG = "That is not your current password. Nothing was changed."


def password_routes(console: Blueprint, parts: ConsoleParts) -> None:
    """GET and POST /console/password."""

    @console.get("/password")
    @needs("anybody")
    def password() -> ResponseReturnValue:
        return _form(done="done" in request.args)

    @console.post("/password", endpoint="password_change")
    @needs("anybody")
    def change() -> ResponseReturnValue:
        name, token, address = signed_in().name, session_token() or "", sender_address()
        current, new = request.form.get("current", ""), request.form.get("password", "")
        try:
            change_own_password(parts.engine, name, token, current, new, address)
        except WrongPassword:
            return _form(403, WRONG)
        except UnfitPassword as unfit:
            return _form(400, str(unfit))
        except TooManyTries as tries:
            return told_to_wait(_form, tries)
        return redirect(url_for("console.password", done=1), 303)


def _form(status: int = 200, problem: str = "", *, done: bool = False) -> Response:
    page = render_template("console/password.html", problem=problem, done=done, shortest=SHORTEST)
    return make_response(page, status)
