"""A small world: two reps at work in a sandbox Twenty, whose webhooks a test delivers when and how often it likes."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from floor import JANE, JONY, Floor
from webhook_receiver import Receiver

from programs.progression.rules import Rules

MONDAY = datetime(2026, 11, 16, 14, tzinfo=UTC)
SECRET = "a-secret-of-the-tests"
OPERATIONS = ("note.*", "noteTarget.*", "opportunity.*", "person.*")
REPS = {JANE: ("Jane", "Austen"), JONY: ("Jony", "Ive")}
Mail = tuple[dict[str, str], bytes]


class World:
    """Time stands still but for `passes`, and for a second before each change. Nothing is delivered by itself."""

    def __init__(self, floor: Floor, mailbox: Receiver) -> None:
        self.floor = floor
        self.twenty = floor.twenty
        self._time = floor.time
        self._mailbox = mailbox
        self._taken = 0
        self.mail: list[Mail] = []
        floor.parts = replace(floor.parts, now=floor.time.now)
        for rep, (first, last) in REPS.items():
            self.twenty.put("workspaceMembers", {"id": rep, "name": {"firstName": first, "lastName": last}})
        self.twenty.register_webhook(mailbox.url, OPERATIONS, SECRET)

    def use(self, rules: Rules) -> None:
        """Counts by other rules from now on."""
        self.floor.parts = replace(self.floor.parts, rules=rules)

    def passes(self, **span: float) -> None:
        """Lets time pass, as `hours=1`."""
        self._time.move_to(self._time.now() + timedelta(**span))

    def now(self) -> datetime:
        return self._time.now()

    def person(self, **fields: Any) -> str:
        """A new lead's id."""
        return self._change("create", None, "people", {"name": {"firstName": "Kim", "lastName": "Lee"}, **fields})

    def call(self, title: str, rep: str | None = JANE, lead: str | None = None) -> str:
        """A call note's id; `rep` None: written with an API key."""
        note = self._change("create", rep, "notes", {"title": title})
        if lead:
            self._change("create", rep, "noteTargets", {"noteId": note, "targetPersonId": lead})
        return note

    def edit(self, note: str, title: str) -> None:
        self._change("update", JANE, "notes", note, {"title": title})

    def delete(self, plural: str, record: str) -> None:
        self._change("soft_delete", JANE, plural, record)

    def restore(self, plural: str, record: str) -> None:
        self._change("restore", JANE, plural, record)

    def destroy(self, plural: str, record: str) -> None:
        self._change("destroy", JANE, plural, record)

    def deal(self, stage: str = "NEW", rep: str = JANE, lead: str | None = None) -> str:
        """An opportunity's id."""
        return self._change(
            "create", rep, "opportunities", {"name": "Roof", "stage": stage, "ownerId": rep, "pointOfContactId": lead}
        )

    def move(self, deal: str, stage: str) -> None:
        self._change("update", JANE, "opportunities", deal, {"stage": stage})

    def hand_over(self, deal: str, rep: str) -> None:
        self._change("update", JANE, "opportunities", deal, {"ownerId": rep})

    def _change(self, kind: str, rep: str | None, plural: str, *arguments: Any) -> str:
        self.passes(seconds=1)
        session = self.twenty.as_member(rep) if rep else self.twenty.as_api_key()
        row = getattr(session, kind)(plural, *arguments)
        return str(row["id"]) if row else ""

    def collect(self) -> None:
        """Takes the webhooks that Twenty has posted meanwhile into `mail`."""
        deadline = time.monotonic() + 30
        while self.twenty.webhooks_waiting:
            assert time.monotonic() < deadline, "webhooks still wait"
            time.sleep(0.001)
        self.mail += self._mailbox.posts[self._taken :]
        self._taken = len(self._mailbox.posts)

    def deliver(self, index: int = 0, times: int = 1) -> None:
        """Delivers one webhook of the mail."""
        mail = self.mail.pop(index)
        assert set(self.floor.receive([mail] * times)) == {202}

    def deliver_all(self) -> None:
        """Delivers all mail and digests it."""
        self.collect()
        while self.mail:
            self.deliver()
        self.floor.digest()

    def told(self) -> None:
        """Everything is delivered, digested and published; no sweep has looked."""
        self.deliver_all()
        self.floor.publish()

    def settled(self) -> None:
        """And a sweep has looked at all of it, a minute later."""
        self.told()
        self.passes(minutes=1)
        self.floor.sweep()

    def row(self, rep: str = JANE) -> dict[str, Any]:
        """The rep's row in Twenty."""
        return self.floor.rows()[rep]

    def standing(self, rep: str = JANE) -> dict[str, Any]:
        """The rep's standing in the ledger."""
        return self.floor.standings()[rep]
