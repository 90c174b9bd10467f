"""/console/users: who may sign in, for admins."""

from collections.abc import Callable
from contextlib import suppress
from typing import get_args
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from accounts.errors import NothingToTell
from accounts.passwords import UnfitPassword
from accounts.user_changes import UserRefused, added_user, changed_role, ended_sessions, removed_user
from handlers.console.access import needs, signed_in
from handlers.console.members import member_choices, member_meant
from handlers.console.parts import ConsoleParts
from ledger.engine import snapshot, transaction
from ledger.rep_list import names_of_members
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
        name, role, password = request.form.get("name", ""), _role(), request.form.get("password", "")
        return _done(
            parts, lambda connection, actor: added_user(connection, actor, User(name, role, _rep(connection)), password)
        )

    @console.post("/users/<name>/role", endpoint="user_role")
    @needs("admin")
    def change(name: str) -> ResponseReturnValue:
        role = _role()
        return _done(parts, lambda connection, actor: changed_role(connection, actor, name, role, _rep(connection)))

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


def _rep(connection: Connection) -> str | None:
    """The member who is typed; the id of one whom no sweep has named yet is believed. Errors: `UserRefused`."""
    said = request.form.get("rep", "").strip()
    member = member_meant(connection, said)
    if said and member is None and not _is_id(said):
        raise UserRefused("Nobody, or more than one, goes by what stands under Rep: give the member's id.")
    return member or said or None


def _is_id(said: str) -> bool:
    with suppress(ValueError):
        return bool(UUID(said))
    return False


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
        reps = names_of_members(connection, {each.user.rep for each in listed if each.user.rep})
        told = {"members": member_choices(connection), "reps": reps, "roles": ROLES, "problem": problem}
    page = render_template("console/users.html", users=listed, **told)
    return make_response(page, status)
