"""/console/users: who may sign in, for admins."""

from collections.abc import Callable
from typing import get_args

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from accounts.errors import NothingToTell
from accounts.passwords import UnfitPassword
from accounts.user_changes import UserRefused, added_user, changed_role, ended_sessions, removed_user
from handlers.console.access import needs, signed_in
from handlers.console.parts import ConsoleParts
from ledger.attribution import member_names
from ledger.engine import snapshot, transaction
from ledger.users import Role, User, list_users

ROLES: tuple[Role, ...] = get_args(Role)
Change = Callable[[Connection, str], object]


def users_routes(console: Blueprint, parts: ConsoleParts) -> None:
    """GET /console/users; POST /console/users, …/<name>/role, …/<name>/sessions, …/<name>/remove."""

    @console.get("/users")
    @needs("admin")
    def users() -> Response:
        return _page(parts)

    @console.post("/users", endpoint="user_add")
    @needs("admin")
    def add() -> ResponseReturnValue:
        asked = User(request.form.get("name", ""), _role(), request.form.get("rep") or None)
        password = request.form.get("password", "")
        return _done(parts, lambda connection, actor: added_user(connection, actor, asked, password))

    @console.post("/users/<name>/role", endpoint="user_role")
    @needs("admin")
    def change(name: str) -> ResponseReturnValue:
        role, rep = _role(), request.form.get("rep") or None
        return _done(parts, lambda connection, actor: changed_role(connection, actor, name, role, rep))

    @console.post("/users/<name>/sessions", endpoint="user_sessions")
    @needs("admin")
    def end(name: str) -> ResponseReturnValue:
        return _done(parts, lambda connection, actor: ended_sessions(connection, actor, name))

    @console.post("/users/<name>/remove", endpoint="user_remove")
    @needs("admin")
    def remove(name: str) -> ResponseReturnValue:
        return _done(parts, lambda connection, actor: removed_user(connection, actor, name))


def _role() -> Role:
    """The least role for a word that is none."""
    asked = request.form.get("role", "")
    return asked if asked in ROLES else "viewer"


def _done(parts: ConsoleParts, change: Change) -> ResponseReturnValue:
    """Back to the page, or the page with what stands against it."""
    try:
        with transaction(parts.engine) as connection:
            change(connection, signed_in().name)
    except (UserRefused, UnfitPassword, NothingToTell) as refused:
        return _page(parts, str(refused), 400)
    return redirect(url_for("console.users"), 303)


def _page(parts: ConsoleParts, problem: str = "", status: int = 200) -> Response:
    with snapshot(parts.engine) as connection:
        listed = list_users(connection)
        members = sorted(member_names(connection).items(), key=lambda member: member[1])
    page = render_template("console/users.html", users=listed, members=members, roles=ROLES, problem=problem)
    return make_response(page, status)
