"""Somebody signed in to the console over a world, without a browser."""

import re
import secrets
from functools import partial
from html import unescape
from typing import Any

from flask import Flask
from floor import Floor
from werkzeug.test import TestResponse

from handlers.app import ReceiverParts, ReceiverSettings, create_app
from handlers.console.parts import ConsoleParts
from handlers.console.routes import console_routes
from handlers.health import Health
from ledger.engine import transaction
from ledger.sessions import open_session
from ledger.users import Role, User, add_user
from programs.progression.rules_values import rule_values
from runtime.rules_file import rules_text
from worker.force_sync import force_sync
from worker.rebuild import rebuild

_TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')


def console_of(floor: Floor) -> Flask:
    """The console over a floor's ledger; it acts by the floor's own parts."""
    parts = ConsoleParts(
        engine=floor.parts.engine,
        rules=floor.parts.rules,
        now=floor.parts.now,
        redis=lambda: None,
        sync=partial(force_sync, floor.parts),
        rebuild=lambda rep: rebuild(floor.parts, rep, correct=True, progress=lambda *_: None),
        rule_values=rule_values(rules_text(None)),
    )
    receiver = ReceiverParts(lambda _: True, lambda: None, lambda: Health(True, True, None), floor.parts.now)
    return create_app(receiver, ReceiverSettings((), (), 300, 10_000), [console_routes(parts)])


class RepVisit:
    """A user's visit. Paths are those below /console."""

    def __init__(self, floor: Floor, role: Role, rep: str | None = None) -> None:
        self._client = console_of(floor).test_client()
        self.name = f"an-{role}"
        token = secrets.token_urlsafe()
        with transaction(floor.parts.engine) as connection:
            add_user(connection, User(self.name, role, rep), "no password")
            open_session(connection, self.name, token)
        self._client.set_cookie("repsync-session", token)

    def get(self, path: str, **query: Any) -> TestResponse:
        """A page as it is sent."""
        return self._client.get(f"/console{path}", query_string=query or None)

    def read(self, path: str, **query: Any) -> str:
        """A page as people read it."""
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.status
        return as_read(answer)

    def post(self, path: str, page: str) -> TestResponse:
        """Sends a form that stands on `page`, and follows where that leads."""
        found = _TOKEN.search(self.get(page).get_data(as_text=True))
        fields = {"csrf_token": found[1]} if found else {}
        return self._client.post(f"/console{path}", data=fields, follow_redirects=True)


def as_read(answer: TestResponse) -> str:
    """Without marks, entities as what they stand for, one blank between words."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", answer.get_data(as_text=True)))).strip()
