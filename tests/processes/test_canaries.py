"""Secrets and texts planted everywhere leave repsync nowhere, while whatever can fail fails."""

import hashlib
import hmac
import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import requests
from academy import battle, open_academy
from canaries import (
    API_KEY,
    API_TOKEN,
    BODY,
    LEAD,
    PERSONA,
    REDHAWK_SECRET,
    TITLE,
    TWENTY_SECRET,
    Lines,
    command_lines,
    found_in,
    kept_in_redis,
    logged,
    open_sentry,
)
from redis import Redis
from standardwebhooks import Webhook
from webhook_receiver import wait_until

from runtime.local import HOST, free_port, start_clock, start_web, wait_until_ready
from sandbox.embedded.processes import ProcessGroup
from sandbox.twenty import SandboxTwenty
from sandbox.twenty.faults import ApiFault, Faults

pytestmark = pytest.mark.processes
JANE = "20202020-463f-435b-828c-107e007a2711"
HERE = Path(__file__).parents[2]
CALL = f"Call - CONTACT | 2:05 | Call to {LEAD} about {TITLE}"
FAULTS = Faults(seed=1, api=(ApiFault(kind="429", share=0.1), ApiFault(kind="500", share=0.1)))
# A poisoned delivery is one that PostgreSQL refuses, quoting it: while it is stored, or while it is digested.
POISON = """
CREATE FUNCTION quote_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF position('poison-store' IN convert_from(NEW.raw, 'UTF8')) > 0 THEN
    RAISE EXCEPTION 'refused: %', convert_from(NEW.raw, 'UTF8');
  END IF; RETURN NEW; END $$;
CREATE TRIGGER quote_row BEFORE INSERT ON deliveries FOR EACH ROW EXECUTE FUNCTION quote_row();
CREATE FUNCTION quote_delivery() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NEW.record_id = 'poison-digest' THEN
    RAISE EXCEPTION 'refused: %', (SELECT string_agg(convert_from(raw, 'UTF8'), ',') FROM deliveries);
  END IF; RETURN NEW; END $$;
CREATE TRIGGER quote_delivery BEFORE INSERT ON record_versions FOR EACH ROW EXECUTE FUNCTION quote_delivery();
"""


