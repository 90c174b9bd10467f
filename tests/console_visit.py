"""A visit to a floor's console without a browser: somebody signed in reads pages and sends their forms."""

import re
import secrets
from dataclasses import replace
from functools import partial
from html import unescape
from typing import Any

from flask import Flask
from floor import Floor
from werkzeug.test import TestResponse

from handlers.app import create_app
from handlers.console.routes import console_routes
from ledger.engine import transaction
from ledger.sessions import open_session
from ledger.users import Role, User, add_user
from runtime.bootstrap import receiver_parts, receiver_settings
from runtime.console_parts import console_parts
from runtime.console_work import work_parts
from worker.force_sync import force_sync
from worker.rebuild import rebuild


def open_console(floor: Floor) -> Flask:
    """A floor's receiver with the console, which acts by the floor's own parts."""
    parts = replace(
        console_parts(floor.settings),
        engine=floor.parts.engine,
        rules=floor.parts.rules,
        now=floor.parts.now,
        sync=partial(force_sync, floor.parts),
        rebuild=lambda rep: rebuild(floor.parts, rep, correct=True, progress=lambda *_: None),
        work=work_parts(lambda: floor.parts),
    )
    settings = floor.settings
    return create_app(receiver_parts(settings), receiver_settings(settings), [console_routes(parts)])


_TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')


class Visit:
    """One user's. Paths are those below /console."""

    def __init__(self, floor: Floor, role: Role = "ops", rep: str | None = None) -> None:
        self._client = open_console(floor).test_client()
        token = secrets.token_urlsafe()
        with transaction(floor.parts.engine) as connection:
            add_user(connection, User(f"an-{role}", role, rep), "no password")
            open_session(connection, f"an-{role}", token)
        self._client.set_cookie("repsync-session", token)

    def get(self, path: str, **query: Any) -> TestResponse:
        return self._client.get(f"/console{path}", query_string=query or None)

    def text(self, path: str, **query: Any) -> str:
        """The page as people read it: without marks, entities as what they stand for."""
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.status
        return read(answer)

    def send(self, path: str, on: str = "/unattributed", **fields: Any) -> TestResponse:
        """Sends a form that stands on the page `on`, with what the console puts into each."""
        found = _TOKEN.search(self.get(on).get_data(as_text=True))
        token = {"csrf_token": found[1]} if found else {}
        return self._client.post(f"/console{path}", data={**token, **fields})

    def press(self, path: str, on: str) -> TestResponse:
        """Sends a form of nothing but a button, and goes where that leads."""
        answer = self.send(path, on)
        return self.follow(answer) if answer.status_code == 303 else answer

    def follow(self, answer: TestResponse) -> TestResponse:
        """Where the answer leads."""
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return self._client.get(answer.headers["Location"])


def read(answer: TestResponse) -> str:
    """What a person reads on the page."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.get_data(as_text=True), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", body))).strip()
