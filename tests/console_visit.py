"""A visit to the console without a browser: somebody signed in reads pages and sends their forms."""

import re
import secrets
from dataclasses import replace
from html import unescape
from typing import Any

from flask import Flask
from floor import Floor
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from handlers.app import create_app
from handlers.console.routes import console_routes
from ledger.engine import transaction
from ledger.sessions import open_session
from ledger.users import Role, User, add_user
from runtime.bootstrap import receiver_parts, receiver_settings
from runtime.console_parts import console_parts
from runtime.console_work import work_parts


def open_console(floor: Floor) -> Flask:
    """A floor's receiver with the console, which acts by the floor's own parts."""
    parts = replace(
        console_parts(floor.settings),
        engine=floor.parts.engine,
        rules=floor.parts.rules,
        now=floor.parts.now,
        work=work_parts(lambda: floor.parts),
    )
    settings = floor.settings
    return create_app(receiver_parts(settings), receiver_settings(settings), [console_routes(parts)])


_TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')


class Visit:
    """One user's. Paths are those below /console."""

    def __init__(self, app: Flask, engine: Engine, role: Role = "ops", rep: str | None = None) -> None:
        self._client = app.test_client()
        token = secrets.token_urlsafe()
        with transaction(engine) as connection:
            add_user(connection, User(f"an-{role}", role, rep), "no password")
            open_session(connection, f"an-{role}", token)
        self._client.set_cookie("repsync-session", token)

    def get(self, path: str, **query: Any) -> TestResponse:
        return self._client.get(f"/console{path}", query_string=query or None)

    def text(self, path: str, **query: Any) -> str:
        """The page as people read it: without marks, entities as what they stand for."""
        return read(self.get(path, **query))

    def send(self, path: str, **fields: Any) -> TestResponse:
        """Sends a form with what the console's own pages put into each."""
        page = self.get("/unattributed").get_data(as_text=True)
        found = _TOKEN.search(page)
        token = {"csrf_token": found[1]} if found else {}
        return self._client.post(f"/console{path}", data={**token, **fields})

    def follow(self, answer: TestResponse) -> TestResponse:
        """Where the answer leads."""
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return self._client.get(answer.headers["Location"])


def read(answer: TestResponse) -> str:
    """What a person reads on the page."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.get_data(as_text=True), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", body))).strip()