class Running:
    """repsync's processes, what they were told, and what they tell."""

    def __init__(self, database_url: str, redis_url: str, folder: Path, left: ExitStack) -> None:
        self.folder, self.database_url, self.redis_url = folder, database_url, redis_url
        self.dsn, self.reported = left.enter_context(open_sentry())
        self.twenty = SandboxTwenty(API_KEY, tokens=None, faults=FAULTS)
        left.callback(self.twenty.stop)
        self.refusals = 1
        self.lines = Lines(self.twenty._app.wsgi_app, self._refused)
        self.twenty._app.wsgi_app = self.lines  # type: ignore[method-assign]
        self.twenty.put("workspaceMembers", {"id": JANE, "name": {"firstName": "Jane", "lastName": "Austen"}})
        self.academy = left.enter_context(open_academy())
        self._plant_histories()
        self.ledger(POISON)  # before the clock has the histories read
        self.environment = self._environment(self.twenty.start())
        self.group = left.enter_context(ProcessGroup(folder))
        self.url = start_web(self.group, self.environment, HOST, free_port())
        self.group.start("worker", ["repsync", "worker"], self.environment)
        start_clock(self.group, self.environment)
        wait_until_ready(self.url, folder / "logs")
        self.twenty.register_webhook(f"{self.url}/webhooks/twenty", ["*.*"], TWENTY_SECRET)

    def _environment(self, twenty_url: str) -> dict[str, str]:
        return {
            "PYTHONPATH": str(HERE),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "TWENTY_URL": twenty_url,
            "TWENTY_API_KEY": API_KEY,
            "TWENTY_WEBHOOK_SECRET": f"{TWENTY_SECRET},an-older-one",
            "REDHAWK_WEBHOOK_SECRET": REDHAWK_SECRET,
            "REDHAWK_URL": self.academy.url,
            "API_TOKENS": API_TOKEN,
            "SENTRY_DSN": self.dsn,
            "LOG_LEVEL": "DEBUG",
        }

    def _plant_histories(self) -> None:
        """One that is read, one that PostgreSQL refuses to digest, and answers that can't be used, all with texts."""
        told = {"persona": PERSONA, "transcript": BODY, "xpAwarded": LEAD}
        odd = [battle("odd", level=TITLE), battle("late", completedAt=BODY), {TITLE: LEAD}, TITLE]
        self.academy.histories = {"1": [battle("read", **told), *odd], "2": [battle("poison-digest", **told)]}
        text = f"{TITLE} {BODY} {LEAD} {PERSONA}".encode()
        self.academy.answers = {
            "3": (500, text),
            "4": (302, text),
            "5": (200, text),
            "6": (200, b'{"history": "%s"}' % text),
        }
        for alias in range(1, 7):
            self.ledger(f"INSERT INTO aliases VALUES ('redhawk', '{alias}', '{JANE}')")

    def _refused(self, method: str, path: str) -> bytes | None:
        """Twenty's way to refuse a value: it quotes it."""
        if method == "GET" or "repProgressions" not in path or not self.refusals:
            return None
        self.refusals -= 1
        message = f"Invalid string value '{BODY} {LEAD}' for field \"name\""
        return json.dumps({"statusCode": 400, "error": "BadRequestException", "messages": [message]}).encode()

    def post_twenty(self, raw: bytes, secret: str = TWENTY_SECRET, query: str = "") -> int:
        at = str(int(time.time() * 1000))
        signature = hmac.new(secret.encode(), at.encode() + b":" + raw, hashlib.sha256).hexdigest()
        headers = {"X-Twenty-Webhook-Timestamp": at, "X-Twenty-Webhook-Signature": signature}
        return requests.post(f"{self.url}/webhooks/twenty{query}", data=raw, headers=headers, timeout=10).status_code

    def post_redhawk(self, key: str, event: dict[str, Any]) -> int:
        now, body = datetime.now(UTC), json.dumps(event)
        headers = {
            "webhook-id": key,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(REDHAWK_SECRET).sign(key, now, body),
        }
        return requests.post(f"{self.url}/webhooks/redhawk", data=body, headers=headers, timeout=10).status_code

    def sync(self, rep: str) -> int:
        """What ops does about a refused row."""
        headers = {"Authorization": f"Bearer {API_TOKEN}"}
        return requests.post(f"{self.url}/api/reps/{rep}/sync", headers=headers, timeout=30).status_code

    def met_all_faults(self) -> bool:
        return {429, 500} <= self.twenty.calls_by_status.keys()

    def ledger(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            cursor = connection.execute(query)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

    def problem(self) -> str | None:
        """Of the last reading of histories, as the ledger keeps it for the doctor."""
        ((problem,),) = self.ledger("SELECT problem FROM redhawk_history")
        return str(problem) if problem else None

    def redis(self) -> Redis:
        return Redis.from_url(self.redis_url)


@pytest.fixture
def running(database_url: str, redis_url: str, folder: Path) -> Iterator[Running]:
    """Receiver, worker and clock of this checkout, with canaries for secrets."""
    with ExitStack() as left:
        yield Running(database_url, redis_url, folder, left)


def _note(key: str, title: str = CALL, **fields: Any) -> dict[str, Any]:
    author = {"source": "MANUAL", "workspaceMemberId": JANE, "name": LEAD, "context": {"said": BODY}}
    at = "2026-11-20T17:00:00.000Z"
    body = {"markdown": f"Lead: {LEAD}\n{BODY}", "blocknote": None}
    row = {"id": key, "title": title, "bodyV2": body, "createdBy": author, "createdAt": at, "updatedAt": at}
    return {"eventName": "note.created", "eventDate": at, "record": {**row, **fields}}


def _work(running: Running) -> None:
    """A day in which all goes well."""
    jane = running.twenty.as_member(JANE)
    lead = jane.create("people", {"name": {"firstName": LEAD, "lastName": TITLE}})
    for _ in range(5):
        note = jane.create("notes", {"title": CALL, "bodyV2": {"markdown": f"{BODY}\n--- Transcription ---\n{BODY}"}})
        jane.create("noteTargets", {"noteId": note["id"], "targetPersonId": lead["id"]})
    deal = jane.create("opportunities", {"name": f"{TITLE} of {LEAD}", "stage": "CUSTOMER", "ownerId": JANE})
    jane.update("opportunities", deal["id"], {"name": BODY})
    battle = {"sessionId": "b1", "repId": "7", "level": 1, "outcome": "won", "persona": PERSONA, "completedAt": "x"}
    for key, at in (("m1", "2026-11-20T17:00:00Z"), ("m2", PERSONA)):
        assert running.post_redhawk(key, {"type": "battle.ended", "data": {**battle, "completedAt": at}}) == 202


def _go_wrong(running: Running) -> None:
    """Whatever can be sent wrong, and whatever PostgreSQL can refuse."""
    wrong = [_note("n1", createdAt=TITLE), _note(f"n-{BODY} ,", id=[TITLE]), {"eventName": f"note.{TITLE}"}]
    wrong += [{"eventName": TITLE, BODY: LEAD}, _note("poison-digest")]
    for body in wrong:
        assert running.post_twenty(json.dumps(body).encode()) == 202
    assert running.post_twenty(json.dumps(_note("poison-store")).encode()) == 500
    assert running.post_twenty(f'{{"{TITLE}"'.encode()) == 400
    assert running.post_twenty(TITLE.encode(), secret=API_KEY, query=f"?secret={TWENTY_SECRET}") == 401
    assert running.post_twenty(TITLE.encode() * 300_000) == 413
    for token in (API_TOKEN, f"{API_TOKEN}x"):
        asked = requests.get(
            f"{running.url}/api/reps/{TITLE}?token={API_TOKEN}",
            headers={"Authorization": f"Bearer {token}"},
            timeout=10,
        )
        assert asked.status_code in (401, 404)
    _send_raw(running, f"GET /{TITLE} {API_TOKEN}\r\n\r\n")
    _send_raw(running, f"GET / HTTP/1.1\r\n{TITLE} {API_TOKEN}: x\r\n\r\n")
    _send_raw(running, f"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: {API_TOKEN}\x00\r\n\r\n")
    _send_raw(running, f"POST /webhooks/twenty HTTP/1.1\r\nHost: x\r\nContent-Length: {TITLE}\r\n\r\n")


def _send_raw(running: Running, request: str) -> None:
    with socket.create_connection((HOST, urlsplit(running.url).port or 0), timeout=10) as connection:
        connection.sendall(request.encode())
        assert TITLE not in connection.makefile("rb").readline().decode()


def _fail_a_job(running: Running) -> None:
    """A table is away for a moment: the digest fails until RQ gives it up."""
    running.ledger("ALTER TABLE sweep_state RENAME TO away")
    assert running.post_twenty(json.dumps(_note("n9")).encode()) == 202
    wait_until(lambda: bool(running.redis().zcard("rq:failed:repsync-digest")), 60)
    running.ledger("ALTER TABLE away RENAME TO sweep_state")


def _states(running: Running) -> dict[str, int]:
    return dict(running.ledger("SELECT state, count(*) FROM deliveries GROUP BY 1"))  # type: ignore[arg-type]


def test_no_canary_leaves(running: Running) -> None:
    """Logs, Sentry, Redis, command lines, addresses and answers hold none of the secrets and texts."""
    _work(running)
    _go_wrong(running)
    wait_until(lambda: _states(running).get("pending", 0) == 0, 60)
    wait_until(lambda: running.refusals == 0, 60)
    wait_until(lambda: running.sync(JANE) == 200, 150)
    wait_until(lambda: bool(running.sync(JANE)) and running.met_all_faults(), 150)
    in_use = set(command_lines())
    histories = "SELECT key, state FROM deliveries WHERE key LIKE 'battle:%' AND state <> 'pending' ORDER BY key"
    wait_until(lambda: len(running.ledger(histories)) == 2 and running.problem() is not None, 60)
    _fail_a_job(running)
    wait_until(lambda: _states(running).get("pending", 0) == 0, 60)
    answers = [requests.get(f"{running.url}/{page}", timeout=10).content for page in ("readyz", "healthz", "metrics")]

    assert _states(running)["parked"] >= 4
    assert running.twenty.rows("repProgressions")
    assert running.ledger(histories) == [("battle:poison-digest", "parked"), ("battle:read", "processed")]
    assert {path.rpartition("/")[2] for path in running.academy.asked} == {"1", "2", "3", "4", "5", "6"}
    assert len([event for event in running.reported if b'"exception"' in event]) >= 2
    log = b"".join(logged(running.folder))
    assert b'"event": "fault"' in log
    assert b"JobFailed" in b"".join(kept_in_redis(running.redis()))

    assert found_in(logged(running.folder)) == set()
    assert found_in(running.reported) == set()
    assert found_in(kept_in_redis(running.redis())) == set()
    assert found_in({*in_use, *command_lines()}) == set()
    assert found_in(running.lines.heard) == set()
    assert found_in([path.encode() for path in running.academy.asked]) == set()
    assert found_in([str(running.problem()).encode()]) == set()
    assert found_in(answers) == set()
