"""A floor: a day played through the real receiver, ledger, client and sandbox Twenty, job by job."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from waking import Asleep
from werkzeug.test import TestResponse

from handlers.api.parts import ApiSettings
from handlers.api.routes import api_routes
from handlers.app import create_app
from ledger.engine import transaction
from ledger.inbox import count_by_state
from ledger.tables import metadata
from runtime.bootstrap import api_parts, receiver_parts, receiver_settings, worker_parts
from runtime.demo.day import RECORDED_SECRET, Day, read_day
from runtime.settings import Settings
from sandbox.floor import FloorTime
from sandbox.player import arrange
from sandbox.twenty import SandboxTwenty
from worker.digest import digest_batch
from worker.parts import Parts
from worker.publish import publish_batch
from worker.sweep import sweep
from worker.watermark import move_watermark

JANE = "20202020-463f-435b-828c-107e007a2711"
JONY = "20202020-77d5-4cb6-b60a-f4a835a85d61"
PHIL = "20202020-1553-45c6-a028-5a9064cce07f"
RECORDED_DAY = Path(__file__).parent / "recordings" / "floor-deliveries.jsonl"
API_TOKEN = "a-token-of-the-tests"
REDHAWK_SECRET = "whsec_" + b64encode(b"of the tests only, 32 bytes long").decode()


def recorded_day() -> Day:
    """158 webhooks of a real Twenty 2.21 with made-up people, less those of repProgressions."""
    return read_day(RECORDED_DAY, RECORDED_SECRET)


class Floor:
    """A Twenty, a receiver and the jobs over one database. Nothing runs by itself: a test says what happens when.

    `time` is Twenty's.
    """

    def __init__(self, day: Day, settings: Settings, twenty: SandboxTwenty, time: FloorTime) -> None:
        self.day = day
        self.settings = settings
        self.twenty = twenty
        self.time = time
        self.parts: Parts = replace(worker_parts(settings), wake=Asleep())
        receiver = replace(receiver_parts(settings), wake=lambda: None)
        api = api_routes(api_parts(settings), ApiSettings((API_TOKEN,)))
        self.app = create_app(receiver, receiver_settings(settings), [api])
        self._http = self.app.test_client()

    def receive(self, deliveries: Sequence[tuple[dict[str, str], bytes]]) -> list[int]:
        """Posts deliveries and returns the answers' statuses."""
        return [self.post("/webhooks/twenty", headers, raw) for headers, raw in deliveries]

    def post(self, path: str, headers: Mapping[str, str], raw: bytes) -> int:
        """Posts to the receiver and returns the answer's status."""
        return self._http.post(path, data=raw, headers=dict(headers)).status_code

    def ask(self, path: str, method: str = "GET", token: str | None = API_TOKEN, **headers: str) -> TestResponse:
        """Asks the read API."""
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        return self._http.open(path, method=method, headers={**bearer, **headers})

    def play(self, shuffle: int | None = None, repeat: int = 1) -> list[int]:
        """Posts the whole day."""
        return self.receive(arrange([(d.headers, d.raw) for d in self.day.deliveries], shuffle, repeat))

    def digest(self, limit: int = 200) -> int:
        """Digests all that waits, in batches of `limit`; returns how many deliveries."""
        total = 0
        while done := digest_batch(self.parts, limit):
            total += done
        move_watermark(self.parts)
        return total

    def publish(self) -> None:
        """Publishes every dirty rep."""
        while publish_batch(self.parts):
            pass

    def sweep(self) -> None:
        """One sweep, digested and published; a second after what was before, as a Date header has whole seconds."""
        self.time.move_to(self.time.now() + timedelta(seconds=1))
        sweep(self.parts)
        self.digest()
        self.publish()

    def rows(self) -> dict[str, dict[str, Any]]:
        """What Twenty's rows say, by rep, without what differs from run to run (ids and times of the rows)."""
        volatile = {"id", "createdAt", "updatedAt", "appliedSequence", "createdBy", "updatedBy", "position"}
        return {
            row["workspaceMemberId"]: {name: value for name, value in row.items() if name not in volatile}
            for row in self.twenty.rows("repProgressions")
        }

    def ledger(self, query: str, **values: Any) -> list[dict[str, Any]]:
        """Rows of the ledger."""
        with transaction(self.parts.engine) as connection:
            return [dict(row) for row in connection.execute(text(query), values).mappings()]

    def standings(self) -> dict[str, dict[str, Any]]:
        """The ledger's standings by rep."""
        return {row["id"]: row["standing"] for row in self.ledger("SELECT id, standing FROM reps")}

    def deliveries(self) -> dict[str, int]:
        """Webhooks by what became of them."""
        with transaction(self.parts.engine) as connection:
            return dict(count_by_state(connection, ["twenty", "redhawk"]))

    def settled_to_the_byte(self) -> str:
        """All that a run must end with whatever happened on the way: rows, standings, XP, grants, day totals.

        Badges stand in a row in the order in which they were written; which ones there are is what counts.
        """
        rows = {rep: row | {"badges": sorted(row["badges"] or ())} for rep, row in self.rows().items()}
        return json.dumps(
            {
                "rows": rows,
                "standings": self.standings(),
                "awards": self.ledger(
                    "SELECT rep, reason, sum(amount) AS xp, count(*) FROM awards"
                    " WHERE basis = 'paid' GROUP BY 1, 2 ORDER BY 1, 2"
                ),
                "ranks": self.ledger("SELECT rep, rank FROM rank_steps ORDER BY 1, 2"),
                "badges": self.ledger("SELECT rep, badge FROM badges ORDER BY 1, 2"),
                "totals": self.ledger('SELECT * FROM day_totals WHERE activities <> 0 ORDER BY rep, "on"'),
            },
            default=str,
            sort_keys=True,
        )


def everything(floor: Floor) -> dict[str, list[str]]:
    """All rows of all tables of the ledger."""
    return {name: sorted(map(str, floor.ledger(f"SELECT * FROM {name}"))) for name in metadata.tables}
