"""The console over a real ledger, and people at it who need no browser."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from html import unescape
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from floor import Floor
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
from ledger.sessions import open_session
from ledger.users import Role, User, add_user
from runtime.console_parts import console_parts, redis_sight
from runtime.console_work import work_parts
from runtime.settings import Settings
from worker.force_sync import force_sync
from worker.rebuild import rebuild

PASSWORD = "a password of the tests"
TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')
ORIGIN = {"Origin": "http://localhost"}
HEALTHY = RedisSight(80, 1.0, 0.0, None, {"repsync-digest": 1, "repsync-sweep": 1}, datetime.now(UTC), 0)


class Console:
    """The receiver with nothing but the console, whose Redis is well unless `changed` says otherwise."""

    def __init__(self, database_url: str, **changed: Any) -> None:
        settings = Settings(
            database_url=database_url,
            redis_url="redis://127.0.0.1:1",
            twenty_url="http://127.0.0.1:1",
            twenty_api_key="a-key-of-the-tests",
        )
        well: dict[str, Any] = {
            "engine": connect_engine(database_url),
            "redis": lambda: replace(HEALTHY, ticked_at=datetime.now(UTC)),
        }
        self.parts: ConsoleParts = replace(console_parts(settings), **well | changed)
        self.engine: Engine = self.parts.engine
        self.app = _app(self.parts)

    @classmethod
    def of(cls, floor: Floor) -> "Console":
        """A floor's, which acts by the floor's own parts."""
        own = floor.parts
        return cls(
            floor.settings.database_url,
            engine=own.engine,
            rules=own.rules,
            now=own.now,
            redis=redis_sight(floor.settings),
            sync=partial(force_sync, own),
            rebuild=lambda rep: rebuild(floor.parts, rep, correct=True, progress=lambda *_: None),
            work=work_parts(lambda: floor.parts),
        )

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


class Visit:
    """One user's to a floor's console, signed in already. Paths are those below /console."""

    def __init__(self, floor: Floor, role: Role = "ops", rep: str | None = None) -> None:
        client, token = Console.of(floor).app.test_client(), secrets.token_urlsafe()
        with transaction(floor.parts.engine) as connection:
            add_user(connection, User(f"an-{role}", role, rep), "no password")
            open_session(connection, f"an-{role}", token)
        client.set_cookie("repsync-session", token)
        self._person = Person(client)

    def get(self, path: str, **query: Any) -> TestResponse:
        return self._person.get(f"/console{path}?{urlencode(query, doseq=True)}" if query else f"/console{path}")

    def text(self, path: str, **query: Any) -> str:
        """The page as people read it: without marks, entities as what they stand for."""
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.status
        return read(answer)

    def send(self, path: str, on: str = "/unattributed", **fields: Any) -> TestResponse:
        """Sends a form that stands on the page `on`, with what the console puts into each."""
        found = TOKEN.search(self.get(on).text)
        return self._person.send(f"/console{path}", {**({"csrf_token": found[1]} if found else {}), **fields})

    def press(self, path: str, on: str) -> TestResponse:
        """Sends a form of nothing but a button, and goes where that leads."""
        answer = self.send(path, on)
        return self.follow(answer) if answer.status_code == 303 else answer

    def follow(self, answer: TestResponse) -> TestResponse:
        """Where the answer leads."""
        assert answer.status_code == 303, answer.text
        return self._person.get(answer.headers["Location"])


def read(answer: TestResponse) -> str:
    """What a person reads on the page."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", body))).strip()


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
