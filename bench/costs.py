"""What is timed in a ledger: one more note, a standing, a sweep, the console's pages."""

import secrets
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import TypeAlias
from uuid import uuid4

from flask.testing import FlaskClient

from bench.crowd import note_row
from bench.grown import Grown, digest_all
from handlers.app import create_app
from handlers.console.routes import console_routes
from ledger.engine import rolled_back, transaction
from ledger.inbox import store_all
from ledger.reps import lock_reps
from ledger.sessions import open_session
from ledger.users import User, add_user
from runtime.bootstrap import receiver_parts, receiver_settings
from runtime.console_parts import console_parts
from worker.outlook import standing_beside_known_row
from worker.sweep import sweep
from worker.swept_rows import deliveries

# Milliseconds.
Cost: TypeAlias = Callable[[], float]
NOTES, STANDINGS, SWEPT = 100, 10, 20
PAGES = {"now": "/", "reps": "/reps", "deliveries": "/deliveries", "audit": "/audit"}


def costs_of(ledger: Grown) -> Mapping[str, Cost]:
    """By name, alike for every ledger."""
    numbers, client = count(1), _signed_in(ledger)
    rep_page = {"one rep": f"/reps/{ledger.subjects[0]}"}
    return {
        "one more note": lambda: _note_ms(ledger, numbers),
        "a standing": lambda: _standing_ms(ledger),
        "a sweep": lambda: _sweep_ms(ledger),
        **{f"page {name}": partial(_page_ms, client, path) for name, path in (PAGES | rep_page).items()},
    }


def _note_ms(ledger: Grown, numbers: "count[int]") -> float:
    """From the inbox to facts, awards and totals: one of a batch of 100 of five reps."""
    now_at, subjects = datetime.now(UTC) - timedelta(minutes=5), ledger.subjects
    rows = [note_row(str(uuid4()), subjects[n % len(subjects)], next(numbers), now_at) for n in range(NOTES)]
    with transaction(ledger.parts.engine) as connection:
        store_all(connection, list(deliveries("note", rows, now_at, anew=False)))
    began_s = time.perf_counter()
    digest_all(ledger.parts)
    return (time.perf_counter() - began_s) * 1_000 / NOTES


def _standing_ms(ledger: Grown) -> float:
    """From the ledger alone, of a rep whose history is the same in all ledgers."""
    rep = ledger.subjects[0]
    with rolled_back(ledger.parts.engine) as connection:
        locked = lock_reps(connection, [rep])[rep]
        began_s = time.perf_counter()
        for _ in range(STANDINGS):
            standing_beside_known_row(connection, locked, ledger.parts)
        return (time.perf_counter() - began_s) * 1_000 / STANDINGS


def _sweep_ms(ledger: Grown) -> float:
    """With 20 notes that changed since, and those of the last two minutes, which every sweep reads again."""
    now_at = datetime.now(UTC)
    for number in range(SWEPT):
        ledger.twenty.put("notes", note_row(str(uuid4()), ledger.subjects[number % 5], number, now_at))
    began_s = time.perf_counter()
    sweep(ledger.parts)
    took_ms = (time.perf_counter() - began_s) * 1_000
    digest_all(ledger.parts)
    return took_ms


def _page_ms(client: FlaskClient, path: str) -> float:
    began_s = time.perf_counter()
    answer = client.get(f"/console{path}")
    took_ms = (time.perf_counter() - began_s) * 1_000
    if answer.status_code != 200:
        raise RuntimeError(f"{path} was answered {answer.status}")
    return took_ms


def _signed_in(ledger: Grown) -> FlaskClient:
    """Somebody of ops at the console of this ledger."""
    settings, token = ledger.settings, secrets.token_urlsafe()
    app = create_app(receiver_parts(settings), receiver_settings(settings), [console_routes(console_parts(settings))])
    with transaction(ledger.parts.engine) as connection:
        add_user(connection, User("bench", "ops", None), "no password")
        open_session(connection, "bench", token)
    client = app.test_client()
    client.set_cookie("repsync-session", token)
    return client
