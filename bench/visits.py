"""What an answer of the receiver costs as the ledger grows: each page of the console, the read API, the metrics."""

import secrets
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeAlias

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from bench.grown import SUBJECT, SUBJECT_FACTS, Grown, note_id
from handlers.api.parts import ApiSettings
from handlers.api.routes import api_routes
from handlers.app import create_app
from handlers.console.routes import console_routes
from handlers.metrics import metrics_routes
from ledger.engine import transaction
from ledger.sessions import open_session
from ledger.users import User, add_user
from runtime.bootstrap import api_parts, metrics_scrape, receiver_parts, receiver_settings
from runtime.console_parts import console_parts

# Milliseconds.
Cost: TypeAlias = Callable[[], float]
PAGE = "page "


def visits(ledger: Grown) -> Mapping[str, Cost]:
    """By what is asked for, a page's name begins with `PAGE`; alike for every ledger."""
    token = secrets.token_urlsafe()
    app = _app(ledger, token)
    admin, bearer = _signed_in(ledger, app), {"Authorization": f"Bearer {token}"}
    pages = {f"{PAGE}{name}": partial(_answer_ms, admin, f"/console{path}") for name, path in _pages(ledger).items()}
    asked = {"GET /api/reps/<id>": f"/api/reps/{ledger.subjects[0]}", "GET /metrics": "/metrics"}
    return pages | {name: partial(_answer_ms, app.test_client(), path, bearer) for name, path in asked.items()}


def _pages(ledger: Grown) -> Mapping[str, str]:
    rep, note = ledger.subjects[0], note_id(SUBJECT, SUBJECT_FACTS // 2)
    return {
        "now": "/",
        "reps": "/reps",
        "reps, searched and sorted": "/reps?search=rep&sort=-week",
        "one rep": f"/reps/{rep}",
        "deliveries": "/deliveries",
        "deliveries of a rep": f"/deliveries?rep={rep}",
        "one delivery": f"/deliveries/{_delivery_of(ledger, note)}",
        "one note": f"/records/note/{note}",
        "jobs": "/jobs",
        "unattributed": "/unattributed",
        "audit": "/audit",
        "users": "/users",
    }


def _delivery_of(ledger: Grown, note: str) -> int:
    with transaction(ledger.parts.engine) as connection:
        found = text("SELECT max(id) FROM deliveries WHERE record_key = :key")
        return int(connection.execute(found, {"key": f"note:{note}"}).scalar_one())


def _app(ledger: Grown, token: str) -> Flask:
    settings = ledger.settings
    api = api_routes(api_parts(settings), ApiSettings((token,)))
    served_too = [api, metrics_routes(metrics_scrape(settings), (token,)), console_routes(console_parts(settings))]
    return create_app(receiver_parts(settings), receiver_settings(settings), served_too)


def _signed_in(ledger: Grown, app: Flask) -> FlaskClient:
    """Who may see everything, at the console of this ledger."""
    token, client = secrets.token_urlsafe(), app.test_client()
    with transaction(ledger.parts.engine) as connection:
        add_user(connection, User("bench", "admin", None), "no password")
        open_session(connection, "bench", token)
    client.set_cookie("repsync-session", token)
    return client


def _answer_ms(client: FlaskClient, path: str, headers: Mapping[str, str] | None = None) -> float:
    began_s = time.perf_counter()
    answer = client.get(path, headers=headers)
    took_ms = (time.perf_counter() - began_s) * 1_000
    if answer.status_code != 200:
        raise RuntimeError(f"{path} was answered {answer.status}")
    return took_ms
