"""The console over a real ledger, and people at it who need no browser."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from repeats import counted
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from accounts.floor_sight import RedisSight
from accounts.user_changes import added_user
from handlers.app import ReceiverParts, ReceiverSettings, create_app
from handlers.console.parts import ConsoleParts
from handlers.console.routes import console_routes
from handlers.health import Health
from ledger.engine import connect_engine, transaction
from ledger.users import Role, User
from runtime.console_parts import console_parts
from runtime.settings import Settings

PASSWORD = "a password of the tests"
TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')
ORIGIN = {"Origin": "http://localhost"}
HEALTHY = RedisSight(80, 1.0, 0.0, None, {"repsync-digest": 1, "repsync-sweep": 1}, datetime.now(UTC), 0)


class Console:
    """The receiver with nothing but the console, whose Redis is well unless `changed` says otherwise."""

    def __init__(self, database_url: str, **changed: Any) -> None:
        self.engine: Engine = connect_engine(database_url)
        settings = Settings(
            database_url=database_url,
            redis_url="redis://127.0.0.1:1",
            twenty_url="http://127.0.0.1:1",
            twenty_api_key="a-key-of-the-tests",
        )
        healthy: dict[str, Any] = {"redis": lambda: replace(HEALTHY, ticked_at=datetime.now(UTC))}
        self.parts: ConsoleParts = replace(console_parts(settings), engine=self.engine, **healthy | changed)
        self.app = _app(self.parts)

    def add(self, name: str, role: Role, rep: str | None = None) -> None:
        """A user with the tests' password."""
        with transaction(self.engine) as connection:
            added_user(connection, "tests", User(name, role, rep), PASSWORD)

    def person(self, role: Role, rep: str | None = None) -> "Person":
        """Somebody of that role (and name), signed in; the user is made."""
        self.add(role, role, rep)
        person = Person(self.app.test_client())
        assert person.sign_in(role).status_code == 303
        return person

    def visitor(self, **environ: Any) -> "Person":
        """Somebody who is not signed in."""
        return Person(self.app.test_client(), environ)

    def ledger(self, query: str, **values: Any) -> list[dict[str, Any]]:
        """Does SQL to the ledger; rows where it returns some."""
        with transaction(self.engine) as connection:
            result = connection.execute(text(query), values)
            return [dict(row) for row in result.mappings()] if result.returns_rows else []

    def audited(self) -> list[tuple[str, str, str]]:
        """(actor, action, subject) of the audit log, oldest first, without what the tests did."""
        rows = self.ledger("SELECT actor, action, subject FROM audit_log WHERE actor <> 'tests' ORDER BY id")
        return [(row["actor"], row["action"], row["subject"]) for row in rows]


class Person:
    """A browser without JavaScript: keeps cookies, sends forms with the token of the page they stand on."""

    def __init__(self, http: FlaskClient, environ: Mapping[str, Any] | None = None) -> None:
        self.http = http
        self._environ = dict(environ or {})

    def get(self, path: str, **headers: str) -> TestResponse:
        """Looks at a page."""
        return self.http.get(path, headers=headers, environ_base=self._environ)

    def post(self, path: str, fields: Mapping[str, Any] | None = None, on: str | None = None) -> TestResponse:
        """Sends a form that stands on the page `on` (the sign-in page and those in the menu have one)."""
        token = TOKEN.search(self.get(on or "/console/").text) or TOKEN.search(self.get("/console/sign-in").text)
        assert token
        return self.send(path, {"csrf_token": token[1], **(fields or {})})

    def send(self, path: str, fields: Mapping[str, Any], **headers: str) -> TestResponse:
        """Sends just this."""
        return self.http.post(path, data=dict(fields), headers={**ORIGIN, **headers}, environ_base=self._environ)

    def sign_in(self, name: str, password: str = PASSWORD, **fields: str) -> TestResponse:
        """Fills the sign-in form."""
        asked = {"name": name, "password": password, **fields}
        return self.post("/console/sign-in", asked, on="/console/sign-in")


def _app(parts: ConsoleParts) -> Flask:
    receiver = ReceiverParts(
        store_new=lambda _: [],
        count_repeat=counted,
        wake=lambda: None,
        health=lambda: Health(True, True, None),
        clock=lambda: datetime.now(UTC),
    )
    settings = ReceiverSettings(twenty_secrets=(), redhawk_secrets=(), tolerance_s=300, max_bytes=1_048_576)
    return create_app(receiver, settings, [console_routes(parts)])
